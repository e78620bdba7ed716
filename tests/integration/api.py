"""What the tests of the API share: a small published world, and the addresses in it."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

from allegations.actions.evidence import evidence_change
from allegations.models import (
    ConflictSide,
    FactConflict,
    LinkCheck,
    Proceeding,
    ProceedingStep,
    Reply,
    Signature,
)
from candidates.models import CandidacyStatus, CandidateName
from tests import factories

LISTS = ["elections", "contests", "candidates", "candidacies", "allegations", "letters", "sources"]
THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def address(*parts) -> str:
    return "/".join(["/api/v1", *map(str, parts), ""])


def world() -> SimpleNamespace:
    """One of everything, published, with all that hangs on it."""
    with evidence_change():
        candidacy = factories.candidacy(name="Amal Haddad", nominated_by_country="LB", listed_as="HADDAD, Amal")
        CandidateName.objects.create(candidate=candidacy.candidate, text="أمل حداد", language="ar", script="Arab")
        candidacy.candidate.index_names()
        CandidacyStatus.objects.create(candidacy=candidacy, status="nominated", since="2021-10")
        allegation = factories.allegation(candidacy.candidate, happened="2018?")
        surround_allegation(allegation)
        letter = factories.letter(candidacy, claimed_people=50, claimed_countries=20, dated="2021-11-22~")
        sign(letter)
        source = allegation.citations.get().source
        check(source)
    return SimpleNamespace(
        candidacy=candidacy, candidate=candidacy.candidate, contest=candidacy.contest,
        election=candidacy.contest.election, allegation=allegation, letter=letter, source=source,
    )  # fmt: skip


def details(world: SimpleNamespace) -> dict[str, str]:
    """The address of each record of a world by the name of its list, and of the summary."""
    return {
        "elections": address("elections", world.election.slug),
        "contests": address("contests", world.contest.pk),
        "candidates": address("candidates", world.candidate.slug),
        "candidacies": address("candidacies", world.candidacy.pk),
        "allegations": address("allegations", world.allegation.pk),
        "letters": address("letters", world.letter.slug),
        "sources": address("sources", world.source.pk),
        "summary": address("candidates", world.candidate.slug, "summary"),
    }


def surround_allegation(allegation, published=True):
    """A proceeding, a reply and a conflict of fact about it, each with a citation of its own."""
    proceeding = Proceeding.objects.create(
        allegation=allegation, kind="criminal-complaint", jurisdiction="FR", **factories.signed(published)
    )
    ProceedingStep.objects.create(proceeding=proceeding, stage="complaint-filed", reached="2021-10-01")
    reply = answer(allegation=allegation, published=published)
    conflict = FactConflict.objects.create(
        allegation=allegation, question="How many complaints?", **factories.signed(published)
    )
    side = ConflictSide.objects.create(conflict=conflict, value="two")
    for target in ({"proceeding": proceeding}, {"reply": reply}, {"conflict_side": side}):
        factories.citation(published=published, **target)


def answer(published=True, **to):
    return Reply.objects.create(
        kind="denial",
        by="A spokesperson",
        speaker="representative",
        text="We deny this.",
        **to,
        **factories.signed(published),
    )


def sign(letter):
    n = next(factories.numbers)
    Signature.objects.create(letter=letter, name=f"Member {n}", country="DE", signed="2021-11")
    answer(letter=letter)
    factories.citation(letter=letter)


def check(source, at=THEN):
    """One check of a link, with two copies and what changed between them."""
    made = LinkCheck.objects.create(
        source=source, lease_token=uuid4(), checked_at=at, verdict="ok", klass="alive", state="alive", status=200
    )
    copies = [
        factories.capture(source, f"{at} {side}".encode(), check_made=made, captured_at=at)
        for side in ("before", "after")
    ]
    factories.content_change(source, before=copies[0], after=copies[1], reasons=["A number was changed."], seen_at=at)
    return made
