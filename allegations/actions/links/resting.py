"""How long hosts rest after a check: the link's own, and the one that asked for fewer requests, wherever it was met."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from allegations.actions.links.seeing import Seen
from allegations.links.exchange import Exchange
from allegations.links.urls import host_key
from allegations.links.waiting import host_limited
from allegations.models import Host

FACTOR = 5.0
LONGEST = timedelta(seconds=30)
MOST_PENALTY = 10

Rest = tuple[datetime, int]
"""Until when a host is left alone, and how often in a row it has asked for that."""


def limiting_host(seen: Seen) -> str | None:
    """Return the key of the host that asks for fewer requests: the last on the way, which sent the answer."""
    if not seen.judgement.limits_host or not seen.exchange.hops:
        return None
    return host_key(seen.exchange.hops[-1].url)


def rests(seen: Seen, limiting: Mapping[str, Host], now: datetime) -> dict[int, Rest]:
    """Return the rest of each host, by its number; `limiting` are those by key that asked for fewer requests."""
    own, asking = seen.source.host, limiting.get(limiting_host(seen) or "", seen.source.host)
    limited_s = host_limited(seen.judgement, asking.penalty_level, asking.key)
    if limited_s is None:
        return {own.pk: (now + _after(own, seen.exchange), 0)}
    level = min(asking.penalty_level + 1, MOST_PENALTY)
    return {own.pk: (now + least(own), 0)} | {asking.pk: (now + timedelta(seconds=limited_s), level)}


def least(host: Host) -> timedelta:
    """Return how long a host rests after any request."""
    return timedelta(milliseconds=host.delay_ms)


def _after(host: Host, exchange: Exchange) -> timedelta:
    """How long a host rests after an answer: longer where the answer was long in coming."""
    answered = timedelta(milliseconds=FACTOR * (exchange.timings.first_byte_ms or 0.0))
    return max(least(host), min(answered, LONGEST)) if host.min_delay_ms else least(host)
