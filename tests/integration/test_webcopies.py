"""Copies in web archives: looked for when a link is lost, offered to a person, never followed by themselves."""

import asyncio
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from allegations.actions.links import webcopies
from allegations.actions.links.people import decide_copy
from allegations.links.exchange import Exchange, Failure, Hop
from allegations.models import Source, WebCopy
from allegations.workflow import StepRefused
from candidates.fields import with_bounds
from tests import factories
from tests.integration.web import check, serve, small_web, story
from tests.servers.hostile import answer

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

    async def __call__(self, uri, headers, *, within_s):
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
        monkeypatch.setattr(webcopies, "_may_ask", lambda archive: None)
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


def test_of_a_page_that_is_withheld_and_was_never_seen_a_copy_is_looked_for_until_it_shows_itself(settings):
    with small_web(settings) as server:
        server.on("/story", answer(403, ""))
        row = factories.source(url=server.url("/story"))
        check()
        row.refresh_from_db()
        assert row.state == "blocked"
        assert row.copies_due_at <= timezone.now()
        Source.objects.update(copies_due_at=timezone.now() + timedelta(days=7))  # nothing was found
        check()
        row.refresh_from_db()
        assert row.copies_due_at > timezone.now()
        serve(server, "/story", story())
        check()
        row.refresh_from_db()
        assert (row.state, row.copies_due_at) == ("alive", None)


def test_of_a_withheld_page_that_we_hold_a_copy_of_none_is_looked_for(settings):
    with small_web(settings) as server:
        server.on("/story", answer(403, ""))
        row = factories.source(url=server.url("/story"), archived=True)
        check()
    row.refresh_from_db()
    assert (row.state, row.copies_due_at) == ("blocked", None)


def test_an_archive_that_does_not_answer_is_asked_again_sooner(lost, monkeypatch):
    async def silent(uri, headers, *, within_s):
        return Exchange(uri, uri, failure=Failure.CONNECT_TIMEOUT, sentence="It did not answer.")

    monkeypatch.setattr(webcopies.door, "ask", silent)
    monkeypatch.setattr(webcopies, "_may_ask", lambda archive: None)
    webcopies.look_for_due()
    lost.refresh_from_db()
    assert lost.copies_due_at - timezone.now() <= timedelta(hours=6)


def test_archives_are_asked_twenty_times_a_minute_at_most(lost, monkeypatch):
    def later(archive):
        raise webcopies.Later

    monkeypatch.setattr(webcopies, "_may_ask", later)
    assert webcopies.look_for_due() == 0
    lost.refresh_from_db()
    assert timezone.now() < lost.copies_due_at < timezone.now() + timedelta(minutes=2)


def test_the_minute_is_counted_across_workers():
    with pytest.raises(webcopies.Later):
        for _ in range(2 * webcopies.mementos.PER_MINUTE + 1):  # the minute may turn once
            webcopies._may_ask("archive.example")
    webcopies._may_ask("another.example")  # each archive has a minute of its own


class TestTwoArchives:
    """One archive is slow or was asked enough; the other one has what is looked for."""

    @pytest.fixture
    def both(self, lost, ask, settings):
        settings.WEB_ARCHIVES = f"A slow one | wayback=http://slow.example/web; An archive | wayback={ARCHIVE}"
        return ask()

    @pytest.fixture
    def slow(self, both, monkeypatch):
        async def answer(uri, headers, *, within_s):
            if "slow.example" in uri:
                await asyncio.Event().wait()
            return await both(uri, headers, within_s=within_s)

        monkeypatch.setattr(webcopies.door, "ask", answer)
        monkeypatch.setattr(webcopies, "LOOKUP_S", 2.0)
        return both

    def test_what_one_holds_is_offered_though_the_other_keeps_us_waiting(self, lost, slow):
        begun = time.monotonic()
        assert webcopies.look_for_due() == 1
        assert time.monotonic() - begun < 20
        assert lost.web_copies.get().archive == "An archive"
        lost.refresh_from_db()
        assert lost.copies_due_at is None

    def test_what_one_holds_is_offered_though_the_other_was_asked_enough(self, lost, both, monkeypatch):
        def full(archive):
            if archive == "slow.example":
                raise webcopies.Later

        monkeypatch.setattr(webcopies, "_may_ask", full)
        assert webcopies.look_for_due() == 1
        assert lost.web_copies.get().archive == "An archive"
        assert not any("slow.example" in uri for uri in both.asked)

    def test_a_lookup_that_is_cut_short_comes_back_later_each_time(self, lost, slow, settings):
        settings.WEB_ARCHIVES = "A slow one | wayback=http://slow.example/web | cdx=http://slow.example/cdx"
        waits = []
        for _ in range(3):
            Source.objects.filter(pk=lost.pk).update(copies_due_at=timezone.now())
            webcopies.look_for_due(until=time.monotonic() + 1.0)
            lost.refresh_from_db()
            waits.append(round((lost.copies_due_at - timezone.now()) / timedelta(minutes=1)))
        assert waits == [1, 2, 4]

    def test_a_question_has_ten_seconds_at_most_and_what_is_left_of_the_lookup(self, lost, both, monkeypatch):
        allowed = []

        async def answer(uri, headers, *, within_s):
            allowed.append(within_s)
            return await both(uri, headers, within_s=within_s)

        monkeypatch.setattr(webcopies.door, "ask", answer)
        webcopies.look_for(lost)
        monkeypatch.setattr(webcopies, "LOOKUP_S", 3.0)
        webcopies.look_for(lost)
        assert max(allowed) == 10.0
        assert 0 < min(allowed) <= 3.0


def test_the_address_of_a_retired_source_goes_to_no_archive(lost, ask):
    archive = ask()
    Source.objects.filter(pk=lost.pk).update(state="retired")
    assert webcopies.look_for_due() == 0
    assert not archive.asked


def test_of_a_source_that_is_retired_meanwhile_no_copy_is_offered(lost, ask):
    ask()
    Source.objects.filter(pk=lost.pk).update(state="retired", copies_due_at=None)
    webcopies.look_for(lost)
    assert not lost.web_copies.exists()
    assert not lost.tasks.exists()
    lost.refresh_from_db()
    assert lost.copies_due_at is None


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


def test_a_copy_of_a_retired_source_is_not_decided_about(lost, ask, editor):
    ask()
    webcopies.look_for_due()
    Source.objects.update(state="retired")
    with pytest.raises(StepRefused, match="retired"):
        decide_copy(lost.web_copies.get(), accept=True, by=editor)


# Which copy


@pytest.mark.parametrize(
    ("seen", "read", "dated", "day"),
    [
        (True, "2019-03-05", "2018-01", "20261120"),
        (False, "2019-03-05", "2018-01", "20190305"),
        (False, None, "2018-02", "20180228"),
        (False, None, "2031", "20261101"),  # no page is looked for in the future
        (False, None, "", "20261101"),
    ],
)
def test_of_a_page_that_was_never_seen_the_copy_of_its_day_is_looked_for(lost, ask, candidacy, seen, read, dated, day):
    archive = ask()
    lost.dated = dated
    lost.save(update_fields=with_bounds("dated"))
    Source.objects.filter(pk=lost.pk).update(
        added_at="2026-11-01T09:00:00Z", last_alive_at="2026-11-20T09:00:00Z" if seen else None
    )
    for read_on in (read, "2026-10-30") if read else ():
        about = factories.allegation(candidacy.candidate, cited=0, published=False)
        factories.citation(source=lost, allegation=about, read_on=read_on, published=False)
    webcopies.look_for_due()
    assert archive.asked[0].startswith(f"{ARCHIVE}/{day}")
