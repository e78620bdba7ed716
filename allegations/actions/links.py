"""Links: taking the sources whose check is due, and writing down what each check found."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from allegations.actions.evidence import address_policy, evidence_change
from allegations.codes import LOST, LinkState
from allegations.links import (
    Exchange,
    Failure,
    Hop,
    Job,
    Judgement,
    Klass,
    Known,
    LinkPast,
    Observation,
    Tier,
    Weather,
    advance,
    fetch_many,
    judge,
    next_check,
    pack,
    weather,
    withhold,
)
from allegations.links.judgement import NETWORK_VERDICTS
from allegations.models import Host, LinkCheck, ReviewTask, Source
from allegations.models.source import UNCHECKED
from allegations.workflow import StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # longer than any batch may run, so that a lost worker's sources are due again
BATCH = 32
BATCH_S = 45.0  # for asking; with the task’s budget and the writing it stays below the task’s time limit
WINDOW = timedelta(minutes=10)
MOST_IN_WINDOW = 2000
NOT_MODIFIED = 304
RATE_VERDICTS = {"RATE_LIMITED", "TEMP_UNAVAILABLE"}
FIRST_PENALTY = timedelta(minutes=1)  # doubled with each answer in a row that asks for fewer requests
MOST_PENALTY = 10
AFTER_OWN_FAULT = timedelta(hours=6)
OWN_FAULT = "Our own fault: what this check brought could not be read or written down."

# One due source of each host that may be asked now. Both rows are locked and those that another worker
# holds are passed over; the host is kept until its check is written down, so nobody asks it twice at once.
CLAIM = """
WITH free AS (
    SELECT h.id FROM allegations_host h
    WHERE h.not_before <= statement_timestamp() AND EXISTS (
        SELECT 1 FROM allegations_source s
        WHERE s.host_id = h.id AND s.next_check_at <= statement_timestamp() AND s.state <> ALL(%(unchecked)s))
    ORDER BY h.not_before, h.id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), chosen AS (
    SELECT due.id, free.id AS host_id FROM free CROSS JOIN LATERAL (
        SELECT s.id FROM allegations_source s
        WHERE s.host_id = free.id AND s.next_check_at <= statement_timestamp() AND s.state <> ALL(%(unchecked)s)
        ORDER BY s.next_check_at, s.id LIMIT 1 FOR UPDATE SKIP LOCKED) due
), kept AS (
    UPDATE allegations_host h SET not_before = statement_timestamp() + %(lease)s FROM chosen WHERE h.id = chosen.host_id
)
UPDATE allegations_source s
SET lease_token = %(token)s,
    lease_until = statement_timestamp() + %(lease)s, next_check_at = statement_timestamp() + %(lease)s
FROM chosen WHERE s.id = chosen.id RETURNING s.id
"""

Fetch = Callable[[Sequence[Job]], list[Exchange]]


@dataclass(frozen=True, slots=True)
class Claim:
    """Sources handed to one worker until the lease ends; nobody else is handed them before."""

    token: uuid.UUID
    sources: tuple[Source, ...]


def claim_due(*, limit: int = BATCH) -> Claim:
    """Take up to `limit` due sources, one of each host, by the database's clock."""
    token = uuid.uuid4()
    values: dict[str, Any] = {
        "unchecked": [state.value for state in UNCHECKED],
        "limit": limit,
        "lease": LEASE,
        "token": token,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        taken = [row[0] for row in cursor.fetchall()]
    return Claim(token, tuple(Source.objects.filter(pk__in=taken).select_related("host")))


def fetch(jobs: Sequence[Job]) -> list[Exchange]:
    """Ask the web: the one door outside."""
    asking = fetch_many(jobs, user_agent=settings.LINKS_USER_AGENT, policy=address_policy(), within_s=BATCH_S)
    return asyncio.run(asking)


def drain(*, fetch: Fetch = fetch, until: float | None = None) -> int:
    """Check due sources, batch after batch, until none is left or `until` (monotonic seconds) is past.

    Returns how many checks were written down.
    """
    checked = 0
    while until is None or time.monotonic() < until:
        claim = claim_due()
        if not claim.sources:
            break
        exchanges = fetch([_job(source) for source in claim.sources])
        checked += record(claim, exchanges)
    return checked


def record(claim: Claim, exchanges: Sequence[Exchange]) -> int:
    """Write down what a batch found and let each link's state follow; return how many checks that were.

    A source whose lease has passed to somebody else is left to them. Where a finding cannot be read or written down, a
    fault of our own is written for that source alone.
    """
    by_source = dict(zip((source.pk for source in claim.sources), exchanges, strict=True))
    with evidence_change():
        now = _database_now()
        held = Source.objects.select_for_update(of=("self",)).select_related("host")
        sources = list(held.filter(pk__in=by_source, lease_token=claim.token).order_by("pk"))
        seen = [_seen(source, by_source[source.pk]) for source in sources]
        sky = weather([*_window(now), *(one.observation for one in seen)])
        for one in seen:
            _write(one, sky, claim.token, now)
    return len(seen)


def check_now(source: Source, *, by: User) -> None:
    """Make a source due at once; a worker takes it with its next sweep. Raises StepRefused."""
    if source.state == LinkState.RETIRED:
        raise StepRefused("This source is retired: its link is not checked any more.")
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
    if not Source.objects.filter(free, pk=source.pk).update(next_check_at=Now()):
        raise StepRefused("This source is being checked at this moment.")


WRITTEN = [
    "state", "memory", "etag", "last_modified", "last_checked_at", "last_alive_at",
    "next_check_at", "lease_token", "lease_until",
]  # fmt: skip


class _Seen:
    """One source of a batch with what its check brought."""

    def __init__(self, source: Source, exchange: Exchange) -> None:
        self.source, self.exchange = source, exchange
        self.judgement = judge(exchange, Known(source.memory.get("title"), source.memory.get("sha256")))

    @property
    def observation(self) -> Observation:
        source, judgement = self.source, self.judgement
        return Observation(source.host.key, judgement.klass, judgement.network, source.canonical_url)

    def write(self, sky: Weather, token: uuid.UUID, now: datetime) -> None:
        """Move the source by this observation and write both down."""
        check = self._follow(sky, token, now)
        check.save(force_insert=True)
        self.source.save(update_fields=WRITTEN)
        self.source.host.save(update_fields=["not_before", "penalty_level"])
        if self.needs_a_person:
            _ask_people(self.source)

    def _follow(self, sky: Weather, token: uuid.UUID, now: datetime) -> LinkCheck:
        source = self.source
        judgement = self.judgement = withhold(self.judgement, source.host.key, source.canonical_url, sky)
        past = advance(replace(source.past, url=source.canonical_url), judgement, now)
        self.needs_a_person = judgement.asks_human or past.proposed is not None or past.state.value in LOST
        due = next_check(past, judgement, Tier(source.tier), now)
        self._remember(past, judgement)
        source.state, source.last_checked_at, source.last_alive_at = past.state.value, now, past.last_ok_at
        source.next_check_at, source.lease_token, source.lease_until = due, None, None
        self._rest_host(now)
        return self._check(token, now)

    def _remember(self, past: LinkPast, judgement: Judgement) -> None:
        source, headers = self.source, self.exchange.headers
        known = {name: source.memory.get(name) for name in ("title", "sha256")}
        if judgement.klass is Klass.ALIVE and self.exchange.status != NOT_MODIFIED:
            known = {"title": judgement.title, "sha256": self.exchange.payload_sha256}
        if judgement.klass is Klass.ALIVE:
            source.etag = headers.get("etag", source.etag)[:300]
            source.last_modified = headers.get("last-modified", source.last_modified)[:100]
        source.memory = pack(past) | known

    def _rest_host(self, now: datetime) -> None:
        host, asked = self.source.host, self.judgement.retry_after_s
        limited = self.judgement.verdict in RATE_VERDICTS
        host.penalty_level = min(host.penalty_level + 1, MOST_PENALTY) if limited else 0
        rest = FIRST_PENALTY * 2 ** (host.penalty_level - 1) if limited else timedelta(0)
        rest = max(rest, timedelta(seconds=asked or 0), timedelta(milliseconds=host.min_delay_ms))
        host.not_before = now + rest

    def _check(self, token: uuid.UUID, now: datetime) -> LinkCheck:
        exchange, judgement = self.exchange, self.judgement
        return LinkCheck(
            source=self.source,
            lease_token=token,
            checked_at=now,
            verdict=judgement.verdict,
            klass=judgement.klass.value,
            state=self.source.state,
            signals=[signal[:300] for signal in judgement.signals],
            status=exchange.status,
            final_url=exchange.final_url[:2000],
            hops=[_hop(hop) for hop in exchange.hops],
            payload_sha256=exchange.payload_sha256 or "",
            bytes_read=exchange.wire_bytes,
            truncated=exchange.truncated is not None,
            tls_verified=exchange.tls_verified,
            duration_ms=round(exchange.timings.total_ms),
        )


def _seen(source: Source, exchange: Exchange) -> _Seen:
    try:
        return _Seen(source, exchange)
    except Exception:
        logger.exception("What came from %s could not be judged", source.canonical_url)
        url = source.canonical_url
        return _Seen(source, Exchange(url, url, failure=Failure.OWN_FAULT, sentence=OWN_FAULT))


def _write(seen: _Seen, sky: Weather, token: uuid.UUID, now: datetime) -> None:
    """Write down one source's check, or that we could not, in a savepoint of its own."""
    try:
        with transaction.atomic():
            seen.write(sky, token, now)
    except OperationalError:  # the connection, not the finding: nothing of the batch stands
        raise
    except Exception:
        logger.exception("The check of %s could not be written down", seen.source.canonical_url)
        _write_own_fault(Source.objects.select_related("host").get(pk=seen.source.pk), token, now)


def _write_own_fault(source: Source, token: uuid.UUID, now: datetime) -> None:
    """Write a check that says nothing of the link, and let go of it until later; its past is not even read."""
    LinkCheck.objects.create(
        source=source,
        lease_token=token,
        checked_at=now,
        verdict=Failure.OWN_FAULT.value,
        klass=Klass.OWN_FAULT.value,
        state=source.state,
        signals=[OWN_FAULT],
        final_url=source.canonical_url,
    )
    source.memory |= {"checked_at": now.isoformat(), "reason": OWN_FAULT}
    source.last_checked_at, source.next_check_at = now, now + AFTER_OWN_FAULT
    source.lease_token = source.lease_until = None
    source.save(update_fields=WRITTEN)
    rested = now + timedelta(milliseconds=source.host.min_delay_ms)
    Host.objects.filter(pk=source.host_id).update(not_before=rested)


def _hop(hop: Hop) -> dict[str, Any]:
    return {"url": hop.url, "status": hop.status, "location": hop.location, "address": hop.address}


def _job(source: Source) -> Job:
    return Job(source.canonical_url, etag=source.etag or None, last_modified=source.last_modified or None)


def _database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _window(now: datetime) -> list[Observation]:
    """The checks of the last minutes, by which a fault of our own network shows."""
    recent = LinkCheck.objects.filter(checked_at__gte=now - WINDOW).order_by("-checked_at")
    rows = recent.values_list("source__host__key", "klass", "verdict", "source__canonical_url")[:MOST_IN_WINDOW]
    return [Observation(host, Klass(klass), verdict in NETWORK_VERDICTS, url) for host, klass, verdict, url in rows]


def _ask_people(source: Source) -> None:
    ReviewTask.objects.get_or_create(source=source, reason=f"The link is {source.past_words}."[:300], done_at=None)
