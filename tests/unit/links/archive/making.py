"""Checks made by hand, as the asking side hands them over, and batches written of them."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from allegations.links.archive.records import Batch, BatchFile, Entry, Kept
from allegations.links.exchange import KEPT_BYTES, Certificate, Exchange, Hop
from allegations.links.payload import Payload
from allegations.links.verdicts import judge

MADE: list[Payload] = []  # closed after the last test
NOON = datetime(2021, 11, 23, 12, tzinfo=UTC).timestamp()
URL = "https://news.example/story"
SENTENCES = "<p>The court heard the witness on the second day of the trial and adjourned until spring.</p>" * 12
ARTICLE = f"<!doctype html><title>Minister charged with fraud</title><h1>Minister charged</h1>{SENTENCES}".encode()


def head(*fields: str, status: int = 200, protocol: str = "HTTP/1.1") -> bytes:
    """The head of an answer, as it came."""
    return "\r\n".join([f"{protocol} {status} X", *fields, "", ""]).encode("latin-1")


def request(url: str = URL) -> bytes:
    """The head of a request, as it was sent."""
    host, _, path = url.partition("://")[2].partition("/")
    return f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: TestBot/1.0\r\nAccept: text/html\r\n\r\n".encode()


def redirect(url: str, location: str, *, at: float = NOON, status: int = 301, body: int = 0) -> Hop:
    """A hop that leads on; `body` is how long a body it announces."""
    came = head(f"Location: {location}", f"Content-Length: {body}", status=status)
    return Hop(url, status, location, "203.0.113.7", at, request(url), came)


def exchange(body: bytes | None = ARTICLE, *, url: str = URL, at: float = NOON, **parts: Any) -> Exchange:
    """An answer that came.

    `fields` are those of its head; `coding` packs the body; `before` are the hops before the last; the rest is put
    into the exchange as it is.
    """
    status, coding = parts.pop("status", 200), parts.pop("coding", "")
    wire = gzip.compress(body or b"") if coding else body
    fields: Sequence[str] = parts.pop("fields", ("Content-Type: text/html; charset=utf-8",))
    fields = (*fields, *([f"Content-Encoding: {coding}"] if coding else []))
    if wire is not None and not any(name.lower().startswith(("content-length", "transfer-")) for name in fields):
        fields = (*fields, f"Content-Length: {len(wire)}")
    came = parts.pop("head", None) or head(*fields, status=status)
    last = Hop(url, status, None, "203.0.113.7", at, request(url), came)
    before: tuple[Hop, ...] = parts.pop("before", ())
    partial = parts.get("truncated")
    kept = {
        "body": (body or b"")[:KEPT_BYTES],
        "headers": {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)},
        "decoded_bytes": len(body or b""),
        "payload": None if wire is None else payload(wire, coding),
        "wire_sha256": None if wire is None else hashlib.sha256(wire).hexdigest(),
        "payload_sha256": None if body is None or partial else hashlib.sha256(body).hexdigest(),
        "tls_verified": url.startswith("https:") or None,
        "certificate": Certificate("news.example", "Some Authority", "2022-01-01", "ab" * 32),
    }
    asked = before[0].url if before else url
    return Exchange(asked, url, (*before, last), status, **{**kept, **parts})


def payload(wire: bytes, coding: str = "") -> Payload:
    """A whole body as it came."""
    made = Payload(coding)
    made.write(wire)
    MADE.append(made)
    return made


def entry(made: Exchange, verdict: str = "OK", **parts: Any) -> Entry:
    """A check to be written."""
    return Entry(made, parts.pop("checked_at", NOON), verdict, parts.pop("signals", ("The page answers.",)), **parts)


def batch(*entries: Entry) -> tuple[io.BytesIO, list[Kept], BatchFile]:
    """A finished file, where each check stands in it, and what it is known by."""
    out = io.BytesIO()
    writing = Batch(out, {"software": "TestBot/1.0"}, NOON)
    kept = [writing.add(one) for one in entries]
    return out, kept, writing.end()


def alike(answer: Exchange) -> float | None:
    """How alike an archived page and our own copy are, as a worker compares them."""
    ours = exchange(headers={"content-type": "text/html; charset=utf-8"})
    as_the_page = replace(answer, url=URL, final_url=URL, hops=answer.hops[-1:])
    return judge(as_the_page, judge(ours).known(ours)).similarity
