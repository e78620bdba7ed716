"""Two candidacies compare by how often one is above the other, and nothing is said where that is not clear."""

from dataclasses import replace

import numpy as np
import pytest

from vetting.risk import compare as comparing
from vetting.risk.compare import Comparison, ComparisonError, compare
from vetting.risk.engine import assess_vector

HEAD = "CIRP:1.0/I:{}/D:20240101/Q:1/C:9.12/RR:D"
A, B = (assess_vector(f"{HEAD.format(name)}/m1:S5L4K0U+B2") for name in ("a", "b"))
NOTHING = assess_vector(HEAD.format("c"))


@pytest.fixture
def above(monkeypatch):
    """Let `a` be above `b` in so many of a thousand draws, and equal in so many others."""

    def arrange(higher, equal=0):
        draws = {"a": np.array([2.0] * higher + [1.0] * equal + [0.0] * (1000 - higher - equal)), "b": np.ones(1000)}
        monkeypatch.setattr(comparing, "draw", lambda coding, version: draws[coding.slug])

    return arrange


@pytest.mark.parametrize(
    ("higher", "equal", "first", "words", "second", "probability"),
    [
        (1000, 0, "a", "higher recorded concern than", "b", 1.0),
        (950, 0, "a", "higher recorded concern than", "b", 0.95),
        (949, 2, "a", "higher recorded concern than", "b", 0.95),
        (949, 1, "a", "not distinguishable from", "b", 0.9495),
        (500, 0, "a", "not distinguishable from", "b", 0.5),
        (51, 0, "a", "not distinguishable from", "b", 0.051),
        (50, 0, "b", "higher recorded concern than", "a", 0.95),
        (0, 0, "b", "higher recorded concern than", "a", 1.0),
    ],
)
def test_one_is_higher_from_95_of_100_draws_on(above, higher, equal, first, words, second, probability):
    above(higher, equal)

    assert compare(A, B) == Comparison(first, words, second, pytest.approx(probability))


@pytest.mark.parametrize(("a", "b"), [(A, NOTHING), (NOTHING, A), (NOTHING, NOTHING)])
def test_what_is_not_scored_is_not_compared(a, b):
    assert compare(a, b) == Comparison(a.coding.slug, "not comparable with", b.coding.slug, None)


def test_two_versions_are_not_compared():
    with pytest.raises(ComparisonError, match=r"^Version 1\.0 of the method is not comparable with 1\.1\.$"):
        compare(A, replace(B, version="1.1"))
