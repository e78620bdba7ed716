"""Assessments in the API: on any two days, with contributions, the line over time and comparison."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.models import Allegation
from candidates.models import Candidacy, Candidate
from tests import factories
from tests.integration.api import address
from tests.integration.test_api_schema import assert_true
from vetting.api.summaries import NOTICE
from vetting.assessments import standing

pytestmark = pytest.mark.django_db

KINDS = ["assessment", "assessment/contributions", "assessment/history", "assessment/comparison"]
DAYS = {"as_of": "2022-05-01", "known": "2022-06-01"}
MARCH, MAY = datetime(2022, 3, 1, tzinfo=UTC), datetime(2022, 5, 1, tzinfo=UTC)


@pytest.fixture
def candidacy():
    """A candidacy with a matter on record since March and a graver one since May 2022."""
    with evidence_change():
        row = factories.candidacy()
        Candidate.objects.filter(pk=row.candidate_id).update(published_at=MARCH)
        for day, severity in ((MARCH, 4), (MAY, 5)):
            matter = factories.allegation(row.candidate, severity=severity)
            Allegation.objects.filter(pk=matter.pk).update(published_at=day)
            matter.citations.update(published_at=day)
    return row


def place(candidacy, kind="assessment"):
    return address("candidacies", candidacy.pk, kind)


def ask(client, candidacy, kind="assessment", **query):
    answer = client.get(place(candidacy, kind), query)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def test_today_it_is_the_profile_that_stands(client, candidacy):
    found, stands = ask(client, candidacy), standing([candidacy])[candidacy.pk]
    today = timezone.now().date().isoformat()

    assert found["profile"]["vector"] == stands.vector
    assert (found["profile"]["as_of"], found["profile"]["known"]) == (today, today)
    assert found["candidacy"]["candidate"]["name"] == candidacy.candidate.name
    assert found["notice"] == NOTICE


@pytest.mark.parametrize(
    ("query", "tags", "days"),
    [
        ({"as_of": "2022-02-01"}, [], ("2022-02-01", "2022-02-01")),
        ({"as_of": "2022-04-01"}, [1], ("2022-04-01", "2022-04-01")),
        ({"known": "2022-04-01"}, [1], ("2022-04-01", "2022-04-01")),
        (DAYS, [1, 2], ("2022-05-01", "2022-06-01")),
        ({"as_of": "2022-06-01", "known": "2022-04-01"}, [1], ("2022-06-01", "2022-04-01")),
    ],
)
def test_it_is_what_had_happened_by_one_day_as_on_record_on_another(client, candidacy, query, tags, days):
    profile = ask(client, candidacy, **query)["profile"]

    assert [matter["tag"] for matter in profile["matters"]] == tags
    assert (profile["as_of"], profile["known"]) == days
    assert (profile["score"] is None) == (not tags)


def test_a_matter_retracted_since_is_counted_then_and_says_nothing_of_what_it_said(client, candidacy):
    row = Allegation.objects.get(tag=2, candidate=candidacy.candidate)
    retract(row)

    for kind, pick in (("assessment", lambda found: found["profile"]), ("assessment/contributions", lambda f: f)):
        found = ask(client, candidacy, kind, as_of="2022-05-02")
        matters = {matter["tag"]: matter for matter in pick(found)["matters"]}
        assert (matters[2]["scored"], matters[2]["allegation"]) == (True, None)
        assert row.headline not in json.dumps(found)
    assert [matter["tag"] for matter in ask(client, candidacy)["profile"]["matters"]] == [1]


def retract(row):
    """Retract an allegation in June 2022."""
    row.events.create(
        step="retract",
        left="published",
        reached="retracted",
        at=datetime(2022, 6, 1, tzinfo=UTC),
        by=factories.editor(),
    )
    Allegation.objects.filter(pk=row.pk).update(state="retracted", state_reason="Not so.")


def test_contributions_add_up_to_the_index_and_say_what_they_are_made_of(client, candidacy):
    found = ask(client, candidacy, "assessment/contributions", **DAYS)
    index = standing([candidacy])[candidacy.pk].profile["eci"]

    assert [matter["tag"] for matter in found["matters"]] == [2, 1]
    assert sum(matter["points"] for matter in found["matters"]) == pytest.approx(index, abs=1e-9)
    for matter in found["matters"]:
        factors = matter["factors"]
        x = factors["L"] * factors["kappa"] * factors["e"] * (1 - factors["f"])
        assert matter["alone"] == pytest.approx(100 * factors["G"] * x)
        assert sum(origin["points"] for origin in matter["origins"]) == pytest.approx(matter["points"])
    assert (found["as_of"], found["known"]) == tuple(DAYS.values())


def test_a_matter_without_a_score_has_no_number_but_its_own(client):
    with evidence_change():
        row = factories.candidacy()
        factories.allegation(row.candidate, link=1)

    found = ask(client, row, "assessment/contributions")

    assert (found["status"], found["matters"][0]["scored"]) == ("NOT ASSESSED", False)
    assert found["matters"][0]["why_not"]
    assert numbers(found) == {"tag"}


def test_the_line_has_every_day_on_which_the_profile_moved(client, candidacy):
    found = ask(client, candidacy, "assessment/history")

    assert [(day["as_of"], day["known"]) for day in found["days"]] == [("2022-03-01",) * 2, ("2022-05-01",) * 2]
    assert [day["moved"] for day in found["days"]] == [[], ["matter 2: added"]]
    assert found["days"][0]["score"] < found["days"][1]["score"]
    for day in found["days"]:
        then = ask(client, candidacy, as_of=day["as_of"])["profile"]
        assert {name: day[name] for name in ("vector", "score", "band")} == {
            name: then[name] for name in ("vector", "score", "band")
        }
    assert found["known"] is None


def test_the_line_can_be_cut_off_and_told_as_known_on_a_day(client, candidacy):
    cut = ask(client, candidacy, "assessment/history", as_of="2022-04-30")
    assert [day["as_of"] for day in cut["days"]] == ["2022-03-01"]

    known = ask(client, candidacy, "assessment/history", known="2022-04-01")
    assert [(day["as_of"], day["known"]) for day in known["days"]] == [("2022-03-01", "2022-04-01")]


def test_two_candidacies_are_compared_and_the_higher_is_named_first(client, candidacy):
    with evidence_change():
        other = factories.candidacy()
        factories.allegation(other.candidate, severity=2)

    for one, two in ((candidacy, other), (other, candidacy)):
        found = ask(client, one, "assessment/comparison", **{"with": two.pk})
        assert found["words"] == "higher recorded concern than"
        names = [found[place]["candidate"]["name"] for place in ("first", "second")]
        assert names == [candidacy.candidate.name, other.candidate.name]
        assert found["probability"] >= 0.95
        assert found["vectors"] == [standing([each])[each.pk].vector for each in (candidacy, other)]


def test_who_has_no_number_is_compared_with_nobody(client, candidacy):
    found = ask(client, candidacy, "assessment/comparison", **{"with": factories.candidacy().pk})
    assert (found["words"], found["probability"]) == ("not comparable with", None)


def test_on_a_day_before_either_had_a_number_they_are_not_comparable(client, candidacy):
    with evidence_change():
        other = factories.candidacy()
        factories.allegation(other.candidate)
    found = ask(client, candidacy, "assessment/comparison", **DAYS, **{"with": other.pk})
    assert found["words"] == "not comparable with"


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_day_is_refused_in_words(client, candidacy, kind):
    for name in ("as_of", "known"):
        for text in ("yesterday", "2021-02-30", "20211123", "2021-W47-2", "", "2021-11-23T00:00"):
            answer = client.get(place(candidacy, kind), {name: text})
            assert answer.status_code == 400
            assert answer.json()["errors"] == [{"field": name, "detail": "This is no day; write it as 2021-11-23."}]


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_asked_is_refused_in_words(client, candidacy, kind):
    for query, field, detail in (
        ("known=2999-01-01&as_of=2021-01-01", "known", "2999-01-01 has not come yet (today is"),
        ("as_of=2999-01-01", "as_of", "2999-01-01 has not come yet (today is"),
        ("colour=red", "colour", "An assessment has no such parameter; known are as_of, known"),
        ("as_of=2021-01-01&as_of=2021-01-02", "as_of", "Give it once."),
    ):
        answer = client.get(f"{place(candidacy, kind)}?{query}")
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["field"]) == (400, field)
        assert error["detail"].startswith(detail)


def test_the_other_candidacy_is_named_by_its_id(client, candidacy):
    for query in ({}, *({"with": text} for text in ("", "x", "-1", "٣", "9" * 30))):
        answer = client.get(place(candidacy, KINDS[3]), query)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "with")


def test_nobody_is_compared_with_the_hidden_or_with_itself(client, candidacy):
    hidden = factories.candidacy(published=False)
    for pk, sentence in (
        (hidden.pk, "No published candidacy has this id."),
        (hidden.pk + 999, "No published candidacy has this id."),
        (candidacy.pk, "This is the same candidacy; give the id of another."),
    ):
        answer = client.get(place(candidacy, KINDS[3]), {"with": pk})
        assert (answer.status_code, answer.json()["detail"]) == (400, f"with: {sentence}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_candidacy_that_is_not_public_has_none_on_any_day(client, candidacy, kind):
    Candidacy.objects.filter(pk=candidacy.pk).update(published_by=None, published_at=None)
    for query in ({}, DAYS):
        assert client.get(place(candidacy, kind), query).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scored", [True, False])
def test_every_answer_is_as_the_schema_says(client, candidacy, kind, scored):
    asked = candidacy if scored else factories.candidacy()
    other = {"with": factories.candidacy().pk} if kind == KINDS[3] else {}
    for query, status in (({}, 200), (DAYS, 200), ({"as_of": "0001-01-01"}, 200), ({"as_of": "no day"}, 400)):
        answer = client.get(place(asked, kind), query | other)
        assert answer.status_code == status
        assert_true(address("candidacies", "{id}", kind), answer)


@pytest.mark.parametrize(
    ("kind", "query", "most"),
    [
        ("assessment", {}, 3),
        ("assessment", DAYS, 13),
        ("assessment/contributions", {}, 3),
        ("assessment/contributions", DAYS, 13),
        ("assessment/history", {}, 12),
        ("assessment/comparison", {}, 3),
        ("assessment/comparison", DAYS, 13),
    ],
)
def test_a_full_record_costs_as_many_queries_as_an_empty_one(
    client, candidacy, django_assert_max_num_queries, kind, query, most
):
    with evidence_change():
        other = factories.candidacy()
        for _ in range(9):
            factories.proceeding(factories.allegation(candidacy.candidate, cited=3), "charged")
        factories.letter(candidacy, claimed_people=3)
    query = query | ({"with": other.pk} if kind == KINDS[3] else {})
    with django_assert_max_num_queries(most):
        ask(client, candidacy, kind, **query)


def numbers(answer, name=""):
    """The names of the fields that hold a number, however deep."""
    if isinstance(answer, dict):
        return {found for key, value in answer.items() for found in numbers(value, key)}
    if isinstance(answer, list):
        return {found for value in answer for found in numbers(value, name)}
    return {name} if isinstance(answer, int | float) and not isinstance(answer, bool) else set()


RULED = "acquitted by Assize Court of Lyon (France), 3 February 2019"
OPEN = "also on record: 2 complaints, in 2 jurisdictions, on which no ruling is known"


@pytest.fixture
def ruled(candidacy):
    """The graver matter with a ruling that was recorded in May, and the number of both."""
    row = Allegation.objects.get(candidate=candidacy.candidate, severity=5)
    with evidence_change():
        made = [factories.proceeding(row, "complaint-filed", "2018-01-01", jurisdiction=code) for code in ("SE", "NO")]
        made.append(
            factories.proceeding(
                row, "acquitted", "2019-02-03", forum="N", jurisdiction="FR", forum_name="Assize Court of Lyon"
            )
        )
        made.append(factories.proceeding(row, "convicted", "2021", forum="R"))
        for proceeding in made:
            type(proceeding).objects.filter(pk=proceeding.pk).update(published_at=MARCH)
            proceeding.steps.update(recorded_at=MAY)
    return row


def reason(profile, tag):
    return next(each["sentence"] for each in profile["reasons"] if each["tag"] == tag)


def test_a_reason_names_authority_and_day_as_the_page_does(client, candidacy, ruled):
    summary = client.get(address("candidates", candidacy.candidate.slug, "summary")).json()
    page = client.get(candidacy.get_absolute_url()).content.decode()
    stage = standing([candidacy])[candidacy.pk].profile["matters"][1]["wording"]
    for profile in (ask(client, candidacy)["profile"], summary["candidacies"][0]["profile"]):
        told = f" – {stage}; convicted by an authority that is not named, 2021; {RULED}; {OPEN} – 1 independent origin"
        assert reason(profile, ruled.tag).endswith(told)
    assert all(f"{each}</span>" in page for each in (RULED, OPEN))


def test_a_reason_of_a_past_day_names_what_was_on_record_by_then(client, candidacy, ruled):
    source = ruled.citations.get().source
    source.dated = "2018-01-01"
    source.save()
    early = reason(ask(client, candidacy, as_of="2018-06-01", known="2022-06-01")["profile"], ruled.tag)
    assert not re.search("acquitted|convicted", early)
    assert RULED in reason(ask(client, candidacy, **DAYS)["profile"], ruled.tag)

    ruled.proceedings.get(jurisdiction="FR").steps.update(recorded_at=timezone.now())
    then = reason(ask(client, candidacy, **DAYS)["profile"], ruled.tag)
    assert RULED not in then
    assert "convicted by an authority that is not named, 2021" in then
    assert RULED in reason(ask(client, candidacy)["profile"], ruled.tag)

    type(ruled.proceedings.get(jurisdiction="")).objects.filter(jurisdiction="").update(published_at=timezone.now())
    assert "convicted by" not in reason(ask(client, candidacy, **DAYS)["profile"], ruled.tag)


def test_a_reason_names_no_draft_of_a_proceeding(client, candidacy, ruled):
    ruled.proceedings.filter(jurisdiction="FR").update(published_at=None, published_by=None)
    assert RULED not in reason(ask(client, candidacy)["profile"], ruled.tag)
