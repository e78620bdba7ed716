"""Copies in web archives of what is lost or withheld: looked for, compared with ours, offered to a reviewer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import partial
from uuid import UUID

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Now

from allegations.actions.links import door
from allegations.actions.links.people import ask
from allegations.actions.links.seeing import known_of
from allegations.actions.links.windows import database_now
from allegations.links import mementos
from allegations.links.exchange import Exchange, Failure
from allegations.links.urls import host_key
from allegations.links.verdicts import judge
from allegations.models import ReviewTask, Source, WebCopy
from allegations.models.source import UNCHECKED
from candidates.fields import latest

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
AFTER_SILENCE = timedelta(hours=6)
WAIT_S = 60.0  # before a lookup that was cut short is begun anew; twice as long each time
LOOKUP_S = 45.0  # for asking; with the task’s budget and the writing it stays below the task’s time limit
QUESTION_S = 10.0
LONGEST_URI = 2400
COUNTED = "links:archives:"
NOON = clock(12)


class Later(Exception):
    """An archive was asked as often as it may be for now."""


def look_for_due(*, until: float | None = None) -> int:
    """Ask the archives for each lost link whose copies are due; return how many links were looked up."""
    looked = 0
    while until is None or time.monotonic() < until:
        source = _claim()
        if source is None:
            break
        try:
            look_for(source)
        except Later:
            Source.objects.filter(pk=source.pk).update(copies_due_at=Now() + timedelta(seconds=WAIT_S))
            break
        looked += 1
    return looked


def look_for(source: Source) -> list[WebCopy]:
    """Ask the archives for a copy near the day on which the page was last seen, read or dated; offer what is usable.

    What was found before the time was over, or before an archive was asked as often as it may be, is offered too.
    Raises Later where none could be asked.
    """
    asking = Asking(time.monotonic() + LOOKUP_S)
    found = asyncio.run(_look_up(source, _wanted(source), asking))
    if asking.is_cut and not asking.asked:
        raise Later
    copies = [copy for lookup in found for copy in lookup.copies]
    silent = [words for lookup in found for words in lookup.silent]
    for words in silent:
        logger.info("Looking for copies of %s: %s", source.pk, words)
    rows = _rows(source, copies)
    with transaction.atomic():
        offered = _offer(source, rows)
        waits = None if offered else _waits(source.pk, is_cut=asking.is_cut, silent=bool(silent))
        Source.objects.checkable().filter(pk=source.pk).update(copies_due_at=waits and Now() + waits)
    return rows


async def _look_up(source: Source, wanted: datetime, asking: Asking) -> list[mementos.Lookup]:
    """Ask all archives at once, so that none waits for another one that is slow."""
    sites = mementos.read_sites(settings.WEB_ARCHIVES)
    alike = partial(_alike, source)
    lookups = [mementos.look_up(source.canonical_url, wanted, (site,), asking, alike) for site in sites]
    return list(await asyncio.gather(*lookups))


def _rows(source: Source, copies: list[mementos.Copy]) -> list[WebCopy]:
    now = database_now()
    return [
        WebCopy(
            source=source,
            archive=copy.archive[:100],
            uri=copy.uri,
            taken_at=copy.taken_at,
            similarity=copy.similarity,
            reasons=[copy.reason[:300]],
            found_at=now,
        )
        for copy in copies
        if copy.is_usable and len(copy.uri) <= LONGEST_URI and copy.taken_at is not None
    ]


def _offer(source: Source, rows: list[WebCopy]) -> bool:
    """Offer copies to a reviewer; tell whether there is one to decide about. Of a retired source none is offered."""
    held = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if held.state in UNCHECKED:
        return False
    WebCopy.objects.bulk_create(rows, ignore_conflicts=True)
    offered = WebCopy.objects.filter(source=source, decision=WebCopy.Decision.OFFERED).exists()
    if offered and rows:
        words = f"{rows[0].archive} has a copy of {rows[0].taken_at:%-d %B %Y}."
        ask([(source, ReviewTask.Kind.COPY.value, words)])
    return offered


def _claim() -> Source | None:
    with transaction.atomic():
        due = Source.objects.checkable().filter(copies_due_at__lte=Now()).order_by("copies_due_at")
        source = due.select_for_update(skip_locked=True).first()
        if source is not None:
            Source.objects.filter(pk=source.pk).update(copies_due_at=Now() + LEASE)
    return source


def _wanted(source: Source) -> datetime:
    """The moment that a copy should be of: when the page was last seen.

    Of one that we never saw, when a person first read it for a statement, or else when it was published at the latest:
    the newest copy may be of whoever holds the address now, and there is nothing to compare it with.
    """
    if source.last_alive_at:
        return source.last_alive_at
    read: date | None = source.citations.aggregate(first=Min("read_on"))["first"]
    day = read or latest(source, "dated")
    return min(datetime.combine(day, NOON, UTC), source.added_at) if day else source.added_at


def _waits(pk: UUID, *, is_cut: bool, silent: bool) -> timedelta:
    """How long until the archives are asked again; longer each time that a lookup was cut short."""
    client, name = door.redis_client(), f"{COUNTED}cut:{pk}"
    try:
        if not is_cut:
            client.delete(name)
            return AFTER_SILENCE if silent else mementos.NOTHING_HOLDS_FOR
        with client.pipeline() as both:
            both.incr(name)
            both.expire(name, mementos.NOTHING_HOLDS_FOR)
            times: int = both.execute()[0]
    except redis.RedisError:
        return AFTER_SILENCE
    longer: int = 2 ** min(times - 1, 20)
    return min(timedelta(seconds=WAIT_S) * longer, AFTER_SILENCE)


class Asking:
    """The questions of one lookup: each is counted for its archive, and none is asked once the time is over.

    A question that may not be asked has no answer, as one that an archive leaves unanswered; `is_cut` tells of either
    that there was more to ask, and `asked` how many were asked.
    """

    def __init__(self, until: float) -> None:
        self._until = until
        self._full: set[str] = set()
        self.is_cut, self.asked = False, 0

    async def __call__(self, uri: str, headers: Mapping[str, str]) -> Exchange:
        archive, left = host_key(uri), self._until - time.monotonic()
        if left <= 0 or archive in self._full:
            return self._unasked(uri)
        seconds = min(left, QUESTION_S)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.to_thread(_may_ask, archive)
                self.asked += 1
                return await door.ask(uri, headers, within_s=seconds)
        except Later:
            self._full.add(archive)
            return self._unasked(uri)
        except TimeoutError:
            self.is_cut |= seconds < QUESTION_S
            return Exchange(uri, uri, failure=Failure.SLOW, sentence=f"It did not answer within {seconds:.0f} seconds.")

    def _unasked(self, uri: str) -> Exchange:
        self.is_cut = True
        return Exchange(uri, uri, failure=Failure.DEFERRED, sentence="It is asked later.")


def _may_ask(archive: str) -> None:
    """Count a question against the archive’s minute; raises Later. Without Redis nobody knows how many were asked."""
    client, minute = door.redis_client(), f"{COUNTED}{archive}:{int(time.time() // 60)}"
    try:
        with client.pipeline() as both:
            both.incr(minute)
            both.expire(minute, 120)
            asked: int = both.execute()[0]
    except redis.RedisError as error:
        raise Later from error
    if asked > mementos.PER_MINUTE:
        raise Later


def _alike(source: Source, answer: Exchange) -> float | None:
    """Tell how alike an archived page and our own last good copy are."""
    as_the_page = replace(answer, url=source.canonical_url, final_url=source.canonical_url, hops=answer.hops[-1:])
    return judge(as_the_page, known_of(source)).similarity
