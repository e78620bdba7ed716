"""Turns within a batch: slow pages, slow names and hosts that ask for fewer requests cost nobody else anything."""

import asyncio
import socket
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace

import pytest

from allegations.links import guard
from allegations.links.exchange import Deferred, Failure
from allegations.links.fetcher import Job, fetch, fetch_many
from allegations.links.guard import Names
from allegations.links.judgement import Klass
from allegations.links.verdicts import judge
from tests.servers.hostile import answer, redirect

from .asking import SOON_S, TINY, NamesFromTable, policy_for

OWN_S = 2.0
UNHURRIED = replace(TINY, total_s=OWN_S, rate_bytes=1.0)


async def trickle(_request, writer):
    """Send a body that is never slow and never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
    while not writer.transport.is_closing():
        writer.write(b"x" * 100)
        await asyncio.sleep(0.05)


def served(server, within_s):
    server.on("/trickle", trickle)
    asking = {"user_agent": "T/1", "policy": policy_for(server), "limits": UNHURRIED, "keep": True}
    [exchange] = asyncio.run(fetch_many([Job(server.url("/trickle"))], within_s=within_s, **asking))
    return exchange


@pytest.mark.parametrize("within_s", [None, 0.9 * OWN_S])
def test_a_page_that_never_ends_is_slow_with_and_without_the_limit_of_a_batch(server, within_s):
    exchange = served(server, within_s)

    judgement = judge(exchange)
    assert (exchange.failure, exchange.status, judgement.verdict) == (Failure.SLOW, 200, "SLOW")
    assert (judgement.klass, exchange.truncated) == (Klass.UNREACHABLE, "time")


def test_a_page_that_had_little_of_its_time_is_put_off(server):
    exchange = served(server, 0.2 * OWN_S)

    assert (exchange.failure, exchange.wait_s > 0) == (Failure.DEFERRED, True)
    assert judge(exchange).klass is Klass.SKIPPED


def test_a_host_that_asks_for_fewer_requests_is_asked_once_a_batch(server):
    server.on("/full", answer(429, "slow down", retry_after="7200"))
    hosts = [f"{letter}.short.example" for letter in "abc"]
    for host in hosts:
        server.on(f"/{host}", redirect(server.url("/full", "paper.example")))
    names = NamesFromTable(**{host: ["127.0.0.1"] for host in (*hosts, "paper.example")})
    jobs = [Job(server.url(f"/{host}", host)) for host in hosts]
    asking = fetch_many(jobs, user_agent="T/1", policy=policy_for(server), limits=TINY, resolver=names)
    exchanges = asyncio.run(asking)

    assert Counter(request.path for request in server.requests)["/full"] == 1
    assert sorted(exchange.failure or "" for exchange in exchanges) == ["", "DEFERRED", "DEFERRED"]
    assert {exchange.wait_s for exchange in exchanges if exchange.failure} == {7200.0}


# Names


@contextmanager
def slow_names(monkeypatch):
    """Let look-ups of names with “slow” in them hang until the end; all others lead to loopback at once."""
    over, begun, real = threading.Event(), [], socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        if "slow" in host:
            begun.append(host)
            over.wait(2 * SOON_S)
            raise socket.gaierror(socket.EAI_AGAIN, "late")
        return real("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        yield begun, over
    finally:
        over.set()


async def beside(server, slow, over=None, **limits):
    """Ask for an innocent name once the slow ones are being looked up: in their batch, and in one of its own.

    With `over`, the slow ones are answered long after others had to have their turn.
    """
    if over:
        asyncio.get_running_loop().call_later(6 * guard.QUEUE_S, over.set)
    asking = {"user_agent": "T/1", "policy": policy_for(server), "limits": replace(TINY, **limits)}
    jobs = [Job(server.url("/ok", host)) for host in slow]
    together = asyncio.create_task(fetch_many([*jobs, Job(server.url("/ok", "good.example"))], **asking))
    await asyncio.sleep(0)
    apart = await fetch(server.url("/ok", "good.example"), **asking)
    return await together, apart


@pytest.mark.parametrize(
    "slow", [[f"slow{n}.one.example" for n in range(24)], [f"slow.n{n}.example" for n in range(20)]]
)
def test_slow_names_of_one_site_or_a_few_keep_no_other_name_waiting(server, monkeypatch, slow):
    with slow_names(monkeypatch) as (begun, _over):
        together, apart = asyncio.run(beside(server, slow, name_s=1.0))

    assert (together[-1].status, apart.status) == (200, 200)
    assert "DNS_TEMPFAIL" in {exchange.failure for exchange in together}
    if "one.example" in slow[0]:
        assert len(begun) >= guard.NAMES_OF_SITE


def test_a_look_up_that_never_began_is_put_off_and_says_nothing_of_its_name(server, monkeypatch):
    monkeypatch.setattr(guard, "QUEUE_S", 0.5)
    slow = [f"slow.n{n}.example" for n in range(2 * guard.NAMES_AT_ONCE)]
    with slow_names(monkeypatch) as (begun, over):
        together, apart = asyncio.run(beside(server, slow, over))

    assert len(begun) == guard.NAMES_AT_ONCE
    assert (together[-1].failure, together[-1].hops) == (Failure.DEFERRED, ())
    assert not judge(together[-1]).network
    assert apart.status == 200


def test_no_thread_is_waited_for(monkeypatch):
    monkeypatch.setattr(guard, "FREE_THREADS", threading.BoundedSemaphore(1))
    guard.FREE_THREADS.acquire()
    with pytest.raises(Deferred):
        asyncio.run(guard.SystemResolver().resolve("news.example", 80))


def test_a_thread_that_still_looks_up_is_not_free(monkeypatch):
    monkeypatch.setattr(guard, "FREE_THREADS", threading.BoundedSemaphore(1))
    freed = threading.Event()
    monkeypatch.setattr(guard, "_free", lambda _lookup: freed.set())

    async def give_up():
        async with asyncio.timeout(0.1):
            await guard.SystemResolver().resolve("slow.example", 80)

    with slow_names(monkeypatch):
        with pytest.raises(TimeoutError):
            asyncio.run(give_up())
        assert not freed.is_set()
    assert freed.wait(SOON_S)


# Servers


def test_a_server_is_asked_in_its_turn_and_the_wait_is_no_fault_of_the_page(server):
    asked = []

    async def gap(host, address):
        asked.append((host, address))
        await asyncio.sleep(1.1 * OWN_S)

    names = NamesFromTable(news_example=["127.0.0.1"])
    asking = {"user_agent": "T/1", "policy": policy_for(server), "limits": UNHURRIED, "resolver": names, "gap": gap}
    jobs = [Job(server.url("/ok", "news.example")), Job(server.url("/ok"))]
    exchanges = asyncio.run(fetch_many(jobs, **asking))

    assert [exchange.status for exchange in exchanges] == [200, 200]
    assert sorted(asked) == [("127.0.0.1", "127.0.0.1"), ("news.example", "127.0.0.1")]
    assert all(exchange.timings.total_ms < 1000 * OWN_S for exchange in exchanges)


def test_a_server_whose_turn_takes_long_is_not_asked(server):
    async def gap(_host, _address):
        raise Deferred(9.0)

    [exchange] = asyncio.run(fetch_many([Job(server.url())], user_agent="T/1", policy=policy_for(server), gap=gap))

    assert (exchange.failure, exchange.hops, exchange.wait_s) == (Failure.DEFERRED, (), 9.0)
    assert not server.requests


def test_names_wait_for_names_of_their_site_only(monkeypatch):
    monkeypatch.setattr(guard, "QUEUE_S", 0.05)

    async def three():
        names = Names()
        names._sites["one.example"] = asyncio.Semaphore(1)
        async with names.turn("a.one.example"), names.turn("a.two.example"):
            with pytest.raises(Deferred):
                await names.turn("b.one.example").__aenter__()
        async with names.turn("b.one.example"):
            return True

    assert asyncio.run(asyncio.wait_for(three(), 30))  # a turn that never comes is to fail here, not to hang
