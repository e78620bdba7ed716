"""A page's prose in a few numbers."""

import doctest
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegations.links import sketch
from allegations.links.sketch import LEAST_WORDS, SMALLEST, likeness, prose, sketched

from .asking import unhurried

WORDS = [f"word{number}" for number in range(5000)]


def text(seed: int, count: int = 600) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def shared(left: str, right: str) -> float:
    """Dice's coefficient of all runs of three words, which a sketch only estimates."""
    runs = [set(zip(words, words[1:], words[2:], strict=False)) for words in (left.split(), right.split())]
    return 2 * len(runs[0] & runs[1]) / (len(runs[0]) + len(runs[1]))


def test_examples_in_the_module_hold():
    assert doctest.testmod(sketch).failed == 0


@pytest.mark.parametrize("kept", range(0, 601, 60))
def test_the_likeness_of_two_sketches_is_that_of_the_texts(kept):
    off = []
    for seed in range(20):
        old, new = text(seed), text(seed + 1000)
        mixed = " ".join([*old.split()[:kept], *new.split()[kept:]])
        off.append(likeness(sketched(old), sketched(mixed)) - shared(old, mixed))

    assert max(map(abs, off)) < 0.25
    assert abs(sum(off) / len(off)) < 0.06


def test_a_sketch_is_the_same_in_every_process_and_for_years():
    assert sketched("the court heard a witness on monday and adjourned until spring " * 3)[:3] == (
        112006108,
        331338210,
        742479002,
    )


def test_a_short_text_is_compared_as_a_whole_with_a_long_one():
    long, short = text(1), " ".join(text(1).split()[:60])

    assert len(sketched(short)) < SMALLEST
    assert likeness(sketched(long), sketched(short)) == pytest.approx(shared(long, short), abs=0.15)


def test_a_few_words_have_no_sketch_and_are_like_nothing():
    assert sketched(" ".join(WORDS[: LEAST_WORDS - 1])) == ()
    assert likeness((), ()) == likeness((), (1,)) == 0.0


@pytest.mark.parametrize(
    ("block", "is_prose"),
    [
        ("one two three four five six seven eight", True),
        ("one two three four five six seven", False),
        ("部长昨天在法庭上否认了所有关于公共合同的指控", True),
        ("部长昨天在法庭上否认", False),
        ("", False),
    ],
)
def test_only_blocks_of_some_length_are_prose(block, is_prose):
    assert bool(list(prose([block], unspaced=True))) is is_prose


def test_reading_ends_when_there_is_enough():
    def endless():
        while True:
            yield "one two three four five six seven eight nine ten"

    assert sum(len(block.split()) for block in prose(endless())) == sketch.MOST_WORDS


@unhurried
@given(st.text(max_size=400), st.text(max_size=400))
def test_a_likeness_is_a_share_and_the_same_both_ways(left, right):
    ours, theirs = sketched(left), sketched(right)

    assert likeness(ours, theirs) == likeness(theirs, ours)
    assert 0 <= likeness(ours, theirs) <= 1
    assert likeness(ours, ours) == (1.0 if ours else 0.0)
    assert list(ours) == sorted(set(ours))
    assert len(ours) <= SMALLEST


SPOKEN = st.lists(st.sampled_from(["word", "a", "longer."]), min_size=7, max_size=12)
ODD = st.sampled_from(["", " ", "  ", "\n", "\t", "\r", "\f", "\v", "é", "\xa0"])
BLOCK = st.builds(lambda words, odd, at: " ".join([*words[:at], odd, *words[at:]]), SPOKEN, ODD, st.integers(0, 12))
EDGED = st.builds(lambda words, before, after: before + " ".join(words) + after, SPOKEN, ODD, ODD)


@settings(max_examples=400)
@given(st.lists(BLOCK | EDGED, max_size=5))
def test_words_of_plain_blocks_are_counted_as_they_are_split(blocks):
    """A block is prose for its words, however they are parted, and is told with single spaces."""
    split = [" ".join(block.split()) for block in blocks if len(block) >= sketch.SHORTEST_BLOCK]
    assert [*sketch.prose(blocks)] == [block for block in split if len(block.split()) >= sketch.BLOCK_WORDS]
