"""Attribution: the exact Shapley share of every matter, and within a matter of every origin.

A Shapley share is the integral over t from 0 to 1 of the rate at which the whole grows with one
part's presence, when every part is present with probability t (Owen 1972). Index and evidence are
multilinear in presence, so the rate is a polynomial of degree n - 1 and Gauss-Legendre quadrature
with half of n nodes, rounded up, is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from math import cos, pi, prod
from operator import mul

from vetting.risk.evidence import best_grade, strength
from vetting.risk.facts import Cluster
from vetting.risk.index import Ceiling, Leaf
from vetting.risk.parameters import Parameters


def shares(root: Ceiling[float], matters: int) -> dict[int, float]:
    """Return the Shapley share of each scored matter by tag, each 0 or more; they sum to the root's value (2.6)."""
    total: dict[int, float] = {}
    for t, weight in nodes((matters + 1) // 2):
        for tag, rate in expand(root, t)[1]:
            total[tag] = total.get(tag, 0.0) + weight * rate
    return total


def expand(node: Ceiling[float] | Leaf[float], t: float) -> tuple[float, list[tuple[int, float]]]:
    """Return the value of `node` when all is present with probability `t`, and its rate of growth by tag."""
    if isinstance(node, Leaf):
        return t * node.x, [(node.tag, node.x)]
    if len(node.parts) == 1:
        value, rates = expand(node.parts[0], t)
        return node.share * value, [(tag, node.share * rate) for tag, rate in rates]
    expanded = [expand(part, t) for part in node.parts]
    gaps = [1 - value / node.cap for value, _ in expanded]
    rates = [
        (tag, node.share * others * rate)
        for others, (_, inner) in zip(products_of_others(gaps), expanded, strict=True)
        for tag, rate in inner
    ]
    return node.share * node.cap * (1 - prod(gaps)), rates


def products_of_others(values: Sequence[float]) -> list[float]:
    """Return for each position the product of all other values, without dividing.

    >>> products_of_others([2.0, 3.0, 0.0])
    [0.0, 0.0, 6.0]
    """
    before = accumulate(values[:-1], mul, initial=1.0)
    after = accumulate(reversed(values[1:]), mul, initial=1.0)
    return [left * right for left, right in zip(before, reversed(list(after)), strict=True)]


@lru_cache(maxsize=4096)
def origin_shares(strengths: tuple[float, ...], dependence: float) -> tuple[float, ...]:
    """Return the Shapley share of every origin in the evidence they make together, in the order given (2.6).

    `strengths` lie from 0 up to but not including 1, `dependence` from 0 to 1.
    Remembered, because grades are few and most matters rest on the same handful of them.
    """
    order = sorted(range(len(strengths)), key=lambda each: -strengths[each])
    ranked = [strengths[each] for each in order]
    total = [0.0] * len(strengths)
    for t, weight in nodes((len(ranked) + 1) // 2):
        for place, rate in zip(order, origin_rates(ranked, t, 1 - dependence), strict=True):
            total[place] += weight * rate
    return tuple(total)


def origin_rates(ranked: Sequence[float], t: float, independence: float) -> list[float]:
    """Return how fast evidence grows with the presence of each origin, strongest first.

    The strongest origin present brings its own strength and what the weaker ones add to it, in
    place of what they would have brought without it; a weaker one adds to the strongest.
    """
    gains, openings = [], []
    missed, rest = 1.0, 0.0
    for p in reversed(ranked):
        room = p * (1 - p) * independence
        brought = p + room * (1 - missed)
        gains.append(brought - rest)
        openings.append(room * missed)
        rest += t * (brought - rest)
        missed *= 1 - t * p
    rates = []
    none_stronger, opening = 1.0, 0.0
    for p, gain, opened in zip(ranked, reversed(gains), reversed(openings), strict=True):
        rates.append(none_stronger * gain + t * opening * p / (1 - t * p))
        opening += none_stronger * opened
        none_stronger *= 1 - t
    return rates


def citation_shares(clusters: Sequence[Cluster], points: Mapping[str, float], method: Parameters) -> dict[str, float]:
    """Return the points of every citation by its key, 0 or more (2.6).

    `points` gives the points of an origin by its best grade, as a profile's line lists them. The
    best citations of a cluster share its points; a repeat gets 0.0.
    """
    shared: dict[str, float] = {}
    for cluster in filter(None, clusters):
        grade = best_grade(cluster, method.nominal)
        best = strength(grade, method.nominal)
        equals = [each.key for each in cluster if strength(each.grade, method.nominal) == best]
        shared |= {each.key: 0.0 for each in cluster}
        shared |= {key: points[grade] / len(equals) for key in equals}
    return shared


@cache
def nodes(count: int) -> tuple[tuple[float, float], ...]:
    """Return the nodes and weights of Gauss-Legendre quadrature on 0 to 1, found by Newton's method."""
    found = []
    for place in range(count):
        x = cos(pi * (place + 0.75) / (count + 0.5))
        for _ in range(100):
            value, slope = legendre(count, x)
            x, moved = x - value / slope, abs(value / slope)
            if moved < 1e-15:
                break
        found.append(((1 + x) / 2, 1 / ((1 - x * x) * legendre(count, x)[1] ** 2)))
    return tuple(found)


def legendre(degree: int, x: float) -> tuple[float, float]:
    """Return the Legendre polynomial of `degree`, 1 or more, and its derivative at `x` within -1 to 1."""
    before, value = 1.0, x
    for n in range(2, degree + 1):
        before, value = value, ((2 * n - 1) * x * value - (n - 1) * before) / n
    return value, degree * (x * value - before) / (x * x - 1)
