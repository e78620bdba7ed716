"""Heads of HTTP messages: reading their fields, and what a stored head may not say of a body stored another way."""

from __future__ import annotations

import re

INTERIM = re.compile(rb"\r?\n\r?\n(?=HTTP/)")
STATUS_LINE = re.compile(rb"(?i)HTTP/(\d(?:\.\d)?) +(\d{3})(.*)")
PROTOCOLS = {b"1.0": "http/1.0", b"1.1": "http/1.1", b"2": "h2", b"2.0": "h2", b"3": "h3", b"3.0": "h3"}
BODILESS = frozenset({204, 205, 304})


def fields(head: bytes) -> dict[str, str]:
    """Return the fields of a head, names in lower case, the first of each name.

    >>> fields(b"HTTP/1.1 302 Found\\r\\nLocation: /a\\r\\nlocation: /b\\r\\n\\r\\n")
    {'location': '/a'}
    """
    found: dict[str, str] = {}
    for line in lines(head)[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            found.setdefault(name.strip().decode("latin-1").lower(), value.strip().decode("utf-8", "replace"))
    return found


def status(head: bytes) -> int | None:
    """Return the status that an answer's head names."""
    line = STATUS_LINE.match(head)
    return int(line[2]) if line else None


def protocol(first_line: bytes) -> str | None:
    """Return the protocol that an answer's first line names, as WARC-Protocol writes it."""
    line = STATUS_LINE.match(first_line)
    return PROTOCOLS.get(line[1]) if line else None


def lines(head: bytes) -> list[bytes]:
    """Return the lines of the final head, folded ones (RFC 9112 section 5.2) joined; interim heads (1xx) left out."""
    block = INTERIM.split(head)[-1] if head.count(b"HTTP/") > 1 else head
    found: list[bytes] = []
    for line in block.split(b"\n"):
        line = line.rstrip(b"\r")
        if not line.strip():
            continue
        if line[:1] in (b" ", b"\t") and found:
            found[-1] += b" " + line.strip()
        else:
            found.append(line)
    return found


def to_store(head: list[bytes], size: int, *, kept: bool) -> tuple[bytes, list[str]]:
    """Return the head of an answer as it is stored before `size` bytes of body, and what was changed in it, in words.

    A body is stored without its transfer coding, so the head may not name one, and its Content-Length is the length
    of what is stored; replay breaks otherwise. `kept` tells that a body was kept at all. HTTP/2 and later are written
    as HTTP/1.1. All else stays as it came.
    """
    stored, changes = [], []
    first = STATUS_LINE.match(head[0])
    if first and first[1] > b"1.1":
        changes.append(f"status line was: {_shown(head[0])}")
        head = [b"HTTP/1.1 " + first[2] + (first[3].rstrip() or b" "), *head[1:]]
    wanted = b"%d" % size if kept or not (first and int(first[2]) in BODILESS) else None
    for line in head:
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        if name == b"transfer-encoding" or (name == b"content-length" and wanted and value.strip() != wanted):
            changes.append(f"left out: {_shown(line)}")
        elif name != b"content-length" or wanted is None:
            stored.append(line)
    if wanted is not None:
        stored.append(b"Content-Length: " + wanted)
    return b"\r\n".join(stored) + b"\r\n\r\n", changes


def announces_body(head: list[bytes]) -> bool:
    """Tell whether an answer said that a body would follow."""
    sent = fields(b"\n".join(head))
    length = sent.get("content-length", "")
    return "transfer-encoding" in sent or (length.isdigit() and int(length) > 0)


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "replace").strip()[:200]
