"""The summary of a candidate: useful alone, never more than was looked at, in three queries."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from candidates.models import ResearchCheck
from tests import factories
from tests.integration import api
from vetting.api.summaries import NOTICE
from vetting.assessments import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return api.world()


def summary(client, candidate):
    return client.get(api.address("candidates", candidate.slug, "summary")).json()


def profile(client, candidacy):
    return summary(client, candidacy.candidate)["candidacies"][0]["profile"]


def test_a_summary_says_who_for_what_and_that_everyone_is_presumed_innocent(client, world):
    found = summary(client, world.candidate)
    only = found["candidacies"][0]
    assert (found["name"], found["notice"]) == ("Amal Haddad", NOTICE)
    assert [(name["text"], name["script"]) for name in found["names"]] == [("أمل حداد", "Arab")]
    assert (only["contest"]["label"], only["nominated_by_country"]) == ("President", {"code": "LB", "label": "Lebanon"})
    assert found["method"].startswith("http://testserver/")


def test_the_notice_is_the_one_of_the_pages():
    assert NOTICE in (Path(settings.BASE_DIR) / "templates/_components/presumption.html").read_text()


def test_a_profile_is_the_one_that_stands(client, world):
    stored = standing([world.candidacy])[world.candidacy.pk]
    found = profile(client, world.candidacy)
    same = ("status", "sentence", "score", "band", "band_prob", "i90", "confidence", "coverage", "vector_sha256")
    assert found["score"] == 22
    assert {name: found[name] for name in same} == {name: stored.profile[name] for name in same}
    assert (found["version"], found["vector"], found["as_of"]) == ("1.0", stored.vector, stored.as_of.isoformat())


def test_a_matter_comes_with_its_allegation_its_arithmetic_and_its_points(client, world):
    matter = profile(client, world.candidacy)["matters"][0]
    assert matter["allegation"] == {
        "url": "http://testserver" + api.details(world)["allegations"],
        "page": "http://testserver" + world.allegation.get_absolute_url(),
        "id": str(world.allegation.pk),
        "headline": world.allegation.headline,
    }
    stored = standing([world.candidacy])[world.candidacy.pk].profile["matters"][0]
    assert (matter["scored"], matter["why_not"], matter["arithmetic"]) == (True, None, stored["arithmetic"])
    assert matter["points"] == pytest.approx(stored["phi"], abs=0.005)
    assert (matter["severity"], matter["link"]["code"]) == ({"code": 5, "label": "grave"}, 3)
    assert "no authority has examined it" in matter["wording"]


def test_a_reason_names_the_conduct_as_alleged(client, world):
    reason = profile(client, world.candidacy)["reasons"][0]
    assert f"{world.allegation.headline} (alleged)" in reason["sentence"]


def test_objections_are_counted_first_and_support_that_nobody_recorded_is_null(client, world):
    found = profile(client, world.candidacy)
    assert found["opposition"] == {"signatories": 50, "countries": 20, "index": [66.67, 66.67]}
    assert found["support"] is None


def test_a_letter_is_told_as_claimed_and_as_listed(client, world):
    letter = summary(client, world.candidate)["candidacies"][0]["letters"][0]
    assert (letter["title"], letter["stance"]["code"]) == (world.letter.title, "opposes")
    assert (letter["claimed"]["people"], letter["listed"]) == (50, 1)
    assert letter["dated"] == {"text": "2021-11-22~", "earliest": "2021-11-22", "latest": "2021-11-22"}


def test_the_state_of_the_reply_is_told_in_words(client, world):
    assert profile(client, world.candidacy)["reply"] == {"code": "D", "label": "denied, or answered without evidence"}


def test_conflicts_and_sources_count_what_is_published(client, world):
    api.surround_allegation(world.allegation, published=False)
    factories.citation(candidacy=world.candidacy, published=False)
    factories.citation(candidacy=factories.candidacy())
    only = summary(client, world.candidate)["candidacies"][0]
    # cited: the allegation, its proceeding, its reply, the letter; the side of a conflict is counted with its conflict
    assert (only["conflicts"], only["sources"]) == (1, 4)


def look(candidacy, kind):
    today = timezone.now().date()
    ResearchCheck.objects.create(
        candidacy=candidacy, kind=kind, result="nothing-found", queries="words", done_on=today, **factories.signed()
    )


def unscored(how):
    """A candidacy of each of the three statuses without a number."""
    candidacy = factories.candidacy()
    with evidence_change():
        factories.letter(candidacy, claimed_people=3, claimed_countries=2)
        for kind in range(1, 13) if how != "NOT ASSESSED" else ():
            look(candidacy, kind)
        if how != "NO RECORDED CONCERN FOUND":
            factories.allegation(candidacy.candidate, link=1)
    return candidacy


STATUSES = ["NOT ASSESSED", "RECORDED, NOT SCORED", "NO RECORDED CONCERN FOUND"]


@pytest.mark.parametrize("status", STATUSES)
def test_an_unscored_profile_has_no_number_and_no_word_for_one(client, status):
    candidacy = unscored(status)
    found = profile(client, candidacy)
    assert found["status"] == status
    for name in ("score", "printed_score", "band", "band_prob", "i90", "confidence"):
        assert found[name] is None
    assert all(matter["points"] is matter["confidence"] is matter["arithmetic"] is None for matter in found["matters"])
    assert all(matter["why_not"] for matter in found["matters"])
    assert found["reasons"] == []
    assert not {"eci", "lead", "phi", "envelope", "unresolved"} & set(keys(found))


@pytest.mark.parametrize("status", STATUSES)
def test_an_unscored_summary_never_says_low_or_clean(client, status):
    text = client.get(api.address("candidates", unscored(status).candidate.slug, "summary")).content.decode()
    assert not re.search(r"\b(low|limited|clean|cleared|safe|guilty)\b", text, re.IGNORECASE)


def keys(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_a_candidate_without_public_candidacy_has_a_summary_without_profile(client):
    candidacy = factories.candidacy()
    type(candidacy).objects.filter(pk=candidacy.pk).update(published_by=None, published_at=None)
    assert summary(client, candidacy.candidate)["candidacies"] == []


def test_thirty_allegations_cost_three_queries_like_one(client, world, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(profile(client, world.candidacy)["matters"]) == 1
    with evidence_change():
        for _ in range(29):
            factories.allegation(world.candidate)
    with django_assert_num_queries(3):
        assert len(profile(client, world.candidacy)["matters"]) == 30
