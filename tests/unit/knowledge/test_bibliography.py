"""CSL-JSON in, one short citation a source out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cluneal.knowledge.bibliography import read_bibliography
from cluneal.knowledge.schema import Source
from cluneal.knowledge.store import ROOT

SMITH = {"family": "Smith", "given": "Ann"}


def source(tmp_path: Path, item: dict[str, Any]) -> Source:
    file = tmp_path / "bibliography.json"
    file.write_text(json.dumps([{"id": "it", "title": "Sore backs."} | item]))
    return read_bibliography(file)["it"]


@pytest.mark.parametrize(
    ("item", "citation"),
    [
        ({}, "Authors not shown. Sore backs. no date."),
        ({"author": [SMITH]}, "Smith. Sore backs. no date."),
        ({"author": [{"literal": "The Group"}, {}]}, "The Group. Sore backs. no date."),
        ({"author": [SMITH] * 3}, "Smith, Smith, Smith. Sore backs. no date."),
        ({"author": [SMITH] * 4}, "Smith et al. Sore backs. no date."),
        ({"issued": {"date-parts": [[2001, 5]]}}, "Authors not shown. Sore backs. 2001."),
        ({"issued": None}, "Authors not shown. Sore backs. no date."),
        ({"container-title": "Backs"}, "Authors not shown. Sore backs. Backs. no date."),
        (
            {"container-title": "Backs", "volume": 7, "issue": 2, "page": "11-19"},
            "Authors not shown. Sore backs. Backs 7(2):11-19. no date.",
        ),
    ],
)
def test_a_citation(tmp_path: Path, item: dict[str, Any], citation: str) -> None:
    assert source(tmp_path, item).citation == citation


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({}, None),
        ({"URL": "https://example.org/a"}, "https://example.org/a"),
        ({"DOI": "10.1000/a", "URL": "https://example.org/a"}, "https://doi.org/10.1000/a"),
    ],
)
def test_where_it_can_be_read(tmp_path: Path, item: dict[str, Any], url: str | None) -> None:
    assert source(tmp_path, item).url == url


def test_what_was_read_of_it_is_kept(tmp_path: Path) -> None:
    kept = source(tmp_path, {"design": "cohort", "read": "abstract", "note": "Retracted."})
    assert (kept.design, kept.read, kept.note) == ("cohort", "abstract", "Retracted.")


def test_every_source_can_be_cited() -> None:
    for known in read_bibliography(ROOT / "bibliography.json").values():
        assert known.citation.count(". ") >= 2, known.id
        assert known.url is None or known.url.startswith("http"), known.id
