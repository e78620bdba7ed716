"""The numbers of one version of the method: how its parameter file becomes weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from vetting.risk.rules import Rules

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

Number = TypeVar("Number", float, "NDArray[float64]")


class Range(NamedTuple):
    """The low, nominal and high value of one parameter."""

    low: float
    nominal: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Weights(Generic[Number]):
    """One value for every parameter: a number, or an array with one number a draw; equal only to itself."""

    reliability: Mapping[str, Number]
    credibility: Mapping[str, Number]
    link: Mapping[int, Number]
    link_established: Number
    stage: Mapping[str, Number]
    kept: Mapping[str, Number]
    forum_adverse: Mapping[str, Number]
    forum_exonerating: Mapping[str, Number]
    severity: Mapping[int, Number]
    dependence: Number


Pick = Callable[[str, Range, bool], Number]
"""Chooses the value of a parameter: from its group, its range, and whether the index grows with it."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a parameter file holds, with the rules of its version; `nominal` are the weights of the published score."""

    version: str
    ranges: Mapping[str, Any]
    bands: tuple[tuple[int, str], ...]
    scope: Mapping[str, frozenset[str]]
    enough_coverage: Fraction
    admissible_from: float
    unresolved_cap: float
    finding_cap: float
    groups: tuple[str, ...]
    draws: int
    grade_error: Mapping[int, float]
    link_error: Mapping[int, float]
    nominal: Weights[float]
    rules: Rules

    def weights(self, pick: Pick[Number]) -> Weights[Number]:
        """Return the weights that `pick` chooses, group by group."""
        return choose(self.ranges, pick)


def read(text: str, rules: Rules) -> Parameters:
    """Return the parameters that a parameter file of the method states, with the rules of its version (2.10)."""
    raw = json.loads(text)
    return Parameters(
        version=raw["version"],
        ranges=raw,
        bands=tuple((lowest, name) for lowest, name in raw["BANDS"]),
        scope={code: frozenset(stages) for code, stages in raw["X_SCOPE"].items()},
        enough_coverage=Fraction(raw["COV_MIN"]),
        admissible_from=raw["THETA"],
        unresolved_cap=raw["U_CAP"],
        finding_cap=raw["F_CAP"],
        groups=tuple(raw["GROUPS"]),
        draws=raw["N_DRAWS"],
        grade_error={int(coders): error for coders, error in raw["GRADE_ERR"].items()},
        link_error={int(coders): error for coders, error in raw["LINK_ERR"].items()},
        nominal=choose(raw, lambda group, span, raises: span.nominal),
        rules=rules,
    )


def choose(raw: Mapping[str, Any], pick: Pick[Number]) -> Weights[Number]:
    """Apply `pick` to every range of a parameter file.

    One group is drawn with one uniform, so that ordered codes stay ordered; the two "cannot be
    judged" grades have groups of their own.
    """

    def table(name: str, group: str, *, apart: str = "", raises: bool = True) -> dict[str, Number]:
        return {code: pick(code if code == apart else group, Range(*span), raises) for code, span in raw[name].items()}

    return Weights(
        reliability=table("REL", "r", apart="F"),
        credibility=table("CRED", "c", apart="6"),
        link={int(code.removeprefix("L")): value for code, value in table("LINK", "l").items()},
        link_established=pick("l", Range(*raw["LINK_ADJ_L3"]), True),
        stage=table("STAGE", "k"),
        kept=table("EXON", "w"),
        forum_adverse=table("FORUM_ADV", "f"),
        forum_exonerating=table("FORUM_EXO", "f", raises=False),
        severity={int(code): value for code, value in table("SEV", "g").items()},
        dependence=pick("rho", Range(*raw["RHO"]), False),
    )
