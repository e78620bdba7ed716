"""What people do about links: tasks that ask them, and their answers, each written down with who gave it and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from allegations.actions.evidence import address_policy, evidence_change
from allegations.actions.links.numbers import rules
from allegations.actions.links.windows import database_now
from allegations.codes import ContentState, LinkState
from allegations.links.judgement import Known
from allegations.links.memory import State, pack
from allegations.links.reminders import put_off
from allegations.links.states import confirm
from allegations.links.urls import UrlRefused, canonical, host_key
from allegations.models import Capture, ContentChange, Host, LinkEvent, ReviewTask, SecondLook, Source, WebCopy
from allegations.queries import counts_in_public
from allegations.roles import roles_of
from allegations.workflow import EDITORS, StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind = ReviewTask.Kind
ACCEPTED = "A reviewer has read it and taken it over."
# What a person may say of a link, and which questions that answers.
SETTLED_BY = {
    State.ALIVE: (Kind.USURPED, Kind.SUSPECT, Kind.GONE, Kind.UNREACHABLE),
    State.GONE: (Kind.SUSPECT, Kind.GONE, Kind.UNREACHABLE),
    State.USURPED: (Kind.USURPED, Kind.SUSPECT, Kind.GONE),
    State.RETIRED: tuple(kind for kind in Kind if kind),
}


def ask(questions: Iterable[tuple[Source, str, str]]) -> None:
    """Open a task for each source, kind and reason; one that is open already stays as it is."""
    tasks = [ReviewTask(source=source, kind=kind, reason=reason[:300]) for source, kind, reason in questions]
    ReviewTask.objects.bulk_create(tasks, ignore_conflicts=True)


def ask_on(source: Source, kind: str, reason: str, change: ContentChange | None = None) -> None:
    """Ask, or let the question that is open say this from now on, about this change where there is one."""
    about = {"change": change} if change else {}
    open_tasks = ReviewTask.objects.filter(source=source, kind=kind, done_at__isnull=True)
    if not open_tasks.update(reason=reason[:300], **about):
        ReviewTask.objects.create(source=source, kind=kind, reason=reason[:300], **about)


def answered(source: Source, kinds: Iterable[str]) -> None:
    """Close the open tasks of these kinds: what they asked is settled."""
    ReviewTask.objects.filter(source=source, kind__in=list(kinds), done_at__isnull=True).update(done_at=Now())


def settle_link(source: Source, state: State, *, by: User, reason: str) -> Source:
    """Say where a link stands; a checked word of a person outweighs what was proposed. Raises StepRefused.

    Only alive, gone, usurped and retired can be said; what is cited in public takes an editor.
    """
    if state not in SETTLED_BY:
        raise StepRefused("A person can say that a link is alive, gone, taken over by someone else, or retired.")
    reason = _reason(reason)
    _may_settle(source, by)
    with evidence_change():
        source = _locked(source)
        now = timezone.now()
        past = confirm(source.past, state, now)
        forgotten = Known().as_memory() if state is State.ALIVE else {}  # the next answer is compared with nothing
        forgotten["taken_over"] = state is State.RETIRED and source.is_taken_over  # which its state will not tell
        left, source.state, source.memory = source.state, past.state.value, source.memory | pack(past) | forgotten
        if state in (State.GONE, State.USURPED):
            source.copies_due_at = now
        if state is State.RETIRED:
            source.copies_due_at = None
        source.save(update_fields=["state", "memory", "copies_due_at"])
        LinkEvent.objects.create(source=source, left=left, reached=source.state, reason=reason, by=by, at=now)
        answered(source, SETTLED_BY[state])
    return source


def accept_change(change: ContentChange, *, by: User, reason: str) -> Source:
    """Take the changed copy as the one to compare with from now on: a person has read what changed.

    Whether the citations stand whose quotes are missing in it is a question of its own, which stays open.
    """
    reason = _reason(reason)
    _may_settle(change.source, by)
    with evidence_change():
        source = _locked(change.source)
        source.baseline, source.content_state = change.after, ""
        source.archived = source.archived or not change.after.file.fault
        source.save(update_fields=["baseline", "content_state", "archived"])
        accepted = Capture.objects.filter(pk=change.after_id).exclude(quality=Capture.Quality.EVIDENCE)
        accepted.update(quality=Capture.Quality.EVIDENCE, quality_reasons=[ACCEPTED])
        _said(source, f"Read and taken over: {reason}", by)
        answered(source, (Kind.CRITICAL,))
    return source


def note(source: Source, *, by: User, reason: str, what: str = "Looked at, nothing changed") -> Source:
    """Write down that a person has looked and that nothing follows. Raises StepRefused."""
    reason = _reason(reason)
    _may_settle(source, by)
    source = _locked(source)
    _said(source, f"{what}: {reason}", by)
    return source


def note_change(source: Source, *, by: User, reason: str) -> None:
    """Keep the accepted copy as the one to compare with: what changed was looked at, and is critical no more."""
    source = note(source, by=by, reason=reason, what="Looked at what changed")
    if source.content_state == ContentState.CRITICAL:
        source.content_state = ContentState.SUBSTANTIVE.value
        source.save(update_fields=["content_state"])


def note_silence(source: Source, *, by: User, reason: str) -> None:
    """Leave a link where it stands; where its trouble goes on for as long again, it is asked about again."""
    source = note(source, by=by, reason=reason)
    source.memory = source.memory | pack(put_off(source.past, database_now(), rules()))
    source.save(update_fields=["memory"])


def accept_move(source: Source, *, by: User, reason: str) -> Source:
    """Check the address from now on to which the server has moved the page; what was found stays as it was found."""
    reason = _reason(reason)
    _may_settle(source, by)
    try:
        address = canonical(source.moved_to, address_policy())
    except UrlRefused as refusal:
        raise StepRefused(f"That address cannot be checked: {refusal}") from refusal
    with evidence_change():
        source = _locked(source)
        host, _ = Host.objects.get_or_create(key=host_key(address))
        source.canonical_url, source.host, source.moved_to = address, host, ""
        source.etag = source.last_modified = ""
        try:
            with transaction.atomic():
                source.save(update_fields=["canonical_url", "host", "moved_to", "etag", "last_modified"])
                # A check that is under way asks the old address: it is left to end in vain.
                Source.objects.filter(pk=source.pk).update(next_check_at=Now(), lease_token=None, lease_until=None)
                SecondLook.objects.ask_anyway(source)
        except IntegrityError as error:
            raise StepRefused("Another source stands at that address already; cite that one instead.") from error
        _said(source, f"Moved to {address}: {reason}", by)
        answered(source, (Kind.MOVED,))
    return source


def decide_copy(copy: WebCopy, *, accept: bool, by: User) -> WebCopy:
    """Accept or refuse a copy that a web archive offers. Raises StepRefused where that was decided."""
    _may_settle(copy.source, by)
    if Source.objects.filter(pk=copy.source_id, state=LinkState.RETIRED).exists():
        raise StepRefused("This source is retired.")
    decision = WebCopy.Decision.ACCEPTED if accept else WebCopy.Decision.REFUSED
    offered = WebCopy.objects.filter(pk=copy.pk, decision=WebCopy.Decision.OFFERED)
    with transaction.atomic():
        if not offered.update(decision=decision, decided_by=by, decided_at=Now()):
            raise StepRefused("Somebody has decided about this copy already.")
        copy.refresh_from_db()
        if not WebCopy.objects.filter(source=copy.source, decision=WebCopy.Decision.OFFERED).exists():
            answered(copy.source, (Kind.COPY,))
    return copy


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise StepRefused("Say in a sentence why; the reason stands beside the decision.")
    return reason[:500]


def may_decide(source: Source, by: User) -> bool:
    """Tell whether this person decides about a link: where the public sees what rests on it, an editor does."""
    return bool(EDITORS & roles_of(by)) or not counts_in_public(source)


def _may_settle(source: Source, by: User) -> None:
    if not may_decide(source, by):
        raise StepRefused("What the public sees rests on this source, so an editor decides about its link.")


def _locked(source: Source) -> Source:
    held = Source.objects.select_for_update(of=("self",)).select_related("host").get(pk=source.pk)
    if held.state == LinkState.RETIRED:
        raise StepRefused("This source is retired.")
    return held


def _said(source: Source, reason: str, by: User) -> None:
    LinkEvent.objects.create(
        source=source, left=source.state, reached=source.state, reason=reason[:500], by=by, at=timezone.now()
    )
