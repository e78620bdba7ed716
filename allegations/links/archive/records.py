"""Writing a batch of checks as one WARC file that is never changed again: what was asked, what came, what it meant."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from allegations.links.archive import heads, warc
from allegations.links.exchange import Exchange, Hop
from allegations.links.payload import Payload

CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
MOST_HELD = 1_000_000
# Our words for why a body is partial, in those of WARC-Truncated; a broken coding has none there.
TRUNCATED = {"length": "length", "time": "time", "disconnect": "disconnect"}


@dataclass(frozen=True)
class Earlier:
    """An earlier answer of the same address whose body the archive holds; `taken_at` in seconds since 1970."""

    url: str
    taken_at: float
    wire_sha256: str
    record_id: str | None = None


@dataclass(frozen=True)
class Entry:
    """One check to be written: what happened, and what was made of it.

    `checked_at` (seconds since 1970) dates what has no hop. `reader` names the code that judged, with its version.
    A body that `earlier` holds already is not written again.
    """

    exchange: Exchange
    checked_at: float
    verdict: str
    signals: Sequence[str] = ()
    reader: str = ""
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Place:
    """Where a record stands in its file, as a gzip member of its own."""

    record_id: str
    offset: int
    length: int


@dataclass(frozen=True)
class Kept:
    """Where a check stands in its file: its last answer, if one came, and the stretch of all its records."""

    answer: Place | None
    offset: int
    length: int
    records: int


@dataclass(frozen=True)
class BatchFile:
    """What a finished file is known by; `sha256` as hexadecimal digits."""

    sha256: str
    size: int
    records: int


class Batch:
    """Writes one WARC file: begin, `add` each check, `end` once. The caller opens, stores and closes the file."""

    def __init__(self, out: BinaryIO, info: Mapping[str, str], begun_at: float) -> None:
        self._out, self._sha = out, hashlib.sha256()
        self._size = self._records = self._held_size = 0
        self._held: list[bytes] = []
        self._ids = warc.new_ids()
        named = {"format": f"WARC File Format {warc.VERSION}", "conformsTo": CONFORMS_TO, **info}
        began = warc.lines([("WARC-Date", warc.date(begun_at))])
        self._add("warcinfo", next(self._ids), warc.fields_block(named.items()), began)

    def add(self, entry: Entry) -> Kept:
        """Write every hop of a check, the whole body of the last one, and what was found."""
        start, before = self._size, self._records
        answer, changes = None, []
        hops = entry.exchange.hops
        for number, hop in enumerate(hops, start=1):
            answer = None
            if hop.request or hop.head:
                answer, changed = self._hop(entry, hop, last=number == len(hops))
                changes += [f"hop {number}: {words}" for words in changed]
        self._metadata(entry, answer, changes)
        return Kept(answer, start, self._size - start, self._records - before)

    def end(self) -> BatchFile:
        """Return what the file is known by."""
        self._write()
        self._out.flush()
        return BatchFile(self._sha.hexdigest(), self._size, self._records)

    def _hop(self, entry: Entry, hop: Hop, *, last: bool) -> tuple[Place | None, list[str]]:
        """Write the request and, if one came, the answer; return where the answer stands and what was changed."""
        seen = warc.lines(
            [
                ("WARC-Target-URI", warc.uri(hop.url)),
                ("WARC-Date", _date(entry, hop)),
                ("WARC-IP-Address", hop.address),
            ]
        )
        answer_id = next(self._ids) if hop.head else None
        if hop.request:
            beside = f"WARC-Concurrent-To: {answer_id}\r\n" if answer_id else ""
            self._add("request", next(self._ids), warc.Block(hop.request), seen + beside)
        if answer_id is None:
            return None, []
        answer, offset = _answer(entry, hop, last=last), self._size
        self._add(answer.kind, answer_id, answer.block, seen + warc.lines(answer.own))
        return Place(answer_id, offset, self._size - offset), answer.changes

    def _metadata(self, entry: Entry, answer: Place | None, changes: Iterable[str]) -> None:
        hops = entry.exchange.hops
        own = warc.lines(
            [
                ("WARC-Target-URI", warc.uri(entry.exchange.url)),
                ("WARC-Date", _date(entry, hops[-1] if hops else None)),
                ("WARC-Concurrent-To", answer.record_id if answer else None),
            ]
        )
        said = warc.fields_block([*_found(entry), *(("head-changed", words) for words in changes)])
        self._add("metadata", next(self._ids), said, own)

    def _add(self, kind: str, record_id: str, block: warc.Block, own: str) -> None:
        for piece in warc.packed(kind, record_id, block, own):
            self._held.append(piece)
            self._held_size += len(piece)
            self._size += len(piece)
            if self._held_size > MOST_HELD:
                self._write()
        self._records += 1

    def _write(self) -> None:
        """Write what was held back, so that many records go out at once."""
        data = b"".join(self._held)
        self._held.clear()
        self._held_size = 0
        self._sha.update(data)
        self._out.write(data)


@dataclass(slots=True)
class _Answer:
    kind: str
    block: warc.Block
    own: Sequence[warc.Field]
    changes: list[str]


def _answer(entry: Entry, hop: Hop, *, last: bool) -> _Answer:
    """Return the record of one answer; only the last one has a body, unless the archive holds it already."""
    exchange, lines = entry.exchange, heads.lines(hop.head)
    payload = exchange.payload if last else None
    size = payload.size if payload else 0
    head, changes = heads.to_store(lines, size, kept=payload is not None)
    own: list[warc.Field] = [("WARC-Protocol", heads.protocol(lines[0]))]
    if last and (encryption := exchange.encryption):
        own += [("WARC-Protocol", encryption.protocol), ("WARC-Cipher-Suite", encryption.cipher_suite)]
    if last and hop.status == 304 and exchange.conditional:
        own += [("WARC-Profile", f"{PROFILE}server-not-modified"), *_refers_to(entry.earlier)]
        return _Answer("revisit", warc.Block(head), own, changes)
    own.append(("WARC-Payload-Digest", _payload_digest(exchange, payload)))
    if entry.earlier and payload and not exchange.truncated and entry.earlier.wire_sha256 == exchange.wire_sha256:
        own += [("WARC-Profile", f"{PROFILE}identical-payload-digest"), *_refers_to(entry.earlier)]
        return _Answer("revisit", warc.Block(head), own, changes)
    own.append(("WARC-Truncated", _truncated(exchange, lines, last=last, kept=payload is not None)))
    return _Answer("response", warc.Block(head, payload), own, changes)


def _payload_digest(exchange: Exchange, payload: Payload | None) -> str:
    if payload and exchange.wire_sha256:
        return f"sha256:{exchange.wire_sha256}"
    sha = hashlib.sha256()
    for piece in payload.pieces() if payload else ():
        sha.update(piece)
    return f"sha256:{sha.hexdigest()}"


def _truncated(exchange: Exchange, lines: list[bytes], *, last: bool, kept: bool) -> str | None:
    """Say why the stored body is not the one that was sent; the bodies of redirects are not read."""
    if last and exchange.truncated:
        return TRUNCATED.get(exchange.truncated, "unspecified")
    if kept or heads.status(lines[0]) in heads.BODILESS:
        return None
    return "unspecified" if heads.announces_body(lines) else None


def _refers_to(earlier: Earlier | None) -> list[warc.Field]:
    if earlier is None:
        return []
    return [
        ("WARC-Refers-To", earlier.record_id),
        ("WARC-Refers-To-Target-URI", warc.uri(earlier.url)),
        ("WARC-Refers-To-Date", warc.date(earlier.taken_at)),
    ]


def _date(entry: Entry, hop: Hop | None) -> str:
    asked_at = hop.asked_at if hop else None
    return warc.date(entry.checked_at if asked_at is None else asked_at)


def _found(entry: Entry) -> Iterator[warc.Field]:
    """Yield what the check came to, for a reader in many years."""
    exchange = entry.exchange
    yield "verdict", entry.verdict
    yield from (("signal", words) for words in entry.signals)
    for hop in exchange.hops:
        yield "hop", " ".join(filter(None, (str(hop.status or "-"), hop.url, hop.location and f"-> {hop.location}")))
    yield "failure", exchange.failure and f"{exchange.failure} {exchange.sentence or ''}".strip()
    yield "reader", entry.reader
    yield "truncated", exchange.truncated
    yield "decoded-sha256", exchange.payload_sha256
    yield "decoded-bytes", str(exchange.decoded_bytes) if exchange.payload else None
    if exchange.tls_verified is not None:
        yield "tls-verified", "yes" if exchange.tls_verified else "no"
    if exchange.certificate:
        certificate = exchange.certificate
        yield "certificate-subject", certificate.subject
        yield "certificate-issuer", certificate.issuer
        yield "certificate-not-after", certificate.not_after
        yield "certificate-sha256", certificate.sha256
    yield "fetchTimeMs", f"{exchange.timings.total_ms:.0f}"
