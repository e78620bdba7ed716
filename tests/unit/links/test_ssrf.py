"""No request reaches a machine that is not on the public web: a canary on loopback counts connections."""

import asyncio
import socket

import aiohttp
import pytest

from allegations.links import guard
from allegations.links.addresses import AddressPolicy
from allegations.links.exchange import Failure, Stopped
from allegations.links.guard import AddressRefused, Guard
from tests.servers.hostile import redirect

from .asking import NamesFromTable, ask, policy_for
from .test_urls import INSIDE, MISSHAPEN

NOWHERE = AddressPolicy()


def web_port(canary, monkeypatch):
    """Make the canary's port a web port, so that only the address rule stands before it."""
    monkeypatch.setattr("allegations.links.addresses.WEB_PORTS", frozenset({80, 443, canary.port}))


@pytest.mark.parametrize("url", INSIDE + MISSHAPEN)
def test_a_spelling_of_an_inside_address_reaches_nobody(url, canary, monkeypatch):
    web_port(canary, monkeypatch)
    host, slash, path = url.partition("://")[2].partition("/")
    with_port = f"http://{host}:{canary.port}{slash}{path}" if url.startswith("http://") else url

    exchange = ask(with_port, NOWHERE)

    assert exchange.failure in {Failure.REFUSED_SSRF, Failure.REFUSED_URL}
    assert exchange.hops == ()


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211, 0, 65536])
def test_other_ports_are_refused(port, canary):
    assert ask(f"http://news.example:{port}/", NOWHERE).failure is Failure.REFUSED_PORT
    assert ask(canary.url(), NOWHERE).failure is Failure.REFUSED_PORT


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["127.0.0.1", "8.8.8.8"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["169.254.169.254"],
        ["not an address"],
    ],
)
def test_a_name_with_any_bad_address_is_refused(answers, canary, monkeypatch):
    web_port(canary, monkeypatch)

    exchange = ask(f"http://news.example:{canary.port}/", NOWHERE, resolver=NamesFromTable(news_example=answers))

    assert exchange.failure is Failure.REFUSED_SSRF
    assert "news.example" in exchange.sentence


def test_a_name_that_changes_its_address_between_hops_is_refused(server, canary, monkeypatch):
    """Rebinding: the first answer is allowed, the second leads to the canary."""
    monkeypatch.setattr("allegations.links.addresses.WEB_PORTS", frozenset({80, 443, canary.port, server.port}))
    names = NamesFromTable(news_example=[["127.0.0.1"], ["127.0.0.1"]])
    server.on("/start", redirect(f"http://news.example:{canary.port}/"))

    exchange = ask(f"http://news.example:{server.port}/start", policy_for(server), resolver=names)

    assert exchange.failure is Failure.REFUSED_SSRF
    assert [hop.status for hop in exchange.hops] == [302, None]
    assert names.asked == ["news.example", "news.example"]


def test_the_socket_guard_alone_stops_a_bad_address(canary, monkeypatch):
    """The address changes after the name answers were judged: what opens the socket still refuses it."""

    async def unjudged(self, host, port=0, family=socket.AF_UNSPEC):
        return [guard._result(host, "127.0.0.1", port)]

    web_port(canary, monkeypatch)
    monkeypatch.setattr(Guard, "resolve", unjudged)

    exchange = ask(f"http://news.example:{canary.port}/", NOWHERE)

    assert exchange.failure is Failure.REFUSED_SSRF
    assert "this computer" in exchange.sentence


def test_one_bad_socket_among_good_ones_refuses_the_whole(server, canary, monkeypatch):
    async def unjudged(self, host, port=0, family=socket.AF_UNSPEC):
        return [guard._result(host, address, port) for address in ("127.0.0.9", "127.0.0.1")]

    monkeypatch.setattr(Guard, "resolve", unjudged)

    exchange = ask(f"http://news.example:{server.port}/", policy_for(server))

    assert exchange.failure is Failure.REFUSED_SSRF
    assert server.requests == []


def test_a_connection_that_ends_elsewhere_is_refused_before_a_byte_is_sent(server, canary, monkeypatch):
    """As if the network had sent the connection somewhere else than to the judged address."""
    real = Guard._compare
    monkeypatch.setattr(Guard, "_compare", lambda self, peer, *judged: real(self, ("127.0.0.1", canary.port), *judged))

    exchange = ask(server.url(), policy_for(server))

    assert exchange.failure is Failure.REFUSED_SSRF
    assert "instead of" in exchange.sentence
    assert server.requests == []


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        ("/to-private", Failure.REFUSED_SSRF),
        ("/to-metadata", Failure.REFUSED_SSRF),
        ("/to-file", Failure.REFUSED_SCHEME),
        ("/to-script", Failure.REFUSED_SCHEME),
    ],
)
def test_a_redirect_to_a_bad_place_is_refused(path, failure, server, canary):
    server.on("/first", redirect(path))

    exchange = ask(server.url("/first"), policy_for(server))

    assert (exchange.failure, exchange.status) == (failure, 302)
    assert exchange.final_url == server.url(path)
    assert [hop.status for hop in exchange.hops] == [302, 302]


def test_a_redirect_to_the_canary_is_refused(server, canary):
    server.on("/first", redirect(canary.url()))

    assert ask(server.url("/first"), policy_for(server)).failure is Failure.REFUSED_PORT


def test_the_guard_makes_no_socket_for_a_refused_address():
    info = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80))

    with pytest.raises(AddressRefused, match="this computer"):
        Guard(NOWHERE, NamesFromTable()).make_socket(info)


def test_a_connection_that_the_guard_did_not_make_is_refused():
    async def verify():
        await Guard(NOWHERE, NamesFromTable()).verify(None, None, None)

    with pytest.raises(Stopped) as stopped:
        asyncio.run(verify())
    assert stopped.value.failure is Failure.REFUSED_SSRF


def test_the_client_library_still_offers_the_guarded_place():
    """The guard rests on two seams of aiohttp: the socket factory and the hook before the request is written."""
    assert "socket_factory" in aiohttp.TCPConnector.__init__.__annotations__
    assert hasattr(aiohttp.TraceConfig(), "on_connection_create_end")
