"""When a link is checked next: often where much hangs on it, seldom where nothing moves, never in a herd."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from allegations.links.judgement import Judgement, Klass
from allegations.links.memory import LinkPast, State
from allegations.links.numbers import checked
from allegations.links.rules import DAY, HOUR


class Tier(StrEnum):
    """How much hangs on a link."""

    UNDER_REVIEW = "under_review"
    PUBLISHED_HOT = "published_hot"
    PUBLISHED = "published"
    BACKGROUND = "background"


SOONEST = timedelta(minutes=15)
FARTHEST = 90 * DAY  # also for retired links, which nobody checks
MOST_STEPS = 12
BOUNDS = {
    **{f"{tier}_hours": (0.25, 24 * 90) for tier in Tier},
    "growth": (1, 10), "shortest_hours": (0.25, 24 * 90), "longest_days": (1, 90), "longest_evidence_days": (1, 30),
    "longest_blocked_days": (1, 90), "suspect_hours": (0.25, 24 * 30), "unreachable_hours": (0.25, 24 * 30),
    "withheld_hours": (0.25, 24 * 30), "incident_hours": (0.25, 24 * 30),
    "gone_days": (1, 90), "usurped_days": (1, 90), "refused_days": (1, 90),
}  # fmt: skip
LADDERS = frozenset({"suspect_hours", "unreachable_hours", "withheld_hours", "incident_hours"})
NOT_KEPT = (HOUR, 4 * HOUR, 12 * HOUR, DAY)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Schedule:
    """How often links are checked.

    `first` is a tier's interval to begin with; each unchanged answer makes it `growth` times as long, up to `longest`
    or, where evidence hangs on the link, `longest_evidence`. `suspect` and `unreachable` are ladders: the waits after
    the first failure, the second and so on. So are `withheld` and `incident`: the waits after checks that count for
    nothing, because of our own network or of the whole host. A link that was not asked because its site’s robots.txt
    could not be read waits as the last rung of `unreachable` says, or less.
    """

    under_review: timedelta = 12 * HOUR
    published_hot: timedelta = DAY
    published: timedelta = 7 * DAY
    background: timedelta = 30 * DAY
    growth: float = 1.5
    shortest: timedelta = 6 * HOUR
    longest: timedelta = 90 * DAY
    longest_evidence: timedelta = 30 * DAY
    longest_blocked: timedelta = 14 * DAY
    suspect: tuple[timedelta, ...] = (6 * HOUR, DAY, 2 * DAY)
    unreachable: tuple[timedelta, ...] = (HOUR, 4 * HOUR, 12 * HOUR, DAY)
    withheld: tuple[timedelta, ...] = (HOUR / 4, HOUR, 4 * HOUR, 12 * HOUR, DAY)
    incident: tuple[timedelta, ...] = (HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY)
    gone: timedelta = 30 * DAY
    usurped: timedelta = 30 * DAY
    refused: timedelta = 7 * DAY

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Schedule:
        """Return the schedule with these numbers in place of its own; `BOUNDS` lists the keys.

        A ladder is a list of hours. Raises ValueError with words that name the key.

        >>> Schedule.from_mapping({"published_hours": 48, "suspect_hours": [6, 12]}).suspect[1]
        datetime.timedelta(seconds=43200)
        """
        values: dict[str, Any] = {}
        for key, value in given.items():
            is_ladder = key in LADDERS and isinstance(value, list | tuple) and bool(value)
            rungs = [
                checked("the schedule of links", {key: rung}, BOUNDS)[key] for rung in (value if is_ladder else [value])
            ]
            name, _, unit = key.rpartition("_")
            waits = tuple(rung * (DAY if unit == "days" else HOUR) for rung in rungs)
            values |= {"growth": rungs[0]} if key == "growth" else {name: waits if key in LADDERS else waits[0]}
        return cls(**values)

    def first(self, tier: Tier) -> timedelta:
        """Return the interval that a link of this tier begins with."""
        return {
            Tier.UNDER_REVIEW: self.under_review,
            Tier.PUBLISHED_HOT: self.published_hot,
            Tier.PUBLISHED: self.published,
            Tier.BACKGROUND: self.background,
        }[tier]


SCHEDULE = Schedule()
SETTLED = frozenset({State.GONE, State.USURPED, State.REFUSED, State.RETIRED})


def next_check(
    past: LinkPast, judgement: Judgement, tier: Tier, now: datetime, schedule: Schedule = SCHEDULE
) -> datetime:
    """Return when to check next, given the past that `states.advance` returned for this judgement.

    A retired link gets a far date; the caller is expected not to check it at all.
    """
    soonest = max(timedelta(seconds=judgement.retry_after_s or 0), SOONEST)
    if judgement.klass is Klass.OWN_FAULT and past.state not in SETTLED:
        ladder = schedule.incident if judgement.of_host else schedule.withheld
        return _together(now, _rung(ladder, max(past.withheld, past.failures)), soonest)  # it hastens nothing
    return now + max(_wait(past, judgement, tier, schedule), soonest)


def after_not_kept(times: int) -> timedelta:
    """Return the wait after a check whose answer could not be archived, for the `times`th time in a row.

    >>> after_not_kept(1), after_not_kept(9)
    (datetime.timedelta(seconds=3600), datetime.timedelta(days=1))
    """
    return _rung(NOT_KEPT, times)


def _together(now: datetime, rung: timedelta, soonest: timedelta) -> datetime:
    """Return a moment about `rung` from now that is the same for all links on this rung.

    What tells a fault of our network or of a host is that many fail at once; asked one by one, none would be spared.
    """
    earliest = now + max(rung / 2, soonest)
    return earliest + (EPOCH - earliest) % rung


def _wait(past: LinkPast, judgement: Judgement, tier: Tier, schedule: Schedule) -> timedelta:
    settled = {
        State.GONE: schedule.gone,
        State.USURPED: schedule.usurped,
        State.REFUSED: schedule.refused,
        State.RETIRED: FARTHEST,
    }
    if judgement.verdict == "DEFERRED":  # nobody was asked
        return SOONEST
    if past.state in settled:
        return settled[past.state] * _spread(past.url)
    if past.state is State.SUSPECT:
        return _rung(schedule.suspect, past.failures) * _delay(past.url)
    failed = judgement.klass in (Klass.TRANSIENT, Klass.UNREACHABLE)
    if failed or past.state is State.UNREACHABLE:
        return _rung(schedule.unreachable, past.failures) * _delay(past.url)
    if judgement.klass is Klass.BLOCKED:
        return _blocked(past.blocked.count, tier, schedule) * _spread(past.url)
    steady = _steady(past.pace, tier, schedule)
    is_unread = judgement.verdict == "ROBOTS_DENIED" and judgement.retry_after_s is not None
    return (min(steady, schedule.unreachable[-1]) if is_unread else steady) * _spread(past.url)


def _blocked(times: int, tier: Tier, schedule: Schedule) -> timedelta:
    doublings = min(max(times - 1, 0), 10)
    return min(schedule.first(tier) * (1 << doublings), schedule.longest_blocked)


def _steady(pace: float, tier: Tier, schedule: Schedule) -> timedelta:
    longest = schedule.longest if tier is Tier.BACKGROUND else schedule.longest_evidence
    grown = schedule.first(tier) * float(schedule.growth ** max(min(pace, MOST_STEPS), -MOST_STEPS))
    return min(max(grown, schedule.shortest), longest)


def _rung(ladder: tuple[timedelta, ...], failures: int) -> timedelta:
    return ladder[min(max(failures, 1), len(ladder)) - 1]


def _share(url: str) -> float:
    """Return a number from 0 to 1 that is always the same for one address."""
    return int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:4], "big") / 2**32


def _spread(url: str) -> float:
    return 1 + 0.2 * (_share(url) - 0.5)


def _delay(url: str) -> float:
    """A ladder is never shortened: its rungs must span what `Rules` asks for."""
    return 1 + 0.1 * _share(url)
