"""The admin forms: one page for an allegation with its evidence, known links recognised, public records locked."""

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.serializers import serialize
from django.db import connection
from django.db.models import URLField
from django.forms import BooleanField, IntegerField, JSONField, inlineformset_factory, modelform_factory
from django.test.utils import CaptureQueriesContext

from allegations.actions.evidence import evidence_change
from allegations.actions.seen import whole
from allegations.admin.inlines import AdditionInline
from allegations.codes import Credibility, Forum, Link, Reliability, Severity
from allegations.models import (
    Allegation,
    Citation,
    CoalitionLetter,
    ConflictSide,
    FactConflict,
    Grading,
    Origin,
    Proceeding,
    Reply,
    ReviewTask,
    Source,
)
from allegations.rubrics import RUBRICS
from allegations.workflow import Role, State
from candidates.models import Candidate, Contest, Election, ResearchCheck
from candidates.models.base import Publishable
from tests import factories
from tests.pages import form_at, forms
from vetting.models import CurrentAssessment

pytestmark = pytest.mark.django_db
ADD = "/admin/allegations/allegation/add/"
NEW = {"new_url": "https://a.example.net/1", "source_title": "First"}
PLACES = ("allegation", "coalitionletter", "source", "citation", "proceeding", "reply", "origin", "factconflict")


def main_form(response):
    """The form of the record itself."""
    return next(form for form in forms(response) if ("_save", "Save") in form.buttons)


def opened(client, record, person):
    client.force_login(person)
    return client.get(address(record))


def address(record, page="change"):
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/{page}/"


def add(client, page, candidate, *, citations=(), proceedings=(), replies=(), **changes):
    """Fill in the page of a new allegation and save it."""
    facts = {
        "candidate": str(candidate.pk),
        "headline": "Two former detainees allege torture",
        "summary": "Two former detainees allege that …",
        "claimed_by": "Two former detainees",
        "act": "02011111",
        "involvement": "0503",
        "happened": "2018-05",
        "severity": "5",
        "severity_reason": "Beatings, as described.",
        "link": "3",
    }
    rows = page.rows("citations", *citations) | page.rows("proceedings", *proceedings) | page.rows("replies", *replies)
    return page.send(client, **(facts | rows | changes))


def messages_of(response):
    return " ".join(str(message) for message in response.context["messages"])


def row_errors(response, place=0):
    return response.context["inline_admin_formsets"][place].formset.forms[0].errors


class TestAddingAnAllegation:
    @pytest.fixture
    def page(self, client, contributor):
        client.force_login(contributor)
        return main_form(client.get(ADD))

    def test_it_is_saved_with_a_new_and_a_known_source_on_one_page(self, client, page, contributor, candidacy):
        known = factories.source(url="https://news.example.org/known")
        new = {
            "new_url": "https://court.example.net/case/7?utm_source=x",
            "source_title": "Case 7",
            "source_dated": "2021-10-01",
            "source_material": "court-record",
            "source_reliability": "A",
            "credibility": "2",
        }
        answer = add(client, page, candidacy.candidate, citations=[new, {"source": str(known.pk), "stance": "context"}])

        assert answer.status_code == 302
        allegation = Allegation.objects.get()
        assert (allegation.written_by, allegation.state) == (contributor, State.DRAFT)
        first, second = allegation.citations.order_by("pk")
        assert (first.source.title, first.source.canonical_url) == ("Case 7", "https://court.example.net/case/7")
        assert str(first.source.dated_earliest) == "2021-10-01"
        assert second.source == known
        assert {first.written_by, second.written_by} == {contributor}

    def test_each_grade_has_its_row_with_who_and_why(self, client, page, contributor, candidacy):
        add(client, page, candidacy.candidate, citations=[NEW | {"source_reliability": "B", "credibility": "2"}])

        assert set(Grading.objects.values_list("scale", "value", "reason", "graded_by")) == {
            ("severity", "5", "Beatings, as described.", contributor.pk),
            ("link", "3", "", contributor.pk),
            ("reliability", "B", "", contributor.pk),
            ("credibility", "2", "", contributor.pk),
        }

    def test_another_spelling_of_a_known_address_makes_no_second_source(self, client, page, candidacy):
        known = factories.source(url="https://news.example.org/story?id=7", title="The story")
        spelled = {"new_url": "HTTPS://NEWS.example.org:443/story?id=7&utm_medium=mail#top", "source_title": "Other"}
        answer = add(client, page, candidacy.candidate, citations=[spelled])

        assert Citation.objects.get().source == known
        assert Source.objects.get().title == "The story"
        assert "was known already" in messages_of(client.get(answer.url))

    def test_an_address_in_capitals_can_be_kept_as_it_was_found(self, client, page, candidacy):
        add(client, page, candidacy.candidate, citations=[{"new_url": "HTTPS://News.example.org/Story"}])
        assert Source.objects.get().url == "https://News.example.org/Story"

    def test_one_new_address_pasted_twice_in_two_spellings_is_one_source(self, client, page, candidacy):
        rows = [NEW | {"locator": "p. 1"}, {"new_url": "https://a.example.net:443/1#x", "locator": "p. 9"}]
        add(client, page, candidacy.candidate, citations=rows)

        assert Source.objects.get().title == "First"
        assert Citation.objects.count() == 2

    def test_the_same_place_cited_twice_is_refused_and_makes_no_source(self, client, page, candidacy):
        answer = add(client, page, candidacy.candidate, citations=[NEW, NEW])

        assert "cited here already" in answer.content.decode()
        assert not Source.objects.exists()

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("http://169.254.169.254/latest/meta-data/", "not on the public web"),
            ("http://localhost/x", "a name inside a network"),
            ("http://[::1]/", "not on the public web"),
            ("ftp://example.org/a", "Only addresses that begin with http"),
            ("javascript:alert(1)", "Only addresses that begin with http"),
            ("https://user:word@example.org/", "user name or password"),
            ("https://example.org/" + "ü" * 1000, "longer than 2000"),
        ],
    )
    def test_an_address_that_must_not_be_asked_is_refused_in_words_at_the_field(
        self, client, page, candidacy, url, words
    ):
        answer = add(client, page, candidacy.candidate, citations=[{"new_url": url}])

        assert words in row_errors(answer)["new_url"][0]
        assert not Source.objects.exists()

    def test_what_was_typed_is_kept_when_a_date_is_no_date(self, client, page, candidacy):
        rows = [NEW | {"quote": "Kept words"}]
        answer = add(client, page, candidacy.candidate, citations=rows, happened="last spring")

        assert "is not a date; write for example 2021-11-25" in answer.content.decode()
        again = main_form(answer).data
        assert again["citations-0-quote"] == "Kept words"
        assert again["citations-0-new_url"] == NEW["new_url"]
        assert again["happened"] == "last spring"
        assert not Allegation.objects.exists()

    def test_a_row_without_a_source_says_what_is_missing(self, client, page, candidacy):
        answer = add(client, page, candidacy.candidate, citations=[{"quote": "Words"}])
        assert "Choose a known source, or paste" in row_errors(answer)["source"][0]

    def test_a_known_source_and_another_address_in_one_row_are_refused(self, client, page, candidacy):
        row = NEW | {"source": str(factories.source().pk)}
        answer = add(client, page, candidacy.candidate, citations=[row])
        assert "not both" in row_errors(answer)["new_url"][0]

    def test_a_proceeding_is_added_with_its_first_stage_and_date(self, client, page, candidacy):
        row = {"kind": "criminal-complaint", "jurisdiction": "FR", "stage": "complaint-filed", "reached": "2021-06"}
        add(client, page, candidacy.candidate, proceedings=[row])
        assert [str(step) for step in Proceeding.objects.get().steps.all()] == ["complaint filed 2021-06"]

    def test_a_proceeding_without_a_stage_is_refused(self, client, page, candidacy):
        answer = add(client, page, candidacy.candidate, proceedings=[{"kind": "trial"}])
        assert "Say which stage it has reached" in row_errors(answer, 1)["stage"][0]

    def test_a_reply_that_has_not_come_has_no_date_of_answer(self, client, page, candidacy):
        row = {"kind": "no-reply-yet", "by": "The candidate", "answered": "2021-10"}
        answer = add(client, page, candidacy.candidate, replies=[row])
        assert "has no date of answer" in row_errors(answer, 2)["answered"][0]


class TestWhatIsPublic:
    @pytest.fixture
    def public(self, candidacy):
        with evidence_change():
            return factories.allegation(candidacy.candidate)

    def test_its_content_is_not_changed_by_its_author(self, client, public):
        form = main_form(opened(client, public, factories.author()))
        form.send(client, headline="Another headline", summary="Other words", severity="1")

        public.refresh_from_db()
        assert (public.headline.startswith("Headline"), public.severity) == (True, 5)

    def test_its_content_is_not_changed_by_an_editor(self, client, public):
        other = factories.person(Role.EDITOR)
        main_form(opened(client, public, other)).send(client, headline="Another headline", claimed_by="X")

        public.refresh_from_db()
        assert public.headline.startswith("Headline")

    def test_an_editor_grades_it_anew_and_the_profile_follows_in_the_same_request(self, client, public, candidacy):
        before = CurrentAssessment.objects.get(candidacy=candidacy).assessment
        form = main_form(opened(client, public, factories.person(Role.EDITOR)))
        form.send(client, severity="3", severity_reason="Less grave than it was graded.")

        public.refresh_from_db()
        after = CurrentAssessment.objects.get(candidacy=candidacy)
        candidacy.refresh_from_db()
        assert public.severity == 3
        assert after.assessment != before
        assert after.evidence_revision == candidacy.evidence_revision

    def test_an_addition_is_saved_and_stays_out_of_sight_until_it_is_approved(
        self, client, contributor, editor, candidacy
    ):
        public = factories.allegation(candidacy.candidate)
        form = main_form(opened(client, public, contributor))
        form.send(client, **form.rows("citations", NEW))

        added = Citation.objects.get(written_by=contributor)
        assert added not in Citation.objects.published()
        candidacy.refresh_from_db()
        assert CurrentAssessment.objects.get(candidacy=candidacy).evidence_revision == candidacy.evidence_revision

        page = opened(client, public, editor)
        assert "1 addition waiting for approval" in page.content.decode()
        steps = form_at(page, "/step/")
        steps.send(client, press=("step", "publish"))
        assert added in Citation.objects.published()

    def test_a_source_that_another_person_has_cited_already_is_refused_at_the_row(self, client, public, contributor):
        url = public.citations.get().source.url
        form = main_form(opened(client, public, contributor))
        answer = form.send(client, **form.rows("citations", {"new_url": f"{url}?utm_source=x", "stance": "supports"}))
        assert "cited here already" in answer.content.decode()
        assert public.citations.count() == 1

    def test_the_additions_of_others_are_read_only(self, client, public, contributor):
        pending = factories.citation(allegation=public, published=False)
        form = main_form(opened(client, public, contributor))
        assert form.data["citations-INITIAL_FORMS"] == "0"

        edit = main_form(opened(client, pending, contributor))
        edit.send(client, quote="Put into another's mouth")
        pending.refresh_from_db()
        assert pending.quote == ""

    def test_its_author_changes_an_addition_until_it_is_approved(self, client, public):
        pending = factories.citation(allegation=public, published=False)
        form = main_form(opened(client, public, factories.author()))
        form.send(client, **{"citations-0-quote": "Exact words"})

        pending.refresh_from_db()
        assert pending.quote == "Exact words"

    def test_a_new_stage_of_a_public_proceeding_cannot_slip_in(self, client, public, contributor):
        proceeding = factories.proceeding(public, "complaint-filed")
        form = main_form(opened(client, proceeding, factories.author()))
        form.send(client, **form.rows("steps", {"stage": "convicted", "reached": "2021-11"}))
        assert proceeding.steps.count() == 1

    def test_the_link_to_the_site_is_shown_only_where_the_public_sees_the_record(self, client, public, editor):
        draft = factories.allegation(public.candidate, published=False)
        assert f'href="{public.get_absolute_url()}"' in opened(client, public, editor).content.decode()
        assert draft.get_absolute_url() not in opened(client, draft, editor).content.decode()


PAGES = [
    page
    for model, page in site._registry.items()
    if model._meta.app_label in ("allegations", "candidates") and model is not ReviewTask
]


def published_record(model, candidacy):
    """A public record of a model with a row of each kind that belongs to it."""
    by = factories.signed()
    row = factories.allegation(candidacy.candidate)
    candidacy.candidate.names.create(text="Another spelling")
    candidacy.candidate.index_names()
    candidacy.history.create(status="nominated", since="2021-01")
    proceeding = factories.proceeding(row, "complaint-filed")
    letter = factories.letter(candidacy)
    letter.signatures.create(name="An NGO")
    conflict = FactConflict.objects.create(candidacy=candidacy, question="Where?", **by)
    side = conflict.sides.create(value="Here")
    origin = Origin.objects.create(label="The complainant")
    check = {"candidacy": candidacy, "kind": 4, "result": "nothing-found", "done_on": "2021-10-01", "queries": "Name"}
    made = [row, proceeding, letter, conflict, side, origin, candidacy, candidacy.candidate, candidacy.contest]
    made += [candidacy.contest.election, candidacy.contest.election.body, ResearchCheck.objects.create(**check, **by)]
    made += [factories.citation(allegation=row, origin=origin), row.citations.first().source]
    made += [Reply.objects.create(allegation=row, kind="denial", by="The candidate", **by)]
    return next(record for record in made if type(record) is model)


def stored(record):
    return serialize("json", whole(type(record).objects.get(pk=record.pk)))


def other_value(field, number=0):
    """Something that a form field takes, another text in each row."""
    if isinstance(field, BooleanField):
        return "on"
    if choices := [value for value, _ in getattr(field, "choices", ()) if value]:
        return str(choices[-1])
    return {JSONField: "{}", IntegerField: "9"}.get(type(field), f"202{number}-01-02")


def form_field(field, **kwargs):
    return field.formfield(**kwargs | ({"assume_scheme": "https"} if isinstance(field, URLField) else {}))


def all_fields(form, model, number=0):
    made = modelform_factory(model, form=form, fields="__all__", formfield_callback=form_field)
    return {name: other_value(field, number) for name, field in made.base_fields.items()}


def all_rows(page, record):
    """Every row that a page takes for what belongs to its record: the one there is, changed, and another."""
    sent = {}
    for inline in page.inlines:
        formset = inlineformset_factory(type(record), inline.model, fk_name=inline.fk_name, fields="__all__")
        prefix, fk = formset.get_default_prefix(), formset.fk.name
        rows = [] if issubclass(inline, AdditionInline) else [*inline.model.objects.filter(**{fk: record}), None]
        sent |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": max(len(rows) - 1, 0)}
        for number, row in enumerate(rows):
            facts = all_fields(inline.form, inline.model, number) | {"id": row.pk if row else "", fk: record.pk}
            sent |= {f"{prefix}-{number}-{name}": value for name, value in facts.items()}
    return sent


class TestWhateverIsSent:
    """Requests that no page offers: every field of every form at once, to a record that is public."""

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.opts.model_name)
    @pytest.mark.parametrize("who", ["a contributor", "its author", "its author, an editor"])
    def test_a_public_record_stays_as_it_was_approved(self, client, contributor, candidacy, page, who):
        record = published_record(page.model, candidacy)
        person = contributor if who == "a contributor" else factories.author()
        if "editor" in who:
            if not isinstance(record, Publishable | ConflictSide | Contest):
                pytest.skip("An editor changes sources, origins and organizations.")
            person.groups.set([Group.objects.get_or_create(name=Role.EDITOR.value)[0]])
        before = stored(record)
        client.force_login(person)
        client.post(address(record), all_fields(page.form, page.model) | all_rows(page, record) | {"_save": "Save"})

        assert stored(record) == before

    def test_the_same_request_changes_a_draft_of_its_author(self, client, candidacy):
        record = factories.proceeding(factories.allegation(candidacy.candidate), "complaint-filed", published=False)
        client.force_login(factories.author())
        page = site.get_model_admin(Proceeding)
        sent = all_fields(page.form, Proceeding) | all_rows(page, record)
        sent["forum_basis"] = str(record.allegation.citations.get().pk)
        assert client.post(address(record), sent | {"_save": "Save"}).status_code == 302
        assert record.steps.count() == 2

    def test_a_stage_typed_at_a_proceeding_that_waits_is_not_taken_twice(self, client, candidacy):
        draft = factories.allegation(candidacy.candidate, published=False)
        waiting = factories.proceeding(draft, "complaint-filed", published=False)
        form = main_form(opened(client, draft, factories.author()))
        row = {"stage": "convicted", "reached": "2021-11-02", "final": "on", "note": "A note"}
        form.send(client, **{f"proceedings-0-{name}": value for name, value in row.items()})
        waiting.refresh_from_db()
        assert (waiting.note, [step.stage for step in waiting.steps.all()]) == ("A note", ["complaint-filed"])


def in_review(candidate):
    row = factories.allegation(candidate, published=False)
    row.state = State.IN_REVIEW
    row.save()
    return row


class TestDrafts:
    def test_only_its_author_changes_what_a_draft_says(self, client, contributor, candidacy):
        draft = factories.allegation(candidacy.candidate, published=False)
        main_form(opened(client, draft, contributor)).send(client, headline="Another headline")
        draft.refresh_from_db()
        assert draft.headline.startswith("Headline")

        main_form(opened(client, draft, factories.author())).send(client, headline="A better headline")
        draft.refresh_from_db()
        assert draft.headline == "A better headline"

    def test_what_is_in_review_stays_as_it_was_submitted(self, client, candidacy):
        row = in_review(candidacy.candidate)
        main_form(opened(client, row, factories.author())).send(client, headline="Swapped", reply_waiver="None")
        row.refresh_from_db()
        assert (row.headline.startswith("Headline"), row.reply_waiver) == (True, "")

    def test_a_reviewer_grades_what_is_in_review(self, client, reviewer, candidacy):
        row = in_review(candidacy.candidate)
        main_form(opened(client, row, reviewer)).send(client, severity="4", severity_reason="No torture alleged.")
        row.refresh_from_db()
        assert row.severity == 4

    def test_the_page_says_that_it_is_a_draft(self, client, contributor, candidacy):
        draft = factories.allegation(candidacy.candidate, published=False)
        assert 'class="band band-draft"' in opened(client, draft, contributor).content.decode()

    def test_the_record_is_locked_before_it_is_read_and_saved(self, client, candidacy):
        draft = factories.allegation(candidacy.candidate, published=False)
        form = main_form(opened(client, draft, factories.author()))
        with CaptureQueriesContext(connection) as asked:
            form.send(client, headline="A better headline")
        locked = next(n for n, query in enumerate(asked) if "FOR UPDATE" in query["sql"])
        written = next(n for n, query in enumerate(asked) if 'UPDATE "allegations_allegation"' in query["sql"])
        assert locked < written

    def test_a_copy_with_an_origin_of_its_own_is_refused_in_words(self, client, candidacy):
        draft = factories.allegation(candidacy.candidate, published=False, cited=2)
        first, second = draft.citations.order_by("pk")
        origin = Origin.objects.create(label="The complainant")
        form = main_form(opened(client, draft, factories.author()))
        answer = form.send(client, **{"citations-1-derived_from": str(first.pk), "citations-1-origin": str(origin.pk)})
        assert "A copy has the origin of what it copies" in answer.content.decode()
        second.refresh_from_db()
        assert second.derived_from is None


class TestOtherRecords:
    def test_a_letter_is_added_with_its_signatories_and_the_candidacies_it_is_about(
        self, client, contributor, candidacy
    ):
        client.force_login(contributor)
        form = main_form(client.get("/admin/allegations/coalitionletter/add/"))
        answer = form.send(
            client,
            title="A letter of concern",
            slug="a-letter",
            dated="2020-10",
            stance="opposes",
            candidacies=[str(candidacy.pk)],
            addressees="the Secretary General",
            summary="The signatories ask …",
            **form.rows("signatures", {"name": "An NGO", "is_organization": "on"}),
            **form.rows("citations", NEW),
        )
        assert answer.status_code == 302
        letter = CoalitionLetter.objects.get()
        assert list(letter.candidacies.all()) == [candidacy]
        assert [str(signature) for signature in letter.signatures.all()] == ["An NGO"]
        assert letter.citations.get().written_by == contributor

    def test_a_check_without_its_queries_is_refused_in_words(self, client, contributor, candidacy):
        client.force_login(contributor)
        form = main_form(client.get("/admin/candidates/researchcheck/add/"))
        facts = {"candidacy": str(candidacy.pk), "kind": "4", "result": "nothing-found", "done_on": "2021-10-01"}
        assert "Say which queries were run" in form.send(client, **facts).content.decode()
        assert form.send(client, **facts, queries="UN treaty body database, name in both scripts").status_code == 302
        assert ResearchCheck.objects.get().written_by == contributor

    def test_a_reply_replies_to_exactly_one_thing(self, client, contributor, candidacy):
        client.force_login(contributor)
        form = main_form(client.get("/admin/allegations/reply/add/"))
        answer = form.send(client, kind="denial", by="The candidate")
        assert "Say to what it replies" in answer.content.decode()

    def test_an_origin_that_counts_in_public_is_changed_by_editors_only(self, client, contributor, editor, candidacy):
        below = Origin.objects.create(label="The complainant")
        origin = Origin.objects.create(label="A report", rests_on=below)
        factories.citation(allegation=factories.allegation(candidacy.candidate), origin=origin)
        words = {"independence": "Another person altogether."}
        main_form(opened(client, below, contributor)).send(client, **words)
        below.refresh_from_db()
        assert below.independence == ""
        main_form(opened(client, below, editor)).send(client, **words)
        below.refresh_from_db()
        assert below.independence == words["independence"]


class TestSources:
    ADD = "/admin/allegations/source/add/"

    def test_an_address_is_added_in_its_canonical_form_and_graded(self, client, contributor):
        client.force_login(contributor)
        answer = main_form(client.get(self.ADD)).send(
            client,
            url="https://News.example.org/a?fbclid=1",
            title="A",
            reliability="C",
            reliability_reason="Advocacy.",
        )
        source = Source.objects.get()
        assert (source.canonical_url, source.host.key) == ("https://news.example.org/a", "news.example.org")
        assert source.gradings.get().reason == "Advocacy."
        assert LogEntry.objects.get().object_id == str(source.pk)
        assert answer.status_code == 302

    def test_a_known_address_leads_to_its_source_with_a_message(self, client, contributor):
        known = factories.source(url="https://news.example.org/a")
        client.force_login(contributor)
        answer = main_form(client.get(self.ADD)).send(client, url="https://NEWS.example.org/a#b", title="Other")
        assert answer.url == address(known)
        assert "known already" in messages_of(client.get(answer.url))
        assert Source.objects.count() == 1

    def test_a_private_address_is_refused_in_words(self, client, contributor):
        client.force_login(contributor)
        answer = main_form(client.get(self.ADD)).send(client, url="http://10.0.0.1/")
        assert "not on the public web" in answer.context["adminform"].form.errors["url"][0]

    def test_an_address_that_holds_a_session_is_added_with_a_warning(self, client, contributor):
        client.force_login(contributor)
        answer = main_form(client.get(self.ADD)).send(client, url="https://court.example.org/x;jsessionid=AB?id=1")
        assert "may stop working" in messages_of(client.get(answer.url))

    def test_check_now_makes_it_due_by_the_clock_of_the_database(self, client, contributor):
        source = factories.source(next_check_at="2099-01-01T00:00:00Z")
        form_at(opened(client, source, contributor), "/check/").send(client)
        assert source in Source.objects.due()

    def test_what_is_cited_in_public_is_changed_by_editors_only(self, client, contributor, editor, candidacy):
        source = factories.allegation(candidacy.candidate).citations.get().source
        for change in ({"title": "Changed"}, {"reliability": "F"}):
            main_form(opened(client, source, contributor)).send(client, **change)
            source.refresh_from_db()
            assert (source.title.startswith("Story"), source.reliability) == (True, "B")

        main_form(opened(client, source, editor)).send(client, title="Corrected", reliability="C")
        source.refresh_from_db()
        assert (source.title, source.reliability) == ("Corrected", "C")

    @pytest.mark.parametrize(
        ("url", "title", "refused"),
        [
            ("https://NEWS.example.org/a?utm_source=x", "The story", ""),
            ("https://news.example.org/b", None, ""),
            ("http://localhost/", None, "inside a network"),
        ],
    )
    def test_the_answer_on_an_address_names_what_is_known(self, client, contributor, url, title, refused):
        factories.source(url="https://news.example.org/a", title="The story")
        client.force_login(contributor)
        answer = client.post("/admin/allegations/source/known/", {"url": url}).json()
        assert (answer["known"] or {}).get("title") == title
        assert refused in answer["refused"]

    def test_the_answer_on_an_address_is_for_reviewers(self, client):
        assert client.post("/admin/allegations/source/known/", {"url": "https://a.example/"}).status_code == 302


class TestRecordsOfElections:
    def test_a_candidate_is_published_by_another_person_with_a_button(self, client, editor, candidacy):
        row = Candidate.objects.create(slug="someone", name="Someone", **factories.signed(published=False))
        page = opened(client, row, editor)
        form_at(page, "/step/").send(client, press=("step", "publish"))
        assert row in Candidate.objects.published()

    def test_its_author_is_told_why_it_cannot_be_published_by_them(self, client, editor):
        row = Candidate.objects.create(slug="someone", name="Someone", written_by=editor)
        page = opened(client, row, editor)
        assert "Someone other than its author" in page.content.decode()
        answer = form_at(page, "/step/").send(client, press=("step", "publish"))
        assert answer.status_code == 409
        assert row not in Candidate.objects.published()

    def test_a_contributor_does_not_change_elections(self, client, contributor, candidacy):
        election = candidacy.contest.election
        page = opened(client, election, contributor)
        assert all(("_save", "Save") not in form.buttons for form in forms(page))
        assert client.post(address(election), {"title": "X"}).status_code == 403

    def test_what_changed_since_the_page_was_opened_is_not_published_unseen(self, client, editor):
        row = Candidate.objects.create(slug="someone", name="Someone", **factories.signed(published=False))
        form = form_at(opened(client, row, editor), "/step/")
        Candidate.objects.filter(pk=row.pk).update(description="Slipped in later.")
        answer = form.send(client, press=("step", "publish"))
        assert "has changed since you opened" in messages_of(answer)
        assert row not in Candidate.objects.published()

    def test_a_candidacy_is_published_with_the_citations_of_others(self, client, editor):
        row = factories.candidacy(published=False)
        cited = factories.citation(candidacy=row, published=False)
        form_at(opened(client, row, editor), "/step/").send(client, press=("step", "publish"))
        cited.refresh_from_db()
        assert cited.published_by == editor

    def test_candidates_are_found_by_any_name_in_any_script(self, client, contributor):
        row = factories.candidacy(name="Ahmed Naser Al-Raisi").candidate
        row.names.create(text="أحمد ناصر الريسي", script="Arab")
        row.index_names()
        client.force_login(contributor)
        for query in ("الريسي", "Raissi", "Al Raisi", "rai"):
            answer = client.get(
                "/admin/autocomplete/",
                {"term": query, "app_label": "allegations", "model_name": "allegation", "field_name": "candidate"},
            )
            assert [found["id"] for found in answer.json()["results"]] == [str(row.pk)]

    def test_new_names_are_indexed_when_they_are_saved(self, client):
        row = Candidate.objects.create(slug="someone", name="Someone", **factories.signed(published=False))
        form = main_form(opened(client, row, factories.author()))
        form.send(client, **form.rows("names", {"text": "孟宏偉"}))
        assert row in Candidate.objects.called("孟宏偉")


class TestTheSite:
    def test_nobody_deletes_anything_not_even_a_superuser(self, client, candidacy, django_user_model):
        client.force_login(django_user_model.objects.create_superuser("root"))
        row = factories.allegation(candidacy.candidate)
        for record in (row, candidacy, candidacy.candidate, row.citations.get(), row.citations.get().source):
            assert client.post(address(record, "delete"), {"post": "yes"}).status_code == 403
        assert Allegation.objects.filter(pk=row.pk).exists()

    def test_a_signed_in_reader_gets_a_403_and_no_second_form(self, client, django_user_model):
        client.force_login(django_user_model.objects.create_user("reader"))
        answer = client.get("/admin/", follow=True)
        assert answer.status_code == 403
        assert form_at(answer, "/login/") is None

    def test_a_wrong_password_is_told_in_words(self, client):
        form = form_at(client.get("/admin/login/"), "/admin/login/")
        answer = form.send(client, username="nobody", password="wrong")
        assert "Please enter the correct username and password" in answer.content.decode()

    @pytest.mark.parametrize("place", PLACES)
    def test_every_list_costs_the_same_number_of_queries_for_one_row_and_many(self, client, editor, place):
        client.force_login(editor)

        def cost():
            connection.queries_log.clear()
            connection.force_debug_cursor = True
            assert client.get(f"/admin/allegations/{place}/").status_code == 200
            return len(connection.queries_log)

        def fill():
            row = factories.allegation(factories.candidacy().candidate, cited=2)
            factories.proceeding(row, "complaint-filed")
            factories.letter(row.candidate.candidacies.get())

        fill()
        cost()
        first = cost()
        for _ in range(4):
            fill()
        assert cost() <= first

    @pytest.mark.parametrize("role", list(Role))
    def test_every_page_opens_for_every_role(self, client, candidacy, role):
        client.force_login(factories.person(role))
        row = factories.allegation(candidacy.candidate)
        factories.proceeding(row, "complaint-filed")
        records = [row, row.citations.get(), row.citations.get().source, row.proceedings.get(), candidacy]
        records += [candidacy.candidate, candidacy.contest.election, factories.letter(candidacy)]
        for record in records:
            for page in (address(record), address(record, "history"), address(record).rsplit("/", 3)[0] + "/"):
                assert client.get(page).status_code == 200, page
        assert client.get("/admin/").status_code == 200

    def test_an_administrator_does_not_touch_the_account_of_a_superuser(self, client, django_user_model):
        above = django_user_model.objects.create_superuser("root")
        client.force_login(factories.person(Role.ADMINISTRATOR))
        assert client.post(address(above), {"username": "taken"}).status_code == 403

    def test_accounts_get_their_rights_from_roles_alone(self, client, django_user_model):
        client.force_login(factories.person(Role.ADMINISTRATOR))
        other = factories.person(Role.CONTRIBUTOR)
        form = main_form(client.get(address(other)))
        form.send(client, is_superuser="on", is_staff="on")
        other.refresh_from_db()
        assert not other.is_superuser


def test_elections_show_on_the_desk_of_an_editor_until_they_are_public(client, editor):
    Election.objects.create(
        slug="e",
        title="An election to come",
        body=factories.contest().election.body,
        **factories.signed(published=False),
    )
    client.force_login(editor)
    assert "An election to come" in client.get("/admin/").content.decode()


def test_whatever_others_added_shows_on_the_desk_of_an_editor_until_it_is_approved(client, candidacy, editor):
    election = candidacy.contest.election
    matter = factories.allegation(candidacy.candidate, headline="A matter")
    step = factories.proceeding(matter, "complaint-filed")
    about = factories.letter(candidacy, title="A letter")
    unsigned = factories.signed(published=False)
    told = factories.signed()
    asked = FactConflict.objects.create(allegation=matter, question="How many?", **told)
    said = {"kind": "denial", "by": "A spokesperson", "speaker": "representative", "text": "No."}
    waiting = {
        "Candidacy": lambda: factories.citation(candidacy=candidacy, published=False),
        "Election": lambda: factories.citation(election=election, published=False),
        "A matter": lambda: factories.citation(allegation=matter, published=False),
        "A matter ": lambda: factories.citation(proceeding=step, published=False),
        "A matter  ": lambda: FactConflict.objects.create(allegation=matter, question="When?", **unsigned),
        "A matter   ": lambda: factories.citation(
            conflict_side=ConflictSide.objects.create(conflict=asked, value="two"), published=False
        ),
        "A letter": lambda: Reply.objects.create(letter=about, **said, **unsigned),
        "Reply": lambda: Reply.objects.create(candidacy=candidacy, **said, **unsigned),
        "Conflict": lambda: FactConflict.objects.create(contest=candidacy.contest, question="Which seat?", **unsigned),
    }
    client.force_login(editor)

    def piles():
        desk = client.get("/admin/").context["desk"]
        return {(pile.title, entry.url) for pile in desk for entry in pile.entries if "method" not in pile.title}

    for name, add in waiting.items():
        before = piles()
        row = add()
        assert len(piles() - before) == 1, name
        assert len(piles()) == 1, name
        type(row).objects.filter(pk=row.pk).update(written_by=editor)
        assert piles() == before, name  # what one wrote oneself waits for another person
        row.delete()


def test_an_editor_gives_a_task_to_someone_who_works_here(client, candidacy, editor, contributor):
    nobody = factories.person()
    matter = factories.allegation(candidacy.candidate)
    client.force_login(editor)
    form = main_form(client.get("/admin/allegations/reviewtask/add/"))
    shown = client.get("/admin/allegations/reviewtask/add/").content.decode()
    assert f">{contributor.username}<" in shown
    assert f">{nobody.username}<" not in shown
    form.send(client, allegation=matter.pk, reason="Ask the court.", assignee=contributor.pk)
    assert matter.tasks.get().assignee == contributor


@pytest.mark.parametrize(
    ("scale", "codes"),
    [
        ("severity", Severity),
        ("link", Link),
        ("reliability", Reliability),
        ("credibility", Credibility),
        ("forum", Forum),
    ],
)
def test_the_rubric_of_a_scale_explains_each_of_its_grades_once(scale, codes):
    assert sorted(level.value for level in RUBRICS[scale].levels) == sorted(str(code) for code in codes.values)
    assert all(level.meaning and level.example for level in RUBRICS[scale].levels)
