"""Auditing the archive: digests computed again, each day sealed in a manifest, the chain of the days checked."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import zip_longest
from typing import BinaryIO

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Q

from allegations.actions.evidence import evidence_change
from allegations.actions.links.people import answered, ask
from allegations.actions.links.stamping import stamp_days
from allegations.actions.links.store import archive, stored
from allegations.actions.links.windows import database_now
from allegations.links.archive import layout, manifest, verify
from allegations.links.archive.store import NotStored, StoreError
from allegations.models import Capture, DayManifest, ReviewTask, Source, StoredFile

logger = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(days=7)
FAULTY_AGAIN = timedelta(hours=1)  # what was restored stands again soon
NEWLY_FAULTY_AGAIN = timedelta(minutes=15)  # in the first hour
AT_A_TIME = 100
LEASES, LEASE_S = "links:audit:", 3600
NOT_READ = (StoredFile.Fault.MISSING, StoredFile.Fault.UNREADABLE)
WITNESSES = 5
SETTLED_AFTER = timedelta(hours=1)  # what was begun before midnight is written down by then
SEALED_KINDS = (StoredFile.Kind.WARC, StoredFile.Kind.PAYLOAD)
SEAL_LOCK = 0x6C696E6B73
PIECE = 1024 * 1024
DAY = timedelta(days=1)


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
    others = rows.filter(Q(verified_at__isnull=True) | Q(verified_at__lt=now - AGAIN_AFTER), fault="")
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
        if not _is_well(file):
            raise ArchiveAway("None of the files that were whole before can be read; no file was judged.")
        found = _fault(file)  # the store may have come back between the two
    with transaction.atomic():
        held = StoredFile.objects.select_for_update(no_key=True).get(pk=file.pk)
        if held.verified_at == file.verified_at:
            _write_down(held, found)
    return held


def _write_down(file: StoredFile, found: str) -> None:
    now, had = database_now(), file.fault
    file.verified_at, file.fault = now, found
    file.fault_at = (file.fault_at or now) if found else None
    file.save(update_fields=["verified_at", "fault", "fault_at"])
    if bool(found) != bool(had):
        logger.log(logging.ERROR if found else logging.INFO, "Archived file %s: %s", file.key, found or "whole again")
        _follow(file)


def _is_well(suspect: StoredFile) -> bool:
    """Tell whether the store gives out at least one of the other files that were found whole last."""
    if not archive().is_well():
        return False
    others = StoredFile.objects.filter(fault="").exclude(pk=suspect.pk)
    lately = others.order_by(F("verified_at").desc(nulls_last=True), "-pk").values_list("key", flat=True)[:WITNESSES]
    return not lately or any(_is_read(key) for key in lately)


def _is_read(key: str) -> bool:
    try:
        with archive().open(key) as opened:
            opened.read(1)
    except (StoreError, OSError):
        return False
    return True


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


def _follow(file: StoredFile) -> None:
    """Let the sources follow whose copies stand in this file: a damaged copy stands for no page."""
    copies = Capture.objects.filter(Q(file=file) | Q(check_made__warc=file)).values("source")
    with evidence_change():
        for source in Source.objects.select_for_update().filter(pk__in=copies).order_by("pk"):
            if file.fault:
                reason = f"The archived file {file.key} is {file.get_fault_display()}."
                ask([(source, ReviewTask.Kind.BROKEN.value, reason)])
            elif not _is_damaged(source):
                answered(source, [ReviewTask.Kind.BROKEN.value])
            mark_archived(source)


def _is_damaged(source: Source) -> bool:
    copies = Capture.objects.filter(source=source)
    return copies.exclude(file__fault="", check_made__warc__fault="").exists()


def mark_archived(source: Source) -> None:
    """Say of a source whether a copy stands for it; inside a change of evidence."""
    archived = Capture.objects.evidence().filter(source=source, file__fault="").exists()
    if archived != source.archived:
        source.archived = archived
        source.save(update_fields=["archived"])


# Days


def seal_days() -> list[DayManifest]:
    """Write the manifest of each day that is over, in order, and ask for their timestamps."""
    made = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        if cursor.fetchone()[0]:
            made = [_seal(day) for day in _unsealed(database_now())]
    stamp_days(database_now())
    return made


def _unsealed(now: datetime) -> list[date]:
    """The days that are over and have no manifest; from the first file on, also those without any."""
    last = DayManifest.objects.order_by("day").last()
    first = StoredFile.objects.filter(kind__in=SEALED_KINDS).order_by("stored_at").first()
    if last is None and first is None:
        return []
    day = last.day + DAY if last else first.stored_at.astimezone(UTC).date()  # type: ignore[union-attr]
    over = (now - SETTLED_AFTER).astimezone(UTC).date()
    return [day + DAY * number for number in range((over - day).days)]


def _seal(day: date) -> DayManifest:
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    rows = StoredFile.objects.filter(stored_at__gte=begins, stored_at__lt=begins + DAY)
    sealed = (*SEALED_KINDS, StoredFile.Kind.TIMESTAMP)
    entries = [manifest.Entry(row.key, row.kind, row.sha256, row.size) for row in rows.filter(kind__in=sealed)]
    before = DayManifest.objects.filter(day=day - DAY).values_list("chain", flat=True).first()
    made = manifest.make(day, entries, before)
    lines_key, root_key = layout.manifest_keys(day)
    stored(lines_key, made.lines_file, StoredFile.Kind.MANIFEST, database_now())
    file = stored(root_key, made.root_file, StoredFile.Kind.MANIFEST, database_now())
    return DayManifest.objects.create(
        day=day, entries=len(made.lines), root=made.root, chain=made.chain, file=file, made_at=database_now()
    )


# The chain


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


def last_audit() -> datetime | None:
    """When a file was last looked at."""
    return (
        StoredFile.objects.filter(verified_at__isnull=False)
        .values_list("verified_at", flat=True)
        .order_by("-verified_at")
        .first()
    )
