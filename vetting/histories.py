"""Histories that few records have: who graded them and when, and when their links were lost and found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from allegations.codes import LOST
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
"""By scale and the id of what was graded, a UUID as text; the last one given at the end."""
Moves = Mapping[str, Sequence[MoveRow]]
"""By the id of the source, in order."""

OF_PEOPLE = {
    "allegation": "allegation__candidate__among",
    "citation": "citation__allegation__candidate__among",
    "proceeding": "proceeding__allegation__candidate__among",
}
COLUMNS = ("graded_at", "pk", "scale", "allegation", "citation", "proceeding", "source", "part", "first", "value")


def anything_after(day: date) -> bool:
    """Tell whether any grade was given or any link moved after a day, which few days have behind them."""
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    grades = Grading.objects.filter(graded_at__gte=end).order_by().values("pk")
    return grades.union(LinkEvent.objects.filter(at__gte=end).order_by().values("pk"), all=True).exists()


def gradings_of(people: Collection[int]) -> Gradings:
    """The gradings of what is said about some candidates, whether it is published or not; one query."""
    return graded(*_of(people).values())


def gradings_by_two(people: Collection[int], forums: Iterable[int]) -> Gradings:
    """Of the same gradings those that a column of the record does not tell today, where nothing lies ahead; one query.

    These are gradings of what was graded by two. Of some `forums` all are read: one that nobody graded and one graded
    as not assessed have one column, and only one of them is a grade.
    """
    answered = Grading.objects.filter(first__isnull=False).order_by()
    by_two = [rows.filter(**{f"{kind}__in": answered.values(kind)}) for kind, rows in _of(people).items()]
    return graded(*by_two, Grading.objects.filter(proceeding__among=set(forums)))


def _of(people: Collection[int]) -> dict[str, QuerySet[Grading]]:
    """The gradings about some candidates by what was graded."""
    sources = Citation.objects.filter(allegation__candidate__among=people).values("source")
    found = {kind: Grading.objects.filter(**{path: people}) for kind, path in OF_PEOPLE.items()}
    return found | {"source": Grading.objects.filter(source__in=sources)}


def graded(first: QuerySet[Grading], *others: QuerySet[Grading]) -> Gradings:
    """Read gradings, each once; one query."""
    rows: Any = first.order_by().values_list(*COLUMNS)
    if others:
        rows = rows.union(*(other.order_by().values_list(*COLUMNS) for other in others))
    found: defaultdict[tuple[str, object], list[GradingRow]] = defaultdict(list)
    for at, pk, scale, allegation, citation, proceeding, source, *said in rows.order_by("graded_at", "pk"):
        part, answers, value = said
        graded_one = citation or proceeding or str(allegation or source)
        found[scale, graded_one].append(GradingRow(pk, part, answers, value, at.date()))
    return found


def moves_of(sources: Iterable[str]) -> Moves:
    """When the links of sources were lost and found; one query, none without sources."""
    events = LinkEvent.objects.filter(Q(left__in=LOST) | Q(reached__in=LOST), source__among=set(sources))
    found: defaultdict[str, list[MoveRow]] = defaultdict(list)
    for source, reached, at in events.order_by("at", "pk").values_list("source", "reached", "at"):
        found[str(source)].append(MoveRow(reached, at.date()))
    return found
