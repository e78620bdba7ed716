"""Writing what a plan says; the caller opens the transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Model

from candidates.fields import UncertainDateField, with_bounds
from candidates.importing.kinds import Ref, Wanted
from candidates.importing.planning import Change, Plan
from candidates.importing.stamps import Person
from candidates.models import Candidate, CandidateName
from candidates.models.base import Publishable

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class People:
    """The accounts of the people that a file names. A new one can neither sign in nor act by itself."""

    def __init__(self) -> None:
        self.known: dict[str, User] = {}

    def __getitem__(self, person: Person) -> User:
        if person.username not in self.known:
            self.known[person.username] = self._account(person)
        return self.known[person.username]

    def _account(self, person: Person) -> User:
        users = get_user_model().objects
        return users.filter(username=person.username).first() or users.create_user(
            username=person.username, first_name=person.name, is_active=False
        )


def write(
    plan: Plan,
    people: People,
    *,
    now: datetime,
    publishes: Callable[[Model], bool],
    each: Callable[[], None] = lambda: None,
) -> dict[Ref, Model]:
    """Create and change what the plan says, and return every row of the file.

    `publishes` tells which rows become public at once; the others have steps of their own.
    """
    rows: dict[Ref, Model] = {}
    for change in plan.changes:
        record = change.wanted
        row = change.row or record.kind.new(record.values)
        if change.is_needed:
            _write(change, row, rows, people, now=now, publishes=publishes)
            each()
        rows[record.ref] = row
    _index_names(rows[change.wanted.ref] for change in plan.needed)
    return rows


def _write(
    change: Change,
    row: Model,
    rows: dict[Ref, Model],
    people: People,
    *,
    now: datetime,
    publishes: Callable[[Model], bool],
) -> None:
    record, is_new = change.wanted, change.is_new
    fields = _fields(record, rows)
    if is_new and record.kind.moment:
        fields[record.kind.moment] = record.moment(now)
    if isinstance(row, Publishable):
        fields |= _signatures(record, row, people, is_new=is_new, now=now, publish=publishes(row))
    for name, value in fields.items():
        setattr(row, name, value)
    row.save() if row._state.adding else row.save(update_fields=_columns(row, fields))
    for name, refs in record.sets.items():
        getattr(row, name).set([rows[ref] for ref in refs])


def _fields(record: Wanted, rows: dict[Ref, Model]) -> dict[str, Any]:
    values = {name: value for name, value in record.values.items() if name not in record.kind.fixed}
    return values | {name: rows[ref] for name, ref in record.links.items()}


def _columns(row: Model, fields: Iterable[str]) -> list[str]:
    """What to save: only what the file says, so that nothing is overwritten that others have changed meanwhile."""
    dates = [name for name in fields if isinstance(row._meta.get_field(name), UncertainDateField)]
    return [*(name for name in fields if name not in dates), *with_bounds(*dates)]


def _signatures(
    record: Wanted, row: Publishable, people: People, *, is_new: bool, now: datetime, publish: bool
) -> dict[str, Any]:
    fields: dict[str, Any] = {"written_by": people[record.stamp.written_by]} if is_new else {}
    if publish and record.stamp.published and not row.is_published:
        at = record.moment(now) if is_new else now
        fields |= {"published_by": people[record.stamp.published_by], "published_at": at}
    return fields


def _index_names(rows: Iterable[Model]) -> None:
    """Let candidates be found by the names that they have now."""
    changed = list(rows)
    renamed = {row.pk: row for row in changed if isinstance(row, Candidate)}
    renamed |= {row.candidate_id: row.candidate for row in changed if isinstance(row, CandidateName)}
    for candidate in renamed.values():
        candidate.index_names()
