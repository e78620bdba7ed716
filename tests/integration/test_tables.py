"""Assessments as a table: whole, in ballot order, empty where there is no number, and harmless in a spreadsheet."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from allegations.actions.evidence import evidence_change
from candidates.models import Candidacy, Candidate, Election
from tests import factories
from tests.integration.api import address
from vetting.api.summaries import NOTICE
from vetting.api.views import tables as views
from vetting.exchange.assessments import COLUMNS
from vetting.exchange.tables import Column, cell, table, text_of
from vetting.risk.scales import Status
from vetting.risk.versions import parameters

NUMBERS = ("band", "score", "printed_score", "interval_low", "interval_high", "printed_interval", "confidence")


def rows_of(answer):
    """The rows of a CSV answer by the slug of their candidate."""
    text = answer.content.decode("utf-8-sig")
    return {row["candidate"]: row for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)}


@pytest.fixture
def contest(db):
    return factories.contest()


@pytest.fixture
def scored(contest):
    with evidence_change():
        row = factories.candidacy(contest=contest, name="胡彬郴", nominated_by_country="CN", ballot_position=2)
        factories.allegation(row.candidate)
        factories.letter(row, claimed_people=50, claimed_countries=20)
    return row


@pytest.fixture
def unscored(contest):
    """Three candidacies, one of each status without a number."""
    today = timezone.now().date()
    with evidence_change():
        rows = [factories.candidacy(contest=contest, ballot_position=at) for at in (3, 1, 4)]
        for row in rows[1:]:
            for kind in range(1, 10):
                row.research_checks.create(
                    kind=kind, result="nothing-found", queries="q", done_on=today, **factories.signed()
                )
        factories.allegation(rows[2].candidate, link=1)
    return rows


def ask(client, contest, **query):
    answer = client.get(f"{address('elections', contest.election.slug)}assessments.csv", query)
    assert answer.status_code == 200, answer.content
    return answer


def test_every_candidacy_is_there_in_the_order_of_the_ballot(client, contest, scored, unscored):
    found = rows_of(ask(client, contest))
    assert list(found) == [row.candidate.slug for row in (unscored[1], scored, unscored[0], unscored[2])]


def test_a_row_says_what_the_api_says(client, contest, scored):
    row = rows_of(ask(client, contest))[scored.candidate.slug]
    told = client.get(address("candidacies", scored.pk, "assessment")).json()["profile"]

    assert (row["name"], row["nominated_by"], row["score"], row["band"]) == ("胡彬郴", "CN", "22", "Moderate")
    for name in ("status", "sentence", "printed_score", "confidence", "as_of", "known", "vector", "vector_sha256"):
        assert row[name] == told[name], name
    assert [float(row[f"interval_{end}"]) for end in ("low", "high")] == pytest.approx(told["i90"], abs=0.005)
    assert (row["method"], row["reply"]) == (told["version"], told["reply"]["label"])
    assert (row["objections_signatories"], row["objections_countries"]) == ("50", "20")
    assert (row["support_signatories"], row["matters"], row["notice"]) == ("", "1", NOTICE)
    assert row["page"] == f"http://testserver{scored.get_absolute_url()}"


def test_who_has_no_number_has_empty_cells_and_never_a_zero(client, contest, unscored):
    found = rows_of(ask(client, contest))
    bands = {name for _, name in parameters().bands}
    statuses = {row["status"] for row in found.values()}
    assert statuses == {Status.NOT_ASSESSED, Status.NOTHING_FOUND, Status.NOT_SCORED}
    for row in found.values():
        assert {row[name] for name in NUMBERS} == {""}
        assert not bands & set(row.values())


def test_it_answers_for_any_two_days(client, contest, scored):
    for query in ({"as_of": "2021-11-23"}, {"as_of": "2021-11-23", "known": "2022-06-01"}):
        row = rows_of(ask(client, contest, **query))[scored.candidate.slug]
        assert (row["as_of"], row["known"]) == ("2021-11-23", query.get("known", "2021-11-23"))
        assert (row["status"], row["score"]) == ("NOT ASSESSED", "")


def test_drafts_are_not_in_it(client, contest, scored):
    factories.candidacy(contest=contest, published=False)
    factories.allegation(scored.candidate, published=False, severity=1)
    found = rows_of(ask(client, contest))
    assert list(found) == [scored.candidate.slug]
    assert found[scored.candidate.slug]["matters"] == "1"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"as_of": "2999-01-01"}, "has not come yet"),
        ({"as_of": "then"}, "This is no day"),
        ({"colour": "red"}, "known are as_of, known"),
        ({"format": "xls"}, "known are as_of, known"),
    ],
)
def test_what_it_cannot_answer_is_a_problem(client, contest, query, sentence):
    answer = client.get(f"{address('elections', contest.election.slug)}assessments.csv", query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert sentence in answer.json()["detail"]


def test_of_many_candidacies_other_days_are_refused_and_today_is_not(client, contest, unscored, monkeypatch):
    monkeypatch.setattr(views, "MOST_COMPUTED", 2)
    place = f"{address('elections', contest.election.slug)}assessments.csv"
    assert client.get(place).status_code == client.get(place, {"as_of": str(timezone.now().date())}).status_code == 200
    answer = client.get(place, {"known": "2021-11-23"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "known")


def test_what_is_not_public_is_not_there(client, contest):
    Election.objects.filter(pk=contest.election_id).update(published_at=None, published_by=None)
    assert client.get(f"{address('elections', contest.election.slug)}assessments.csv").status_code == 404


def test_its_headers_and_bytes_are_those_of_a_table(client, contest, scored):
    answer = ask(client, contest)
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer["Content-Disposition"] == f'attachment; filename="assessments-{contest.election.slug}.csv"'
    assert (answer["Cache-Control"], answer["Access-Control-Allow-Origin"]) == ("no-cache", "*")
    assert answer.content.startswith(b"\xef\xbb\xbfelection,contest,")
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") == 2
    again = client.get(answer.request["PATH_INFO"], headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("more", [0, 9])
def test_it_costs_the_same_however_many_stand(client, contest, scored, django_assert_max_num_queries, more):
    with evidence_change():
        for _ in range(more):
            factories.allegation(factories.candidacy(contest=contest).candidate)
    for most, query in ((3, {}), (13, {"as_of": "2021-11-23"})):
        with django_assert_max_num_queries(most):
            ask(client, contest, **query)


PAYLOADS = ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|cmd", " =1", "\0=1", "＝1", "'=1", "''+1"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_a_formula_and_its_text_comes_back(payload):
    written = cell(payload)
    assert written == f"'{payload}"
    assert text_of(written) == payload


def test_a_hostile_name_is_text_in_the_answer(client, contest, scored):
    hostile = '=HYPERLINK("http://evil.example";"x")\r\n,"'
    Candidate.objects.filter(pk=scored.candidate_id).update(name=hostile)
    assert text_of(rows_of(ask(client, contest))[scored.candidate.slug]["name"]) == hostile
    assert rows_of(ask(client, contest))[scored.candidate.slug]["name"].startswith("'=")


@given(
    st.lists(st.lists(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8")), min_size=1, max_size=3))
)
def test_any_text_comes_back_from_its_table(texts):
    width = max((len(row) for row in texts), default=1)
    columns = [Column(f"c{at}", "", lambda row, at=at: row[at] if at < len(row) else None) for at in range(width)]
    lines = list(csv.reader(io.StringIO("".join(table(columns, texts)), newline=""), strict=True))
    found = [[text_of(one) for one in line] for line in lines[1:]]
    assert found == [[*row, *[""] * (width - len(row))] for row in texts]
    assert not any(one.lstrip()[:1] in "=+-@|" and one.strip() for line in lines[1:] for one in line)


def test_cells_of_other_kinds():
    moment = datetime(2021, 11, 25, 12, tzinfo=UTC)
    values = [None, 0, -1.5, True, date(2021, 11, 25), moment, ""]
    assert [cell(value) for value in values] == [
        "", "0", "-1.5", "true", "2021-11-25", "2021-11-25T12:00:00+00:00", "",
    ]  # fmt: skip


def test_the_guide_names_every_column():
    from tests.machine import PROJECT

    guide = (PROJECT / "docs" / "guide" / "api.md").read_text()
    assert [column.name for column in COLUMNS if f"`{column.name}`" not in guide] == []
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)


def test_the_page_of_the_election_leads_to_it(client, contest, scored):
    place = f"{address('elections', contest.election.slug)}assessments.csv"
    assert f'href="{place}"' in client.get(contest.election.get_absolute_url()).content.decode()
    assert json.loads(client.get(address("schema"), headers={"accept": "application/json"}).content)["paths"][
        "/api/v1/elections/{slug}/assessments.csv"
    ]
    assert Candidacy.objects.count() == 1
