"""The one visibility rule: what hangs on a record is as visible as the record, and a retraction takes it all back."""

import pytest

from allegations.actions.review import take_step
from allegations.models import Allegation, Citation, CoalitionLetter, FactConflict, Proceeding, Reply, Source
from allegations.workflow import Step
from candidates.models import Candidacy, Candidate, Election, ResearchCheck
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(candidacy):
    """A published allegation with one of everything that can hang on it."""
    row = factories.allegation(candidacy.candidate)
    Reply.objects.create(allegation=row, kind="denial", by="Somebody", **factories.signed())
    FactConflict.objects.create(allegation=row, question="How many?", **factories.signed())
    factories.citation(proceeding=factories.proceeding(row, "complaint-filed"))
    return row


def counts():
    return {
        model.__name__: model.objects.published().count()
        for model in (Allegation, Proceeding, Reply, FactConflict, Citation, Source)
    }


def test_everything_of_a_published_allegation_is_public(whole):
    assert counts() == {
        "Allegation": 1, "Proceeding": 1, "Reply": 1, "FactConflict": 1, "Citation": 2, "Source": 2,
    }  # fmt: skip


def test_of_a_retracted_allegation_only_the_tombstone_is_public(whole, editor):
    take_step(Step.RETRACT, record=whole, by=editor, reason="It was another person.")
    assert counts() == {
        "Allegation": 1, "Proceeding": 0, "Reply": 0, "FactConflict": 0, "Citation": 0, "Source": 0,
    }  # fmt: skip


def test_nothing_of_an_unpublished_candidate_is_public(whole):
    Candidate.objects.update(published_at=None, published_by=None)
    assert set(counts().values()) == {0}
    assert not Candidacy.objects.published().exists()


def test_nothing_of_an_unpublished_election_is_public(candidacy):
    ResearchCheck.objects.create(
        candidacy=candidacy, kind=1, result="found", queries="x", done_on="2026-11-01", **factories.signed()
    )
    assert ResearchCheck.objects.published().exists()
    Election.objects.update(published_at=None, published_by=None)
    assert not ResearchCheck.objects.published().exists()
    assert not Candidacy.objects.published().exists()


@pytest.mark.parametrize("child", ["citation", "proceeding", "reply"])
def test_what_is_added_to_a_public_allegation_waits_for_approval(whole, child):
    before = counts()
    if child == "citation":
        factories.citation(allegation=whole, published=False)
    elif child == "proceeding":
        factories.proceeding(whole, "charged", published=False)
    else:
        Reply.objects.create(allegation=whole, kind="denial", by="Other", **factories.signed(published=False))
    assert counts() == before


def test_a_letter_about_people_who_are_not_public_is_not_public(candidacy):
    secret = factories.candidacy(published=False)
    about_secret, about_both = factories.letter(secret), factories.letter(secret, candidacy)
    assert list(CoalitionLetter.objects.published()) == [about_both]
    assert about_secret not in CoalitionLetter.objects.legible()


def test_a_superseded_letter_counts_no_more_as_an_objection(client, candidacy, editor):
    row = factories.letter(candidacy, claimed_people=50, claimed_countries=20)
    factories.citation(letter=row)
    assert "50 people from 20 countries" in client.get(candidacy.get_absolute_url()).content.decode()
    take_step(Step.SUPERSEDE, record=row, by=editor, reason="Another letter replaced it.")
    assert "50 people from 20 countries" not in client.get(candidacy.get_absolute_url()).content.decode()
