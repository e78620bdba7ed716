"""The stored profile follows the evidence, in the transaction that changes it and behind any other door."""

import pytest
from django.db import IntegrityError, connection, transaction

from allegations.actions.evidence import evidence_change
from allegations.codes import LinkState
from allegations.models import Citation
from candidates.models import Candidacy
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
