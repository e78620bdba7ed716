"""The workflow as a table of states, steps and roles, and every reason why a step is refused."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from allegations.workflow import (
    MAY,
    NEEDS_REASON,
    PUBLIC,
    REPLY_TIME,
    STANDING,
    STEPS,
    Case,
    Role,
    State,
    Step,
    StepRefused,
    open_steps,
    take,
    why_not,
)

C, R, E, A = Role.CONTRIBUTOR, Role.REVIEWER, Role.EDITOR, Role.ADMINISTRATOR
# Written out by hand, so that a change of the rules is a change of this table.
EXPECTED = {
    (State.DRAFT, Step.SUBMIT): (State.IN_REVIEW, {C, R, E, A}),
    (State.IN_REVIEW, Step.RETURN): (State.DRAFT, {R, E, A}),
    (State.IN_REVIEW, Step.PUBLISH): (State.PUBLISHED, {E, A}),
    (State.PUBLISHED, Step.PUBLISH): (State.PUBLISHED, {E, A}),
    (State.DISPUTED, Step.PUBLISH): (State.DISPUTED, {E, A}),
    (State.PUBLISHED, Step.DISPUTE): (State.DISPUTED, {E, A}),
    (State.DISPUTED, Step.SETTLE): (State.PUBLISHED, {E, A}),
    (State.PUBLISHED, Step.SUPERSEDE): (State.SUPERSEDED, {E, A}),
    (State.DISPUTED, Step.SUPERSEDE): (State.SUPERSEDED, {E, A}),
    (State.PUBLISHED, Step.RETRACT): (State.RETRACTED, {E, A}),
    (State.DISPUTED, Step.RETRACT): (State.RETRACTED, {E, A}),
    (State.SUPERSEDED, Step.RETRACT): (State.RETRACTED, {E, A}),
}


def ready(state, *roles, **changes):
    """A case in which nothing but the state and the roles can stand in the way."""
    facts = {"citations": 2, "citations_of_others": 2, "standing_citations": 2, "pending": 1, "severity": 3} | changes
    return Case(state=state, roles=frozenset(roles), **facts)


@pytest.mark.parametrize(("state", "step", "role"), list(product(State, Step, Role)))
def test_a_step_is_taken_exactly_where_the_table_has_it_and_by_whom_it_names(state, step, role):
    reached, may = EXPECTED.get((state, step), (None, set()))
    case = ready(state, role, written_by_actor=step is Step.SUBMIT)

    if role in may:
        assert take(step, case, reason="because") is reached
        assert step in open_steps(case)
    else:
        with pytest.raises(StepRefused):
            take(step, case, reason="because")
        assert step not in open_steps(case)


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_a_person_without_a_role_takes_no_step(state, step):
    assert why_not(step, ready(state), reason="because")
    assert open_steps(ready(state)) == []


def test_the_table_of_the_code_is_the_table_of_this_test():
    assert {key: reached for key, (reached, _) in EXPECTED.items()} == STEPS
    assert {key: MAY[key[1]] for key in STEPS} == {key: may for key, (_, may) in EXPECTED.items()}


def test_no_step_leads_from_the_public_back_into_a_draft():
    assert all(reached in PUBLIC for (state, _), reached in STEPS.items() if state in PUBLIC)
    assert STANDING < PUBLIC


@pytest.mark.parametrize("step", sorted(NEEDS_REASON))
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_step_that_takes_something_away_needs_a_reason(step, reason):
    state = next(state for state, known in STEPS if known is step)
    assert why_not(step, ready(state, E), reason=reason) == [f"Give the reason for this step ({step})."]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"written_by_actor": True}, "Someone other than its author must publish an allegation."),
        ({"citations": 0}, "An allegation without a citation cannot be published."),
        ({"citations_of_others": 0}, "Every citation is your own; someone else must cite, or publish."),
        (
            {"standing_citations": 0},
            "The source of every citation is gone and none is archived; cite one that stands.",
        ),
        ({"missing": ("headline", "act")}, "Fill in: headline, act."),
        ({"ungraded": ("severity", "link")}, "Grade first: severity, link."),
    ],
)
def test_publication_is_refused_in_words(changes, words):
    case = ready(State.IN_REVIEW, E)
    assert why_not(Step.PUBLISH, case) == []
    assert why_not(Step.PUBLISH, replace(case, **changes)) == [words]


def test_every_reason_is_told_at_once():
    case = ready(State.IN_REVIEW, E, citations=0, written_by_actor=True, missing=("act",), severity=5)
    assert len(why_not(Step.PUBLISH, case)) == 4


def test_nothing_new_is_nothing_to_approve():
    refusals = why_not(Step.PUBLISH, ready(State.PUBLISHED, E, pending=0))
    assert refusals == ["Nothing was added since it was published."]


@pytest.mark.parametrize(("changes", "said"), [({"citations": 0}, "citation"), ({"missing": ("summary",)}, "summary")])
def test_what_is_incomplete_is_not_submitted(changes, said):
    refusals = why_not(Step.SUBMIT, ready(State.DRAFT, C, **changes))
    assert said in " ".join(refusals)


def test_an_ungraded_draft_may_be_submitted_for_others_grade_it():
    assert why_not(Step.SUBMIT, ready(State.DRAFT, C, written_by_actor=True, ungraded=("severity",))) == []


class TestReplies:
    """A severe allegation is not published before the person was asked."""

    @pytest.mark.parametrize("severity", [4, 5])
    def test_a_severe_allegation_needs_a_reply_a_request_or_a_reason(self, severity):
        assert "needs a reply" in " ".join(why_not(Step.PUBLISH, ready(State.IN_REVIEW, E, severity=severity)))

    def test_what_is_added_to_a_public_one_is_approved_without_asking_again(self):
        assert why_not(Step.PUBLISH, ready(State.PUBLISHED, E, severity=5)) == []

    @pytest.mark.parametrize("severity", [None, 1, 2, 3])
    def test_a_lesser_one_does_not(self, severity):
        assert why_not(Step.PUBLISH, ready(State.IN_REVIEW, E, severity=severity)) == []

    @pytest.mark.parametrize("enough", [{"replies": 1}, {"reply_waiver": "Asking would endanger a witness."}])
    def test_a_reply_or_a_reason_is_enough(self, enough):
        assert why_not(Step.PUBLISH, ready(State.IN_REVIEW, E, severity=5, **enough)) == []

    def test_an_empty_reason_is_none(self):
        assert why_not(Step.PUBLISH, ready(State.IN_REVIEW, E, severity=5, reply_waiver="  "))

    @pytest.mark.parametrize("days", range(10))
    def test_a_request_counts_once_it_is_seven_days_old(self, days):
        case = ready(State.IN_REVIEW, E, severity=5, reply_asked_for=timedelta(days=days))
        assert bool(why_not(Step.PUBLISH, case)) == (days < REPLY_TIME.days == 7)

    @pytest.mark.parametrize(
        ("days", "words"), [(6, "wait 1 more day,"), (0, "wait 7 more days,"), (-3, "wait 10 more")]
    )
    def test_the_refusal_says_how_long_to_wait(self, days, words):
        case = ready(State.IN_REVIEW, E, severity=5, reply_asked_for=timedelta(days=days))
        assert words in why_not(Step.PUBLISH, case)[0]


def test_the_words_fit_a_letter_too():
    case = ready(State.IN_REVIEW, E, noun="letter", severity=None, written_by_actor=True)
    assert why_not(Step.PUBLISH, case) == ["Someone other than its author must publish a letter."]


@pytest.mark.parametrize(("role", "said"), [(C, "Its author submits"), (Role.REVIEWER, ""), (E, "")])
def test_somebody_elses_draft_is_submitted_by_reviewers_only(role, said):
    assert said in " ".join(why_not(Step.SUBMIT, ready(State.DRAFT, role)))
    assert bool(why_not(Step.SUBMIT, ready(State.DRAFT, role))) == bool(said)


@pytest.mark.parametrize(("severity", "state", "refused"), [
    (4, State.IN_REVIEW, True), (3, State.IN_REVIEW, False), (5, State.PUBLISHED, False),
])  # fmt: skip
def test_who_graded_a_severe_matter_does_not_publish_it(severity, state, refused):
    case = ready(state, E, severity=severity, graded_by_actor=True, replies=1)
    assert ("who graded it" in " ".join(why_not(Step.PUBLISH, case))) is refused
