"""One person's journal: dated entries, append-only; what they come to now; and the way back to a case."""

from .journal import Entry, Given, Journal, JournalError
from .person import Person, entries_of, news, person_of

__all__ = ["Entry", "Given", "Journal", "JournalError", "Person", "entries_of", "news", "person_of"]
