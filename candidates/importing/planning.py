"""What a case file would create and change in the database, and what stands there beside it; writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, Model, Q

from candidates.importing.kinds import Kind, Ref, Wanted
from candidates.importing.problems import Problem, shown
from candidates.importing.reading import Document
from candidates.importing.wanting import fields_of
from candidates.models.base import Publishable


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the file wants otherwise than it stands."""

    field: str
    old: object
    new: object

    def __str__(self) -> str:
        return f"{self.field} {shown(self.old)} → {shown(self.new)}"


@dataclass(slots=True)
class Change:
    """A record of the file beside the row that stands for it, if there is one."""

    wanted: Wanted
    row: Model | None
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def is_needed(self) -> bool:
        return self.is_new or bool(self.differences)

    @property
    def outcome(self) -> str:
        return "new" if self.is_new else "changed" if self.differences else "unchanged"


@dataclass(slots=True)
class Plan:
    """All records of a file in order, what is wrong with applying them, and what stands beside them."""

    changes: list[Change]
    problems: list[Problem]
    left_alone: list[tuple[Kind, str]]

    @property
    def needed(self) -> list[Change]:
        return [change for change in self.changes if change.is_needed]

    def counts(self) -> dict[str, Counter[str]]:
        """How many records of each kind (in the plural) are new, changed and unchanged."""
        counts: dict[str, Counter[str]] = {}
        for change in self.changes:
            counts.setdefault(change.wanted.kind.plural, Counter())[change.outcome] += 1
        return counts


Differ = Callable[[Wanted, Model], Iterable[Difference]]
Keeper = Callable[[Wanted, Model], Iterable[str]]


def make_plan(
    document: Document,
    records: Iterable[Wanted],
    *,
    more: Differ,
    kept: Keeper = lambda record, row: (),
    add_only: bool = False,
) -> Plan:
    """Compare a checked file with the database; `more` names differences beyond the fields.

    `kept` names the fields of a row that people have decided on since: the file does not change them. With
    `add_only`, a row that stands is as it should be, whatever it says.
    """
    rows: dict[Ref, Model] = {}
    plan = Plan([], [], [])
    for record in records:
        row = _row_of(record, rows)
        if row is not None:
            rows[record.ref] = row
            for name in kept(record, row):
                record.values.pop(name, None)
        change = Change(record, row)
        if row is not None and not add_only:
            change.differences = [*_differences(record, row, rows), *more(record, row)]
        plan.changes.append(change)
        plan.problems += [document.problem(record.path, words) for words in _refusals(change)]
    plan.left_alone = list(_left_alone(plan.changes))
    return plan


def _row_of(record: Wanted, rows: dict[Ref, Model]) -> Model | None:
    """The row that stands for a record: by its identity, else one without a key that says the same."""
    found = _row_by(record, record.kind.identity, rows)
    if found is None and record.kind.otherwise:
        found = _row_by(record, fields_of(record, record.kind.otherwise), rows, key__isnull=True)
    if found is None and record.kind.adopt:
        found = record.kind.adopt(record)
    return found


def _row_by(record: Wanted, names: Iterable[str], rows: dict[Ref, Model], **conditions: Any) -> Model | None:
    for name in names:
        if name in record.links:
            target = rows.get(record.links[name])
            if target is None:
                return None
            conditions[name] = target.pk
        else:
            conditions[name] = record.values.get(name, _default(record.kind, name))
    return record.kind.model._default_manager.filter(**conditions).first()


def _default(kind: Kind, name: str) -> object:
    column = kind.model._meta.get_field(name)
    return column.get_default() if isinstance(column, Field) else None


def _differences(record: Wanted, row: Model, rows: dict[Ref, Model]) -> Iterator[Difference]:
    for name, value in record.values.items():
        old, new = _plain(row, name, getattr(row, name)), _plain(row, name, value)
        if old != new and name not in record.kind.fixed:
            yield Difference(name, old, new)
    for name, ref in record.links.items():
        target = rows.get(ref)
        if target is None or getattr(row, f"{name}_id") != target.pk:
            yield Difference(name, getattr(row, name), ref[1])
    for name, refs in record.sets.items():
        old_set = set(getattr(row, name).all())
        if old_set != {rows.get(ref) for ref in refs}:
            yield Difference(name, ", ".join(sorted(map(str, old_set))), ", ".join(ref[1] for ref in refs))
    if isinstance(row, Publishable) and record.stamp.published and not row.is_published:
        yield Difference("published", False, True)


def _plain(row: Model, name: str, value: object) -> object:
    """A value as the database compares it."""
    return row._meta.get_field(name).get_prep_value(value)  # type: ignore[union-attr]


def _refusals(change: Change) -> Iterator[str]:
    record, row = change.wanted, change.row
    if record.kind.refuse and (words := record.kind.refuse(record, row)):
        yield words
    if row is None or not change.differences:
        return
    if record.kind.closed and (words := record.kind.closed(row)):
        yield words
    if isinstance(row, Publishable):
        yield from _unpublishable(record, row)


def _unpublishable(record: Wanted, row: Publishable) -> Iterator[str]:
    if row.is_published and not record.stamp.published:
        yield "is published already; a change to it needs a publisher, so take out “published: false”."
    if not row.is_published and record.stamp.published and _author(row) == record.stamp.published_by.username:
        yield f"was written by {shown(_author(row))}, who cannot publish it; name another publisher."


def _author(row: Publishable) -> str:
    return row.written_by.get_username()


def _left_alone(changes: Iterable[Change]) -> Iterator[tuple[Kind, str]]:
    """Rows inside what the file describes that the file does not name."""
    known: dict[str, set[Any]] = {}
    kinds: dict[str, Kind] = {}
    for change in changes:
        kinds[change.wanted.kind.name] = change.wanted.kind
        if change.row is not None:
            known.setdefault(change.wanted.kind.name, set()).add(change.row.pk)
    for kind in kinds.values():
        scope = {**kind.scope, **{place.owner: place.within for place in kind.places}}
        around = Q(pk__in=[])
        for name, other in scope.items():
            around |= Q(**{f"{name}__in": known.get(other, set())})
        rows = kind.model._default_manager.filter(around).exclude(pk__in=known.get(kind.name, set()))
        yield from ((kind, str(row)) for row in rows.distinct())
