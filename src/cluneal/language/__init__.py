"""Every word of the app and of the doctor's page, by language: one folder a language, one file a page.

What is said about medicine stands in the knowledge base; what stands here is buttons, headings and the sentences
between them. Another language is a copy of `en/` with other words.
"""

from .words import LANGUAGES, Phrase, Words, words

__all__ = ["LANGUAGES", "Phrase", "Words", "words"]
