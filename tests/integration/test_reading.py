"""Reading copies: what a page says, what changed in it, and what that asks of people."""

import pytest
from django.db import DatabaseError, transaction

from allegations.actions.links import reading, sweeping
from allegations.actions.links.answers import waiting
from allegations.actions.links.claiming import check_now
from allegations.actions.links.people import accept_change
from allegations.actions.links.store import archive
from allegations.links.texts import Bounds, Readers
from allegations.models import Capture, CaptureText, ContentChange, ReviewTask, Source
from tests import factories
from tests.integration.web import STORY, check, read, serve, small_web, story, with_sentence
from tests.servers.hostile import CHALLENGE, answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with small_web(settings) as running:
        yield running


@pytest.fixture
def source(server):
    serve(server, "/story", story())
    row = factories.source(url=server.url("/story"))
    check()
    row.refresh_from_db()
    return row


def again(server, source, body, **headers):
    """Check the source again after its page became this."""
    serve(server, "/story", body, **headers)
    check()
    source.refresh_from_db()
    return source.changes.first()


def tasks(source):
    return set(source.tasks.filter(done_at__isnull=True).values_list("kind", flat=True))


def test_a_good_page_becomes_evidence_and_the_baseline(source):
    (copy,) = source.captures.all()
    assert (copy.quality, copy.quality_reasons) == ("evidence", [])
    assert source.archived
    assert source.baseline == copy
    assert source.content_state == "baseline"
    assert [words for kind, words in copy.text.blocks if kind == "paragraph"] == list(STORY)
    assert copy.text.found["title"].startswith("Inquiry into patrol boats")
    assert (copy.text.found["language"], copy.text.failure) == ("en", "")


def test_the_same_bytes_are_not_kept_or_read_twice(source):
    check()
    assert source.checks.count() == 2
    assert source.captures.count() == 1


def test_what_changes_around_the_text_asks_nobody(server, source):
    assert again(server, source, story().replace("Section", "Ressort")) is None
    assert source.content_state == "cosmetic"
    assert source.captures.count() == 2
    assert not tasks(source)


CRITICAL = {
    "verdict": (1, "The general was acquitted of fraud by the court of first instance in March."),
    "negation": (1, "The general was not charged with fraud by the court of first instance in March."),
    "number": (0, "The prosecutor of the capital opened an inquiry on Monday into the purchase of 20 patrol boats."),
}


@pytest.mark.parametrize("case", CRITICAL.values(), ids=CRITICAL)
def test_a_critical_change_waits_for_a_person(server, source, case):
    change = again(server, source, with_sentence(*case))
    assert (change.level, source.content_state) == ("critical", "critical")
    assert change.reasons
    assert tasks(source) == {"critical-change"}
    assert source.tasks.get().change == change
    (edit,) = change.diff
    assert edit["after"][0]["text"] == case[1]


def test_a_paragraph_that_is_added_is_told_and_asks_nobody(server, source):
    change = again(server, source, story(*STORY, "The agency has asked the ministry for the minutes of the meeting."))
    assert change.level == "substantive"
    assert not tasks(source)


def test_a_quote_that_is_gone_comes_first(server, source):
    allegation = factories.allegation(factories.candidacy().candidate, cited=0, published=False)
    quote = "He denies the claim and says that the contract was awarded"
    citation = factories.citation(source=source, allegation=allegation, quote=quote, published=False)
    change = again(server, source, story(*STORY[:2], *STORY[3:]))
    assert change.quotes_missing == [citation.pk]
    assert tasks(source) == {"quote-missing", "critical-change"}
    assert next(iter(waiting())) == "quote-missing"


def test_another_article_at_the_address_is_no_evidence_and_archives_are_asked(server, source):
    other = [
        f"Recipe number {n}: stir the flour into the warm milk and let the dough rest for an hour." for n in range(9)
    ]
    change = again(server, source, story(*other, title="Bread at home"))
    assert change.level == "replaced"
    assert source.captures.first().quality == "not-evidence"
    assert source.archived
    assert source.baseline == change.before
    assert source.copies_due_at is not None
    assert tasks(source) == {"critical-change"}


def test_a_stub_behind_a_paywall_leaves_the_baseline(server, source):
    mark = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
    change = again(server, source, story(STORY[0]).replace("</head>", f"{mark}</head>"))
    assert change.level == "paywalled"
    assert source.captures.first().quality == "not-evidence"
    assert source.baseline == change.before


def test_a_page_that_comes_back_is_unchanged(server, source):
    again(server, source, with_sentence(*CRITICAL["verdict"]))
    again(server, source, story())
    assert source.content_state == "unchanged"


def test_a_critical_change_stays_until_somebody_has_looked(server, source, editor):
    change = again(server, source, with_sentence(*CRITICAL["verdict"]))
    again(server, source, with_sentence(*CRITICAL["verdict"]).replace("Section", "Ressort"))
    assert source.content_state == "critical"
    accept_change(change, by=editor, reason="Read; the court acquitted him on appeal.")
    source.refresh_from_db()
    assert (source.content_state, source.baseline) == ("", change.after)
    assert not tasks(source)
    assert source.link_events.first().by == editor


def test_a_captcha_is_kept_but_never_as_a_copy(server):
    server.on("/story", answer(200, CHALLENGE))
    row = factories.source(url=server.url("/story"))
    check()
    row.refresh_from_db()
    assert row.checks.get().warc is not None
    assert not row.captures.exists()
    assert not row.archived


def test_a_page_without_text_is_no_evidence(server):
    serve(server, "/thin", "<title>Story</title><p>Read more.</p>")
    row = factories.source(url=server.url("/thin"))
    check()
    copy = row.captures.get()
    assert copy.quality == "not-evidence"
    assert "characters of text" in copy.quality_reasons[0]


def test_a_page_that_eats_memory_ends_its_reader_and_says_so(server):
    serve(server, "/large", story(*(f"{sentence} {n}" for n in range(9000) for sentence in STORY)))
    row = factories.source(url=server.url("/large"))
    with Readers(1, Bounds(memory_bytes=90_000_000)) as small:
        check(small)
    copy = row.captures.get()
    assert copy.text.failure == "Reading it took more memory than is allowed."
    assert copy.quality == "not-evidence"
    assert copy.text.failure in copy.quality_reasons


def test_a_page_that_takes_too_long_ends_its_reader_and_says_so(server):
    serve(server, "/large", story(*(f"{sentence} {n}" for n in range(9000) for sentence in STORY)))
    row = factories.source(url=server.url("/large"))
    with Readers(1, Bounds(page_s=0.05)) as hasty:
        check(hasty)
    assert row.captures.get().text.failure == "Reading it took longer than is allowed."


def test_an_archive_that_is_away_while_copies_are_read_costs_none(server, source):
    serve(server, "/story", with_sentence(*CRITICAL["verdict"]))
    Source.objects.update(next_check_at="2026-01-01T00:00:00Z")
    assert sweeping.drain() == 1
    folder = archive().folder
    away = folder.rename(folder.with_name("away"))
    assert read() == 0
    copy = source.captures.unread().get()
    assert (copy.read_tries, hasattr(copy, "text")) == (0, False)
    assert not reading.is_due()
    away.rename(folder)
    Capture.objects.update(read_due_at="2026-01-01T00:00:00Z")
    assert read() == 1
    copy.refresh_from_db()
    assert copy.quality == "evidence"


def test_what_a_person_takes_over_is_what_later_copies_are_compared_with(server, source, editor):
    other = [f"Recipe {n}: stir the flour into the warm milk and let the dough rest for an hour." for n in range(9)]
    change = again(server, source, story(*other, title="Bread at home"))
    assert change.level == "replaced"
    accept_change(change, by=editor, reason="The agency moved its story; this is the page that we cite now.")
    later = again(server, source, story(*other, "Bake it for forty minutes in a hot oven.", title="Bread at home"))
    assert later.before == change.after
    assert later.level in ("substantive", "critical")
    assert source.captures.first().quality == "evidence"


def test_reading_leaves_a_check_that_somebody_asked_for(server, source, editor):
    serve(server, "/story", with_sentence(*CRITICAL["verdict"]))
    Source.objects.update(next_check_at="2026-01-01T00:00:00Z")
    sweeping.drain()
    check_now(source, by=editor)
    read()
    assert Source.objects.due().get() == source


def test_a_reader_that_was_lost_leaves_its_copy_due_again(source):
    with transaction.atomic():
        reset_reading(source)
    assert reading._claim()
    assert not reading.is_due()
    Capture.objects.update(read_due_at="2026-01-01T00:00:00Z")
    assert [copy.read_tries for copy in reading._claim()] == [3]


def reset_reading(source):
    CaptureText.objects.all().delete()
    Source.objects.update(baseline=None)
    Capture.objects.update(quality="unread", read_at=None, read_due_at="2026-01-01T00:00:00Z")


def test_a_copy_that_ends_every_reader_is_given_up(source):
    reset_reading(source)
    Capture.objects.update(read_tries=reading.MOST_TRIES)
    read()
    assert Capture.objects.get().quality_reasons[0] == reading.GIVEN_UP


def test_what_a_copy_is_never_changes(source):
    for change in ({"sha256": "0" * 64}, {"captured_at": "2020-01-01T00:00:00Z"}, {"size": 1}):
        with pytest.raises(DatabaseError, match="kept as they were written"), transaction.atomic():
            Capture.objects.update(**change)
    with pytest.raises(DatabaseError, match="kept as they were written"), transaction.atomic():
        Capture.objects.all()._raw_delete(using="default")


def test_a_change_is_written_once_and_kept(server, source):
    change = again(server, source, with_sentence(*CRITICAL["verdict"]))
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ContentChange.objects.filter(pk=change.pk).update(level="cosmetic")
    assert ReviewTask.objects.filter(change=change).count() == 1


def test_a_changed_page_is_checked_sooner_and_an_unchanged_one_later(server, source):
    check()  # the second look, after which it is due when it would have been without it
    source.refresh_from_db()
    first = source.next_check_at - source.last_checked_at
    again(server, source, story().replace("Section", "Ressort"))
    later = source.next_check_at - source.last_checked_at
    again(server, source, with_sentence(*CRITICAL["verdict"]))
    sooner = source.next_check_at - source.last_checked_at
    assert sooner < first < later
