"""Who stands behind the grade of a citation, and since when: how many people, never who, for no name is public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from allegations.codes import Stance
from allegations.grading import CREDIBILITY, RELIABILITY
from allegations.models import Citation, Grading
from vetting.dated import grades, recorded
from vetting.histories import graded
from vetting.risk.records import Grade, Graders, Matter, in_force


@dataclass(frozen=True, slots=True)
class Behind:
    """Since when a grade is in force, both halves of it, and who stands behind it."""

    day: date
    graders: Graders

    @property
    def is_by_two(self) -> bool:
        return self.graders is Graders.TWO

    @property
    def differ(self) -> bool:
        """Whether two people differ on it, and nobody has decided yet."""
        return self.graders is Graders.DIFFER


def of_matters(matters: Iterable[Matter], known: date) -> dict[int, Behind]:
    """Who stood on a day behind the grades of the citations of some dated matters, by the id of the citation."""
    cited = (each for matter in matters for each in matter.citations)
    return _told({int(each.key): (each.reliability, each.credibility) for each in cited}, known)


def of_citations(citations: Iterable[Citation], known: date) -> dict[int, Behind]:
    """The same of published citations; costs one query."""
    rows = list(citations)
    about = Q(citation__in=rows) | Q(source__in=[row.source_id for row in rows])
    given = graded(Grading.objects.filter(about, scale__in=(RELIABILITY, CREDIBILITY)))
    found = {}
    for row in rows:
        since, against = recorded(row.published_at), row.stance != Stance.DISPUTES
        halves = (RELIABILITY, str(row.source_id), row.source.reliability), (CREDIBILITY, row.pk, row.credibility)
        reliability, credibility = (
            grades(given.get((scale, pk)), scale, column, since, against=against) for scale, pk, column in halves
        )
        found[row.pk] = reliability, credibility
    return _told(found, known)


def _told(halves: Mapping[int, Iterable[tuple[Grade, ...]]], known: date) -> dict[int, Behind]:
    behind = {pk: _behind([in_force(half, known) for half in both]) for pk, both in halves.items()}
    return {pk: each for pk, each in behind.items() if each}


def _behind(found: Iterable[Grade | None]) -> Behind | None:
    both = [grade for grade in found if grade and grade.code]
    if len(both) < 2:
        return None
    who = {grade.graders for grade in both}
    weakest = next(each for each in (Graders.DIFFER, Graders.ONE, Graders.TWO) if each in who)
    return Behind(max(grade.recorded for grade in both), weakest)
