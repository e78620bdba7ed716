"""The stored profile follows the evidence, in the transaction that changes it and behind any other door."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.codes import LinkState
from allegations.models import Citation, Reply
from candidates.models import Candidacy, Candidate, ResearchCheck
from tests import factories
from vetting.assessments import refresh_stale, standing
from vetting.models import Assessment, CurrentAssessment

pytestmark = pytest.mark.django_db


def profile(candidacy):
    return standing([candidacy])[candidacy.pk].profile


def test_a_candidacy_without_evidence_is_not_assessed_and_has_no_number(candidacy):
    assert (profile(candidacy)["status"], profile(candidacy)["score"]) == ("NOT ASSESSED", None)


def test_evidence_published_in_an_action_is_in_the_stored_profile_when_it_commits(candidacy):
    with evidence_change():
        factories.allegation(candidacy.candidate)

    stored = CurrentAssessment.objects.get(candidacy=candidacy)
    candidacy.refresh_from_db()
    assert stored.evidence_revision == candidacy.evidence_revision
    assert stored.assessment.payload["score"] == 22


def test_a_draft_changes_nothing_that_the_public_sees(candidacy):
    factories.allegation(candidacy.candidate, published=False)
    assert profile(candidacy)["status"] == "NOT ASSESSED"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE allegations_allegation SET severity = 1",
        "UPDATE allegations_citation SET credibility = 4",
        "UPDATE allegations_source SET reliability = 'E'",
        "UPDATE allegations_source SET state = 'gone'",
        "UPDATE allegations_citation SET stance = 'context'",
    ],
)
def test_evidence_changed_behind_our_back_is_never_served_stale(candidacy, change):
    with evidence_change():
        factories.allegation(candidacy.candidate)
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert profile(candidacy)["score"] != 22


def test_reading_a_stale_profile_stores_nothing(candidacy):
    factories.allegation(candidacy.candidate)
    profile(candidacy)
    assert not Assessment.objects.filter(candidacy=candidacy).exists()


def test_the_same_evidence_again_makes_no_second_assessment(candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
    Candidacy.objects.filter(pk=candidacy.pk).update(evidence_revision=999)
    assert refresh_stale() == 1
    assert row.candidate.candidacies.get().assessments.count() == 1


def test_copies_of_one_origin_count_once(candidacy):
    with evidence_change():
        factories.allegation(candidacy.candidate, cited=12)
    assert profile(candidacy)["score"] == 22


def test_an_independent_origin_counts_when_its_independence_is_argued(candidacy):
    from allegations.models import Origin

    with evidence_change():
        row = factories.allegation(candidacy.candidate, cited=1)
        origin = Origin.objects.create(label="Another complainant", independence="Another person, another case.")
        factories.citation(allegation=row, origin=origin)
    assert profile(candidacy)["score"] == 26
    Origin.objects.update(independence="")
    assert profile(candidacy)["score"] == 22


def test_a_lost_source_counts_no_more_and_counts_again_when_found(candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
    source = Citation.objects.get(allegation=row).source
    for state, score in ((LinkState.GONE, None), (LinkState.ALIVE, 22)):
        with evidence_change():
            source.state = state
            source.save()
        assert profile(candidacy)["score"] == score


def test_an_acquittal_lowers_and_a_complaint_changes_nothing(candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        factories.proceeding(row, "complaint-filed")
    assert profile(candidacy)["score"] == 22
    with evidence_change():
        factories.proceeding(row, "acquitted", forum="R")
    assert profile(candidacy)["score"] == 2


def test_letters_are_counted_apart_and_never_scored(candidacy):
    with evidence_change():
        factories.letter(candidacy, claimed_people=50, claimed_countries=20)
    found = profile(candidacy)
    assert found["status"] == "NOT ASSESSED"
    assert found["opposition"] == pytest.approx([66.67, 66.67], abs=0.01)


def test_an_assessment_cannot_be_changed_or_deleted(candidacy):
    with evidence_change():
        factories.allegation(candidacy.candidate)
    for change in (lambda: Assessment.objects.update(version="2"), lambda: Assessment.objects.all().delete()):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            CurrentAssessment.objects.all().delete()
            change()


def test_many_allegations_cost_no_more_queries_than_one(candidacy, django_assert_max_num_queries):
    for _ in range(6):
        factories.allegation(candidacy.candidate, cited=2)
    with django_assert_max_num_queries(12):
        profile(candidacy)


def test_a_stored_profile_costs_one_query(candidacy, django_assert_num_queries):
    with evidence_change():
        factories.allegation(candidacy.candidate)
    with django_assert_num_queries(1):
        profile(candidacy)


def test_a_draft_leaves_no_gap_in_the_numbers_of_the_matters(candidacy):
    factories.allegation(candidacy.candidate)
    factories.allegation(candidacy.candidate, published=False)
    with evidence_change():
        factories.allegation(candidacy.candidate)
    assert [line["tag"] for line in profile(candidacy)["matters"]] == [1, 2]


def test_publishing_the_person_after_the_evidence_brings_the_evidence_in():
    row = factories.candidacy()
    Candidate.objects.filter(pk=row.candidate_id).update(published_at=None, published_by=None)
    with evidence_change():
        factories.allegation(row.candidate)
    assert CurrentAssessment.objects.get(candidacy=row).assessment.payload["score"] is None
    Candidate.objects.filter(pk=row.candidate_id).update(published_at=timezone.now(), published_by=factories.editor())
    assert profile(row)["score"] == 22


def test_an_acquittal_known_by_its_year_alone_is_not_put_before_the_conviction(candidacy):
    row = factories.allegation(candidacy.candidate, link=4)
    factories.proceeding(row, "convicted", "2021-06-10", forum="R")
    with evidence_change():
        factories.proceeding(row, "acquitted", "2021", forum="R")
    assert "K6R~X3R" in standing([candidacy])[candidacy.pk].vector


def test_the_latest_check_of_a_kind_says_whether_it_applies(candidacy):
    today = timezone.now().date()
    fields = {"candidacy": candidacy, "kind": 10, **factories.signed()}
    ResearchCheck.objects.create(
        result="not-applicable", reason="No companies.", done_on=today - timedelta(60), **fields
    )
    ResearchCheck.objects.create(result="found", queries="register", done_on=today - timedelta(1), **fields)
    assert profile(candidacy)["coverage"] == {"done": 1, "applicable": 12}


def test_a_request_at_an_allegation_runs_out_like_one_at_the_candidacy(candidacy):
    row = factories.allegation(candidacy.candidate)
    due = timezone.now().date() + timedelta(3)
    with evidence_change():
        Reply.objects.create(
            allegation=row, kind="no-reply-yet", by="X", speaker="candidate", asked_by_us=True, asked="2026",
            due=due.isoformat(), **factories.signed(),
        )  # fmt: skip
    assert CurrentAssessment.objects.get(candidacy=candidacy).expires_on == due + timedelta(1)


@pytest.mark.parametrize("slug", ["-odd", "_odd"])
def test_a_slug_that_begins_with_a_mark_stops_nobody(slug):
    row = factories.candidacy(contest=factories.contest())
    row.contest.election.slug = slug
    row.contest.election.save()
    with evidence_change():
        factories.allegation(row.candidate)
    assert profile(row)["score"] == 22


def test_one_candidacy_that_cannot_be_assessed_holds_up_no_other(candidacy, caplog):
    bad = factories.candidacy()
    bad.contest.election.slug = "élection"
    bad.contest.election.save()
    with evidence_change():
        factories.allegation(candidacy.candidate)
    assert CurrentAssessment.objects.filter(candidacy=candidacy).exists()
    assert f"Candidacy {bad.pk} cannot be assessed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_edits_at_once_wait_for_no_second_lock():
    rows = [factories.candidacy() for _ in range(2)]
    made = [factories.allegation(row.candidate) for row in rows]
    both, failed = Barrier(2), []

    def edit(allegation):
        try:
            with evidence_change():
                type(allegation).objects.filter(pk=allegation.pk).update(severity=4)
                both.wait(timeout=60)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=edit, args=(row,)) for row in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {profile(row)["score"] for row in rows} == {15}
