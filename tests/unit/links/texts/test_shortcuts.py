"""Quick ways of reading and comparing come to the same as the plain ones, whatever the text."""

import hashlib
import re
from importlib import import_module

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allegations.links.texts import Block, Standing, Text, all_sentences, compare, sentences, simhash
from allegations.links.texts import languages as guessing
from allegations.links.texts.blocks import SHORT, one_line
from allegations.links.texts.folding import WORD, comparable, passage, shingles, tokens, words_of
from allegations.links.texts.likeness import likeness
from allegations.links.texts.telling import Finder
from candidates.names import fold

splitting = import_module("allegations.links.texts.sentences")  # the package’s own “sentences” is the function
ODD = list("aZ9 \t\n_-.'`\"()!?$%/é’“…。！؟中の\u0301\u00ad\u200b\u0651١ßİﬁ²\x1c\x85")
PIECES = [
    *ODD, "the", "court", "He", "not", "acquitted", "May", "2019", "12", "Mr", "Mr.", "p.", "No.", "e.g.", "U.S.", "x1",
    "don't", "Mansouri", "2.5", "per", "cent", "$", "été", "لم", "المتهم", "无罪", "3 hours ago", "a·b", ". ",
    ".” ", "  ",
]  # fmt: skip
ASCII = [piece for piece in PIECES if piece.isascii()]
SOME, SOME_ASCII = (st.lists(st.sampled_from(pieces), max_size=9) for pieces in (PIECES, ASCII))
SAID_IN_ASCII = SOME_ASCII.map("".join)
SAID = SOME.map("".join) | SAID_IN_ASCII
SPACED = SOME.map(" ".join) | SOME_ASCII.map(" ".join)
MARKED = st.lists(st.sampled_from('a .!?…。！”’』)"'), max_size=9).map("".join)
LINES = st.lists(SAID | SPACED, max_size=6)
quickly = settings(max_examples=100, deadline=None)


def text(lines, **more):
    return Text(tuple(Block("paragraph", line) for line in lines), **more)


@quickly
@given(st.text("a \n\té\x1c\u2003", max_size=5), st.sampled_from(["", "He was not there. " * 9 + "Why?"]))
@example("a  a", "b" * SHORT)
def test_one_line(said, more):
    for text in (said + more, more + said):
        assert one_line(text) == " ".join(text.split())


@quickly
@given(st.text("aZ9'`.-_\n $", max_size=8))
def test_a_passage_is_what_folding_makes_of_each_line(said):
    assert passage(said) == " ".join(filter(None, (fold(re.sub("['`.]", "", line)) for line in said.split("\n"))))


@quickly
@given(SAID_IN_ASCII)
def test_ascii_words_are_those_of_the_pattern(said):
    assert words_of(said) == WORD.findall(said.lower())


@quickly
@given(st.lists(st.sampled_from(["the", "of", "1was1", "la", "X", "_el_", "in", "der", "'di'"]), min_size=12))
def test_a_language_is_told_from_ascii_as_from_any_text(pieces):
    sample = "-".join(pieces)

    assert guessing.guess(sample) == guessing._by_small_words(guessing.LATIN_WORD.findall(sample.lower()))


def majority(runs):
    """The simhash of these runs, bit by bit."""
    hashes = [int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big") for run in runs]
    value = sum(1 << bit for bit in range(64) if 2 * sum(one >> bit & 1 for one in hashes) > len(hashes))
    return value - (1 << 64) if value >> 63 else value


@quickly
@given(LINES)
def test_a_simhash_is_the_majority_of_each_bit(lines):
    assert simhash(text(lines)) == majority(naive_runs(text(lines)))


def naive_runs(one):
    words = words_of(comparable(one))
    if len(words) < 3:
        return {" ".join(words)} if words else set()
    return {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["a b", "a b c d", "c", "", "…", "é 中", "b c a b c"]), max_size=7), st.data())
def test_likeness_is_the_share_of_runs_in_both(lines, data):
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(lines))] * 2)))
    middle = data.draw(st.lists(st.sampled_from(["a b c", "b", "x y z a b"]), max_size=2))
    before, after = text(lines), text([*lines[:first], *middle, *lines[last:]])
    old, new = naive_runs(before), naive_runs(after)

    assert likeness(before, after) == (len(old & new) / len(old | new) if old or new else 1)
    assert shingles(after).keys() == new


@quickly
@given(MARKED)
def test_a_mark_is_matched_whole_whichever_set_it_is_of(said):
    alternatives = re.compile(r"[.!?…؟۔]+[\"'”’»)\]]*|[。！？｡]+[”’」』）)\"']*")

    assert [found.span() for found in splitting._END.finditer(said)] == [
        found.span() for found in alternatives.finditer(said)
    ]


class Everything:
    """A list that every word stands in."""

    def __contains__(self, _word):
        return True


@quickly
@given(SPACED)
@example("See J. Doe and no. 12.")
def test_a_word_that_is_in_no_list_ends_its_sentence(said):
    quick = list(splitting._ends(said))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "LISTED", Everything())
        assert list(splitting._ends(said)) == quick


@quickly
@given(LINES)
def test_sentences_of_known_lines_are_those_of_the_lines(lines):
    known = {}

    for some in (lines, lines[::-1], lines * 2):
        assert all_sentences(some, known) == [sentence for line in some for sentence in sentences(line)]


class Thorough(Finder):
    """A finder that looks at every word as if it told something."""

    def _telling_at(self, keys):
        return list(range(len(keys)))


NAMES = ("Tarek Mansouri", "塔里克")
QUICK, THOROUGH = Finder({"en"}, NAMES), Thorough({"en"}, NAMES)


@settings(max_examples=150, deadline=None)
@given(SPACED | SAID)
@example("The d'Mansouri house")
def test_what_tells_nothing_is_passed_over(said):
    found = THOROUGH.find(said, tokens(said))

    assert QUICK.find(said, tokens(said)) == found
    assert QUICK.find(said, tokens(said)) == found
    assert not (found and QUICK.passes_over(said))


def test_a_sentence_of_known_words_is_passed_over():
    said = "The house (at the lake) is empty, so they left."

    assert not QUICK.passes_over(said)
    assert QUICK.find(said, tokens(said)) == []
    assert QUICK.passes_over(said)


def test_a_quote_that_stands_word_for_word_is_not_looked_for_in_the_baseline(monkeypatch):
    looked = []
    monkeypatch.setattr("allegations.links.texts.quoted.Passages.__init__", lambda self, said: looked.append(said))
    monkeypatch.setattr("allegations.links.texts.quoted.Passages.standing", lambda self, quote: Standing.EXACT)
    compare(text(["He was charged."]), text(["He was charged.", "He denies it."]), quotes=["He was charged."])

    assert looked == ["\nHe was charged.\nHe denies it."]
