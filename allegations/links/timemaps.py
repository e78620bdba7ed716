"""What web archives answer when they are asked for copies: link lists (RFC 7089, RFC 6690), index lines, moments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

PARAMETER = re.compile(r'\s{0,9};\s{0,9}([\w!*-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,2000})"|([^\s;,"]{0,2000}))')
STAMP = re.compile(r"[0-9]{14}\Z")
MOST_LINKS = 5000


@dataclass(frozen=True)
class Link:
    """One link of a list: where it leads, in which relations, and its other parameters."""

    uri: str
    relations: frozenset[str]
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Candidate:
    """A copy that an archive offers: its address, and when it says that it was taken."""

    uri: str
    taken_at: datetime | None = None


@dataclass(frozen=True)
class Row:
    """A copy in an archive's index."""

    taken_at: datetime
    url: str
    status: str


def links(text: str) -> Iterator[Link]:
    """Yield the links of a Link header or a TimeMap; what is no link is passed over.

    >>> [link.uri for link in links('<http://a.example/1,2>; rel="memento first"; datetime="x, y", </b>;rel=self')]
    ['http://a.example/1,2', '/b']
    """
    at = 0
    for _ in range(MOST_LINKS):
        opened = text.find("<", at)
        closed = text.find(">", opened) if opened >= 0 else -1
        if closed < 0:
            return
        at = closed + 1
        found: dict[str, str] = {}
        while parameter := PARAMETER.match(text, at):
            found.setdefault(parameter[1].lower(), parameter[2] or parameter[3] or "")
            at = parameter.end()
        yield Link(text[opened + 1 : closed].strip(), frozenset(found.get("rel", "").lower().split()), found)


def mementos(text: str) -> list[Candidate]:
    """Return the copies that a TimeMap lists; one without a moment is left out."""
    found = ((link, http_moment(link.parameters.get("datetime", ""))) for link in links(text))
    return [Candidate(link.uri, taken_at) for link, taken_at in found if "memento" in link.relations and taken_at]


def index_rows(text: str) -> list[Row]:
    """Return the rows of an index: a JSON list whose first row names the columns, or one JSON object a line."""
    return [row for values in _tables(text) if (row := _row(values))]


def nearest(rows: Iterable[Row], wanted: datetime) -> list[Row]:
    """Return the rows of good answers, the nearest to `wanted` first."""
    good = (row for row in rows if row.status in ("200", "-", ""))
    return sorted(good, key=lambda row: abs(row.taken_at - wanted))


def stamp(moment: datetime) -> str:
    """Return a moment as web archives write it in addresses.

    >>> stamp(datetime(2021, 11, 23, 8, tzinfo=UTC))
    '20211123080000'
    """
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"


def stamped(text: str) -> datetime | None:
    """Return the moment that fourteen digits write, or None."""
    if not STAMP.match(text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def http_date(moment: datetime) -> str:
    """Return a moment as HTTP headers write it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def http_moment(text: str) -> datetime | None:
    """Return the moment that an HTTP header writes, or None."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _tables(text: str) -> Iterator[Mapping[str, Any]]:
    lines = text.strip()
    if lines.startswith("["):
        table = _json(lines)
        rows = [row for row in table if isinstance(row, list)] if isinstance(table, list) else []
        for row in rows[1:]:
            yield dict(zip(map(str, rows[0]), row, strict=False))
        return
    for line in lines.splitlines():
        values = _json(line)
        if isinstance(values, dict):
            yield values


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _row(values: Mapping[str, Any]) -> Row | None:
    taken_at = stamped(str(values.get("timestamp", "")))
    url = values.get("original") or values.get("url")
    if taken_at is None or not isinstance(url, str):
        return None
    return Row(taken_at, url, str(values.get("statuscode") or values.get("status") or ""))
