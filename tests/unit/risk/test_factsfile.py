"""A facts file in the shape of the published cases gives what they say; any other is refused at its place."""

import json

import pytest

from vetting.risk.factsfile import Controlled, FactsFileError, Moment, read

from .golden import CASES, GOLDEN

PROCEEDINGS, TIMELINE = GOLDEN["proceedings"], GOLDEN["timeline"]
INQUIRY = {"id": "a", "what": "an inquiry", "proceedings": [["K1", "U", "2021-10-01"], ["K2", "R", "2022-03-31"]]}


def day(text):
    from datetime import date

    return date.fromisoformat(text)


def found_in(content, *days):
    return read(json.dumps(content), *map(day, days))


@pytest.mark.parametrize("wrap", [lambda entry: entry, lambda entry: [entry], lambda entry: {"proceedings": [entry]}])
@pytest.mark.parametrize("case", PROCEEDINGS, ids=lambda case: case["id"])
def test_proceedings_reduce_to_their_published_stage(case, wrap):
    (found,) = found_in(wrap(case))

    stage = found.stage
    assert [stage.code, stage.forum, stage.exoneration, stage.exoneration_forum] == case["controlling"]
    assert found.kappa == pytest.approx(case["kappa"], abs=1e-9)
    assert (found.id, found.what) == (case["id"], case["what"])


@pytest.mark.parametrize("wrap", [lambda entry: entry, lambda entry: [entry], lambda entry: {"timeline": [entry]}])
@pytest.mark.parametrize("entry", TIMELINE, ids=lambda entry: entry["as_of"] + entry["known"])
def test_a_moment_carries_its_vector_and_days(entry, wrap):
    (found,) = found_in(wrap(entry))

    assert isinstance(found, Moment)
    assert (found.vector, found.id, found.what) == (entry["vector"], "", "")
    assert found.days == (day(entry["as_of"]), day(entry["known"]))


def test_the_published_cases_themselves_are_a_facts_file():
    found = found_in(GOLDEN)

    assert [type(each) for each in found] == [Controlled] * len(PROCEEDINGS) + [Moment] * len(TIMELINE)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ((), "K2R"),
        (("2022-03-30",), "K1U"),
        (("2022-03-31",), "K2R"),
        (("2021-09-30",), "K0U"),
    ],
)
def test_what_had_not_happened_by_the_day_does_not_count(days, stage):
    assert str(found_in(INQUIRY, *days)[0].stage) == stage


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ((), "K2R"),
        (("2022-04-15", "2022-05-10"), "K0U"),
        (("2022-04-15", "2022-05-11"), "K2R"),
        (("2022-05-10",), "K0U"),
        (("2022-05-11",), "K2R"),
    ],
)
def test_what_was_not_on_record_by_the_other_day_does_not_count(days, stage):
    entry = {"proceedings": [["K2", "R", "2022-03-31", "2022-05-11"]]}

    assert str(found_in(entry, *days)[0].stage) == stage


def test_an_act_may_have_no_day():
    for row in (["K4", "R", ""], ["K4", "R", None], ["K4", "R"]):
        assert str(found_in({"proceedings": [row]}, "2020-01-01")[0].stage) == "K4R"


@pytest.mark.parametrize(
    ("days", "place"),
    [
        (("2021-11-01",), 0),
        (("2021-12-31",), 0),
        (("2021-11-23", "2022-06-01"), 1),
        (("2022-04-15",), 2),
        (("2022-05-11",), 2),
        (("2022-05-12",), 3),
        (("2030-01-01",), 3),
    ],
)
def test_the_moment_in_force_answers_for_a_day(days, place):
    (found,) = found_in({"timeline": TIMELINE}, *days)

    assert found.vector == TIMELINE[place]["vector"]


def test_one_day_alone_leaves_the_other_open():
    (found,) = read(json.dumps(TIMELINE), None, day("2022-06-01"))

    assert found.vector == TIMELINE[3]["vector"]


def test_without_a_day_every_moment_answers():
    assert len(found_in(TIMELINE)) == len(TIMELINE)
    assert found_in([]) == ()


MOMENT = TIMELINE[1]
ACT = "an act is a code, a forum and a day, and perhaps the day it was recorded."
REFUSED = [
    ("3", "A facts file is an object or a list of objects."),
    ("{}", "A facts file has proceedings, a vector, or a timeline."),
    ('{"timeline": 3}', "timeline is no list."),
    ('{"proceedings": 3}', "proceedings is no list."),
    ('[{"id": "a"}]', "entry 1 has neither proceedings nor a vector."),
    ("[3]", "entry 1 has neither proceedings nor a vector."),
    ('[{"proceedings": 3}]', "entry 1: proceedings are a list of acts."),
    ('[{"proceedings": []}, {"proceedings": [{}]}]', "entry 2: proceedings are a list of acts."),
    ('{"proceedings": ["K1"]}', f"the file, act 1: {ACT}"),
    ('{"proceedings": [["K1"]]}', f"the file, act 1: {ACT}"),
    ('{"proceedings": [["K1", "U", "", "", ""]]}', f"the file, act 1: {ACT}"),
    (
        '{"proceedings": [["K1", "U"], ["K4", "Q"]]}',
        "the file, act 2: 'Q' is no forum grade; known are R, P, U, N.",
    ),
    ('{"proceedings": [["K1", "U", "2021"]]}', "the file, act 1: '2021' is no day such as 2021-11-23."),
    ('{"proceedings": [["K1", "U", 2021]]}', "the file, act 1: 2021 is no day such as 2021-11-23."),
    ('{"vector": "CIRP:2.0"}', "the file: At character 6: version 2.0 is unknown; known are 1.0."),
    (
        '{"timeline": [{"vector": 3}]}',
        "timeline 1: At character 1: expected 'CIRP:', the name of the method; found '3'.",
    ),
    (json.dumps(MOMENT | {"as_of": "2021-11-24"}), "the file: as_of is 2021-11-24, and its vector says 2021-11-23."),
    (json.dumps(MOMENT | {"known": "2021-11-24"}), "the file: known is 2021-11-24, and its vector says 2022-06-01."),
    (json.dumps(MOMENT | {"known": "soon"}), "the file: 'soon' is no day such as 2021-11-23."),
]


@pytest.mark.parametrize(("text", "wrong"), REFUSED, ids=[row[1][:40] for row in REFUSED])
def test_any_other_file_is_refused_at_its_place(text, wrong):
    with pytest.raises(FactsFileError) as refused:
        read(text)

    assert str(refused.value) == wrong


def test_what_is_no_json_is_refused_with_its_place():
    with pytest.raises(FactsFileError, match=r"^This is no JSON: Expecting .*line 1 column 2 \(char 1\)\.$"):
        read("{")


def test_before_its_first_moment_a_file_knows_nothing():
    for days in ((day("2021-10-31"), None), (None, day("2021-10-31"))):
        with pytest.raises(FactsFileError, match=r"^The file knows of no moment up to these days\.$"):
            read(json.dumps(TIMELINE), *days)


def test_the_vector_alone_is_a_moment():
    (found,) = found_in({"id": "G03", "vector": CASES["G03"]["vector"]})

    assert (found.id, found.days) == ("G03", (day("2021-11-23"), day("2021-11-23")))
