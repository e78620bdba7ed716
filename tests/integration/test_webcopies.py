"""Copies in web archives: looked for when a link is lost, offered to a person, never followed by themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from allegations.actions.links import webcopies
from allegations.actions.links.people import decide_copy
from allegations.links.exchange import Exchange, Failure, Hop
from allegations.models import Source, WebCopy
from allegations.workflow import StepRefused
from tests import factories
from tests.integration.web import check, serve, small_web, story

pytestmark = pytest.mark.django_db
ARCHIVE = "http://archive.example/web"


@pytest.fixture
def lost(settings):
    """A source whose page we hold a copy of, and whose link is gone."""
    settings.WEB_ARCHIVES = f"An archive | wayback={ARCHIVE}"
    with small_web(settings) as server:
        serve(server, "/story", story())
        row = factories.source(url=server.url("/story"))
        check()
    Source.objects.filter(pk=row.pk).update(state="gone", copies_due_at=timezone.now())
    return Source.objects.get(pk=row.pk)


class Archive:
    """Answers what the archive would: a redirect to a copy, and the copy."""

    def __init__(self, source, body=None, status=200):
        self.source, self.body, self.status, self.asked = source, body or story(), status, []

    async def __call__(self, uri, headers):
        self.asked.append(uri)
        if "id_/" not in uri:
            return self.answer(uri, 302, location=f"{ARCHIVE}/20261120120000/{self.source.canonical_url}")
        return self.answer(uri, self.status, memento_datetime="Fri, 20 Nov 2026 12:00:00 GMT")

    def answer(self, uri, status, **headers):
        named = {"content-type": "text/html"} | {name.replace("_", "-"): value for name, value in headers.items()}
        head = "\r\n".join([f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in named.items()), "", ""])
        hop = Hop(uri, status, named.get("location"), "192.0.2.1", head=head.encode())
        body = self.body.encode() if status == 200 else b""
        return Exchange(uri, uri, hops=(hop,), status=status, headers=named, body=body)


@pytest.fixture
def ask(monkeypatch, lost):
    def use(**kwargs):
        archive = Archive(lost, **kwargs)
        monkeypatch.setattr(webcopies.door, "ask", archive)
        monkeypatch.setattr(webcopies, "_may_ask", lambda: None)
        return archive

    return use


def test_a_copy_that_is_like_ours_is_offered(lost, ask):
    archive = ask()
    assert webcopies.look_for_due() == 1
    copy = lost.web_copies.get()
    assert (copy.archive, copy.decision, copy.taken_at.day) == ("An archive", "offered", 20)
    assert copy.similarity > 0.9
    assert lost.tasks.get(done_at__isnull=True).kind == "copy-offered"
    lost.refresh_from_db()
    assert (lost.copies_due_at, lost.state) == (None, "gone")
    assert all(uri.startswith(ARCHIVE) for uri in archive.asked)


def test_a_copy_of_something_else_is_not_offered_and_the_no_holds_for_a_week(lost, ask):
    other = story(*(f"Recipe {n}: stir the flour into the warm milk and let it rest for an hour." for n in range(8)))
    ask(body=other.replace("Inquiry into patrol boats", "Bread at home"))
    webcopies.look_for_due()
    assert not lost.web_copies.exists()
    lost.refresh_from_db()
    assert timedelta(days=6) < lost.copies_due_at - timezone.now() <= timedelta(days=7)
    assert webcopies.look_for_due() == 0


def test_an_archive_that_does_not_answer_is_asked_again_sooner(lost, monkeypatch):
    async def silent(uri, headers):
        return Exchange(uri, uri, failure=Failure.CONNECT_TIMEOUT, sentence="It did not answer.")

    monkeypatch.setattr(webcopies.door, "ask", silent)
    monkeypatch.setattr(webcopies, "_may_ask", lambda: None)
    webcopies.look_for_due()
    lost.refresh_from_db()
    assert lost.copies_due_at - timezone.now() <= timedelta(hours=6)


def test_archives_are_asked_twenty_times_a_minute_at_most(lost, monkeypatch):
    def later():
        raise webcopies.Later

    monkeypatch.setattr(webcopies, "_may_ask", later)
    assert webcopies.look_for_due() == 0
    lost.refresh_from_db()
    assert timezone.now() < lost.copies_due_at < timezone.now() + timedelta(minutes=2)


def test_the_minute_is_counted_across_workers():
    with pytest.raises(webcopies.Later):
        for _ in range(2 * webcopies.mementos.PER_MINUTE + 1):  # the minute may turn once
            webcopies._may_ask()


def test_a_person_decides_once(lost, ask, editor):
    ask()
    webcopies.look_for_due()
    copy = decide_copy(lost.web_copies.get(), accept=True, by=editor)
    assert (copy.decision, copy.decided_by) == ("accepted", editor)
    assert not lost.tasks.filter(done_at__isnull=True).exists()
    with pytest.raises(StepRefused, match="decided about this copy already"):
        decide_copy(copy, accept=False, by=editor)


def test_what_was_refused_is_not_offered_again(lost, ask, editor):
    ask()
    webcopies.look_for_due()
    decide_copy(lost.web_copies.get(), accept=False, by=editor)
    Source.objects.update(copies_due_at=timezone.now())
    webcopies.look_for_due()
    assert WebCopy.objects.get().decision == "refused"
    assert not lost.tasks.filter(done_at__isnull=True).exists()
