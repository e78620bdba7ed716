"""The API's answers: what is published, whole and nothing else, at a price that does not grow."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allegations.models import Allegation, Source, StoredFile
from allegations.workflow import State
from candidates.models import Candidate
from tests import factories
from tests.integration import api
from tests.integration.api import LISTS, address

pytestmark = pytest.mark.django_db

# Queries of one answer, whatever the number of rows; one more would show here.
LIST_COSTS = {
    "elections": 1, "contests": 2, "candidates": 2, "candidacies": 1, "allegations": 1, "letters": 2, "sources": 1,
}  # fmt: skip
DETAIL_COSTS = {
    "elections": 4, "contests": 2, "candidates": 3, "candidacies": 3, "allegations": 9, "letters": 7, "sources": 5,
    "summary": 3,
}  # fmt: skip


@pytest.fixture
def world(db):
    return api.world()


def results(client, name, **parameters):
    answer = client.get(address(name), parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def cost(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_root_lists_what_there_is(client):
    assert [*client.get(address()).json()] == [*LISTS, "schema"]


@pytest.mark.parametrize("name", LISTS)
def test_a_record_in_a_list_leads_to_itself_and_to_its_page(client, world, name):
    first = results(client, name)[0]
    assert client.get(first["url"]).json()["url"] == first["url"]
    assert first["page"].startswith("http://testserver/")


def test_a_list_costs_the_same_for_one_and_for_many(client, world):
    assert {name: cost(client, address(name)) for name in LISTS} == LIST_COSTS
    for _ in range(5):
        api.world()
    assert {name: cost(client, address(name)) for name in LISTS} == LIST_COSTS


def test_a_record_costs_the_same_with_little_and_with_much(client, world):
    assert {name: cost(client, path) for name, path in api.details(world).items()} == DETAIL_COSTS
    grow(world, by=5)
    assert {name: cost(client, path) for name, path in api.details(world).items()} == DETAIL_COSTS


def grow(world, by):
    """Hang `by` more of everything on each record of a world."""
    with api.evidence_change():
        for page in range(by):
            api.surround_allegation(world.allegation)
            api.sign(world.letter)
            api.check(world.source)
            factories.allegation(world.candidate)
            factories.letter(world.candidacy)
            factories.citation(candidacy=world.candidacy)
            factories.citation(election=world.election)
            factories.candidacy(contest=world.contest)
            factories.citation(allegation=world.allegation, source=world.source, locator=f"p. {page}")


@pytest.mark.parametrize("name", LISTS)
def test_drafts_are_in_no_list(client, name):
    draft_world()
    assert results(client, name) == []


def draft_world():
    candidacy = factories.candidacy(published=False, contest=factories.contest(published=False))
    allegation = factories.allegation(candidacy.candidate, published=False)
    api.surround_allegation(allegation, published=False)
    return candidacy, allegation, factories.letter(candidacy, published=False)


def test_a_draft_and_nothing_at_all_answer_alike(client):
    candidacy, allegation, letter = draft_world()
    pairs = [
        (address("candidates", candidacy.candidate.slug), address("candidates", "nobody")),
        (address("candidates", candidacy.candidate.slug, "summary"), address("candidates", "nobody", "summary")),
        (address("elections", candidacy.contest.election.slug), address("elections", "never")),
        (address("contests", candidacy.contest.pk), address("contests", 999999)),
        (address("candidacies", candidacy.pk), address("candidacies", 999999)),
        (address("allegations", allegation.pk), address("allegations", api.uuid4())),
        (address("sources", allegation.citations.get().source_id), address("sources", api.uuid4())),
        (address("letters", letter.slug), address("letters", "none")),
    ]
    for draft, nothing in pairs:
        first, second = client.get(draft), client.get(nothing)
        assert first.status_code == second.status_code == 404
        assert first.json() | {"instance": ""} == second.json() | {"instance": ""}
        assert {**first.headers} | {"Content-Length": 0} == {**second.headers} | {"Content-Length": 0}


def test_what_hangs_on_a_public_record_and_is_not_published_stays_out(client, world):
    before = {name: client.get(path).content for name, path in api.details(world).items()}
    api.surround_allegation(world.allegation, published=False)
    factories.citation(allegation=world.allegation, published=False)
    factories.citation(letter=world.letter, published=False)
    factories.allegation(world.candidate, published=False)
    factories.letter(world.candidacy, published=False)
    factories.candidacy(contest=world.contest, published=False)
    api.answer(letter=world.letter, published=False)
    assert {name: client.get(path).content for name, path in api.details(world).items()} == before


def test_a_letter_names_no_candidacy_that_is_not_public(client, world):
    hidden = factories.candidacy(published=False, contest=world.contest)
    world.letter.candidacies.add(hidden)
    found = client.get(api.details(world)["letters"]).json()["candidacies"]
    assert [row["candidate"]["slug"] for row in found] == [world.candidate.slug]


@pytest.mark.parametrize("name", ["allegations", "letters"])
def test_a_retracted_record_is_a_tombstone_in_its_list_and_alone(client, world, name):
    record = {"allegations": world.allegation, "letters": world.letter}[name]
    record.state, record.state_reason, record.state_since = State.RETRACTED, "It was another person.", timezone.now()
    record.save()
    alone = client.get(api.details(world)[name]).json()
    assert alone == results(client, name)[0]
    assert alone.keys() == {"url", "page", "state", "reason", "retracted_at", "changed_at"}
    assert (alone["state"], alone["reason"]) == ("retracted", "It was another person.")


def test_a_retracted_allegation_is_told_by_no_source_and_no_summary(client, world):
    Allegation.objects.update(state=State.RETRACTED, state_reason="It was another person.")
    world.candidacy.evidence_revision = 999
    world.candidacy.save()
    source = client.get(api.details(world)["sources"])
    assert source.status_code == 404 or source.json()["cited_for"] == []
    assert world.allegation.headline not in client.get(api.details(world)["summary"]).content.decode()


@pytest.mark.parametrize("name", ["candidates", "summary"])
def test_a_merged_candidate_leads_on_to_the_one_it_became(client, world, name):
    first, second = (factories.candidacy().candidate for _ in range(2))
    second.merged_into, first.merged_into = world.candidate, second
    second.save(), first.save()
    answer = client.get(api.details(world)[name].replace(world.candidate.slug, first.slug))
    assert (answer.status_code, answer["Location"]) == (308, "http://testserver" + api.details(world)[name])


@pytest.mark.parametrize("hidden", ["the merged", "the other"])
def test_a_merged_candidate_leads_to_no_draft_and_tells_of_none(client, hidden):
    target = factories.candidacy(published=hidden != "the other").candidate
    merged = factories.candidacy(published=hidden != "the merged").candidate
    Candidate.objects.filter(pk=merged.pk).update(merged_into=target)
    assert client.get(address("candidates", merged.slug)).status_code == 404


def test_candidates_merged_in_a_circle_are_nowhere(client):
    first, second = (factories.candidacy().candidate for _ in range(2))
    Candidate.objects.filter(pk=first.pk).update(merged_into=second)
    Candidate.objects.filter(pk=second.pk).update(merged_into=first)
    assert client.get(address("candidates", first.slug)).status_code == 404


def test_an_uncertain_date_comes_with_the_days_that_it_may_mean(client, world):
    found = client.get(api.details(world)["allegations"]).json()
    assert found["happened"] == {"text": "2018?", "earliest": "2018-01-01", "latest": "2018-12-31"}
    assert found["first_alleged"] is None


def test_a_source_tells_how_its_link_stands(client, world):
    world.source.memory = {"failures": 2, "first_failed_at": "2026-01-02T03:04:05+00:00"}
    world.source.state = "unreachable"
    world.source.save()
    found = client.get(api.details(world)["sources"]).json()
    assert found["link"] | {"next_check_at": ""} == {
        "state": {"code": "unreachable", "label": "unreachable"}, "failures": 2, "archived": False,
        "words": "unreachable, 2 failures since 2 January 2026",
        "first_failed_at": "2026-01-02T03:04:05Z", "last_alive_at": None, "last_checked_at": None, "next_check_at": "",
    }  # fmt: skip
    assert (found["author"], len(found["checks"]), len(found["copies"])) == (None, 1, 2)
    statement = "http://testserver" + api.details(world)["allegations"]
    assert found["cited_for"] == [{"kind": "allegation", "url": statement}]


def test_a_source_shows_its_latest_ten_checks(client, world):
    for day in range(3, 15):
        api.check(world.source, at=api.THEN.replace(day=day))
    found = client.get(api.details(world)["sources"]).json()["checks"]
    assert [row["checked_at"][8:10] for row in found] == [f"{day:02}" for day in range(14, 4, -1)]


def test_a_source_shows_its_copies_and_what_changed_between_them(client, world):
    copy = world.source.captures.first()
    StoredFile.objects.filter(pk=copy.file_id).update(fault="changed", fault_at=api.THEN, verified_at=api.THEN)
    found = client.get(api.details(world)["sources"]).json()
    [damaged] = [row for row in found["copies"] if row["sha256"] == copy.sha256]
    assert damaged["page"] == f"http://testserver{copy.get_absolute_url()}"
    assert (damaged["intact"], damaged["fault"]["code"], damaged["quality"]["code"]) == (False, "changed", "evidence")
    [change] = found["changes"]
    assert (change["level"]["code"], change["reasons"]) == ("substantive", ["A number was changed."])
    assert client.get(change["page"]).status_code == 200
    assert {change["before"], change["after"]} == {row["page"] for row in found["copies"]}


def test_a_change_tells_programs_no_more_than_it_tells_readers(client, world):
    secret = factories.citation(source=world.source, letter=world.letter, published=False, quote="a draft quotes this")
    row = factories.content_change(
        world.source,
        reasons=["The quoted passage is no longer there: “a draft quotes this”."],
        quotes_missing=[secret.pk],
    )
    [told] = [
        change for change in client.get(api.details(world)["sources"]).json()["changes"]
        if change["page"].endswith(f"/{row.pk}/")
    ]  # fmt: skip
    assert (told["reasons"], told["quotes_missing"]) == ([], [])

    Source.objects.filter(pk=world.source.pk).update(state="retired")
    found = client.get(api.details(world)["sources"]).json()
    assert {tuple(change["reasons"]) for change in found["changes"]} == {()}
