"""What changed since a person last accepted the page: it adds up, is asked about once, and stays unread until read."""

import pytest

from allegations.actions.links import reading, sweeping
from allegations.actions.links.answers import answer, sight
from allegations.actions.links.comparing import unread_changes
from allegations.actions.links.people import accept_change
from allegations.links.texts import Bounds, Readers
from allegations.models import Capture, Source
from allegations.views.histories import told
from tests import factories
from tests.integration.web import STORY, check, read, serve, small_web, story, with_sentence

pytestmark = pytest.mark.django_db
ACQUITTED = "The general was acquitted of fraud by the court of first instance in March."
TWENTY = STORY[0].replace("two", "20")
HARMLESS = "The agency has asked the ministry for the minutes of the meeting."
AROUND = ("Section", "Ressort")  # what stands around the text
SCAN = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF" + b"x" * 500
PDF, PNG = {"content-type": "application/pdf"}, {"content-type": "image/png"}
GARDEN = [f"Tip number {n}: water the roses early in the day and mulch the beds well in the spring." for n in range(9)]
HARBOUR = (
    "Fishermen along the coast mend their nets while the harbour waits for better weather.",
    "Cranes stand idle beside the long quay, and gulls circle over empty crates.",
    "Tourists buy postcards from a kiosk near the old lighthouse.",
    "Bakers in the upper town sell bread with olives to schoolchildren.",
    "A painter has set up an easel where the ferry used to land.",
    "Musicians rehearse behind closed shutters until late at night.",
    "Gardeners water the palms along the promenade before sunrise.",
    "Students read newspapers aloud in a small café by the station.",
)
MARK = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'


@pytest.fixture
def server(settings):
    with small_web(settings) as running:
        yield running


@pytest.fixture
def source(server):
    return at(server, "/story", story())


def at(server, path, body, **headers):
    """A source that was checked once and read."""
    serve(server, path, body, **headers)
    row = factories.source(url=server.url(path))
    check()
    row.refresh_from_db()
    return row


def again(server, source, body, **headers):
    """Check the source again after its page became this; return the newest change."""
    serve(server, source.url[source.url.index("/", 8) :], body, **headers)
    check()
    source.refresh_from_db()
    return source.changes.order_by("-pk").first()


def opened(source):
    return list(source.tasks.filter(done_at__isnull=True).values_list("kind", flat=True))


def said(source, code, by):
    """Answer the question about a change, as the desk does."""
    task = source.tasks.get(kind="critical-change", done_at__isnull=True)
    answer(task, code, by=by, reason="I compared the two.", seen=sight(task))
    source.refresh_from_db()


def after(change):
    return [sentence["text"] for edit in change.diff for sentence in edit["after"]]


def test_what_nobody_has_read_adds_up(server, source, editor):
    first = again(server, source, story(STORY[0], ACQUITTED, *STORY[2:]))
    both = again(server, source, story(TWENTY, ACQUITTED, *STORY[2:]))

    task = source.tasks.get(done_at__isnull=True)
    assert (both.before, after(both)) == (source.baseline, [TWENTY, ACQUITTED])
    assert (task.change, task.reason) == (both, "The word “charged” became “acquitted”.")
    assert list(unread_changes().filter(source=source).order_by("pk")) == [first, both]

    said(source, "read", editor)
    assert (source.baseline, source.content_state, opened(source)) == (both.after, "", [])
    assert not unread_changes().filter(source=source).exists()


def test_what_came_and_went_unread_is_asked_about_still(server, source, editor):
    came = again(server, source, with_sentence(1, ACQUITTED))
    went = again(server, source, story())

    task = source.tasks.get(done_at__isnull=True)
    assert (went.level, went.reasons) == ("unchanged", ["The text is again that of the accepted copy."])
    assert (task.change, source.content_state) == (went, "unchanged")
    assert task.reason.endswith("Before that: The word “charged” became “acquitted”.")
    assert list(unread_changes().filter(source=source).order_by("pk")) == [came, went]

    said(source, "read", editor)
    assert source.baseline == source.captures.first()


def test_the_state_of_the_text_is_told_against_the_accepted_copy(server, source):
    change = again(server, source, story(*STORY, HARMLESS))
    same = again(server, source, story(*STORY, HARMLESS).replace(*AROUND))

    assert (same, source.content_state) == (change, "substantive")
    assert source.captures.count() == 3
    again(server, source, story().replace(*AROUND))
    assert source.content_state == "unchanged"
    again(server, source, story().replace(AROUND[0], "Rubrik"))
    assert source.content_state == "cosmetic"


def test_the_page_of_the_source_says_with_which_copy_it_is_compared(client, server, source, editor):
    client.force_login(editor)
    assert "compared with the copy of" not in client.get(source.get_absolute_url()).content.decode()
    again(server, source, story(*STORY, HARMLESS))
    again(server, source, story(*STORY, HARMLESS).replace(*AROUND))
    page = " ".join(client.get(source.get_absolute_url()).content.decode().split())
    day = source.baseline.captured_at
    assert f'text: text changed</span> <span class="meta">compared with the copy of {day.day} {day:%B %Y}' in page


def test_a_critical_change_that_was_looked_at_is_critical_no_more_and_is_not_asked_again(server, source, editor):
    again(server, source, with_sentence(1, ACQUITTED))
    said(source, "noted", editor)
    assert (source.content_state, source.baseline) == ("substantive", source.captures.last())
    assert [happened.why for happened in told(source.link_events.filter(by=editor))] == [
        "A reviewer looked at what changed, and keeps comparing with the accepted copy."
    ]

    for body in (
        with_sentence(1, ACQUITTED).replace(*AROUND),
        story(STORY[0], ACQUITTED, *STORY[2:], HARMLESS),
    ):
        again(server, source, body)
        assert (source.content_state, opened(source)) == ("substantive", [])

    change = again(server, source, story(TWENTY, ACQUITTED, *STORY[2:], HARMLESS))
    assert (source.content_state, opened(source)) == ("critical", ["critical-change"])
    assert after(change)[:2] == [TWENTY, ACQUITTED]
    assert source.tasks.get(done_at__isnull=True).reason == "The number “two” became 20."


def test_the_part_before_a_paywall_and_the_whole_in_turn_ask_nobody_twice(server, source, editor):
    whole = story(STORY[0], ACQUITTED, *STORY[2:])
    again(server, source, whole)
    said(source, "noted", editor)
    stub = story(STORY[0]).replace("</head>", f"{MARK}</head>")
    for body in (stub, whole.replace(*AROUND), stub.replace(*AROUND), whole):
        again(server, source, body)
        assert opened(source) == []
    assert source.changes.filter(level="critical").count() == 3


def test_a_page_that_drifted_is_compared_with_the_copy_before_too(server, source):
    rewritten = again(server, source, story(*STORY[:2], *HARBOUR))
    assert (rewritten.level, opened(source)) == ("major", [])

    step = again(server, source, story(*STORY[:2], *HARBOUR, "The court of appeal acquitted him."))
    assert (step.level, step.before, after(step)) == (
        "critical", rewritten.after, ["The court of appeal acquitted him."],
    )  # fmt: skip
    assert step.after.changes.get(before=source.baseline).level == "major"
    assert (opened(source), source.content_state) == (["critical-change"], "critical")
    assert source.tasks.get().change == step


def test_a_copy_that_is_read_while_somebody_accepts_another_is_compared_with_that_one(
    server, source, editor, monkeypatch
):
    change = again(server, source, with_sentence(1, ACQUITTED))
    serve(server, "/story", story(TWENTY, ACQUITTED, *STORY[2:]))
    Source.objects.update(next_check_at="2026-01-01T00:00:00Z")
    sweeping.drain()
    real = reading._read

    def accepting(*args):
        if Source.objects.get().baseline != change.after:
            accept_change(change, by=editor, reason="Read.")
        return real(*args)

    monkeypatch.setattr(reading, "ThreadPoolExecutor", Here)
    monkeypatch.setattr(reading, "_read", accepting)
    read()
    newest = source.changes.order_by("-pk").first()
    assert (newest.before, after(newest)) == (change.after, [TWENTY])


class Here:
    """In place of threads, which have no part in the transaction of a test."""

    def __init__(self, *_args):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        return None

    map = staticmethod(map)


# Files without text

REPLACED = {
    "a scan by a page": (SCAN, PDF, story(*GARDEN), {}),
    "a scan by another": (SCAN, PDF, SCAN + b"y", PDF),
    "an image by another": (b"\x89PNG one", PNG, b"\x89PNG two", PNG),
    "a page by a scan": (story(), {}, SCAN, PDF),
}


@pytest.mark.parametrize("case", REPLACED.values(), ids=REPLACED)
def test_a_file_that_is_replaced_and_cannot_be_compared_asks_a_person(client, server, editor, case):
    body, headers, other, others = case
    source = at(server, "/file", body, **headers)
    assert source.archived
    change = again(server, source, other, **others)

    assert (change.level, source.content_state, opened(source)) == ("replaced", "replaced", ["critical-change"])
    assert change.reasons[0].startswith("The file was replaced, and its text cannot be compared: ")
    copy = change.after
    assert (copy.quality, copy.quality_reasons[-1]) == (
        "not-evidence", "It came in place of the accepted copy, and their texts cannot be compared.",
    )  # fmt: skip
    assert source.baseline == change.before

    client.force_login(editor)
    page = " ".join(client.get(f"/sources/{source.pk}/changes/{change.pk}/").content.decode().split())
    assert "No text could be compared. The two copies show what changed." in page
    assert "The sentences are the same." not in page

    said(source, "read", editor)
    copy.refresh_from_db()
    assert (copy.quality, source.baseline, opened(source)) == ("evidence", copy, [])


def test_a_scan_that_comes_back_byte_for_byte_is_the_same(server):
    source = at(server, "/file", SCAN, **PDF)
    again(server, source, SCAN + b"y", **PDF)
    change = again(server, source, SCAN, **PDF)
    assert (change.level, source.content_state) == ("unchanged", "unchanged")
    assert source.captures.first().quality == "evidence"


def test_a_page_that_can_no_longer_be_read_asks_a_person(server, source):
    serve(server, "/story", story(*(f"{sentence} {n}" for n in range(9000) for sentence in STORY)))
    with Readers(1, Bounds(page_s=0.05)) as hasty:
        check(hasty)
    change = source.changes.get()
    assert (change.level, opened(source)) == ("critical", ["critical-change"])
    assert change.reasons == [
        "What came could not be read, so that its text cannot be compared: Reading it took longer than is allowed."
    ]
    assert Capture.objects.filter(source=source).first().quality == "not-evidence"
