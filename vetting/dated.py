"""The days of a row: since when it is on record, when its grades were given, and when it did not stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from allegations.codes import LOST
from allegations.workflow import STANDING, State
from vetting.risk.records import Grade, Span


def recorded(*moments: datetime | None) -> date:
    """The day by which all of these were on record; each is."""
    return max(moment for moment in moments if moment).date()


def grades(given: Iterable[Mapping[str, str]], scale: str, column: object, since: date) -> tuple[Grade, ...]:
    """The grades of one scale with their days, from rows that the record was read with.

    A column that says otherwise than the last of them was written by other hands, nobody knows when; it
    counts from that last grading on, and without any from the day `since`.
    """
    found = [Grade(date.fromisoformat(row["day"]), row["value"]) for row in given if row["scale"] == scale]
    now = "" if column is None else str(column)
    last = found[-1] if found else Grade(since, "")
    return (*found,) if last.code == now else (*found, Grade(last.recorded, now))


def fallen(state: str, fell_on: date | None) -> tuple[Span, ...]:
    """Since when a reviewed record stands no more; if nobody wrote that down, it never stood."""
    return () if State(state) in STANDING else ((fell_on or date.min, None),)


def lost(citation: Any) -> tuple[Span, ...]:
    """When the source of a citation was lost: gone or taken over, and no archived copy kept."""
    source = citation.source
    spans, start = [], None
    for move in citation.moves:
        day = date.fromisoformat(move["day"])
        if move["reached"] in LOST:
            start = start or day
        elif start:
            spans.append((start, day))
            start = None
    found: list[Span] = [*spans, (start or date.min, None)] if source.state in LOST else [*spans]
    if not source.archived:
        return tuple(found)
    kept: date = citation.kept_since or date.min
    return tuple((begun, min(end or kept, kept)) for begun, end in found if begun < kept)
