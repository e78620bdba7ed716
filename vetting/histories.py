"""Histories that few records have: who graded them and when, and when their links were lost and found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from allegations.codes import LOST
from allegations.grading import UNASSESSED
from allegations.models import Citation, Grading, LinkEvent


class GradingRow(NamedTuple):
    """One grading of one thing; `first` is the id of the grading that it answers."""

    pk: int
    part: str
    first: int | None
    value: str
    day: date


class MoveRow(NamedTuple):
    """That the link of a source was lost or found."""

    reached: str
    day: date


Gradings = Mapping[tuple[str, object], Sequence[GradingRow]]
"""By scale and the id of what was graded, the last one given at the end."""
Moves = Mapping[UUID, Sequence[MoveRow]]
"""By the id of the source, in order."""

OF_PEOPLE = ("allegation__candidate", "citation__allegation__candidate", "proceeding__allegation__candidate")
COLUMNS = ("graded_at", "pk", "scale", "allegation", "citation", "proceeding", "source", "part", "first", "value")


def anything_after(day: date) -> bool:
    """Tell whether any grade was given or any link moved after a day, which few days have behind them."""
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    grades = Grading.objects.filter(graded_at__gte=end).order_by().values("pk")
    return grades.union(LinkEvent.objects.filter(at__gte=end).order_by().values("pk"), all=True).exists()


def gradings_of(people: Collection[int], *, lean: bool = False) -> Gradings:
    """The gradings of what is said about some candidates, whether it is published or not; one query.

    A `lean` reading leaves those out that say nothing for today which a column of the record does not say as well.
    """
    sources = Citation.objects.filter(allegation__candidate__in=people).values("source")
    parts = [Grading.objects.filter(**{f"{path}__in": people}) for path in OF_PEOPLE]
    parts.append(Grading.objects.filter(source__in=sources))
    if lean:
        parts = [*map(_by_two, parts, ("allegation", "citation", "proceeding", "source"))]
        # A forum that nobody graded and one graded as not assessed have one column, and only one of them is a grade.
        parts.append(Grading.objects.filter(proceeding__allegation__candidate__in=people, proceeding__forum=UNASSESSED))
    return graded(*parts)


def graded(first: QuerySet[Grading], *others: QuerySet[Grading]) -> Gradings:
    """Read gradings, each once; one query."""
    rows: Any = first.order_by().values_list(*COLUMNS)
    if others:
        rows = rows.union(*(other.order_by().values_list(*COLUMNS) for other in others))
    found: defaultdict[tuple[str, object], list[GradingRow]] = defaultdict(list)
    for at, pk, scale, allegation, citation, proceeding, source, *said in rows.order_by("graded_at", "pk"):
        part, answers, value = said
        key = scale, allegation or citation or proceeding or source
        found[key].append(GradingRow(pk, part, answers, value, at.date()))
    return found


def _by_two(rows: QuerySet[Grading], of: str) -> QuerySet[Grading]:
    """Those of things that were graded by two."""
    return rows.filter(**{f"{of}__in": Grading.objects.filter(first__isnull=False).order_by().values(of)})


def moves_of(sources: Iterable[UUID]) -> Moves:
    """When the links of sources were lost and found; one query, none without sources."""
    events = LinkEvent.objects.filter(Q(left__in=LOST) | Q(reached__in=LOST), source__in=set(sources))
    found: defaultdict[UUID, list[MoveRow]] = defaultdict(list)
    for source, reached, at in events.order_by("at", "pk").values_list("source", "reached", "at"):
        found[source].append(MoveRow(reached, at.date()))
    return found
