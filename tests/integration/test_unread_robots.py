"""A robots.txt that cannot be read: the site is left alone for a month, and since when is remembered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from allegations.actions.links import door, politeness, sweeping
from allegations.links.robots import Robots
from allegations.links.robots import RobotsFile as File
from allegations.models import Host, RobotsFile, Source
from tests import factories
from tests.integration.web import serve, story
from tests.servers.hostile import HostileServer, answer

pytestmark = pytest.mark.django_db
PAST = "2026-01-01T00:00:00Z"
RULES = "User-agent: *\nDisallow: /private\n"
ORIGIN = "https://paper.example.org"


@pytest.fixture
def server(settings):
    with HostileServer() as server:
        settings.LINKS_ALLOW, settings.LINKS_ROBOTS = [server.netloc], True
        serve(server, "/a", story())
        says(server, 500, "<h1>Fatal error</h1>")
        yield server


@pytest.fixture
def row(server):
    return factories.source(url=server.url("/a"), tier="published")


def says(server, status, text):
    server.on("/robots.txt", answer(status, text, content_type="text/plain"))


def sweep(row):
    """Let the link be checked; return the verdict and what is known of the site's robots.txt then."""
    for key in door.redis_client().scan_iter(f"{politeness.PREFIX}*"):
        door.redis_client().delete(key)
    Host.objects.update(not_before=PAST, due_at=PAST, min_delay_ms=0)
    Source.objects.update(next_check_at=PAST)
    assert sweeping.drain() == 1
    row.refresh_from_db()
    return row.checks.first().verdict, RobotsFile.objects.get()


def later(**kwargs):
    """Let what is known of robots.txt be so much older."""
    for known in RobotsFile.objects.all():
        known.fetched_at -= timedelta(**kwargs)
        known.unread_since = known.unread_since and known.unread_since - timedelta(**kwargs)
        known.save()


def test_a_link_behind_an_unreadable_file_is_not_checked_and_is_called_so(row):
    verdict, known = sweep(row)

    assert (verdict, known.status, known.text, known.unread_since) == ("ROBOTS_DENIED", 500, "", known.fetched_at)
    check = row.checks.get()
    assert (check.klass, row.state, row.past.failures) == ("skipped", "new", 0)
    assert check.signals[0].startswith("The site’s robots.txt could not be read, so the address was not asked")
    assert timedelta(hours=20) < row.next_check_at - timezone.now() < timedelta(hours=28)


def test_a_month_later_the_page_is_asked_and_the_beginning_was_never_lost(row, server):
    _, known = sweep(row)
    began = known.unread_since - timedelta(days=29)
    later(days=29)
    verdict, known = sweep(row)
    assert (verdict, known.unread_since) == ("ROBOTS_DENIED", began)
    assert known.fetched_at > timezone.now() - timedelta(minutes=5)

    later(days=2)
    verdict, known = sweep(row)
    assert (verdict, row.state) == ("OK", "alive")
    assert known.unread_since == began - timedelta(days=2)
    assert [request.path for request in server.requests] == ["/robots.txt"] * 3 + ["/a"]


def test_what_a_site_said_before_holds_after_that_month(row, server):
    says(server, 200, "User-agent: *\nDisallow: /a\nCrawl-delay: 60\n")
    assert sweep(row)[0] == "ROBOTS_DENIED"
    says(server, 500, "")
    later(days=2)
    _, known = sweep(row)
    assert known.text.startswith("User-agent: *\nDisallow: /a")

    later(days=31)
    assert sweep(row)[0] == "ROBOTS_DENIED"
    assert row.checks.first().signals[0].startswith("The site’s robots.txt asks automatic visitors to stay away")
    assert Host.objects.get().crawl_delay_ms == 60_000
    assert "/a" not in [request.path for request in server.requests]


def test_a_file_that_can_be_read_again_ends_it(row, server):
    sweep(row)
    says(server, 200, RULES)
    later(days=3)
    verdict, known = sweep(row)

    assert (verdict, known.status, known.text, known.unread_since) == ("OK", 200, RULES, None)


# Who knew nothing of the site


def remember(status, text="", now=5.0):
    book = Robots()
    book.found[ORIGIN] = File(status, text, now, now if status >= 500 else None)
    door._remember(book)
    return RobotsFile.objects.get()


def test_who_came_without_knowing_takes_nothing_away():
    began = timezone.now() - timedelta(days=20)
    RobotsFile.objects.create(
        origin=ORIGIN, host="paper.example.org", status=503, text=RULES, fetched_at=began, unread_since=began
    )
    known = remember(599)
    assert (known.status, known.text, known.unread_since) == (599, RULES, began)
    assert known.fetched_at > began

    known = remember(404)
    assert (known.status, known.text, known.unread_since) == (404, "", None)


def test_a_beginning_that_is_still_to_come_is_now():
    ahead = timezone.now() + timedelta(days=20)
    RobotsFile.objects.create(origin=ORIGIN, host="paper.example.org", status=503, fetched_at=ahead, unread_since=ahead)
    known = remember(500)
    assert known.unread_since == known.fetched_at < ahead


@pytest.mark.parametrize(
    ("status", "since"),
    [(500, None), (429, None), (200, PAST), (404, PAST), (503, "2026-02-02T00:00:00Z")],
)
def test_a_file_has_a_beginning_of_its_fault_where_it_has_one_and_not_after_it_was_asked(status, since):
    row = RobotsFile(origin=ORIGIN, host="x", status=status, fetched_at="2026-02-01T00:00:00Z", unread_since=since)
    with pytest.raises(IntegrityError, match="robots_file_unread_or_not"), transaction.atomic():
        row.save(force_insert=True)
