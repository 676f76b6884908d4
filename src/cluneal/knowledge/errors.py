"""What is said when knowledge is wrong or stale."""

from __future__ import annotations


class KnowledgeError(Exception):
    """The knowledge base has problems. `problems` holds one line each: file, line, what is wrong, the fix."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StaleKnowledge(Exception):
    """The compiled knowledge does not match the YAML beside it and may not be rebuilt in a release."""
