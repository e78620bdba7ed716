"""The manifest of a dossier: one line a file, in one valid form, so that its own hash stands for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from allegations.links.archive.verify import canonical

NAME = "manifest.jsonl"


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """A file by its path in the dossier, its size in bytes and its SHA-256 in hexadecimal digits."""

    path: str
    size: int
    sha256: str

    @property
    def line(self) -> bytes:
        """Its line: a JSON object with its names in order, without spaces, in plain ASCII."""
        return canonical({"path": self.path, "sha256": self.sha256, "size": self.size}) + b"\n"


def entry(path: str, data: bytes) -> Entry:
    """Return the entry of a file with these bytes."""
    return Entry(path, len(data), sha256(data).hexdigest())


def written(entries: Iterable[Entry]) -> bytes:
    """Return the manifest: the lines of all files in the order of their paths."""
    return b"".join(each.line for each in sorted(entries))
