"""One person's journal: dated entries, append-only; what they come to now; and the way back to a case."""

from .journal import Entry, Journal, JournalError
from .person import Person, entries_of, person_of

__all__ = ["Entry", "Journal", "JournalError", "Person", "entries_of", "person_of"]
