"""The index: how scored matters pile up under their ceilings.

Everything is one operation: parts that each close a share of the distance to a cap. Matters join
within their severity class, classes within their tier, tiers within what is unresolved, that with
findings, and that with final decisions. A single matter always gives exactly its severity ceiling
times its x: caps act only when matters pile up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from vetting.risk.facts import MatterCoding
from vetting.risk.parameters import Number, Parameters, Weights
from vetting.risk.scales import Tier

BELOW_ONE = 1 - 2**-53
"""The index approaches 1 and never is 1, although a rounded product may be."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[Number]):
    """A scored matter: its tag, tier and severity class, and its x."""

    tag: int
    tier: Tier
    severity: int
    x: Number


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Number]):
    """One matter in the tree of the index."""

    tag: int
    x: Number

    def value(self) -> Number:
        """Return the x of the matter."""
        return self.x


@dataclass(frozen=True, slots=True)
class Ceiling(Generic[Number]):
    """Parts that join under a cap; `share` is the severity ceiling that scales the result."""

    cap: Number | float
    parts: Sequence[Leaf[Number] | Ceiling[Number]]
    share: Number | float = 1.0

    def value(self) -> Number:
        """Return cap (1 - product of (1 - part / cap)), times the share."""
        return self.share * joined([part.value() for part in self.parts], self.cap)


def joined(values: Sequence[Number], cap: Number | float) -> Number:
    """Return what `values`, one or more from 0 to `cap`, amount to under `cap`; one alone stays itself (2.3)."""
    if len(values) == 1:
        return values[0]
    gap = 1 - values[0] / cap
    for value in values[1:]:
        gap = gap * (1 - value / cap)
    return cap * (1 - gap)


def tier_of(matter: MatterCoding) -> Tier:
    """Return the tier of a matter, from its recorded severity, link and stage (2.3)."""
    if matter.severity <= 2:
        return Tier.PETTY
    if matter.link == 2:
        return Tier.INSTITUTIONAL
    if not matter.stage.is_finding:
        return Tier.UNRESOLVED
    return Tier.FINAL if matter.stage.code == "K7" else Tier.FOUND


def tiers(
    placed: Iterable[Placed[Number]], weights: Weights[Number], method: Parameters
) -> dict[Tier, Ceiling[Number]]:
    """Return one ceiling for every tier that has a matter, its severity classes inside (2.3)."""
    caps: Mapping[Tier, Number | float] = {
        Tier.PETTY: 1.0,
        Tier.INSTITUTIONAL: weights.link[2],
        Tier.UNRESOLVED: method.unresolved_cap,
        Tier.FOUND: method.finding_cap,
        Tier.FINAL: 1.0,
    }
    classes: dict[Tier, dict[int, list[Leaf[Number]]]] = {}
    for each in placed:
        classes.setdefault(each.tier, {}).setdefault(each.severity, []).append(Leaf(each.tag, each.x))
    return {
        tier: Ceiling(
            caps[tier],
            [
                Ceiling(caps[tier], by_severity[severity], weights.severity[severity])
                for severity in sorted(by_severity)
            ],
        )
        for tier, by_severity in classes.items()
    }


def nested(by_tier: Mapping[Tier, Ceiling[Number]], method: Parameters) -> Ceiling[Number]:
    """Return the root of the index, whose value runs from 0 to 1; it has no parts where nothing is scored (2.3)."""

    def under(cap: float, *parts: Ceiling[Number] | None) -> Ceiling[Number] | None:
        present = [part for part in parts if part is not None]
        return Ceiling(cap, present) if present else None

    unresolved = under(
        method.unresolved_cap,
        *(by_tier.get(tier) for tier in (Tier.PETTY, Tier.INSTITUTIONAL, Tier.UNRESOLVED)),
    )
    not_final = under(method.finding_cap, unresolved, by_tier.get(Tier.FOUND))
    return under(1.0, not_final, by_tier.get(Tier.FINAL)) or Ceiling(1.0, ())
