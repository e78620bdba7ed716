"""Auditing the archive: digests computed again, each day sealed in a manifest, the chain of the days checked."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import zip_longest
from typing import BinaryIO

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from allegations.actions.links.adopting import is_left, know, last_left, left_of
from allegations.actions.links.chain import ChainState, chain_state
from allegations.actions.links.damage import follow
from allegations.actions.links.stamping import stamp_days
from allegations.actions.links.store import archive, gives_out, stored
from allegations.actions.links.unlisted import LISTED_KINDS, begin, days_of, listed_on, unlisted
from allegations.actions.links.windows import database_now
from allegations.links.archive import layout, manifest
from allegations.links.archive.store import NotStored, StoreError
from allegations.models import DayFault, DayManifest, StoredFile

__all__ = [
    "ArchiveAway",
    "ChainState",
    "chain_state",
    "last_audit",
    "seal_days",
    "verify_file",
    "verify_files",
]

logger = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(days=7)
FAULTY_AGAIN = timedelta(hours=1)  # what was restored stands again soon
NEWLY_FAULTY_AGAIN = timedelta(minutes=15)  # in the first hour
AT_A_TIME = 100
DAYS_AT_A_TIME = 5
LEASES, LEASE_S = "links:audit:", 3600
NOT_READ = (StoredFile.Fault.MISSING, StoredFile.Fault.UNREADABLE)
AHEAD = timedelta(days=1)  # what was looked at so far in the future was so by a clock that ran ahead
SETTLED_AFTER = timedelta(hours=1)  # what was begun before midnight is written down by then
SEALED_KINDS = (StoredFile.Kind.WARC, StoredFile.Kind.PAYLOAD)
SEAL_LOCK = 0x6C696E6B73
PIECE = 1024 * 1024
DAY = timedelta(days=1)
MOST_IDLE = timedelta(days=31)  # without a file, before days are sealed by a person alone
MOST_EMPTY = timedelta(days=2)  # that are sealed while no later day has a file


# Files


class ArchiveAway(StoreError):
    """The store fails as a whole, so that nothing can be said of any file of it."""


def verify_files(*, until: float | None = None) -> int:
    """Compute the digests of files again that were not looked at for a week, of faulty ones sooner; return how many.

    What is wrong is written down and shown; nothing is ever written over. When the store is away, no file is judged.
    """
    verified = before = 0
    try:
        while due := _to_verify(database_now()):
            for file in due:
                if until is not None and time.monotonic() >= until:
                    return verified
                verified += _verify_alone(file)
            if verified == before:
                break
            before = verified
    except ArchiveAway as error:
        logger.error("The audit of the archive stopped: %s", error)
    return verified


def verify_file(file: StoredFile) -> StoredFile:
    """Compute the digest of one file again at once; raise ArchiveAway where that would tell nothing."""
    return _verify(StoredFile.objects.get(pk=file.pk))


def _to_verify(now: datetime) -> list[StoredFile]:
    """Some files that are due, faulty ones and others in turn: many of the one kind do not hold up the other."""
    rows = StoredFile.objects.order_by(F("verified_at").asc(nulls_first=True), "pk")
    new = Q(fault_at__gt=now - FAULTY_AGAIN, verified_at__lt=now - NEWLY_FAULTY_AGAIN)
    faulty = rows.exclude(fault="").filter(new | Q(verified_at__lt=now - FAULTY_AGAIN) | Q(verified_at__isnull=True))
    due = Q(verified_at__isnull=True) | Q(verified_at__lt=now - AGAIN_AFTER)
    others = rows.filter(due | Q(verified_at__gt=now + AHEAD), fault="")
    pairs = zip_longest(faulty[:AT_A_TIME], others[:AT_A_TIME])
    return [file for pair in pairs for file in pair if file is not None]


def _verify_alone(file: StoredFile) -> bool:
    """Look at a file unless somebody does; while one over which somebody died waits, the next ones come first."""
    lease = f"{LEASES}{file.pk}"
    if not cache.add(lease, True, LEASE_S):
        return False
    _verify(file)
    cache.delete(lease)
    return True


def _verify(file: StoredFile) -> StoredFile:
    """Read the file with nothing locked, then write down what was found, unless somebody did meanwhile."""
    found = _fault(file)
    if found in NOT_READ:
        if not gives_out(but=file):
            raise ArchiveAway("None of the files that were whole before can be read; no file was judged.")
        found = _fault(file)  # the store may have come back between the two
    with transaction.atomic():
        held = StoredFile.objects.select_for_update(no_key=True).get(pk=file.pk)
        if held.verified_at == file.verified_at:
            _write_down(held, found)
    return held


def _write_down(file: StoredFile, found: str) -> None:
    now, had = database_now(), file.fault
    if had and not found and _is_unlike(file):
        found = StoredFile.Fault.UNLIKE.value
    file.verified_at, file.fault = now, found
    file.fault_at = (file.fault_at or now) if found else None
    file.save(update_fields=["verified_at", "fault", "fault_at"])
    if bool(found) != bool(had):
        logger.log(logging.ERROR if found else logging.INFO, "Archived file %s: %s", file.key, found or "whole again")
        follow(file)


def _is_unlike(file: StoredFile) -> bool:
    """Tell whether its manifest lists the file otherwise: that it is what its row says clears it of nothing."""
    return DayFault.objects.filter(kind=DayFault.Kind.UNLIKE, about=file.key).exists()


def _fault(file: StoredFile) -> str:
    try:
        with archive().open(file.key) as opened:
            digest, size = _measured(opened)
    except NotStored:
        return StoredFile.Fault.MISSING.value
    except (StoreError, OSError):
        return StoredFile.Fault.UNREADABLE.value
    return "" if (digest, size) == (file.sha256, file.size) else StoredFile.Fault.CHANGED.value


def _measured(opened: BinaryIO) -> tuple[str, int]:
    digest, size = sha256(), 0
    while piece := opened.read(PIECE):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


# Days


def seal_days(*, by_hand: bool = False, told: Callable[[int], None] | None = None) -> list[DayManifest]:
    """Write the manifest of each day that is over, in order, and ask for their timestamps.

    A manifest is for good, so a day is over when the database's clock and our own both say so, and no more than two
    days without files are sealed before a later one has some. Over many days without any, only a person leads
    (`by_hand`): a clock may have run ahead. Some days at a time are written down, and their number so far is `told`:
    who is stopped in between goes on from there.
    """
    made: list[DayManifest] = []
    try:
        while some := _seal_some(by_hand=by_hand):
            made += some
            if told:
                told(len(made))
    finally:
        stamp_days(database_now())
    return made


def _seal_some(*, by_hand: bool) -> list[DayManifest]:
    """Seal the next days, in one transaction; none while somebody else does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        if not cursor.fetchone()[0]:
            return []
        now = min(database_now(), own_now())
        days = _unsealed(now, by_hand)[:DAYS_AT_A_TIME]
        left = last_left(days[0], now.astimezone(UTC).date()) if days else None
        return [_seal(day, now, left) for day in days]


def own_now() -> datetime:
    """The time by the clock of this machine."""
    return timezone.now()


def _unsealed(now: datetime, by_hand: bool) -> list[date]:
    """The days that are over and have no manifest, from the first file on."""
    last = DayManifest.objects.order_by("day").last()
    first = StoredFile.objects.filter(kind__in=SEALED_KINDS).order_by("stored_at").first()
    if last is None and first is None:
        return []
    day = last.day + DAY if last else first.stored_at.astimezone(UTC).date()  # type: ignore[union-attr]
    over = (now - SETTLED_AFTER).astimezone(UTC).date()
    end = _end(day, over, by_hand)
    if by_hand or is_left(day):
        end = max(end, (last_left(day, over) or day - DAY) + DAY)
    if last and end <= day and unlisted():
        end = day + DAY
    return [day + DAY * number for number in range((min(end, over) - day).days)]


def _end(day: date, over: date, by_hand: bool) -> date:
    """The day after the last one that may be sealed, from `day` on: not many without a file, before the next or after
    the last."""
    files = StoredFile.objects.filter(kind__in=LISTED_KINDS, stored_at__lt=begin(over))
    before = files.filter(stored_at__lt=begin(day)).order_by("stored_at").last()
    end = before.stored_at.astimezone(UTC).date() + DAY if before else day
    for stored_on in days_of(files.filter(stored_at__gte=begin(day))):
        if stored_on - max(end, day) > MOST_IDLE and not by_hand:
            logger.error("No file was stored from %s to %s: to seal these days takes an audit by hand", end, stored_on)
            break
        end = stored_on + DAY
    return end + MOST_EMPTY


def _seal(day: date, now: datetime, left: date | None) -> DayManifest:
    entries = left_of(day)
    if entries is None and left is not None and left > day:
        lost = layout.manifest_keys(day)[0]
        raise StoreError(f"{lost}: it is missing, and the manifest of {left} is there; put it back from a backup.")
    if entries is None:
        entries = [manifest.Entry(row.key, row.kind, row.sha256, row.size) for row in listed_on(day, now)]
    else:
        know(entries, day)
    before = DayManifest.objects.filter(day=day - DAY).values_list("chain", flat=True).first()
    made = manifest.make(day, entries, before)
    lines_key, root_key = layout.manifest_keys(day)
    stored(lines_key, made.lines_file, StoredFile.Kind.MANIFEST, database_now())
    file = stored(root_key, made.root_file, StoredFile.Kind.MANIFEST, database_now())
    return DayManifest.objects.create(
        day=day, entries=len(made.lines), root=made.root, chain=made.chain, file=file, made_at=database_now()
    )


def last_audit() -> datetime | None:
    """When a file was last looked at."""
    return (
        StoredFile.objects.filter(verified_at__isnull=False)
        .values_list("verified_at", flat=True)
        .order_by("-verified_at")
        .first()
    )
