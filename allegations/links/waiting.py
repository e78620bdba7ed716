"""How long a server asks us to wait, and how long its host is left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from allegations.links.judgement import Judgement

LONGEST_S = 7 * 24 * 3600.0
FIRST_REST_S = 60.0  # doubled with each answer in a row that asks for fewer requests
SPREAD = 0.1
MOST_DOUBLINGS = 14  # beyond that it is longer than `LONGEST_S`


def retry_after(headers: Mapping[str, str], asked_at: float | None = None) -> float | None:
    """Return the seconds a Retry-After header asks for, at most a week; None without a readable one.

    A date is compared with the server's own Date, so that its clock need not agree with ours; without one with
    `asked_at`, in seconds since 1970.

    >>> retry_after({"retry-after": "120"})
    120.0
    >>> retry_after({"retry-after": "Wed, 25 Nov 2026 10:05:00 GMT", "date": "Wed, 25 Nov 2026 10:00:00 GMT"})
    300.0
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_S)
    until, since = _date(text), _date(headers.get("date", ""))
    if since is None and asked_at is not None:
        since = datetime.fromtimestamp(asked_at, UTC)
    if until is None or since is None:
        return None
    return min(max((until - since).total_seconds(), 0.0), LONGEST_S)


def host_limited(judgement: Judgement, penalty_level: int, key: str) -> float | None:
    """Return for how many seconds the whole host is to be left alone after this answer; None when it says nothing of
    the host.

    `penalty_level` is how many answers in a row have asked for that before this one: 60 s, 120 s, 240 s and so on, with
    up to a tenth more or less that is always the same for one host `key`. What the server asked for is never undercut.
    """
    if not judgement.limits_host:
        return None
    rest = FIRST_REST_S * 2.0 ** min(max(penalty_level, 0), MOST_DOUBLINGS) * _spread(key)
    return min(max(rest, judgement.retry_after_s or 0.0), LONGEST_S)


def _spread(key: str) -> float:
    share = int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:4], "big") / 2**32
    return 1 + SPREAD * (2 * share - 1)


def _date(text: str) -> datetime | None:
    """Return a date of HTTP; one without a zone is in UTC."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
