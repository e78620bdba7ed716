"""Review through the admin: who can take which step by the form, what is refused, and what a step changes."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from allegations.actions.evidence import evidence_change, grade
from allegations.actions.review import pending, publish, take_step
from allegations.actions.seen import fingerprint
from allegations.models import Allegation, Citation, CoalitionLetter, Grading, Origin, Reply, ReviewEvent, Source
from allegations.workflow import MAY, NEEDS_REASON, PUBLIC, STEPS, Role, State, Step, StepRefused
from tests import factories
from tests.pages import form_at
from vetting.models import CurrentAssessment

pytestmark = pytest.mark.django_db
STEP_URL = "/admin/allegations/allegation/{}/step/"


def in_state(state, candidate, **changes):
    """An allegation in a state, with an addition that waits where it is public already."""
    with transaction.atomic():
        row = factories.allegation(candidate, published=state in PUBLIC, **{"severity": 3} | changes)
        row.state, row.state_reason = state, "given" if state == State.RETRACTED else ""
        row.save()
    if state in PUBLIC:
        factories.citation(allegation=row, published=False)
    return row


def page(client, record, person):
    client.force_login(person)
    return client.get(f"/admin/allegations/{record._meta.model_name}/{record.pk}/change/")


def press(client, record, person, step, reason="Because of it."):
    """Press the button of a step, or send what it would send where there is no button."""
    form = form_at(page(client, record, person), "/step/")
    if form:
        return form.send(client, press=("step", step.value), reason=reason)
    return client.post(STEP_URL.format(record.pk), {"step": step.value, "reason": reason, "seen": fingerprint(record)})


def buttons(response):
    form = form_at(response, "/step/")
    return {Step(value) for name, value in form.buttons if name == "step"} if form else set()


@pytest.mark.parametrize(("state", "role"), list(product(State, Role)))
def test_buttons_are_there_and_work_exactly_where_the_workflow_allows_the_step(client, candidacy, state, role):
    record, person = in_state(state, candidacy.candidate), factories.person(role)
    if state is State.DRAFT and role is Role.CONTRIBUTOR:
        person = record.written_by  # others' drafts are not a contributor's to submit
    shown = page(client, record, person)
    from_here = {step for step in Step if (state, step) in STEPS}
    offered = {step for step in from_here if role in MAY[step]}
    elsewhere = min(set(Step) - from_here)
    assert buttons(shown) == offered

    seen = fingerprint(record)
    for step in [*from_here, elsewhere]:
        before = transaction.savepoint()
        sent = {"step": step.value, "reason": "Because of it.", "seen": seen}
        status = client.post(STEP_URL.format(record.pk), sent).status_code
        record.refresh_from_db()
        if step in offered:
            assert (status, record.state) == (302, STEPS[state, step])
            assert ReviewEvent.objects.get().by == person
        else:
            assert (status, record.state) == (409 if role in MAY[step] else 403, state)
            assert not ReviewEvent.objects.exists()
        transaction.savepoint_rollback(before)


class TestRefusals:
    def test_a_contributor_has_no_button_to_publish_and_is_told_so_by_the_form(self, client, contributor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate)
        answer = press(client, record, contributor, Step.PUBLISH)

        assert answer.status_code == 403
        assert "takes the role Editor or Administrator" in answer.content.decode()
        record.refresh_from_db()
        assert (record.state, record.published_at) == (State.IN_REVIEW, None)

    def test_an_editor_does_not_publish_what_they_wrote(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate)
        Allegation.objects.filter(pk=record.pk).update(written_by=editor)
        shown = page(client, record, editor)
        assert "Someone other than its author must publish an allegation." in shown.content.decode()

        answer = press(client, record, editor, Step.PUBLISH)
        assert answer.status_code == 409
        assert Allegation.objects.get().state == State.IN_REVIEW

    def test_the_database_refuses_it_too(self, editor, candidacy):
        record = in_state(State.PUBLISHED, candidacy.candidate)
        with pytest.raises(IntegrityError, match="published_by_another"), transaction.atomic():
            Allegation.objects.filter(pk=record.pk).update(written_by=record.published_by)

    @pytest.mark.parametrize("step", sorted(NEEDS_REASON))
    def test_without_a_reason_nothing_is_taken_away(self, client, editor, candidacy, step):
        state = next(state for state, known in STEPS if known is step)
        record = in_state(state, candidacy.candidate)
        answer = press(client, record, editor, step, reason="  ")
        assert "Give the reason for this step" in answer.content.decode()
        record.refresh_from_db()
        assert record.state == state

    def test_what_stands_in_the_way_is_listed_before_anybody_presses(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate, severity=5)
        words = page(client, record, editor).content.decode()
        assert "What stands in the way" in words
        assert "An allegation this severe needs a reply" in words

    def test_an_ungraded_allegation_is_not_published(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate, severity=None, link=None)
        assert "Grade first: severity, link." in press(client, record, editor, Step.PUBLISH).content.decode()

    def test_what_changed_since_the_page_was_opened_is_not_published_unseen(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate)
        form = form_at(page(client, record, editor), "/step/")
        Citation.objects.filter(allegation=record).update(quote="Slipped in later")
        answer = form.send(client, press=("step", "publish"))

        assert (answer.status_code, Allegation.objects.get().state) == (409, State.IN_REVIEW)
        assert "has changed since you opened" in answer.content.decode()

    def test_a_form_without_what_was_seen_publishes_nothing(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate)
        form = form_at(page(client, record, editor), "/step/")
        assert form.send(client, press=("step", "publish"), seen=None).status_code == 409

    def test_the_typed_reason_is_kept_when_a_step_is_refused(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate, severity=5)
        answer = press(client, record, editor, Step.PUBLISH, reason="A long reason")
        assert form_at(answer, "/step/").data["reason"] == "A long reason"

    @pytest.mark.parametrize("step", ["", "delete", "publish'--"])
    def test_a_step_that_does_not_exist_is_refused_in_words(self, client, editor, candidacy, step):
        record = in_state(State.IN_REVIEW, candidacy.candidate)
        client.force_login(editor)
        answer = client.post(STEP_URL.format(record.pk), {"step": step})
        assert answer.status_code == 409
        assert "Choose one of the steps" in answer.content.decode()

    def test_a_step_is_never_taken_by_opening_an_address(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate)
        client.force_login(editor)
        answer = client.get(STEP_URL.format(record.pk), {"step": "publish"})
        assert answer.status_code == 405

    def test_a_step_needs_the_token_of_the_form(self, candidacy, editor):
        from django.test import Client

        record = in_state(State.IN_REVIEW, candidacy.candidate)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(editor)
        assert strict.post(STEP_URL.format(record.pk), {"step": "publish"}).status_code == 403


class TestReplies:
    def asked(self, record, by, days, **facts):
        asked = (date.today() - timedelta(days=days)).isoformat()
        return Reply.objects.create(
            allegation=record,
            kind="no-reply-yet",
            by="The candidate",
            speaker="candidate",
            asked_by_us=True,
            asked=asked,
            written_by=by,
            **facts,
        )

    def test_a_request_of_seven_days_by_somebody_else_is_enough(self, client, editor, contributor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate, severity=5)
        self.asked(record, contributor, 7)
        assert press(client, record, editor, Step.PUBLISH).status_code == 302

    def test_a_request_of_six_days_is_not(self, client, editor, contributor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate, severity=5)
        self.asked(record, contributor, 6)
        assert "wait 1 more day," in press(client, record, editor, Step.PUBLISH).content.decode()

    def test_a_request_that_the_publishing_editor_wrote_down_alone_is_not(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate, severity=5)
        self.asked(record, editor, 30)
        assert press(client, record, editor, Step.PUBLISH).status_code == 409


class TestPublishing:
    def test_it_approves_what_others_wrote_and_leaves_the_own_additions_waiting(self, editor, contributor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate)
        own = Citation.objects.create(allegation=record, source=factories.source(), written_by=editor)
        take_step(Step.PUBLISH, record=record, by=editor)

        assert pending(record) == [own]
        assert Citation.objects.published().count() == 1

    def test_the_profile_has_changed_in_the_same_request(self, client, editor, candidacy):
        with evidence_change():
            record = in_state(State.IN_REVIEW, candidacy.candidate)
        before = CurrentAssessment.objects.get(candidacy=candidacy).assessment.payload["status"]
        press(client, record, editor, Step.PUBLISH)

        after = CurrentAssessment.objects.get(candidacy=candidacy)
        candidacy.refresh_from_db()
        assert (before, after.evidence_revision) == ("NOT ASSESSED", candidacy.evidence_revision)
        assert after.assessment.payload["score"] > 0

    def test_a_retracted_allegation_counts_no_more(self, client, editor, candidacy):
        with evidence_change():
            record = in_state(State.PUBLISHED, candidacy.candidate)
        press(client, record, editor, Step.RETRACT, reason="The source has withdrawn it.")

        assert CurrentAssessment.objects.get(candidacy=candidacy).assessment.payload["status"] == "NOT ASSESSED"
        assert Allegation.objects.get().state_reason == "The source has withdrawn it."

    def test_a_letter_takes_the_same_steps(self, client, editor, contributor, candidacy):
        letter = factories.letter(candidacy, published=False)
        factories.citation(letter=letter, published=False)
        assert press(client, letter, factories.author(), Step.SUBMIT).status_code == 302
        assert press(client, letter, editor, Step.PUBLISH).status_code == 302
        assert letter in CoalitionLetter.objects.published()

    def test_a_letter_without_a_citation_is_not_submitted(self, client, candidacy):
        letter = factories.letter(candidacy, published=False)
        answer = press(client, letter, factories.author(), Step.SUBMIT)
        assert "A letter without a citation cannot be submitted" in answer.content.decode()

    def test_every_step_is_in_the_history_of_the_page(self, client, editor, candidacy):
        record = in_state(State.IN_REVIEW, candidacy.candidate)
        press(client, record, editor, Step.RETURN, reason="Name the court.")
        words = page(client, record, factories.author()).content.decode()
        assert "Name the court." in words
        assert "Returned to you" in client.get("/admin/").content.decode()


class TestRecordsWithoutStates:
    def test_they_take_an_editor(self, reviewer):
        row = factories.candidacy(published=False)
        with pytest.raises(StepRefused, match="takes the role Editor"):
            publish(row, by=reviewer)

    def test_they_take_another_person(self, editor):
        row = factories.candidacy(published=False)
        row.written_by = editor
        row.save()
        with pytest.raises(StepRefused, match="other than its author"):
            publish(row, by=editor)

    def test_a_second_approval_of_nothing_is_refused(self, editor):
        with pytest.raises(StepRefused, match="Nothing was added"):
            publish(factories.candidacy(), by=editor)

    def test_the_first_approval_is_kept_when_citations_are_approved_later(self, editor):
        row = factories.candidacy()
        first = row.published_at
        cited = factories.citation(candidacy=row, published=False)
        publish(row, by=editor)
        row.refresh_from_db()
        cited.refresh_from_db()
        assert (row.published_at, cited.published_by) == (first, editor)


def test_the_fingerprint_changes_with_every_part_of_a_record(candidacy):
    record = factories.allegation(candidacy.candidate, published=False, cited=2)
    proceeding = factories.proceeding(record, "complaint-filed")
    seen = [fingerprint(record)]
    for change in (
        lambda: Allegation.objects.filter(pk=record.pk).update(summary="Other"),
        lambda: record.citations.filter(pk=record.citations.first().pk).update(locator="p. 3"),
        lambda: type(record.citations.first().source).objects.update(title="Another title"),
        lambda: proceeding.steps.update(stage="convicted"),
        lambda: factories.citation(proceeding=proceeding, published=False),
    ):
        change()
        record.refresh_from_db()
        seen.append(fingerprint(record))
    assert len(set(seen)) == len(seen)


def test_the_fingerprint_stays_when_a_check_of_a_link_is_written_down(candidacy):
    record = factories.allegation(candidacy.candidate, published=False)
    before = fingerprint(record)
    type(record.citations.get().source).objects.update(state="alive", last_checked_at="2026-01-01T00:00:00Z")
    assert fingerprint(record) == before


def test_an_origin_changed_since_the_editor_looked_changes_the_fingerprint(candidacy):
    row = factories.allegation(candidacy.candidate, published=False)
    above = Origin.objects.create(label="Two complainants")
    origin = Origin.objects.create(label="A newspaper", rests_on=above)
    row.citations.update(origin=origin)
    for change in ({"label": "A UN inquiry"}, {"independence": "Because."}):
        for changed in (origin, above):
            seen = fingerprint(row)
            Origin.objects.filter(pk=changed.pk).update(**change)
            assert fingerprint(row) != seen
    seen = fingerprint(row)
    Source.objects.update(relays="The Associated Press")
    assert fingerprint(row) != seen


def test_an_addition_to_a_disputed_record_leaves_the_reason_of_the_dispute(candidacy, editor):
    row = factories.allegation(candidacy.candidate)
    row = take_step(Step.DISPUTE, record=row, by=editor, reason="The ministry disputes it.")
    factories.citation(allegation=row, published=False)
    again = take_step(Step.PUBLISH, record=row, by=editor)
    assert (again.state, again.state_reason, again.state_since) == (row.state, row.state_reason, row.state_since)
    assert again.citations.filter(published_at__isnull=True).count() == 0


def test_who_graded_a_severe_matter_needs_another_to_publish_it(candidacy, editor):
    row = factories.allegation(candidacy.candidate, published=False, severity=4, reply_waiver="Nobody to ask.")
    row = take_step(Step.SUBMIT, record=row, by=row.written_by)
    grade(row, Grading.Scale.SEVERITY, 5, by=editor, reason="It is graver.")
    with pytest.raises(StepRefused, match="who graded it"):
        take_step(Step.PUBLISH, record=row, by=editor)
    take_step(Step.PUBLISH, record=row, by=factories.person(Role.EDITOR))


def test_the_desk_says_what_the_method_asks_for_next_the_most_pressing_first(client):
    """Of reviewers and editors alone, and of public candidacies alone."""
    with evidence_change():
        quiet, grave, _hidden = (factories.candidacy(published=public) for public in (True, True, False))
        row = factories.allegation(grave.candidate, severity=5, link=4, cited=0)
        for _ in range(3):
            factories.citation(allegation=row, origin=Origin.objects.create(label="x", independence="It saw it."))
    client.force_login(factories.person(Role.REVIEWER))
    pile = next(pile for pile in client.get("/admin/").context["desk"] if pile.title.startswith("What the method asks"))
    assert [(entry.title, entry.note) for entry in pile.entries] == [
        (str(grave), "complete the search, ask the candidate: urgent"),
        (str(quiet), "complete the search"),
    ]
    assert pile.title.endswith("(table 1)")

    client.force_login(factories.person(Role.CONTRIBUTOR))
    assert "What the method asks" not in client.get("/admin/").content.decode()
