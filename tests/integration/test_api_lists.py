"""Lists of the API: pages, filters, and what they refuse."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from candidates.models import Candidate
from tests import factories
from tests.integration import api
from tests.integration.api import LISTS, address

pytestmark = pytest.mark.django_db


def pages(client, path):
    """Every page from here to the last."""
    while path:
        page = client.get(path).json()
        yield page["results"]
        path = page["next"]


def slugs(client, path):
    return [row["slug"] for page in pages(client, path) for row in page]


def candidates(number):
    """Candidates that changed in the order in which they are returned, the last two at one moment."""
    rows = [factories.candidacy().candidate for _ in range(number)]
    for day, row in enumerate(rows):
        Candidate.objects.filter(pk=row.pk).update(published_at=api.THEN + timedelta(days=min(day, number - 2)))
    return [row.slug for row in rows]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_pages_hold_every_record_once_oldest_change_first(client, limit):
    expected = candidates(5)
    found = [*pages(client, f"{address('candidates')}?limit={limit}")]
    assert [row["slug"] for page in found for row in page] == expected
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize("name", LISTS)
def test_every_list_can_be_followed_to_its_end(client, name):
    for _ in range(3):
        api.world()
    one_by_one = [row["url"] for page in pages(client, f"{address(name)}?limit=1") for row in page]
    at_once = [row["url"] for page in pages(client, f"{address(name)}?limit=100") for row in page]
    assert one_by_one == at_once
    assert len(set(at_once)) == len(at_once) >= 3


def test_a_record_that_changes_between_two_pages_is_not_missed(client):
    expected = candidates(4)
    first = client.get(f"{address('candidates')}?limit=2").json()
    Candidate.objects.filter(slug=expected[0]).update(published_at=timezone.now())
    rest = slugs(client, first["next"])
    assert rest == [expected[2], expected[3], expected[0]]


def test_a_next_page_keeps_the_filters(client):
    here, elsewhere = factories.contest(), factories.contest()
    for contest in (here, elsewhere, here):
        factories.candidacy(contest=contest)
    path = f"{address('candidacies')}?election={here.election.slug}&limit=1"
    assert len([*pages(client, path)]) == 2


def test_a_list_can_be_taken_up_where_it_changed(client):
    expected = candidates(4)
    since = quote((api.THEN + timedelta(days=1)).isoformat())
    assert slugs(client, f"{address('candidates')}?changed_since={since}") == expected[1:]


@pytest.mark.parametrize("query", ["Haddad", "haddad amal", "حداد", "Hadad"])
def test_a_candidate_is_found_in_any_script(client, query):
    world = api.world()
    factories.candidacy(name="Somebody Else")
    assert slugs(client, f"{address('candidates')}?q={quote(query)}") == [world.candidate.slug]


def names(client, name, **parameters):
    return [row["url"] for row in client.get(address(name), parameters).json()["results"]]


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("elections", "body", lambda w: w.election.body.slug),
        ("contests", "election", lambda w: w.election.slug),
        ("candidates", "election", lambda w: w.election.slug),
        ("candidacies", "candidate", lambda w: w.candidate.slug),
        ("candidacies", "election", lambda w: w.election.slug),
        ("allegations", "candidate", lambda w: w.candidate.slug),
        ("letters", "candidate", lambda w: w.candidate.slug),
        ("sources", "q", lambda w: w.source.title),
    ],
)
def test_a_filter_keeps_what_is_asked_for(client, name, parameter, value):
    world = api.world()
    wanted = "http://testserver" + api.details(world)[name]
    api.world()
    assert names(client, name, **{parameter: value(world)}) == [wanted]
    assert names(client, name, **{parameter: "nobody-has-this"}) == []


@pytest.mark.parametrize(
    ("name", "parameter", "kept", "other"),
    [
        ("candidacies", "status", "nominated", "withdrawn"),
        ("allegations", "state", "published", "disputed"),
        ("allegations", "act", "02011111", "x-fraud"),
        ("letters", "stance", "opposes", "supports"),
        ("letters", "state", "published", "disputed"),
        ("sources", "state", "new", "gone"),
        ("sources", "material", "other", "affidavit"),
    ],
)
def test_a_filter_by_code_keeps_that_code_and_refuses_an_unknown_one(client, name, parameter, kept, other):
    api.world()
    assert names(client, name, **{parameter: kept})
    assert names(client, name, **{parameter: other}) == []
    refused = client.get(address(name), {parameter: "no-code"})
    assert refused.status_code == 400
    assert kept in refused.json()["errors"][0]["detail"]


def test_candidates_of_an_election_are_those_whose_candidacy_is_public(client):
    draft = factories.candidacy()
    type(draft).objects.filter(pk=draft.pk).update(published_by=None, published_at=None)
    assert slugs(client, f"{address('candidates')}?election={draft.contest.election.slug}") == []


@pytest.mark.parametrize("name", LISTS)
def test_an_unknown_filter_is_refused_with_the_known_ones(client, name):
    answer = client.get(address(name), {"colour": "red"})
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert problem["errors"][0]["field"] == "colour"
    for known in ("changed_since", "cursor", "limit"):
        assert known in problem["detail"]


@pytest.mark.parametrize("parameter", ["as_of=2021-11-23", "known=2021-11-23", "colour=red", "format=json"])
@pytest.mark.parametrize("name", ["", "schema", *LISTS, "summary"])
def test_an_answer_that_reads_no_parameters_refuses_them(client, name, parameter):
    path = api.details(api.world())[name] if name in {*LISTS, "summary"} else address(*filter(None, [name]))
    answer = client.get(f"{path}?{parameter}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["errors"][0]["field"] == parameter.partition("=")[0]
    assert "/api/v1/candidacies/{id}/assessment/" in answer.json()["detail"]


@pytest.mark.parametrize(
    "parameters",
    [
        "limit=0", "limit=101", "limit=-1", "limit=x", "limit=", "limit=%D9%A3", "limit=99999999999999999999",
        "cursor=", "cursor=x", "cursor=%00", "cursor=MjAyNi0wMS0wMiBub3BrCg", "cursor=MjAyNi0wMS0wMiAx", "cursor=AAAA",
        "changed_since=yesterday", "changed_since=2021-13-01", "changed_since=", "changed_since=%00",
        "q=", "q=%00", "q=a%00b", "election=%00", "limit=1&limit=2", "q=a&q=b", "format=json", "q=" + "a" * 201,
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_is_refused_in_words(client, parameters):
    answer = client.get(f"{address('candidates')}?{parameters}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert problem["errors"][0]["field"] == parameters.split("=")[0]
    assert problem["detail"].endswith(".")


def test_every_fault_of_a_request_is_named_at_once(client):
    problem = client.get(f"{address('sources')}?state=x&colour=red&changed_since=y").json()
    assert {error["field"] for error in problem["errors"]} == {"state", "colour", "changed_since"}
