"""A vector has one valid form; everything else is refused at its place and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.risk.cursor import VectorError
from vetting.risk.vector import parse, to_vector, version_of

from .golden import CASES, GOLDEN
from .strategies import PROPERTY

HEAD = "CIRP:1.0/I:golden/D:20240101/Q:1/C:9.12/RR:D"
VALID = [case["vector"] for case in CASES.values()] + [moment["vector"] for moment in GOLDEN["timeline"]]


@pytest.mark.parametrize("vector", VALID)
def test_a_published_vector_reads_and_writes_itself(vector):
    assert to_vector(parse(vector), version_of(vector)) == vector


REFUSED = [
    ("", 1, "expected 'CIRP:', the name of the method, and found the end"),
    ("cirp:1.0", 1, "expected 'CIRP:'"),
    (HEAD.replace("1.0", "1.1"), 6, "version 1.1 is unknown; known are 1.0"),
    (HEAD.replace("golden", ""), 12, "expected a slug"),
    (HEAD.replace("golden", "é"), 12, "expected a slug"),
    (HEAD.replace("20240101", "20240230"), 21, "20240230 is no day of the calendar"),
    (HEAD.replace("20240101", "2024-01-01"), 21, "expected the as-of date as eight digits"),
    (HEAD.replace("20240101", "20240101.20240101"), 30, "equal to the as-of date is left out"),
    (HEAD.replace("Q:1", "Q:3"), 32, "expected 1 or 2 coders"),
    (HEAD.replace("9.12", "13.12"), 36, "13 of 12 checks is not possible"),
    (HEAD.replace("9.12", "09.12"), 37, "expected '.', the number of applicable checks"),
    (HEAD.replace("RR:D", "RR:d"), 44, "expected a reply state, one of N, S, X, D, E"),
    (HEAD.replace("/Q:1/C:9.12", "/C:9.12/Q:1"), 29, "expected '/Q:', the number of coders"),
    (HEAD + "/SB:1.1/OB:1.1", 53, "expected 'm', a matter"),
    (HEAD + "/OB:1", 50, "expected '.', the number of countries"),
    (HEAD + "/OB:-1.1", 49, "expected the number of signatories, or x"),
    (HEAD + "/m0:S5L4K0U", 47, "expected the number of the matter"),
    (HEAD + "/m01:S5L4K0U", 47, "expected the number of the matter"),
    (HEAD + "/m1:S6L4K0U", 50, "expected a severity"),
    (HEAD + "/m1:S5L5K0U", 52, "expected a link"),
    (HEAD + "/m1:S5L4K8U", 53, "expected an adverse stage, one of K0"),
    (HEAD + "/m1:S5L4K4X", 55, "expected a forum grade"),
    (HEAD + "/m1:S5L4K0R", 53, "K0 carries forum U"),
    (HEAD + "/m1:S5L4K4R~X1R", 53, "X1 (complainant withdrew) does not discount K4"),
    (HEAD + "/m1:S5L4K4R~X5R", 57, "expected an exoneration"),
    (HEAD + "/m1:S5L4K4R~X3", 59, "expected a forum grade"),
    (HEAD + "/m1:S5L4K0U+G2", 57, "expected an evidence grade"),
    (HEAD + "/m1:S5L4K0U+B7", 57, "expected an evidence grade"),
    (HEAD + "/m1:S5L4K0U+b2", 57, "expected an evidence grade"),
    (HEAD + "/m1:S5L4K0U+B2+A1", 60, "grade A1 follows B2; grades must be sorted"),
    (HEAD + "/m1:S5L4K0U-B2+A1", 59, "expected '/', the next matter"),
    (HEAD + "/m2:S5L4K0U/m1:S5L4K0U", 57, "matter 1 follows 2; numbers must ascend"),
    (HEAD + "/m1:S5L4K0U/m1:S5L4K0U", 57, "matter 1 follows 1; numbers must ascend"),
    (HEAD + "/", 46, "expected 'm', a matter, and found the end"),
    (HEAD + "\n", 45, "expected '/', the next matter"),
    (HEAD + "/m1:S5L4K0U ", 56, "expected '/', the next matter"),
]


@pytest.mark.parametrize(("vector", "position", "wrong"), REFUSED, ids=[row[0][-24:] or "empty" for row in REFUSED])
def test_anything_else_is_refused_at_its_place_and_in_words(vector, position, wrong):
    with pytest.raises(VectorError) as refused:
        parse(vector)

    assert refused.value.position == position
    assert wrong in str(refused.value)


@PROPERTY
@given(st.sampled_from(VALID), st.data())
def test_38_a_changed_character_is_refused_or_says_something_else(vector, data):
    place = data.draw(st.integers(0, len(vector) - 1))
    other = data.draw(st.text(max_size=2).filter(lambda text: text != vector[place]))
    changed = vector[:place] + other + vector[place + 1 :]

    try:
        coding = parse(changed)
    except VectorError:
        return
    assert to_vector(coding) == changed
