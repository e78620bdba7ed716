"""Grades in a case file: each becomes a grading, a row with its reason that is never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model

from allegations.actions.evidence import Gradable
from allegations.models import Citation, Grading
from allegations.queries import pair_of
from candidates.importing.applying import People
from candidates.importing.kinds import Ref, Wanted
from candidates.importing.planning import Change, Difference


def decided_by_two(record: Wanted, row: Model) -> Iterator[str]:
    """Grades that the file gives as before while a second grader has spoken, and those on which two differ."""
    for scale, entry in _grades(record):
        assert isinstance(row, Gradable)
        pair = pair_of(row, scale)
        if pair and pair.second and (pair.is_open or pair.first.value == str(entry["grade"])):
            yield from (scale, f"{scale}_reason")


def regraded(record: Wanted, row: Model) -> Iterator[Difference]:
    """Grades whose reason the file gives otherwise than the latest first grading does."""
    for scale, entry in _grades(record):
        if f"{scale}_reason" in record.kind.columns:
            continue  # a field like any other
        given = Grading.objects.filter(**{record.kind.name: row}, scale=scale, part=Grading.Part.FIRST)
        last = given.first()
        if last is None or last.reason != entry["reason"]:
            yield Difference(f"reason of {scale}", last.reason if last else "", entry["reason"])


def write_gradings(changes: Iterable[Change], rows: dict[Ref, Model], people: People, *, now: datetime) -> None:
    """Write a grading for every grade that is new or changed, given by the author of the record."""
    for change in changes:
        record = change.wanted
        touched = {difference.field for difference in change.differences}
        for scale, entry in _grades(record):
            if change.is_new or touched & {scale, f"{scale}_reason", f"reason of {scale}"}:
                Grading.objects.create(
                    **{record.kind.name: rows[record.ref]},
                    scale=scale,
                    value=str(entry["grade"]),
                    reason=entry["reason"],
                    basis=_citation(rows, entry.get("basis")),
                    graded_by=people[record.stamp.written_by],
                    graded_at=record.moment(now) if change.is_new else now,
                )


def _citation(rows: dict[Ref, Model], key: str | None) -> Citation | None:
    row = rows[("citation", key)] if key else None
    assert row is None or isinstance(row, Citation)
    return row


def _grades(record: Wanted) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((scale, record.entry[scale]) for scale in record.kind.grades if scale in record.values)
