"""The chain of the archive's days: whether the manifests follow from one another, and list all that was stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from allegations.actions.links.stamping import trusted_roots
from allegations.actions.links.store import archive
from allegations.actions.links.unlisted import DAY, unlisted
from allegations.links.archive import layout, timestamps, verify
from allegations.links.archive.store import StoreError
from allegations.models import DayManifest, DayTimestamp, StoredFile

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class ChainState:
    """How the chain of the days stands: the days that it holds, the last of them, and what is wrong, in words."""

    days: int
    last: date | None
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every day follows from the one before."""
        return not self.faults


def chain_state(*, files: bool = False) -> ChainState:
    """Check the manifests of all days, their chain, their timestamps, and what the database says of their files.

    With `files` every file that stands in them is read; without, that is left to what compares files with the database.
    """
    rows = list(DayManifest.objects.order_by("day"))
    tally = verify.Tally()
    faults = [str(fault) for fault in verify.faults([str(row) for row in rows], _open, tally, files=files)]
    faults += [*_apart(rows), *_unlike(rows), *_stamp_faults()]
    faults += [
        f"{file.stored_at:%Y-%m-%d}: {file.key}: it is in no manifest; the next one lists it." for file in unlisted()
    ]
    return ChainState(len(rows), rows[-1].day if rows else None, tuple(faults))


def _open(key: str) -> BinaryIO:
    try:
        return archive().open(key)
    except StoreError as error:
        raise OSError(str(error)) from error


def _apart(rows: Sequence[DayManifest]) -> list[str]:
    """Say where the database says something else than the files, or misses a day."""
    found, before = [], verify.FIRST
    for row in rows:
        linked = verify.chain(before, bytes.fromhex(row.root), row.day.isoformat())
        if linked.hex() != row.chain:
            found.append(f"{row}: its chain in the database does not follow the day before it.")
        before = bytes.fromhex(row.chain)
        said = _root_file(row)
        if said is not None and said != (row.root, row.chain, row.entries):
            found.append(f"{row}: the database has another root, chain or number of lines than the file of the root.")
    held = {row.day for row in rows}
    if rows:
        days = (rows[0].day + DAY * number for number in range((rows[-1].day - rows[0].day).days + 1))
        found += [f"{day.isoformat()}: the day is missing in the database." for day in days if day not in held]
    return found


def _root_file(row: DayManifest) -> tuple[Any, Any, Any] | None:
    """What the file of a day's root says; None where it cannot be read, which is told of it anyhow."""
    try:
        said = json.loads(_bytes_of(layout.manifest_keys(row.day)[1]))
        return said.get("root"), said.get("chain"), said.get("entries")
    except (OSError, ValueError, AttributeError):
        return None


def _unlike(rows: Sequence[DayManifest]) -> Iterator[str]:
    """Say which files the database knows otherwise than the manifests, or not at all; withdrawn ones it need not."""
    lines = [(row, *line) for row in rows for line in _lines(row)]
    gone = {(key, sha256) for _, key, kind, sha256, _ in lines if kind == verify.WITHDRAWN}
    lines = [line for line in lines if (line[1], line[3]) not in gone]
    for at in range(0, len(lines), AT_A_TIME):
        part = lines[at : at + AT_A_TIME]
        known = StoredFile.objects.in_bulk([key for _, key, *_ in part], field_name="key")
        for row, key, *listed in part:
            if (file := known.get(key)) is None:
                yield f"{row}: {key}: the manifest lists it, and the database does not know it."
            elif [file.kind, file.sha256, file.size] != listed:
                yield f"{row}: {key}: the database has another digest, size or kind than the manifest."


def _lines(row: DayManifest) -> list[tuple[str, Any, Any, Any]]:
    """The lines of a manifest; none where it cannot be read, which is told of it anyhow."""
    try:
        entries = [json.loads(line) for line in _bytes_of(layout.manifest_keys(row.day)[0]).splitlines()]
        return [(str(one.get("key")), one.get("kind"), one.get("sha256"), one.get("size")) for one in entries]
    except (OSError, ValueError, AttributeError):
        return []


def _stamp_faults() -> Iterator[str]:
    """Say which timestamps are not what was kept, or do not hold over the file of their day's root."""
    roots = trusted_roots()
    for stamp in DayTimestamp.objects.select_related("manifest", "file"):
        try:
            root = _bytes_of(layout.manifest_keys(stamp.manifest.day)[1])
            told = timestamps.read_kept(_bytes_of(stamp.file.key), root, roots)
        except (OSError, timestamps.TimestampRefused) as error:
            yield f"{stamp.manifest}: {stamp.file.key}: {error}"
            continue
        if told.stated_at != stamp.stated_at:
            yield f"{stamp.manifest}: {stamp.file.key}: the database has another moment than the timestamp."


def _bytes_of(key: str) -> bytes:
    with _open(key) as opened:
        return opened.read()
