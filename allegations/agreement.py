"""Agreement of graders on ordered grades: counts, and Krippendorff's alpha. Plain Python on numbers.

K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

ENOUGH = 30
"""From this number of things graded by two on, a coefficient is told; with fewer it says too little."""
RELIABLE, TENTATIVE = 0.8, 0.667
"""What Krippendorff asks for: from the first on conclusions, from the second on tentative ones."""

Difference = Callable[[int, int, Mapping[int, float]], float]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two graders agree on one scale.

    `pairs` counts the things graded by two, `same` those with the same grade, `near` those at most one step apart,
    `placed` those of which both grades are steps of the scale. `alpha` is None with fewer than `ENOUGH` of these, or
    where they are all the same grade.
    """

    pairs: int
    same: int
    near: int
    placed: int
    alpha: float | None

    @property
    def is_enough(self) -> bool:
        return self.placed >= ENOUGH


def agreement(graded: Iterable[tuple[str, str]], steps: str) -> Agreement:
    """Count the agreement of pairs of grades on a scale with these steps, of one letter each.

    A grade that is no step (“cannot be judged”) agrees with itself and is near to none.
    """
    graded = list(graded)
    placed = [(steps.index(one), steps.index(other)) for one, other in graded if one in steps and other in steps]
    return Agreement(
        pairs=len(graded),
        same=sum(one == other for one, other in graded),
        near=sum(one == other for one, other in graded if one not in steps or other not in steps)
        + sum(abs(one - other) <= 1 for one, other in placed),
        placed=len(placed),
        alpha=alpha(placed) if len(placed) >= ENOUGH else None,
    )


def ordinal(one: int, other: int, totals: Mapping[int, float]) -> float:
    """The squared difference of two ranks: how many values lie between them, their own counted half."""
    low, high = sorted((one, other))
    between = sum(count for value, count in totals.items() if low <= value <= high)
    return (between - (totals[low] + totals[high]) / 2) ** 2


def alpha(units: Iterable[Sequence[int]], difference: Difference = ordinal) -> float | None:
    """Krippendorff's alpha of units, each with the values that two or more graders gave it; None without variation.

    1: they always agree; 0: as often as by chance; below 0: less often. Units with one value are left out.
    """
    coincidences: defaultdict[tuple[int, int], float] = defaultdict(float)
    totals: defaultdict[int, float] = defaultdict(float)
    for unit in units:
        for one, other in permutations(unit, 2):
            coincidences[one, other] += 1 / (len(unit) - 1)
            totals[one] += 1 / (len(unit) - 1)
    observed = sum(weight * difference(*pair, totals) for pair, weight in coincidences.items() if pair[0] != pair[1])
    expected = sum(
        totals[one] * totals[other] * difference(one, other, totals)
        for one, other in product(totals, repeat=2)
        if one != other
    )
    return 1 - (sum(totals.values()) - 1) * observed / expected if expected else None
