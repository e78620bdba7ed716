"""Review steps for what a case file publishes: the same workflow, taken for the two people that the file names.

They need no account that can act: whoever may load a file answers for it, so each is given the role of their part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Model

from allegations.actions.review import Record, case_of
from allegations.models import Allegation, ReviewEvent
from allegations.models.allegation import Reviewed
from allegations.workflow import PUBLIC, Role, State, Step, take
from candidates.importing.applying import People
from candidates.importing.kinds import Ref
from candidates.importing.planning import Change

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ROLES = {Step.SUBMIT: Role.CONTRIBUTOR, Step.PUBLISH: Role.EDITOR}
WAY = {State.DRAFT: (Step.SUBMIT, Step.PUBLISH), State.IN_REVIEW: (Step.PUBLISH,)}


def publishes_at_once(row: Model) -> bool:
    """Whether a record becomes public by being published, without steps of review."""
    return not isinstance(row, Reviewed)


def take_steps(changes: Iterable[Change], rows: dict[Ref, Model], people: People, *, now: datetime) -> None:
    """Bring every allegation and letter to the state that its file asks for. Raises StepRefused."""
    for change in changes:
        row, stamp = rows[change.wanted.ref], change.wanted.stamp
        if not isinstance(row, Record) or not stamp.published:
            continue
        at = change.wanted.moment(now) if change.is_new else now
        if row.is_published:
            _approve_again(row, change, people, at=at)
        for step in WAY.get(State(row.state), ()):
            author = step is Step.SUBMIT
            _take(step, row, people[stamp.written_by if author else stamp.published_by], at=at)


def _approve_again(row: Record, change: Change, people: People, *, at: datetime) -> None:
    """Write down who answers for a change to what is public."""
    fields = ", ".join(difference.field for difference in change.differences)
    reason = f"Changed by a case file: {fields}."
    _take(Step.PUBLISH, row, people[change.wanted.stamp.published_by], at=at, reason=reason)


def _take(step: Step, row: Record, by: User, *, at: datetime, reason: str = "") -> None:
    left = State(row.state)
    case = replace(case_of(row, by=by), roles=frozenset({ROLES[step]}))
    reached = take(step, replace(case, pending=1) if left in PUBLIC else case, reason=reason)
    row.state = reached.value
    if left is not reached:
        row.state_since = at
    if reached in PUBLIC and not row.is_published:
        row.publish_now(by=by, at=at)
        if isinstance(row, Allegation):
            row.number()
    row.save()
    kind = "allegation" if isinstance(row, Allegation) else "letter"
    ReviewEvent.objects.create(
        **{kind: row}, step=step.value, left=left.value, reached=reached.value, reason=reason, by=by, at=at
    )
