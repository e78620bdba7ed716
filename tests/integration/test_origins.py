"""The page on origins: how citations count, what suggests that two are one, and the decisions of a person."""

import pytest
from django.db import IntegrityError, transaction

from allegations.actions.origins.deciding import decide
from allegations.actions.origins.telling import sight, statements_of, texts_of
from allegations.models import Citation, Origin, OriginDecision
from allegations.queries import origins_of
from allegations.workflow import Role, StepRefused
from candidates.models import Organization
from tests import factories
from tests.pages import forms
from vetting.assessments import standing

pytestmark = pytest.mark.django_db
STORY = [" ".join(f"{letter}{n}" for n in range(50)) + "." for letter in "abcdef"]
WHY = "Both print one wire story."
ARGUED = "It spoke to the court itself."


def source(*lines, publisher="", **kwargs):
    """A source with a copy that says this."""
    if publisher:
        slug = publisher.lower().replace(" ", "-")
        kwargs["publisher"] = Organization.objects.get_or_create(slug=slug, defaults={"name": publisher})[0]
    row = factories.source(**kwargs)
    if lines:
        copy = factories.capture(row, f"{row.pk} {lines}".encode())
        factories.capture_text(copy, *lines, text_sha256=copy.sha256)
    return row


def cite(allegation, *lines, published=True, **kwargs):
    fields = {name: kwargs.pop(name) for name in ("publisher", "title") if name in kwargs}
    return factories.citation(allegation=allegation, source=source(*lines, **fields), published=published, **kwargs)


@pytest.fixture
def matter(candidacy):
    """A published allegation with a wire story, a shortened copy of it, and a report of its own."""
    row = factories.allegation(candidacy.candidate, cited=0)
    cite(row, *STORY, title="The wire story", publisher="Agence France-Presse")
    cite(row, STORY[1], STORY[3], "PARIS (AFP) - In short.", title="The short story", publisher="The Paper")
    cite(row, "Quite another report " * 30, title="Another report", publisher="The Other")
    return row


def pair(matter):
    return list(matter.citations.order_by("pk")[:2])


def say(answer, first, second, *, by, reason=WHY, seen=None, **kwargs):
    texts, origins = texts_of([first, second]), origins_of([first, second])
    seen = sight(first, second, texts, origins) if seen is None else seen
    return decide(answer, first=first, second=second, by=by, reason=reason, seen=seen, **kwargs)


def questions(record):
    return [(pair.first.pk, pair.second.pk) for side in statements_of(record)[0].sides for pair in side.pairs]


def address(record, kind="allegation"):
    return f"/admin/origins/{kind}/{record.pk}/"


def opened(client, person, record, **kwargs):
    client.force_login(person)
    return client.get(address(record, **kwargs))


def words_of(response):
    return " ".join(response.content.decode().split())


def form_for(response, answer):
    return next(form for form in forms(response) if form.data.get("answer") == answer)


def profile(candidacy):
    return standing([candidacy])[candidacy.pk].profile


class TestWhatIsShown:
    def test_the_citations_stand_as_they_count_with_the_best_first(self, client, reviewer, matter):
        weak, *_rest = matter.citations.order_by("pk")
        Citation.objects.filter(pk=weak.pk).update(credibility=3)
        [group] = opened(client, reviewer, matter).context["statements"][0].sides[0].groups
        assert [one.grade for one in (group.best, *group.repeats)] == ["B2", "B2", "B3"]
        shown = words_of(client.get(address(matter)))
        assert "supports: 1 origin as it counts now" in shown
        assert "nobody has argued that one of them is independent" in shown

    def test_an_argued_origin_stands_apart_with_its_sentence(self, client, reviewer, matter):
        court = Origin.objects.create(label="The court", independence=ARGUED)
        matter.citations.filter(source__title="Another report").update(origin=court)
        shown = words_of(opened(client, reviewer, matter))
        assert "supports: 2 origins as they count now" in shown
        assert f"Why it is independent:</b> {ARGUED}" in shown

    def test_a_suggestion_says_by_what_signs_and_shows_what_both_share(self, client, reviewer, matter):
        first, second = pair(matter)
        [side] = opened(client, reviewer, matter).context["statements"][0].sides
        [question] = side.questions
        assert (question.pair.first, question.pair.second) == (first, second)
        shown = words_of(client.get(address(matter)))
        assert "92 runs of 5 words stand in both" in shown
        assert "PARIS (AFP) - In short." in shown
        assert shown.count(STORY[1].rstrip(".")) == 2
        assert "50 words in a row" in shown
        assert "They have one origin by default" in shown

    def test_markup_and_marks_that_turn_a_text_are_shown_as_text(self, client, reviewer, candidacy):
        nasty = ["<script>alert(1)</script> \u202eevil\u202c " + STORY[0], *STORY[1:]]
        row = factories.allegation(candidacy.candidate, cited=0)
        for title in ("<b>one</b>", "two"):
            cite(row, *nasty, title=title)
            cite(row, *nasty[::-1], "(AFP) <img src=x>", title=f"{title} again")
        page = opened(client, reviewer, row).content.decode()
        assert "<script>alert(1)" not in page
        assert "alert(1)</script>" not in page
        assert "<img src=x" not in page
        assert "<b>one</b>" not in page
        assert "\u202e" not in page
        assert "&lt;b&gt;one&lt;/b&gt;" in page
        assert "alert(1)&lt;/script&gt; [U+202E]evil" in page

    def test_copies_of_a_retired_source_are_not_read(self, matter):
        for citation in matter.citations.all():
            citation.source.state = "retired"
            citation.source.save()
        assert questions(matter) == []

    def test_other_stances_are_counted_apart(self, matter):
        cite(matter, *STORY, stance="disputes")
        assert len(questions(matter)) == 1

    def test_the_copy_that_the_page_is_compared_with_is_the_one_that_is_read(self, matter):
        first, _ = pair(matter)
        baseline = first.source.captures.get()
        later = factories.capture(first.source, b"later")
        factories.capture_text(later, "All is gone.", text_sha256="ab" * 32)
        assert texts_of([first])[first.pk].blocks[0].text == "All is gone."
        first.source.baseline = baseline
        assert texts_of([first])[first.pk].blocks[0].text == "All is gone."
        first.source.save()
        assert texts_of([first])[first.pk].blocks[0].text == STORY[0]

    def test_the_page_of_a_record_and_the_desk_lead_here(self, client, reviewer, matter, candidacy):
        letter = factories.letter(candidacy)
        client.force_login(reviewer)
        for record, model, kind in ((matter, "allegation", "allegation"), (letter, "coalitionletter", "letter")):
            page = client.get(f"/admin/allegations/{model}/{record.pk}/change/").content.decode()
            assert address(record, kind) in page
            assert client.get(address(record, kind)).status_code == 200
        assert "/admin/origins/" in client.get("/admin/").content.decode()

    def test_proceedings_of_the_allegation_are_on_its_page(self, client, reviewer, matter):
        proceeding = factories.proceeding(matter, "complaint-filed")
        for _ in range(2):
            factories.citation(proceeding=proceeding, source=source(*STORY))
        shown = opened(client, reviewer, matter).context["statements"]
        assert [one.record for one in shown] == [matter, proceeding]
        assert len(shown[1].sides[0].questions) == 1

    def test_the_list_names_records_with_citations_to_group(self, client, reviewer, matter, candidacy):
        factories.allegation(candidacy.candidate, cited=1)
        client.force_login(reviewer)
        response = client.get("/admin/origins/")
        assert list(response.context["pages"]) == [matter]
        assert "3 citations" in words_of(response)
        assert "There is none." in words_of(client.get("/admin/origins/?kind=letter"))

    @pytest.mark.parametrize("path", ["allegation/no-id/", "reply/1/", "letter/99999999999999999999/"])
    def test_what_is_not_there_is_not_found(self, client, reviewer, path):
        client.force_login(reviewer)
        assert client.get(f"/admin/origins/{path}").status_code == 404

    def test_costs_as_many_queries_for_many_citations_as_for_few(
        self, client, reviewer, matter, django_assert_num_queries
    ):
        client.force_login(reviewer)
        for _ in range(2):
            with django_assert_num_queries(11):
                client.get(address(matter))
            for n in range(6):
                cite(matter, *STORY[: n % 3 + 1], title=f"More {n}")
        with django_assert_num_queries(6):
            client.get("/admin/origins/")


class TestSameOrigin:
    def test_the_copy_is_recorded_with_who_when_and_why_and_is_not_suggested_again(
        self, client, editor, matter, candidacy
    ):
        first, second = pair(matter)
        form = form_for(opened(client, editor, matter), "same")
        answer = form.send(client, chosen=str(second.pk), reason=WHY)

        assert answer.status_code == 302
        second.refresh_from_db()
        assert second.derived_from == first
        row = OriginDecision.objects.get()
        assert (row.answer, row.chosen, row.by, row.reason) == ("same", second, editor, WHY)
        assert row.kinds == ["near-duplicate", "same-wire"]
        assert questions(matter) == []
        shown = words_of(client.get(address(matter)))
        assert "“The short story” is on record as a copy of “The wire story”." in shown
        assert WHY in shown

    def test_the_profile_is_computed_anew_in_the_same_transaction(self, editor, matter, candidacy):
        first, second = pair(matter)
        say("independent", first, second, by=editor, reason=ARGUED, chosen=second.pk, label="The court")
        apart = profile(candidacy)
        first, second = pair(matter)
        say("same", first, second, by=editor, chosen=second.pk)
        candidacy.refresh_from_db()
        assert candidacy.current.evidence_revision == candidacy.evidence_revision
        assert profile(candidacy)["eci"] < apart["eci"]

    def test_what_is_public_is_no_copy_of_what_is_not(self, editor, matter):
        first, _ = pair(matter)
        draft = cite(matter, *STORY, published=False)
        with pytest.raises(StepRefused, match="approve that one first"):
            say("same", first, draft, by=editor, chosen=first.pk)

    def test_said_twice_it_is_one_decision(self, editor, matter):
        first, second = pair(matter)
        seen = sight(first, second, texts_of([first, second]), {})
        rows = [say("same", first, second, by=editor, chosen=second.pk, seen=now) for now in (seen, seen)]
        assert rows[0] == rows[1]
        assert OriginDecision.objects.count() == 1

    def test_a_copy_that_is_the_original_of_the_other_already_changes_nothing(self, editor, matter):
        first, second = pair(matter)
        say("same", first, second, by=editor, chosen=second.pk)
        first, second = pair(matter)
        row = say("same", first, second, by=editor, chosen=first.pk)
        assert row.effect.startswith("Nothing changes")
        first.refresh_from_db()
        assert first.derived_from is None

    def test_a_copy_of_a_third_joins_by_the_origin_at_its_root(self, editor, matter):
        first, second = pair(matter)
        third = matter.citations.get(source__title="Another report")
        people = Origin.objects.create(label="the people", independence=ARGUED)
        Citation.objects.filter(pk=first.pk).update(origin=people)
        Citation.objects.filter(pk=second.pk).update(derived_from=third)
        first, second = pair(matter)
        say("same", first, second, by=editor, chosen=second.pk)
        third.refresh_from_db()
        assert third.origin == people
        assert len(statements_of(matter)[0].sides[0].clusters) == 1


class TestIndependent:
    def test_the_sentence_makes_an_origin_of_its_own_and_is_public(self, client, editor, matter, candidacy):
        before = profile(candidacy)["eci"]
        _, second = pair(matter)
        form = form_for(opened(client, editor, matter), "independent")
        form.send(client, chosen=str(second.pk), reason=ARGUED, label="The court")

        second.refresh_from_db()
        assert (second.origin.label, second.origin.independence) == ("The court", ARGUED)
        assert OriginDecision.objects.get().origin == second.origin
        assert profile(candidacy)["eci"] > before
        assert questions(matter) == []
        page = words_of(client.get(matter.get_absolute_url()))
        assert "Sources, by origin: 2 origins" in page
        assert f"Why it is independent:</b> {ARGUED}" in page
        assert "1 repeat of the same origin, which adds nothing" in page

    def test_an_origin_that_it_has_is_the_one_that_is_argued(self, editor, matter):
        first, second = pair(matter)
        court = Origin.objects.create(label="The court")
        Citation.objects.filter(pk=second.pk).update(origin=Origin.objects.create(label="A desk", rests_on=court))
        first, second = pair(matter)
        say("independent", first, second, by=editor, reason=ARGUED, chosen=second.pk)
        court.refresh_from_db()
        assert court.independence == ARGUED

    def test_it_takes_back_that_one_copies_the_other(self, editor, matter):
        first, second = pair(matter)
        say("same", first, second, by=editor, chosen=second.pk)
        first, second = pair(matter)
        say("independent", first, second, by=editor, reason=ARGUED, chosen=second.pk, label="The court")
        second.refresh_from_db()
        assert (second.derived_from, second.origin.label) == (None, "The court")
        assert OriginDecision.objects.count() == 2

    def test_what_has_no_origin_needs_the_name_of_one(self, editor, matter):
        first, second = pair(matter)
        with pytest.raises(StepRefused, match="Say where it comes from"):
            say("independent", first, second, by=editor, reason=ARGUED, chosen=second.pk)

    def test_the_original_of_the_other_and_a_copy_of_a_third_are_not_argued(self, editor, matter):
        first, second = pair(matter)
        third = matter.citations.get(source__title="Another report")
        Citation.objects.filter(pk=second.pk).update(derived_from=first)
        first, second = pair(matter)
        with pytest.raises(StepRefused, match="choose it as the one that stands apart"):
            say("independent", first, second, by=editor, reason=ARGUED, chosen=first.pk, label="x")
        with pytest.raises(StepRefused, match="decide on those two first"):
            say("independent", second, third, by=editor, reason=ARGUED, chosen=second.pk, label="x")


class TestNotNow:
    def test_it_changes_nothing_and_is_asked_again_when_a_text_changes(self, editor, matter, candidacy):
        candidacy.refresh_from_db()
        revision = candidacy.evidence_revision
        first, second = pair(matter)
        say("dismissed", first, second, by=editor)
        candidacy.refresh_from_db()
        assert candidacy.evidence_revision == revision
        assert questions(matter) == []

        later = factories.capture(second.source, b"later")
        factories.capture_text(later, *STORY[:4], text_sha256="cd" * 32)
        assert questions(matter) == [(first.pk, second.pk)]


class TestWhoMay:
    @pytest.mark.parametrize(
        ("role", "answer", "refusal"),
        [
            (Role.CONTRIBUTOR, "dismissed", "takes the role Reviewer"),
            (Role.CONTRIBUTOR, "same", "takes the role Reviewer"),
            (Role.REVIEWER, "same", "grouped anew by an editor"),
            (Role.REVIEWER, "independent", "grouped anew by an editor"),
            (Role.REVIEWER, "dismissed", ""),
            (Role.EDITOR, "same", ""),
            (Role.EDITOR, "independent", ""),
        ],
    )
    def test_on_what_is_published(self, matter, role, answer, refusal):
        first, second = pair(matter)
        fields = {"by": factories.person(role), "chosen": second.pk, "label": "The court"}
        if not refusal:
            assert say(answer, first, second, **fields).by == fields["by"]
            return
        with pytest.raises(StepRefused, match=refusal):
            say(answer, first, second, **fields)
        assert not OriginDecision.objects.exists()
        assert not Origin.objects.exists()

    def test_its_author_does_not_group_anew_what_is_published(self, matter, editor):
        first, second = pair(matter)
        Citation.objects.filter(pk=second.pk).update(written_by=editor, published_by=factories.person(Role.EDITOR))
        with pytest.raises(StepRefused, match="other than its author"):
            say("same", first, second, by=editor, chosen=second.pk)

    def test_nobody_argues_alone_that_what_they_wrote_themselves_is_independent(self, client, matter, editor):
        first, second = pair(matter)
        own = Origin.objects.create(label="The court")
        Citation.objects.filter(pk=first.pk).update(origin=Origin.objects.create(label="The wire"))
        Citation.objects.filter(pk=second.pk).update(
            origin=own, written_by=editor, published_by=factories.person(Role.EDITOR)
        )
        first, second = pair(matter)
        with pytest.raises(StepRefused, match="other than its author"):
            say("independent", first, second, by=editor, chosen=second.pk, reason=ARGUED)
        page = f"/admin/allegations/origin/{own.pk}/change/"
        client.force_login(editor)
        assert 'name="independence"' not in client.get(page).content.decode()
        client.force_login(factories.person(Role.EDITOR))
        assert 'name="independence"' in client.get(page).content.decode()

    def test_an_origin_that_counts_elsewhere_in_public_is_argued_by_an_editor(self, matter, reviewer, candidacy):
        shared = Origin.objects.create(label="The court")
        matter.citations.filter(source__title="Another report").update(origin=shared)
        draft = factories.allegation(candidacy.candidate, published=False, cited=0)
        first, second = (cite(draft, *STORY, published=False) for _ in range(2))
        Citation.objects.filter(pk=second.pk).update(origin=shared)
        second.refresh_from_db()
        with pytest.raises(StepRefused, match="by an editor"):
            say("independent", first, second, by=reviewer, reason=ARGUED, chosen=second.pk)

    def test_a_reviewer_decides_on_a_draft(self, reviewer, candidacy):
        draft = factories.allegation(candidacy.candidate, published=False, cited=0)
        first, second = (cite(draft, *STORY, published=False) for _ in range(2))
        say("same", first, second, by=reviewer, chosen=second.pk)
        second.refresh_from_db()
        assert second.derived_from == first

    def test_who_may_not_is_told_so_on_the_page_and_sees_no_form(self, client, contributor, reviewer, matter):
        form = form_for(opened(client, reviewer, matter), "same")
        refused = form.send(client, chosen=form.data["second"], reason=WHY)
        assert refused.status_code == 409
        assert "grouped anew by an editor" in words_of(refused)
        assert form_for(refused, "same").data["reason"].strip() == WHY
        assert not [one for one in forms(opened(client, contributor, matter)) if "answer" in one.data]
        assert form.send(client, chosen=form.data["second"], reason=WHY).status_code == 403

    def test_nobody_else_sees_the_page(self, client, matter):
        for person in (None, factories.person()):
            if person:
                client.force_login(person)
            assert "The wire story" not in client.get(address(matter), follow=True).content.decode()
        client.force_login(factories.person(username="staff-only", is_active=True))
        assert client.get(address(matter)).status_code in (302, 403)

    def test_a_pair_of_another_page_is_not_found(self, client, editor, matter, candidacy):
        other = factories.allegation(candidacy.candidate, cited=2)
        form = form_for(opened(client, editor, matter), "dismissed")
        foreign = [str(row.pk) for row in other.citations.order_by("pk")]
        assert form.send(client, first=foreign[0], second=foreign[1], reason=WHY).status_code == 404


class TestWhatIsRefused:
    def test_without_a_reason_a_choice_or_an_answer(self, matter, editor):
        first, second = pair(matter)
        for answer, fields, words in (
            ("same", {"reason": " ", "chosen": second.pk}, "Say in a sentence why they have one origin"),
            ("independent", {"reason": "", "chosen": second.pk}, "Argue in one sentence"),
            ("dismissed", {"reason": ""}, "Say in a sentence why nothing is decided"),
            ("same", {"chosen": 0}, "Choose which of the two"),
            ("dismissed", {"reason": "x" * 1001}, "at most 1,000 characters"),
            ("independent", {"chosen": second.pk, "label": "x" * 201}, "at most 200 characters"),
            ("merge", {}, "Choose one of the answers"),
        ):
            with pytest.raises(StepRefused, match=words):
                say(answer, first, second, by=editor, **fields)

    def test_what_has_changed_since_it_was_looked_at(self, matter, editor):
        first, second = pair(matter)
        with pytest.raises(StepRefused, match="It has changed since"):
            say("same", first, second, by=editor, chosen=second.pk, seen="x")

    def test_two_statements_two_stances_and_one_citation(self, matter, editor, candidacy):
        first, _ = pair(matter)
        against = cite(matter, *STORY, stance="disputes")
        elsewhere = factories.allegation(candidacy.candidate).citations.get()
        for other, words in ((against, "one stance"), (elsewhere, "one statement"), (first, "Choose two citations")):
            with pytest.raises(StepRefused, match=words):
                say("same", first, other, by=editor, chosen=first.pk)

    def test_what_counts_no_more(self, matter, editor):
        type(matter).objects.filter(pk=matter.pk).update(state="superseded")
        with pytest.raises(StepRefused, match="It counts no more"):
            say("dismissed", *pair(matter), by=editor)


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("name", "fields"),
        [
            ("origin_decision_pair_in_order", {"swap": True}),
            ("origin_decision_has_reason", {"reason": ""}),
            ("origin_decision_chosen_of_the_pair", {"answer": "same"}),
            ("origin_decision_chosen_of_the_pair", {"chosen": True}),
        ],
    )
    def test_it_refuses(self, matter, editor, name, fields):
        first, second = pair(matter)
        made = {"first": first, "second": second, "answer": "dismissed", "reason": "x", "basis": "x", "by": editor}
        if fields.pop("swap", None):
            made |= {"first": second, "second": first}
        if fields.get("chosen"):
            fields = {"chosen": first}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            OriginDecision.objects.create(**made | fields)

    def test_decisions_never_change(self, matter, editor):
        row = say("dismissed", *pair(matter), by=editor)
        with pytest.raises(IntegrityError), transaction.atomic():
            OriginDecision.objects.filter(pk=row.pk).update(reason="other")
