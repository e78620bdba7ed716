"""Adding a source: its address is enough, what may be a mistake is said, and the page itself fills the form."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from allegations.actions.links.answers import waiting
from allegations.actions.links.reading import _found
from allegations.links.texts import Metadata
from allegations.models import ContentChange, ReviewTask, Source, WebCopy
from candidates.models import Organization
from tests import factories
from tests.pages import form_at, forms

pytestmark = pytest.mark.django_db
ADD = "/admin/allegations/source/add/"
KNOWN = "/admin/allegations/source/known/"
NOW = timezone.now()
LATER = NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Leases are of minutes, and a run is long: the clock stands still from each test on, not from the import."""
    monkeypatch.setitem(globals(), "NOW", timezone.now())


SAID = Metadata(
    title="Two former detainees allege torture",
    publisher="The Daily Court",
    authors=("Ann Author",),
    published="2021-11-22",
    language="en",
    canonical="https://daily.example.org/story",
)
FOUND = _found(SAID)  # as reading writes it down


def address(source):
    return f"/admin/allegations/source/{source.pk}/change/"


def main_form(response):
    return next(form for form in forms(response) if ("_save", "Save") in form.buttons)


def opened(client, source, person):
    client.force_login(person)
    return client.get(address(source))


def words_of(response):
    return " ".join(response.content.decode().split())


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def bare(**kwargs):
    """A source of which only the address is known, not due."""
    return factories.source(reliability="", **{"title": "", "next_check_at": LATER} | kwargs)


def read(source, found=FOUND, lines=("A paragraph.",), **kwargs):
    """A copy of it that was read, and what it says of itself."""
    copy = factories.capture(source, str(uuid4()).encode(), captured_at=kwargs.pop("captured_at", NOW))
    return factories.capture_text(copy, *lines, found=found, **kwargs)


def helps(response):
    return {name: str(field.help_text) for name, field in response.context["adminform"].form.fields.items()}


class TestAdding:
    def test_the_address_alone_is_enough_and_the_page_that_follows_says_that_it_waits_for_its_check(
        self, client, contributor
    ):
        client.force_login(contributor)
        answer = main_form(client.get(ADD)).send(client, url="https://daily.example.org/story")
        source = Source.objects.get()
        assert answer.url == address(source)
        shown = words_of(client.get(answer.url))
        assert "The page waits for its check; the next sweep takes it." in shown
        assert f'data-progress="/admin/allegations/source/{source.pk}/stage/"' in shown

    def test_another_one_can_be_added_at_once(self, client, contributor):
        client.force_login(contributor)
        form = main_form(client.get(ADD))
        answer = form.send(client, url="https://daily.example.org/story", press=("_addanother", "Save and add another"))
        assert answer.url == ADD

    def test_the_form_asks_about_the_address_while_it_is_typed(self, client, contributor):
        client.force_login(contributor)
        shown = words_of(client.get(ADD))
        assert 'class="known-source' in shown or 'known-source"' in shown
        assert f'data-known="{KNOWN}"' in shown


class TestWarnings:
    def ask(self, client, person, url):
        client.force_login(person)
        return client.post(KNOWN, {"url": url}).json()

    def test_a_known_address_is_named_with_its_page(self, client, contributor):
        source = factories.source(url="https://daily.example.org/story")
        answer = self.ask(client, contributor, "https://daily.example.org/story#top")
        assert answer["known"]["url"] == address(source)
        assert answer["warnings"] == []

    def test_an_address_that_holds_a_session_is_warned_of(self, client, contributor):
        answer = self.ask(client, contributor, "https://court.example.org/docket;jsessionid=AB12?id=3")
        assert [warning["url"] for warning in answer["warnings"]] == [""]
        assert "may stop working" in answer["warnings"][0]["words"]

    @pytest.mark.parametrize(
        ("known", "url", "why"),
        [
            ("https://daily.example.org/story", "https://daily.example.org/story?page=2", "another query"),
            ("https://daily.example.org/story?id=1", "https://daily.example.org/story?id=2", "another query"),
            ("https://daily.example.org/story", "https://www.daily.example.org/story", "another name of the host"),
            ("https://daily.example.org/story", "https://m.daily.example.org/story", "another name of the host"),
            ("https://www.daily.example.org/story", "https://amp.daily.example.org/story", "another name of the host"),
            ("https://mobile.daily.example.org/story", "https://daily.example.org/story", "another name of the host"),
            ("https://daily.example.org/story", "https://daily.example.org/amp/story", "another spelling"),
            ("https://daily.example.org/story/amp/", "https://daily.example.org/story", "another spelling"),
            ("https://daily.example.org/story.html", "https://daily.example.org/story.amp.html", "another spelling"),
            ("http://daily.example.org/story", "https://daily.example.org/story/", "another spelling"),
            ("https://daily.example.org/", "https://www.daily.example.org/?ref=home", "another name of the host"),
        ],
    )
    def test_an_address_in_another_dress_is_warned_of_while_typing_and_when_it_is_saved(
        self, client, contributor, known, url, why
    ):
        source = factories.source(url=known, title="The story")
        (warning,) = self.ask(client, contributor, url)["warnings"]
        assert (warning["title"], warning["url"]) == ("The story", address(source))
        assert why in warning["words"]

        answer = main_form(client.get(ADD)).send(client, url=url)
        assert Source.objects.count() == 2
        assert f'<a href="{address(source)}">The story</a>' in said(client.get(answer.url))

    def test_an_address_that_is_pasted_into_a_citation_is_warned_of_when_it_is_saved(self, client, candidacy):
        allegation = factories.allegation(candidacy.candidate, published=False)
        known = factories.source(url="https://daily.example.org/story", title="The story")
        client.force_login(allegation.written_by)
        page = client.get(f"/admin/allegations/allegation/{allegation.pk}/change/")
        form = main_form(page)
        pasted = {"new_url": "https://daily.example.org/story?sid=1"}
        cited = allegation.citations.get()
        kept = {"id": str(cited.pk), "source": str(cited.source_id), "allegation": str(allegation.pk)}
        rows = form.rows("citations", kept, pasted) | {"citations-INITIAL_FORMS": "1"}
        answer = form.send(client, **rows)
        told = said(client.get(answer.url))
        assert "may stop working" in told
        assert f'<a href="{address(known)}">The story</a>' in told

    @pytest.mark.parametrize(
        "url",
        [
            "https://daily.example.org/story-2",
            "https://daily.example.org/storyX",
            "https://daily.example.org/other/story",
            "https://notdaily.example.org/story",
            "https://example.org/story",
            "https://dailyXexample.org/story",
        ],
    )
    def test_an_address_of_its_own_is_not(self, client, contributor, url):
        factories.source(url="https://daily.example.org/story")
        assert self.ask(client, contributor, url)["warnings"] == []

    def test_where_the_query_names_the_page_another_query_is_no_warning(self, client, contributor):
        for n in range(4):
            factories.source(url=f"https://daily.example.org/index.php?id={n}")
        assert self.ask(client, contributor, "https://daily.example.org/index.php?id=9")["warnings"] == []

    def test_titles_of_known_sources_are_text_in_the_warning(self, client, contributor):
        factories.source(url="https://daily.example.org/story", title="<img src=x onerror=alert(1)>")
        client.force_login(contributor)
        answer = main_form(client.get(ADD)).send(client, url="https://daily.example.org/story?x=1")
        assert "<img src=x" not in words_of(client.get(answer.url))


class TestLikelyDuplicates:
    def alike(self, client, source, person):
        return {(one.source, str(one.why)) for one in opened(client, source, person).context["alike"]}

    def test_the_same_text_is_found_and_the_page_links_to_it(self, client, contributor):
        source, other = bare(), bare(title="The other")
        for one in (source, other):
            read(one, found={}, text_sha256="a" * 64)
        assert self.alike(client, source, contributor) == {(other, "the same text")}
        assert f'<a href="{address(other)}" dir="auto">The other</a> (the same text)' in words_of(
            client.get(address(source))
        )

    @pytest.mark.parametrize(("bits", "near"), [(0, True), (0b111, True), (0b1111, False), (-(2**63) + 3, True)])
    def test_almost_the_same_text_differs_in_three_bits_of_its_sketch_at_most(self, client, contributor, bits, near):
        source, other = bare(), bare()
        read(source, found={}, text_sha256="a" * 64, simhash=1234567)
        read(other, found={}, text_sha256="b" * 64, simhash=1234567 ^ bits)
        assert self.alike(client, source, contributor) == ({(other, "almost the same text")} if near else set())

    def test_the_address_that_the_page_calls_its_own_is_known(self, client, contributor):
        own = factories.source(url=FOUND["canonical"], title="Own", next_check_at=LATER)
        source = bare()
        read(source)
        assert self.alike(client, source, contributor) == {(own, "its page names that address as its own")}

    def test_the_same_title_is_found_in_any_case_whether_it_is_saved_or_only_read(self, client, contributor):
        saved, unsaved = bare(title=FOUND["title"].upper()), bare()
        read(unsaved, found={"title": FOUND["title"]})
        source = bare()
        read(source, found={"title": FOUND["title"]})
        assert self.alike(client, source, contributor) == {(saved, "the same title"), (unsaved, "the same title")}

    def test_titles_that_many_pages_have_say_nothing(self, client, contributor):
        bare(title="News")
        assert self.alike(client, bare(title="News"), contributor) == set()

    def test_copies_that_are_no_evidence_are_compared_with_nothing(self, client, contributor):
        source, other = bare(), bare()
        for one in (source, other):
            text = read(one, found={}, text_sha256="a" * 64)
            text.capture.quality = "not-evidence"
            text.capture.save(update_fields=["quality"])
        assert self.alike(client, source, contributor) == set()


class TestPrefilling:
    def test_empty_fields_show_what_the_page_says_and_nothing_is_saved_before_the_person_saves(
        self, client, contributor
    ):
        source = bare()
        paper = Organization.objects.create(slug="daily-court", name="Daily Court", other_names=["The DAILY court"])
        read(source)
        answer = opened(client, source, contributor)
        form = main_form(answer)
        assert {name: form.data[name] for name in ("title", "author", "dated", "language", "publisher")} == {
            "title": FOUND["title"], "author": "Ann Author", "dated": "2021-11-22", "language": "en",
            "publisher": str(paper.pk),
        }  # fmt: skip
        for name in ("title", "author", "dated", "language", "publisher"):
            assert "Found on the page, not saved yet." in helps(answer)[name]
        source.refresh_from_db()
        assert (source.title, source.publisher) == ("", None)

        form.send(client, author="")
        source.refresh_from_db()
        assert (source.title, source.publisher, source.author) == (FOUND["title"], paper, "")
        assert str(source.dated_earliest) == "2021-11-22"

    def test_what_a_person_wrote_is_not_touched_or_marked(self, client, contributor):
        source = bare(title="Our own title")
        read(source)
        answer = opened(client, source, contributor)
        assert main_form(answer).data["title"] == "Our own title"
        assert "Found on the page" not in helps(answer)["title"]

    def test_a_publisher_who_is_not_on_record_is_named_with_a_link_to_add_it(self, client, contributor):
        source = bare()
        read(source, found={"publisher": "The <b>Daily</b> & Co"})
        answer = opened(client, source, contributor)
        words = helps(answer)["publisher"]
        assert "The page names “The &lt;b&gt;Daily&lt;/b&gt; &amp; Co”" in words
        assert main_form(answer).data["publisher"] in ("", None)
        place = "/admin/candidates/organization/add/?name=The+%3Cb%3EDaily%3C%2Fb%3E+%26+Co"
        assert f'<a href="{place}">Add it</a>' in words
        client.force_login(contributor)
        assert client.get(place).context["adminform"].form.initial["name"] == "The <b>Daily</b> & Co"

    @pytest.mark.parametrize(
        ("found", "shown"),
        [
            ({"dated": "last spring"}, {"dated": ""}),
            ({"dated": "2021-13-45"}, {"dated": ""}),
            ({"dated": "2999-01-01"}, {"dated": ""}),
            ({"dated": "2021-11"}, {"dated": "2021-11"}),
            ({"dated": "2021-11-22 08:30"}, {"dated": "2021-11-22"}),
            ({"dated": "2021-11-22T08:30:00+01:00"}, {"dated": "2021-11-22"}),
            ({"dated": ["2021"]}, {"dated": ""}),
            ({"title": "A\x07B\n  C\u202e"}, {"title": "A B C"}),
            ({"title": "x" * 301}, {"title": ""}),
            ({"title": {"a": 1}}, {"title": ""}),
            ({"title": None}, {"title": ""}),
            ({"language": "javascript:alert(1)"}, {"language": ""}),
            ({"language": "EN_us"}, {"language": "en-us"}),
            ({"language": "zh-Hans"}, {"language": "zh-Hans"}),
            ({"author": "x" * 201}, {"author": ""}),
        ],
    )
    def test_what_is_no_such_value_is_left_out(self, client, contributor, found, shown):
        source = bare()
        read(source, found=found)
        data = main_form(opened(client, source, contributor)).data
        assert {name: data[name] for name in shown} == shown

    def test_markup_of_a_page_is_text_in_the_form(self, client, contributor):
        source = bare()
        read(source, found={"title": '"><script>alert(1)</script>', "publisher": "<script>alert(2)</script>"})
        assert "<script>alert" not in words_of(opened(client, source, contributor))

    def test_the_latest_copy_that_is_evidence_is_read(self, client, contributor):
        source = bare()
        read(source, found={"title": "Old"}, captured_at=NOW - timedelta(days=2))
        read(source, found={"title": "New"}, captured_at=NOW - timedelta(days=1))
        wall = read(source, found={"title": "Just a moment…"})
        wall.capture.quality = "not-evidence"
        wall.capture.save(update_fields=["quality"])
        assert main_form(opened(client, source, contributor)).data["title"] == "New"

    def test_nothing_is_offered_to_whom_may_not_change_it(self, client, contributor, candidacy):
        source = factories.allegation(candidacy.candidate).citations.get().source
        Source.objects.filter(pk=source.pk).update(author="")
        read(source)
        assert "author" not in opened(client, source, contributor).context["adminform"].form.fields


class TestStages:
    def stage(self, client, source, person):
        client.force_login(person)
        return client.get(f"/admin/allegations/source/{source.pk}/stage/").json()

    def test_each_stage_of_a_check_is_said_until_the_page_was_read(self, client, contributor):
        source = bare(next_check_at=NOW - timedelta(seconds=1))
        waiting = self.stage(client, source, contributor)
        lease = {"lease_token": uuid4(), "lease_until": NOW + timedelta(minutes=2), "next_check_at": LATER}
        Source.objects.filter(pk=source.pk).update(**lease)
        checking = self.stage(client, source, contributor)
        Source.objects.filter(pk=source.pk).update(lease_token=None, lease_until=None)
        copy = factories.capture(source, quality="unread", read_at=None)
        reading = self.stage(client, source, contributor)
        copy.quality, copy.read_at = "evidence", NOW
        copy.save(update_fields=["quality", "read_at"])
        done = self.stage(client, source, contributor)

        words = ("waits for its check", "is being checked…", "text is being read…", "It was checked.")
        for told, word in zip((waiting, checking, reading, done), words, strict=True):
            assert word in told["html"]
        assert [bool(told["again_s"]) for told in (waiting, checking, reading, done)] == [True, True, True, False]
        assert [told["reload"] for told in (waiting, checking, reading, done)] == [False, False, False, True]

    def test_a_source_that_is_not_due_says_nothing_of_it(self, client, contributor):
        assert "data-progress" not in words_of(opened(client, bare(), contributor))

    def test_they_are_for_reviewers(self, client):
        assert client.get(f"/admin/allegations/source/{bare().pk}/stage/").status_code == 302

    @pytest.mark.parametrize("pk", ["nonsense", uuid4()])
    def test_a_source_that_is_not_there_has_none(self, client, contributor, pk):
        client.force_login(contributor)
        assert client.get(f"/admin/allegations/source/{pk}/stage/").status_code == 404


class TestThePageOfASource:
    def test_it_shows_its_state_what_is_asked_its_life_changes_and_copies(self, client, reviewer):
        source = bare(state="suspect", moved_to="https://new.example.org/", memory={"proposed": "gone"})
        before, after = factories.capture(source, b"one"), factories.capture(source, b"two")
        change = ContentChange.objects.create(
            source=source, before=before, after=after, level="critical", reasons=["A negation."], seen_at=NOW
        )
        factories.link_event(source, "alive", "suspect", reason="“404 Not Found”")
        WebCopy.objects.create(source=source, archive="A", uri="https://web.example/1", taken_at=NOW, found_at=NOW)
        ReviewTask.objects.create(source=source, kind="suspect", reason="Not found.")
        shown = words_of(opened(client, source, reviewer))
        for words in (
            "Page not found", "The checks propose: gone", "https://new.example.org/", "“404 Not Found”", "A negation.",
            "https://web.example/1", "What is asked about it", f"/sources/{source.pk}/copies/{after.pk}/",
            f"/sources/{source.pk}/changes/{change.pk}/",
        ):  # fmt: skip
            assert words in shown

    def test_a_question_is_answered_there_and_a_refusal_stands_at_it(self, client, reviewer):
        source = bare(state="suspect")
        ReviewTask.objects.create(source=source, kind="suspect", reason="Not found.")
        form = next(form for form in forms(opened(client, source, reviewer)) if "task" in form.data)
        refused = form.send(client, press=("answer", "gone"), reason="")
        assert refused.status_code == 409
        assert "Say in a sentence why" in refused.context["questions"][0].refused
        answer = form.send(client, press=("answer", "gone"), reason="Looked.")
        assert answer.url == address(source)
        assert waiting() == {}

    def test_where_it_stands_can_be_said_without_a_question(self, client, reviewer):
        source = bare(state="alive")
        form = next(form for form in forms(opened(client, source, reviewer)) if "say" in form.data)
        first, second = (form.send(client, press=("answer", "usurped"), reason="A casino.") for _ in range(2))
        assert (first.status_code, second.status_code) == (302, 409)
        source.refresh_from_db()
        assert source.state == "usurped"
        assert source.link_events.get().reason == "A casino."
        assert "moved on since" in words_of(second)

    def test_of_what_is_public_an_editor_says_it(self, client, reviewer, editor, candidacy):
        source = factories.allegation(candidacy.candidate).citations.get().source
        assert not [form for form in forms(opened(client, source, reviewer)) if "say" in form.data]
        assert [form for form in forms(opened(client, source, editor)) if "say" in form.data]

    def test_the_address_of_one_that_is_taken_over_is_no_link(self, client, reviewer):
        source = bare(url="https://taken.example.org/", state="usurped")
        shown = words_of(opened(client, source, reviewer))
        assert 'href="https://taken.example.org/"' not in shown

    def test_a_question_about_a_link_is_not_closed_without_a_reason_on_its_own_page(self, client, editor):
        task = ReviewTask.objects.create(source=bare(), kind="suspect", reason="Not found.")
        client.force_login(editor)
        page = client.get(f"/admin/allegations/reviewtask/{task.pk}/change/")
        form = main_form(page)
        assert not {"done_at_0", "done_at"} & form.data.keys()
        form.send(client, done_at_0="2026-11-25", done_at_1="10:00:00")
        task.refresh_from_db()
        assert task.done_at is None


def test_the_check_of_a_source_can_be_asked_for(client, reviewer):
    source = bare()
    form_at(opened(client, source, reviewer), "/check/").send(client)
    assert source in Source.objects.due()
