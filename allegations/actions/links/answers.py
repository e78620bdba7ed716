"""Questions about links that wait for a person, and what may be answered to each; a question is answered once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allegations.actions.evidence import evidence_change
from allegations.actions.links.people import (
    accept_change,
    accept_move,
    decide_copy,
    note,
    note_change,
    note_silence,
    settle_link,
)
from allegations.actions.links.quoting import missing_of, settle_quotes
from allegations.links.memory import State
from allegations.models import LinkEvent, QuoteCheck, ReviewTask, Source, WebCopy
from allegations.workflow import StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.utils.functional import _StrPromise

Kind = ReviewTask.Kind
Act = Callable[[ReviewTask, "User", str], object]
MOVED_ON = "The link has moved on since you opened this page. Look at it once more."


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a question has: its code, what its button says, and what it does."""

    code: str
    label: _StrPromise
    act: Act


def _says(state: State) -> Act:
    return lambda task, by, reason: settle_link(_source(task), state, by=by, reason=reason)


def _read(task: ReviewTask, by: User, reason: str) -> None:
    if task.change is None:
        raise StepRefused("No change is recorded with this question.")
    accept_change(task.change, by=by, reason=reason)


def _moved(task: ReviewTask, by: User, reason: str) -> None:
    accept_move(_source(task), by=by, reason=reason)


def _noted(task: ReviewTask, by: User, reason: str) -> None:
    note(_source(task), by=by, reason=reason)


def _kept(task: ReviewTask, by: User, reason: str) -> None:
    note_change(_source(task), by=by, reason=reason)


def _waited(task: ReviewTask, by: User, reason: str) -> None:
    note_silence(_source(task), by=by, reason=reason)


def _stands(task: ReviewTask, by: User, reason: str) -> None:
    source = note(_source(task), by=by, reason=reason)
    settle_quotes(source, by=by)


ALIVE = Answer("alive", _("It is the page that was cited"), _says(State.ALIVE))
GONE = Answer("gone", _("It is gone"), _says(State.GONE))
USURPED = Answer("usurped", _("Someone else holds the address"), _says(State.USURPED))
RETIRED = Answer("retired", _("Retire it: no more checks, its copies shown to nobody"), _says(State.RETIRED))
READ = Answer("read", _("Read; compare with the new copy from now on"), _read)
MOVED = Answer("moved", _("Check the new address from now on"), _moved)
NOTED = Answer("noted", _("Looked at; nothing changes"), _noted)
KEPT = Answer("noted", _("Looked at; go on comparing with the accepted copy"), _kept)
WAITED = Answer("noted", _("Looked at; ask again if it stays so"), _waited)
STANDS = Answer("noted", _("Looked at; the citations stand as they are"), _stands)
SAYINGS = (ALIVE, GONE, USURPED, RETIRED)  # what can be said of a link without being asked
ANSWERS: dict[str, tuple[Answer, ...]] = {
    Kind.QUOTE_MISSING: (STANDS,),
    Kind.USURPED: (ALIVE, USURPED),
    Kind.CRITICAL: (READ, KEPT),
    Kind.GONE: (GONE, ALIVE, USURPED),
    Kind.SUSPECT: (ALIVE, GONE, USURPED, NOTED),
    Kind.WITHHELD: (NOTED, RETIRED),
    Kind.UNREACHABLE: (ALIVE, GONE, WAITED),
    Kind.MOVED: (MOVED, NOTED),
    Kind.COPY: (),  # each copy is accepted or refused by itself
    Kind.BROKEN: (NOTED,),
    Kind.OTHER: (NOTED,),
}


def open_questions() -> QuerySet[ReviewTask]:
    """What about links waits for a person."""
    return ReviewTask.objects.filter(source__isnull=False, done_at__isnull=True)


def waiting(person: User | None = None) -> dict[str, int]:
    """How many questions wait, by kind, the most urgent first; with a person, without those that wait for another."""
    rows = open_questions()
    if person is not None:
        rows = rows.filter(Q(assignee=person) | Q(assignee__isnull=True))
    found = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    return {kind.value: found[kind.value] for kind in Kind if kind.value in found}


def sight(task: ReviewTask, missing: Sequence[QuoteCheck] | None = None) -> str:
    """What a person sees of a question, as a short digest; an answer to another sight is not taken.

    `missing` are the missing quotes of its source, where they are known already.
    """
    source = _source(task)
    seen = str(task.change_id or (source.moved_to if task.kind == Kind.MOVED else source.state))
    if task.kind == Kind.QUOTE_MISSING:
        missing = missing_of([source])[source.pk] if missing is None else missing
        seen = str(sorted(row.pk for row in missing))
    return sha256(f"{task.kind} {seen}".encode()).hexdigest()[:16]


def answer(task: ReviewTask, code: str, *, by: User, reason: str, seen: str) -> Answer:
    """Give an answer of the question's kind; return it. Raises StepRefused, in words.

    Where somebody has answered, or the link has moved on since the person looked at it, nothing is done.
    """
    with evidence_change():
        source = Source.objects.select_for_update(of=("self",)).get(pk=_source(task).pk)
        task = ReviewTask.objects.select_for_update(of=("self",)).select_related("change").get(pk=task.pk)
        task.source = source
        chosen = _chosen(task, code, reason, seen)
        chosen.act(task, by, reason)
        ReviewTask.objects.filter(pk=task.pk, done_at__isnull=True).update(done_at=Now())
    return chosen


def say(source: Source, code: str, *, by: User, reason: str, seen: str) -> Answer:
    """Say where a link stands without being asked; `seen` is the state that the person saw. Raises StepRefused."""
    chosen = next((one for one in SAYINGS if one.code == code), None)
    if chosen is None:
        raise StepRefused("Choose one of the answers on the page.")
    with evidence_change():
        held = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
        if held.state != seen:
            raise StepRefused(MOVED_ON)
        settle_link(held, State(code), by=by, reason=reason)
    return chosen


def answer_copy(copy: WebCopy, *, accept: bool, by: User, reason: str) -> None:
    """Accept or refuse a copy in a web archive, and keep the reason. Raises StepRefused, in words."""
    _say_why(reason)
    with evidence_change():
        source = Source.objects.select_for_update(of=("self",)).get(pk=copy.source_id)
        decide_copy(copy, accept=accept, by=by)
        _write_down(source, f"Copy {copy} {'accepted' if accept else 'refused'}", by, reason)


def _chosen(task: ReviewTask, code: str, reason: str, seen: str) -> Answer:
    if task.done_at is not None:
        raise StepRefused("This question was answered already.")
    if seen != sight(task):
        raise StepRefused(MOVED_ON)
    chosen = next((one for one in ANSWERS[task.kind] if one.code == code), None)
    if chosen is None:
        raise StepRefused("Choose one of the answers on the page.")
    _say_why(reason)
    return chosen


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise StepRefused("Say in a sentence why; the reason stands beside the decision.")


def _source(task: ReviewTask) -> Source:
    assert task.source is not None
    return task.source


def _write_down(source: Source, what: str, by: User, reason: str) -> None:
    words = f"{what}: {reason.strip()}"[:500]
    LinkEvent.objects.create(
        source=source, left=source.state, reached=source.state, reason=words, by=by, at=timezone.now()
    )
