"""Turns of hosts over many batches: who rests, whose turn it is, and which link ends whoever checks it."""

import asyncio
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
import redis
from django.conf import settings as project
from django.utils import timezone

from allegations.actions.evidence import source_for
from allegations.actions.links import door, politeness, sweeping
from allegations.actions.links.ageing import AGED, tickets
from allegations.actions.links.claiming import LEASE, LONE_FROM, MOST_CLAIMS, claim_due, claim_lone, reconcile
from allegations.actions.links.keeping import keep
from allegations.actions.links.politeness import GAP_MS, GAP_PATIENCE_MS, WANTED_WAIT_MS, Turns
from allegations.actions.links.recording import record
from allegations.actions.links.seeing import seen_of
from allegations.links.exchange import Limits
from allegations.links.failures import Deferred
from allegations.models import Host, LinkCheck, ReviewTask, RobotsFile, Source
from tests import factories
from tests.fakes import Web, page
from tests.integration.web import serve, story
from tests.servers.hostile import HostileServer, answer, redirect

pytestmark = pytest.mark.django_db
PAST = "2026-01-01T00:00:00Z"


@pytest.fixture
def client():
    return redis.Redis.from_url(project.REDIS_URL)


@pytest.fixture
def web(settings, client):
    """A server under two names, of a shortener and of a paper, that asks for no rest."""
    with HostileServer() as server:
        settings.LINKS_ALLOW, settings.LINKS_ROBOTS = [server.netloc], False
        settings.LINKS_RESOLVE = ["*.example.org=127.0.0.1"]
        yield server


def at(server, name, path):
    return server.url(path, f"{name}.example.org")


def short(server, path="/s"):
    """A link of the shortener that leads to the paper."""
    server.on(path, redirect(at(server, "paper", "/x")))
    row = factories.source(url=at(server, "short", path))
    Host.objects.update(min_delay_ms=0)
    return row


def all_due():
    Host.objects.update(not_before=PAST, due_at=PAST)
    Source.objects.update(next_check_at=PAST, lease_token=None, lease_until=None)


def host(name):
    return Host.objects.get(key=f"{name}.example.org")


# A page that never ends


def test_a_page_that_never_ends_is_slow_for_a_worker_too(web, monkeypatch):
    async def trickle(_request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
        while not writer.transport.is_closing():
            writer.write(b"x" * 500)
            await asyncio.sleep(0.1)

    monkeypatch.setattr(Limits, "total_s", 1.5)
    web.on("/trickle", trickle)
    row = factories.source(url=at(web, "slow", "/trickle"))
    sweeping.drain()
    check = row.checks.get()
    assert (check.verdict, check.klass, check.status) == ("SLOW", "unreachable", 200)


# Who asked for fewer requests


@pytest.mark.parametrize("is_known", [True, False])
def test_a_host_behind_a_redirect_is_left_alone_when_it_asks_for_that(web, is_known):
    web.on("/x", answer(429, "slow down", retry_after="7200"))
    if is_known:
        factories.source(url=at(web, "paper", "/y"))
        Source.objects.update(next_check_at="2099-01-01T00:00:00Z")
    row = short(web)
    sweeping.drain()

    assert row.checks.get().verdict == "RATE_LIMITED"
    assert (host("short").penalty_level, host("paper").penalty_level) == (0, 1)
    assert host("short").not_before <= timezone.now()
    assert host("paper").not_before > timezone.now() + timedelta(seconds=7000)
    assert host("paper").due_at >= host("paper").not_before


def test_nobody_is_led_to_a_host_that_is_to_be_left_alone(web):
    web.on("/x", answer(429, "slow down", retry_after="7200"))
    short(web)
    sweeping.drain()
    asked = len(web.requests)
    other = short(web, "/other")
    Host.objects.filter(key="short.example.org").update(not_before=PAST, due_at=PAST)
    sweeping.drain()

    assert [request.path for request in web.requests[asked:]] == ["/other"]
    check = other.checks.get()
    assert (check.verdict, [hop["status"] for hop in check.hops]) == ("DEFERRED", [302])
    other.refresh_from_db()
    assert other.next_check_at > timezone.now() + timedelta(seconds=6000)
    assert "behind" not in other.memory


def test_a_good_answer_does_not_undercut_what_the_host_asked_for_meanwhile():
    row = source_for("https://paper.example.org/")

    def asks_for_rest_meanwhile(url):
        Host.objects.update(not_before=timezone.now() + timedelta(hours=2), penalty_level=1)
        return page(url)

    claim = claim_due()
    exchanges = [asks_for_rest_meanwhile(source.canonical_url) for source in claim.sources]
    seen = [seen_of(source, exchange) for source, exchange in zip(claim.sources, exchanges, strict=True)]
    assert record(claim, seen, keep(seen)) == 1
    assert host("paper").not_before > timezone.now() + timedelta(hours=1)
    assert (host("paper").penalty_level, host("paper").due_at >= host("paper").not_before) == (1, True)
    assert row.checks.get().verdict == "OK"


# What a robots.txt asks for


def robots(server, text, status=200):
    """Let the robots.txt say this, and the page be checked once more."""
    server.on("/robots.txt", answer(status, text, content_type="text/plain"))
    RobotsFile.objects.all().delete()
    for key in door.redis_client().scan_iter(f"{politeness.PREFIX}*"):
        door.redis_client().delete(key)
    all_due()
    assert sweeping.drain() == 1
    return Host.objects.get()


@pytest.fixture
def paper(web, settings):
    settings.LINKS_ROBOTS = True
    serve(web, "/a", story())
    factories.source(url=at(web, "paper", "/a"))
    return web


def test_a_crawl_delay_is_followed_both_ways(paper):
    first = robots(paper, "User-agent: *\nCrawl-delay: 60\n")
    assert (first.delay_ms, first.min_delay_ms) == (60_000, 2000)
    assert first.not_before > timezone.now() + timedelta(seconds=40)
    assert robots(paper, "User-agent: *\nCrawl-delay: 7\n").delay_ms == 7000
    assert robots(paper, "User-agent: *\nAllow: /\n").delay_ms == 2000


def test_what_an_operator_has_set_is_never_undercut_and_stays(paper):
    Host.objects.update(min_delay_ms=120_000)
    found = robots(paper, "User-agent: *\nCrawl-delay: 5\n")
    assert (found.delay_ms, found.min_delay_ms) == (120_000, 120_000)
    assert found.not_before > timezone.now() + timedelta(seconds=100)


def test_a_robots_txt_with_a_fault_takes_nothing_back(paper):
    robots(paper, "User-agent: *\nCrawl-delay: 60\n")
    assert robots(paper, "oops", 500).delay_ms == 60_000


def test_of_two_origins_of_a_host_the_slower_one_counts(paper):
    robots(paper, "User-agent: *\nCrawl-delay: 5\n")
    text = "User-agent: *\nCrawl-delay: 30\n"
    key = Host.objects.get().key
    RobotsFile.objects.create(origin="http://0.example.org", host=key, status=200, text=text, fetched_at=timezone.now())
    door._follow_delays([key])
    assert Host.objects.get().delay_ms == 30_000
    RobotsFile.objects.filter(text=text).update(fetched_at=PAST)
    door._follow_delays([key])
    assert Host.objects.get().delay_ms == 5000


# Whose turn it is


@contextmanager
def others_asking(client, key):
    """Another batch holds the host."""
    with Turns(client, {key: 0.0}) as turns:
        assert key in turns._held
        yield


def checked(row):
    all_due()
    sweeping.drain()
    row.refresh_from_db()
    return row.checks.first().verdict


def test_a_link_behind_a_busy_host_gets_its_turn(web, client, monkeypatch):
    monkeypatch.setattr(politeness, "PATIENCE_S", 0.0)
    serve(web, "/x", story())
    key = Host.objects.create(key="paper.example.org").key
    row = short(web)
    for times in range(1, AGED + 1):  # whenever it comes, somebody is asking the paper
        with others_asking(client, key):
            assert checked(row) == "DEFERRED"
        assert (row.memory["put_off"], row.memory["behind"]) == (times, key)
    assert row.next_check_at < timezone.now() + timedelta(minutes=4)  # sooner than the others, while it is kept

    with others_asking(client, key):
        checked(row)  # from now on the paper is kept for it
    with Turns(client, {key: 0.0}) as others:
        assert key not in others._held
        with pytest.raises(Deferred) as put_off:
            asyncio.run(others.gate(key).__aenter__())
    assert put_off.value.wait_s <= WANTED_WAIT_MS / 1000

    assert checked(row) == "OK"
    assert "put_off" not in row.memory
    with Turns(client, {key: 0.0}) as others:
        assert key in others._held


def test_a_link_that_is_seldom_put_off_keeps_nobody_waiting(web, client, monkeypatch):
    monkeypatch.setattr(politeness, "PATIENCE_S", 0.0)
    row, key = short(web), "paper.example.org"
    for _ in range(AGED - 1):
        with others_asking(client, key):
            checked(row)
    assert tickets([row]) == {}
    assert row.next_check_at > timezone.now() + timedelta(minutes=14)
    with Turns(client, {key: 0.0}) as others:
        assert key in others._held


def test_a_link_whose_own_host_is_busy_is_counted_too(web, client):
    serve(web, "/x", story())
    row = factories.source(url=at(web, "paper", "/x"))
    with others_asking(client, "paper.example.org"):
        all_due()
        assert sweeping.drain() == 0
    row.refresh_from_db()
    assert (row.memory["put_off"], row.memory["behind"], row.claim_count) == (1, "paper.example.org", 0)
    assert not row.checks.exists()


# Links that end whoever checks them


def lost():
    """Let the leases of lost workers end."""
    held = Source.objects.filter(lease_token__isnull=False)
    held.update(lease_until=PAST, next_check_at=PAST)
    Host.objects.update(due_at=PAST, not_before=PAST)


class Deadly:
    """Ends the batch in which one address is asked, and notes what each batch asked."""

    def __init__(self, bad):
        self.bad, self.batches = bad, []

    def __call__(self, jobs):
        urls = [job.url for job in jobs]
        self.batches.append(urls)
        if self.bad in urls:
            raise MemoryError(self.bad)
        return [page(url) for url in urls]


def test_a_link_that_ends_its_workers_is_found_and_the_others_go_on(caplog):
    good = [source_for(f"https://good{n}.example.org/") for n in range(3)]
    bad = source_for("https://bad.example.org/")
    deadly = Deadly(bad.canonical_url)
    for _ in range(LONE_FROM):
        assert sweeping.drain(fetch=deadly) == 0
        lost()
    assert sweeping.drain(fetch=deadly) == len(good)
    assert all(len(batch) == 1 for batch in deadly.batches[LONE_FROM:])
    assert {row.checks.get().verdict for row in good} == {"OK"}
    assert set(Source.objects.exclude(pk=bad.pk).values_list("claim_count", flat=True)) == {0}

    for _ in range(MOST_CLAIMS - LONE_FROM - 1):
        lost()
        assert sweeping.drain(fetch=deadly) == 0
    asked = len(deadly.batches)
    lost()
    sweeping.drain(fetch=deadly)
    assert len(deadly.batches) == asked
    check, task = bad.checks.get(), bad.tasks.get(done_at__isnull=True)
    assert (check.klass, check.state, task.kind) == ("own_fault", "new", ReviewTask.Kind.OTHER)
    assert check.signals == [task.reason]
    bad.refresh_from_db()
    assert timedelta(hours=23) < bad.next_check_at - timezone.now() <= timedelta(days=1)
    assert (bad.lease_token, bad.claim_count) == (None, LONE_FROM)


def test_a_link_to_be_checked_alone_is_in_no_batch_and_holds_no_host_up():
    lone, other = (source_for(f"https://news.example.org/{n}") for n in range(2))
    Source.objects.filter(pk=lone.pk).update(claim_count=LONE_FROM)
    assert [source.pk for source in claim_due().sources] == [other.pk]
    assert not claim_lone().sources  # somebody is asking its host
    assert Source.objects.filter(lease_until__gt=timezone.now() + LEASE - timedelta(minutes=1)).count() == 1
    later = timezone.now() + timedelta(days=30)
    Source.objects.filter(pk=other.pk).update(lease_token=None, lease_until=None, next_check_at=later)
    Host.objects.update(due_at=PAST)
    assert not claim_due().sources
    assert Host.objects.get().due_at == later
    assert reconcile() == 0
    assert sweeping.batches_due() == 1
    assert [source.pk for source in claim_lone().sources] == [lone.pk]
    assert sweeping.batches_due() == 0


def test_a_host_whose_link_is_handed_out_once_more_is_held():
    first, second = (source_for(f"https://news.example.org/{n}") for n in range(2))
    Source.objects.filter(pk=second.pk).update(next_check_at=timezone.now() + timedelta(minutes=1))
    for _ in range(LONE_FROM):
        assert [source.pk for source in claim_due().sources] == [first.pk]
        due_at = Host.objects.get().due_at
        assert due_at > timezone.now() + timedelta(minutes=2)
        assert reconcile() == 0
        Source.objects.filter(pk=first.pk).update(lease_token=None, lease_until=None, next_check_at=PAST)
    assert not claim_due().sources
    second.delete()
    Host.objects.update(due_at="9999-01-01T00:00:00Z")  # nothing of it is due but what is checked alone
    assert reconcile() == 0


def test_links_to_be_checked_alone_leave_time_for_the_others():
    for n in range(sweeping.ALONE + 2):
        source_for(f"https://h{n}.example.org/")
    Source.objects.update(claim_count=LONE_FROM)
    source_for("https://other.example.org/")
    assert sweeping.drain(fetch=Web()) == sweeping.ALONE + 1
    assert sweeping.drain(fetch=Web(), until=time.monotonic() - 1) == 0
    assert LinkCheck.objects.count() == sweeping.ALONE + 1


# Servers with many hosts


@pytest.fixture
def slept(monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr(politeness.asyncio, "sleep", sleep)
    return waits


def ask_each(turns, hosts, address="192.0.2.1"):
    async def ask():
        for key in hosts:
            await turns.gap(key, address)

    asyncio.run(ask())


def test_hosts_of_one_server_are_asked_one_after_the_other(client, slept):
    ask_each(Turns(client, {}), [f"h{n}.example.org" for n in range(4)])
    assert len(slept) == 3
    assert slept[0] <= GAP_MS / 1000 < slept[1] < slept[2] <= 3 * GAP_MS / 1000


def test_one_host_has_no_gap_to_itself_nor_have_two_servers(client, slept):
    turns = Turns(client, {})
    ask_each(turns, ["a.example.org"] * 3)
    ask_each(turns, ["b.example.org"], "192.0.2.2")
    assert not slept


def test_a_host_that_asks_for_no_rest_waits_for_no_server(client, slept):
    ask_each(Turns(client, {f"h{n}.example.org": 0.0 for n in range(3)}), [f"h{n}.example.org" for n in range(3)])
    assert not slept


def test_a_line_that_is_too_long_is_not_joined(client, slept):
    turns, places = Turns(client, {}), GAP_PATIENCE_MS // GAP_MS
    with pytest.raises(Deferred, match="share one server") as first:
        ask_each(turns, [f"h{n}.example.org" for n in range(places + 5)])
    assert places <= len(slept) <= places + 1
    with pytest.raises(Deferred) as second:
        ask_each(turns, ["another.example.org"])
    assert second.value.wait_s <= first.value.wait_s  # who was put off has left no gap behind


def test_without_redis_a_server_is_asked(slept):
    nobody = redis.Redis.from_url("redis://127.0.0.1:1/0")
    ask_each(Turns(nobody, {}), ["a.example.org", "b.example.org"])
    assert not slept
