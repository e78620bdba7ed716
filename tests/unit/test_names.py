"""Names: any spelling of a person finds them, and another person's does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.names import closeness, fold, keys, query_keys, skeleton, words_keys

AL_RAISI = ["Ahmed Naser Al Raisi", "Ahmed Nasser Al-Raisi", "al-Raissi", "أحمد ناصر الريسي"]
HU = ["Hu Binchen", "Binchen HU", "Z. Binchen HU", "胡彬郴"]
HAVRANKOVA = ["Šárka Havránková"]


def found(query, names):
    indexed = set().union(*map(keys, names))
    wanted = query_keys(query)
    return bool(wanted) and all(alternatives & indexed for alternatives in wanted)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        *((name, AL_RAISI) for name in AL_RAISI),
        *((name, HU) for name in HU),
        ("raisi", AL_RAISI),
        ("RAISSI", AL_RAISI),
        ("alraisi", AL_RAISI),
        ("Al Raisi Ahmad", AL_RAISI),
        ("احمد الريسي", AL_RAISI),
        ("ريسي", AL_RAISI),
        ("أَحْمَد", AL_RAISI),
        ("胡", HU),
        ("彬郴", HU),
        ("hu, binchen", HU),
        ("ＨＵ", HU),
        ("Sarka Havrankova", HAVRANKOVA),
        ("havránková", HAVRANKOVA),
        ("s\u030ca\u0301rka", HAVRANKOVA),
    ],
)
def test_a_spelling_finds_the_person(query, names):
    assert found(query, names)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Hu Jintao", HU),
        ("胡锦涛", HU),
        ("Praveen Sinha", AL_RAISI),
        ("Khalifa", AL_RAISI),
        ("Havel", HAVRANKOVA),
        ("", HU),
        ("—", HU),
    ],
)
def test_another_name_does_not(query, names):
    assert not found(query, names)


def test_the_same_name_ranks_above_the_same_words_above_the_same_sound():
    assert [closeness(q, AL_RAISI) for q in ("ahmed naser al raisi", "raisi", "ahmad raizi", "hu")] == [3, 2, 1, 0]


def test_romanisations_of_one_name_have_one_skeleton():
    assert len({skeleton(word) for word in ("raisi", "raissi", "raysi", "reisi")}) == 1


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(min_size=1, max_size=40))
def test_every_name_finds_itself(text):
    assert not query_keys(text) or found(text, [text])


@given(st.text(max_size=40), st.randoms(use_true_random=False))
def test_a_name_with_all_words_of_a_query_holds_the_keys_of_these(name, chance):
    words = fold(name).split()
    query = " ".join(chance.sample(words, chance.randint(0, len(words))))
    assert words_keys(query) <= keys(name)
    assert closeness(query, [name]) >= 2


def test_a_name_that_only_sounds_alike_does_not_hold_them():
    assert not words_keys("Ahmad Raizi") <= keys("Ahmed Naser Al Raisi")
