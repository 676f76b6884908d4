"""What the marks of a case answer, so that nobody is asked again what they have painted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..anatomy import Located, Mark, locate, region_of
from ..frozen import frozen
from ..knowledge.schema import Anatomy, Finding
from .case import Case


@frozen
class Places:
    """The marks of one case, where they lie, and the map."""

    anatomy: Anatomy
    mark: Mark | None
    worst: Located | None
    others: tuple[tuple[Mark, Located], ...]

    @classmethod
    def of(cls, case: Case, anatomy: Anatomy) -> Places:
        """Every mark located. Raises BadMark."""
        worst = locate(case.mark, anatomy, case.body) if case.mark else None
        others = [
            (mark, locate(mark, anatomy, case.body, f"other_marks[{i}]")) for i, mark in enumerate(case.other_marks)
        ]
        return cls(anatomy, case.mark, worst, tuple(others))

    def answered(self, vocabulary: Iterable[Finding]) -> Iterator[str]:
        """Findings that the marks say are present: never absent, because nobody paints where it does not hurt."""
        main = [mark for mark in (self.mark, *(mark for mark, _ in self.others)) if mark and not mark.spread]
        meant = {one.id: one.finding for one in self.anatomy.characters}
        named = [meant[word] for mark in main for word in mark.character]
        for _, located in self.others:
            region = region_of(located, self.anatomy)
            if region:
                named += [region.spread_finding if located.spread else None, region.finding]
        strongest = max((mark.intensity for mark in main if mark.intensity is not None), default=-1)
        named += [
            one.id for one in vocabulary if one.told_by_intensity is not None and strongest >= one.told_by_intensity
        ]
        yield from dict.fromkeys(name for name in named if name)

    def told_by_worst(self) -> Iterator[str]:
        """The finding that the worst place is in itself: pain in the groin, for instance."""
        region = region_of(self.worst, self.anatomy) if self.worst else None
        if region and region.finding:
            yield region.finding
