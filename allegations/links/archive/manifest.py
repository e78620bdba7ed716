"""The daily manifest of the archive: one line a file, a Merkle root over the lines, a chain over the days.

What is written here is read back by `verify`, which has the rules of the hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from allegations.links.archive.layout import SHA256, checked
from allegations.links.archive.verify import FIRST, WITHDRAWN, canonical, chain, leaf, node, root

__all__ = ["FIRST", "Entry", "Manifest", "Side", "make", "path_to", "stands_in", "withdrawal"]


@dataclass(frozen=True, order=True)
class Entry:
    """A file that was stored: its name, its kind, its SHA-256 in hexadecimal digits, its size in bytes."""

    key: str
    kind: str
    sha256: str
    size: int

    def line(self) -> bytes:
        """Return its line in the manifest, without a newline; raise KeyRefused or ValueError for what is no file."""
        if not SHA256.match(self.sha256) or self.size < 0:
            raise ValueError(f"{self.key} has no digest and size.")
        values = {"key": checked(self.key), "kind": self.kind, "sha256": self.sha256, "size": self.size}
        return canonical(values)


@dataclass(frozen=True)
class Manifest:
    """A day's manifest: the bytes of its two files, and what the next day rests on; digests as hexadecimal digits.

    A timestamp (RFC 3161) is taken over `root_file`.
    """

    day: date
    lines: tuple[bytes, ...]
    root: str
    chain: str
    root_file: bytes

    @property
    def lines_file(self) -> bytes:
        """Return the file of its lines."""
        return b"".join(line + b"\n" for line in self.lines)


def withdrawal(entry: Entry) -> Entry:
    """Return the entry that says, on the day on which it happens, that a file was taken out of the archive."""
    return Entry(entry.key, WITHDRAWN, entry.sha256, entry.size)


def make(day: date, entries: Iterable[Entry], before: str | None) -> Manifest:
    """Return the manifest of a day, which may be empty; `before` is the chain of the day before, None on the first."""
    previous = bytes.fromhex(before) if before else FIRST
    lines = tuple(sorted({entry.line() for entry in entries}))
    top = root(lines)
    linked = chain(previous, top, day.isoformat()).hex()
    values = {
        "chain": linked,
        "day": day.isoformat(),
        "entries": len(lines),
        "previous": previous.hex(),
        "root": top.hex(),
    }
    return Manifest(day, lines, top.hex(), linked, canonical(values) + b"\n")


@dataclass(frozen=True)
class Side:
    """A step from a line to the root: the hash that stands beside, and on which side it stands."""

    sha256: str
    left: bool


def path_to(lines: Sequence[bytes], index: int) -> tuple[Side, ...]:
    """Return what shows, with the line itself alone, that it stands under the root (RFC 6962 section 2.1.1)."""
    if not 0 <= index < len(lines):
        raise IndexError("The manifest has no such line.")
    level, steps = [leaf(line) for line in lines], []
    while len(level) > 1:
        if (beside := index ^ 1) < len(level):
            steps.append(Side(level[beside].hex(), left=beside < index))
        whole = len(level) // 2
        level = [node(*level[2 * at : 2 * at + 2]) for at in range(whole)] + level[2 * whole :]
        index //= 2
    return tuple(steps)


def stands_in(line: bytes, path: Iterable[Side], day_root: str) -> bool:
    """Tell whether these steps lead from the line to the root."""
    found = leaf(line)
    for step in path:
        beside = bytes.fromhex(step.sha256)
        found = node(beside, found) if step.left else node(found, beside)
    return found.hex() == day_root
