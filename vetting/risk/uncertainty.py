"""Uncertainty: how far weights and grading error move a score, as interval, bands and envelope."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import ceil

import numpy as np

from vetting.risk.draws import Draws, draw
from vetting.risk.facts import Coding
from vetting.risk.matters import factors, why_not_scored
from vetting.risk.parameters import Parameters, Weights
from vetting.risk.profile import Interval, Profile
from vetting.risk.rules import Rules
from vetting.risk.scoring import index_of
from vetting.risk.status import SNAP
from vetting.risk.versions import parameters


def with_uncertainty(profile: Profile) -> Profile:
    """Return the profile with its envelope and, where something is scored, interval and band probabilities (2.7)."""
    method = parameters(profile.version)
    profile = replace(profile, envelope=envelope(profile.coding, method))
    draws = draw(profile.coding, profile.version)
    if draws is None:
        return profile
    return replace(profile, i90=interval(draws, profile.eci, method.rules), band_prob=band_probabilities(draws, method))


def interval(draws: Draws, eci: float, rules: Rules) -> Interval:
    """Return the nearest-rank 5 % and 95 % of the draws, widened to contain the point (2.7)."""
    ranked = np.sort(draws)
    low, high = (float(ranked[ceil(quantile * len(draws)) - 1]) for quantile in rules.interval)
    return min(low, eci), max(high, eci)


def band_probabilities(draws: Draws, method: Parameters) -> dict[str, float]:
    """Return the share of the draws in each band that has any, above 0 up to 1, lowest band first (2.7)."""
    lowest = [border for border, _ in method.bands]
    reached = np.searchsorted(lowest, np.floor(np.round(draws, SNAP)), side="right") - 1
    counts = np.bincount(reached, minlength=len(lowest))
    return {name: int(count) / len(draws) for (_, name), count in zip(method.bands, counts, strict=True) if count}


def envelope(coding: Coding, method: Parameters) -> Interval:
    """Return the index, from 0 to 100, with every weight at its lowering end, and at its raising end (2.7)."""
    lowering, raising = ends(method.version)
    return index_with(coding, lowering, raising, method), index_with(coding, raising, lowering, method)


@cache
def ends(version: str) -> tuple[Weights[float], Weights[float]]:
    """Return the weights that lower every index the most, and those that raise it the most."""
    method = parameters(version)
    return (
        method.weights(lambda group, span, raises: span.low if raises else span.high),
        method.weights(lambda group, span, raises: span.high if raises else span.low),
    )


def index_with(coding: Coding, weights: Weights[float], against: Weights[float], method: Parameters) -> float:
    """Return the index under other weights, those of refuting evidence given apart."""
    scored = [
        (matter, factors(matter, weights, against))
        for matter in coding.matters
        if why_not_scored(matter, method) is None
    ]
    return index_of(scored, weights, method).eci
