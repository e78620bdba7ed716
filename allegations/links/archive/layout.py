"""Names of files in the store: made in one place, read in one place, and never a way out of it."""

from __future__ import annotations

import re
from datetime import date

HEX = r"[0-9a-f]"
DAY = r"\d{4}-\d\d-\d\d"
NUMBER = r"[2-9]|[1-9]\d{1,3}"
NAME = r"[a-z0-9][a-z0-9-]{0,59}"
# Kind of file → the whole form of its name.
FORMS = {
    "payload": re.compile(
        rf"cas/sha256/(?P<a>{HEX}{{2}})/(?P<b>{HEX}{{2}})/(?P<sha256>(?P=a)(?P=b){HEX}{{60}})(\.(?P<number>{NUMBER}))?\Z"
    ),
    "warc": re.compile(rf"warc/\d{{4}}/\d\d/\d\d/{HEX}{{16}}-(?P<records>\d+)\.warc\.gz\Z"),
    "manifest": re.compile(rf"manifest/(?P<day>{DAY})\.(jsonl|root)\Z"),
    "timestamp": re.compile(rf"manifest/(?P<day>{DAY})(\.{NAME})?\.tsr\Z"),
}
SHA256 = re.compile(rf"{HEX}{{64}}\Z")


class KeyRefused(ValueError):
    """A name that no file of the archive may have; `str()` says why."""


def payload_key(sha256: str, number: int = 1) -> str:
    """Return the name of a decoded body; the second file of the same bytes, and so on, has its number behind it.

    >>> payload_key("ab" * 32)[:22]
    'cas/sha256/ab/ab/ababa'
    >>> payload_key("ab" * 32, 2)[-4:]
    'ab.2'
    """
    digest = _digest(sha256)
    return checked(f"cas/sha256/{digest[:2]}/{digest[2:4]}/{digest}{f'.{number}' if number > 1 else ''}")


def payload_number(key: str) -> int:
    """Return which file of its bytes this is.

    >>> payload_number(payload_key("ab" * 32)), payload_number(payload_key("ab" * 32, 12))
    (1, 12)
    """
    found = FORMS["payload"].match(key)
    return int(found["number"] or 1) if found else 1


def payload_sha256(key: str) -> str:
    """Return the digest of the body that bears this name; empty for other files.

    >>> payload_sha256(payload_key("ab" * 32, 2)) == "ab" * 32, payload_sha256("manifest/2021-11-23.root")
    (True, '')
    """
    found = FORMS["payload"].match(key)
    return found["sha256"] if found else ""


def warc_key(day: date, sha256: str, records: int) -> str:
    """Return the name of a batch's WARC file, by the day on which it was finished (UTC).

    >>> warc_key(date(2021, 11, 23), "ab" * 32, 190)
    'warc/2021/11/23/abababababababab-190.warc.gz'
    """
    return checked(f"warc/{day:%Y/%m/%d}/{_digest(sha256)[:16]}-{records}.warc.gz")


def records_of(key: str) -> int:
    """Return how many records a WARC file has; no other file has any.

    >>> records_of(warc_key(date(2021, 11, 23), "ab" * 32, 190)), records_of(payload_key("ab" * 32))
    (190, 0)
    """
    found = FORMS["warc"].match(key)
    return int(found["records"]) if found else 0


def manifest_keys(day: date) -> tuple[str, str]:
    """Return the names of a day's manifest and of the file with its root.

    >>> manifest_keys(date(2021, 11, 23))
    ('manifest/2021-11-23.jsonl', 'manifest/2021-11-23.root')
    """
    return f"manifest/{day.isoformat()}.jsonl", f"manifest/{day.isoformat()}.root"


def timestamp_key(day: date, authority: str, sha256: str = "") -> str:
    """Return the name of an authority's timestamp (RFC 3161) of a day; `authority` is a short name of ours.

    With the digest of the answer the name is that of no other answer.

    >>> timestamp_key(date(2021, 11, 23), "first")
    'manifest/2021-11-23.first.tsr'
    >>> timestamp_key(date(2021, 11, 23), "first", "ab" * 32)
    'manifest/2021-11-23.first-abababababababab.tsr'
    """
    part = f"-{_digest(sha256)[:16]}" if sha256 else ""
    return checked(f"manifest/{day.isoformat()}.{authority}{part}.tsr")


def kind(key: str) -> str:
    """Return which kind of file bears this name, or raise KeyRefused.

    >>> kind("manifest/2021-11-23.tsr")
    'timestamp'
    """
    for name, form in FORMS.items():
        if form.match(key):
            return name
    raise KeyRefused(f"“{key[:80]}” is no name of a file in the archive.")


def checked(key: str) -> str:
    """Return `key` if a file of the archive may bear it, or raise KeyRefused."""
    kind(key)
    return key


def _digest(sha256: str) -> str:
    if not SHA256.match(sha256):
        raise KeyRefused(f"“{sha256[:80]}” is no SHA-256 in small hexadecimal digits.")
    return sha256
