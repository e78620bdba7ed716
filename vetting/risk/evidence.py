"""Evidence: how strong a grade is, and how independent origins add up.

A cluster is worth its best citation. Further origins close part of the gap that the best one
leaves, never more: e = p1 + p1 (1 - p1) (1 - rho) R, with R the chance that any other holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import sqrt

from vetting.risk.facts import Cluster
from vetting.risk.parameters import Parameters, Weights


@lru_cache(maxsize=1024)
def strength(grade: str, weights: Weights[float]) -> float:
    """Return the strength of a grade such as B2, from 0 to 1: the geometric mean of its two values (2.3)."""
    return sqrt(weights.reliability[grade[0]] * weights.credibility[grade[1]])


def best_grade(cluster: Cluster, weights: Weights[float]) -> str:
    """Return the grade of the strongest citation of a cluster; of equals the first in the alphabet (2.3)."""
    if len(cluster) == 1:  # as most are
        return cluster[0].grade
    return min((citation.grade for citation in cluster), key=lambda grade: (-strength(grade, weights), grade))


def corroborated(strengths: Iterable[float], dependence: float) -> float:
    """Return what independent origins of these strengths amount to, from 0 to 1; 0 for none (2.3).

    Strengths and `dependence` lie from 0 to 1.
    """
    best, *others = sorted(strengths, reverse=True) or [0.0]
    missed = 1.0
    for other in others:
        missed *= 1 - other
    return best + best * (1 - best) * (1 - dependence) * (1 - missed)


def admissible_origins(grades: Iterable[str], method: Parameters) -> int:
    """Return how many origins are strong enough for a matter to be scored on them (2.3)."""
    return sum(strength(grade, method.nominal) >= method.admissible_from for grade in grades)
