"""The chain of the archive's days: whether the manifests follow from one another, and list all that was stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from allegations.actions.links.store import archive
from allegations.actions.links.unlisted import DAY, unlisted
from allegations.links.archive import verify
from allegations.links.archive.store import StoreError
from allegations.models import DayManifest


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
    """Check the manifests of all days and their chain, and with `files` every file that stands in them."""
    rows = list(DayManifest.objects.order_by("day"))
    tally = verify.Tally()
    faults = [str(fault) for fault in verify.faults([str(row) for row in rows], _open, tally, files=files)]
    faults += _apart(rows)
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
    held = {row.day for row in rows}
    if rows:
        days = (rows[0].day + DAY * number for number in range((rows[-1].day - rows[0].day).days + 1))
        found += [f"{day.isoformat()}: the day is missing in the database." for day in days if day not in held]
    return found
