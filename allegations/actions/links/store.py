"""The archive’s store, as the settings name it: a folder of this machine, or a bucket behind Django’s storages."""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.db.models import F

from allegations.actions.links.bucket import BucketStore
from allegations.links.archive.store import FolderStore, Store, StoreError
from allegations.models import StoredFile

WITNESSES = 5


@cache
def archive() -> Store:
    """Return the store for all that is archived."""
    if "archive" in settings.STORAGES:
        return BucketStore(storages["archive"])
    return FolderStore(Path(settings.ARCHIVE_DIR))


def stored(key: str, data: bytes, kind: StoredFile.Kind, now: datetime) -> StoredFile:
    """Put a small file into the store and write it down; raise StoreError where its name holds other bytes."""
    require_filled(filled=was_filled())
    archive().put(key, io.BytesIO(data))
    return StoredFile.objects.create(key=key, kind=kind, sha256=sha256(data).hexdigest(), size=len(data), stored_at=now)


def was_filled() -> bool:
    """Tell whether anything was ever put into the store; one query."""
    return StoredFile.objects.exists()


def require_filled(*, filled: bool) -> None:
    """Raise StoreError where a store that was filled is empty or away: its disk is not mounted, say.

    What was written in its place would be missing later, and pass for a witness that the store is there.
    """
    if filled and not archive().is_well():
        raise StoreError("The archive is empty or away, though files were kept in it; nothing is written in its place.")


def gives_out(*, but: StoredFile | None = None) -> bool:
    """Tell whether the store gives out at least one of the files that were found whole last, `but` this one."""
    if not archive().is_well():
        return False
    whole = StoredFile.objects.filter(fault="")
    others = whole.exclude(pk=but.pk) if but else whole
    lately = others.order_by(F("verified_at").desc(nulls_last=True), "-pk").values_list("key", flat=True)[:WITNESSES]
    return not lately or any(_is_read(key) for key in lately)


def _is_read(key: str) -> bool:
    try:
        with archive().open(key) as opened:
            opened.read(1)
    except (StoreError, OSError):
        return False
    return True
