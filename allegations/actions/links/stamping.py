"""The word of others (RFC 3161) that a day of the archive existed when it was sealed: asked for, kept once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from allegations.actions.links import door
from allegations.actions.links.store import archive, stored
from allegations.links.archive import layout, timestamps
from allegations.links.archive.store import StoreError
from allegations.models import DayManifest, DayTimestamp, StoredFile

logger = logging.getLogger(__name__)

TIMESTAMPED_WITHIN = timedelta(days=30)


def stamp_days(now: datetime) -> None:
    """Ask every authority of the settings for its word on the days it has not confirmed; try again next time."""
    for pair in settings.ARCHIVE_TIMESTAMPS:
        name, _, address = pair.partition("=")
        recent = DayManifest.objects.filter(made_at__gte=now - TIMESTAMPED_WITHIN)
        for day in recent.exclude(timestamps__authority=name).select_related("file"):
            try:
                _stamp(day, name, address, now)
            except (StoreError, OSError, IntegrityError) as error:
                logger.warning("The timestamp of %s for %s could not be kept: %s", name, day, error)
            except (timestamps.TimestampRefused, door.NoAnswer) as refusal:
                logger.warning("No timestamp of %s for %s: %s", name, day, refusal)
                break


def _stamp(day: DayManifest, name: str, address: str, now: datetime) -> None:
    data = _bytes_of(day.file.key)
    key, answer, told = _left(day, name, data) or _asked(day, name, data, address)
    with transaction.atomic():
        known = StoredFile.objects.filter(key=key, sha256=sha256(answer).hexdigest()).first()
        file = known or stored(key, answer, StoredFile.Kind.TIMESTAMP, now)
        DayTimestamp.objects.create(manifest=day, authority=name, stated_at=told.stated_at, file=file)


def _left(day: DayManifest, name: str, data: bytes) -> tuple[str, bytes, timestamps.Timestamp] | None:
    """The timestamp that was put into the store by a transaction that was rolled back, if it holds."""
    key = layout.timestamp_key(day.day, name)
    if not archive().exists(key):
        return None
    try:
        answer = _bytes_of(key)
        return key, answer, timestamps.read_answer(answer, data, trusted_roots())
    except timestamps.TimestampRefused:
        return None


def _asked(day: DayManifest, name: str, data: bytes, address: str) -> tuple[str, bytes, timestamps.Timestamp]:
    """A new timestamp. Where its name is taken by other bytes, it gets one that only these bytes can have."""
    asked = timestamps.question(data)
    answer = door.post(address, asked.body, timestamps.REQUEST_TYPE)
    told = timestamps.read_answer(answer, data, trusted_roots(), asked.nonce)
    key = layout.timestamp_key(day.day, name)
    if archive().exists(key):
        key = layout.timestamp_key(day.day, name, sha256(answer).hexdigest())
    return key, answer, told


def trusted_roots() -> Sequence[bytes]:
    """The certificates that we trust to name timestamp authorities."""
    path = settings.ARCHIVE_TIMESTAMP_CERTIFICATES
    return timestamps.split_pem(Path(path).read_bytes()) if path else ()


def _bytes_of(key: str) -> bytes:
    with archive().open(key) as opened:
        return opened.read()
