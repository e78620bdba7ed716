"""One WARC 1.1 record (ISO 28500:2017): fields, a block, and a gzip member around both."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from isal import isal_zlib

from allegations.links.payload import Payload

VERSION = "1.1"
LEVEL = 1  # of isal: as small as zlib's 6 within a twelfth, in a thirteenth of its time
GZIP = 31
END = b"\r\n\r\n"
IDS_AT_ONCE = 64
CONTENT_TYPES = {
    "warcinfo": "application/warc-fields",
    "metadata": "application/warc-fields",
    "request": "application/http;msgtype=request",
    "response": "application/http;msgtype=response",
    "revisit": "application/http;msgtype=response",
}
UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")
UNFIT_IN_URI = re.compile(r"[^\x21-\x7e]")

# How 64 groups of five bits come to lie in a byte each: the groups are moved apart by halves, all of them at once. For
# each step the bits of the upper halves, by how much these move, and the bits of the lower halves.
SPREADING = [
    (low << bits // 2, (room - bits) // 2, low)
    for room, bits in ((512, 320), (256, 160), (128, 80), (64, 40), (32, 20), (16, 10))
    for low in [sum(((1 << bits // 2) - 1) << at for at in range(0, 512, room))]
]
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".ljust(256)

Field = tuple[str, str | None]


@dataclass(frozen=True)
class Block:
    """What a record holds: a head, then a body."""

    head: bytes
    body: Payload | None = None

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        return len(self.head) + (self.body.size if self.body else 0)

    def pieces(self) -> Iterable[bytes]:
        """Return the head and the body in pieces, from the start each time."""
        return chain((self.head,), self.body.pieces()) if self.body else (self.head,)


def new_ids() -> Iterator[str]:
    """Yield identifiers for records: random UUIDs (RFC 9562 section 5.4). Each file has an iterator of its own, as a
    process that is forked would go on with the same numbers."""
    while True:
        many = os.urandom(16 * IDS_AT_ONCE).hex()
        for at in range(0, len(many), 32):
            digits = many[at : at + 32]
            variant = "89ab"[int(digits[16], 16) % 4]
            yield f"<urn:uuid:{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}>"


def date(seconds: float) -> str:
    """Return a moment as WARC-Date writes it, to the second.

    >>> date(1637500000.9)
    '2021-11-21T13:06:40Z'
    """
    return _date(int(seconds))


@lru_cache(64)
def _date(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def digest(sha256: bytes) -> str:
    """Return a SHA-256 as the digests of records are written, in base 32 (RFC 4648 section 6).

    >>> digest(hashlib.sha256().digest())
    'sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ===='
    """
    groups = int.from_bytes(sha256) << 64  # 52 groups of five bits for the letters, and twelve more
    for high, shift, low in SPREADING:
        groups = (groups & high) << shift | groups & low
    return f"sha256:{groups.to_bytes(64)[:52].translate(LETTERS).decode('ascii')}===="


def uri(text: str) -> str:
    """Return an address fit for a field: what is no plain ASCII is written in percents.

    >>> uri("http://news.example/à b")
    'http://news.example/%C3%A0%20b'
    """
    return UNFIT_IN_URI.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), text)


def packed(kind: str, record_id: str, block: Block, own: str) -> Iterable[bytes]:
    """Return one record as a gzip member, in pieces.

    `own` are the lines of the fields besides type, identifier, digest of the block, content type and length.
    """
    sha = hashlib.sha256(block.head)
    body = block.body.pieces() if block.body else ()
    for piece in body:
        sha.update(piece)
    opening = (
        f"WARC/{VERSION}\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {record_id}\r\n{own}"
        f"WARC-Block-Digest: {digest(sha.digest())}\r\n"
        f"Content-Type: {CONTENT_TYPES[kind]}\r\nContent-Length: {block.size}\r\n\r\n"
    ).encode()
    if isinstance(body, (list, tuple)):
        return (isal_zlib.compress(b"".join((opening, block.head, *body, END)), LEVEL, GZIP),)
    return _packed_by_piece(chain((opening,), block.pieces(), (END,)))


def _packed_by_piece(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what is too large to be held whole."""
    packer = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP)
    for piece in pieces:
        if ready := packer.compress(piece):
            yield ready
    yield packer.flush()


def lines(pairs: Iterable[Field]) -> str:
    """Return named values as lines; one without a value is left out, and none can break out of its line."""
    return "".join([f"{name}: {_in_one_line(value)}\r\n" for name, value in pairs if value])


def fields_block(pairs: Iterable[Field]) -> Block:
    """Return named values as a block of application/warc-fields."""
    return Block(lines(pairs).encode("utf-8", "replace"))


def _in_one_line(value: str) -> str:
    return value if value.isprintable() else UNSAFE.sub(" ", value)
