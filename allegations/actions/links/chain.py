"""The chain of the archive's days: whether the manifests follow from one another, and list all that was stored."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any, BinaryIO

from allegations.actions.links.stamping import trusted_roots
from allegations.actions.links.store import archive
from allegations.actions.links.unlisted import DAY, LISTED_KINDS, unlisted
from allegations.links.archive import layout, timestamps, verify
from allegations.links.archive.store import StoreError
from allegations.models import DayFault, DayManifest, DayTimestamp, StoredFile

AT_A_TIME = 1000
SAID = ("root", "chain", "entries")  # by the file of a root, and by the row of its day


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a day (“2021-11-23”): which kind it is, which file it is about, in words.

    `sha256` is the digest that the manifest lists, of a file that the database does not know.
    """

    day: str
    kind: DayFault.Kind
    about: str
    words: str
    sha256: str = ""

    def __str__(self) -> str:
        return f"{self.day}: {self.about}: {self.words}"


@dataclass(frozen=True, slots=True)
class ChainState:
    """How the chain of the days stands: the days that it holds, the last of them, and what is wrong, in words."""

    days: int
    last: date | None
    faults: tuple[str, ...]
    troubles: tuple[Trouble, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every day follows from the one before."""
        return not self.faults


def chain_state(*, files: bool = False) -> ChainState:
    """Check the manifests of all days, their chain, their timestamps, and what the database says of their files.

    With `files` every file that stands in them is read; without, that is left to what compares files with the database.
    Of a day that does not hold itself, no manifest says anything of a file.
    """
    rows = list(DayManifest.objects.order_by("day"))
    tally = verify.Tally()
    read = verify.faults([str(row) for row in rows], _open, tally, files=files)
    troubles = [_of_day(fault.day, fault.about, fault.words) for fault in read]
    troubles += _apart(rows)
    broken = {trouble.day for trouble in troubles}
    unlike = list(_unlike(rows, broken))
    troubles += [*unlike, *_stamp_faults(), *map(_not_listed, unlisted(by_count=not unlike))]
    return ChainState(len(rows), rows[-1].day if rows else None, tuple(map(str, troubles)), tuple(troubles))


def _of_day(day: str, about: str, words: str) -> Trouble:
    return Trouble(day, DayFault.Kind.DAY, about, words)


def _not_listed(file: StoredFile) -> Trouble:
    words = "it is in no manifest; the next one lists it."
    return Trouble(f"{file.stored_at:%Y-%m-%d}", DayFault.Kind.UNLISTED, file.key, words)


def _open(key: str) -> BinaryIO:
    try:
        return archive().open(key)
    except StoreError as error:
        raise OSError(str(error)) from error


def _apart(rows: Sequence[DayManifest]) -> list[Trouble]:
    """Say where the database says something else than the files, or misses a day."""
    found, before = [], verify.FIRST
    for row in rows:
        root_key = layout.manifest_keys(row.day)[1]
        linked = verify.chain(before, bytes.fromhex(row.root), row.day.isoformat())
        if linked.hex() != row.chain:
            found.append(_of_day(str(row), root_key, "its chain in the database does not follow the day before it."))
        before = bytes.fromhex(row.chain)
        said = _root_file(row)
        if said is not None and [said.get(name) for name in SAID] != [getattr(row, name) for name in SAID]:
            words = "the database has another root, chain or number of lines than the file of the root."
            found.append(_of_day(str(row), root_key, words))
    held = {row.day for row in rows}
    if rows:
        first = _first_day(rows[0])
        days = (first + DAY * number for number in range((rows[-1].day - first).days + 1))
        missing = [day for day in days if day not in held]
        words = "the day is missing in the database."
        found += [_of_day(day.isoformat(), layout.manifest_keys(day)[1], words) for day in missing]
    return found


def _first_day(row: DayManifest) -> date:
    """The day with which the chain began: that of the first file, where the earliest row follows another day."""
    said = _root_file(row)
    first = StoredFile.objects.filter(kind__in=LISTED_KINDS).order_by("stored_at").first()
    if said is None or said.get("previous") == verify.FIRST.hex() or first is None:
        return row.day
    return min(first.stored_at.astimezone(UTC).date(), row.day)


def _root_file(row: DayManifest) -> dict[str, Any] | None:
    """What the file of a day's root says; None where it cannot be read, which is told of it anyhow."""
    try:
        return dict(json.loads(_bytes_of(layout.manifest_keys(row.day)[1])))
    except (OSError, ValueError, TypeError):
        return None


def _unlike(rows: Sequence[DayManifest], broken: Container[str]) -> Iterator[Trouble]:
    """Say which files the database knows otherwise than the manifests, or not at all; withdrawn ones it need not."""
    lines = [(row, *line) for row in rows for line in _lines(row)]
    gone = {(key, sha256) for _, key, kind, sha256, _ in lines if kind == verify.WITHDRAWN}
    lines = [line for line in lines if (line[1], line[3]) not in gone]
    for at in range(0, len(lines), AT_A_TIME):
        part = lines[at : at + AT_A_TIME]
        known = StoredFile.objects.in_bulk([key for _, key, *_ in part], field_name="key")
        for row, key, *listed in part:
            if (file := known.get(key)) is None:
                kind, words = DayFault.Kind.UNKNOWN, "the manifest lists it, and the database does not know it."
            elif [file.kind, file.sha256, file.size] != listed:
                kind, words = DayFault.Kind.UNLIKE, "the database has another digest, size or kind than the manifest."
            else:
                continue
            held = DayFault.Kind.DAY if str(row) in broken else kind
            yield Trouble(str(row), held, key, words, str(listed[1]))


def _lines(row: DayManifest) -> list[tuple[str, Any, Any, Any]]:
    """The lines of a manifest; none where it cannot be read, which is told of it anyhow."""
    try:
        entries = [json.loads(line) for line in _bytes_of(layout.manifest_keys(row.day)[0]).splitlines()]
        return [(str(one.get("key")), one.get("kind"), one.get("sha256"), one.get("size")) for one in entries]
    except (OSError, ValueError, AttributeError):
        return []


def _stamp_faults() -> Iterator[Trouble]:
    """Say which timestamps are not what was kept, or do not hold over the file of their day's root."""
    roots = trusted_roots()
    for stamp in DayTimestamp.objects.select_related("manifest", "file"):
        try:
            root = _bytes_of(layout.manifest_keys(stamp.manifest.day)[1])
            told = timestamps.read_kept(_bytes_of(stamp.file.key), root, roots)
        except (OSError, timestamps.TimestampRefused) as error:
            yield Trouble(str(stamp.manifest), DayFault.Kind.STAMP, stamp.file.key, str(error))
            continue
        if told.stated_at != stamp.stated_at:
            words = "the database has another moment than the timestamp."
            yield Trouble(str(stamp.manifest), DayFault.Kind.STAMP, stamp.file.key, words)


def _bytes_of(key: str) -> bytes:
    with _open(key) as opened:
        return opened.read()
