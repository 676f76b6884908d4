"""One person's journal: dated entries, append-only, locked; what they come to now; and the way back to a case."""

from .journal import Entry, Given, Journal
from .person import Person, entries_of, news, person_of
from .vault import BadPassphrase, JournalError, WrongPassphrase, state_of

__all__ = [
    "BadPassphrase",
    "Entry",
    "Given",
    "Journal",
    "JournalError",
    "Person",
    "WrongPassphrase",
    "entries_of",
    "news",
    "person_of",
    "state_of",
]
