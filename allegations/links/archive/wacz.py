"""Bundles of evidence that replay anywhere: WACZ 1.1.1, made on demand out of records in WARC files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from allegations.links.archive import cdx
from allegations.links.archive.reading import Member, members

VERSION = "1.1.1"
ARCHIVE = "data.warc.gz"
PIECE = 256 * 1024
PAGES_HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}


class BundleRefused(ValueError):
    """A bundle that could not be replayed; `str()` says what it lacks."""


@dataclass(frozen=True)
class Page:
    """A page by which a reader enters: its address, when its copy was taken, and what the list of pages shows."""

    url: str
    taken_at: datetime
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class Stretch:
    """Records to be taken over as they are: a WARC file and where in it whole records stand (`records.Kept`)."""

    file: BinaryIO
    offset: int
    length: int


def write_wacz(
    out: BinaryIO,
    *,
    title: str,
    description: str,
    pages: Iterable[Page],
    records: Iterable[Stretch],
    created: datetime,
    software: str,
) -> None:
    """Write a bundle; a record that is asked for twice is taken once.

    Raise BundleRefused for a page without its record, or a record that rests on one that is not there, and
    RecordDamaged for bytes that are no records.
    """
    entered = list(pages)
    with ZipFile(out, "w") as bundle:
        parts = _Parts(bundle, created)
        index = parts.archive(records)
        _refuse_gaps(entered, index)
        lines = sorted(line for member, at in index if (line := cdx.line(member, ARCHIVE, at)))
        parts.put("indexes/index.cdx", "".join(lines).encode())
        parts.put("pages/pages.jsonl", "".join(_page_lines(entered)).encode("utf-8", "replace"))
        package = {
            "profile": "data-package",
            "resources": parts.resources,
            "wacz_version": VERSION,
            "title": title,
            "description": description,
            "created": _moment(created),
            "software": software,
            **_main_page(entered),
        }
        data = json.dumps(package, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        parts.put("datapackage.json", data)
        parts.put("datapackage-digest.json", json.dumps(digest, indent=2).encode())


class _Parts:
    """Puts files into the bundle and writes down what each is."""

    def __init__(self, bundle: ZipFile, created: datetime) -> None:
        self._bundle, self._created = bundle, created
        self.resources: list[dict[str, object]] = []

    def put(self, path: str, data: bytes) -> None:
        """Add a file, packed."""
        with self._open(path, ZIP_DEFLATED) as part:
            part.write(data)
        self._note(path, hashlib.sha256(data).hexdigest(), len(data))

    def archive(self, records: Iterable[Stretch]) -> list[tuple[Member, int]]:
        """Add the records, not packed again; return each with its place in the file that they make."""
        path, sha, size = f"archive/{ARCHIVE}", hashlib.sha256(), 0
        taken: dict[str, tuple[Member, int]] = {}
        with self._open(path, ZIP_STORED) as part:
            for stretch in records:
                for member in list(members(stretch.file, stretch.offset, stretch.length)):
                    if (record_id := member.opening.fields.get("warc-record-id", "")) in taken:
                        continue
                    taken[record_id] = (member, size)
                    for piece in _copied(stretch.file, member):
                        sha.update(piece)
                        part.write(piece)
                    size += member.length
        self._note(path, sha.hexdigest(), size)
        return list(taken.values())

    def _open(self, path: str, packing: int) -> IO[bytes]:
        entry = ZipInfo(path, self._created.astimezone(UTC).timetuple()[:6])
        entry.compress_type = packing
        entry.external_attr = 0o644 << 16
        return self._bundle.open(entry, "w", force_zip64=packing == ZIP_STORED)

    def _note(self, path: str, sha256: str, size: int) -> None:
        name = path.rpartition("/")[2]
        self.resources.append({"name": name, "path": path, "hash": f"sha256:{sha256}", "bytes": size})


def _copied(file: BinaryIO, member: Member) -> Iterator[bytes]:
    file.seek(member.offset)
    left = member.length
    while left and (piece := file.read(min(PIECE, left))):
        left -= len(piece)
        yield piece


def _refuse_gaps(pages: Iterable[Page], index: Iterable[tuple[Member, int]]) -> None:
    answers = [member.opening.fields for member, _ in index if member.opening.kind in cdx.INDEXED]
    there = {(fields.get("warc-target-uri"), fields.get("warc-date")) for fields in answers}
    for page in pages:
        if (page.url, _moment(page.taken_at)) not in there:
            raise BundleRefused(f"The bundle has no record of {page.url} of {_moment(page.taken_at)}.")
    for fields in answers:
        rests_on = (fields.get("warc-refers-to-target-uri"), fields.get("warc-refers-to-date"))
        if any(rests_on) and rests_on not in there:
            raise BundleRefused(
                f"The record of {fields.get('warc-target-uri')} of {fields.get('warc-date')} rests on that of"
                f" {rests_on[0]} of {rests_on[1]}, which the bundle lacks."
            )


def _page_lines(pages: Iterable[Page]) -> Iterator[str]:
    yield json.dumps(PAGES_HEAD) + "\n"
    for page in pages:
        moment = _moment(page.taken_at)
        name = hashlib.sha256(f"{moment} {page.url}".encode("utf-8", "replace")).hexdigest()[:16]
        values = {"id": name, "url": page.url, "ts": moment, "title": page.title or page.url, "text": page.text}
        yield json.dumps({key: value for key, value in values.items() if value}) + "\n"


def _main_page(pages: list[Page]) -> dict[str, str]:
    """The spec says mainPageUrl, its own tools mainPageURL; both are written."""
    if not pages:
        return {}
    url = pages[0].url
    return {"mainPageUrl": url, "mainPageURL": url, "mainPageDate": _moment(pages[0].taken_at)}


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
