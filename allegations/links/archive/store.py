"""Where the archive's files lie: each is written once, whole or not at all, and never changed."""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from allegations.links.archive.layout import checked

PIECE = 1024 * 1024
READ_ONLY = 0o440
PARTIAL = ".partial-"
SAID = {
    errno.ENOSPC: "The archive’s disk is full.",
    errno.EDQUOT: "The archive’s quota is used up.",
    errno.EROFS: "The archive’s disk is read-only.",
    errno.EACCES: "The archive’s folder may not be written or read by this process.",
    errno.EPERM: "The archive’s folder may not be written or read by this process.",
}
# File systems without hard links, or whose folders cannot be forced to disk, say one of these.
CANNOT = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EINVAL})


class StoreError(Exception):
    """A file could not be put into the archive or taken out of it; `str()` says why."""


class NotStored(StoreError):
    """The archive has no file of this name."""


class OtherBytes(StoreError):
    """A name is taken by other bytes, which were left as they are."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key}: the archive holds other bytes under this name; they were left as they are.")


class Store(Protocol):
    """Files by their names (`layout`; another name is a KeyRefused). Whatever goes wrong is a StoreError."""

    def put(self, key: str, file: BinaryIO) -> bool:
        """Keep the bytes of `file` from its start; True when they are new, False when they were kept already.

        When it returns they outlive a crash. A name that holds other bytes is refused.
        """

    def put_all(self, files: Mapping[str, BinaryIO]) -> dict[str, StoreError]:
        """Keep many files at once; return what was refused, by name. When it returns the others outlive a crash."""

    def open(self, key: str) -> BinaryIO:
        """Return the file, to be read and closed, or raise NotStored."""

    def exists(self, key: str) -> bool:
        """Tell whether there is a file of this name."""

    def size(self, key: str) -> int:
        """Return the size of the file in bytes, or raise NotStored."""

    def is_well(self) -> bool:
        """Tell whether the store as a whole can be asked; never raise."""

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that begin with `prefix`, in order."""


class FolderStore:
    """A store in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, file: BinaryIO) -> bool:
        """Write beside the final name, force it to disk, then give it its name if that is free."""
        path = self._path(key)
        with _said(key):
            if path.exists():
                return self._same(path, file, key)
            self._make_folders(path.parent)
            partial = path.parent / f"{PARTIAL}{secrets.token_hex(8)}"
            try:
                _write(partial, file)
                named = _name(partial, path)
            finally:
                partial.unlink(missing_ok=True)
            _force(path.parent)
            return named or self._same(path, file, key)

    def put_all(self, files: Mapping[str, BinaryIO]) -> dict[str, StoreError]:
        """Write all beside their final names, force the file system to disk once, name them, and force it again.

        To force each of many files apart takes tens of times as long.
        """
        refused: dict[str, StoreError] = {}
        drafts: dict[str, Path] = {}
        try:
            for key, file in files.items():
                if draft := self._try(self._draft, refused, key, file):
                    drafts[key] = draft
            if not drafts:
                return refused
            self._force_all()
            for key, draft in drafts.items():
                self._try(self._publish, refused, key, draft, files[key])
            self._force_all()
        finally:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)
        return refused

    def _try(
        self, step: Callable[..., Path | None], refused: dict[str, StoreError], key: str, *given: object
    ) -> Path | None:
        try:
            with _said(key):
                return step(key, *given)
        except StoreError as error:
            refused[key] = error
            return None

    def _draft(self, key: str, file: BinaryIO) -> Path | None:
        """Write a file beside its final name; None where that name holds the same bytes already."""
        path = self._path(key)
        if path.exists():
            self._same(path, file, key)
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.parent / f"{PARTIAL}{secrets.token_hex(8)}"
        try:
            _write(partial, file, force=False)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return partial

    def _publish(self, key: str, draft: Path, file: BinaryIO) -> Path | None:
        path = self._path(key)
        try:
            if not _name(draft, path):
                self._same(path, file, key)
        finally:
            draft.unlink(missing_ok=True)
        return path

    def _force_all(self) -> None:
        """Force the file system of the store to disk; where it cannot be told apart, all of them."""
        with _said(str(self.folder)):
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
            if syncfs is None:
                os.sync()
            elif syncfs(descriptor):
                raise StoreError(f"The archive’s disk failed ({os.strerror(ctypes.get_errno())}).")
        finally:
            os.close(descriptor)

    def open(self, key: str) -> BinaryIO:
        """Return the file, to be read and closed."""
        with _said(key), _must_be(key):
            return self._path(key).open("rb")

    def exists(self, key: str) -> bool:
        """Tell whether there is a file of this name."""
        with _said(key):
            return self._path(key).is_file()

    def size(self, key: str) -> int:
        """Return the size of the file in bytes."""
        with _said(key), _must_be(key):
            return self._path(key).stat().st_size

    def is_well(self) -> bool:
        """Tell whether the folder is there and holds anything: where a disk is not mounted, it is empty."""
        try:
            return any(self.folder.iterdir())
        except OSError:
            return False

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that begin with `prefix`, in order; what a killed writer left is not among them."""
        yield from self._listed(self.folder, prefix)

    def partial(self) -> Iterator[Path]:
        """Yield what killed writers left, for an operator to remove when no worker runs."""
        yield from self.folder.rglob(f"{PARTIAL}*")

    def _path(self, key: str) -> Path:
        return self.folder / checked(key)

    def _listed(self, folder: Path, prefix: str) -> Iterator[str]:
        with _said(prefix):
            if not folder.is_dir():
                return
            found = sorted(folder.iterdir(), key=lambda path: (path.name + "/") if path.is_dir() else path.name)
        for path in found:
            key = path.relative_to(self.folder).as_posix()
            if path.is_dir() and (f"{key}/".startswith(prefix) or prefix.startswith(f"{key}/")):
                yield from self._listed(path, prefix)
            elif key.startswith(prefix) and not path.name.startswith(".") and not path.is_dir():
                yield key

    def _make_folders(self, folder: Path) -> None:
        """Make the folder and those above it, each forced to disk, so that a crash cannot lose a file with them."""
        if folder.is_dir():
            return
        if folder != self.folder:
            self._make_folders(folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        _force(folder.parent)

    def _same(self, path: Path, file: BinaryIO, key: str) -> bool:
        """Return False when the bytes are the same; other bytes under a name that is taken are refused."""
        file.seek(0)
        with path.open("rb") as kept:
            while True:
                piece = file.read(PIECE)
                if kept.read(max(len(piece), 1)) != piece:
                    raise OtherBytes(key)
                if not piece:
                    return False


@contextmanager
def _said(key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        words = SAID.get(error.errno or 0, f"The archive’s disk failed ({error.strerror or error}).")
        raise StoreError(f"{key}: {words}") from error


@contextmanager
def _must_be(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotStored(f"{key}: The archive has no such file.") from error


def _write(path: Path, file: BinaryIO, *, force: bool = True) -> None:
    file.seek(0)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READ_ONLY)
    with os.fdopen(descriptor, "wb") as out:
        while piece := file.read(PIECE):
            out.write(piece)
        out.flush()
        if force:
            os.fsync(out.fileno())


def _name(partial: Path, path: Path) -> bool:
    """Give a written file its final name unless that is taken; tell whether it was free."""
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in CANNOT:
            raise
        if path.exists():
            return False
        partial.rename(path)
    return True


def _force(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in CANNOT:
            raise
    finally:
        os.close(descriptor)
