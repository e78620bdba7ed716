"""How much evidence each change of a link's state takes; numbers that a settings table may replace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from allegations.links.numbers import checked

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Whatever a settings table says: no link is gone by one answer, or within a day; two signals stay two.
BOUNDS = {
    "gone_strikes": (2, 100), "gone_hours": (24, 10_000),
    "gone_410_strikes": (2, 100), "gone_410_hours": (24, 10_000),
    "soft_gone_strikes": (2, 100), "soft_gone_hours": (24, 10_000),
    "soft_kinds": (2, 5), "gap_hours": (1, 1000),
    "unreachable_strikes": (2, 100), "unreachable_hours": (1, 10_000),
    "host_gone_strikes": (2, 1000), "host_gone_hours": (48, 100_000),
    "name_gone_strikes": (2, 1000), "name_gone_hours": (48, 100_000),
    "blocked_strikes": (1, 100), "blocked_hours": (0, 10_000),
    "alike": (0.1, 1), "change_steps": (0, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Need:
    """How much evidence a step takes: so many strikes, spread over at least so much time."""

    strikes: int
    spread: timedelta = timedelta(0)


@dataclass(frozen=True)
class Rules:
    """The evidence each step takes. Two strikes of being gone lie at least `gap` apart.

    `change_steps` is how many steps of growth of the interval a changed page takes back: with steps of 1.5, this many
    halve it. From `alike` on a page is that of our copy.

    >>> Rules().gone
    Need(strikes=3, spread=datetime.timedelta(days=3))
    """

    gone: Need = Need(3, 72 * HOUR)
    gone_410: Need = Need(2, 24 * HOUR)
    soft_gone: Need = Need(3, 72 * HOUR)
    soft_kinds: int = 2
    gap: timedelta = 12 * HOUR
    unreachable: Need = Need(4, 48 * HOUR)
    host_gone: Need = Need(8, 14 * DAY)
    name_gone: Need = Need(4, 7 * DAY)
    blocked: Need = Need(2)
    alike: float = 0.6
    change_steps: float = 1.7095

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Rules:
        """Return the rules with these numbers in place of their own; `BOUNDS` lists the keys.

        Raises ValueError with words that name the key.

        >>> Rules.from_mapping({"gone_strikes": 4, "gone_hours": 96}).gone
        Need(strikes=4, spread=datetime.timedelta(days=4))
        """
        values: dict[str, Any] = {}
        for key, number in checked("the rules of links", given, BOUNDS).items():
            name, _, part = key.rpartition("_")
            need = values.get(name, getattr(cls(), name, None))
            if isinstance(need, Need):
                values[name] = (
                    Need(int(number), need.spread) if part == "strikes" else Need(need.strikes, number * HOUR)
                )
            elif key == "gap_hours":
                values["gap"] = number * HOUR
            else:
                values[key] = int(number) if key == "soft_kinds" else number
        return cls(**values)


assert {key.removesuffix("_strikes").removesuffix("_hours") for key in BOUNDS} == {one.name for one in fields(Rules)}
