"""The pages of a source: the life of its link, what changed, its copies, what nobody is told, and what they cost."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from allegations.actions.evidence import evidence_change
from allegations.actions.links.people import accept_move, decide_copy, settle_link
from allegations.codes import LinkState
from allegations.links.memory import LinkPast, State, pack
from allegations.links.texts.blocks import Block, Text
from allegations.links.texts.change import compare
from allegations.models import Capture, Citation, Source, StoredFile
from allegations.queries import last_supports
from allegations.views.changes import Edit, Piece, edits_of, pieces
from allegations.views.lifetime import UNITS, lifetime
from candidates.models import Candidate
from tests import factories

pytestmark = pytest.mark.django_db

THEN = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def source(candidacy):
    return factories.allegation(candidacy.candidate).citations.get().source


def words(answer):
    """The text of a page, without its markup and the frame around it."""
    assert answer.status_code == 200, answer
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def read(client, source, page="source", *args):
    return words(client.get(reverse(page, args=[source.pk, *args])))


def part(text, heading, following):
    """What a page says between two headings."""
    return text.partition(heading)[2].partition(following)[0]


# The life of the link


def test_a_link_in_trouble_is_shown_with_the_day_on_which_it_was_last_good(client, source):
    past = LinkPast(state=State.GONE, since=THEN, last_ok_at=THEN - 3 * DAY, checked_at=THEN)
    Source.objects.filter(pk=source.pk).update(state=LinkState.GONE, memory=pack(past), last_checked_at=THEN)
    text = read(client, source)
    assert "Gone since 20 November 2026, last known good on 17 November 2026" in text
    assert "Last checked 20 November 2026, 10:30 UTC." in text


def test_every_change_of_state_has_its_reason_but_neither_a_name_nor_what_a_reviewer_typed(client, source):
    person = User.objects.create_user("maria-the-reviewer", first_name="Maria", last_name="Reviewer", is_staff=True)
    factories.link_event(source, "new", "alive", "The page answered.", at=THEN)
    factories.link_event(source, "alive", "gone", "The publisher took it down.", by=person, at=THEN + DAY)
    factories.link_event(source, "gone", "gone", "Read and taken over: it is a misprint.", by=person, at=THEN + 2 * DAY)

    page = client.get(source.get_absolute_url())

    told = part(words(page), "Changes of its state", "Checks of the link")
    assert "20 November 2026, 10:30 from not checked yet to alive The page answered. a check" in told
    assert "from alive to gone A reviewer said that the page is gone. a reviewer" in told
    assert "stays gone A reviewer read what changed. a reviewer" in told
    for typed in ("maria", "publisher took it", "misprint"):
        assert typed not in page.content.decode().lower()


def test_what_reviewers_type_is_on_no_public_page_and_is_there_for_reviewers(client, source, editor):
    typed = [
        "Canary 0",
        "Read and taken over: Canary 1",
        "Moved to https://canary.example/: Canary 2",
        "Looked at, nothing changed: Canary 3",
        "Copy An archive, 2026-11-20 accepted: Canary 4",
    ]
    for left, reached in [("alive", "suspect"), ("suspect", "usurped"), ("usurped", "retired"), ("alive", "alive")]:
        for reason in typed:
            factories.link_event(source, left, reached, reason, by=editor, at=THEN)
    pages = [reverse("source", args=[source.pk]), reverse("source-states", args=[source.pk])]
    shown = "".join(client.get(page).content.decode() for page in pages)
    assert "canary" not in shown.lower()
    for decided in ("said that someone else holds the address", "retired the source", "looked at the link"):
        assert f"A reviewer {decided}." in shown
    client.force_login(editor)
    desk = client.get(reverse("admin:allegations_source_change", args=[source.pk])).content.decode()
    assert all(f"Canary {n}" in desk for n in range(5))


def test_a_move_and_the_state_of_the_text_are_told(client, source):
    baseline = factories.capture(source, captured_at=THEN)
    fields = {"moved_to": "https://news.example.org/new", "content_state": "critical", "baseline": baseline}
    Source.objects.filter(pk=source.pk).update(**fields)
    text = read(client, source)
    assert "The server says that the page has moved to: https://news.example.org/new" in text
    assert "text: critical change compared with the copy of 20 November 2026" in text
    assert "later copies are compared with it" in text


def test_the_newest_twenty_of_everything_are_shown_and_the_older_ones_a_page_away(client, source):
    for number in range(25):
        at = THEN + number // 2 * DAY  # two of each at the same moment
        check = factories.link_check(source, checked_at=at, signals=[f"Check {number}."])
        factories.link_event(source, "alive", "alive", f"Event {number}.", check_made=check, at=at)
    copies = [
        factories.capture(
            source, f"copy {n}".encode(), check_made=None, captured_at=THEN + n // 2 * DAY, tool=f"Tool {n}."
        )
        for n in range(26)
    ]
    for n, (before, after) in enumerate(pairwise(copies)):
        factories.content_change(
            source, before=before, after=after, reasons=[f"Change {n}."], seen_at=THEN + n // 2 * DAY
        )

    first = client.get(source.get_absolute_url()).content.decode()
    for kind, pattern, most in [
        ("checks", r"Check (\d+)\.", 25),
        ("states", r"Event (\d+)\.", 25),
        ("changes", r"Change (\d+)\.", 25),
    ]:
        [address] = re.findall(rf'href="([^"]*/{kind}/\?before=\d+)"', first)
        second = client.get(address).content.decode()
        shown = [int(n) for page in (first, second) for n in re.findall(pattern, page)]
        assert shown == list(range(most))[::-1], kind
        assert "?before=" not in second
    [address] = re.findall(r'href="([^"]*/copies/\?before=\d+)"', first)
    addresses = re.findall(r"/copies/(\d+)/\">Copy of", first + client.get(address).content.decode())
    assert addresses == [str(copy.pk) for copy in reversed(copies)]


@pytest.mark.parametrize("before", ["x", "0", "-1", "9" * 30, "1'", "٣"])
def test_a_page_of_history_that_is_none_does_not_exist(client, source, before):
    assert client.get(reverse("source-checks", args=[source.pk]), {"before": before}).status_code == 404


def test_history_does_not_lead_to_that_of_another_source(client, source):
    other = factories.link_check(factories.source())
    assert client.get(reverse("source-checks", args=[source.pk]), {"before": other.pk}).status_code == 404


# The drawing


def life(source, now):
    return lifetime(source, list(source.link_events.order_by("-at")), now)


def added(source, at):
    Source.objects.filter(pk=source.pk).update(added_at=at)
    source.refresh_from_db()


def test_the_drawing_counts_checks_by_what_they_saw_and_shows_how_long_each_state_lasted(source):
    added(source, THEN)
    for day, klass in [(0, "alive"), (0, "alive"), (1, "gone"), (2, "blocked"), (2, "transient"), (2, "own_fault")]:
        factories.link_check(source, checked_at=THEN + day * DAY, klass=klass)
    check = source.checks.first()
    factories.link_event(source, "new", "alive", check_made=check, at=THEN)
    factories.link_event(source, "alive", "suspect", check_made=check, at=THEN + 2 * DAY)

    drawn = life(source, THEN + 3 * DAY)

    assert (drawn.unit, drawn.first, drawn.last) == ("day", THEN.date(), (THEN + 3 * DAY).date())
    found = [(period.first.day, period.seen, period.unseen, period.open, period.state) for period in drawn.periods]
    assert found == [(22, 0, 1, 2, "suspect"), (21, 0, 1, 0, "alive"), (20, 2, 0, 0, "alive")]
    assert [(each.look, each.start, each.width) for each in drawn.stretches] == [("standing", 0, 50), ("doubt", 50, 50)]
    assert [(bar.look, bar.start // 25) for bar in drawn.bars] == [
        ("seen", 0),
        ("unseen", 1),
        ("unseen", 2),
        ("open", 2),
    ]
    assert (drawn.checks, drawn.seen, drawn.unseen, drawn.open) == (6, 2, 2, 2)


@pytest.mark.parametrize(
    ("days", "unit"), [(0, "day"), (92, "day"), (93, "week"), (730, "week"), (731, "month"), (9000, "month")]
)
def test_the_drawing_holds_any_life(source, days, unit):
    now = THEN + days * DAY
    added(source, THEN)
    for at in (THEN, THEN + days / 2 * DAY, now):
        factories.link_check(source, checked_at=at)

    drawn = life(source, now)

    assert (drawn.unit, drawn.checks) == (unit, 3)
    assert all(bar.start >= 0 and bar.start + bar.width <= 100.001 for bar in drawn.bars)
    assert all(bar.top >= 0 and bar.top + bar.height <= 30.001 for bar in drawn.bars)
    assert [round(sum(each.width for each in drawn.stretches), 6)] == [100]
    assert drawn.periods[0].first <= now.date() <= drawn.periods[0].last
    assert len({each.name for each in UNITS}) == 3


def test_the_drawing_of_a_link_that_nobody_checked_is_empty_and_says_so(client, source):
    text = read(client, source)
    assert "0 in all; 0 showed the page" in text
    assert "The link has not been checked yet." in text


def test_the_drawing_stands_beside_a_table_of_the_same(client, source):
    added(source, THEN)
    factories.link_check(source, checked_at=THEN, klass="gone", state="suspect")
    factories.link_event(source, "alive", "suspect", check_made=source.checks.get(), at=THEN)
    text = part(read(client, source), "The drawing as a table", "Changes of its state")
    assert "20 November 2026 0 1 0 suspect" in text


# What changed


def text_of(lines, title=""):
    return Text(tuple(Block("paragraph", line) for line in lines.split("\n")), title=title)


def changed(source, before, after, **kwargs):
    """The change between two texts, stored as it is after a copy was read."""
    found = compare(text_of(before), text_of(after), quotes=[row.quote for row in kwargs.get("quotes", ())])
    missing = [kwargs["quotes"][n].pk for n in found.quotes_missing] if "quotes" in kwargs else []
    return factories.content_change(
        source, *found.as_data(), level=found.level.value, reasons=list(found.reasons), quotes_missing=missing
    )


SAME = [f"This is sentence number {word} of the story." for word in ("one", "two", "three", "four", "five", "six")]


def test_a_change_shows_both_sentences_with_the_changed_words_marked_and_said(client, source):
    row = changed(
        source, "\n".join([*SAME, "The court acquitted him."]), "\n".join([*SAME, "The court convicted him."])
    )

    page = client.get(reverse("change", args=[source.pk, row.pk]))
    markup = " ".join(page.content.decode().split())

    assert re.search(r"<del><span class=\"visually-hidden\">\[removed: </span>acquitted<span", markup)
    assert re.search(r"<ins><span class=\"visually-hidden\">\[added: </span>convicted<span", markup)
    text = words(page)
    assert "Critical change" in text
    assert "6 sentences unchanged reworded Before The court" in text
    assert "“acquitted” became “convicted”" in text
    assert "What follows is unchanged." in text


def test_what_was_added_removed_or_moved_is_called_so(client, source):
    row = changed(
        source,
        "\n".join(["Alpha one is first here.", *SAME]),
        "\n".join([*SAME[:3], "Entirely new words stand now.", *SAME[3:]]),
    )
    text = read(client, source, "change", row.pk)
    assert "removed Before [removed: Alpha one is first here. end of what was removed] After no longer there" in text
    assert "3 sentences unchanged added Before not there After [added: Entirely new words stand now." in text
    row = changed(source, "\n".join(SAME), "\n".join([*SAME[1:], SAME[0]]))
    assert "5 sentences unchanged moved Before" in read(client, source, "change", row.pk)


def shape(before, after):
    found = compare(text_of("\n".join(before)), text_of("\n".join(after)))
    return [(edit.op, edit.unchanged) for edit in edits_of(found.as_data())]


def test_unchanged_sentences_are_counted_between_the_edits():
    a, b, c, d, e, f = SAME
    new = "Nobody had ever seen such a document before."
    assert shape([a, b, c, d, e, f], [a, c, d, new, e, f]) == [("delete", 1), ("insert", 2)]
    assert shape([a, b, c, d, e, f], [b, c, a, d, e]) == [("move", 2), ("delete", 2)]
    assert shape([a, b, c, d], [new, a, b, c, d.replace("story", "tale")]) == [("insert", 0), ("replace", 3)]
    assert shape([a, b, c, d, e, f], [a, b, c, e, d, f.replace("story", "tale")]) in (
        [("move", 3), ("replace", 1)],
        [("move", 4), ("replace", 0)],
    )


def test_a_title_stands_above_the_sentences_and_is_not_counted_among_them():
    old, new = "\n".join(SAME), "\n".join([*SAME[:4], *SAME[5:]])
    found = compare(text_of(old, title="He was acquitted"), text_of(new, title="He was convicted"))
    assert [(edit.op, edit.unchanged) for edit in edits_of(found.as_data())] == [("title", 0), ("delete", 4)]


@pytest.mark.parametrize(
    ("spans", "cut"),
    [
        ([], [("abcdef", False)]),
        ([[0, 6]], [("abcdef", True)]),
        ([[1, 3]], [("a", False), ("bc", True), ("def", False)]),
        ([[4, 9], [0, 1]], [("a", True), ("bcd", False), ("ef", True)]),
        ([[1, 3], [2, 4]], [("a", False), ("bc", True), ("d", True), ("ef", False)]),
        ([[-3, 1], [5, 5]], [("a", True), ("bcdef", False)]),
    ],
)
def test_a_sentence_is_cut_where_its_spans_say(spans, cut):
    assert [(piece.text, piece.changed) for piece in pieces("abcdef", spans)] == cut


def test_edits_are_read_as_they_are_stored():
    stored = {"op": "insert", "before": [], "after": [{"text": "It is new.", "spans": [[0, 10]]}], "at": [0, 2]}
    assert list(edits_of([stored])) == [Edit("insert", [], [[Piece("It is new.", changed=True)]], 2)]


def test_markup_in_a_captured_sentence_stays_text(client, source):
    row = changed(source, "It was quiet.", "It was <script>alert(1)</script> loud.")
    page = client.get(reverse("change", args=[source.pk, row.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;" in page


def test_a_quote_that_is_gone_is_named(client, source):
    quoted = Citation.objects.get(source=source)
    Citation.objects.filter(pk=quoted.pk).update(quote="the general had ordered the detention of two engineers")
    quoted.refresh_from_db()
    row = changed(source, f"It is said that {quoted.quote} in May.", "Nothing of this kind is said.", quotes=[quoted])

    on_the_change, on_the_source = read(client, source, "change", row.pk), read(client, source)

    assert row.quotes_missing == [quoted.pk]
    assert (
        f"A quoted passage is no longer there. What rests on it rests on the earlier copy. {quoted.quote}"
        in on_the_change
    )
    assert f"The quoted passage is no longer there: “{quoted.quote}”." in on_the_change
    assert "1 quoted passage is no longer there" in on_the_source


def test_the_public_is_not_told_what_a_draft_quotes(client, source, reviewer):
    secret = "a passage which only a draft of ours quotes" + ", and which is long enough to be shortened" * 3
    draft = factories.citation(source=source, candidacy=factories.candidacy(), published=False, quote=secret)
    row = changed(source, f"There is {secret} one.", "Nothing of this kind is said.", quotes=[draft])
    assert row.quotes_missing == [draft.pk]
    assert any("which only a draft of ours quotes" in reason for reason in row.reasons)

    for address in (source.get_absolute_url(), reverse("source-changes", args=[source.pk])):
        text = words(client.get(address))
        assert "which only a draft" not in text
        assert "no longer there" not in text
    page = read(client, source, "change", row.pk)
    assert "The quoted passage" not in page
    assert "A quoted passage is no longer there" not in page

    Candidate.objects.filter(allegations__citations__source=source).update(published_at=None, published_by=None)
    client.force_login(reviewer)
    page = read(client, source, "change", row.pk)
    assert "Draft." in page
    assert "A quoted passage is no longer there" in page


def test_the_public_is_not_told_whom_a_draft_is_about(client, source):
    named = "Nobody Byname"
    told = ["The name “{}” was removed.", "An added sentence names “{}”.", "The name “{}” became “Another”."]
    factories.content_change(source, reasons=[*(reason.format(named) for reason in told), "A number was changed."])
    text = read(client, source)
    assert named not in text
    assert "A number was changed." in text


def test_a_long_change_is_cut_and_counted(client, source, monkeypatch):
    monkeypatch.setattr("allegations.views.changes.MOST_EDITS", 2)
    edit = {"op": "insert", "before": [], "after": [{"text": "New.", "spans": [[0, 4]]}]}
    row = factories.content_change(source, *({**edit, "at": [0, n]} for n in range(5)))
    assert "3 more changes are left out; the copies hold all." in read(client, source, "change", row.pk)


def test_a_change_of_another_source_is_not_found_below_this_one(client, source):
    other = factories.content_change(factories.source())
    assert client.get(reverse("change", args=[source.pk, other.pk])).status_code == 404
    assert client.get(reverse("copy", args=[source.pk, other.after_id])).status_code == 404


# Copies


def test_a_copy_says_what_it_is_and_where_it_stands_in_the_archive(client, source):
    warc = factories.stored_file(kind="warc", stored_at=THEN)
    check = factories.link_check(source, warc=warc, warc_offset=512, warc_length=2048)
    copy = factories.capture(
        source, b"x" * 2048, check_made=check, captured_at=THEN, tls_verified=False, truncated=True
    )
    factories.day_manifest(THEN.date(), entries=7, root="ef" * 32)
    StoredFile.objects.filter(pk=copy.file_id).update(verified_at=THEN + DAY)

    told = part(read(client, source), " Copies ", "Where it is used")

    for said in (
        "Copy of 20 November 2026, 10:30 UTC",
        "fetched by a check · 2.0 KB · text/html; charset=utf-8 · cut short",
        "the server could not prove who it is (TLS) · intact when last verified on 21 November 2026",
        "kept as evidence",
        f"SHA-256 {copy.sha256}",
        copy.file.key,
        f"{warc.key} from byte 512, 2048 bytes",
        f"20 November 2026, 7 entries, root {'ef' * 32}",
    ):
        assert said in told, said


def test_a_copy_that_is_no_evidence_says_why(client, source):
    factories.capture(source, quality="not-evidence", quality_reasons=["It is a test for robots."], tls_verified=None)
    text = read(client, source)
    assert "kept, but not as evidence: It is a test for robots." in text
    assert "without TLS" in text
    assert "whole" in text
    assert "Manifest of the day not made yet" in text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("changed", "The file is not what was stored. Found on 20 November 2026, 10:30 UTC."),
        ("missing", "The file is missing from the archive. Found on"),
        ("unreadable", "The file cannot be read. Found on"),
    ],
)
def test_a_damaged_copy_is_announced_on_the_source_and_on_its_own_page(client, source, fault, said):
    copy = factories.capture(source)
    factories.capture(source, b"another, newer")
    StoredFile.objects.filter(pk=copy.file_id).update(fault=fault, fault_at=THEN)

    text = read(client, source)

    assert f"An archived copy is damaged. {said}" in text
    assert text.count(said) == 2
    assert f"Damaged. {said}" in read(client, source, "copy", copy.pk)


def test_the_page_of_a_copy_holds_its_text_its_digest_and_how_to_cite_it(client, source):
    copy = factories.capture(source, captured_at=THEN)
    factories.capture_text(
        copy,
        "It is said that",
        "Name\tSum",
        found={"title": "A title", "author": "A. Writer", "dated": "2026-11-02"},
    )
    text = read(client, source, "copy", copy.pk)
    for said in (
        f"{source}. Archived copy of 20 November 2026, 10:30:00 UTC, SHA-256 {copy.sha256}.",
        f"http://testserver{copy.get_absolute_url()}",
        "A title",
        "A. Writer",
        "2026-11-02",
        "It is said that Name · Sum",
    ):
        assert said in text, said


def test_a_text_longer_than_a_page_is_cut_and_counted(client, source, monkeypatch):
    monkeypatch.setattr("allegations.views.copies.MOST_CHARACTERS", 12)
    copy = factories.capture(source)
    factories.capture_text(copy, "0123456789", "abcdef", "ghi")
    text = read(client, source, "copy", copy.pk)
    assert "0123456789 ab 1 more line is left out here; the download holds all." in text


def test_a_copy_that_nobody_has_read_or_could_read_says_so(client, source):
    unread = factories.capture(source, quality="unread", read_at=None)
    assert "The text has not been read yet." in read(client, source, "copy", unread.pk)
    failed = factories.capture(source, b"%PDF")
    factories.capture_text(failed, failure="It is no PDF.")
    assert "No text could be read: It is no PDF." in read(client, source, "copy", failed.pk)


def test_only_copies_in_web_archives_that_a_reviewer_accepted_are_shown(client, source):
    factories.web_copy(source, archive="Kept Archive", taken_at=THEN)
    for decision in ("offered", "refused"):
        factories.web_copy(source, decision, archive=f"Archive {decision}")
    factories.web_copy(source, archive="Bad Archive", uri="javascript:alert(1)")
    page = client.get(source.get_absolute_url())
    assert "archive.example · Kept Archive · taken 20 November 2026, 10:30 UTC" in words(page)
    for hidden in ("Archive offered", "Archive refused", "Bad Archive", "javascript:"):
        assert hidden not in page.content.decode()


def test_an_accepted_copy_in_a_web_archive_of_a_retired_source_is_withheld(client, source):
    copy = factories.web_copy(source, archive="Kept Archive")
    Source.objects.filter(pk=source.pk).update(state=LinkState.RETIRED)
    page = client.get(source.get_absolute_url()).content.decode()
    assert "Kept Archive" not in page
    assert copy.uri not in page


def test_of_a_retired_source_the_digests_stay_and_what_it_said_is_withheld(client, source, reviewer):
    before, after = factories.capture(source, b"before"), factories.capture(source, b"after")
    row = factories.content_change(
        source,
        {"op": "insert", "before": [], "after": [{"text": "A private address.", "spans": []}], "at": [0, 0]},
        before=before, after=after, reasons=["A sentence with a private address was added."],
    )  # fmt: skip
    factories.capture_text(after, "A private address.", found={"title": "A private title"})
    Source.objects.filter(pk=source.pk).update(state=LinkState.RETIRED)

    for visitor in (None, reviewer):
        if visitor:
            client.force_login(visitor)
        pages = {
            "source": read(client, source), "changes": read(client, source, "source-changes"),
            "copies": read(client, source, "source-copies"), "change": read(client, source, "change", row.pk),
            "copy": read(client, source, "copy", after.pk),
        }  # fmt: skip
        assert [name for name, text in pages.items() if "private" in text.lower()] == []
        assert all(after.sha256 in pages[name] for name in ("source", "copies", "copy"))
        assert "The copies are kept and shown to nobody" in pages["source"]
        assert "withheld" in pages["change"]


# Who may see it


def paths(source, row):
    return [
        source.get_absolute_url(),
        *(reverse(f"source-{kind}", args=[source.pk]) for kind in ("states", "checks", "changes", "copies")),
        reverse("change", args=[source.pk, row.pk]),
        reverse("copy", args=[source.pk, row.after_id]),
    ]


def test_a_draft_is_seen_by_reviewers_only_and_marked(client, reviewer):
    source = factories.source(title="A secret source")
    row = factories.content_change(source)
    nothing = client.get(reverse("source", args=["00000000-0000-4000-8000-000000000000"]))
    for path in paths(source, row):
        hidden = client.get(path)
        assert (hidden.status_code, hidden.content, dict(hidden.headers)) == (
            404,
            nothing.content,
            dict(nothing.headers),
        )
    client.force_login(factories.person())
    assert {client.get(path).status_code for path in paths(source, row)} == {404}
    client.force_login(reviewer)
    for path in paths(source, row):
        answer = client.get(path)
        assert "Only reviewers who are signed in see this page." in words(answer)
        assert answer.headers["Cache-Control"] == "no-store, private"


def test_public_pages_of_a_source_set_no_cookie_and_depend_on_none(client, source):
    row = factories.content_change(source)
    for path in paths(source, row):
        answer = client.get(path)
        assert answer.status_code == 200
        assert not answer.cookies, path
        assert "cookie" not in answer.headers.get("Vary", "").lower(), path
        assert "Draft." not in words(answer)


def test_a_reviewer_sees_on_a_public_source_what_the_public_sees(client, source, reviewer):
    factories.citation(source=source, candidacy=factories.candidacy(), published=False, quote="A draft quotes this.")
    public = read(client, source)
    client.force_login(reviewer)
    assert read(client, source) == public


# What it costs


@pytest.mark.parametrize("rows", [1, 50])
def test_a_page_costs_the_same_with_one_check_and_with_fifty(client, source, django_assert_num_queries, rows):
    with evidence_change():
        for number in range(rows):
            at = THEN + number * DAY
            check = factories.link_check(source, checked_at=at, warc=factories.stored_file(kind="warc", stored_at=at))
            factories.link_event(source, "alive", "suspect", check_made=check, at=at)
            copy = factories.capture(source, f"{number}".encode(), check_made=check, captured_at=at)
            factories.capture_text(copy, "It is said.")
            row = factories.content_change(source, after=copy, seen_at=at)
            factories.day_manifest(at.date())
            factories.web_copy(source)
            factories.citation(source=source, candidacy=factories.candidacy(), quote=f"Quote {number}")
    costs = dict(zip(paths(source, row), (12, 2, 2, 3, 3, 3, 4), strict=True))
    for path, cost in costs.items():
        with django_assert_num_queries(cost, info=path):
            assert client.get(path).status_code == 200
    assert Capture.objects.filter(source=source).count() == 2 * rows


# Where its address leads


def taken_over(source, **kwargs):
    Source.objects.filter(pk=source.pk).update(**kwargs)
    source.refresh_from_db()
    return source


def places(source):
    """The public pages that name the address of a source."""
    allegation = source.citations.get().allegation
    return [
        source.get_absolute_url(),
        reverse("candidate", args=[allegation.candidate.slug]),
        reverse("allegation", args=[allegation.pk]),
    ]


@pytest.mark.parametrize("how", [{"state": "usurped"}, {"state": "gone", "memory": {"proposed": "usurped"}}])
@pytest.mark.parametrize("archived", [True, False])
def test_no_page_leads_to_an_address_that_someone_else_holds(client, source, how, archived):
    named = 0
    for url in places(source):
        assert f'href="{source.url}"' in client.get(url).content.decode()
    taken_over(source, archived=archived, **how)
    for url in places(source):
        page = client.get(url).content.decode()
        assert f'href="{source.url}"' not in page
        named += source.url in page
        assert ("#copies" in page) is archived
        assert "Someone else may hold" in page
    assert named == len(places(source))


@pytest.mark.parametrize("how", [{"state": "usurped"}, {"state": "gone", "memory": {"proposed": "usurped"}}])
def test_an_address_that_someone_else_held_when_its_source_was_retired_is_no_link(client, source, editor, how):
    settle_link(taken_over(source, **how), State.RETIRED, by=editor, reason="Withdrawn by its publisher.")
    source.refresh_from_db()
    assert source.state == "retired"
    for url in places(source):
        assert f'href="{source.url}"' not in client.get(url).content.decode()
    client.force_login(editor)
    desk = client.get(reverse("admin:allegations_source_change", args=[source.pk]))
    assert f'href="{source.url}"' not in desk.content.decode()


def test_an_address_is_a_link_again_once_a_person_says_that_its_owner_has_it_back(client, source, editor):
    for state in (State.USURPED, State.ALIVE):
        settle_link(source, state, by=editor, reason="Looked up in the register of the domain.")
    assert f'href="{source.url}"' in client.get(source.get_absolute_url()).content.decode()


def test_the_api_has_the_address_and_beside_it_that_someone_else_holds_it(client, source):
    taken_over(source, state="usurped")
    told = client.get(f"/api/v1/sources/{source.pk}/").json()
    assert (told["address"], told["link"]["state"]["code"]) == (source.url, "usurped")


def test_a_page_that_was_followed_to_a_new_address_has_both(client, source, editor):
    old, new = source.url, "https://new.example.org/story"
    taken_over(source, state="moved", moved_to=new)
    accept_move(source, by=editor, reason="It is the same page.")
    page = client.get(source.get_absolute_url())
    assert f'href="{new}"' in page.content.decode()
    assert f'href="{old}"' not in page.content.decode()
    assert f"{new} It was found at another address" in words(page)
    assert f"Found at: {old}" in words(page)
    listed = client.get(places(source)[1])
    assert f'href="{new}"' in listed.content.decode()
    assert f"{old} → {new}" in words(listed)


def test_an_address_that_is_only_spelt_otherwise_has_not_moved(client):
    row = factories.source(url="HTTPS://News.example.org:443/story?utm_source=x&id=7")
    assert row.canonical_url == "https://news.example.org/story?id=7"
    assert (row.has_moved, row.checked_url) == (False, row.url)


def test_a_lost_source_with_a_copy_in_a_web_archive_says_so_and_counts_no_more_than_before(client, candidacy, editor):
    with evidence_change():
        source = factories.allegation(candidacy.candidate).citations.get().source
    with evidence_change():
        Source.objects.filter(pk=source.pk).update(state="gone")
    assert "No copy was kept, so that it counts no longer." in read(client, source)
    candidacy.refresh_from_db()
    revision = candidacy.evidence_revision
    copy = factories.web_copy(source, decision="offered")
    assert "a web archive" not in read(client, source).lower()
    decide_copy(copy, accept=True, by=editor)
    text = read(client, source)
    assert "No copy was kept here, so that it counts no longer." in text
    assert "A web archive has one, which a reviewer has accepted" in text
    assert "No copy was kept, so" not in text
    candidacy.refresh_from_db()
    assert candidacy.evidence_revision == revision
    assert [row.source.pk for row in last_supports()] == [source.pk]
