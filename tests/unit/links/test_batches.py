"""Asking for many addresses at once: in turn, in time, and none at another's expense."""

import asyncio
import socket
import threading
import time

import pytest

from allegations.links.addresses import PUBLIC
from allegations.links.exchange import Failure
from allegations.links.fetcher import Job, fetch_many
from allegations.links.journey import Journey
from tests.servers.hostile import HostileServer, redirect, silent

from .asking import TINY, NamesFromTable, policy_for


def ask_many(urls, policy=PUBLIC, **asking):
    return asyncio.run(
        fetch_many([Job(url) for url in urls], user_agent="TestBot/1.0", policy=policy, limits=TINY, **asking)
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
        exchanges = ask_many(urls, policy_for(server), resolver=names, within_s=0.6)

    assert took(began) < 1.2  # four waits of header_s, one after the other, are 1.6
    assert [exchange.failure for exchange in exchanges] == [
        Failure.SLOW,
        *[Failure.OWN_FAULT] * 3,
        None,
    ]
    assert exchanges[3].sentence == "Our own fault: the check ran out of the batch’s time."


def test_a_name_server_that_hangs_does_not_outlast_the_batch(monkeypatch):
    answers = threading.Event()

    def hang(*_args, **_kwargs):
        answers.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "late")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    try:
        exchanges = ask_many(["https://a.example/", "https://b.example/"], within_s=0.1)
        assert took(began) < 2
    finally:
        answers.set()
    assert {exchange.failure for exchange in exchanges} == {Failure.OWN_FAULT}


@pytest.mark.parametrize("error", [RuntimeError("secret detail"), AssertionError(), UnicodeError("x"), KeyError("x")])
def test_an_error_nobody_foresaw_is_our_own_fault_and_loses_no_other_job(server, monkeypatch, caplog, error):
    follow = Journey._follow

    async def fail_on_one(self, session):
        if self.job.url.endswith("/bad"):
            raise error
        await follow(self, session)

    monkeypatch.setattr(Journey, "_follow", fail_on_one)
    bad, good = ask_many([server.url("/bad"), server.url("/ok")], policy_for(server))

    assert (bad.failure, bad.status, good.status) == (Failure.OWN_FAULT, None, 200)
    assert bad.sentence == "Our own fault: the check failed in a way we did not foresee."
    assert "/bad" in caplog.text
