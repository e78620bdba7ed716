"""When a link is checked next: often where much hangs on it, seldom where nothing moves, never in a herd."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from allegations.links.judgement import Judgement, Klass
from allegations.links.memory import DAY, HOUR, LinkPast, State


class Tier(StrEnum):
    """How much hangs on a link."""

    UNDER_REVIEW = "under_review"
    PUBLISHED_HOT = "published_hot"
    PUBLISHED = "published"
    BACKGROUND = "background"


BASE = {Tier.UNDER_REVIEW: 12 * HOUR, Tier.PUBLISHED_HOT: DAY, Tier.PUBLISHED: 7 * DAY, Tier.BACKGROUND: 30 * DAY}
LONGEST = {
    Tier.UNDER_REVIEW: 30 * DAY, Tier.PUBLISHED_HOT: 30 * DAY, Tier.PUBLISHED: 30 * DAY, Tier.BACKGROUND: 90 * DAY,
}  # fmt: skip
SHORTEST = 6 * HOUR
SOONEST = timedelta(minutes=15)
LONGEST_BLOCKED = 14 * DAY
# One step of `pace`: an unchanged page is asked half as often again, up to the tier's longest interval.
STEP = 1.5
MOST_STEPS = 12
LADDERS = {
    State.SUSPECT: (6 * HOUR, DAY, 2 * DAY),
    State.UNREACHABLE: (HOUR, 4 * HOUR, 12 * HOUR, DAY),
}
FIXED = {
    State.GONE: 30 * DAY,
    State.USURPED: 30 * DAY,
    State.REFUSED: 7 * DAY,
    State.RETIRED: 90 * DAY,
}


def next_check(past: LinkPast, judgement: Judgement, tier: Tier, now: datetime) -> datetime:
    """Return when to check next, given the past that `states.advance` returned for this judgement.

    A retired link gets a far date; the caller is expected not to check it at all.
    """
    wait = max(_wait(past, judgement, tier), timedelta(seconds=judgement.retry_after_s or 0), SOONEST)
    return now + wait


def _wait(past: LinkPast, judgement: Judgement, tier: Tier) -> timedelta:
    if past.state in FIXED:
        return FIXED[past.state] * _spread(past.url)
    if past.state in LADDERS:
        return _rung(LADDERS[past.state], past.failures) * _delay(past.url)
    if judgement.klass in (Klass.TRANSIENT, Klass.OWN_FAULT, Klass.UNREACHABLE):
        return _rung(LADDERS[State.UNREACHABLE], past.failures) * _delay(past.url)
    if judgement.klass is Klass.BLOCKED:
        return _blocked(past.blocked.count, tier) * _spread(past.url)
    return _steady(past.pace, tier) * _spread(past.url)


def _blocked(times: int, tier: Tier) -> timedelta:
    doublings = min(max(times - 1, 0), 10)
    return min(BASE[tier] * (1 << doublings), LONGEST_BLOCKED)


def _steady(pace: int, tier: Tier) -> timedelta:
    grown = BASE[tier] * float(STEP ** max(min(pace, MOST_STEPS), -MOST_STEPS))
    return min(max(grown, SHORTEST), LONGEST[tier])


def _rung(ladder: tuple[timedelta, ...], failures: int) -> timedelta:
    return ladder[min(max(failures, 1), len(ladder)) - 1]


def _share(url: str) -> float:
    """Return a number from 0 to 1 that is always the same for one address."""
    return int.from_bytes(hashlib.sha256(url.encode()).digest()[:4], "big") / 2**32


def _spread(url: str) -> float:
    return 1 + 0.2 * (_share(url) - 0.5)


def _delay(url: str) -> float:
    """A ladder is never shortened: its rungs must span what `Rules` asks for."""
    return 1 + 0.1 * _share(url)
