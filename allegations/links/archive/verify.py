"""Checks a copy of the archive offline: `python verify.py FOLDER`, with nothing but Python's standard library.

Every day of the archive has a manifest of what was stored on it (one line a file), the root of a Merkle tree over
these lines (RFC 6962 section 2.1), and a chain: SHA-256 over the chain of the day before, the root, and the day.
This file may be carried away with the copy; whoever has both needs nothing else of the project.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

FIRST = bytes(32)  # what the chain of the first day rests on
WITHDRAWN = "withdrawn"  # a line of this kind says that a file was taken out, and by its digest which one
HEX_DIGITS = frozenset("0123456789abcdef")
Open = Callable[[str], BinaryIO]


@dataclass(frozen=True)
class Fault:
    """What is wrong with the archive: on which day, with which file or line, in words."""

    day: str
    about: str
    words: str

    def __str__(self) -> str:
        return f"{self.day}: {self.about}: {self.words}"


@dataclass
class Tally:
    """What was looked at."""

    days: int = 0
    files: int = 0
    chain: str = ""
    keys: set[str] = field(default_factory=set)


def leaf(line: bytes) -> bytes:
    """Return the hash of one line, without its newline."""
    return hashlib.sha256(b"\x00" + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(lines: Sequence[bytes]) -> bytes:
    """Return the root over these lines; that of no line is the SHA-256 of nothing."""
    level = [leaf(line) for line in lines]
    while len(level) > 1:
        pairs = [node(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0] if level else hashlib.sha256().digest()


def chain(before: bytes, day_root: bytes, day: str) -> bytes:
    """Return the chain of a day."""
    return hashlib.sha256(before + day_root + day.encode()).digest()


def canonical(values: dict[str, Any]) -> bytes:
    """Return the one form in which a line is written: keys in order, no spaces, plain ASCII."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def faults(days: Iterable[str], open_key: Open, tally: Tally | None = None, *, files: bool = True) -> Iterator[Fault]:
    """Yield every fault of the archive whose manifests are of `days` (“2021-11-23”); none means that it holds.

    `open_key` returns the file of a name or raises OSError. With `files` the digest of every file is computed again.
    """
    seen = tally if tally is not None else Tally()
    readings = {day: _Day.read(day, open_key) for day in sorted(set(days))}
    yield from _gaps(list(readings))
    before = FIRST
    for reading in readings.values():
        yield from reading.faults(before)
        before = reading.chain
        seen.days, seen.chain = seen.days + 1, before.hex()
    if files:
        yield from _file_faults(readings.values(), open_key, seen)


@dataclass
class _Day:
    """One day as it is read back: its lines, and what its root file says."""

    day: str
    lines: list[bytes] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    unread: list[Fault] = field(default_factory=list)

    @classmethod
    def read(cls, day: str, open_key: Open) -> _Day:
        found = cls(day)
        for name in (f"manifest/{day}.jsonl", f"manifest/{day}.root"):
            try:
                with open_key(name) as file:
                    data = file.read()
                if name.endswith(".jsonl"):
                    found.lines = data.split(b"\n")[:-1]
                    if data and not data.endswith(b"\n"):
                        raise ValueError("its last line is cut off")
                else:
                    found.said = dict(json.loads(data))
            except OSError:
                found.unread.append(Fault(day, name, "the file is missing."))
            except (TypeError, ValueError) as error:
                found.unread.append(Fault(day, name, f"the file cannot be read ({error})."))
        return found

    @property
    def root(self) -> bytes:
        return root(self.lines)

    @property
    def chain(self) -> bytes:
        """What the day's root file says, so that a fault of one day is told of that day alone."""
        try:
            return bytes.fromhex(self.said.get("chain", ""))
        except (TypeError, ValueError):
            return b""

    def faults(self, before: bytes) -> Iterator[Fault]:
        yield from self.unread
        if self.unread:
            return
        name = f"manifest/{self.day}.root"
        if self.said.get("day") != self.day:
            yield Fault(self.day, name, f"it is the root of another day ({self.said.get('day')}).")
        if self.said.get("entries") != len(self.lines) or self.said.get("root") != self.root.hex():
            words = "the lines are not those that the root was made of: one was forged, added or taken away."
            yield Fault(self.day, f"manifest/{self.day}.jsonl", words)
        if self.said.get("previous") != before.hex():
            words = (
                "the days before it are missing." if before == FIRST else "it does not follow the day before it here."
            )
            yield Fault(self.day, name, words)
        if self.chain != chain(before, bytes.fromhex(_hex(self.said.get("root"))), self.day):
            yield Fault(self.day, name, "its chain is not that of its root, its day and the day before.")
        yield from self._order()

    def _order(self) -> Iterator[Fault]:
        for number, (line, following) in enumerate(pairwise(self.lines), start=1):
            if not line < following:
                yield Fault(self.day, f"line {number + 1}", "the lines are out of order, or one stands twice.")

    def entries(self) -> Iterator[dict[str, Any] | Fault]:
        for number, line in enumerate(self.lines, start=1):
            values = _entry(line)
            yield values or Fault(self.day, f"line {number}", "the line is not in the form of an entry.")


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except ValueError:
        return None
    if not isinstance(values, dict) or canonical(values) != line:
        return None
    whole = isinstance(values.get("kind"), str) and isinstance(values.get("key"), str) and _hex(values.get("sha256"))
    return values if whole else None


def _hex(text: object) -> str:
    return text if isinstance(text, str) and len(text) == 64 and not set(text) - HEX_DIGITS else ""


def _gaps(days: Sequence[str]) -> Iterator[Fault]:
    """Yield the days between the first and the last that have no manifest; a day without files has an empty one."""
    for earlier, later in pairwise(days):
        day = date.fromisoformat(earlier) + timedelta(days=1)
        while day < date.fromisoformat(later):
            yield Fault(day.isoformat(), f"manifest/{day.isoformat()}.jsonl", "the day is missing.")
            day += timedelta(days=1)


def _file_faults(days: Iterable[_Day], open_key: Open, seen: Tally) -> Iterator[Fault]:
    entries = [(day.day, entry) for day in days for entry in day.entries()]
    gone = {
        (entry["key"], entry["sha256"])
        for _, entry in entries
        if isinstance(entry, dict) and entry["kind"] == WITHDRAWN
    }
    for day, entry in entries:
        if isinstance(entry, Fault):
            yield entry
            continue
        seen.keys.add(entry["key"])
        if entry["kind"] == WITHDRAWN or (entry["key"], entry["sha256"]) in gone:
            continue
        seen.files += 1
        if words := file_fault(entry["key"], entry["sha256"], entry.get("size"), open_key):
            yield Fault(day, entry["key"], words)


def file_fault(key: str, sha256: str, size: int | None, open_key: Open) -> str | None:
    """Say what is wrong with one file, or return None."""
    parts = PurePosixPath(key).parts
    if key.startswith("/") or ".." in parts or not parts:
        return "this is no name of a file in the archive."
    digest, length = hashlib.sha256(), 0
    try:
        with open_key(key) as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
                length += len(piece)
    except OSError:
        return "the file is missing or cannot be read."
    if digest.hexdigest() != sha256 or (size is not None and size != length):
        return "the file is not what was stored: its digest differs."
    return None


def check_folder(folder: Path, head: str | None = None) -> tuple[list[Fault], Tally]:
    """Check a copied folder; `head` is the chain of its last day, as it was published or timestamped."""
    tally = Tally()
    days = sorted({path.name[:10] for path in (folder / "manifest").glob("????-??-??.*") if path.suffix != ".tsr"})
    found = list(faults(days, lambda key: (folder / key).open("rb"), tally))
    if not days:
        found.append(Fault("-", "manifest", "there is no manifest in this folder."))
    elif head and head.lower() != tally.chain:
        found.append(Fault(days[-1], f"manifest/{days[-1]}.root", "its chain is not the one that was asked for."))
    return found, tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every fault, one a line; return 1 if there is one."""
    parser = argparse.ArgumentParser(description="Check a copy of the archive: manifests, their chain, every file.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--head", help="the chain of the last day, as you know it from elsewhere")
    asked = parser.parse_args(arguments)
    found, tally = check_folder(asked.folder, asked.head)
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    strangers = sum(1 for name in _names(asked.folder) if name not in tally.keys)
    sys.stdout.write(
        f"{tally.days} days, {tally.files} files, {len(found)} faults; chain of the last day: {tally.chain}\n"
    )
    if strangers:
        sys.stdout.write(f"Files in no manifest (those of a day that is not over are not yet): {strangers}\n")
    return 1 if found else 0


def _names(folder: Path) -> Iterator[str]:
    for name in ("cas", "warc"):
        for path in (folder / name).rglob("*"):
            if path.is_file():
                yield path.relative_to(folder).as_posix()


if __name__ == "__main__":
    sys.exit(main())
