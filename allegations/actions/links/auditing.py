"""Auditing the archive: digests computed again, each day sealed in a manifest, the chain of the days checked."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from allegations.actions.evidence import evidence_change
from allegations.actions.links import door
from allegations.actions.links.people import answered, ask
from allegations.actions.links.store import archive
from allegations.actions.links.windows import database_now
from allegations.links.archive import layout, manifest, timestamps, verify
from allegations.links.archive.store import NotStored, StoreError
from allegations.models import Capture, DayManifest, DayTimestamp, ReviewTask, Source, StoredFile

logger = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(days=7)
SETTLED_AFTER = timedelta(hours=1)  # what was begun before midnight is written down by then
SEALED_KINDS = (StoredFile.Kind.WARC, StoredFile.Kind.PAYLOAD)
SEAL_LOCK = 0x6C696E6B73
PIECE = 1024 * 1024
DAY = timedelta(days=1)
TIMESTAMPED_WITHIN = timedelta(days=30)


# Files


def verify_files(*, until: float | None = None) -> int:
    """Compute the digests of files again that were not looked at for a week; return how many that were.

    What is wrong is written down and shown; nothing is ever written over.
    """
    verified = 0
    while until is None or time.monotonic() < until:
        with transaction.atomic():
            file = _to_verify(database_now()).select_for_update(skip_locked=True).first()
            if file is None:
                break
            _verify(file)
        verified += 1
    return verified


def verify_file(file: StoredFile) -> StoredFile:
    """Compute the digest of one file again at once."""
    with transaction.atomic():
        return _verify(StoredFile.objects.select_for_update().get(pk=file.pk))


def _to_verify(now: datetime):  # type: ignore[no-untyped-def]
    waiting = Q(verified_at__isnull=True) | Q(verified_at__lt=now - AGAIN_AFTER)
    return StoredFile.objects.filter(waiting).order_by(F("verified_at").asc(nulls_first=True), "pk")


def _verify(file: StoredFile) -> StoredFile:
    found, now, had = _fault(file), database_now(), file.fault
    file.verified_at, file.fault = now, found
    file.fault_at = (file.fault_at or now) if found else None
    file.save(update_fields=["verified_at", "fault", "fault_at"])
    if bool(found) != bool(had):
        logger.log(logging.ERROR if found else logging.INFO, "Archived file %s: %s", file.key, found or "whole again")
        _follow(file)
    return file


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
    _stamp_days()
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
    _stored(lines_key, made.lines_file, StoredFile.Kind.MANIFEST)
    file = _stored(root_key, made.root_file, StoredFile.Kind.MANIFEST)
    return DayManifest.objects.create(
        day=day, entries=len(made.lines), root=made.root, chain=made.chain, file=file, made_at=database_now()
    )


def _stored(key: str, data: bytes, kind: StoredFile.Kind) -> StoredFile:
    archive().put(key, io.BytesIO(data))
    return StoredFile.objects.create(
        key=key, kind=kind, sha256=sha256(data).hexdigest(), size=len(data), stored_at=database_now()
    )


def _stamp_days() -> None:
    """Ask every authority of the settings for its word on the days it has not confirmed; try again next time."""
    for pair in settings.ARCHIVE_TIMESTAMPS:
        name, _, address = pair.partition("=")
        recent = DayManifest.objects.filter(made_at__gte=database_now() - TIMESTAMPED_WITHIN)
        for day in recent.exclude(timestamps__authority=name).select_related("file"):
            try:
                _stamp(day, name, address)
            except (timestamps.TimestampRefused, StoreError, door.NoAnswer) as refusal:
                logger.warning("No timestamp of %s for %s: %s", name, day, refusal)
                break


def _stamp(day: DayManifest, name: str, address: str) -> None:
    with archive().open(day.file.key) as opened:
        data = opened.read()
    asked = timestamps.question(data)
    answer = door.post(address, asked.body, timestamps.REQUEST_TYPE)
    told = timestamps.read_answer(answer, data, trusted_roots(), asked.nonce)
    with transaction.atomic():
        file = _stored(layout.timestamp_key(day.day, name), answer, StoredFile.Kind.TIMESTAMP)
        DayTimestamp.objects.create(manifest=day, authority=name, stated_at=told.stated_at, file=file)


def trusted_roots() -> Sequence[bytes]:
    """The certificates that we trust to name timestamp authorities."""
    path = settings.ARCHIVE_TIMESTAMP_CERTIFICATES
    return timestamps.split_pem(Path(path).read_bytes()) if path else ()


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
