"""The archive behind one of Django’s storages, such as a bucket of S3 (django-storages)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO, cast

from django.core.files import File
from django.core.files.storage import Storage

from allegations.links.archive.layout import checked
from allegations.links.archive.store import NotStored, StoreError

PIECE = 1024 * 1024


class BucketStore:
    """A store in a Django storage. A name is taken for good: other bytes under it are refused, not written over.

    Two writers of one name at the same moment write the same bytes, for names are made from digests.
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def put(self, key: str, file: BinaryIO) -> bool:
        """Keep the bytes of `file`; True when they are new, False when they were kept already."""
        file.seek(0)
        try:
            if self.storage.exists(checked(key)):
                return self._same(key, file)
            saved = self.storage.save(key, File(file, name=key))
        except StoreError:
            raise
        except Exception as error:
            raise _refused(key, error) from error
        if saved != key:
            self.storage.delete(saved)
            return self.put(key, file)
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
        """Return the file, to be read and closed."""
        try:
            return cast(BinaryIO, self.storage.open(checked(key), "rb"))
        except FileNotFoundError as error:
            raise NotStored(f"{key}: The archive has no such file.") from error
        except Exception as error:
            raise _refused(key, error) from error

    def exists(self, key: str) -> bool:
        """Tell whether there is a file of this name."""
        try:
            return self.storage.exists(checked(key))
        except Exception as error:
            raise _refused(key, error) from error

    def size(self, key: str) -> int:
        """Return the size of the file in bytes."""
        if not self.exists(key):
            raise NotStored(f"{key}: The archive has no such file.")
        return self.storage.size(key)

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that begin with `prefix`, in order."""
        yield from sorted(key for key in self._below("") if key.startswith(prefix))

    def _below(self, folder: str) -> Iterator[str]:
        folders, files = self.storage.listdir(folder)
        yield from (f"{folder}/{name}" if folder else name for name in files)
        for name in folders:
            yield from self._below(f"{folder}/{name}" if folder else name)

    def _same(self, key: str, file: BinaryIO) -> bool:
        with self.open(key) as kept:
            while True:
                piece = file.read(PIECE)
                if kept.read(max(len(piece), 1)) != piece:
                    raise StoreError(
                        f"{key}: the archive holds other bytes under this name; they were left as they are."
                    )
                if not piece:
                    return False


def _refused(key: str, error: Exception) -> StoreError:
    return StoreError(f"{key}: The archive’s storage failed ({type(error).__name__}).")
