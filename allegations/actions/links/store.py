"""The archive’s store, as the settings name it: a folder of this machine, or a bucket behind Django’s storages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages

from allegations.actions.links.bucket import BucketStore
from allegations.links.archive.store import FolderStore, Store


@cache
def archive() -> Store:
    """Return the store for all that is archived."""
    if "archive" in settings.STORAGES:
        return BucketStore(storages["archive"])
    return FolderStore(Path(settings.ARCHIVE_DIR))
