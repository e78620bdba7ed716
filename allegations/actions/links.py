"""Links: taking the sources whose check is due, and writing down what each check found."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from allegations.actions.evidence import address_policy, evidence_change
from allegations.codes import LOST, LinkState
from allegations.links import (
    Exchange,
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

LEASE = timedelta(minutes=3)  # longer than any batch may run, so that a lost worker's sources are due again
BATCH = 32
WINDOW = timedelta(minutes=10)
MOST_IN_WINDOW = 2000
NOT_MODIFIED = 304
RATE_VERDICTS = {"RATE_LIMITED", "TEMP_UNAVAILABLE"}
FIRST_PENALTY = timedelta(minutes=1)  # doubled with each answer in a row that asks for fewer requests
MOST_PENALTY = 10

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
    return asyncio.run(fetch_many(jobs, user_agent=settings.LINKS_USER_AGENT, policy=address_policy()))


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

    A source whose lease has passed to somebody else is left to them.
    """
    by_source = dict(zip((source.pk for source in claim.sources), exchanges, strict=True))
    with evidence_change():
        now = _database_now()
        held = Source.objects.select_for_update(of=("self",)).select_related("host")
        sources = list(held.filter(pk__in=by_source, lease_token=claim.token).order_by("pk"))
        seen = [_Seen(source, by_source[source.pk]) for source in sources]
        sky = weather([*_window(now), *(one.observation for one in seen)])
        checks = [one.follow(sky, claim.token, now) for one in seen]
        LinkCheck.objects.bulk_create(checks)
        Source.objects.bulk_update(sources, WRITTEN)
        Host.objects.bulk_update({one.source.host for one in seen}, ["not_before", "penalty_level"])
        _ask_people(one.source for one in seen if one.needs_a_person)
    return len(checks)


def check_now(source: Source, *, by: User) -> None:
    """Make a source due at once; a worker takes it with its next sweep. Raises StepRefused."""
    if source.state == LinkState.RETIRED:
        raise StepRefused("This source is retired: its link is not checked any more.")
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
    if not Source.objects.filter(free, pk=source.pk).update(next_check_at=Now()):
        raise StepRefused("This source is being checked at this moment.")


WRITTEN = [
    "state",
    "memory",
    "etag",
    "last_modified",
    "last_checked_at",
    "last_alive_at",
    "next_check_at",
    "lease_token",
    "lease_until",
]


class _Seen:
    """One source of a batch with what its check brought."""

    def __init__(self, source: Source, exchange: Exchange) -> None:
        self.source, self.exchange = source, exchange
        self.judgement = judge(exchange, Known(source.memory.get("title"), source.memory.get("sha256")))

    @property
    def observation(self) -> Observation:
        source, judgement = self.source, self.judgement
        return Observation(source.host.key, judgement.klass, judgement.network, source.canonical_url)

    def follow(self, sky: Weather, token: uuid.UUID, now: datetime) -> LinkCheck:
        """Move the source by this observation and return the row that keeps it."""
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
            hops=[asdict(hop) for hop in exchange.hops],
            payload_sha256=exchange.payload_sha256 or "",
            bytes_read=exchange.wire_bytes,
            truncated=exchange.truncated is not None,
            tls_verified=exchange.tls_verified,
            duration_ms=round(exchange.timings.total_ms),
        )


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


def _ask_people(sources: Iterable[Source]) -> None:
    for source in sources:
        ReviewTask.objects.get_or_create(source=source, reason=f"The link is {source.past_words}."[:300], done_at=None)
