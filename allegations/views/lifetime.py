"""The life of a link in one drawing: how often it was checked, what the checks saw, and how long each state lasted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek

from allegations.codes import LinkState
from allegations.links.judgement import Klass
from allegations.models import LinkEvent, Source

DAY = timedelta(days=1)
SEEN = (Klass.ALIVE,)
UNSEEN = (Klass.GONE, Klass.SOFT_GONE, Klass.BLOCKED, Klass.UNREACHABLE)
TALLEST = 30.0  # height of the most checks in a period, in pixels
LEAST = 4.0
# How each state is drawn: as standing, in doubt, lost, or not looked at.
LOOKS = {
    LinkState.NEW: "none",
    LinkState.ALIVE: "standing",
    LinkState.MOVED: "standing",
    LinkState.SUSPECT: "doubt",
    LinkState.BLOCKED: "doubt",
    LinkState.UNREACHABLE: "doubt",
    LinkState.GONE: "lost",
    LinkState.USURPED: "lost",
    LinkState.REFUSED: "none",
    LinkState.RETIRED: "none",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A length of time that one column of the drawing stands for, used up to so many days in all."""

    name: str
    most_days: int
    trunc: type[TruncDay] | type[TruncWeek] | type[TruncMonth]
    first: Callable[[date], date]
    following: Callable[[date], date]


UNITS = (
    Unit("day", 92, TruncDay, lambda day: day, lambda day: day + DAY),
    Unit("week", 730, TruncWeek, lambda day: day - day.weekday() * DAY, lambda day: day + 7 * DAY),
    Unit(
        "month",
        10**6,
        TruncMonth,
        lambda day: day.replace(day=1),
        lambda day: (day.replace(day=28) + 4 * DAY).replace(day=1),
    ),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a column: its place and size in the drawing, and what the checks it stands for saw."""

    look: str
    start: float
    width: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Period:
    """The checks of one day, week or month: how many showed the page, how many did not, how many led to no finding."""

    first: date
    last: date
    seen: int
    unseen: int
    open: int
    state: str

    @property
    def state_words(self) -> str:
        return str(LinkState(self.state).label)

    @property
    def checks(self) -> int:
        return self.seen + self.unseen + self.open


@dataclass(frozen=True, slots=True)
class Stretch:
    """How long the link stood in one state; `start` and `width` in hundredths of the drawing."""

    look: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Lifetime:
    """All that the drawing shows, and its table: periods with checks, newest first."""

    unit: str
    first: date
    last: date
    periods: list[Period]
    bars: list[Bar]
    stretches: list[Stretch]

    @property
    def checks(self) -> int:
        return sum(period.checks for period in self.periods)

    @property
    def seen(self) -> int:
        return sum(period.seen for period in self.periods)

    @property
    def unseen(self) -> int:
        return sum(period.unseen for period in self.periods)

    @property
    def open(self) -> int:
        return sum(period.open for period in self.periods)

    @property
    def looks(self) -> set[str]:
        """Which kinds of bars and stretches there are, for the legend."""
        return {bar.look for bar in self.bars} | {stretch.look for stretch in self.stretches}


def lifetime(source: Source, events: Sequence[LinkEvent], now: datetime) -> Lifetime:
    """Draw the checks of a source from the day it was added until now; `events` newest first. One query."""
    added, today = source.added_at.date(), now.date()
    unit = next(unit for unit in UNITS if (today - added).days <= unit.most_days)
    starts = _starts(unit, added, today)
    counts = _counts(source, unit, starts[0])
    periods = [
        Period(start, unit.following(start) - DAY, *counts.get(start, (0, 0, 0)), state)
        for start, state in zip(starts, _states(unit, starts, source, events), strict=True)
    ]
    return Lifetime(
        unit=unit.name,
        first=max(added, starts[0]),
        last=today,
        periods=[period for period in reversed(periods) if period.checks],
        bars=list(_bars(periods)),
        stretches=_stretches(periods),
    )


def _starts(unit: Unit, first: date, last: date) -> list[date]:
    starts = [unit.first(first)]
    while (following := unit.following(starts[-1])) <= last:
        starts.append(following)
    return starts


def _counts(source: Source, unit: Unit, since: date) -> dict[date, tuple[int, int, int]]:
    checks = source.checks.filter(checked_at__date__gte=since)
    grouped = checks.annotate(period=unit.trunc("checked_at")).order_by().values("period")
    rows = grouped.annotate(
        all=Count("id"), seen=Count("id", filter=Q(klass__in=SEEN)), unseen=Count("id", filter=Q(klass__in=UNSEEN))
    )
    return {
        row["period"].date(): (row["seen"], row["unseen"], row["all"] - row["seen"] - row["unseen"]) for row in rows
    }


def _states(unit: Unit, starts: Iterable[date], source: Source, events: Sequence[LinkEvent]) -> Iterable[str]:
    """The state at the end of each period."""
    waiting = list(reversed(events))
    state = waiting[0].left if waiting else source.state
    for start in starts:
        end = unit.following(start)
        while waiting and waiting[0].at.date() < end:
            state = waiting.pop(0).reached
        yield state


def _bars(periods: Sequence[Period]) -> Iterable[Bar]:
    """The columns, each with what was seen at its foot."""
    width = 100 / len(periods)
    most = max(max(period.checks for period in periods), 1)
    for place, period in enumerate(periods):
        foot = TALLEST
        for look, count in (("seen", period.seen), ("unseen", period.unseen), ("open", period.open)):
            if count:
                height = max(TALLEST * count / most, LEAST)
                foot -= height
                yield Bar(look, place * width + width * 0.1, width * 0.8, foot, height)


def _stretches(periods: Sequence[Period]) -> list[Stretch]:
    width = 100 / len(periods)
    found: list[Stretch] = []
    for place, period in enumerate(periods):
        look = LOOKS[LinkState(period.state)]
        if found and found[-1].look == look:
            found[-1] = Stretch(look, found[-1].start, found[-1].width + width)
        else:
            found.append(Stretch(look, place * width, width))
    return found
