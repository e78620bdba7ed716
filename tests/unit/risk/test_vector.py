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
    ("", 1, "expected 'CIRP:', the name of the method; found the end."),
    ("CIRP:", 6, "expected a version such as 1.0; found the end."),
    ("CIRP:1", 6, "expected a version such as 1.0; found '1'."),
    ("cirp:1.0", 1, "expected 'CIRP:', the name of the method; found 'cirp:1.0'."),
    (HEAD.replace("1.0", "1.10"), 6, "version 1.10 is unknown; known are 1.0."),
    (HEAD.replace("/I:", "/J:"), 9, "expected '/I:', the candidacy; found '/J:golden/D:'."),
    (HEAD.replace("golden", ""), 12, "expected a slug of letters, digits, - and _; found '/D:20240101/'."),
    (HEAD.replace("golden", "-a"), 12, "expected a slug of letters, digits, - and _; found '-a/D:2024010'."),
    (HEAD.replace("golden", "é"), 12, "expected a slug of letters, digits, - and _; found 'é/D:20240101'."),
    (HEAD.replace("/D:", "/E:"), 18, "expected '/D:', the as-of date; found '/E:20240101/'."),
    (HEAD.replace("20240101", "20240230"), 21, "20240230 is no day of the calendar."),
    (HEAD.replace("20240101", "00000101"), 21, "00000101 is no day of the calendar."),
    (HEAD.replace("20240101", "2024-01-01"), 21, "expected the as-of date as eight digits; found '2024-01-01/Q'."),
    (HEAD.replace("20240101", "20240101.2024"), 30, "expected the known date as eight digits; found '2024/Q:1/C:9'."),
    (HEAD.replace("20240101", "20240101.20241301"), 30, "20241301 is no day of the calendar."),
    (HEAD.replace("20240101", "20240101.20240101"), 30, "a known date equal to the as-of date is left out."),
    (HEAD.replace("Q:1", "Q:3"), 32, "expected 1 or 2 coders; found '3/C:9.12/RR:'."),
    (HEAD.replace("Q:1", "R:1"), 29, "expected '/Q:', the number of coders; found '/R:1/C:9.12/'."),
    (HEAD.replace("/C:", "/K:"), 33, "expected '/C:', the checks; found '/K:9.12/RR:D'."),
    (HEAD.replace("9.12", "13.12"), 36, "13 of 12 checks is not possible; there are 12."),
    (HEAD.replace("9.12", "9.13"), 36, "9 of 13 checks is not possible; there are 12."),
    (HEAD.replace("9.12", "09.12"), 37, "expected '.', the number of applicable checks; found '9.12/RR:D'."),
    (HEAD.replace("9.12", "x.12"), 36, "expected the number of checks done; found 'x.12/RR:D'."),
    (HEAD.replace("9.12", "9.x"), 38, "expected the number of applicable checks; found 'x/RR:D'."),
    (HEAD.replace("9.12", "9"), 37, "expected '.', the number of applicable checks; found '/RR:D'."),
    (HEAD.replace("RR:D", "RR:d"), 44, "expected a reply state from N, S, X, D and E; found 'd'."),
    (HEAD.replace("RR:D", "RS:D"), 40, "expected '/RR:', the reply state; found '/RS:D'."),
    (HEAD.replace("/Q:1/C:9.12", "/C:9.12/Q:1"), 29, "expected '/Q:', the number of coders; found '/C:9.12/Q:1/'."),
    (HEAD + "/SB:1.1/OB:1.1", 53, "expected 'm', a matter; found 'OB:1.1'."),
    (HEAD + "/OB:1", 50, "expected '.', the number of countries; found the end."),
    (HEAD + "/OB:-1.1", 49, "expected the number of signatories or x; found '-1.1'."),
    (HEAD + "/OB:1.y", 51, "expected the number of countries or x; found 'y'."),
    (HEAD + "/SB:y.1", 49, "expected the number of signatories or x; found 'y.1'."),
    (HEAD + "/OB:1234567890.1", 58, "expected '.', the number of countries; found '0.1'."),
    (HEAD + "/m0:S5L4K0U", 47, "expected the number of the matter; found '0:S5L4K0U'."),
    (HEAD + "/m01:S5L4K0U", 47, "expected the number of the matter; found '01:S5L4K0U'."),
    (HEAD + "/m1234567890:S5L4K0U", 56, "expected ':S', the severity; found '0:S5L4K0U'."),
    (HEAD + "/m1S5L4K0U", 48, "expected ':S', the severity; found 'S5L4K0U'."),
    (HEAD + "/m1:S6L4K0U", 50, "expected a severity from 1 to 5; found '6L4K0U'."),
    (HEAD.replace("Q:1", "Q:?"), 32, "expected 1 or 2 coders; found '?/C:9.12/RR:'."),
    (HEAD + "/m1:S?L4K0U", 50, "expected a severity from 1 to 5; found '?L4K0U'."),
    (HEAD + "/m1:S5L?K0U", 52, "expected a link from 0 to 4; found '?K0U'."),
    (HEAD + "/m1:S5K0U", 51, "expected 'L', the link; found 'K0U'."),
    (HEAD + "/m1:S5L5K0U", 52, "expected a link from 0 to 4; found '5K0U'."),
    (HEAD + "/m1:S5L4K8U", 53, "expected an adverse stage from K0 to K7, or N0; found 'K8U'."),
    (HEAD + "/m1:S5L4K4X", 55, "expected a forum grade from R, P, U and N; found 'X'."),
    (HEAD + "/m1:S5L4K0R", 53, "K0 carries forum U: no authority has examined it."),
    (HEAD + "/m1:S5L4K4R~X1R", 53, "X1 (complainant withdrew) does not discount K4."),
    (HEAD + "/m1:S5L4K4R~X5R", 57, "expected an exoneration from X1 to X4; found 'X5R'."),
    (HEAD + "/m1:S5L4K4R~X3", 59, "expected a forum grade from R, P, U and N; found the end."),
    (HEAD + "/m1:S5L4K0U+G2", 57, "expected an evidence grade from A1 to F6; found 'G2'."),
    (HEAD + "/m1:S5L4K0U+B7", 57, "expected an evidence grade from A1 to F6; found 'B7'."),
    (HEAD + "/m1:S5L4K0U+b2", 57, "expected an evidence grade from A1 to F6; found 'b2'."),
    (HEAD + "/m1:S5L4K0U+B2+A1", 60, "grade A1 follows B2; grades must be sorted."),
    (HEAD + "/m1:S5L4K0U-B2-A1", 60, "grade A1 follows B2; grades must be sorted."),
    (HEAD + "/m1:S5L4K0U-B2+A1", 59, "expected '/', the next matter; found '+A1'."),
    (HEAD + "/m2:S5L4K0U/m1:S5L4K0U", 57, "matter 1 follows 2; numbers must ascend."),
    (HEAD + "/m1:S5L4K0U/m1:S5L4K0U", 57, "matter 1 follows 1; numbers must ascend."),
    (HEAD.partition("1/C")[0], 32, "expected 1 or 2 coders; found the end."),
    (HEAD + "/m1:S", 50, "expected a severity from 1 to 5; found the end."),
    (HEAD + "/m1:S5L", 52, "expected a link from 0 to 4; found the end."),
    (HEAD + "/", 46, "expected 'm', a matter; found the end."),
    (HEAD + "\n", 45, "expected '/', the next matter; found '\\n'."),
    (HEAD + "/m1:S5L4K0U and much more text", 56, "expected '/', the next matter; found ' and much mo'."),
    (HEAD + "/m1:S5L4K0U  123456789", 56, "expected '/', the next matter; found '  123456789'."),
]


@pytest.mark.parametrize(("vector", "position", "wrong"), REFUSED, ids=[row[0][-24:] or "empty" for row in REFUSED])
def test_anything_else_is_refused_at_its_place_and_in_words(vector, position, wrong):
    with pytest.raises(VectorError) as refused:
        parse(vector)

    assert refused.value.position == position
    assert str(refused.value) == f"At character {position}: {wrong}"


@pytest.mark.parametrize("vector", VALID)
def test_38_what_is_left_of_a_vector_that_was_cut_off_is_one_or_is_refused_as_one(vector):
    for length in range(len(vector)):
        left = vector[:length]
        try:
            coding = parse(left)
        except VectorError:
            continue
        assert to_vector(coding) == left


def test_every_known_version_is_named(monkeypatch):
    monkeypatch.setattr("vetting.risk.vector.VERSIONS", {"1.0": None, "1.1": None})

    with pytest.raises(VectorError, match=r"version 2\.0 is unknown; known are 1\.0, 1\.1\.$"):
        parse("CIRP:2.0")


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
