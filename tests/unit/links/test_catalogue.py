"""Every row of the catalogue of nasty cases, served for real over plain HTTP and over TLS."""

from __future__ import annotations

import ast
import asyncio
import re
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from allegations.links.addresses import AddressPolicy
from allegations.links.archive.gate import fetched, quality
from allegations.links.fetcher import Job, fetch_many
from allegations.links.freeze import Observation, weather, withhold
from allegations.links.judgement import Klass
from allegations.links.memory import LinkPast, State
from allegations.links.states import advance, learns
from allegations.links.texts import Asked, read
from allegations.links.texts import Failure as Unread
from allegations.links.urls import ephemeral
from allegations.links.verdicts import judge
from allegations.links.waiting import host_limited
from tests.servers.hostile import AUTHORITY, answer, redirect

from . import test_catalogue_inside  # noqa: F401 (its rows are counted here)
from .asking import TINY, deaf
from .catalogue import (
    BY_HAND,
    COPY,
    HOST,
    NOW,
    PAGE,
    STORY_PATH,
    Here,
    effect_of,
    everybody,
    lasts,
    of,
    onto,
    page,
    served,
)
from .catalogue_answers import ANSWERS, closed
from .catalogue_editions import EDITIONS
from .catalogue_rows import ELSEWHERE, ROWS
from .test_tls import ask_strict, knows_one_name_only, speaks_tls_1_0_only, wants_certificates
from .texts import documents

__all__ = ["everybody"]
TESTS = Path(__file__).parents[2]
SCHEMES = pytest.mark.parametrize("scheme", ["http", "https"])
SERVED = [pytest.param(case, scheme, id=f"{case} {scheme}") for case in ANSWERS for scheme in case.schemes]


# What a server answers


@pytest.mark.parametrize(("case", "scheme"), SERVED)
def test_a_server_that_answers(case, scheme):
    with served(scheme, case.serve, case.certificate) as site:
        for verdict, effect in zip(case.verdict.split(" then "), case.effect.split(" then "), strict=True):
            exchange, judged = checked(site, case)
            assert (judged.verdict, effect_of(judged)) == (verdict, effect), judged.signals
        asked = site.server.requests

    assert {request.method for request in asked} <= {"GET"}
    assert case.requests is None or len(asked) == case.requests
    assert lasts(judged, case.lasting[0]) == (case.lasting[1] or State.ALIVE)
    assert quality(fetched(exchange, judged), "x" * 200).is_evidence is (exchange.status == 200 and is_page(judged))


def checked(site, case):
    asking = {"names": case.names, "limits": case.limits, **case.asking}
    if case.port is None:
        return site.check(site.url(case.path, case.host), case.known, **asking)
    with case.port() as port:
        return site.check(site.url(case.path, case.host, port), case.known, policy=site.policy(port), **asking)


def is_page(judged):
    """What is alive is kept, and so is what a site says though its certificate is at fault."""
    return judged.shows_page or judged.verdict in ("TLS_EXPIRED", "TLS_UNTRUSTED", "TLS_NAME")


@of("A15")
@SCHEMES
def test_a_host_that_keeps_asking_for_fewer_requests_rests_longer_each_time(scheme):
    with served(scheme, page("", 429)) as site:
        rests = [host_limited(site.check(site.url())[1], level, "news.example") for level in range(3)]

    assert [rest == pytest.approx(least, rel=0.1) for rest, least in zip(rests, (60, 120, 240), strict=True)] == [
        True
    ] * 3
    assert rests[2] == 2 * rests[1] == 4 * rests[0]


@of("A23", "A25")
@SCHEMES
@pytest.mark.parametrize("changed", ["etag", "last-modified"])
def test_each_answer_brings_both_validators_of_the_next_request(scheme, changed):
    first = {"etag": '"v1"', "last-modified": "Mon, 23 Nov 2026 09:00:00 GMT"}
    second = first | {changed: '"v2"' if changed == "etag" else "Tue, 24 Nov 2026 09:00:00 GMT"}
    editions = [answer(200, PAGE, **first), answer(200, PAGE, **second), answer(304, "", **second)]

    async def in_order(request, writer):
        await editions.pop(0)(request, writer)

    with served(scheme, {STORY_PATH: in_order}) as site:
        held, verdicts = {}, []
        for _ in range(3):
            exchange, judged = site.check(site.url(), etag=held.get("etag"), last_modified=held.get("last-modified"))
            held = {name: exchange.headers[name] for name in first}
            verdicts.append(judged.verdict)
        asked = [request.headers for request in site.server.requests]

    assert verdicts == ["OK", "OK", "OK_NOT_MODIFIED"]
    assert [(one.get("if-none-match"), one.get("if-modified-since")) for one in asked] == [
        (None, None), tuple(first.values()), tuple(second.values()),
    ]  # fmt: skip


@of("B11")
def test_a_step_down_from_https_is_alive_and_told():
    with served("http", page()) as plain, served("https", {}) as secure:
        secure.server.on(STORY_PATH, redirect(plain.url()))
        exchange, judged = secure.check(secure.url(), policy=secure.policy(plain.server.port))
        cookies = [request.headers.get("cookie") for request in plain.server.requests]

    assert (judged.verdict, effect_of(judged), exchange.downgraded) == ("OK", "heal", True)
    assert any("plain http" in signal for signal in judged.signals)
    assert cookies == [None]


@of("B17")
@SCHEMES
def test_each_hop_takes_a_turn_of_its_own_host(scheme):
    turns = []

    @asynccontextmanager
    async def gate(host):
        turns.append(host)
        yield

    with served(
        scheme, {"/1": onto("/2", 302, "a.example"), "/2": onto(STORY_PATH, 302, "b.example"), **page()}
    ) as site:
        assert site.check(site.url("/1"), None, gate=gate)[1].verdict == "MOVED_OFFSITE"

    assert turns == ["news.example", "a.example", "b.example"]


# Transport


@of("C5")
@SCHEMES
def test_an_ipv6_address_that_swallows_connections_is_passed_over(scheme):
    with served(scheme, page()) as site, deaf(socket.AF_INET6, site.server.port):
        policy = replace(site.policy(), allow=site.policy().allow | {f"[::1]:{site.server.port}"})
        names = {"news.example": ["::1", "127.0.0.1"]}
        exchange, judged = site.check(site.url(), policy=policy, names=names)

    assert (judged.verdict, effect_of(judged), exchange.hops[0].address) == ("OK", "heal", "127.0.0.1")


@of("C9")
@pytest.mark.parametrize(
    ("shape", "verdict", "effect"),
    [
        (speaks_tls_1_0_only, "TLS_PROTOCOL", "+u"),  # the catalogue’s TLS_PROTO, with the word written out
        (knows_one_name_only, "TLS_PROTOCOL", "+u"),
        (wants_certificates, "BLOCKED_AUTH", "+b"),
    ],
)
def test_a_server_that_speaks_tls_with_others_only(shape, verdict, effect):
    judged = judge(ask_strict(shape), COPY)

    assert (judged.verdict, effect_of(judged)) == (verdict, effect)


@of("C9")
def test_the_name_that_is_asked_for_is_said_in_the_handshake():
    assert ask_strict(knows_one_name_only, HOST).status == 200


@of("C12")
@SCHEMES
def test_when_every_host_fails_at_once_no_link_moves(scheme):
    """The catalogue’s EGRESS_SUSPECT: the verdict stays what it was, its class becomes a fault of our own."""
    hosts = [f"h{n}.example" for n in range(6)]
    with closed() as port:
        jobs = [Job(f"{scheme}://{host}:{port}/") for host in hosts]
        policy = AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"}))
        asked = fetch_many(jobs, user_agent="T/1", policy=policy, limits=TINY, resolver=Here({}), trust=AUTHORITY)
        judged = [judge(exchange, COPY) for exchange in asyncio.run(asked)]
    sky = weather(Observation(host, one.klass, one.network) for host, one in zip(hosts, judged, strict=True))
    alive = LinkPast(state=State.ALIVE, last_ok_at=NOW)
    counted = [withhold(one, host, "", sky) for host, one in zip(hosts, judged, strict=True)]

    assert (sky.frozen, {one.verdict for one in counted}, {one.klass for one in counted}) == (
        True, {"CONNECT_REFUSED"}, {Klass.OWN_FAULT},
    )  # fmt: skip
    assert {advance(alive, one, NOW).state for one in counted} == {State.ALIVE}
    assert {advance(alive, one, NOW).state for one in judged} == {State.UNREACHABLE}


@of("C16", "G15")
@SCHEMES
def test_no_connection_is_kept_so_none_can_be_closed_under_us_or_shared(scheme):
    kept = {"connection": "keep-alive"}
    routes = {"/1": answer(302, "", location="/2", **kept), "/2": onto(STORY_PATH, 302, "a.example"), **page(**kept)}
    with served(scheme, routes) as site:
        exchange, judged = site.check(site.url("/1"), None)
        hosts = [request.headers["host"].partition(":")[0] for request in site.server.requests]

    assert (judged.verdict, site.server.connections) == ("MOVED_OFFSITE", 3)
    assert hosts == ["news.example", "news.example", "a.example"]
    assert exchange.tls_verified is (True if scheme == "https" else None)


# Sizes and times


@of("D1", "D3", "D6")
@SCHEMES
def test_of_what_is_too_large_only_a_part_is_taken(scheme):
    cases = {case.row: case for case in ANSWERS if case.row in ("D1", "D3", "D6")}
    taken = {}
    for row, case in cases.items():
        with served(scheme, case.serve) as site:
            exchange, _ = checked(site, case)
            taken[row] = exchange
    cap = cases["D1"].limits["decoded_bytes"]

    assert taken["D1"].decoded_bytes <= cap
    assert 0 < taken["D3"].wire_bytes <= TINY.wire_bytes
    assert (taken["D3"].truncated, taken["D6"].wire_bytes, taken["D6"].body) == ("length", 0, b"")
    assert [exchange.payload_sha256 for exchange in taken.values()] == [None] * 3


@of("D7")
def test_six_megabytes_of_paragraphs_are_read_as_text():
    [case] = [case for case in ANSWERS if case.row == "D7"]
    with served("https", case.serve) as site:
        exchange = site.ask(site.url(), limits=case.limits, keep=True)
    whole = b"".join(exchange.payload.decoded())
    exchange.payload.close()
    assert len(whole) == 6_000_000

    began = time.process_time()
    reading = read(whole, exchange.headers["content-type"])

    assert (reading.failure, len(reading.text.lines) > 1000) == (Unread.NONE, True)
    assert time.process_time() - began < 10


@of("D9")
@SCHEMES
@pytest.mark.parametrize("circle", [documents.CIRCULAR_PREVIOUS, documents.CIRCULAR_PAGES, documents.CIRCULAR_OBJECT])
def test_a_document_that_leads_in_a_circle_is_alive_and_hashed_though_nobody_can_read_it(scheme, circle):
    """The catalogue’s PDF_UNPARSED is what the reading says: the check sees a document that answers."""
    with served(scheme, page(circle, content_type="application/pdf")) as site:
        exchange, judged = site.check(site.url(), None)
    reading = read(exchange.body, "application/pdf")

    assert (judged.verdict, bool(exchange.payload_sha256)) == ("OK", True)
    assert (reading.failure, reading.text.lines) == (Unread.PDF_UNPARSED, ())
    assert reading.sentence.endswith(".")


@of("D10")
@SCHEMES
@pytest.mark.parametrize(
    "piece", ["page not ", "<a <a ", "&#", "<!-- -- ", "la page ", "\u3000\u00a0", "<meta charset=", "("]
)
def test_no_text_makes_judging_slow(scheme, piece):
    with served(scheme, page("<title>x</title>" + piece * (250_000 // len(piece.encode())))) as site:
        exchange = site.ask(site.url())
    began = time.process_time()
    judge(exchange, COPY)

    assert time.process_time() - began < 1


# Contents


@of("E10")
@SCHEMES
@pytest.mark.parametrize(
    "path", ["/docket;jsessionid=AB12?id=3", "/docket?token=1&id=3", "/(S(abcdefghijklmnopqrstuvwx))/d"]
)
def test_an_address_of_one_visitors_session_is_told_when_it_is_added(scheme, path):
    """The catalogue’s URL_EPHEMERAL: said to whoever adds the source, as no check could tell it later."""
    with served(scheme, {path: answer(200, PAGE)}) as site:
        assert site.check(site.url(path))[1].verdict == "OK"
        assert "session" in ephemeral(site.url(path))
        assert ephemeral(site.url()) is None


# Changes


@SCHEMES
@pytest.mark.parametrize("edition", EDITIONS, ids=str)
def test_two_editions_of_a_page(edition, scheme):
    pages = [answer(200, one, content_type=edition.content_type) for one in (edition.before, edition.after)]

    async def one_after_the_other(request, writer):
        await pages.pop(0)(request, writer)

    with served(scheme, {STORY_PATH: one_after_the_other}) as site:
        first, second = (site.ask(site.url()) for _ in pages[:])
        languages = {request.headers["accept-language"] for request in site.server.requests}
    before = read(first.body, edition.content_type, first.final_url)
    change = read(second.body, edition.content_type, asked=Asked(before.text, **edition.asked)).change

    assert (change.level, change.asks_human) == (edition.level, edition.asks_human), change.reasons
    assert edition.marks <= change.marks
    assert languages == {"en"}
    assert (first.payload_sha256 == second.payload_sha256) is (edition.row == "F1")


@of("F1", "F8")
@SCHEMES
def test_a_stub_is_not_remembered_in_place_of_the_page_and_the_same_bytes_are_no_change(scheme):
    [stub] = [edition for edition in EDITIONS if edition.row == "F8"]
    with served(scheme, {"/full": answer(200, stub.before), "/stub": answer(200, stub.after)}) as site:
        exchange, full = site.check(site.url("/full"), None)
        _, same = site.check(site.url("/full"), full.known(exchange))
        _, less = site.check(site.url("/stub"), full.known(exchange))
    past = advance(LinkPast(), full, NOW)

    assert (same.verdict, same.changed) == ("OK", False)
    assert (less.verdict, learns(advance(past, less, NOW), less), learns(past, full)) == ("PAYWALLED", False, True)


# The catalogue as a whole


def test_every_row_has_a_case_and_every_case_a_row():
    in_tables = {case.row for case in (*ANSWERS, *EDITIONS)}

    assert in_tables | BY_HAND | ELSEWHERE.keys() == ROWS.keys()


def test_a_case_says_what_its_row_says_or_why_it_does_not():
    for case in ANSWERS:
        row, effect = ROWS[case.row], re.sub(r"(?<=host) \d+", "", case.effect)
        agrees = case.verdict in row.verdicts.split() and effect in (
            row.effects.split("|") if row.effects else [effect]
        )
        assert agrees is not bool(case.differs), str(case)


def test_a_change_has_the_level_of_its_row_or_its_row_has_none():
    for edition in EDITIONS:
        assert edition.level in (ROWS[edition.row].verdicts or edition.level), str(edition)


def test_a_case_is_served_by_both_schemes_unless_it_is_about_certificates():
    one_scheme = {case.row for case in ANSWERS if case.only}

    assert one_scheme == {"C6", "C8", "C10"}


def test_what_is_tested_elsewhere_is_tested():
    for row, tests in ELSEWHERE.items():
        for named in tests:
            path, _, name = named.partition("::")
            tree = ast.parse((TESTS / path).read_text())
            assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, (row, named)
