"""Second looks: a page is asked for once more soon after its baseline, to learn which lines change with every visit.

The look is a row, and the source is due: its next check is the second look, in its host’s turn and under every rule
that a check is under. Where that is not to be had soon, the look is called off and the source is due when it would have
been without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest, Now

from allegations.actions.links.people import note
from allegations.actions.links.windows import database_now
from allegations.links.judgement import Klass
from allegations.links.texts import Learnt, Reading
from allegations.models import Capture, LinkCheck, SecondLook, Source, VolatilePlace
from allegations.workflow import StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AFTER = timedelta(seconds=5)
WITHIN = timedelta(minutes=5)  # of the first look; what differs later may be news
LONGEST_REASON = 300
Outcome = SecondLook.Outcome

RESTS = "Its host has asked for fewer requests."
TOO_FAR = "Its host is to be left alone for longer than two looks may lie apart."
READ_LATE = "The first copy was read too late for a second look."
ASKED_LATE = "The second look came too late: what differs after so long may be news."
NOT_ASKED = "Its host could not be asked again soon enough."
PUT_OFF = "Its host could not be asked at that moment: {}"
SAME = "The page was byte for byte the same."
NOT_MODIFIED = "The host said that the page was the same."
NOT_KEPT = "The second answer could not be kept."
ANOTHER = "The second answer was not that of the same page: {}"
NO_COPY = "The second answer brought no copy to compare."
ACCEPTED = "Another copy was accepted meanwhile."
NOT_GOOD = "The second copy is none that stands as evidence."
NOT_READ = "The second copy could not be read: {}"
FORGOTTEN = "Lines compared again"  # how an event begins that says so


# Asking for one


def look_again(source: Source, copy: Capture, reading: Reading) -> None:
    """Let a source whose baseline this copy has just become be due for its second look; source and host are held."""
    if (
        not settings.LINKS_SECOND_LOOK
        or copy.check_made_id is None
        or reading.failure
        or reading.text.pages is not None
    ):
        return
    now = database_now()
    look = SecondLook(baseline=copy, source=source, until=copy.captured_at + WITHIN, regular_at=source.next_check_at)
    if why_not := _why_not(source, look, now):
        look.outcome, look.reason, look.settled_at = Outcome.SKIPPED, why_not, now
    look.save(force_insert=True)
    due_at = max(copy.captured_at + AFTER, now)
    if not why_not and source.lease_token is None and due_at < source.next_check_at:
        source.next_check_at = due_at
        source.save(update_fields=["next_check_at"])


def _why_not(source: Source, look: SecondLook, now: datetime) -> str:
    host = source.host
    if host.penalty_level and host.not_before > now:
        return RESTS
    if host.not_before > look.until or timedelta(milliseconds=host.delay_ms) > WITHIN:
        return TOO_FAR
    return "" if look.is_in_time(now) else READ_LATE


# Calling it off


def call_off_late() -> int:
    """Call off the looks that would teach nothing any more, before anybody is sent; return how many those were."""
    late = SecondLook.objects.late().filter(Q(source__lease_until__isnull=True) | Q(source__lease_until__lte=Now()))
    return sum(_call_off(look, NOT_ASKED) for look in late.order_by("source"))


def call_off(put_off: Mapping[UUID, str]) -> None:
    """Call off the looks of sources that could not be asked at once, and say why; the sources are let go of."""
    for look in SecondLook.objects.waiting().filter(source__in=list(put_off)).order_by("source"):
        _call_off(look, PUT_OFF.format(put_off[look.source_id]))


def _call_off(look: SecondLook, words: str) -> bool:
    """Skip a look, and let its source be due when it would have been without it."""
    with transaction.atomic():
        Source.objects.select_for_update(of=("self",)).get(pk=look.source_id)
        rows = SecondLook.objects.waiting().filter(pk=look.pk)
        if not rows.update(outcome=Outcome.SKIPPED, reason=words[:LONGEST_REASON], settled_at=Now()):
            return False
        _due_as_ever(SecondLook.objects.get(pk=look.pk))
    return True


def _due_as_ever(look: SecondLook) -> None:
    """Let the source of a look be due when it would have been without it, and not before it may be asked."""
    due_at = Greatest("next_check_at", look.regular_at)
    Source.objects.filter(pk=look.source_id).update(next_check_at=due_at)


# What came


def waiting_for(sources: Iterable[UUID]) -> dict[UUID, SecondLook]:
    """The looks that wait for the next check of these sources, by source."""
    rows = SecondLook.objects.waiting().filter(source__in=list(sources)).select_related("baseline__check_made")
    return {look.source_id: look for look in rows}


def follow(looks: Mapping[UUID, SecondLook], token: UUID, now: datetime) -> None:
    """Write down what came of these looks, once the checks of a claim stand; a copy that came has to be read."""
    if not looks:
        return
    checks = LinkCheck.objects.filter(lease_token=token, source__in=looks).select_related("source")
    copies = {copy.check_made_id: copy for copy in Capture.objects.filter(check_made__in=checks)}
    for check in checks:
        look, copy = looks[check.source_id], copies.get(check.pk)
        look.check_made, look.copy = check, copy
        if words := _teaches_nothing(look, check, copy, now):
            _settle(look, Outcome.NOTHING, words, now)
            if check.verdict == "DEFERRED":
                _due_as_ever(look)
        else:
            look.outcome = Outcome.READING
            look.save()


def _teaches_nothing(look: SecondLook, check: LinkCheck, copy: Capture | None, now: datetime) -> str:
    """Return why the second answer needs no reading, or ""."""
    first = look.baseline.check_made
    if check.klass == Klass.ALIVE and check.verdict == "OK_NOT_MODIFIED":
        return NOT_MODIFIED
    if check.verdict == "DEFERRED":
        return PUT_OFF.format(next(iter(check.signals), ""))
    if check.payload_sha256 == look.baseline.sha256:
        return SAME
    if first is None or (check.verdict, check.final_url) != (first.verdict, first.final_url) or check.truncated:
        return ANOTHER.format(next(iter(check.signals), check.verdict))
    if not look.is_in_time(now):
        return ASKED_LATE
    if check.source.baseline_id != look.pk:
        return ACCEPTED
    return (NOT_KEPT if check.not_kept else NO_COPY) if copy is None else ""


def _settle(look: SecondLook, outcome: SecondLook.Outcome, words: str, now: datetime) -> None:
    look.outcome, look.reason, look.settled_at = outcome, words[:LONGEST_REASON], now
    look.save()


# Learning


def look_of(copy: Capture) -> SecondLook | None:
    """The look that this copy is the second copy of, while it is not read."""
    look: SecondLook | None = getattr(copy, "looks_again_at", None)
    return look if look is not None and look.outcome == Outcome.READING else None


def places_of(source: Source) -> tuple[Learnt, ...]:
    """The places of a page whose lines change with every visit, as they were learnt and are not forgotten."""
    rows = VolatilePlace.objects.heeded().filter(source=source)
    return tuple(Learnt(row.above, row.below, tuple(row.was), tuple(row.became)) for row in rows)


def write_lesson(look: SecondLook, copy: Capture, reading: Reading, *, is_baseline: bool) -> None:
    """Write down what the second copy taught once it was read; the source is held.

    `is_baseline` tells that the first copy is still the accepted one.
    """
    now, lesson = database_now(), reading.lesson
    if reading.failure:
        _settle(look, Outcome.NOTHING, NOT_READ.format(reading.sentence), now)
    elif lesson is None or not is_baseline:
        _settle(look, Outcome.NOTHING, ACCEPTED, now)
    elif not lesson.places:
        _settle(look, Outcome.NOTHING, lesson.words, now)
    elif copy.quality != Capture.Quality.EVIDENCE:
        _settle(look, Outcome.NOTHING, NOT_GOOD, now)
    else:
        _settle(look, Outcome.LEARNT, "", now)
        VolatilePlace.objects.bulk_create(
            VolatilePlace(
                source_id=look.source_id,
                look=look,
                above=place.above,
                below=place.below,
                was=list(place.was),
                became=list(place.became),
            )
            for place in lesson.places
        )


def forget(place: VolatilePlace, *, by: User, reason: str) -> None:
    """Compare the lines of a place again from now on. Raises StepRefused, in words."""
    with transaction.atomic():
        note(place.source, by=by, reason=reason, what=FORGOTTEN)
        if not VolatilePlace.objects.heeded().filter(pk=place.pk).update(forgotten_at=Now(), forgotten_by=by):
            raise StepRefused("These lines are compared already.")
