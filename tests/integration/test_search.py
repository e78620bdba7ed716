"""Search: of many with a name a bounded number is read, the closest come first, and what is left out is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from candidates.models import Candidate
from candidates.names import keys
from tests import factories
from vetting import search

pytestmark = pytest.mark.django_db


def people(names):
    """Published candidates of these names, who stand for nothing."""
    return Candidate.objects.bulk_create(
        Candidate(
            slug=f"person-{next(factories.numbers)}",
            name=name,
            sort_name=name,
            name_keys=sorted(keys(name)),
            **factories.signed(),
        )
        for name in names
    )


@pytest.fixture
def crowd():
    """Four hundred whose name only sounds alike, and who come first by name."""
    return people([f"Aaron Mohamad {n:03}" for n in range(400)])


@pytest.fixture
def loaded(monkeypatch):
    """How many candidates were made from rows of the database."""
    made = []
    build = Candidate.from_db.__func__

    def counted(cls, *args):
        made.append(args)
        return build(cls, *args)

    monkeypatch.setattr(Candidate, "from_db", classmethod(counted))
    return made


def test_of_several_hundred_no_more_are_read_than_are_compared(crowd, client, loaded):
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/search/?q=Mohammed").content.decode()
    assert len(queries) == 3
    assert len(loaded) == search.MOST_READ + 1
    assert page.count('class="entry"') == search.MOST_FOUND
    assert "The first 50 of more than 200 candidates for “<bdi" in page


def test_the_closest_of_many_come_first_wherever_their_names_stand(crowd, client):
    exact, worded, other = people(["Mohammed", "Zayd Mohammed", "Mohammed Zulu"])
    alias = factories.candidacy(name="Zzz").candidate
    alias.names.create(text="MOHAMMED")
    alias.index_names()
    found = search.find("Mohammed").hits
    assert [hit.candidate for hit in found[:4]] == [exact, alias, other, worded]
    assert [hit.closeness for hit in found[:5]] == [3, 3, 2, 2, 1]
    assert [hit.candidate.name for hit in found[4:]] == [row.name for row in crowd[:46]]


def test_a_name_without_its_accents_is_as_close_as_with_them(client):
    people([f"Anna Novak {n:03}" for n in range(300)])
    [exact] = people(["Ännä Nóvák"])
    assert search.find("Anna Novak").hits[0].candidate == exact


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (50, "50 candidates for “<bdi"),
        (51, "The first 50 of 51 candidates for “<bdi"),
        (200, "The first 50 of 200 candidates for “<bdi"),
        (201, "The first 50 of more than 200 candidates for “<bdi"),
    ],
)
def test_how_many_there_are_is_told_as_far_as_it_was_counted(client, number, told):
    people([f"Mohammed {n}" for n in range(number)])
    page = client.get("/search/?q=mohammed").content.decode()
    assert f'<p class="intro">{told}' in page


def test_nobody_who_is_not_public_is_found_or_counted(crowd, client):
    Candidate.objects.filter(pk__in=[row.pk for row in crowd[1:]]).update(published_by=None, published_at=None)
    found = search.find("Mohammed")
    assert ([hit.candidate for hit in found.hits], found.total, found.is_more) == ([crowd[0]], 1, False)


@pytest.mark.parametrize("query", ["", "~", "al", "孟"])
def test_what_means_nobody_finds_nobody(crowd, query):
    assert search.find(query) == search.Found([], 0, is_more=False)


def test_a_character_that_the_database_cannot_hold_is_asked_for_in_no_name(crowd, client):
    answer = client.get("/search/", {"q": "Mohammed\0"})
    assert (answer.status_code, answer.content.count(b'class="entry"')) == (200, 50)
