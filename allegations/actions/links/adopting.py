"""Manifests that the store has and the database lacks: as after the database was restored from an older dump.

What such a manifest lists was listed for good, and may be timestamped; so the day is sealed with its lines. What the
database alone knows of that day stands in the next manifest (`unlisted`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import date

from allegations.actions.links.store import archive
from allegations.actions.links.unlisted import DAY, LISTED_KINDS, begin
from allegations.links.archive import layout
from allegations.links.archive.manifest import Entry
from allegations.links.archive.store import NotStored, StoreError
from allegations.models import StoredFile

logger = logging.getLogger(__name__)


def left_of(day: date) -> list[Entry] | None:
    """Return what the store's manifest of a day lists; None where there is none. Raises StoreError if it is unreadable.

    Whether its lines are whole and follow the day before shows as they are put into the store again: they are made
    anew from what is returned, and other bytes are refused there.
    """
    key = layout.manifest_keys(day)[0]
    try:
        with archive().open(key) as lines:
            return [_entry(line) for line in lines]
    except NotStored:
        return None
    except (TypeError, ValueError) as error:
        raise StoreError(f"{key}: the manifest cannot be read ({error}); it was left as it is.") from error


def is_left(day: date) -> bool:
    """Tell whether the store has a manifest of a day."""
    return archive().exists(layout.manifest_keys(day)[0])


def last_left(day: date, before: date) -> date | None:
    """Return the last of these days, from `day` on, of which the store has a manifest; None where there is none.

    What was sealed once is over, whether or not the database knows a file of it.
    """
    days = (day + DAY * number for number in reversed(range((before - day).days)))
    return next((one for one in days if is_left(one)), None)


def know(entries: Iterable[Entry], day: date) -> None:
    """Write down the files of a manifest that the database does not know; an audit computes their digests.

    Raises StoreError where the manifest lists a file otherwise than the database knows it: one of the two is wrong, and
    who sealed the day with it would believe the manifest.
    """
    listed = [entry for entry in entries if entry.kind in LISTED_KINDS]
    held = StoredFile.objects.in_bulk([entry.key for entry in listed], field_name="key")
    for entry in listed:
        file = held.get(entry.key)
        if file and Entry(file.key, file.kind, file.sha256, file.size) != entry:
            name = layout.manifest_keys(day)[0]
            raise StoreError(f"{name}: it lists {entry.key} otherwise than the database; both were left as they are.")
    lacking = [entry for entry in listed if entry.key not in held]
    if lacking:
        logger.warning("%d files of %s were in its manifest and not in the database", len(lacking), day)
    StoredFile.objects.bulk_create(
        StoredFile(
            key=entry.key,
            kind=entry.kind,
            sha256=entry.sha256,
            size=entry.size,
            records=layout.records_of(entry.key),
            stored_at=begin(day),
        )
        for entry in lacking
    )


def _entry(line: bytes) -> Entry:
    entry = Entry(**json.loads(line))
    if entry.line() + b"\n" != line:
        raise ValueError("a line is not in the form of an entry")
    return entry
