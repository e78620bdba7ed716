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
from vetting.risk.scoring import index_of
from vetting.risk.status import SNAP
from vetting.risk.versions import parameters

LOWEST, HIGHEST = 0.05, 0.95


def with_uncertainty(profile: Profile) -> Profile:
    """Return the profile with its envelope and, where something is scored, interval and band probabilities."""
    method = parameters(profile.version)
    profile = replace(profile, envelope=envelope(profile.coding, method))
    draws = draw(profile.coding, profile.version)
    if draws is None:
        return profile
    return replace(profile, i90=interval(draws, profile.eci), band_prob=band_probabilities(draws, method))


def interval(draws: Draws, eci: float) -> Interval:
    """Return the nearest-rank 5 % and 95 % of the draws, widened to contain the point."""
    ranked = np.sort(draws)
    low, high = (float(ranked[ceil(quantile * len(draws)) - 1]) for quantile in (LOWEST, HIGHEST))
    return min(low, eci), max(high, eci)


def band_probabilities(draws: Draws, method: Parameters) -> dict[str, float]:
    """Return the share of the draws in each band that has any, lowest band first."""
    lowest = [border for border, _ in method.bands]
    reached = np.searchsorted(lowest, np.floor(np.round(draws, SNAP)), side="right") - 1
    counts = np.bincount(reached, minlength=len(lowest))
    return {name: int(count) / len(draws) for (_, name), count in zip(method.bands, counts, strict=True) if count}


def envelope(coding: Coding, method: Parameters) -> Interval:
    """Return the index with every weight at its lowering end, and with every weight at its raising end."""
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
