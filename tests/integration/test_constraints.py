"""What must always be true is refused by the database itself, whoever writes."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from allegations.actions.evidence import source_for
from allegations.links.urls import UrlRefused
from allegations.models import (
    Allegation,
    Citation,
    ConflictSide,
    FactConflict,
    Grading,
    LinkCheck,
    Reply,
    ReviewEvent,
    Source,
)
from allegations.workflow import State
from candidates.models import Candidacy, CandidateName, ResearchCheck
from tests import factories

pytestmark = pytest.mark.django_db


def refused(change, match=""):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        change()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def published_allegation(candidacy):
    return factories.allegation(candidacy.candidate)


def test_nobody_publishes_what_they_wrote(candidacy):
    row = published_allegation(candidacy)
    refused(lambda: Allegation.objects.filter(pk=row.pk).update(published_by=row.written_by), "published_by_another")


def test_a_public_state_and_a_publication_go_together(candidacy):
    row = published_allegation(candidacy)
    refused(lambda: Allegation.objects.filter(pk=row.pk).update(state=State.DRAFT), "public_state")
    refused(lambda: Allegation.objects.filter(pk=row.pk).update(published_at=None, published_by=None), "published")


def test_a_retraction_has_a_reason(candidacy):
    row = published_allegation(candidacy)
    refused(lambda: Allegation.objects.filter(pk=row.pk).update(state=State.RETRACTED), "retracted_with_reason")


def test_a_public_allegation_keeps_a_published_citation(candidacy):
    row = published_allegation(candidacy)
    refused(lambda: Citation.objects.filter(allegation=row).delete(), "at least one published citation")
    refused(
        lambda: Citation.objects.filter(allegation=row).update(published_at=None, published_by=None),
        "at least one published citation",
    )
    refused(lambda: factories.allegation(candidacy.candidate, cited=0), "at least one published citation")


def test_a_citation_is_for_exactly_one_statement(candidacy):
    row = published_allegation(candidacy)
    refused(lambda: factories.citation(), "exactly_one")
    refused(lambda: factories.citation(allegation=row, candidacy=candidacy), "exactly_one")


def test_a_copy_has_no_origin_of_its_own(candidacy):
    from allegations.models import Origin

    row = published_allegation(candidacy)
    first = row.citations.get()
    origin = Origin.objects.create(label="Somebody")
    refused(lambda: factories.citation(allegation=row, derived_from=first, origin=origin), "own_or_derived")


def test_one_address_is_one_source():
    known = factories.source(url="https://news.example.org/a")
    refused(
        lambda: Source.objects.create(url=known.url, canonical_url=known.canonical_url, host=known.host),
        "canonical_url",
    )


def test_an_address_is_of_the_web_and_two_spellings_of_it_are_one_source():
    known = factories.source(url="https://news.example.org/a")
    assert source_for("HTTPS://News.Example.org:443/a?utm_source=x#top") == known
    refused(lambda: Source.objects.filter(pk=known.pk).update(url="javascript:alert(1)"), "http_only")
    shouted = source_for("HTTPS://OTHER.example.org/")
    assert shouted.canonical_url == "https://other.example.org/"
    with pytest.raises(UrlRefused, match="longer than 2,000"):
        source_for("https://news.example.org/" + "é" * 700)


@pytest.mark.parametrize("identifiers", [["Q1"], "Q1", {"wikidata": 1}, None])
def test_identifiers_are_names_with_values(candidacy, identifiers):
    candidacy.candidate.identifiers = identifiers
    with pytest.raises(ValidationError, match="wikidata"):
        candidacy.candidate.clean()


def test_history_is_never_changed(candidacy):
    row = published_allegation(candidacy)
    source = row.citations.get().source
    LinkCheck.objects.create(
        source=source,
        lease_token="00000000-0000-4000-8000-000000000000",
        checked_at=timezone.now(),
        verdict="OK",
        klass="alive",
        state="alive",
    )
    Grading.objects.create(allegation=row, scale="severity", value="5", graded_by=row.written_by)
    ReviewEvent.objects.create(allegation=row, step="submit", left="draft", reached="in review", by=row.written_by)
    for model in (LinkCheck, Grading, ReviewEvent):
        refused(lambda model=model: model.objects.update(id=1000), "never changed or deleted")
        refused(lambda model=model: model.objects.all().delete(), "never changed or deleted")


def test_a_check_of_one_lease_is_recorded_once():
    source = factories.source()
    check = {
        "source": source,
        "lease_token": "00000000-0000-4000-8000-000000000000",
        "checked_at": timezone.now(),
        "verdict": "OK",
        "klass": "alive",
        "state": "alive",
    }
    LinkCheck.objects.create(**check)
    refused(lambda: LinkCheck.objects.create(**check), "once_a_lease")


def test_a_person_stands_once_in_a_contest(candidacy):
    refused(
        lambda: Candidacy.objects.create(
            candidate=candidacy.candidate, contest=candidacy.contest, **factories.signed()
        ),
        "once_in_a_contest",
    )


def test_one_primary_name_a_script(candidacy):
    for n, kind in enumerate(("primary", "alias")):
        CandidateName.objects.create(candidate=candidacy.candidate, text=f"N{n}", script="Latn", kind=kind)
    refused(
        lambda: CandidateName.objects.create(candidate=candidacy.candidate, text="N3", script="Latn", kind="primary"),
        "one_primary_name",
    )


def test_a_research_check_says_what_was_searched_or_why_it_does_not_apply(candidacy):
    fields = {"candidacy": candidacy, "kind": 2, "done_on": "2026-11-01", **factories.signed()}
    refused(lambda: ResearchCheck.objects.create(result="nothing-found", **fields), "queries_or_reason")
    refused(lambda: ResearchCheck.objects.create(result="not-applicable", **fields), "queries_or_reason")
    refused(lambda: ResearchCheck.objects.create(result="found", queries="x", **(fields | {"kind": 13})), "kind_known")


def test_a_reply_answers_exactly_one_thing_and_none_yet_has_no_date(candidacy):
    fields = {"by": "Somebody", **factories.signed()}
    refused(lambda: Reply.objects.create(kind="denial", **fields), "exactly_one")
    refused(
        lambda: Reply.objects.create(kind="no-reply-yet", candidacy=candidacy, answered="2021", **fields),
        "not_given",
    )


def test_a_settled_conflict_says_how_and_chooses_one_side_at_most(candidacy):
    fields = {"candidacy": candidacy, "question": "Which post?", **factories.signed()}
    refused(lambda: FactConflict.objects.create(state="resolved", **fields), "settled_with_reason")
    conflict = FactConflict.objects.create(**fields)
    ConflictSide.objects.create(conflict=conflict, value="a", chosen=True)
    refused(lambda: ConflictSide.objects.create(conflict=conflict, value="b", chosen=True), "one_side_chosen")


def test_every_evidence_table_counts_up_the_revision(candidacy):
    """A statement on any table that the profile is computed from moves the revision of its candidacy."""
    row = published_allegation(candidacy)
    factories.proceeding(row, "complaint-filed")
    factories.letter(candidacy)
    Reply.objects.create(allegation=row, kind="denial", by="Somebody", **factories.signed())
    ResearchCheck.objects.create(
        candidacy=candidacy, kind=1, result="found", queries="x", done_on="2026-11-01", **factories.signed()
    )
    changes = (
        "UPDATE allegations_allegation SET link = 2",
        "UPDATE allegations_citation SET credibility = 3",
        "UPDATE allegations_source SET reliability = 'C'",
        "UPDATE allegations_source SET state = 'usurped'",
        "UPDATE allegations_source SET archived = true",
        "UPDATE allegations_source SET dated = '2021-11', dated_earliest = '2021-11-01', dated_latest = '2021-11-30'",
        "UPDATE allegations_proceeding SET forum = 'R'",
        "UPDATE allegations_proceedingstep SET final = true",
        "UPDATE allegations_coalitionletter SET claimed_people = 9",
        "UPDATE allegations_reply SET with_evidence = true",
        "UPDATE candidates_researchcheck SET done_on = '2026-11-02'",
        "DELETE FROM allegations_proceedingstep",
    )
    for change in changes:
        candidacy.refresh_from_db()
        before = candidacy.evidence_revision
        with connection.cursor() as cursor:
            cursor.execute(change)
        candidacy.refresh_from_db()
        assert candidacy.evidence_revision > before, change


def test_a_check_that_changes_no_standing_moves_no_revision(candidacy):
    row = published_allegation(candidacy)
    candidacy.refresh_from_db()
    before = candidacy.evidence_revision
    Source.objects.filter(citations__allegation=row).update(state="suspect")
    candidacy.refresh_from_db()
    assert candidacy.evidence_revision == before
