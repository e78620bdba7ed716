"""How many coders stand behind a profile, from day to day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from vetting.risk.asof import facts_on
from vetting.risk.records import Act, Cited, Grade, Graders, Matter, Record, Stance

DAY = date(2022, 3, 1)
LATER = DAY + timedelta(days=30)
ONE, TWO, DIFFER = Graders.ONE, Graders.TWO, Graders.DIFFER


def given(code, graders=TWO):
    return (Grade(DAY, code, graders),)


CITED = Cited(key="a", recorded=DAY, reliability=given("B"), credibility=given("2"))
CHARGE = Act(code="K4", recorded=DAY, on=DAY, forum=given("R"))
GRAVE = Matter(tag=1, recorded=DAY, severity=given("5"), link=given("3"), acts=(CHARGE,), citations=(CITED,))
PETTY = Matter(
    tag=2, recorded=DAY, severity=given("2", ONE), link=given("2", ONE),
    citations=(replace(CITED, reliability=given("B", ONE)),),
)  # fmt: skip


def coders(*matters, known=DAY):
    return facts_on(Record(slug="a", matters=matters), LATER, known).coders


def test_two_stand_behind_a_profile_when_every_grade_was_given_twice():
    assert coders(GRAVE) == 2


def with_graders(scale, graders):
    """The grave matter with one of its grades given by others."""
    if scale == "forum":
        return replace(GRAVE, acts=(replace(CHARGE, forum=given("R", graders)),))
    if scale in ("reliability", "credibility"):
        code = getattr(CITED, scale)[0].code
        return replace(GRAVE, citations=(replace(CITED, **{scale: given(code, graders)}),))
    return replace(GRAVE, **{scale: given("5" if scale == "severity" else "3", graders)})


@pytest.mark.parametrize("graders", [ONE, DIFFER])
@pytest.mark.parametrize("scale", ["severity", "link", "reliability", "credibility", "forum"])
def test_one_grade_that_one_person_gave_or_on_which_two_differ_leaves_it_at_one(scale, graders):
    assert coders(with_graders(scale, TWO)) == 2
    assert coders(with_graders(scale, graders)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"severity": given("4"), "link": given("2"), "acts": ()},
        {"severity": given("3"), "link": given("3"), "acts": ()},
        {"severity": given("1"), "link": given("2"), "acts": (replace(CHARGE, code="K3"),)},
    ],
)
def test_a_matter_asks_for_two_by_its_severity_its_link_or_its_stage(changes):
    matter = replace(GRAVE, **changes)
    assert coders(matter) == 2
    assert coders(replace(matter, citations=(replace(CITED, credibility=given("2", ONE)),))) == 1


@pytest.mark.parametrize(("severity", "asks"), [("1", True), ("2", True), ("3", False)])
def test_a_severity_other_than_the_usual_one_of_its_act_asks_for_two(severity, asks):
    matter = replace(PETTY, severity=given(severity, ONE), usual=3)
    assert coders(GRAVE, matter) == (1 if asks else 2)
    assert coders(GRAVE, replace(matter, usual=None)) == 2


def test_a_matter_that_asks_for_none_asks_so_for_its_forums_alone():
    assert coders(PETTY) == 1
    inquiry = replace(CHARGE, code="K2")
    assert coders(GRAVE, replace(PETTY, acts=(inquiry,))) == 2
    assert coders(GRAVE, replace(PETTY, acts=(replace(inquiry, forum=given("R", ONE)),))) == 1
    assert coders(GRAVE, PETTY) == 2


def test_while_two_differ_on_any_grade_it_is_one():
    assert coders(GRAVE, replace(PETTY, severity=given("3", DIFFER))) == 1


def test_what_does_not_count_needs_no_second_grader():
    ungraded = replace(CITED, key="b", reliability=given("B", ONE), credibility=())
    denial = replace(CITED, key="c", stance=Stance.DENIES, credibility=given("2", ONE))
    late = replace(CITED, key="d", recorded=LATER, credibility=given("2", ONE))
    assert coders(replace(GRAVE, citations=(CITED, ungraded, denial, late))) == 2
    assert coders(replace(GRAVE, citations=(CITED, late)), known=LATER) == 1


def test_a_profile_has_two_coders_from_the_day_of_the_last_second_grading():
    link = (Grade(DAY, "3"), Grade(LATER, "3", TWO))
    matter = replace(GRAVE, link=link)
    assert [coders(matter, known=day) for day in (DAY, LATER - timedelta(days=1), LATER)] == [1, 1, 2]


def test_a_record_without_matters_has_one():
    assert coders() == 1
