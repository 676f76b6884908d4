"""The compiled knowledge: rebuilt in a checkout when a file has changed, refused in a release, read as it is needed."""

from __future__ import annotations

import os
from pathlib import Path

from .conftest import Package

LABEL = "from cluneal.knowledge import load; print(load().findings['jolt'].label)"
SLOW = "; import sys; print(sorted({'pydantic', 'yaml'} & set(sys.modules)))"
SET_OUT = "from cluneal.knowledge import load, load_draws; load_draws(); knowledge = load()"


def stamp(package: Package) -> Path:
    return package.compiled / "fingerprint"


def change(package: Package) -> None:
    package.tree.change("findings/jolt.yaml", "label: A knife-like jolt", "label: A jolt")


def test_a_checkout_compiles_once(checkout: Package) -> None:
    assert checkout.run(LABEL + SLOW) == "A knife-like jolt\n['pydantic', 'yaml']"
    assert checkout.run(LABEL + SLOW) == "A knife-like jolt\n[]"


def test_a_changed_file_is_compiled_again_in_a_checkout(checkout: Package) -> None:
    checkout.run(LABEL)
    change(checkout)
    assert checkout.run(LABEL) == "A jolt"


def test_a_change_that_keeps_the_size_is_seen_in_a_checkout(checkout: Package) -> None:
    checkout.run(LABEL)
    checkout.tree.change("findings/jolt.yaml", "label: A knife-like jolt", "label: A razor-like jab")
    assert checkout.run(LABEL) == "A razor-like jab"


def test_changed_code_compiles_again_in_a_checkout(checkout: Package) -> None:
    checkout.run(LABEL)
    with (checkout.knowledge / "schema.py").open("a") as file:
        file.write("\n# The shape may have changed.\n")
    assert checkout.run(LABEL + SLOW).endswith("['pydantic', 'yaml']")


def test_a_file_that_is_gone_is_gone(checkout: Package) -> None:
    count = "from cluneal.knowledge import load; print(len(load().faq))"
    assert checkout.run(count) == "1"
    checkout.tree.path("faq/what.yaml").unlink()
    assert checkout.run(count) == "0"


def test_knowledge_that_is_not_whole_is_not_compiled(checkout: Package) -> None:
    checkout.run(LABEL)
    checkout.tree.change("findings/jolt.yaml", "group: pain", "group: pian")
    assert checkout.fails(LABEL) == (
        "cluneal.knowledge.errors.KnowledgeError: findings/jolt.yaml:3: pian: no such group in groups.yaml. "
        "Did you mean pain?"
    )
    checkout.tree.change("findings/jolt.yaml", "group: pian", "group: pain")
    assert checkout.run(LABEL) == "A knife-like jolt"


def test_a_release_reads_what_its_wheel_brought(release: Package) -> None:
    for file in release.knowledge.rglob("*.yaml"):
        os.utime(file, (0, 0))
    assert release.run(LABEL + SLOW) == "A knife-like jolt\n[]"


def test_a_changed_file_is_refused_in_a_release(release: Package) -> None:
    change(release)
    before = (release.compiled / "core.pickle").read_bytes()
    assert release.fails(LABEL) == (
        f"cluneal.knowledge.errors.StaleKnowledge: {release.knowledge}: the knowledge files do not match the compiled "
        "ones. Reinstall cluneal, or work in a checkout."
    )
    assert (release.compiled / "core.pickle").read_bytes() == before


def test_a_copy_among_what_a_project_needs_is_no_checkout(release: Package) -> None:
    (release.folder.parent / "pyproject.toml").touch()
    change(release)
    assert "StaleKnowledge" in release.fails(LABEL)


def test_a_half_written_build_is_made_again(checkout: Package) -> None:
    checkout.run(LABEL)
    stamp(checkout).unlink()
    (checkout.compiled / "core.pickle").write_bytes(b"half")
    assert checkout.run(LABEL) == "A knife-like jolt"
    assert stamp(checkout).exists()


def test_a_build_that_is_cut_off_leaves_no_stamp(checkout: Package) -> None:
    """A stamp from before must not vouch for files that are being replaced."""
    checkout.run(LABEL)
    change(checkout)
    cut = "from cluneal.knowledge import store\nstore.parameter_draws = lambda knowledge: exit(1)\nstore.load()"
    process = checkout.start(cut)
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert not stamp(checkout).exists()
    assert checkout.run(LABEL) == "A jolt"


def test_four_processes_at_once_all_get_it_and_leave_it_whole(checkout: Package) -> None:
    code = SET_OUT + "; print(knowledge.findings['jolt'].label, len(knowledge.evidence), len(load_draws().values))"
    processes = [checkout.start(code) for _ in range(4)]
    ended = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, ended
    assert {printed for printed, _ in ended} == {"A knife-like jolt 1 832\n"}
    assert not [file.name for file in checkout.compiled.iterdir() if file.suffix[1:].isdigit()]
    assert checkout.run(code + SLOW) == "A knife-like jolt 1 832\n[]"


def test_long_texts_are_read_when_they_are_used(checkout: Package) -> None:
    checkout.run(SET_OUT)
    code = (
        f"{SET_OUT}\n"
        "from pathlib import Path\n"
        "for kind in ('evidence', 'guide', 'faq', 'sources'):\n"
        f"    Path({str(checkout.compiled)!r}, f'{{kind}}.pickle').unlink()\n"
        "print(knowledge.source_of['smith-jolt'], knowledge.causes['nerve'].name)\n"
        "try:\n"
        "    knowledge.faq['what']\n"
        "except FileNotFoundError:\n"
        "    print('read now')\n"
    )
    assert checkout.run(code) == "smith2001 Nerve entrapment\nread now"


def test_lazy_texts_are_mappings_like_the_others(checkout: Package) -> None:
    code = f"{SET_OUT}; print(list(knowledge.faq), len(knowledge.faq), 'what' in knowledge.faq, 'x' in knowledge.faq)"
    assert checkout.run(code) == "['what'] 1 True False"
