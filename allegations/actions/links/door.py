"""The one door outside: asking the web, politely, under the address rule, as the settings say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from ipaddress import ip_address

import redis
from django.conf import settings
from django.db import connection
from psycopg2.extras import execute_values
from redis.backoff import NoBackoff
from redis.retry import Retry

from allegations.actions.evidence import address_policy
from allegations.actions.links.politeness import Turns
from allegations.links.exchange import NOTHING, Exchange, Limits
from allegations.links.fetcher import fetch as fetch_one
from allegations.links.fetcher import fetch_many
from allegations.links.guard import Resolver, SystemResolver
from allegations.links.journey import Job
from allegations.links.robots import LIFE_S, Robots, RobotsFile, product
from allegations.links.urls import host_key
from allegations.models import Host
from allegations.models import RobotsFile as RobotsRow

# What a batch has for its questions, the waiting for turns included: longer than a slow page may take by itself, so
# that it is called slow here as anywhere else. A second look has what is left of all. With the task’s budget and the
# writing that stays below the task’s time limit.
FIRST_S = 80.0
BATCH_S = 95.0
CLOSED = """
SELECT key, extract(epoch FROM not_before - statement_timestamp())::float8 FROM allegations_host
WHERE penalty_level > 0 AND not_before > statement_timestamp()
"""
# A file that cannot be read leaves what it said before, and since when it cannot be, whoever knew of that.
REMEMBER = """
INSERT INTO allegations_robotsfile AS known (origin, host, status, text, fetched_at, unread_since) VALUES %s
ON CONFLICT (origin) DO UPDATE SET status = EXCLUDED.status, fetched_at = EXCLUDED.fetched_at,
    text = CASE WHEN EXCLUDED.unread_since IS NULL THEN EXCLUDED.text ELSE known.text END,
    unread_since = CASE WHEN EXCLUDED.unread_since IS NOT NULL
        THEN LEAST(known.unread_since, EXCLUDED.unread_since) END
"""
AS_READ_NOW = "(%s, %s, %s, %s, statement_timestamp(), CASE WHEN %s THEN statement_timestamp() END)"


def fetch(jobs: Sequence[Job]) -> list[Exchange]:
    """Ask for every job, each host in its turn; what robots.txt said on the way is remembered."""
    visit = Visit({host_key(job.url) for job in jobs})
    exchanges = visit.fetch(jobs)
    visit.remember()
    return exchanges


class Visit:
    """One batch’s way outside: it begins with what the database knows of its hosts, and ends with `remember`.

    Between the two nothing asks the database, so that another thread may fetch. `wanted` are the hosts on the way whose
    turn links of this batch have waited for (`ageing.tickets`), `likely` those that its links are likely to come to
    (`onward.likely_hosts`): of these only the robots.txt is known from the beginning.
    """

    def __init__(
        self, hosts: Collection[str], wanted: Mapping[str, str] = NOTHING, likely: Collection[str] = ()
    ) -> None:
        self._rests = {host.key: host.delay_ms / 1000 for host in Host.objects.filter(key__in={*hosts, *wanted})}
        self._wanted, self._closed = wanted, _closed()
        self._robots = _robots({*hosts, *likely}) if settings.LINKS_ROBOTS else None
        self._ends: float | None = None

    def fetch(self, jobs: Sequence[Job]) -> list[Exchange]:
        """Ask for every job in one event loop; the answers come in the order of the jobs.

        All that one visit asks, a second look included, has `BATCH_S` seconds; what is over is put off.
        """
        is_first, now = self._ends is None, time.monotonic()
        self._ends = self._ends or now + BATCH_S
        left_s = max(self._ends - now, 0.0)
        within_s, own_s = (FIRST_S, Limits.total_s) if is_first else (left_s, min(Limits.total_s, 0.8 * left_s))
        wanted, self._wanted = self._wanted, NOTHING
        hosts = {host_key(job.url) for job in jobs} | wanted.keys()
        rests = {host: rest for host, rest in self._rests.items() if host in hosts}
        with Turns(redis_client(), rests, wanted, self._closed) as turns:
            asking = fetch_many(
                jobs,
                user_agent=settings.LINKS_USER_AGENT,
                policy=address_policy(),
                resolver=_resolver(),
                gate=turns.gate,
                gap=turns.gap,
                robots=self._robots,
                keep=True,
                limits=Limits(total_s=own_s),
                within_s=within_s,
            )
            return asyncio.run(asking)

    def remember(self) -> None:
        """Write down what robots.txt said on the way."""
        if self._robots and self._robots.found:
            _remember(self._robots)


async def ask(uri: str, headers: Mapping[str, str], *, within_s: float = Limits.total_s) -> Exchange:
    """Ask once, with these headers, and follow no redirect; never raise for what the other side does."""
    return await fetch_one(
        uri,
        user_agent=settings.LINKS_USER_AGENT,
        policy=address_policy(),
        resolver=_resolver(),
        headers=headers,
        limits=Limits(hops=0, total_s=within_s),
    )


class NoAnswer(Exception):
    """A question that brought no good answer; `str()` says why."""


def post(address: str, body: bytes, media_type: str) -> bytes:
    """Send `body` to an address of the settings and return what came back, at most some 500 kB; raises NoAnswer."""
    exchange = asyncio.run(
        fetch_one(
            address,
            user_agent=settings.LINKS_USER_AGENT,
            policy=address_policy(),
            resolver=_resolver(),
            headers={"Content-Type": media_type},
            body=body,
            limits=Limits(hops=0),
        )
    )
    if exchange.failure or exchange.status != HTTPStatus.OK:
        raise NoAnswer(exchange.sentence or f"{address} answered with status {exchange.status}.")
    return exchange.body


@cache
def redis_client() -> redis.Redis:
    """One pool of connections a process; a worker’s children make their own after they are forked."""
    once = Retry(NoBackoff(), 0)  # who waits for a turn does not wait for Redis too
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=3, retry=once)


def _robots(hosts: Collection[str]) -> Robots:
    """What is known of the robots.txt of these hosts; that of others is asked for on the way."""
    rows = RobotsRow.objects.filter(host__in=hosts)
    return Robots({row.origin: _file(row) for row in rows})


def _file(row: RobotsRow) -> RobotsFile:
    since = row.unread_since
    return RobotsFile(row.status, row.text, row.fetched_at.timestamp(), since.timestamp() if since else None)


def _remember(robots: Robots) -> None:
    rows = [
        (origin[:300], host_key(origin), file.status, file.text, file.faulty)
        for origin, file in sorted(robots.found.items())
    ]
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, REMEMBER, rows, template=AS_READ_NOW)
    _follow_delays({host_key(origin) for origin, file in robots.found.items() if not file.faulty})


def _follow_delays(hosts: Collection[str]) -> None:
    """Let each host rest as long as its robots.txt asks for now: the longest of its origins, as far as they are known.

    What an operator has set by hand stays (`Host.delay_ms`).
    """
    agent, now = product(settings.LINKS_USER_AGENT), time.time()
    asked = dict.fromkeys(hosts, 0)
    for row in RobotsRow.objects.filter(host__in=hosts):
        file = _file(row)
        if now - file.fetched_at < LIFE_S:
            asked[row.host] = max(asked[row.host], round(file.delay_s(agent) * 1000))
    for host, delay_ms in asked.items():
        Host.objects.filter(key=host).exclude(crawl_delay_ms=delay_ms).update(crawl_delay_ms=delay_ms)


def _closed() -> dict[str, float]:
    """The hosts that have asked to be left alone, with the seconds that are left."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSED)
        return dict(cursor.fetchall())


class TableResolver:
    """Answers for the names of a test from a table of suffixes, and asks the system for all others."""

    def __init__(self, table: dict[str, str]) -> None:
        self._table, self._system = table, SystemResolver()

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return every address of `host`."""
        for suffix, address in self._table.items():
            if host == suffix or host.endswith(f".{suffix}"):
                return (address,)
        return await self._system.resolve(host, port)


def _resolver() -> Resolver:
    table = dict(pair.split("=", 1) for pair in settings.LINKS_RESOLVE)
    for address in table.values():
        ip_address(address)
    return TableResolver({name.removeprefix("*."): address for name, address in table.items()})
