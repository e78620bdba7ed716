"""Asking for many addresses at once: in turn, in time, and none at another's expense."""

import asyncio
import socket
import threading
import time
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from allegations.links.addresses import PUBLIC
from allegations.links.exchange import Deferred, Failure
from allegations.links.fetcher import Job, fetch_many
from allegations.links.journey import Journey
from tests.servers.hostile import HostileServer, redirect, silent

from .asking import SLOW_HEAD, SOON_S, TINY, NamesFromTable, policy_for


def ask_many(urls, policy=PUBLIC, **asking):
    return asyncio.run(
        fetch_many([Job(url) for url in urls], user_agent="TestBot/1.0", policy=policy, **{"limits": TINY} | asking)
    )


def took(began):
    return time.monotonic() - began


def test_waiting_for_a_host_counts_towards_the_time_of_the_batch():
    with HostileServer() as server:
        server.on("/slow", silent)
        hosts = [f"{letter}.example" for letter in "abcd"]
        for host in hosts:
            server.on(f"/from-{host}", redirect(f"http://slow.example:{server.port}/slow"))
        names = NamesFromTable(**{host: ["127.0.0.1"] for host in (*hosts, "slow.example")})
        urls = [f"http://{host}:{server.port}/from-{host}" for host in hosts] + [server.url("/ok")]
        began = time.monotonic()
        limits = replace(TINY, **SLOW_HEAD)
        within_s = 1.9 * limits.header_s  # so that of four waits, one after the other, there is time for one
        exchanges = ask_many(urls, policy_for(server), resolver=names, within_s=within_s, limits=limits)

    assert took(began) < 4 * limits.header_s
    assert [exchange.failure for exchange in exchanges] == [
        Failure.SLOW,
        *[Failure.DEFERRED] * 3,
        None,
    ]
    assert "time was over before the address was answered" in exchanges[3].sentence
    assert [hop.status for hop in exchanges[3].hops] == [302]


def test_a_name_server_that_hangs_does_not_outlast_the_batch(monkeypatch):
    answers = threading.Event()

    def hang(*_args, **_kwargs):
        answers.wait(2 * SOON_S)
        raise socket.gaierror(socket.EAI_AGAIN, "late")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    try:
        exchanges = ask_many(["https://a.example/", "https://b.example/"], within_s=1.0)
        assert took(began) < SOON_S
    finally:
        answers.set()
    assert {exchange.failure for exchange in exchanges} == {Failure.DEFERRED}


@pytest.mark.parametrize("error", [RuntimeError("secret detail"), AssertionError(), UnicodeError("x"), KeyError("x")])
def test_an_error_nobody_foresaw_is_our_own_fault_and_loses_no_other_job(server, monkeypatch, caplog, error):
    follow = Journey._follow

    async def fail_on_one(self):
        if self.job.url.endswith("/bad"):
            raise error
        await follow(self)

    monkeypatch.setattr(Journey, "_follow", fail_on_one)
    bad, good = ask_many([server.url("/bad"), server.url("/ok")], policy_for(server))

    assert (bad.failure, bad.status, good.status) == (Failure.OWN_FAULT, None, 200)
    assert bad.sentence == "Our own fault: the check failed in a way we did not foresee."
    assert "/bad" in caplog.text


# Whose turn it is


class Gates:
    """A gate that notes whose turn was taken and given back, and puts some hosts off."""

    def __init__(self, **waits):
        self.waits = {name.replace("_", "."): wait_s for name, wait_s in waits.items()}
        self.taken, self.inside, self.most_inside = [], 0, 0

    @asynccontextmanager
    async def __call__(self, host):
        if host in self.waits:
            raise Deferred(self.waits[host])
        self.taken.append(host)
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            yield
        finally:
            self.inside -= 1


def names(*hosts):
    return NamesFromTable(**{host.replace(".", "_"): ["127.0.0.1"] for host in hosts})


def test_each_hop_takes_the_turn_of_its_own_host(server):
    server.on("/a", redirect(server.url("/b", "b.example")))
    server.on("/b", redirect(server.url("/ok", "www.b.example")))
    gate = Gates()
    [exchange] = ask_many(
        [server.url("/a", "a.example")],
        policy_for(server),
        resolver=names("a.example", "b.example", "www.b.example"),
        gate=gate,
    )

    assert (exchange.status, gate.taken, gate.inside) == (200, ["a.example", "b.example", "b.example"], 0)


def test_a_host_that_is_to_be_left_alone_is_not_asked(server):
    gate = Gates(a_example=120.0)
    urls = [server.url("/ok", "a.example"), server.url("/ok", "b.example")]
    put_off, asked = ask_many(urls, policy_for(server), resolver=names("a.example", "b.example"), gate=gate)

    assert (put_off.failure, put_off.wait_s, put_off.hops, put_off.status) == (Failure.DEFERRED, 120.0, (), None)
    assert "120 seconds" in put_off.sentence
    assert (asked.status, len(server.requests)) == (200, 1)


def test_a_redirect_to_a_host_that_is_to_be_left_alone_is_put_off(server):
    server.on("/a", redirect(server.url("/ok", "b.example")))
    [exchange] = ask_many(
        [server.url("/a", "a.example")],
        policy_for(server),
        resolver=names("a.example", "b.example"),
        gate=Gates(b_example=5.0),
    )

    assert (exchange.failure, exchange.wait_s) == (Failure.DEFERRED, 5.0)
    assert [hop.status for hop in exchange.hops] == [302]


def test_a_turn_is_given_back_whatever_happens(server):
    gate = Gates()
    urls = [server.url(path, f"h{n}.example") for n, path in enumerate(["/reset", "/endless", "/silent", "/ok"])]
    ask_many(urls, policy_for(server), resolver=names(*(f"h{n}.example" for n in range(4))), gate=gate, within_s=1.5)

    assert (len(gate.taken), gate.inside) == (4, 0)


def test_no_more_places_are_taken_than_there_are(server):
    hosts = [f"h{n}.example" for n in range(9)]
    gate = Gates()
    exchanges = ask_many(
        [server.url("/ok", host) for host in hosts],
        policy_for(server),
        resolver=names(*hosts),
        gate=lambda host: gate(host),
        concurrency=3,
    )

    assert {exchange.status for exchange in exchanges} == {200}
    assert server.most_at_once <= 3


def test_waiting_for_a_turn_does_not_count_towards_the_time_of_a_fetch(server):
    @asynccontextmanager
    async def late(host):
        await asyncio.sleep(2.2)
        yield

    limits = replace(TINY, total_s=2.0)
    asking = fetch_many([Job(server.url())], user_agent="T/1", policy=policy_for(server), limits=limits, gate=late)
    [exchange] = asyncio.run(asking)

    assert exchange.status == 200
    assert exchange.timings.total_ms < 2_000


@pytest.mark.parametrize(
    ("copy_of", "asked"),
    [
        (None, [(200, False), (200, False), (304, True)]),
        (("/tagged", "a.example"), [(200, False), (304, True), (304, True)]),
        (("/tagged", "b.example"), [(304, True), (200, False), (200, False)]),
    ],
)
def test_validators_go_to_the_address_that_the_copy_came_from(server, copy_of, asked):
    server.on("/a", redirect(server.url("/tagged", "b.example")))
    server.on("/a2", redirect(server.url("/tagged", "a.example")))
    copy_url = server.url(*copy_of) if copy_of else None
    jobs = [Job(server.url(path, "a.example"), etag='"v1"', copy_url=copy_url) for path in ("/a", "/a2", "/tagged")]
    table = names("a.example", "b.example")
    asking = fetch_many(jobs, user_agent="T/1", policy=policy_for(server), limits=TINY, resolver=table)

    assert [(e.status, e.conditional) for e in asyncio.run(asking)] == asked


@pytest.mark.parametrize("path", ["/status/429", "/status/503", "/status/404", "/status/206", "/status/401"])
def test_an_answer_that_is_no_page_is_asked_for_once(server, path):
    ask_many([server.url(path)], policy_for(server))

    assert [(request.method, request.path) for request in server.requests] == [("GET", path)]
    assert "range" not in server.requests[0].headers
