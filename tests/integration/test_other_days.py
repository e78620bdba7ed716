"""Pages of another day: what had happened and was on record by then, and never more than the page of today."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import product

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.models import Allegation, Grading, Proceeding
from allegations.workflow import State
from candidates.models import Candidacy, Candidate, Election
from tests import factories
from vetting.assessments import history, on_days
from vetting.facts import records_of

CASE = "cases/interpol-2021.yaml"
ELECTION = "/elections/interpol-2021/"
AL_RAISI = "/candidates/ahmed-naser-al-raisi/"
HU = "/candidates/hu-binchen/"
UNSEARCHED = ["/candidates/sarka-havrankova/", "/candidates/praveen-sinha/"]
FIRST, LATER = "?as_of=2021-11-23", "?as_of=2021-11-23&known=2022-06-01"
MANSOOR = "arrest and torture of Ahmed Mansoor"


@pytest.fixture(scope="module")
def case(django_db_setup, django_db_blocker):
    """The case, loaded once for this module and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loadcase", CASE, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def page(case, db, client):
    """Fetch the main part of a page."""

    def fetch(address, status=200):
        answer = client.get(address)
        assert answer.status_code == status, address
        return answer.content.decode().partition("<main")[2].partition("</main>")[0]

    return fetch


@pytest.fixture
def read(page):
    """Fetch a page and return its words."""
    return lambda address, status=200: words(page(address, status))


def words(markup):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def test_the_page_of_a_day_shows_its_profile_and_says_which_day_it_is(read):
    text = read(AL_RAISI + FIRST)
    assert "As of 23 November 2021, as known on 23 November 2021. Back to today" in text
    assert "24 of 99 Moderate , possibly Substantial" in text
    assert "Plausible weights and grading errors give 17–32 of 99." in text
    assert "CIRP:1.0/I:interpol21-president-alraisi/D:20211123/Q:1/C:0.12/RR:N/OB:19.x/m1:S5L3K1U+B2" in text
    assert "are those of today" in text


def test_the_page_of_a_day_leads_to_the_same_profile_for_programs(page, client):
    [address] = re.findall(r'href="(/api/v1/[^"]*assessment[^"]*)"', page(AL_RAISI + LATER))
    answer = client.get(unescape(address)).json()
    assert answer["profile"]["score"] == 24
    assert answer["profile"]["vector"] in page(AL_RAISI + LATER)


def test_what_came_on_record_later_is_not_on_the_page_of_an_earlier_day(read):
    today, then = read(AL_RAISI), read(AL_RAISI + FIRST)
    for later in (MANSOOR, "the police will not investigate", "68.9 % of the votes", "French parliamentarians", "34,6"):
        assert later not in then
    assert MANSOOR in today
    assert "Outcome Nominated" in then
    assert "Outcome Elected" in today


def test_two_days_tell_what_was_known_later_of_the_time_before(page, read):
    text = read(AL_RAISI + LATER)
    assert "As of 23 November 2021, as known on 1 June 2022." in text
    assert MANSOOR in text
    assert "D:20211123.20220601" in text
    assert 'name="known" max=' in page(AL_RAISI + LATER)
    assert 'value="2022-06-01"' in page(AL_RAISI + LATER)


def test_no_step_of_a_candidacy_is_told_before_it_was_known(page):
    def steps(query):
        rows = re.findall(r"<li[^>]*>.*?</li>|<tr[^>]*>.*?</tr>", page(AL_RAISI + query), re.DOTALL)
        return [row for row in map(words, rows) if " Candidacy " in f" {row} " and "2021" in row]

    assert any("lected" in row for row in steps("?as_of=2022-01-01"))
    assert not any("lected" in row for row in steps("?as_of=2022-01-01&known=2021-11-23"))


def test_a_vote_that_was_on_record_ahead_is_told_once_it_had_happened(page, candidacies):
    def votes(query):
        rows = map(words, re.findall(r'<li><span class="timeline__when">.*?</li>', page(AL_RAISI + query), re.DOTALL))
        return [row for row in rows if " Vote " in f" {row} "]

    election = candidacies.contest.election
    Election.objects.filter(pk=election.pk).update(published_at=datetime(2021, 11, 10, tzinfo=UTC))
    Candidacy.objects.filter(pk=candidacies.pk).update(published_at=datetime(2021, 11, 8, tzinfo=UTC))
    [told] = votes("?as_of=2021-11-25&known=2021-11-10")
    assert told == f"25 November 2021 Vote {election.title}"
    assert votes("?as_of=2022-01-01&known=2021-11-23") == votes("?as_of=2022-01-01") == votes("") == [told]
    for query in ("?as_of=2021-11-24&known=2021-11-23", "?as_of=2021-11-24&known=2022-06-01"):
        assert votes(query) == []
    assert votes("?as_of=2021-11-25&known=2021-11-09") == []


@pytest.mark.parametrize("state", [State.DISPUTED, State.SUPERSEDED])
def test_what_a_review_decided_since_is_told_as_of_since(read, candidacies, state):
    row = candidacies.candidate.allegations.order_by("tag").first()
    reason = "Another record says more."
    with evidence_change():
        Allegation.objects.filter(pk=row.pk).update(state=state, state_reason=reason, state_since=timezone.now())
    text = read(row.get_absolute_url() + FIRST)
    assert f"{state.value.capitalize()} since then. {reason}" in text
    assert "counts no longer" not in text
    assert "since then" not in read(row.get_absolute_url())


def test_the_page_of_today_is_the_same_with_and_without_its_day(page, client):
    today = f"{timezone.now().date()}"
    for query in ("?as_of=&known=", f"?as_of={today}", f"?known={today}"):
        text = words(page(AL_RAISI + query))
        assert "Back to today" not in text
        assert "36 of 99" in text
    assert client.get(AL_RAISI + f"?as_of={today}").headers["X-Robots-Tag"] == "noindex"


def test_crawlers_are_led_to_the_page_of_today_and_caches_keep_only_what_is_over(case, db, client):
    now = timezone.now().date()
    for address in (AL_RAISI, ELECTION):
        for query in ("", f"?as_of={now}", f"?as_of=2021-11-23&known={now}"):
            assert client.get(address + query).headers["Cache-Control"] == "no-cache"
        past, today, wrong = (client.get(address + query) for query in (FIRST, "", "?as_of=x"))
        for answer in (past, today):
            assert f'<link rel="canonical" href="http://testserver{address}">' in answer.content.decode()
        assert past.headers["X-Robots-Tag"] == wrong.headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in past.content.decode()
        assert past.headers["Cache-Control"] == "public, max-age=60"
        assert wrong.headers["Cache-Control"] == "no-store"
        assert "noindex" not in today.content.decode()
        assert "X-Robots-Tag" not in today.headers


@pytest.mark.parametrize("address", [AL_RAISI, ELECTION])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?as_of=yesterday", "“yesterday” is no day. Write year, month and day, for example 2021-11-23."),
        ("?as_of=2021-02-30", "“2021-02-30” is no day."),
        ("?as_of=2021-W47-2", "“2021-W47-2” is no day."),
        ("?known=20211123", "“20211123” is no day."),
        ("?as_of=2999-01-01", "2999-01-01 has not come yet. Choose today or an earlier day."),
        ("?as_of=2021-11-23&known=2999-01-01", "2999-01-01 has not come yet."),
        ("?as_of=%3Cscript%3E" + "x" * 90, "“<script>" + "x" * 32 + "…” is no day."),
        ("?as_of=%00", "is no day."),
    ],
)
def test_what_is_no_day_gets_the_form_again_with_a_sentence(page, address, query, said):
    answer = page(address + query, 400)
    assert said in words(answer)
    assert "<script>" not in answer
    assert answer.count("<form") == 1
    assert 'aria-invalid="true"' in answer


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31"])
def test_the_page_of_a_day_long_before_anything_is_a_page_without_a_number(read, day):
    assert "Not assessed" in read(f"{AL_RAISI}?as_of={day}")
    assert "Not assessed" in read(f"{ELECTION}?as_of={day}")


def test_the_days_that_are_offered_are_those_on_which_something_moved(page):
    candidacy = Candidacy.objects.get(key="interpol21-president-alraisi")
    moved = [str(each.coding.as_of) for each in history(candidacy, until=timezone.now().date())]
    offered = re.findall(r'<a href="[^"]*\?as_of=([0-9-]+)" rel="nofollow"', page(AL_RAISI).partition("<table")[0])
    assert offered == sorted(moved[1:], reverse=True)
    assert set(offered) <= set(re.findall(r"\?as_of=([0-9-]+)", page(ELECTION)))


@pytest.mark.parametrize("address", UNSEARCHED)
@pytest.mark.parametrize("query", ["?as_of=2021-11-26", "?as_of=2024-12-01&known=2026-01-01"])
def test_nobody_unsearched_has_a_number_on_any_day(page, address, query):
    markup = page(address + query)
    text = words(markup)
    assert "Not assessed" in text
    assert not re.search(r"\blow\b|of 99|Limited|Moderate|Substantial|Serious|Severe|Concern on record", text, re.I)
    assert not re.search("score__|strip__|course__drawing|shift__|scale", markup)
    row = words(page(ELECTION + query)).partition(Candidate.objects.get(slug=address.split("/")[2]).name)[2][:120]
    assert "not assessed" in row.lower()


def test_a_date_opens_no_draft(page, candidacies):
    draft = factories.allegation(candidacies.candidate, published=False, headline="canary-1", summary="canary-2")
    published = Allegation.objects.filter(candidate=candidacies.candidate, state=State.PUBLISHED).first()
    factories.citation(allegation=published, published=False, quote="canary-3", source=factories.source(title="canary"))
    row = factories.proceeding(published, "charged", complainant="canary-4", reached="2021-01-01")
    Proceeding.objects.filter(pk=row.pk).update(published_by=None, published_at=None)
    Grading.objects.create(
        allegation=draft, scale="severity", value="5", reason="canary-5", graded_by=factories.editor()
    )
    for query in (FIRST, "?as_of=2025-01-01"):
        for address in (AL_RAISI, ELECTION):
            assert "canary" not in page(address + query)


@pytest.fixture
def candidacies(case, db):
    return Candidacy.objects.select_related("candidate", "contest__election").get(key="interpol21-president-alraisi")


def test_of_a_matter_retracted_since_only_its_points_of_then_remain(page, candidacies):
    with evidence_change():
        row = Allegation.objects.get(candidate=candidacies.candidate, tag=2)
        row.state, row.state_reason, row.state_since = State.RETRACTED, "It was taken back.", timezone.now()
        row.save()
        step = {"step": "retract", "left": "published", "reached": "retracted", "by": factories.editor()}
        row.events.create(**step, reason="It was taken back.")
    text = words(page(AL_RAISI + FIRST))
    assert row.headline not in text
    assert "24 of 99" in text
    assert "1 matter that counted then cannot be read any more; its record was withdrawn since." in text


def test_grades_are_those_of_the_day(page, candidacies):
    citation = Allegation.objects.get(candidate=candidacies.candidate, tag=1).citations.get(source__key="hill")
    with evidence_change():
        citation.credibility = 4
        citation.save()
        fields = {"citation": citation, "scale": "credibility", "value": "4", "reason": "Read again."}
        Grading.objects.create(**fields, graded_by=factories.editor())
    assert ">B2</span>" in page(AL_RAISI + FIRST)
    assert ">B4</span>" not in page(AL_RAISI + FIRST)
    assert ">B4</span>" in page(AL_RAISI)


def test_the_forum_of_a_proceeding_is_graded_as_of_the_day(read, candidacies):
    row = Proceeding.objects.get(key="alraisi-two-britons-fr-hedges")
    at = timezone.now() - timedelta(days=400)
    row.steps.create(stage="investigation", reached="2021-11-20", recorded_at=at)
    with evidence_change():
        Proceeding.objects.filter(pk=row.pk).update(forum="P")
        Grading.objects.create(proceeding=row, scale="forum", value="P", reason="Why.", graded_by=factories.editor())
    assert "Independence of the forum: partly independent." in read(AL_RAISI)
    past = read(f"{AL_RAISI}?as_of={(at + timedelta(days=1)).date()}")
    assert "Independence of the forum: not assessed." in past
    assert "An authority has opened an inquiry" not in read(AL_RAISI + FIRST)


def test_a_merged_candidate_leads_on_with_the_day(client, candidacies):
    other = factories.candidacy().candidate
    Candidate.objects.filter(pk=other.pk).update(merged_into=candidacies.candidate)
    answer = client.get(other.get_absolute_url() + FIRST)
    assert (answer.status_code, answer.headers["Location"]) == (308, AL_RAISI + FIRST)


def test_the_election_of_a_day_compares_the_profiles_of_that_day(page, read):
    markup, text = page(ELECTION + FIRST), read(ELECTION + FIRST)
    assert "As of 23 November 2021" in text
    assert f'href="{AL_RAISI}{FIRST}"' in markup
    assert "24 Moderate, possibly Substantial 17–32 of 99 Low 2 found 8 found in 4 jurisdictions" in text
    assert "68.9 % of the votes" not in text
    assert "36 Substantial" in read(ELECTION)


def test_a_page_of_another_day_costs_no_more_queries_than_one_of_today(page, django_assert_max_num_queries):
    for address, query in product((AL_RAISI, ELECTION), ("", "?as_of=2024-12-01")):
        with django_assert_max_num_queries(25, info=address + query):
            markup = page(address + query)
        assert "36" in words(markup)
    with django_assert_max_num_queries(1):
        page(AL_RAISI + "?as_of=x", 400)


def test_a_profile_read_once_is_the_one_of_the_two_days(candidacies):
    days = [timezone.now().date() - timedelta(days=each) for each in (900, 30)]
    again = on_days([candidacies], *days, records=records_of([candidacies]))
    assert again == on_days([candidacies], *days)


# The page of an allegation


def matter(tag):
    return Allegation.objects.get(candidate__slug="ahmed-naser-al-raisi", tag=tag).get_absolute_url()


def test_the_page_of_an_allegation_of_a_day_shows_the_matter_as_of_then(page, read):
    markup, text, now = page(matter(1) + FIRST), read(matter(1) + FIRST), read(matter(1))
    assert "As of 23 November 2021, as known on 23 November 2021. Back to today" in text
    assert "are those of today" in text
    assert "its share of the number is 22.4 points" in text
    assert f'href="{AL_RAISI}{FIRST}"' in markup
    assert f'href="{AL_RAISI}{FIRST}#why"' in markup
    assert "Sources, by origin: 1 origin" in text
    assert "police will not investigate" not in text
    assert "police will not investigate" in now
    assert "Back to today" not in now
    assert "See this page as of another day" in now
    assert "2021-11-23" in re.findall(r'\?as_of=([0-9-]+)" rel="nofollow"', markup)


def test_two_days_tell_of_an_allegation_what_was_known_later_of_the_time_before(read):
    text = read(matter(3) + LATER)
    assert "As of 23 November 2021, as known on 1 June 2022." in text
    assert MANSOOR in text
    assert "on record, not scored: no supporting evidence counts" in text
    assert "its share of the number is" in read(matter(3))


def test_of_an_allegation_that_was_not_on_record_a_day_shows_nothing(read):
    text, now = read(matter(3) + FIRST), read(matter(3))
    assert "This allegation was not on record then, so nothing but its headline is shown." in text
    assert "What is alleged" not in text
    assert "Shown are the profile" not in text
    assert "What is alleged" in now


def test_the_page_of_a_day_leads_to_its_allegations_of_that_day(page):
    assert page(AL_RAISI + FIRST).count(f'href="{matter(1)}{FIRST}"') == 2
    assert page(AL_RAISI).count(f'href="{matter(1)}"') == 2


def test_the_page_of_an_allegation_has_the_rules_of_the_other_pages_of_a_day(case, db, client):
    address, now = matter(1), timezone.now().date()
    for query in ("", f"?as_of={now}", f"?as_of=2021-11-23&known={now}"):
        assert client.get(address + query).headers["Cache-Control"] == "no-cache"
    past, today, wrong = (client.get(address + query) for query in (FIRST, "", "?as_of=x"))
    for answer in (past, today):
        assert f'<link rel="canonical" href="http://testserver{address}">' in answer.content.decode()
    assert (past.status_code, today.status_code, wrong.status_code) == (200, 200, 400)
    assert past.headers["X-Robots-Tag"] == wrong.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in past.content.decode()
    assert past.headers["Cache-Control"] == "public, max-age=60"
    assert wrong.headers["Cache-Control"] == "no-store"
    assert "“x” is no day." in unescape(wrong.content.decode())
    assert "X-Robots-Tag" not in today.headers
    for answer in (past, today, wrong):
        assert answer.content.decode().count('action="' + address) == 1


def test_a_grade_given_since_is_not_in_the_history_of_a_day(read, candidacies):
    row = Allegation.objects.get(candidate=candidacies.candidate, tag=1)
    basis = factories.citation(allegation=row, source=factories.source(title="A later book"))
    for reason, at in (("Graded again.", timezone.now()), ("Graded then.", row.published_at + timedelta(hours=1))):
        Grading.objects.create(
            allegation=row, scale="severity", value="5", reason=reason, basis=basis, graded_at=at,
            graded_by=factories.editor(),
        )  # fmt: skip
    then, now = read(matter(1) + FIRST), read(matter(1))
    assert "Graded again." in now
    assert "Graded again." not in then
    assert "Graded then." in then
    assert "A later book" in now
    assert "A later book" not in then


def test_a_date_opens_no_draft_beside_an_allegation_and_no_retracted_one(page, client, candidacies):
    row = Allegation.objects.get(candidate=candidacies.candidate, tag=1)
    draft = factories.allegation(candidacies.candidate, published=False)
    factories.citation(allegation=row, published=False, quote="canary-1", source=factories.source(title="canary-2"))
    proceeding = factories.proceeding(row, "charged", complainant="canary-3", reached="2021-01-01")
    Proceeding.objects.filter(pk=proceeding.pk).update(published_by=None, published_at=None)
    for query in (FIRST, "?as_of=2025-01-01"):
        assert "canary" not in page(matter(1) + query)
        assert client.get(draft.get_absolute_url() + query).status_code == 404
    Allegation.objects.filter(pk=row.pk).update(state="retracted", state_reason="It was wrong.")
    assert row.summary not in page(matter(1) + FIRST)


def test_the_page_of_an_allegation_of_a_day_costs_what_its_record_takes_more(page, django_assert_max_num_queries):
    for query, most in (("", 12), ("?as_of=2024-12-01", 23), ("?as_of=x", 1)):
        address = matter(1)
        with django_assert_max_num_queries(most, info=query):
            page(address + query, 400 if most == 1 else 200)
