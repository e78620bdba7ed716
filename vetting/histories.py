"""Histories that few records have: grades with their days, links lost and found, and what was amended since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, TruncDate

from allegations.codes import LOST
from allegations.models import Amendment, Citation, Grading, LinkEvent, Origin
from allegations.provenance import OriginNode


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


class AmendmentRow(NamedTuple):
    """What a record said before a day."""

    was: Mapping[str, Any]
    day: date


Gradings = Mapping[tuple[str, object], Sequence[GradingRow]]
"""By scale and the id of what was graded, a UUID as text; the last one given at the end."""
Moves = Mapping[str, Sequence[MoveRow]]
"""By the id of the source, in order."""
Amendments = Mapping[tuple[str, object], Sequence[AmendmentRow]]
"""By the kind of record and its id, a UUID as text; in order."""

OF_PEOPLE = {
    "allegation": "allegation__candidate__among",
    "citation": "citation__allegation__candidate__among",
    "proceeding": "proceeding__allegation__candidate__among",
}
COLUMNS = ("graded_at", "pk", "scale", "allegation", "citation", "proceeding", "source", "part", "first", "value")


def anything_after(day: date) -> bool:
    """Tell whether anything was graded, lost, found or amended after a day, which few days have behind them."""
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    grades = Grading.objects.filter(graded_at__gte=end).order_by().values("pk")
    others = (rows.filter(at__gte=end).order_by().values("pk") for rows in (LinkEvent.objects, Amendment.objects))
    return grades.union(*others, all=True).exists()


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


def amendments_of(candidacies: Collection[int], people: Collection[int]) -> Amendments:
    """What published citations, matters and signatories said before they were amended; one query."""
    about = (
        {"citation__allegation__candidate__among": people},
        {"allegation__candidate__among": people},
        {"signature__letter__candidacies__among": candidacies},
    )
    columns = ("at", "pk", "citation", "allegation", "signature", "was")
    first, *others = (Amendment.objects.filter(**each).order_by().values_list(*columns) for each in about)
    found: defaultdict[tuple[str, object], list[AmendmentRow]] = defaultdict(list)
    for at, _pk, citation, allegation, signature, was in first.union(*others).order_by("at", "pk"):
        named = {"citation": citation, "allegation": allegation and str(allegation), "signature": signature}
        [key] = ((kind, pk) for kind, pk in named.items() if pk)
        found[key].append(AmendmentRow(was, at.date()))
    return found


def amended_origins(origins: Collection[Any]) -> Iterable[tuple[OriginNode, Sequence[AmendmentRow]]]:
    """Origins, each with what it said before it was amended; one query."""
    said = JSONObject(was="was", day=TruncDate("at", tzinfo=UTC))
    history = ArraySubquery(Amendment.objects.filter(origin=OuterRef("pk")).order_by("at", "pk").values(json=said))
    rows = Origin.objects.filter(pk__among=origins).values_list("pk", "rests_on", "independence", history)
    for *node, amended in rows:
        yield OriginNode(*node), [AmendmentRow(each["was"], date.fromisoformat(each["day"])) for each in amended]
