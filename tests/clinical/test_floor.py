"""A floor under the clinical report, against regressions only. It proves no accuracy: these cases are open."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from .series import Figures, figures, patients


@pytest.fixture(scope="module")
def found() -> Figures:
    return figures(patients())


@dataclass(frozen=True)
class Floor:
    """What a change to knowledge or reasoning may not fall below without somebody deciding so."""

    first: int = 33
    first_three: int = 54
    cluneal_in_three: int = 11
    emergencies_met: int = 7
    urgent_met: int = 29


def test_no_figure_falls_below_its_floor(found: Figures) -> None:
    floor = Floor()
    assert found.first[0] >= floor.first
    assert found.first_three[0] >= floor.first_three
    assert found.cluneal_in_three[0] >= floor.cluneal_in_three
    assert found.emergencies_met[0] >= floor.emergencies_met
    assert found.urgent_met[0] >= floor.urgent_met


def test_cluneal_entrapment_is_not_found_in_everyone(found: Figures) -> None:
    """The worst failure: of 75 others at most three have a cluneal cause first."""
    wrong, of = found.cluneal_first_wrongly
    assert (wrong, of) <= (3, of)
    assert of == 75


def test_the_harmless_are_not_alarmed(found: Figures) -> None:
    alarmed, of = found.harmless_alarmed
    assert alarmed / of < 0.15
