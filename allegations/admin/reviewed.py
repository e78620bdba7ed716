"""Pages of the records that go through review: their state, the steps from it, and what stands in the way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timesince import timesince

from allegations.actions.origins.telling import name_of
from allegations.actions.review import pending, steps_for, take_step
from allegations.actions.seen import fingerprint
from allegations.admin.base import Choice, RecordAdmin, address, grading_address, person, roles
from allegations.models.allegation import Reviewed
from allegations.workflow import MAY, NEEDS_REASON, PUBLIC, State, Step, StepRefused

LABELS = {
    Step.SUBMIT: "Submit for review",
    Step.RETURN: "Return to its author",
    Step.PUBLISH: "Publish",
    Step.DISPUTE: "Mark as disputed",
    Step.SETTLE: "Settle the dispute",
    Step.SUPERSEDE: "Supersede",
    Step.RETRACT: "Retract",
}
NEXT = {
    State.DRAFT: "Only reviewers see it. Its author submits it when it is complete.",
    State.IN_REVIEW: "Only reviewers see it. An editor other than its author publishes it, or returns it.",
    State.PUBLISHED: "Everyone sees it. What was approved stays as it is; additions wait for an editor.",
    State.DISPUTED: "Everyone sees it, marked as disputed.",
    State.SUPERSEDED: "Everyone sees it, marked as superseded; it counts no more.",
    State.RETRACTED: "Everyone sees that it was retracted, when, and why; it counts no more.",
}


class ReviewedAdmin(RecordAdmin):
    """Records whose way to the public is the workflow."""

    def may_write(self, request: HttpRequest, record: Any) -> bool:
        return record is None or (record.state == State.DRAFT and super().may_write(request, record))

    def may_grade(self, request: HttpRequest, record: Any) -> bool:
        return super().may_grade(request, record) and self.may_add_to(request, record)

    def may_add_to(self, request: HttpRequest, record: Any) -> bool:
        return record is None or record.state not in {State.SUPERSEDED, State.RETRACTED}

    def step(self, request: HttpRequest, record: Any) -> str:
        try:
            step = Step(request.POST.get("step", ""))
        except ValueError as error:
            raise StepRefused("Choose one of the steps on the page.") from error
        moved = take_step(
            step,
            record=record,
            by=person(request),
            reason=request.POST.get("reason", "").strip(),
            seen=request.POST.get("seen", ""),
        )
        return f"“{moved}” is {moved.state} now."

    def lacks_role(self, request: HttpRequest) -> bool:
        step = request.POST.get("step", "")
        return step in set(Step) and not MAY[Step(step)] & roles(request)

    def review_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        state = State(record.state)
        waiting = pending(record) if state in PUBLIC else []
        steps = steps_for(record, by=person(request))
        return {
            "band": state.value,
            "band_words": NEXT[state],
            "since": timesince(record.state_since) if record.state_since else "",
            "is_public": state in PUBLIC,
            "choices": [self._choice(request, step, stands, waiting) for step, stands in steps.items()],
            "seen": fingerprint(record),
            "step_url": address(record, "step"),
            "may_write": self.may_write(request, record),
            "waiting": waiting,
            "events": record.events.select_related("by"),
            "grading_url": grading_address(record),
            "origins_url": reverse("admin:origins", args=[name_of(record), record.pk]),
            "on_record": self.on_record(request, record),
        }

    def _choice(self, request: HttpRequest, step: Step, stands: list[str], waiting: list[Any]) -> Choice:
        label = LABELS[step]
        if step is Step.PUBLISH and waiting:
            count = sum(row.written_by_id != request.user.pk for row in waiting)
            label = f"Approve {count} addition{'' if count == 1 else 's'}"
        return Choice(step.value, label, stands, wants_reason=step in NEEDS_REASON)

    def on_record(self, request: HttpRequest, record: Reviewed) -> dict[str, Any]:
        """What belongs to the record and is not in a row that this person can still change."""
        return {}
