"""Review: the states of a record, the steps between them, who may take which, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SEVERE = 4  # from this severity on, a person must have been asked before publication
REPLY_TIME = timedelta(days=7)  # how old a request for a reply must be (methodology, check 12)
GRADE_TOO = "Two people grade it; give the second grades first, and this page says what else it takes."


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in review"
    PUBLISHED = "published"
    DISPUTED = "disputed"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"


class Step(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    DISPUTE = "dispute"
    SETTLE = "settle"
    SUPERSEDE = "supersede"
    RETRACT = "retract"


class Role(StrEnum):
    CONTRIBUTOR = "Contributor"
    REVIEWER = "Reviewer"
    EDITOR = "Editor"
    ADMINISTRATOR = "Administrator"


STEPS = {
    (State.DRAFT, Step.SUBMIT): State.IN_REVIEW,
    (State.IN_REVIEW, Step.RETURN): State.DRAFT,
    (State.IN_REVIEW, Step.PUBLISH): State.PUBLISHED,
    (State.PUBLISHED, Step.PUBLISH): State.PUBLISHED,  # approves what was added since
    (State.DISPUTED, Step.PUBLISH): State.DISPUTED,
    (State.PUBLISHED, Step.DISPUTE): State.DISPUTED,
    (State.DISPUTED, Step.SETTLE): State.PUBLISHED,
    (State.PUBLISHED, Step.SUPERSEDE): State.SUPERSEDED,
    (State.DISPUTED, Step.SUPERSEDE): State.SUPERSEDED,
    (State.PUBLISHED, Step.RETRACT): State.RETRACTED,
    (State.DISPUTED, Step.RETRACT): State.RETRACTED,
    (State.SUPERSEDED, Step.RETRACT): State.RETRACTED,
}
PUBLIC = frozenset({State.PUBLISHED, State.DISPUTED, State.SUPERSEDED, State.RETRACTED})
LEGIBLE = PUBLIC - {State.RETRACTED}  # of a retracted record the public sees that it was retracted, and why
STANDING = frozenset({State.PUBLISHED, State.DISPUTED})  # what the risk profile rests on
EVERYONE = frozenset(Role)
REVIEWERS = frozenset({Role.REVIEWER, Role.EDITOR, Role.ADMINISTRATOR})
EDITORS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
MAY = {
    Step.SUBMIT: EVERYONE,
    Step.RETURN: REVIEWERS,
    Step.PUBLISH: EDITORS,
    Step.DISPUTE: EDITORS,
    Step.SETTLE: EDITORS,
    Step.SUPERSEDE: EDITORS,
    Step.RETRACT: EDITORS,
}
NEEDS_REASON = frozenset({Step.RETURN, Step.DISPUTE, Step.SETTLE, Step.SUPERSEDE, Step.RETRACT})


class StepRefused(Exception):
    """A step that may not be taken; its message says why, to the person who tried."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the workflow must know of a record and of the person who takes a step."""

    state: State
    roles: frozenset[Role]
    written_by_actor: bool = False
    noun: str = "allegation"
    citations: int = 0
    citations_of_others: int = 0
    standing_citations: int = 0
    pending: int = 0
    severity: int | None = None
    replies: int = 0
    reply_asked_for: timedelta | None = None
    reply_waiver: str = ""
    missing: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()
    graded_by_actor: bool = False
    grades_hidden: bool = False


def take(step: Step, case: Case, *, reason: str = "") -> State:
    """Return the state that `step` leads to, or raise StepRefused."""
    refusals = why_not(step, case, reason=reason)
    if refusals:
        raise StepRefused(" ".join(refusals))
    return STEPS[case.state, step]


def why_not(step: Step, case: Case, *, reason: str = "") -> list[str]:
    """Say in sentences what stands in the way of a step; an empty list means nothing does."""
    if (case.state, step) not in STEPS:
        return [f"{_a(case.noun)} that is {case.state} has no step “{step}”."]
    if not MAY[step] & case.roles:
        return [f"To {step} {_a(case.noun, small=True)} takes the role {_roles(MAY[step])}."]
    refusals = []
    if step in NEEDS_REASON and not reason.strip():
        refusals.append(f"Give the reason for this step ({step}).")
    if step is Step.SUBMIT:
        refusals += _incomplete(case)
        if not (case.written_by_actor or REVIEWERS & case.roles):
            refusals.append("Its author submits a draft, or a reviewer.")
    if step is Step.PUBLISH:
        refusals += _unpublishable(case)
    return refusals


def open_steps(case: Case) -> list[Step]:
    """The steps that the person may try from here, in the order in which they are offered."""
    return [step for step in Step if (case.state, step) in STEPS and MAY[step] & case.roles]


def _incomplete(case: Case) -> list[str]:
    refusals = [f"Fill in: {', '.join(case.missing)}."] if case.missing else []
    if not case.citations:
        refusals.append(f"{_a(case.noun)} without a citation cannot be submitted; add at least one.")
    return refusals


def _unpublishable(case: Case) -> list[str]:
    refusals = []
    if case.written_by_actor:
        refusals.append(f"Someone other than its author must publish {_a(case.noun, small=True)}.")
    if case.state is not State.IN_REVIEW and not case.pending:
        refusals.append("Nothing was added since it was published.")
    if not case.citations:
        refusals.append(f"{_a(case.noun)} without a citation cannot be published.")
    elif not case.citations_of_others:
        refusals.append("Every citation is your own; someone else must cite, or publish.")
    elif not case.standing_citations:
        refusals.append("The source of every citation is gone and none is archived; cite one that stands.")
    if case.missing:
        refusals.append(f"Fill in: {', '.join(case.missing)}.")
    if case.ungraded:
        refusals.append(f"Grade first: {', '.join(case.ungraded)}.")
    if case.state in PUBLIC:
        return refusals
    weighty = _unasked(case)
    if case.graded_by_actor and (case.severity or 0) >= SEVERE:
        weighty.insert(0, "Someone other than who graded it must publish a matter this severe.")
    return refusals + ([GRADE_TOO] if weighty and case.grades_hidden else weighty)


def _unasked(case: Case) -> list[str]:
    severe = case.severity is not None and case.severity >= SEVERE
    if not severe or case.replies or case.reply_waiver.strip():
        return []
    if case.reply_asked_for is None:
        return [
            "An allegation this severe needs a reply of the candidate, a request of ours for one, "
            "or the reason why none was asked (field “Why no reply was asked”)."
        ]
    if case.reply_asked_for < REPLY_TIME:
        left = (REPLY_TIME - case.reply_asked_for).days
        days = "1 more day" if left == 1 else f"{left} more days"
        return [f"A reply was asked for; wait {days}, or record why it cannot wait."]
    return []


def _roles(roles: frozenset[Role]) -> str:
    return " or ".join(role for role in Role if role in roles)


def _a(noun: str, *, small: bool = False) -> str:
    article = "an" if noun[0] in "aeiou" else "a"
    return f"{article if small else article.title()} {noun}"
