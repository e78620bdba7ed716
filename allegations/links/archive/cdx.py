"""Index lines over archived answers (CDXJ), under the keys by which replay tools look addresses up (SURT)."""

from __future__ import annotations

import json
import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from allegations.links.archive.reading import Member

WWW = re.compile(r"www\d*\.")
SPOKEN = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
PORTS = {"http": 80, "https": 443}
INDEXED = frozenset({"response", "revisit"})


def url_key(url: str) -> str:
    """Return the key of an address: host parts from the right, then path and sorted query, all in small letters.

    >>> url_key("https://www.News.example/A/?b=2&a=1")
    'example,news)/a?a=1&b=2'
    """
    parts = urlsplit(url)
    host = WWW.sub("", (parts.hostname or ""), count=1) if WWW.match(parts.hostname or "") else parts.hostname or ""
    port = f":{parts.port}" if parts.port not in (None, PORTS.get(parts.scheme)) else ""
    path = re.sub("/{2,}", "/", _plain(parts.path).lower()) or "/"
    query = _plain(parts.query).lower()
    arguments = sorted(tuple(pair.split("=", 1)) for pair in query.split("&"))
    return (
        f"{','.join(reversed(host.split('.')))}{port})"
        f"{path.removesuffix('/') if len(path) > 1 else path}"
        f"{'?' if query else ''}{'&'.join('='.join(pair) for pair in arguments)}"
    )


def line(member: Member, filename: str, offset: int) -> str | None:
    """Return the line of a packed record that starts at `offset` of `filename`; None for one that is not looked up."""
    opening = member.opening
    if opening.kind not in INDEXED:
        return None
    url, taken_at = opening.fields.get("warc-target-uri", ""), opening.fields.get("warc-date", "")
    media_type = opening.http.get("content-type", "").partition(";")[0].strip()
    values = {
        "url": url,
        "mime": "warc/revisit" if opening.kind == "revisit" else media_type or "unk",
        "status": str(opening.status or "-"),
        "digest": opening.fields.get("warc-payload-digest", "-"),
        "length": str(member.length),
        "offset": str(offset),
        "filename": filename,
        "recordDigest": f"sha256:{member.sha256}",
    }
    return f"{url_key(url)} {stamp(taken_at)} {json.dumps(values)}\n"


def stamp(moment: str) -> str:
    """Return a WARC-Date as the fourteen digits that web archives date by.

    >>> stamp("2021-11-21T13:06:40Z")
    '20211121130640'
    """
    return re.sub(r"\D", "", moment)[:14]


def _plain(text: str) -> str:
    """Undo percents as often as there are some, then write each byte that is no plain character in percents."""
    data = text.encode("utf-8", "replace")
    while (undone := unquote_to_bytes(data)) != data:
        data = undone
    return quote_from_bytes(data, safe=SPOKEN)
