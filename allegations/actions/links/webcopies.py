"""Copies in web archives: looked for when a link is lost, compared with ours, offered to a reviewer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import redis
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from allegations.actions.links import door
from allegations.actions.links.people import ask
from allegations.actions.links.seeing import known_of
from allegations.actions.links.windows import database_now
from allegations.links import mementos
from allegations.links.exchange import Exchange
from allegations.links.verdicts import judge
from allegations.models import ReviewTask, Source, WebCopy

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
AFTER_SILENCE = timedelta(hours=6)
WAIT_S = 60.0
LONGEST_URI = 2400
COUNTED = "links:archives:"


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
    """Ask the archives for a copy near the day on which the page was last seen; offer what is usable."""
    sites = mementos.read_sites(settings.WEB_ARCHIVES)
    wanted = _wanted(source)
    found = asyncio.run(mementos.look_up(source.canonical_url, wanted, sites, _ask, partial(_alike, source)))
    now = database_now()
    usable = [copy for copy in found.copies if copy.is_usable and len(copy.uri) <= LONGEST_URI]
    rows = [
        WebCopy(
            source=source,
            archive=copy.archive[:100],
            uri=copy.uri,
            taken_at=copy.taken_at,
            similarity=copy.similarity,
            reasons=[copy.reason[:300]],
            found_at=now,
        )
        for copy in usable
        if copy.taken_at is not None
    ]
    with transaction.atomic():
        WebCopy.objects.bulk_create(rows, ignore_conflicts=True)
        offered = WebCopy.objects.filter(source=source, decision=WebCopy.Decision.OFFERED).exists()
        if offered and rows:
            words = f"{rows[0].archive} has a copy of {rows[0].taken_at:%-d %B %Y}."
            ask([(source, ReviewTask.Kind.COPY.value, words)])
        Source.objects.filter(pk=source.pk).update(copies_due_at=_next(offered, bool(found.silent), now))
    for words in found.silent:
        logger.info("Looking for copies of %s: %s", source.pk, words)
    return rows


def _claim() -> Source | None:
    with transaction.atomic():
        due = Source.objects.filter(copies_due_at__lte=Now()).order_by("copies_due_at")
        source = due.select_for_update(skip_locked=True).first()
        if source is not None:
            Source.objects.filter(pk=source.pk).update(copies_due_at=Now() + LEASE)
    return source


def _wanted(source: Source) -> datetime:
    """The moment that a copy should be of: when the page was last seen, or else when it was added."""
    return source.last_alive_at or source.added_at


def _next(offered: bool, silent: bool, now: datetime) -> datetime | None:
    if offered:
        return None
    return now + (AFTER_SILENCE if silent else mementos.NOTHING_HOLDS_FOR)


async def _ask(uri: str, headers: Mapping[str, str]) -> Exchange:
    await asyncio.to_thread(_may_ask)
    return await door.ask(uri, headers)


def _may_ask() -> None:
    """Count a question against the minute; raises Later. Without Redis nobody knows how many were asked."""
    client, minute = door.redis_client(), f"{COUNTED}{int(time.time() // 60)}"
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
