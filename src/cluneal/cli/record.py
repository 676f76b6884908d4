"""`cluneal record`: one person's record from the command line; what the app does with it, without the app."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..knowledge import load, load_draws
from ..pathway import Assessor, BadCase
from ..pathway.interview import find
from ..record import Entry, Given, Journal, JournalError, WrongPassphrase, entries_of, news, state_of
from ..record.copies import plain, rows_of_file, rows_of_plain
from ..record.person import KEPT_AS
from ..web.desk import Desk
from .errors import InputError, printable
from .passphrase import at_terminal, new_passphrase, passphrase
from .read import LARGEST_CASE_BYTES, STANDARD_INPUT, read_data
from .record_add import checked_entries, entry
from .write import same, write_whole

# An export of fifty thousand entries is about ten megabytes.
LARGEST_EXPORT_BYTES = 50 * LARGEST_CASE_BYTES
SHOWN_SAID = 200


def run(options: argparse.Namespace) -> int:
    """Do one thing with one record; each error names the file and the fix."""
    try:
        ACTIONS[options.action](options)
    except JournalError as problem:
        raise InputError(str(problem).replace(" with --record", "")) from None
    return 0


@contextmanager
def _unlocked(path: Path) -> Iterator[Journal]:
    journal = _opened(path)
    try:
        yield journal
    finally:
        journal.close()


def _opened(path: Path) -> Journal:
    state = state_of(path)
    if state == "none":
        raise InputError(f"{path}: no record there; check the name, or make one: cluneal record new {path}")
    if state == "open":
        raise InputError(f"{path}: lies open, from an older cluneal; lock it first: cluneal record new {path}")
    return Journal.open(path, passphrase(str(path)))


def _new(options: argparse.Namespace) -> None:
    path = Path(options.file)
    state = state_of(path)
    if state == "locked":
        raise InputError(f"{path}: is there already; name another file")
    chosen = new_passphrase(str(path))
    if state == "open":
        with _closing(Journal.upgrade(path, chosen)) as journal:
            print(f"{path}: locked from now on; all {_entries(len(journal.rows()))} came along")
    else:
        Journal.create(path, chosen).close()
        print(f"{path}: made. Nobody can open it without the passphrase, and nobody can find it out: keep it well")


@contextmanager
def _closing(journal: Journal) -> Iterator[Journal]:
    try:
        yield journal
    finally:
        journal.close()


def _desk(journal: Journal) -> Desk:
    return Desk(Assessor(load(), load_draws()), journal)


def _add(options: argparse.Namespace) -> None:
    path = Path(options.file)
    given = entry(options.kind, options.key, options.value)
    with _unlocked(path) as journal:
        before = journal.latest()
        try:
            journal.add(*checked_entries(_desk(journal), [given]))
        except BadCase as problem:
            raise InputError(f"{path}: {problem}; nothing was added") from None
        print("kept" if journal.latest() > before else "said already: nothing to add")


def _show(options: argparse.Namespace) -> None:
    with _unlocked(Path(options.file)) as journal:
        entries = journal.entries()
        if options.format == "json":
            shown = [_as_data(one) for one in entries] if options.history else _holding(entries)
            print(json.dumps(shown, indent=2, ensure_ascii=False))
            return
        desk = _desk(journal)
        print("\n".join(printable(line) for line in _lines(desk, entries, options.history)) or "Nothing was said yet.")


def _as_data(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("at", "kind", "key", "value")}


def _latest(entries: list[Entry]) -> dict[tuple[str, str], Entry]:
    return {(one.kind, one.key): one for one in entries}


def _holding(entries: list[Entry]) -> dict[str, dict[str, Any]]:
    """What holds now, by kind and key."""
    found: dict[str, dict[str, Any]] = {}
    for (kind, key), one in _latest(entries).items():
        if one.value is not None:
            found.setdefault(kind, {})[key] = one.value
    return found


def _lines(desk: Desk, entries: list[Entry], history: bool) -> Iterator[str]:
    from ..web.told import Told

    told, last = Told(desk), _latest(entries)
    if history:
        for one in entries:
            said = told.said(one.kind, one.key, one.value) if one.value is not None else "taken back"
            stands = "" if last[one.kind, one.key] is one else " (superseded)"
            yield f"{one.at[:16].replace('T', ' ')}  {one.kind} {one.key}: {_cut(said) or 'yes'}{stands}"
        return
    for kind in (*KEPT_AS, *sorted({one.kind for one in entries} - set(KEPT_AS))):
        shown = [one for (of, _), one in last.items() if of == kind and one.value is not None]
        if shown:
            yield f"{kind}:"
        for one in shown:
            name, said = told.name(kind, one.key, one.value), told.said(kind, one.key, one.value)
            yield f"  {name} [{one.key}]: {_cut(said) or 'yes'}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_SAID else f"{text[:SHOWN_SAID]}..."


def _export(options: argparse.Namespace) -> None:
    path, out = Path(options.file), Path(options.out)
    as_text = options.plain or options.case
    to_screen = options.out == STANDARD_INPUT
    if to_screen and not as_text:
        raise InputError("--out: a locked copy goes into a file; name one")
    if not to_screen:
        if same(path, out):
            raise InputError(f"--out: {out} is the record itself; name another file")
        if out.exists() and not options.replace:
            raise InputError(f"--out: {out} is there already; name another file, or add --replace")
    if options.plain and not options.yes:
        raise InputError("--plain: whoever gets that file can read all of it; add --yes if you will look after it")
    with _unlocked(path) as journal:
        if not as_text:
            write_whole(out, journal.copy())
            print(f"{out}: a copy, locked with the same passphrase")
            return
        data = plain(journal) if options.plain else _desk(journal).view().readable
    text = json.dumps(data, indent=1) + "\n"
    if to_screen:
        print(text, end="")
        return
    print(f"cluneal: {out}: not locked; whoever gets it can read it", file=sys.stderr)
    write_whole(out, text.encode())
    print(out)


def _import(options: argparse.Namespace) -> None:
    path, name = Path(options.file), options.case
    if name == STANDARD_INPUT:
        raise InputError("-: standard input has the passphrase; name a file")
    data = read_data(name, LARGEST_EXPORT_BYTES)
    with _unlocked(path) as journal:
        if isinstance(data, dict) and "format" in data:
            try:
                rows = rows_of_plain(data)
            except JournalError as problem:
                raise InputError(f"{name}: {problem}") from None
            print(f"{path}: {journal.merge(rows)} new")
            return
        given = _news(_desk(journal), data, name)
        journal.add(*given)
        print(f"{path}: {len(given)} new")


def _news(desk: Desk, data: Any, name: str) -> list[Given]:
    """What a case says that the record does not know yet, checked. Raises InputError."""
    try:
        desk.assessor.findings(desk.view().read(data), desk.today())
        vocabulary = desk.knowledge.findings
        answers = {}
        for key, said in (data.get("findings") or {}).items():
            known = find(vocabulary, key, said)
            answers[known.id if known else key] = said
        given = news(desk.person(), entries_of({**data, "findings": answers}))
        return checked_entries(desk, given)
    except BadCase as problem:
        raise InputError(f"{name}: {problem}") from None


def _merge(options: argparse.Namespace) -> None:
    path, other = Path(options.file), Path(options.other)
    if same(path, other):
        raise InputError(f"{other}: the record itself; name another copy of it")
    state = state_of(other)
    if state == "none":
        raise InputError(f"{other}: no record there; check the name")
    if state == "open":
        raise InputError(f"{other}: lies open, from an older cluneal; lock it first: cluneal record new {other}")
    own = passphrase(str(path))
    with _closing(Journal.open(path, own)) as journal:
        try:
            rows = rows_of_file(other, own)
        except WrongPassphrase:
            rows = rows_of_file(other, passphrase(str(other)))
        print(f"{path}: {journal.merge(rows)} new")


def _erase(options: argparse.Namespace) -> None:
    path = Path(options.file)
    if not options.yes and not at_terminal():
        raise InputError(f"{path}: nothing was deleted; add --yes to delete it")
    journal = _opened(path)
    try:
        if not options.yes:
            typed = input(f"This deletes all of it for good. Type {path.name} to go on: ")
            if typed.strip() != path.name:
                raise InputError(f"{path}: nothing was deleted; type its name, {path.name}, to delete it")
        kinds = {kind: len(kept) for kind, kept in _holding(journal.entries()).items()}
        count = journal.erase()
    finally:
        journal.close()
    for kind, number in kinds.items():
        print(f"  {printable(kind)} {number}")
    print(f"{path}: deleted, with {_entries(count)}, earlier versions included. Copies elsewhere are not touched")


def _passphrase(options: argparse.Namespace) -> None:
    path = Path(options.file)
    with _unlocked(path) as journal:
        journal.change_passphrase(new_passphrase(str(path)))
    print(f"{path}: the new passphrase opens it. Copies made before keep the old one")


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


ACTIONS = {
    "new": _new,
    "add": _add,
    "show": _show,
    "export": _export,
    "import": _import,
    "merge": _merge,
    "passphrase": _passphrase,
    "erase": _erase,
}
