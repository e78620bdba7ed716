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
from django.db.models.functions import Now
from redis.backoff import NoBackoff
from redis.retry import Retry

from allegations.actions.evidence import address_policy
from allegations.actions.links.politeness import Turns
from allegations.links.exchange import Exchange, Limits
from allegations.links.fetcher import fetch as fetch_one
from allegations.links.fetcher import fetch_many
from allegations.links.guard import Resolver, SystemResolver
from allegations.links.journey import Job
from allegations.links.robots import Robots, RobotsFile, product
from allegations.links.urls import host_key
from allegations.models import Host
from allegations.models import RobotsFile as RobotsRow

LEAST_DELAY_MS = 2000
BATCH_S = 45.0  # for asking; with the task’s budget and the writing it stays below the task’s time limit


def fetch(jobs: Sequence[Job]) -> list[Exchange]:
    """Ask for every job, each host in its turn; what robots.txt said on the way is remembered."""
    visit = Visit({host_key(job.url) for job in jobs})
    exchanges = visit.fetch(jobs)
    visit.remember()
    return exchanges


class Visit:
    """One batch’s way outside: it begins with what the database knows of its hosts, and ends with `remember`.

    Between the two nothing asks the database, so that another thread may fetch.
    """

    def __init__(self, hosts: Collection[str]) -> None:
        delays = Host.objects.filter(key__in=hosts).values_list("key", "min_delay_ms")
        self._rests = {host: delay_ms / 1000 for host, delay_ms in delays}
        self._robots = _robots(hosts) if settings.LINKS_ROBOTS else None
        self._ends: float | None = None

    def fetch(self, jobs: Sequence[Job]) -> list[Exchange]:
        """Ask for every job in one event loop; the answers come in the order of the jobs.

        All that one visit asks, a second look included, has `BATCH_S` seconds; what is over is put off.
        """
        self._ends = self._ends or time.monotonic() + BATCH_S
        hosts = {host_key(job.url) for job in jobs}
        rests = {host: rest for host, rest in self._rests.items() if host in hosts}
        with Turns(redis_client(), rests) as turns:
            asking = fetch_many(
                jobs,
                user_agent=settings.LINKS_USER_AGENT,
                policy=address_policy(),
                resolver=_resolver(),
                gate=turns.gate,
                robots=self._robots,
                keep=True,
                within_s=max(self._ends - time.monotonic(), 0.0),
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
    """What is known of the robots.txt of every host that is asked; the rest is asked for on the way."""
    rows = RobotsRow.objects.filter(host__in=hosts)
    return Robots({row.origin: RobotsFile(row.status, row.text, row.fetched_at.timestamp()) for row in rows})


def _remember(robots: Robots) -> None:
    rows = [
        RobotsRow(origin=origin[:300], host=host_key(origin), status=file.status, text=file.text, fetched_at=Now())
        for origin, file in robots.found.items()
    ]
    for origin, delay_s in robots.delays(product(settings.LINKS_USER_AGENT)).items():
        slower = Host.objects.filter(key=host_key(origin), min_delay_ms__gt=0)
        slower.update(min_delay_ms=max(LEAST_DELAY_MS, round(delay_s * 1000)))
    RobotsRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["origin"], update_fields=["status", "text", "fetched_at"]
    )


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
