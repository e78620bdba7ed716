"""The links page: what needs a person and why, the answers, how a sweep gets on, and how the archive is kept."""

import pickle
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from allegations.actions.links.answers import ANSWERS, answer, sight, waiting
from allegations.actions.links.progress import KEPT, archive_kept, progress
from allegations.admin.links import IN_OVERVIEW, TITLES
from allegations.links.judgement import Judgement, Klass
from allegations.links.memory import LinkPast, State, Strikes, pack
from allegations.links.states import advance
from allegations.models import ContentChange, DayManifest, LinkEvent, QuoteCheck, ReviewTask, Source, WebCopy
from allegations.queries import last_supports
from allegations.workflow import Role, StepRefused
from tests import factories
from tests.pages import forms

pytestmark = pytest.mark.django_db
LINKS = "/admin/links/"
Kind = ReviewTask.Kind
OF_LINKS = [kind for kind in Kind if kind != Kind.GRADERS]
NOW = timezone.now()
QUIET = {"archived": True, "state": "alive", "next_check_at": NOW + timedelta(days=3)}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Leases are of minutes, and a run is long: the clock stands still from each test on, not from the import."""
    monkeypatch.setitem(globals(), "NOW", timezone.now())


def ask(kind, source=None, reason="It was asked.", **kwargs):
    """An open question about a source that is archived and not due."""
    source = source or factories.source(**QUIET)
    return ReviewTask.objects.create(source=source, kind=kind, reason=reason, **kwargs)


def change(source, **kwargs):
    before, after = factories.capture(source, b"one"), factories.capture(source, b"two")
    fields = {"level": "critical", "seen_at": NOW, "diff": []} | kwargs
    return ContentChange.objects.create(source=source, before=before, after=after, **fields)


def public(candidacy, **fields):
    """A source on which a published allegation rests."""
    source = factories.allegation(candidacy.candidate).citations.get().source
    Source.objects.filter(pk=source.pk).update(**(QUIET | fields))
    source.refresh_from_db()
    return source


def page(client, person, query=""):
    client.force_login(person)
    return client.get(LINKS + query)


def words_of(response):
    return " ".join(response.content.decode().split())


def form_of(response, name, record):
    """The form of a page that is about this record."""
    return next(form for form in forms(response) if form.data.get(name) == str(record.pk))


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


class TestWhatIsShown:
    def test_an_empty_page_says_that_nothing_waits(self, client, reviewer):
        assert "Nothing about links waits for a person." in words_of(page(client, reviewer))

    def test_each_kind_has_its_section_in_the_order_of_urgency_and_empty_ones_are_left_out(self, client, reviewer):
        for kind in reversed(OF_LINKS):
            if kind != Kind.MOVED:
                ask(kind)
        sections = page(client, reviewer).context["sections"]
        assert [section.code or "other" for section in sections] == [
            kind.value or "other" for kind in OF_LINKS if kind != Kind.MOVED
        ]

    def test_every_kind_has_a_title_and_answers(self):
        assert set(TITLES) == set(ANSWERS) == {kind.value for kind in OF_LINKS}

    def test_a_row_says_where_the_link_stands_why_a_person_is_asked_and_what_rests_on_it(
        self, client, reviewer, candidacy
    ):
        past = LinkPast(state=State.GONE, last_ok_at=NOW - timedelta(days=40), since=NOW)
        source = public(candidacy, title="The story", state="gone", memory=pack(past))
        draft = factories.allegation(candidacy.candidate, published=False, cited=0, headline="A draft about it")
        factories.citation(allegation=draft, source=source, published=False)
        ask(Kind.GONE, source, reason="“404 Not Found” three times.")

        shown = words_of(page(client, reviewer))
        assert "The story" in shown
        assert "“404 Not Found” three times." in shown
        assert f"last known good on {past.last_ok_at.day} {past.last_ok_at:%B %Y}" in shown
        row = page(client, reviewer).context["sections"][0].rows[0]
        assert [(use.is_public, use.url) for use in row.uses] == [
            (True, f"/admin/allegations/allegation/{source.citations.first().allegation_id}/change/"),
            (False, f"/admin/allegations/allegation/{draft.pk}/change/"),
        ]
        assert f"/sources/{source.pk}/" in shown

    def test_a_suspect_says_when_it_is_checked_next_and_what_it_takes_until_it_is_gone(self, client, reviewer):
        past = LinkPast(state=State.SUSPECT, gone=Strikes(2, NOW - timedelta(days=1), NOW), failures=2)
        ask(Kind.SUSPECT, factories.source(**QUIET | {"state": "suspect", "memory": pack(past)}))
        shown = words_of(page(client, reviewer))
        assert "Not found 2 of 3 times. It counts as gone after 3 times over at least 3 days." in shown
        assert "Next check" in shown

    def test_a_change_leads_to_what_changed_and_to_both_copies(self, client, reviewer):
        source = factories.source(**QUIET)
        seen = change(source)
        ask(Kind.CRITICAL, source, change=seen)
        shown = words_of(page(client, reviewer))
        for path in (f"changes/{seen.pk}/", f"copies/{seen.before_id}/", f"copies/{seen.after_id}/"):
            assert f"/sources/{source.pk}/{path}" in shown

    def test_all_that_changed_since_the_accepted_copy_is_shown_until_somebody_has_read_it(self, client, reviewer):
        source = factories.source(**QUIET)
        baseline = factories.capture(source, b"zero", captured_at=NOW - timedelta(days=9))
        Source.objects.filter(pk=source.pk).update(baseline=baseline)
        copies = [factories.capture(source, b"%d" % n, captured_at=NOW - timedelta(days=5 - n)) for n in range(3)]
        looked, then, now = (
            factories.content_change(source, before=baseline, after=copy, level="critical", reasons=[f"Reason {n}."])
            for n, copy in enumerate(copies)
        )
        ask(Kind.CRITICAL, source, change=looked, done_at=NOW)
        ask(Kind.CRITICAL, source, change=now)
        answer = page(client, reviewer)
        assert answer.context["sections"][0].rows[0].unread == [now, then]
        shown = words_of(answer)
        assert "Not read yet" in shown
        assert "Reason 1." in shown
        assert "Reason 0." not in shown
        assert "the accepted copy" in shown

    def test_a_quote_that_was_not_found_is_shown_with_its_copy_and_its_citation(self, client, reviewer, candidacy):
        source = factories.source(**QUIET)
        copy = factories.capture(source, b"one")
        for n, was_found in enumerate((True, False)):
            citation = factories.citation(
                candidacy=candidacy, source=source, quote=f"what <b>{n}</b> said", locator=str(n)
            )
            QuoteCheck.objects.filter(citation=citation).update(
                copy=copy, looked_at=NOW, found=False, was_found=was_found
            )
        ask(Kind.QUOTE_MISSING, source)
        shown = words_of(page(client, reviewer))
        assert "what &lt;b&gt;0&lt;/b&gt; said</q> It stood in an earlier copy." in shown
        assert "what &lt;b&gt;1&lt;/b&gt; said</q> It stood in no copy that was looked through." in shown
        assert f"/sources/{source.pk}/copies/{copy.pk}/" in shown
        assert f"/admin/allegations/citation/{citation.pk}/change/" in shown

    def test_the_address_of_a_page_that_may_be_someone_elses_is_no_link(self, client, reviewer):
        for kind in (Kind.USURPED, Kind.SUSPECT):
            ask(kind, factories.source(url=f"https://{kind}.example.org/", **QUIET))
        shown = words_of(page(client, reviewer))
        assert 'href="https://suspect.example.org/"' in shown
        assert 'href="https://usurped.example.org/"' not in shown
        assert "https://usurped.example.org/" in shown

    def test_what_the_public_sees_rest_on_a_link_comes_first_then_the_oldest(self, client, reviewer, candidacy):
        newest = ask(Kind.SUSPECT, opened_at=NOW)
        oldest = ask(Kind.SUSPECT, opened_at=NOW - timedelta(days=9))
        shown_first = ask(Kind.SUSPECT, public(candidacy), opened_at=NOW)
        rows = page(client, reviewer).context["sections"][0].rows
        assert [row.task for row in rows] == [shown_first, oldest, newest]

    def test_answered_questions_and_those_about_records_are_not_shown(self, client, reviewer, candidacy):
        ask(Kind.GONE, done_at=NOW)
        draft = factories.allegation(candidacy.candidate, published=False)
        ReviewTask.objects.create(allegation=draft, reason="Another")
        assert page(client, reviewer).context["sections"] == []

    def test_markup_in_what_pages_and_people_wrote_is_text(self, client, reviewer):
        source = factories.source(**QUIET | {"title": "<script>alert(1)</script>"})
        ask(Kind.COPY, source, reason="<img src=x onerror=alert(1)>")
        WebCopy.objects.create(
            source=source, archive="<b>A</b>", uri="https://web.example/1", taken_at=NOW, found_at=NOW, reasons=["<i>r"]
        )
        shown = words_of(page(client, reviewer))
        for markup in ("<script>alert", "<img src=x", "<b>A</b>", "<i>r"):
            assert markup not in shown


class TestFilters:
    def test_filters_are_links_with_counts_and_keep_their_state_in_the_address(self, client, reviewer):
        for kind in (Kind.SUSPECT, Kind.SUSPECT, Kind.GONE, Kind.OTHER):
            ask(kind)
        answer = page(client, reviewer, "?kind=suspect")
        choices = {choice.query: (choice.count, choice.chosen) for choice in answer.context["choices"]}
        assert choices == {
            "?": (4, False), "?kind=gone": (1, False), "?kind=suspect": (2, True), "?kind=other": (1, False),
        }  # fmt: skip
        assert [section.code for section in answer.context["sections"]] == ["suspect"]
        assert all("?kind=suspect" in form.action for form in forms(answer) if "task" in form.data)

    def test_the_overview_shows_the_first_of_each_kind_and_a_kind_has_pages_of_fifty(self, client, reviewer):
        for _ in range(53):
            ask(Kind.SUSPECT)
        ask(Kind.MOVED, opened_at=NOW + timedelta(days=1))
        section, moved = page(client, reviewer).context["sections"]
        assert (section.count, len(section.rows)) == (53, IN_OVERVIEW)
        assert (moved.count, len(moved.rows)) == (1, 1)
        pages = [page(client, reviewer, f"?kind=suspect&page={number}") for number in (1, 2, 99)]
        assert [len(answer.context["sections"][0].rows) for answer in pages] == [50, 3, 3]
        assert "Page 2 of 2" in words_of(pages[1])

    def test_questions_without_a_kind_have_a_filter_of_their_own(self, client, reviewer):
        other = ask(Kind.OTHER)
        ask(Kind.SUSPECT)
        rows = page(client, reviewer, "?kind=other").context["sections"][0].rows
        assert [row.task for row in rows] == [other]

    def test_an_unknown_kind_shows_all(self, client, reviewer):
        ask(Kind.GONE)
        assert len(page(client, reviewer, "?kind=nonsense").context["sections"]) == 1

    def test_the_page_costs_the_same_number_of_queries_for_one_row_and_thirty(self, client, reviewer, candidacy):
        allegation = factories.allegation(candidacy.candidate)
        copies = {"archive": "A", "taken_at": NOW, "found_at": NOW}

        def fill():
            for kind in (Kind.SUSPECT, Kind.COPY, Kind.CRITICAL, Kind.QUOTE_MISSING):
                source = factories.source(**QUIET)
                cited = factories.citation(allegation=allegation, source=source, quote="what was said")
                copy = factories.capture(source, b"kept")
                QuoteCheck.objects.filter(citation=cited).update(copy=copy, looked_at=NOW, found=False)
                factories.citation(candidacy=candidacy, source=source, locator=source.title)
                ask(kind, source, change=change(source) if kind == Kind.CRITICAL else None, assignee=reviewer)
                WebCopy.objects.create(source=source, uri=f"https://web.example/{uuid4()}", **copies)
            lone = factories.source(**QUIET | {"archived": False, "publisher": candidacy.contest.election.body})
            factories.citation(candidacy=factories.candidacy(contest=candidacy.contest), source=lone)

        def costs():
            found = {}
            kinds = ("suspect", "copy-offered", "critical-change", "quote-missing", "last-support")
            for query in ("", *(f"?kind={kind}" for kind in kinds)):
                cache.delete(KEPT)  # it is counted once a minute, and a slow run may take longer
                connection.queries_log.clear()
                connection.force_debug_cursor = True
                assert client.get(LINKS + query).status_code == 200
                found[query] = len(connection.queries_log)
            return found

        fill()
        page(client, reviewer)
        first = costs()
        for _ in range(29):
            fill()
        assert costs() == first
        assert max(first.values()) <= 35


class TestLastSupports:
    def test_a_source_on_which_a_published_statement_rests_alone_is_named_with_the_statement(
        self, client, reviewer, candidacy
    ):
        source = public(candidacy, archived=False, title="The only witness")
        answer = page(client, reviewer)
        shown = words_of(answer)
        assert "If these die, statements stand unsupported" in shown
        assert "The only witness" in shown
        assert source.citations.get().allegation.headline in shown
        assert "Nothing about links waits" not in shown

    def test_an_archived_one_is_not(self, client, reviewer, candidacy):
        public(candidacy)
        assert page(client, reviewer).context["standing"] == []

    @pytest.mark.parametrize(
        ("states", "named"),
        [
            (["alive"], "a"),
            (["gone"], "a"),
            (["alive", "suspect"], ""),  # two stand
            (["alive", "gone"], "a"),
            (["gone", "usurped", "retired"], "c"),
            (["gone", "usurped"], "ab"),  # none stands, so that each was the last one
            (["alive", "gone+"], ""),  # an archived one stands for ever
            (["alive", "alive+"], ""),
        ],
    )
    def test_which_of_several_sources_of_a_statement_is_its_last_support(self, candidacy, states, named):
        allegation = factories.allegation(candidacy.candidate)
        allegation.citations.update(stance="disputes")
        for letter, state in zip("abc", states, strict=False):
            fields = {"title": letter, "state": state.rstrip("+"), "archived": state.endswith("+")}
            source = factories.source(**QUIET | fields)
            for locator in ("p. 1", "p. 2"):
                factories.citation(allegation=allegation, source=source, locator=locator)
            factories.citation(
                allegation=allegation, source=factories.source(**QUIET | {"archived": False}), stance="disputes"
            )
        supports = last_supports()
        assert sorted(support.source.title for support in supports) == sorted(named)
        assert len(supports) == len(named)
        assert all((support.count, support.statements) == (1, (allegation,)) for support in supports)

    def test_the_lost_come_first_then_those_in_trouble_then_those_with_most_on_them(self, candidacy):
        rows = [("b", "alive", 1), ("a", "alive", 1), ("c", "alive", 2), ("d", "suspect", 1), ("e", "gone", 1)]
        for title, state, count in rows:
            source = factories.source(**QUIET | {"title": title, "state": state, "archived": False})
            for _ in range(count):
                allegation = factories.allegation(candidacy.candidate)
                allegation.citations.update(source=source)
        assert [support.source.title for support in last_supports()] == ["e", "d", "c", "a", "b"]
        assert [support.count for support in last_supports()[2:4]] == [2, 1]
        assert last_supports()[0].lost

    def test_of_many_only_what_is_shown_is_fetched(self, candidacy, monkeypatch):
        lone = factories.source(**QUIET | {"archived": False, "title": "Lone"})
        for number in range(40):
            allegation = factories.allegation(candidacy.candidate)
            source = lone if number < 25 else factories.source(**QUIET | {"archived": False})
            allegation.citations.update(source=source)
        fetched = []

        def fetchmany(self, *args):
            rows = self.cursor.fetchmany(*args)
            fetched.append(len(rows))
            return rows

        monkeypatch.setattr(CursorWrapper, "fetchmany", fetchmany, raising=False)
        supports = last_supports()
        shown = supports[:5]
        assert len(supports) == 16
        assert (shown[0].source, shown[0].count, len(shown[0].statements), shown[0].more) == (lone, 25, 20, 5)
        assert sum(fetched) == 5 + 5 + 20 + 4  # the page, its sources, and the statements on them

    def test_it_can_be_checked_now_and_the_page_stays(self, client, editor, candidacy):
        source = public(candidacy, archived=False)
        form = form_of(page(client, editor, "?kind=last-support"), "check", source)
        answer = form.send(client)
        assert answer.url == f"{LINKS}?kind=last-support"
        assert source in Source.objects.due()

    def test_one_that_is_being_checked_says_so_at_the_row(self, client, editor, candidacy):
        source = public(candidacy, archived=False, lease_token=uuid4(), lease_until=NOW + timedelta(minutes=2))
        answer = form_of(page(client, editor), "check", source).send(client)
        assert answer.status_code == 409
        assert answer.context["standing"][0].refused == "This source is being checked at this moment."


class TestAnswers:
    @pytest.mark.parametrize(
        ("kind", "code", "state"),
        [
            (Kind.SUSPECT, "alive", "alive"),
            (Kind.SUSPECT, "gone", "gone"),
            (Kind.GONE, "usurped", "usurped"),
            (Kind.USURPED, "usurped", "usurped"),
            (Kind.UNREACHABLE, "gone", "gone"),
            (Kind.WITHHELD, "retired", "retired"),
            (Kind.BROKEN, "noted", "suspect"),
        ],
    )
    def test_an_answer_settles_the_link_and_is_written_down_with_who_and_why(self, client, reviewer, kind, code, state):
        task = ask(kind, factories.source(**QUIET | {"state": "suspect"}))
        form = form_of(page(client, reviewer), "task", task)
        assert ("answer", code) in form.buttons
        answer = form.send(client, press=("answer", code), reason="I opened it in a browser.")

        assert answer.status_code == 302
        task.refresh_from_db()
        assert task.done_at is not None
        assert task.source.state == state
        event = LinkEvent.objects.get()
        assert (event.by, event.left, event.reached) == (reviewer, "suspect", state)
        assert "I opened it in a browser." in event.reason
        assert "written down" in said(client.get(answer.url))

    def test_a_changed_copy_that_was_read_becomes_the_one_to_compare_with(self, client, reviewer):
        source = factories.source(**QUIET)
        task = ask(Kind.CRITICAL, source, change=change(source))
        form_of(page(client, reviewer), "task", task).send(client, press=("answer", "read"), reason="A correction.")
        source.refresh_from_db()
        assert source.baseline == task.change.after
        assert waiting() == {}

    def test_a_move_that_is_accepted_makes_the_new_address_due(self, client, reviewer):
        source = factories.source(**QUIET | {"moved_to": "https://new.example.org/story"})
        task = ask(Kind.MOVED, source)
        form_of(page(client, reviewer), "task", task).send(client, press=("answer", "moved"), reason="Same article.")
        source.refresh_from_db()
        assert source.canonical_url == "https://new.example.org/story"
        assert source in Source.objects.due()

    @pytest.mark.parametrize(("kind", "code"), [(Kind.SUSPECT, "gone"), (Kind.BROKEN, "noted")])
    def test_without_a_reason_nothing_is_done_and_the_row_says_so(self, client, reviewer, kind, code):
        task = ask(kind)
        answer = form_of(page(client, reviewer), "task", task).send(client, press=("answer", code), reason="  ")
        assert answer.status_code == 409
        assert "Say in a sentence why" in answer.context["sections"][0].rows[0].refused
        assert not LinkEvent.objects.exists()

    def test_what_was_typed_is_kept_when_an_answer_is_refused(self, client, reviewer):
        task = ask(Kind.SUSPECT)
        form = form_of(page(client, reviewer), "task", task)
        Source.objects.filter(pk=task.source_id).update(state="gone")
        answer = form.send(client, press=("answer", "gone"), reason="I looked <twice>.")
        assert "moved on since you opened this page" in answer.context["sections"][0].rows[0].refused
        assert form_of(answer, "task", task).data["reason"] == "I looked <twice>."

    def test_a_second_click_changes_nothing_and_says_so(self, client, reviewer):
        task = ask(Kind.SUSPECT)
        form = form_of(page(client, reviewer), "task", task)
        first, second = (form.send(client, press=("answer", "gone"), reason="Looked.") for _ in range(2))
        assert (first.status_code, second.status_code) == (302, 409)
        assert "answered already" in said(second)
        assert LinkEvent.objects.count() == 1

    def test_a_newer_change_is_not_accepted_unread(self, client, reviewer):
        source = factories.source(**QUIET)
        task = ask(Kind.CRITICAL, source, change=change(source))
        form = form_of(page(client, reviewer), "task", task)
        newer = ContentChange.objects.create(
            source=source,
            before=task.change.after,
            after=factories.capture(source, b"three"),
            level="critical",
            seen_at=NOW,
        )
        ReviewTask.objects.filter(pk=task.pk).update(change=newer)
        assert form.send(client, press=("answer", "read"), reason="Read.").status_code == 409
        source.refresh_from_db()
        assert source.baseline is None

    def test_looking_at_a_critical_change_settles_what_the_public_is_told(self, client, reviewer):
        source = factories.source(**QUIET | {"content_state": "critical"})
        task = ask(Kind.CRITICAL, source, change=change(source))
        form_of(page(client, reviewer), "task", task).send(client, press=("answer", "noted"), reason="A typing error.")
        source.refresh_from_db()
        assert (source.content_state, source.baseline, waiting()) == ("substantive", None, {})

    def test_a_host_that_is_silent_is_asked_about_again_once_it_was_silent_as_long_again(self, client, reviewer):
        silence = Strikes(9, NOW - timedelta(days=20), NOW)
        past = LinkPast(state=State.UNREACHABLE, unreachable=silence, proposed=State.GONE, failures=9)
        source = factories.source(**QUIET | {"state": "unreachable", "memory": pack(past)})
        task = ask(Kind.UNREACHABLE, source)
        form_of(page(client, reviewer), "task", task).send(client, press=("answer", "noted"), reason="Under repair.")
        source.refresh_from_db()
        assert (source.state, source.past.proposed, waiting()) == ("unreachable", None, {})
        past, days, silent = source.past, 0, Judgement("CONNECT_TIMEOUT", Klass.UNREACHABLE, ("No answer.",))
        moment = past.unreachable.last
        while past.proposed is None:
            moment, days = moment + timedelta(days=1), days + 1
            past = advance(past, silent, moment)
        assert (past.proposed, days) == (State.GONE, 12)

    def test_only_the_answers_of_its_kind_are_taken(self, client, reviewer):
        task = ask(Kind.CRITICAL)
        with pytest.raises(StepRefused, match="Choose one of the answers"):
            answer(task, "gone", by=reviewer, reason="Looked.", seen=sight(task))

    def test_a_copy_is_accepted_with_its_reason_and_the_question_ends_with_the_last_one(self, client, reviewer):
        source = factories.source(**QUIET | {"last_alive_at": NOW})
        task = ask(Kind.COPY, source)
        fields = {"source": source, "archive": "Web Archive", "found_at": NOW, "similarity": 0.934}
        copies = [
            WebCopy.objects.create(**fields, uri=f"https://web.example/{days}", taken_at=NOW - timedelta(days=days))
            for days in (12, 1)
        ]
        shown = page(client, reviewer)
        assert "12 days before the page was last known good" in words_of(shown)
        assert "Like our own copy: 93%" in words_of(shown)
        form_of(shown, "copy", copies[0]).send(client, press=("answer", "accept"), reason="Same text.")
        form_of(shown, "copy", copies[1]).send(client, press=("answer", "refuse"), reason="A banner only.")

        assert list(WebCopy.objects.values_list("decision", "decided_by")) == [
            ("accepted", reviewer.pk), ("refused", reviewer.pk),
        ]  # fmt: skip
        assert sorted("accepted: Same text." in event.reason for event in LinkEvent.objects.all()) == [False, True]
        task.refresh_from_db()
        assert task.done_at is not None

    def test_a_copy_is_decided_about_once(self, client, reviewer):
        source = factories.source(**QUIET)
        ask(Kind.COPY, source)
        copies = [
            WebCopy.objects.create(
                source=source, archive="A", uri=f"https://web.example/{n}", taken_at=NOW, found_at=NOW
            )
            for n in range(2)
        ]
        form = form_of(page(client, reviewer), "copy", copies[0])
        codes = [form.send(client, press=("answer", how), reason="Why.").status_code for how in ("accept", "refuse")]
        assert codes == [302, 409]
        assert LinkEvent.objects.count() == 1
        copies[0].refresh_from_db()
        assert copies[0].decision == "accepted"


class TestWhoMay:
    def test_what_the_public_sees_is_answered_by_editors_only(self, client, reviewer, editor, candidacy):
        task = ask(Kind.SUSPECT, public(candidacy))
        shown = page(client, reviewer)
        assert "an editor answers" in words_of(shown)
        assert not any(form.data.get("task") for form in forms(shown))

        form = form_of(page(client, editor), "task", task)
        client.force_login(reviewer)
        assert (
            "an editor decides"
            in form.send(client, press=("answer", "gone"), reason="Looked.").context["refused"].words
        )
        client.force_login(editor)
        assert form.send(client, press=("answer", "gone"), reason="Looked.").status_code == 302

    @pytest.mark.parametrize("kind", [Kind.BROKEN, Kind.WITHHELD])
    def test_no_answer_goes_round_the_editor(self, client, reviewer, candidacy, kind):
        task = ask(kind, public(candidacy))
        with pytest.raises(StepRefused, match="an editor decides"):
            answer(task, "noted", by=reviewer, reason="Looked.", seen=sight(task))

    def test_it_opens_for_every_role_and_for_nobody_else(self, client, django_user_model):
        for role in Role:
            assert page(client, factories.person(role)).status_code == 200
        client.force_login(django_user_model.objects.create_user("staff", is_staff=True))
        for path in (LINKS, LINKS + "progress/"):
            assert client.get(path).status_code == 403
        assert client.post(LINKS, {"check": str(factories.source().pk)}).status_code == 403
        client.logout()
        assert client.get(LINKS).status_code == 302

    def test_a_person_who_may_only_look_answers_nothing(self, client, django_user_model):
        from django.contrib.auth.models import Permission

        looker = django_user_model.objects.create_user("looker", is_staff=True)
        looker.user_permissions.add(Permission.objects.get(codename="view_reviewtask"))
        task = ask(Kind.SUSPECT)
        assert not [form for form in forms(page(client, looker)) if "task" in form.data or "check" in form.data]
        sent = {"task": task.pk, "seen": sight(task), "answer": "gone", "reason": "Looked."}
        assert client.post(LINKS, sent).status_code == 403

    def test_an_answer_without_a_token_is_refused(self, reviewer):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(reviewer)
        task = ask(Kind.SUSPECT)
        sent = {"task": task.pk, "seen": sight(task), "answer": "gone", "reason": "Looked."}
        assert client.post(LINKS, sent).status_code == 403
        assert waiting() == {"suspect": 1}

    @pytest.mark.parametrize("sent", [{}, {"task": "x"}, {"task": "9" * 30}, {"check": "no-uuid"}, {"copy": "7"}])
    def test_what_no_form_sends_finds_nothing(self, client, reviewer, sent):
        client.force_login(reviewer)
        assert client.post(LINKS, sent).status_code == 404


class TestProgress:
    def test_nothing_under_way_is_said_and_asks_for_no_update(self, client, reviewer):
        factories.source(**QUIET)
        answer = page(client, reviewer)
        assert "No check is due." in words_of(answer)
        assert 'data-again="0"' in words_of(answer)
        assert client.get(LINKS + "progress/").json()["again_s"] == 0

    def test_a_sweep_counts_what_was_checked_since_the_oldest_due_link_became_due(self, client, reviewer):
        for minutes in (30, 10, 5):
            factories.source(**QUIET | {"next_check_at": NOW - timedelta(minutes=minutes)})
        resting = factories.source(**QUIET | {"next_check_at": NOW - timedelta(minutes=1)})
        resting.host.not_before = NOW + timedelta(hours=1)
        resting.host.save()
        factories.source(
            **QUIET | {"next_check_at": NOW + timedelta(minutes=2)},
            lease_token=uuid4(), lease_until=NOW + timedelta(minutes=2),
        )  # fmt: skip
        done = factories.source(**QUIET)
        for minutes in (90, 40, 20, 3, 0):
            factories.link_check(done, checked_at=NOW - timedelta(minutes=minutes))

        seen = progress()
        assert (seen.due, seen.resting, seen.leased) == (4, 4, 1)
        assert (seen.checked, seen.of, seen.percent) == (3, 8, 37)
        assert (seen.last_minute, seen.last_hour) == (1, 4)
        assert seen.oldest_due == NOW - timedelta(minutes=30)
        answer = page(client, reviewer)
        assert "A sweep is under way: 3 of 8 checked." in words_of(answer)
        assert '<progress aria-labelledby="sweep-words" value="3" max="8">' in words_of(answer)
        told = client.get(LINKS + "progress/").json()
        assert told["again_s"] > 0
        assert "3 of 8 checked" in told["html"]

    def test_the_last_of_a_sweep_counts_from_when_it_was_handed_out(self):
        lease = {"lease_token": uuid4(), "lease_until": NOW + timedelta(minutes=2)}
        factories.source(**QUIET | {"next_check_at": NOW + timedelta(minutes=2)}, **lease)
        done = factories.source(**QUIET)
        for seconds in (7200, 30):
            factories.link_check(done, checked_at=NOW - timedelta(seconds=seconds))
        seen = progress()
        assert (seen.running, seen.checked, seen.of) == (True, 1, 2)

    def test_a_lost_workers_source_is_due_again(self):
        past = {"lease_token": uuid4(), "lease_until": NOW - timedelta(minutes=1)}
        factories.source(**QUIET | {"next_check_at": NOW - timedelta(minutes=1)}, **past)
        assert (progress().due, progress().leased) == (1, 0)

    def test_retired_links_are_not_due(self):
        factories.source(**QUIET | {"state": "retired", "next_check_at": NOW - timedelta(days=1)})
        assert not progress().running

    def test_it_says_when_our_own_network_seems_to_be_at_fault(self, client, reviewer):
        for n in range(6):
            source = factories.source(url=f"https://host{n}.example.org/", **QUIET)
            factories.link_check(source, verdict="CONNECT_TIMEOUT", klass="unreachable")
        assert "6 of 6 hosts failed before any answer" in words_of(page(client, reviewer))

    def test_copies_that_wait_to_be_read_are_counted(self):
        factories.capture(factories.source(**QUIET), quality="unread", read_at=None)
        assert progress().unread == 1

    def test_of_a_sweep_that_is_behind_only_the_last_hour_is_counted(self):
        factories.source(**QUIET | {"next_check_at": NOW - timedelta(days=7)})
        done = factories.source(**QUIET)
        for minutes in (60 * 24 * 6, 61, 30):
            factories.link_check(done, checked_at=NOW - timedelta(minutes=minutes))
        assert (progress().checked, progress().last_hour) == (1, 1)
        assert progress().oldest_due == NOW - timedelta(days=7)


class TestArchive:
    @pytest.fixture(autouse=True)
    def own_cache(self, settings):
        """A cache that no other test, nor process, has filled."""
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "own"}}
        cache.clear()
        yield
        cache.clear()

    def test_its_files_are_counted_once_a_minute(self, client, reviewer, django_assert_num_queries):
        factories.stored_file(b"x")
        assert archive_kept().files == 1
        factories.stored_file(b"y")
        with django_assert_num_queries(0):
            assert archive_kept().files == 1
        cache.delete(KEPT)
        assert archive_kept().files == 2

    def test_it_is_told_without_a_cache_too(self, settings):
        backend = "django.core.cache.backends.redis.RedisCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}
        factories.stored_file(b"x")
        assert archive_kept().files == 1
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "own"}}

    def test_what_redis_keeps_of_it_is_what_was_counted(self):
        factories.stored_file(b"x")
        assert pickle.loads(pickle.dumps(archive_kept())) == archive_kept()

    def test_it_says_what_the_archive_holds_and_what_is_wrong_with_it(self, client, reviewer):
        factories.stored_file(b"x" * 2048, verified_at=NOW)
        factories.stored_file(b"y", fault="changed")
        archive = page(client, reviewer).context["archive"]
        assert (archive.files, archive.size, archive.faults, archive.unaudited) == (2, 2049, 1, 1)
        assert archive.last_audit == NOW

    def test_it_says_where_the_chain_of_days_breaks(self, client, reviewer, monkeypatch):
        from allegations.actions.links.auditing import ChainState
        from allegations.admin import links

        file = factories.stored_file(kind="manifest")
        DayManifest.objects.create(day=NOW.date(), entries=0, root="0" * 64, chain="0" * 64, file=file, made_at=NOW)
        monkeypatch.setattr(
            links, "chain_state", lambda: ChainState(1, NOW.date(), ("2026-01-01: it does not follow.",))
        )
        shown = words_of(page(client, reviewer))
        assert "The chain of the days is broken:" in shown
        assert "2026-01-01: it does not follow." in shown

    def test_a_long_chain_is_read_only_when_somebody_asks(self, client, reviewer, monkeypatch):
        from allegations.actions.links.auditing import ChainState
        from allegations.admin import links

        read = []
        monkeypatch.setattr(links, "DAYS_AT_ONCE", -1)
        monkeypatch.setattr(links, "chain_state", lambda: read.append(1) or ChainState(3, NOW.date(), ()))
        page(client, reviewer)
        assert read == []
        assert "The chain of the days is whole." in words_of(page(client, reviewer, "?chain=check"))


class TestTheDesk:
    def test_it_counts_what_waits_by_kind_with_links_to_the_page(self, client, reviewer):
        for kind in (Kind.SUSPECT, Kind.SUSPECT, Kind.QUOTE_MISSING):
            ask(kind)
        client.force_login(reviewer)
        shown = words_of(client.get("/admin/"))
        assert 'Links that need a look <span class="count">3</span>' in shown
        assert f'href="{LINKS}?kind=suspect"' in shown

    def test_what_waits_for_another_person_does_not_count(self, reviewer, editor):
        ask(Kind.SUSPECT, assignee=editor)
        assert (waiting(), waiting(reviewer)) == ({"suspect": 1}, {})

    def test_the_page_can_be_reached_when_nothing_waits(self, client, reviewer):
        client.force_login(reviewer)
        assert f'href="{LINKS}"' in words_of(client.get("/admin/"))
