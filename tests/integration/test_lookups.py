"""Looking for many keys at once: the same rows as with `in`, and no query for none."""

from uuid import uuid4

import pytest

from allegations.models import Allegation, Citation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(candidacy):
    """Two matters of one person and one of another."""
    person = candidacy.candidate
    return [factories.allegation(one) for one in (person, person, factories.candidacy().candidate)]


@pytest.mark.parametrize("name", ["pk", "candidate", "candidate__candidacies", "citations"])
def test_many_keys_find_the_rows_that_in_finds(rows, name):
    keys = list(Allegation.objects.exclude(**{name: None}).values_list(name, flat=True))
    assert keys

    for some in (keys, keys[:1], {*keys}, dict.fromkeys(keys).keys()):
        found, expected = (Allegation.objects.filter(**{f"{name}__{how}": some}) for how in ("among", "in"))
        assert sorted(found.values_list("pk", flat=True)) == sorted(expected.values_list("pk", flat=True))


def test_a_key_may_be_text_and_may_be_of_no_row(rows):
    sources = [str(source) for source in Citation.objects.values_list("source", flat=True)]

    assert Citation.objects.filter(source__among=[*sources, str(uuid4())]).count() == 3
    assert not Allegation.objects.filter(pk__among=[uuid4()]).exists()


def test_no_keys_find_nothing_and_ask_nothing(rows, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not list(Allegation.objects.filter(candidate__among=set()))
        assert not list(Allegation.objects.filter(pk__among=iter(())))
    assert Allegation.objects.exclude(candidate__among=[]).count() == 3
