"""Hosts that a link's checks come to besides its own: their robots.txt is asked for once, not at every check."""

from dataclasses import replace

import pytest
from django.test.utils import CaptureQueriesContext

from allegations.actions.links import door, onward, politeness, sweeping
from allegations.links import providers
from allegations.links.exchange import Exchange, Failure, Hop
from allegations.links.platforms import Platform
from allegations.links.urls import host_key
from allegations.models import Host, RobotsFile, Source
from tests import factories
from tests.integration.web import serve, story
from tests.servers.hostile import HostileServer, answer, redirect

pytestmark = pytest.mark.django_db
PAST = "2026-01-01T00:00:00Z"
SHELL = '<title>Post</title><noscript>Please enable JavaScript.</noscript><div id="root"></div><script src=/a></script>'
ALL = "User-agent: *\nAllow: /\n"


@pytest.fixture
def server(settings):
    """A server under the names of several sites."""
    with HostileServer() as server:
        settings.LINKS_ALLOW, settings.LINKS_ROBOTS = [server.netloc], True
        settings.LINKS_RESOLVE = ["*.example.org=127.0.0.1", "*.example.net=127.0.0.1"]
        server.on("/robots.txt", answer(200, ALL, content_type="text/plain"))
        yield server


def at(server, host, path):
    return server.url(path, host)


def link(server, host, path):
    return factories.source(url=at(server, host, path))


def sweep(checks):
    """Let every link be due, and be checked, without any rest."""
    for key in door.redis_client().scan_iter(f"{politeness.PREFIX}*"):
        door.redis_client().delete(key)
    Host.objects.update(not_before=PAST, due_at=PAST, min_delay_ms=0)
    Source.objects.update(next_check_at=PAST)
    assert sweeping.drain() == checks


def asked_for_rules(server):
    """The hosts that were asked for their robots.txt, as often as they were."""
    asked = [request.headers["host"] for request in server.requests if request.path == "/robots.txt"]
    return sorted(host.partition(":")[0] for host in asked)


def verdicts(row):
    return [check.verdict for check in row.checks.all()]


def test_the_site_that_a_link_leads_to_is_asked_once_for_its_rules(server):
    server.on("/s", redirect(at(server, "paper.example.net", "/x")))
    serve(server, "/x", story())
    row = link(server, "short.example.org", "/s")
    sweep(1)
    sweep(1)

    assert asked_for_rules(server) == ["paper.example.net", "short.example.org"]
    assert [request.path for request in server.requests].count("/x") == 2
    row.refresh_from_db()
    assert row.memory["met"] == ["paper.example.net"]


def test_a_site_that_forbids_what_a_link_leads_to_is_asked_once_for_its_rules(server):
    server.on("/s", redirect(at(server, "paper.example.net", "/x")))
    server.on("/robots.txt", answer(200, "User-agent: *\nDisallow: /x\n", content_type="text/plain"))
    row = link(server, "short.example.org", "/s")
    sweep(1)
    sweep(1)

    assert verdicts(row) == ["ROBOTS_DENIED"] * 2
    assert asked_for_rules(server) == ["paper.example.net", "short.example.org"]


@pytest.fixture
def platform(server, monkeypatch):
    """A platform whose pages are empty without scripts, and which tells elsewhere what it still has."""
    told_at = at(server, "publish.example.net", "/oembed?url=")
    site = Platform("Posts", ("example.org",), removed=(), oembed=told_at, embeds=providers.BY_SITE["x.com"].embeds)
    monkeypatch.setitem(providers.BY_SITE, "example.org", site)
    serve(server, "/status/1", SHELL)
    serve(server, "/status/2", SHELL)
    return site


def test_a_platform_is_asked_once_for_the_rules_of_its_oembed_address(server, platform):
    row = link(server, "posts.example.org", "/status/1")
    sweep(1)
    other = link(server, "posts.example.org", "/status/2")
    Source.objects.filter(pk=row.pk).update(state="retired")
    sweep(1)  # another link, which has met nobody yet

    assert verdicts(row) == verdicts(other) == ["NEEDS_JS"]
    assert [request.path.partition("?")[0] for request in server.requests].count("/oembed") == 2
    assert asked_for_rules(server) == ["posts.example.org", "publish.example.net"]


def test_a_platform_whose_oembed_address_has_moved_is_asked_once_there_too(server, platform):
    row = link(server, "posts.example.org", "/status/1")
    _, _, told_at = providers.oembed_url(row.canonical_url).partition(server.netloc.partition(":")[2])
    server.on(told_at, redirect(at(server, "new.example.net", "/told")))
    sweep(1)
    sweep(1)

    assert [request.path for request in server.requests].count("/told") == 2
    assert asked_for_rules(server) == ["new.example.net", "posts.example.org", "publish.example.net"]
    row.refresh_from_db()
    assert row.memory["met"] == ["publish.example.net", "new.example.net"]


def test_known_hosts_cost_a_batch_no_query_and_are_no_turns(django_assert_num_queries):
    hosts = {"a.example.org"}
    Host.objects.create(key="b.example.org")
    with CaptureQueriesContext(door.connection) as plain:
        door.Visit(hosts)
    RobotsFile.objects.create(origin="https://b.example.org", host="b.example.org", status=404, fetched_at=PAST)
    with django_assert_num_queries(len(plain)):
        visit = door.Visit(hosts, likely={"b.example.org"})
    assert visit._robots._known.keys() == {"https://b.example.org"}
    assert "b.example.org" not in visit._rests


# What is remembered


def went(*urls, leads=None, failure=None):
    hops = [Hop(url, 302) for url in urls]
    if hops:
        hops[-1] = replace(hops[-1], location=leads)
    return Exchange(
        "https://a.example.org/", urls[-1] if urls else "https://a.example.org/", tuple(hops), failure=failure
    )


@pytest.mark.parametrize(
    ("exchange", "hosts"),
    [
        (went(), []),
        (went("https://a.example.org/"), ["a.example.org"]),
        (went("https://a.example.org/", "https://www.b.example.org/x"), ["a.example.org", "b.example.org"]),
        (went("https://a.example.org/", leads="/y"), ["a.example.org", "a.example.org"]),
        (went("https://a.example.org/", leads="//Müller.example/"), ["a.example.org", "xn--mller-kva.example"]),
        (went("https://a.example.org/", leads="file:///etc/passwd"), ["a.example.org"]),
        (went("https://a.example.org/", leads="http://[::"), ["a.example.org"]),
    ],
)
def test_the_hosts_on_the_way_are_told_in_their_order(exchange, hosts):
    assert onward.hosts_of(exchange) == hosts


def met(exchange, earlier=(), besides=()):
    row = factories.source(url="https://www.a.example.org/", memory={"met": list(earlier)})
    return onward.remembered(row, exchange, besides)["met"]


def test_a_few_hosts_are_remembered_each_once_and_not_the_links_own():
    many = [f"https://h{n}.example.org/" for n in range(20)]
    assert met(went("https://a.example.org/", *many)) == [host_key(url) for url in many[: onward.MOST]]
    assert met(went("https://a.example.org/", many[0], "https://a.example.org/x", many[0])) == ["h0.example.org"]
    assert met(went(many[0]), besides=["h0.example.org", "c.example.org"]) == ["h0.example.org", "c.example.org"]


def test_a_check_that_failed_on_its_way_forgets_nobody():
    one, two = "https://one.example.org/", "https://two.example.org/"
    assert met(went(two), earlier=["one.example.org"]) == ["two.example.org"]
    assert met(went(failure=Failure.CONNECT_REFUSED), earlier=["one.example.org"]) == ["one.example.org"]
    assert met(went(two, failure=Failure.SLOW), earlier=[host_key(one)]) == ["two.example.org", "one.example.org"]
