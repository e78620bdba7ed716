"""Content that cannot be compared with the page that was cited is kept, stands for nothing, and waits for a person."""

import pytest

from allegations.actions.links import answers
from allegations.actions.links.seeing import job_of
from allegations.models import Source
from tests import factories
from tests.integration.web import check, serve, small_web, story
from tests.servers.hostile import answer

pytestmark = pytest.mark.django_db
GARDEN = story(
    *[f"Tip number {n} for a greener garden: water the roses early in the day, and mulch the beds." for n in range(9)],
    title="Garden tips",
)


@pytest.fixture
def server(settings):
    with small_web(settings) as running:
        yield running


@pytest.fixture
def gone(server):
    """A link that is gone, of which nothing was ever seen."""
    row = factories.source(url=server.url("/old"))
    Source.objects.filter(pk=row.pk).update(state="gone")
    serve(server, "/old", GARDEN)
    return row


def checked(source):
    check()
    source.refresh_from_db()
    return source


def opened(source):
    return {task.kind: task.reason for task in source.tasks.filter(done_at__isnull=True)}


def test_other_content_at_a_gone_address_is_no_evidence_and_a_question(gone):
    checked(gone)

    copy = gone.captures.get()
    assert (gone.state, gone.archived, gone.baseline, gone.content_state) == ("gone", False, None, "")
    assert (copy.quality, copy.quality_reasons[0]) == (
        "not-evidence",
        "The link was in doubt when it came: nothing told that it is the page that was cited.",
    )
    assert list(opened(gone)) == ["usurped"]
    assert "Nothing that is known of the page tells" in opened(gone)["usurped"]


def test_it_does_not_prove_itself_and_is_kept_once(gone):
    for _ in range(3):
        checked(gone)

    assert (gone.state, gone.archived) == ("gone", False)
    assert gone.captures.count() == 1
    assert gone.memory["sha256"] is None


def test_once_a_person_says_that_it_is_the_page_it_is_taken_as_evidence(gone, editor):
    task = checked(gone).tasks.get(kind="usurped")
    answers.answer(task, "alive", by=editor, reason="It is the page.", seen=answers.sight(task))
    checked(gone)

    assert (gone.state, gone.archived) == ("alive", True)
    assert [copy.quality for copy in gone.captures.order_by("pk")] == ["not-evidence", "evidence"]


def test_behind_a_bad_certificate_it_is_no_evidence_either(settings):
    from tests.servers.hostile import HostileServer

    with HostileServer(tls="self_signed") as server:
        settings.LINKS_ALLOW, settings.LINKS_ROBOTS = [server.netloc], False
        serve(server, "/old", GARDEN)
        fresh, lost = factories.source(url=server.url("/old?1")), factories.source(url=server.url("/old?2"))
        serve(server, "/old?1", GARDEN)
        serve(server, "/old?2", GARDEN)
        Source.objects.filter(pk=lost.pk).update(state="gone")
        checked(fresh)
        lost.refresh_from_db()

    assert (fresh.archived, lost.archived, lost.baseline) == (True, False, None)


def test_a_question_about_a_silent_host_ends_when_something_answers(server):
    row = factories.source(url=server.url("/old"))
    serve(server, "/old", GARDEN)
    proposed = {"state": "unreachable", "proposed": "gone", "long_silent": True}
    Source.objects.filter(pk=row.pk).update(state="unreachable", memory=proposed)
    row.tasks.create(kind="unreachable", reason="The host has not answered for a long time.")
    checked(row)

    assert row.state == "unreachable"
    assert list(opened(row)) == ["usurped"]


def redirect_to(server, path):
    server.on("/a", answer(301, "", location=path))


def test_a_page_that_moves_once_more_is_asked_about_once_more(server, editor):
    row = factories.source(url=server.url("/a"))
    for path in ("/b", "/c"):
        serve(server, path, story())
    redirect_to(server, "/b")
    task = checked(row).tasks.get(kind="moved")
    answers.answer(task, "noted", by=editor, reason="Not yet.", seen=answers.sight(task))
    assert not opened(checked(row))

    redirect_to(server, "/c")
    assert list(opened(checked(row))) == ["moved"]
    assert row.moved_to == server.url("/c")
    assert row.tasks.count() == 2


def test_a_new_address_that_is_too_long_to_be_kept_is_not_offered_in_part(server):
    row = factories.source(url=server.url("/a"))
    path = "/b?" + "x" * 3000
    serve(server, path, story())
    redirect_to(server, path)

    assert (checked(row).state, row.moved_to) == ("moved", "")


ROBOTS = "User-agent: *\nDisallow: /\n"


def test_what_robots_txt_forbids_is_shown_as_not_checked(client, settings, server):
    row = factories.allegation(factories.candidacy().candidate).citations.get().source
    Source.objects.exclude(pk=row.pk).update(state="retired")
    url = server.url("/s")
    host = factories.source(url=server.url("/other")).host
    Source.objects.filter(pk=row.pk).update(url=url, canonical_url=url, host=host)
    for path in ("/s", "/other"):
        serve(server, path, story())
    checked(row)
    assert "Answering, last seen today" in _page(client, row)

    settings.LINKS_ROBOTS = True
    server.on("/robots.txt", answer(200, ROBOTS, **{"content-type": "text/plain"}))
    checked(row)
    shown = _page(client, row)

    assert row.checks.first().verdict == "ROBOTS_DENIED"
    assert "Not checked since today: The site’s robots.txt asks automatic visitors to stay away" in shown
    assert "Answering" not in shown
    assert "Last tried" in shown
    assert "Last checked" not in shown


def _page(client, source):
    html = client.get(f"/sources/{source.pk}/").content.decode()
    return " ".join(html[html.index('class="state-line"') :][:600].split())


@pytest.mark.parametrize("state", ["gone", "suspect", "unreachable", "blocked"])
def test_not_modified_brings_no_link_back(server, state):
    row = factories.source(url=server.url("/old"))
    serve(server, "/old", story())
    checked(row)
    Source.objects.filter(pk=row.pk).update(state=state, etag='"v1"')
    server.requests.clear()
    checked(row)

    assert "if-none-match" not in server.requests[-1].headers


def test_not_modified_is_believed_of_the_page_alone_and_not_of_one_it_redirects_to(server):
    row = factories.source(url=server.url("/old"))
    serve(server, "/old", story())
    checked(row)
    Source.objects.filter(pk=row.pk).update(last_modified="Wed, 01 Jan 2020 00:00:00 GMT")
    server.on("/old", answer(302, "", location="/gone.html"))
    serve(server, "/gone.html", GARDEN)
    server.requests.clear()
    checked(row)

    asked = [(request.path, "if-modified-since" in request.headers) for request in server.requests]
    assert asked[:2] == [("/old", True), ("/gone.html", False)]


@pytest.mark.parametrize("open_question", [{}, {"proposed": "gone"}, {"long_silent": True}])
def test_where_a_question_is_open_no_validator_is_sent(open_question):
    row = factories.source(state="alive", etag='"v1"', memory=open_question)

    assert bool(job_of(row).etag) == (not open_question)
