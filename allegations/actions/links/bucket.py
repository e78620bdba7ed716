"""The archive behind one of Django’s storages, such as a bucket of S3 (django-storages)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files import File
from django.core.files.storage import Storage

from allegations.links.archive.layout import checked
from allegations.links.archive.store import NotStored, OtherBytes, StoreError

PIECE = 1024 * 1024
BUFFER = 64 * 1024
NEVER_THERE = "manifest/0001-01-01.root"


class NotRead(StoreError, OSError):
    """A file that was opened could not be read: for those who know files only, an OSError like any other."""


class BucketStore:
    """A store in a Django storage. A name is taken for good: other bytes under it are refused, not written over.

    Two writers of one name at the same moment write the same bytes, for names are made from digests.
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def put(self, key: str, file: BinaryIO) -> bool:
        """Keep the bytes of `file`; True when they are new, False when they were kept already."""
        name = checked(key)
        file.seek(0)
        with _said(key):
            if self.storage.exists(name):
                return self._same(key, file)
            saved = self.storage.save(name, File(file, name=name))
            if saved != name:  # somebody else was first
                self.storage.delete(saved)
                return self._same(key, file)
        return True

    def put_all(self, files: Mapping[str, BinaryIO]) -> dict[str, StoreError]:
        """Keep many files, one after the other; return what was refused, by name."""
        refused: dict[str, StoreError] = {}
        for key, file in files.items():
            try:
                self.put(key, file)
            except StoreError as error:
                refused[key] = error
        return refused

    def open(self, key: str) -> BinaryIO:
        """Return the file, to be read and closed; many storages ask for its bytes only then."""
        name = checked(key)
        with _said(key):
            opened = self.storage.open(name, "rb")
        return cast(BinaryIO, io.BufferedReader(_Reading(key, opened), BUFFER))

    def exists(self, key: str) -> bool:
        """Tell whether there is a file of this name."""
        name = checked(key)
        with _said(key):
            return self.storage.exists(name)

    def size(self, key: str) -> int:
        """Return the size of the file in bytes."""
        if not self.exists(key):
            raise NotStored(f"{key}: The archive has no such file.")
        with _said(key):
            return self.storage.size(key)

    def is_well(self) -> bool:
        """Tell whether the storage answers."""
        try:
            self.exists(NEVER_THERE)
        except StoreError:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that begin with `prefix`, in order."""
        with _said(prefix):
            found = sorted(key for key in self._below("") if key.startswith(prefix))
        yield from found

    def _below(self, folder: str) -> Iterator[str]:
        folders, files = self.storage.listdir(folder)
        yield from (f"{folder}/{name}" if folder else name for name in files)
        for name in folders:
            yield from self._below(f"{folder}/{name}" if folder else name)

    def _same(self, key: str, file: BinaryIO) -> bool:
        file.seek(0)
        with self.open(key) as kept:
            while True:
                piece = file.read(PIECE)
                if kept.read(max(len(piece), 1)) != piece:
                    raise OtherBytes(key)
                if not piece:
                    return False


class _Reading(io.RawIOBase):
    """A file of a storage whose every fault while it is read is a NotRead."""

    def __init__(self, key: str, opened: File[bytes]) -> None:
        super().__init__()
        self._key, self._opened = key, opened

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._asked(self._opened.read, len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._asked(self._opened.seek, offset, whence)
        return self.tell()

    def tell(self) -> int:
        return cast(int, self._asked(self._opened.tell))

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._asked(self._opened.close)

    def _asked(self, step: Callable[..., Any], *given: object) -> Any:
        try:
            with _said(self._key):
                return step(*given)
        except StoreError as error:
            raise NotRead(str(error)) from error


@contextmanager
def _said(key: str) -> Iterator[None]:
    """Whatever a storage raises is a StoreError; that our own time is up is no fault of it."""
    try:
        yield
    except (StoreError, SoftTimeLimitExceeded):
        raise
    except FileNotFoundError as error:
        raise NotStored(f"{key}: The archive has no such file.") from error
    except Exception as error:
        raise StoreError(f"{key}: The archive’s storage failed ({type(error).__name__}).") from error
