"""Canaries: while a network answers in the web's place, nothing is checked and nothing is believed."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from allegations.actions.links import canaries, sweeping
from allegations.actions.links.canaries import Canary
from allegations.actions.links.progress import progress
from allegations.models import Host, Source
from tests import factories
from tests.fakes import Web, page
from tests.integration.web import serve, small_web, story

pytestmark = pytest.mark.django_db
PORTAL = "<title>Welcome</title><p>Sign in to our network with your room number.</p>"
PAST = "2026-01-01T00:00:00Z"


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(canaries, "HOLDS_S", 600)
    with small_web(settings) as running:
        settings.LINKS_CANARIES = f"{running.url('/own')} | our own words; {running.url('/partner')} | their words"
        serve(running, "/own", "<p>Here are our own words.</p>")
        serve(running, "/partner", PORTAL)
        yield running


def forget():
    canaries.door.redis_client().delete(canaries._key())


def portal(server):
    serve(server, "/own", PORTAL)
    forget()


def source(server):
    serve(server, "/story", story())
    row = factories.source(url=server.url("/story"))
    Host.objects.update(min_delay_ms=0)
    return row


def test_while_one_canary_is_well_links_are_checked(server):
    row = source(server)
    assert sweeping.drain() == 1
    assert row.checks.get().verdict == "OK"
    assert progress().withheld == ""


def test_behind_a_portal_nothing_is_asked_and_the_desk_says_why(server):
    row = source(server)
    portal(server)
    assert sweeping.drain() == 0
    assert {request.path for request in server.requests} == {"/own", "/partner"}
    assert Source.objects.due().get() == row
    assert row.state == "new"
    assert progress().withheld == canaries.WORDS


def test_what_was_asked_while_a_portal_came_up_is_asked_again(server):
    row = source(server)

    def meanwhile(url):
        portal(server)
        return page(url)

    assert sweeping.drain(fetch=Web(default=meanwhile)) == 0
    row.refresh_from_db()
    assert (row.state, row.lease_token, row.claim_count, row.checks.exists()) == ("new", None, 0, False)
    serve(server, "/own", "our own words")
    forget()
    Source.objects.update(next_check_at=PAST)
    assert sweeping.drain() == 1


def test_canaries_are_asked_once_for_all_workers_for_a_while(server):
    assert canaries.is_clear()
    assert canaries.is_clear()
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_with_another_status_is_not_well(server, status):
    server.on("/own", lambda request, writer: _answer(status, writer))
    forget()
    assert not canaries.is_clear()


async def _answer(status, writer):
    body = b"our own words"
    writer.write(b"HTTP/1.1 %d X\r\nlocation: /partner\r\ncontent-length: %d\r\n\r\n%b" % (status, len(body), body))


def test_without_canaries_nobody_is_asked(settings):
    assert settings.LINKS_CANARIES == ""
    assert canaries.is_clear()
    assert canaries.trouble() == ""


def test_canaries_are_read_or_refused_in_words():
    assert canaries.read(" https://a.example/ | one two ; ") == [Canary("https://a.example/", "one two")]
    for bad in ("https://a.example/", "https://a.example/ |", "a | b | c"):
        with pytest.raises(ImproperlyConfigured, match=r"ADDRESS \| WORDS"):
            canaries.read(bad)
