"""What a form about a link asks for, done: an answer to a question, a word on a copy, or a check now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from allegations.actions.links.answers import answer, answer_copy, say
from allegations.actions.links.claiming import check_now
from allegations.actions.links.second_looks import forget
from allegations.admin.base import person
from allegations.admin.questions import NOTHING_REFUSED, Refused
from allegations.models import ReviewTask, Source, VolatilePlace, WebCopy
from allegations.workflow import StepRefused

MAY = "allegations.change_source"


def done(request: HttpRequest) -> tuple[str, Refused]:
    """Do what the sent form asks for; return what was done in words, or which form was refused and why."""
    if not person(request).has_perm(MAY):
        raise PermissionDenied
    about = next((name for name in FORMS if request.POST.get(name)), None)
    if about is None:
        raise Http404
    pk = request.POST[about]
    try:
        return FORMS[about](request, pk), NOTHING_REFUSED
    except StepRefused as refusal:
        return "", Refused(f"{about}-{pk}", str(refusal), request.POST.get("reason", ""))


def _answered(request: HttpRequest, pk: str) -> str:
    task = _found(ReviewTask.objects.filter(source__isnull=False), pk)
    sent = request.POST
    chosen = answer(
        task, sent.get("answer", ""), by=person(request), reason=sent.get("reason", ""), seen=sent.get("seen", "")
    )
    return _("“%(source)s”: %(answer)s. It is written down.") % {"source": task.source, "answer": chosen.label}


def _said(request: HttpRequest, pk: str) -> str:
    source, sent = _found(Source.objects.all(), pk), request.POST
    chosen = say(
        source, sent.get("answer", ""), by=person(request), reason=sent.get("reason", ""), seen=sent.get("seen", "")
    )
    return _("“%(source)s”: %(answer)s. It is written down.") % {"source": source, "answer": chosen.label}


def _decided(request: HttpRequest, pk: str) -> str:
    copy = _found(WebCopy.objects.select_related("source"), pk)
    decision = request.POST.get("answer", "")
    if decision not in ("accept", "refuse"):
        raise StepRefused("Choose one of the answers on the page.")
    answer_copy(copy, accept=decision == "accept", by=person(request), reason=request.POST.get("reason", ""))
    return _("The copy is accepted.") if decision == "accept" else _("The copy is refused.")


def _due(request: HttpRequest, pk: str) -> str:
    source = _found(Source.objects.all(), pk)
    check_now(source, by=person(request))
    return _("The check of “%(source)s” is due now; the next sweep takes it.") % {"source": source}


def _forgotten(request: HttpRequest, pk: str) -> str:
    place = _found(VolatilePlace.objects.select_related("source"), pk)
    forget(place, by=person(request), reason=request.POST.get("reason", ""))
    return _("The lines are compared again. It is written down.")


FORMS: dict[str, Callable[[HttpRequest, str], str]] = {
    "task": _answered,
    "say": _said,
    "copy": _decided,
    "check": _due,
    "forget": _forgotten,
}


def _found(rows: Any, pk: str) -> Any:
    try:
        row: Model | None = rows.filter(pk=pk).first()
    except (ValueError, ValidationError, OverflowError) as error:
        raise Http404 from error
    if row is None:
        raise Http404
    return row
