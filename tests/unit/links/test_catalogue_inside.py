"""The rows of the catalogue on addresses inside networks: nothing of ours reaches the canaries."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from ipaddress import ip_address

import pytest

from allegations.links.exchange import Failure
from allegations.links.fetcher import fetch
from allegations.links.guard import Guard
from allegations.links.mementos import Finding, look_up, read_site
from allegations.links.texts import Failure as Unread
from allegations.links.texts import read
from tests.servers.hostile import AUTHORITY, HostileServer, raw, redirect

from .asking import TINY
from .catalogue import HOST, NOW, PAGE, STORY_PATH, Here, everybody, of, page, served

__all__ = ["everybody"]
SCHEMES = pytest.mark.parametrize("scheme", ["http", "https"])

SPELLINGS = {
    "G1": "127.0.0.1 127.0.0.1. [::1] localhost LOCALHOST. 0.0.0.0 0",
    "G2": "2130706433 0x7f000001 0177.0.0.1 127.1 0x7f.1 ①②⑦.0.0.1 127。0。0。1 １２７.0.0.1 ١٢٧.٠.٠.١",
    "G3": "[::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:a9fe:a9fe] [::127.0.0.1]",
    "G5": "[64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [64:ff9b:1:7f00:0:100::]",
    "G7": (
        "169.254.169.254 [fd00:ec2::254] 100.100.100.200 168.63.129.16 192.0.0.192 metadata.google.internal"
        " 169.254.170.2 [::ffff:168.63.129.16]"
    ),
    "G8": (
        "100.64.0.1 198.18.0.1 224.0.0.1 240.0.0.1 192.88.99.1 [fe80::1%25eth0] [fec0::1] [ff02::1] [3fff::1] [5f00::1]"
        " [2002:7f00:1::] [2001::1] [fc00::1] 10.0.0.1 172.16.0.1 192.168.0.1"
    ),
}
REFUSED = {Failure.REFUSED_SSRF, Failure.REFUSED_URL}


def open_port(canary, monkeypatch, *more):
    """Make the canary’s port a web port, so that only the address rule stands before it."""
    monkeypatch.setattr("allegations.links.addresses.WEB_PORTS", frozenset({80, 443, canary.port, *more}))


@pytest.fixture
def canaries(canary, monkeypatch):
    """The canary of 127.0.0.1 with one more on ::1, both at a port that counts as one of the web."""
    open_port(canary, monkeypatch)
    with HostileServer(family=socket.AF_INET6, port=canary.port) as second:
        yield canary
        assert second.connections == 0


def is_address(host):
    try:
        return bool(ip_address(host.strip("[]")))
    except ValueError:
        return False


@of(*SPELLINGS)
@SCHEMES
@pytest.mark.parametrize("row", SPELLINGS)
def test_no_spelling_of_an_inside_address_is_asked(row, scheme, canaries):
    with served(scheme, {}) as site:
        for host in SPELLINGS[row].split():
            exchange = site.ask(f"{scheme}://{host}:{canaries.port}/")
            assert (exchange.failure in REFUSED, exchange.hops) == (True, ()), host


@SCHEMES
@pytest.mark.parametrize("row", SPELLINGS)
def test_no_redirect_leads_to_a_spelling_of_an_inside_address(row, scheme, canaries):
    with served(scheme, {}) as site:
        for number, host in enumerate(SPELLINGS[row].split()):
            location = f"http://{host}:{canaries.port}/".encode()
            site.server.on(
                f"/{number}", raw(b"HTTP/1.1 302 X\r\ncontent-length: 0\r\nlocation: " + location + b"\r\n\r\n")
            )
            exchange = site.ask(site.url(f"/{number}"))
            assert (exchange.failure in REFUSED, len(exchange.hops)) == (True, 1), host


@of("C3", "G9")
@SCHEMES
@pytest.mark.parametrize("row", [row for row, hosts in SPELLINGS.items() if any(map(is_address, hosts.split()))])
def test_no_name_leads_to_an_inside_address_alone_or_beside_a_public_one(row, scheme, canaries):
    with served(scheme, {}) as site:
        for inside in filter(is_address, SPELLINGS[row].split()):
            bare = inside.strip("[]")
            for answers in ([bare], ["8.8.8.8", bare], [bare, "8.8.8.8"]):
                exchange = site.ask(site.url("/", port=canaries.port), names={HOST: answers})
                assert (exchange.failure, exchange.hops[0].request) == (Failure.REFUSED_SSRF, b""), answers


@SCHEMES
def test_the_canary_would_tell(scheme, monkeypatch):
    """Where the guard is asleep, the same request arrives: there is somebody to be reached."""
    monkeypatch.setattr("allegations.links.addresses.refusal", lambda address: None)
    monkeypatch.setattr("allegations.links.addresses.is_own", lambda address: False)
    with HostileServer() as unguarded, served(scheme, {}) as site:
        open_port(unguarded, monkeypatch)
        site.server.on(STORY_PATH, redirect(f"http://127.0.0.1:{unguarded.port}/ok"))
        policy = replace(site.policy(), is_own=lambda address: False)
        assert site.ask(site.url(), policy=policy).status == 200
        assert unguarded.connections == 1


@of("B13")
@SCHEMES
@pytest.mark.parametrize("hop", range(1, 6))
def test_an_inside_address_is_refused_at_every_hop(scheme, hop, canaries):
    with served(scheme, {"/hops/1": redirect(f"http://127.0.0.1:{canaries.port}/")}) as site:
        exchange = site.ask(site.url(f"/hops/{hop}"))

    assert (exchange.failure, len(exchange.hops)) == (Failure.REFUSED_SSRF, hop)


@of("G10")
@SCHEMES
def test_a_name_that_leads_elsewhere_at_its_second_look_up_is_refused(scheme, canary, monkeypatch):
    answers = [["127.0.0.1"], ["127.0.0.1"]]

    async def changing():
        return answers.pop(0)

    with served(scheme, {}) as site:
        monkeypatch.setattr(
            "allegations.links.addresses.WEB_PORTS", frozenset({80, 443, canary.port, site.server.port})
        )
        site.server.on(STORY_PATH, redirect(site.url("/", port=canary.port)))
        exchange = site.ask(site.url(), names={HOST: changing})

    assert (exchange.failure, [hop.status for hop in exchange.hops], answers) == (Failure.REFUSED_SSRF, [302, None], [])


@of("G10")
@SCHEMES
@pytest.mark.parametrize("then", [["127.0.0.1"], ["::1", "127.0.0.1"], ["169.254.169.254"]])
def test_a_name_that_leads_elsewhere_after_it_was_judged_is_refused_at_the_socket(scheme, then, canaries, monkeypatch):
    async def vet(self, host, port, within_s):
        return then

    monkeypatch.setattr(Guard, "vet", vet)
    with served(scheme, {}) as site:
        exchange = site.ask(site.url(port=canaries.port))

    assert (exchange.failure, exchange.hops[0].request) == (Failure.REFUSED_SSRF, b"")


@of("G11")
@SCHEMES
@pytest.mark.parametrize("ours", ["8.8.4.4", "2606:4700::1111"])
def test_an_address_of_our_own_is_refused_by_name_and_in_digits(scheme, ours):
    digits = f"[{ours}]" if ":" in ours else ours
    with served(scheme, {STORY_PATH: redirect(f"http://{digits}/")}) as site:
        policy = replace(site.policy(), own=frozenset({ours}))
        by_name = site.ask(f"{scheme}://own.example/", policy=policy, names={"own.example": [ours]})
        found = [by_name, site.ask(f"{scheme}://{digits}/", policy=policy), site.ask(site.url(), policy=policy)]

    assert [exchange.failure for exchange in found] == [Failure.REFUSED_SSRF] * 3
    assert all("our own" in exchange.sentence for exchange in found)


@of("G13")
@SCHEMES
@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211, 0, 65536])
def test_another_port_is_refused_by_address_and_by_redirect(scheme, port):
    with served(scheme, {STORY_PATH: redirect(f"http://news.example:{port}/")}) as site:
        found = [site.ask(site.url(port=port) if port else f"{scheme}://news.example:0/"), site.ask(site.url())]

    assert [exchange.failure for exchange in found] == [Failure.REFUSED_PORT] * 2


@of("G14")
@SCHEMES
def test_the_environment_has_no_say(scheme, canary, monkeypatch, tmp_path):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    (tmp_path / ".netrc").write_text("default login somebody password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with served(scheme, page()) as site:
        assert site.ask(site.url()).status == 200
        [request] = site.server.requests

    assert "authorization" not in request.headers


@of("G17")
@SCHEMES
def test_a_copy_that_an_archive_puts_at_another_host_is_never_asked(scheme, canaries):
    """The archive at a.example sends its visitors to the canary."""
    with served(scheme, {}) as site:
        archive = read_site(f"Archive | wayback={site.url('/web', 'a.example')}")
        copy = f"http://127.0.0.1:{canaries.port}/web/20201120080000/{site.url()}"

        async def ask(uri, headers):
            site.server.on(uri.partition(f"a.example:{site.server.port}")[2], redirect(copy))
            asking = {"limits": replace(TINY, hops=0), "resolver": Here({}), "trust": AUTHORITY}
            return await fetch(uri, user_agent="T/1", policy=site.policy(), headers=headers, **asking)

        found = asyncio.run(look_up(site.url(), NOW, [archive], ask, lambda _: 1.0))
        asked = [request.path for request in site.server.requests]

    assert [one.verdict for one in found.copies] == [Finding.FOREIGN]
    assert (found.best, asked) == (None, [f"/web/20261124090000/{site.url()}"])


@of("G18", "G19")
@SCHEMES
def test_nothing_on_a_page_is_asked_for_by_who_fetches_judges_and_reads_it(scheme, canaries):
    there = f"http://127.0.0.1:{canaries.port}/x"
    hostile = f"""<!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "{there}"> %p;]>
    <html xmlns:xi="http://www.w3.org/2001/XInclude"><head><link rel="stylesheet" href="{there}">
    <script src="{there}"></script><meta http-equiv="refresh" content="0;url={there}"><base href="{there}">
    <link rel="canonical" href="{there}"></head><body><img src="{there}"><iframe src="{there}"></iframe>
    <xi:include href="{there}"/><object data="{there}"></object><p>The court heard &f; two witnesses.</p>{PAGE}"""
    with served(scheme, page(hostile, link=f'<{there}>; rel="memento"', refresh=f"0;url={there}")) as site:
        exchange, judged = site.check(site.url(), None)
        readings = [read(exchange.body, kind) for kind in ("text/html", "application/xhtml+xml", "text/xml")]

    assert (judged.verdict, len(exchange.hops)) == ("OK", 1)
    assert not any("root:" in str(reading) for reading in readings)
    assert [reading.failure for reading in readings] == [Unread.NONE] * 3
