"""Quotes of citations: looked for at each reading and when they change, asked about until that is settled."""

import pytest

from allegations.actions.links import quoting, reading
from allegations.actions.links.answers import answer, sight
from allegations.actions.links.store import archive
from allegations.models import Citation, QuoteCheck, Source
from allegations.workflow import StepRefused
from tests import factories
from tests.integration.web import SHARED, STORY, check, read, serve, small_web, story

pytestmark = pytest.mark.django_db
QUOTE = "He denies the claim and says that the contract was awarded"
NEVER = "The general was convicted of torture on all twelve counts by the tribunal"
WITHOUT = (*STORY[:2], *STORY[3:])
HARMLESS = "The agency has asked the ministry for the minutes of the meeting."


@pytest.fixture
def server(settings):
    with small_web(settings) as running:
        serve(running, "/story", story())
        yield running


@pytest.fixture
def matter():
    return factories.allegation(factories.candidacy().candidate, cited=0, published=False)


@pytest.fixture
def source(server):
    return factories.source(url=server.url("/story"))


@pytest.fixture
def quoted(source, matter):
    return factories.citation(source=source, allegation=matter, quote=QUOTE, published=False)


def again(server, source, body=None):
    """Check the source, after its page became this."""
    if body is not None:
        serve(server, "/story", body)
    check()
    source.refresh_from_db()


def question(source):
    return source.tasks.filter(kind="quote-missing", done_at__isnull=True).first()


def settle(source, by):
    task = question(source)
    answer(task, "noted", by=by, reason="It stands in the printed paper.", seen=sight(task))


def test_a_quote_that_stands_on_the_page_is_found_at_the_first_reading(server, source, quoted):
    again(server, source)
    row = quoted.quote_check
    assert (row.found, row.was_found, row.copy) == (True, True, source.baseline)
    assert question(source) is None


def test_a_quote_that_was_never_on_the_page_is_asked_about_in_neutral_words(server, source, matter):
    factories.citation(source=source, allegation=matter, quote=NEVER, published=False)
    again(server, source)
    day = source.baseline.captured_at
    assert source.archived
    assert question(source).reason == f"Not found in the copy of {day.day} {day:%B %Y}: “{NEVER}”."
    again(server, source, story(*STORY, HARMLESS))
    assert question(source) is not None
    again(server, source, story(*STORY, f"{NEVER}."))
    assert question(source) is None


def test_a_quote_beside_the_main_text_is_there(server, source, quoted):
    page = story(*WITHOUT).replace("<footer>", f"<aside><p>{STORY[2]}</p></aside><footer>")
    again(server, source, page)
    assert QuoteCheck.objects.get().found


def test_reading_another_change_does_not_answer_for_a_quote(server, source, quoted, editor):
    again(server, source)
    again(server, source, story(*WITHOUT))
    again(server, source, story(WITHOUT[0].replace("two", "20"), *WITHOUT[1:]))
    assert question(source).reason.startswith("No longer found in the copy of ")

    task = source.tasks.get(kind="critical-change", done_at__isnull=True)
    answer(task, "read", by=editor, reason="A number.", seen=sight(task))
    assert list(source.tasks.filter(done_at__isnull=True)) == [question(source)]

    again(server, source, story(WITHOUT[0].replace("two", "20"), *WITHOUT[1:], HARMLESS))
    assert question(source) is not None


def test_an_answer_about_a_quote_does_not_answer_for_what_changed(server, source, quoted, editor):
    again(server, source)
    again(server, source, story(*WITHOUT))
    settle(source, editor)
    assert [task.kind for task in source.tasks.filter(done_at__isnull=True)] == ["critical-change"]
    assert source.link_events.filter(by=editor).exists()


def test_a_quote_of_which_a_person_has_spoken_is_asked_about_again_once_it_was_back(server, source, quoted, editor):
    again(server, source)
    again(server, source, story(*WITHOUT))
    settle(source, editor)
    row = QuoteCheck.objects.get()
    assert (row.settled_by, row.found) == (editor, False)

    again(server, source, story(*WITHOUT, HARMLESS))
    assert question(source) is None
    again(server, source, story())
    assert question(source) is None
    again(server, source, story(*WITHOUT))
    assert question(source) is not None


def test_what_a_person_says_holds_for_the_quotes_that_they_saw(server, source, quoted, matter, editor):
    again(server, source)
    again(server, source, story(*WITHOUT))
    task = question(source)
    seen = sight(task)
    factories.citation(source=source, allegation=matter, quote=NEVER, locator="p. 2", published=False)
    read()
    with pytest.raises(StepRefused, match="moved on"):
        answer(task, "noted", by=editor, reason="Looked.", seen=seen)
    assert question(source).reason.endswith("; and 1 more.")


def test_a_quote_that_is_added_is_looked_for_in_the_copy_that_is_kept(server, source, matter):
    again(server, source)
    asked = len(server.requests)
    assert not reading.is_due()
    factories.citation(source=source, allegation=matter, quote=NEVER, published=False)
    factories.citation(source=source, allegation=matter, quote=QUOTE, locator="p. 2", published=False)
    assert reading.is_due()
    read()
    assert NEVER in question(source).reason
    assert sorted(QuoteCheck.objects.values_list("found", "was_found")) == [(False, False), (True, True)]
    assert len(server.requests) == asked
    assert not reading.is_due()


@pytest.mark.parametrize("how", ["corrected", "removed", "deleted", "taken from another source"])
def test_a_citation_that_changes_by_any_hand_settles_the_question(server, source, matter, how):
    citation = factories.citation(source=source, allegation=matter, quote=NEVER, published=False)
    again(server, source)
    assert question(source) is not None
    rows = Citation.objects.filter(pk=citation.pk)
    {
        "corrected": lambda: rows.update(quote=QUOTE),
        "removed": lambda: rows.update(quote=""),
        "deleted": rows.delete,
        "taken from another source": lambda: rows.update(source=factories.source(url=server.url("/other"))),
    }[how]()
    assert reading.is_due()
    read()
    assert question(source) is None


def test_a_settled_quote_that_is_changed_is_asked_about_anew(server, source, matter, editor):
    citation = factories.citation(source=source, allegation=matter, quote=NEVER, published=False)
    again(server, source)
    settle(source, editor)
    citation.quote = f"{NEVER} of the capital"
    citation.save()
    read()
    assert "of the capital" in question(source).reason


def test_a_change_of_something_else_leaves_what_is_known_of_the_quote(server, source, quoted):
    again(server, source)
    quoted.refresh_from_db()
    quoted.note = "Read twice."
    quoted.save()
    assert QuoteCheck.objects.get().found


def test_the_part_before_a_paywall_says_nothing_of_a_quote(server, source, quoted):
    again(server, source)
    mark = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
    again(server, source, story(STORY[0]).replace("</head>", f"{mark}</head>"))
    assert QuoteCheck.objects.get().found


def test_no_quote_is_looked_for_where_there_is_nothing_to_look_in(server, matter):
    scan = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF" + b"x" * 500
    serve(server, "/scan", scan, **{"content-type": "application/pdf"})
    source = factories.source(url=server.url("/scan"))
    factories.citation(source=source, allegation=matter, quote=QUOTE, published=False)
    again(server, source)
    assert (QuoteCheck.objects.get().found, question(source)) == (None, None)
    assert not reading.is_due()


def test_a_copy_that_the_store_does_not_give_is_looked_through_later(server, source, matter):
    again(server, source)
    factories.citation(source=source, allegation=matter, quote=NEVER, published=False)
    folder = archive().folder
    away = folder.rename(folder.with_name("away"))
    assert quoting.look_for_due(SHARED) == 0
    assert not reading.is_due()
    away.rename(folder)
    QuoteCheck.objects.update(due_at="2026-01-01T00:00:00Z")
    assert quoting.look_for_due(SHARED) == 1
    assert question(source) is not None


def test_a_retired_source_is_asked_nothing(server, source, matter):
    again(server, source)
    Source.objects.filter(pk=source.pk).update(state="retired")
    factories.citation(source=source, allegation=matter, quote=NEVER, published=False)
    assert not reading.is_due()
