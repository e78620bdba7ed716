"""What is remembered of a link between checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from allegations.links.judgement import Kind
from allegations.links.rules import DAY, HOUR, Need, Rules

__all__ = [
    "DAY",
    "HOUR",
    "LinkPast",
    "Need",
    "Rules",
    "State",
    "Strikes",
    "brought_back",
    "healed",
    "pack",
    "silent_since",
    "unpack",
]


class State(StrEnum):
    """Where a link stands."""

    NEW = "new"
    ALIVE = "alive"
    MOVED = "moved"
    SUSPECT = "suspect"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    GONE = "gone"
    USURPED = "usurped"
    REFUSED = "refused"
    RETIRED = "retired"


@dataclass(frozen=True)
class Strikes:
    """How often something was seen since the link last answered, first and last."""

    count: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, now: datetime, gap: timedelta = timedelta(0)) -> Strikes:
        """Return one strike more, or the same when the last one is less than `gap` ago."""
        if self.last is not None and now - self.last < gap:
            return self
        return Strikes(self.count + 1, self.first or now, now)

    def meets(self, need: Need) -> bool:
        """Tell whether these strikes suffice."""
        if self.first is None or self.last is None:
            return False
        return self.count >= need.strikes and self.last - self.first >= need.spread


@dataclass(frozen=True)
class LinkPast:
    """A link as its checks have left it; plain values only, to be stored with `pack` and read with `unpack`.

    `failures` counts the checks in a row that did not show the page; `guarded` tells that a gatekeeper was met
    since the page was last seen, so that “gone” takes a human. `long_silent` tells that since then it was unreachable
    long enough to say so, so that only a page like our copy brings it back. `proposed` is a state that awaits a
    human's word.
    `pace` lengthens or shortens the interval between checks, in steps of `schedule.Schedule.growth`.
    `silent_since` is when the checks began that all failed before any answer, those that count for nothing included;
    None where the last one answered. `withheld` counts the checks in a row that counted for nothing.
    """

    url: str = ""
    state: State = State.NEW
    since: datetime | None = None
    checked_at: datetime | None = None
    last_ok_at: datetime | None = None
    first_failed_at: datetime | None = None
    failures: int = 0
    gone: Strikes = field(default_factory=Strikes)
    gone_410: Strikes = field(default_factory=Strikes)
    soft_gone: Strikes = field(default_factory=Strikes)
    soft_kinds: frozenset[Kind] = frozenset()
    unreachable: Strikes = field(default_factory=Strikes)
    unknown_name: Strikes = field(default_factory=Strikes)
    blocked: Strikes = field(default_factory=Strikes)
    guarded: bool = False
    long_silent: bool = False
    proposed: State | None = None
    reason: str = ""
    pace: float = 0
    silent_since: datetime | None = None
    withheld: int = 0


STRIKES = frozenset({"gone", "gone_410", "soft_gone", "unreachable", "unknown_name", "blocked"})
NAMES = frozenset(one.name for one in fields(LinkPast))
MOMENTS = frozenset({"since", "checked_at", "last_ok_at", "first_failed_at", "silent_since"})


def healed(past: LinkPast) -> LinkPast:
    """Return `past` with every count of trouble at nothing."""
    fresh = LinkPast()
    cleared = {name: getattr(fresh, name) for name in STRIKES}
    return replace(
        past,
        **cleared,
        soft_kinds=frozenset(),
        guarded=False,
        long_silent=False,
        failures=0,
        first_failed_at=None,
        proposed=None,
        silent_since=None,
        withheld=0,
    )


def brought_back(past: LinkPast, now: datetime) -> LinkPast:
    """Return `past` without a moment that is still to come: such moments are now, such strikes were none."""
    mended: dict[str, Any] = {name: min(moment, now) for name in MOMENTS if (moment := getattr(past, name)) is not None}
    strikes: dict[str, Strikes] = {name: getattr(past, name) for name in STRIKES}
    mended |= {name: Strikes() for name, one in strikes.items() if one.last is not None and one.last > now}
    return replace(past, **mended)


def pack(past: LinkPast) -> dict[str, Any]:
    """Return `past` as JSON values."""
    packed = {name: getattr(past, name) for name in NAMES}
    for name in MOMENTS:
        packed[name] = _written(packed[name])
    for name in STRIKES:
        strikes = packed[name]
        packed[name] = {"count": strikes.count, "first": _written(strikes.first), "last": _written(strikes.last)}
    return packed | {"soft_kinds": sorted(past.soft_kinds)}


def unpack(packed: Mapping[str, Any]) -> LinkPast:
    """Return the `LinkPast` that `pack` wrote; names that it does not know are left out, missing ones are new."""
    values = {name: value for name, value in packed.items() if name in NAMES}
    for name in MOMENTS & values.keys():
        values[name] = _read(values[name])
    for name in STRIKES & values.keys():
        strikes = values[name]
        values[name] = Strikes(strikes["count"], _read(strikes["first"]), _read(strikes["last"]))
    values["state"] = State(values.get("state", State.NEW))
    values["proposed"] = State(values["proposed"]) if values.get("proposed") else None
    values["soft_kinds"] = frozenset(Kind(kind) for kind in values.get("soft_kinds", ()) if kind in set(Kind))
    return LinkPast(**values)


def silent_since(packed: Mapping[str, Any]) -> datetime | None:
    """Return since when a stored link has been silent; None also where what is stored cannot be read.

    >>> silent_since({"silent_since": "2026-11-24T09:00:00+00:00"}).day
    24
    """
    try:
        return _read(packed.get("silent_since"))
    except (TypeError, ValueError):
        return None


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
