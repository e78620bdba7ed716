"""Reading records out of WARC files, one by its place or all of a stretch, and telling whether they are still whole."""

from __future__ import annotations

import hashlib
import zlib
from base64 import b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import BinaryIO, Self, cast

from allegations.links.archive import heads
from allegations.links.failures import Stopped
from allegations.links.inflate import inflater

GZIP = 16 + zlib.MAX_WBITS
PIECE = 256 * 1024
IN_MEMORY = 1_000_000
MOST = 256_000_000  # unpacked; more than any check keeps
OPENING = 256 * 1024  # holds the longest head that is read (`Limits.head_bytes`) and the fields of its record
END = b"\r\n\r\n"


class RecordDamaged(Exception):
    """A record that cannot be read, or is not what was stored; `str()` says what is wrong."""


@dataclass(frozen=True)
class Opening:
    """The start of a record: its fields (names in lower case) and its HTTP head, if it has one."""

    fields: Mapping[str, str]
    head: bytes = b""
    at: int = field(default=0, repr=False)  # where the block begins, counted from the start of the record

    @property
    def kind(self) -> str:
        """Return the record's type."""
        return self.fields.get("warc-type", "")

    @property
    def status(self) -> int | None:
        """Return the status of the answer that the record holds."""
        return heads.status(self.head)

    @property
    def http(self) -> dict[str, str]:
        """Return the fields of the HTTP head."""
        return heads.fields(self.head)


@dataclass(frozen=True)
class Record:
    """A whole record; `body` is what follows the HTTP head, as it came over the wire. Whoever asked closes it."""

    opening: Opening
    body: BinaryIO

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.body.close()

    def decoded(self) -> Iterator[bytes]:
        """Yield the body without its content coding, in pieces; raise RecordDamaged where it has another one."""
        try:
            undo = inflater(self.opening.http.get("content-encoding", ""))
            self.body.seek(0)
            while piece := self.body.read(PIECE):
                yield undo.feed(piece, MOST)
        except (Stopped, zlib.error) as error:
            raise RecordDamaged("The stored body cannot be decoded.") from error


@dataclass(frozen=True)
class Member:
    """One record as it is packed in a file: where it stands, the digest of its packed bytes, and its start."""

    offset: int
    length: int
    sha256: str
    opening: Opening


def read_record(file: BinaryIO, offset: int, length: int) -> Record:
    """Return the record at this place, or raise RecordDamaged; its digest is computed again on the way."""
    with cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY)) as unpacked:
        stretch = _Stretch(file, offset, length)
        for piece in stretch.member():
            unpacked.write(piece)
        if not stretch.over:
            raise RecordDamaged("There is more than one record at this place.")
        return _record(unpacked)


def members(file: BinaryIO, offset: int = 0, length: int | None = None) -> Iterator[Member]:
    """Yield every record in this stretch of a file, of its bodies nothing; raise RecordDamaged at the first fault."""
    stretch = _Stretch(file, offset, length)
    while not stretch.over:
        begun, start = stretch.at, bytearray()
        for piece in stretch.member():
            start += piece[: OPENING - len(start)]
        yield Member(begun, stretch.at - begun, stretch.sha.hexdigest(), _opening(bytes(start)))


class _Stretch:
    """Unpacks a stretch of a file, gzip member after gzip member, never holding more than some pieces."""

    def __init__(self, file: BinaryIO, offset: int, length: int | None) -> None:
        self._file, self._left, self._next = file, length, b""
        self.at, self.sha = offset, hashlib.sha256()
        file.seek(offset)

    @property
    def over(self) -> bool:
        """Tell whether nothing follows."""
        if not self._next:
            self._next = self._file.read(PIECE if self._left is None else min(PIECE, self._left))
            if self._left is not None:
                self._left -= len(self._next)
        return not self._next

    def member(self) -> Iterator[bytes]:
        """Yield the next member unpacked; then `at` is its end, and `sha` over it as it is packed."""
        unpacker, size = zlib.decompressobj(GZIP), 0
        self.sha = hashlib.sha256()
        while not unpacker.eof:
            if self.over:
                raise RecordDamaged("The record is cut off.")
            packed = data = self._next
            while not unpacker.eof:
                piece = _inflated(unpacker, data)
                data = unpacker.unconsumed_tail
                size += len(piece)
                if size > MOST:
                    raise RecordDamaged("The record unpacks to more than any check keeps.")
                if piece:
                    yield piece
                elif not data:
                    break
            self._next = unpacker.unused_data
            used = len(packed) - len(self._next)
            self.sha.update(packed[:used])
            self.at += used


def _inflated(unpacker: zlib._Decompress, data: bytes) -> bytes:
    try:
        return unpacker.decompress(data, PIECE)
    except zlib.error as error:
        raise RecordDamaged("The bytes at this place are no whole record.") from error


def _opening(start: bytes) -> Opening:
    head, found, rest = start.partition(END)
    if not found or not head.startswith(b"WARC/1."):
        raise RecordDamaged("The bytes at this place are no WARC record.")
    fields = heads.fields(head)
    http = rest.partition(END)[0] + END if "application/http" in fields.get("content-type", "") else b""
    return Opening(fields, http, len(head) + len(END))


def _record(file: BinaryIO) -> Record:
    size = file.tell()
    file.seek(0)
    opening = _opening(file.read(OPENING))
    length = size - opening.at - len(END)
    if opening.fields.get("content-length") != str(length):
        raise RecordDamaged("The record is not as long as it says.")
    file.seek(opening.at)
    sha = hashlib.sha256(file.read(len(opening.head)))
    body: BinaryIO = BytesIO() if length <= IN_MEMORY else TemporaryFile()  # noqa: SIM115 (its reader closes it)
    left = length - len(opening.head)
    while left and (piece := file.read(min(PIECE, left))):
        left -= len(piece)
        sha.update(piece)
        body.write(piece)
    if opening.fields.get("warc-block-digest") not in _spellings(sha.digest()):
        body.close()
        raise RecordDamaged("The record is not what was stored: its digest differs.")
    body.seek(0)
    return Record(opening, body)


def _spellings(sha256: bytes) -> tuple[str, str]:
    """Return a digest as records name it: in hexadecimal digits, and as the first that were written did, in base 32."""
    return f"sha256:{sha256.hex()}", f"sha256:{b32encode(sha256).decode()}"
