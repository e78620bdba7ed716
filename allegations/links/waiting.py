"""How long a server asks us to wait."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST_S = 7 * 24 * 3600.0


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a Retry-After header asks for, at most a week; None without a readable one.

    A date is compared with the server's own Date, so that its clock need not agree with ours.

    >>> retry_after({"retry-after": "120"})
    120.0
    >>> retry_after({"retry-after": "Wed, 25 Nov 2026 10:05:00 GMT", "date": "Wed, 25 Nov 2026 10:00:00 GMT"})
    300.0
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_S)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_S)
