"""Review steps: moving an allegation or a letter, with everything that belongs to it, towards the public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.actions.grading import hidden_scales
from allegations.actions.seen import fingerprint
from allegations.models import (
    Allegation,
    Citation,
    CoalitionLetter,
    FactConflict,
    Grading,
    Proceeding,
    Reply,
    ReviewEvent,
)
from allegations.replies import answer_code, is_request
from allegations.roles import roles_of
from allegations.workflow import EDITORS, PUBLIC, Case, State, Step, StepRefused, open_steps, take, why_not
from candidates.fields import latest
from candidates.models import Candidacy, Election
from candidates.models.base import Publishable

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Record = Allegation | CoalitionLetter
REQUIRED = {
    Allegation: ("headline", "summary", "claimed_by", "act"),
    CoalitionLetter: ("title", "summary", "addressees"),
}
GRADED = ("severity", "link")  # an allegation is graded before it is published; the severity decides on the reply
CHANGED_SINCE = "It has changed since you opened the page; look at it again."


def take_step(
    step: Step,
    *,
    record: Record,
    by: User,
    reason: str = "",
    at: datetime | None = None,
    seen: str | None = None,
) -> Record:
    """Move a record one step through review and write down who moved it.

    Publishing approves with it all that others wrote for it and nobody has approved yet. `seen` is the
    fingerprint of what the person looked at: when the record says something else by now, the step is refused.
    Raises StepRefused.
    """
    with evidence_change():
        record = _locked(record)
        left = State(record.state)
        reached = take(step, case_of(record, by=by), reason=reason)
        _unchanged(record, seen)
        at = at or timezone.now()
        _enter(record, left, reached, by=by, at=at, reason=reason)
        if step is Step.PUBLISH:
            _approve(pending(record), by=by, at=at)
        _write_down(record, step, left, by=by, at=at, reason=reason)
    return record


def refusals(step: Step, *, record: Record, by: User, reason: str = "") -> list[str]:
    """Say what stands in the way of a step for this person, without taking it."""
    return why_not(step, case_of(record, by=by), reason=reason)


def steps_for(record: Record, *, by: User) -> dict[Step, list[str]]:
    """The steps that this person may try, each with what stands in its way apart from a reason not yet given.

    What depends on a grade that is hidden from the person is not told, for it would tell the grade.
    """
    case = case_of(record, by=by)
    if case.grades_hidden:
        case = replace(case, severity=None)
    return {step: why_not(step, case, reason="given") for step in open_steps(case)}


def case_of(record: Record, *, by: User) -> Case:
    """What the workflow must know of a record and of the person before it."""
    cited = list(record.citations.select_related("source"))
    approvable = [row for row in cited if row.is_published or row.written_by_id != by.pk]
    replies = [row for row in record.replies.all() if row.is_published or row.written_by_id != by.pk]
    return Case(
        state=State(record.state),
        roles=roles_of(by),
        written_by_actor=record.written_by_id == by.pk,
        noun="allegation" if isinstance(record, Allegation) else "letter",
        citations=len(cited),
        citations_of_others=len(approvable),
        standing_citations=sum(not row.source.is_lost for row in approvable),
        pending=sum(row.written_by_id != by.pk for row in pending(record)),
        severity=getattr(record, "severity", None),
        replies=sum(bool(answer_code(reply)) for reply in replies),
        reply_asked_for=_asked_for(replies),
        reply_waiver=getattr(record, "reply_waiver", ""),
        missing=tuple(
            str(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # plain columns, all of them
            for name in REQUIRED[type(record)]
            if not getattr(record, name)
        ),
        graded_by_actor=_graded_by(record, by),
        ungraded=tuple(name for name in GRADED if getattr(record, name, 0) is None),
        grades_hidden=isinstance(record, Allegation) and bool(hidden_scales(record, by)),
    )


def pending(record: Record) -> list[Citation | Proceeding | Reply | FactConflict]:
    """What belongs to a record and waits for approval, parents before what is cited for them."""
    kind = "allegation" if isinstance(record, Allegation) else "letter"
    own = Q(**{kind: record})
    proceedings = Proceeding.objects.filter(own) if kind == "allegation" else Proceeding.objects.none()
    replies, conflicts = Reply.objects.filter(own), FactConflict.objects.filter(own)
    citations = Citation.objects.filter(
        own | Q(proceeding__in=proceedings) | Q(reply__in=replies) | Q(conflict_side__conflict__in=conflicts)
    )
    return [
        row for rows in (proceedings, replies, conflicts, citations) for row in rows.filter(published_at__isnull=True)
    ]


def _graded_by(record: Record, person: User) -> bool:
    """Tell whether the grades that decide on a matter's weight were last given by this person."""
    if not isinstance(record, Allegation):
        return False
    decisive = record.gradings.exclude(part=Grading.Part.SECOND)  # a second one never adds weight
    last = dict(decisive.order_by("graded_at", "pk").values_list("scale", "graded_by"))  # the later wins
    return person.pk in {last.get(scale) for scale in GRADED}


def _locked(record: Record) -> Record:
    fresh: Record = type(record)._default_manager.select_for_update().get(pk=record.pk)
    return fresh


def _asked_for(replies: Iterable[Reply]) -> timedelta | None:
    """How long ago the candidate was asked by us; what others were asked is no request to the candidate."""
    asked = [day for reply in replies if is_request(reply) and (day := latest(reply, "asked"))]
    return timezone.now().date() - min(asked) if asked else None


def _enter(record: Record, left: State, reached: State, *, by: User, at: datetime, reason: str) -> None:
    if reached is not left:  # what is added to a disputed record leaves the reason of the dispute alone
        record.state, record.state_reason, record.state_since = reached.value, reason, at
    if reached in PUBLIC and left not in PUBLIC:
        record.publish_now(by=by, at=at)
        if isinstance(record, Allegation):
            record.number()
    record.save()


def _approve(rows: Iterable[Citation | Proceeding | Reply | FactConflict], *, by: User, at: datetime) -> None:
    for row in rows:
        if row.written_by_id != by.pk:
            row.publish_now(by=by, at=at)
            row.save(update_fields=["published_by", "published_at"])


def _write_down(record: Record, step: Step, left: State, *, by: User, at: datetime, reason: str) -> None:
    kind = "allegation" if isinstance(record, Allegation) else "letter"
    ReviewEvent.objects.create(
        **{kind: record}, step=step.value, left=left.value, reached=record.state, reason=reason, by=by, at=at
    )


def publish(record: Publishable, *, by: User, at: datetime | None = None, seen: str | None = None) -> None:
    """Approve a record that has no states of its own (an election, a candidate, a candidacy, a check, a conflict)
    and the citations that others wrote for it.

    `seen` is the fingerprint of what the person looked at. Raises StepRefused.
    """
    at = at or timezone.now()
    with evidence_change():
        fresh = type(record)._default_manager.select_for_update().get(pk=record.pk)
        _unchanged(fresh, seen)
        if refusals := publishing_refusals(fresh, by=by):
            raise StepRefused(" ".join(refusals))
        if not fresh.is_published:
            fresh.publish_now(by=by, at=at)
            fresh.save(update_fields=["published_by", "published_at"])
        _approve(pending_citations(fresh), by=by, at=at)
    record.published_by, record.published_at = fresh.published_by, fresh.published_at


def publishing_refusals(record: Publishable, *, by: User) -> list[str]:
    """Say what stands in the way of `publish` for this person, without publishing."""
    if not EDITORS & roles_of(by):
        return ["To publish takes the role Editor or Administrator."]
    if record.written_by_id == by.pk and not record.is_published:
        return ["Someone other than its author must publish this."]
    if record.is_published and not pending_citations(record).exclude(written_by=by).exists():
        return ["Nothing was added since it was published."]
    return []


def pending_citations(record: Publishable) -> QuerySet[Citation]:
    """The citations of a record without states that wait for approval."""
    cited_for = {
        Candidacy: Q(candidacy=record.pk),
        Election: Q(election=record.pk),
        Reply: Q(reply=record.pk),
        FactConflict: Q(conflict_side__conflict=record.pk),
    }
    wanted = cited_for.get(type(record))
    rows = Citation.objects.filter(wanted) if wanted else Citation.objects.none()
    return rows.filter(published_at__isnull=True)


def _unchanged(record: Publishable, seen: str | None) -> None:
    if seen is not None and seen != fingerprint(record):
        raise StepRefused(CHANGED_SINCE)
