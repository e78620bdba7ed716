"""Who wrote and who published a record of a case file, and when: stated at the top, and by any record for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from candidates.importing.problems import Path, Problem, shown
from candidates.importing.reading import Document

FIELDS = ("written_by", "published_by", "recorded", "published")


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The two people behind a record, the day on which it was recorded, and whether the public may see it."""

    written_by: Person = Person("")
    published_by: Person = Person("")
    recorded: date | None = None
    published: bool = True

    def within(self, record: Mapping[str, Any]) -> Stamp:
        """The stamp of a record inside this one: what it does not say for itself it takes over."""
        told: dict[str, Any] = {name: _read(name, record[name]) for name in FIELDS if name in record}
        return replace(self, **{name: value for name, value in told.items() if value is not None})

    def moment(self, now: datetime) -> datetime:
        """When the record was written: the start of its day (UTC), or now where the file states none."""
        return datetime.combine(self.recorded, time(), UTC) if self.recorded else now


def _read(name: str, value: object) -> object:
    if name in ("written_by", "published_by"):
        return _person(value)
    if name == "recorded":
        return _day(value)
    return value if isinstance(value, bool) else None


def _person(value: object) -> Person | None:
    if isinstance(value, dict) and isinstance(value.get("username"), str):
        return Person(value["username"], str(value.get("name", "")))
    return None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def stamped(document: Document) -> Iterator[tuple[Path, Mapping[str, Any], Stamp]]:
    """Every record of a document, the whole file first, with the stamp that holds for it."""
    if isinstance(document.value, dict):
        yield from _stamped((), document.value, Stamp())


def _stamped(path: Path, record: Mapping[str, Any], outer: Stamp) -> Iterator[tuple[Path, Mapping[str, Any], Stamp]]:
    stamp = outer.within(record)
    yield path, record, stamp
    for name, value in record.items():
        if isinstance(value, dict) and name not in FIELDS:
            yield from _stamped((*path, name), value, stamp)
        elif isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _stamped((*path, name, place), item, stamp)


def mis_stamped(document: Document, today: date) -> Iterator[Problem]:
    """Authors who would publish their own records, and days of recording that have not come."""
    for path, record, stamp in stamped(document):
        named = [name for name in ("published_by", "written_by") if name in record]
        if named and stamp.published and _same(stamp.written_by, stamp.published_by):
            yield document.problem(
                (*path, named[0]),
                f"{shown(stamp.published_by.username)} is the author too; someone else must publish.",
            )
        if "recorded" in record and stamp.recorded and stamp.recorded > today:
            yield document.problem((*path, "recorded"), f"{stamp.recorded} has not come yet (today is {today}).")


def _same(author: Person, publisher: Person) -> bool:
    return bool(author.username) and author.username.casefold() == publisher.username.casefold()
