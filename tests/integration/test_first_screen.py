"""What the first screen of a profile and the page of an election say, and must not leave out or turn round."""

import csv
import io
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.models import Reply
from candidates.models import ResearchCheck
from tests import factories
from vetting.assessments import standing
from vetting.facts import facts_of
from vetting.risk.scales import Status
from vetting.risk.status import breadth
from vetting.risk.versions import parameters

pytestmark = pytest.mark.django_db

UNRULED = "no authority has ruled on any matter"


def main(client, record):
    page = client.get(record.get_absolute_url()).content.decode()
    return page.partition("<main")[2].partition("</main>")[0]


def spoken(markup):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def verdict(client, record):
    return spoken(main(client, record).partition('class="verdict"')[2].partition('id="about"')[0])


def checked(candidacy, kinds, result):
    for kind in kinds:
        ResearchCheck.objects.create(
            candidacy=candidacy, kind=kind, result=result, queries="the name", done_on=timezone.now().date(),
            **factories.signed(),
        )  # fmt: skip


# What authorities have done


def test_an_acquittal_before_a_charge_is_not_told_as_after_it(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        factories.proceeding(row, "acquitted", "2019-01-01", forum="N")
        factories.proceeding(row, "charged", "2021-01-01", forum="R")

    text = verdict(client, candidacy)
    assert "acquitted or cleared by a court or tribunal; also on record: has been charged" in text
    assert "before that" not in spoken(main(client, candidacy))


def test_a_ruling_in_favour_of_the_person_is_a_ruling(client, candidacy):
    with evidence_change():
        factories.allegation(candidacy.candidate)
    assert UNRULED in verdict(client, candidacy)

    with evidence_change():
        cleared = factories.allegation(candidacy.candidate)
        factories.proceeding(cleared, "convicted", "2018-01-01", forum="R")
        factories.proceeding(cleared, "exonerated", "2020-01-01", forum="R")
    text = verdict(client, candidacy)
    assert UNRULED not in text
    assert "An authority has ruled on 1 of the 2 matters on record: see how ." in text


def test_a_ruling_that_another_act_has_overtaken_is_a_ruling(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        factories.proceeding(row, "dismissed", "2019-01-01", forum="R", on_merits=True)
        factories.proceeding(row, "charged", "2021-01-01", forum="R")
    assert "~" not in standing([candidacy])[candidacy.pk].profile["matters"][0]["stage"]
    assert "An authority has ruled on it: see how ." in verdict(client, candidacy)


@pytest.mark.parametrize("stage", ["charged", "withdrawn", "settled"])
def test_what_decides_nothing_on_the_merits_is_no_ruling(client, candidacy, stage):
    with evidence_change():
        factories.proceeding(factories.allegation(candidacy.candidate), stage, "2021-01-01", forum="R")
    assert UNRULED in verdict(client, candidacy)


def steps(client, record):
    return [
        spoken(each) for each in re.findall(r'<span class="steps__what">(.*?)</li>', main(client, record), re.DOTALL)
    ]


def test_a_step_is_told_by_itself_whatever_else_is_on_record(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        ended = factories.proceeding(row, "complaint-filed", "2021-01-01")
        ended.steps.create(stage="declined", reached="2021-02-01")
        factories.proceeding(row, "investigation", "2021-03-01", forum="R")
        factories.proceeding(row, "complaint-filed", "2021-04-01", outcome="permission was given to pursue the claim")
        factories.proceeding(row, "complaint-filed", "2021-05-01", jurisdiction="FR")

    for record in (row, candidacy):
        said = " | ".join(steps(client, record))
        assert "no authority has ruled on another" not in said
        assert said.count("A complaint has been filed; no authority has examined it.") == 1
        assert said.count("A complaint has been filed. permission was given") == 1
        assert "A proceeding has ended without a ruling on the merits." in said


def test_complaints_that_are_open_stay_on_the_first_screen_beside_one_that_has_ended(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        for country in ("FR", "SE", "SE"):
            factories.proceeding(row, "complaint-filed", "2021-01-01", jurisdiction=country)
    open_ones = "also on record: 3 complaints, in 2 jurisdictions, on which no ruling is known"
    assert "a complaint has been filed; no authority has examined it" in verdict(client, candidacy)
    assert open_ones not in verdict(client, candidacy)

    with evidence_change():
        ended = factories.proceeding(row, "complaint-filed", "2022-01-01", jurisdiction="GB")
        ended.steps.create(stage="declined", reached="2022-02-01")
    text = verdict(client, candidacy)
    assert (
        f"a proceeding has ended without a ruling on the merits, and no authority has ruled on another; {open_ones}"
        in text
    )
    assert open_ones in spoken(main(client, row))


def test_a_ruling_is_told_with_its_authority_and_its_day(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        factories.proceeding(
            row, "acquitted", "2019-02-03", forum="N", jurisdiction="FR", forum_name="Assize Court of Lyon"
        )
        factories.proceeding(row, "convicted", "2021", forum="R", final=True)
        cleared = factories.allegation(candidacy.candidate)
        factories.proceeding(cleared, "exonerated", "2020-05", forum="R", forum_name="Court of Review")

    text = verdict(client, candidacy)
    assert "; acquitted by Assize Court of Lyon (France), 3 February 2019" in text
    assert "; convicted by an authority that is not named, 2021" in text
    alone = factories.candidacy()
    with evidence_change():
        quashed = factories.allegation(alone.candidate)
        factories.proceeding(quashed, "exonerated", "2020-05", forum="R", forum_name="Court of Review")
    assert "; exonerated by Court of Review, May 2020" in verdict(client, alone)
    assert "; exonerated by Court of Review, May 2020" in spoken(main(client, cleared))


def test_a_request_that_nobody_answered_is_told_with_its_day(client, candidacy):
    asked = {"asked_by_us": True, "asked": "2022-03-01", "due": "2022-03-08", "speaker": "candidate"}
    with evidence_change():
        factories.allegation(candidacy.candidate)
        Reply.objects.create(candidacy=candidacy, kind="no-reply-yet", by="X", **asked, **factories.signed())
    today = f"{timezone.now():%-d %B %Y}"
    assert f"asked, no answer. The candidate had not answered by {today}." in verdict(client, candidacy)


# Ranges


def pile(candidacy):
    """A profile at the upper end of the scale."""
    for _ in range(3):
        row = factories.allegation(candidacy.candidate, link=4, cited=0)
        factories.citation(allegation=row, credibility=1, source=factories.source("A"))
        factories.proceeding(row, "convicted", "2020-01-01", forum="R", final=True)


def test_no_range_leaves_the_scale_and_none_ends_at_zero(client):
    contest = factories.contest()
    high, low = (factories.candidacy(contest=contest, name=name) for name in ("High", "Low"))
    with evidence_change():
        pile(high)
        factories.allegation(low.candidate, severity=1, link=2)

    table = client.get(f"{reverse('api:election-detail', args=[contest.election.slug])}assessments.csv").content
    rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    printed = {row["name"]: row["printed_interval"] for row in rows}
    election = spoken(main(client, contest.election))
    for candidacy in (high, low):
        said = re.search(r"grading errors give (\S+) of 99", verdict(client, candidacy))[1]
        told = client.get(f"{reverse('api:candidacy-detail', args=[candidacy.pk])}assessment/").json()["profile"]
        assert said == printed[candidacy.candidate.name] == told["printed_interval"]
        assert f"{said} of 99" in election
        assert f"({said})" in election
        assert f"({said})" in spoken(main(client, candidacy).partition('id="course"')[2])
        assert all(1 <= int(end) <= 99 for end in re.findall(r"\d+", said))
    assert standing([high])[high.pk].profile["i90"][1] > 99.5
    assert standing([low])[low.pk].profile["i90"][0] < 0.5
    assert printed["High"].endswith("99")
    assert printed["Low"] == "<1"


def test_on_the_axis_the_borders_of_the_bands_do_not_cross_a_name(client):
    contest = factories.contest()
    people = [factories.candidacy(contest=contest, name=name) for name in ("Anna", "Bert", "Carl")]
    with evidence_change():
        factories.allegation(people[0].candidate)
        factories.allegation(people[2].candidate)
    markup = main(client, contest.election)

    names = [float(y) for y in re.findall(r'<text class="intervals__n(?:ame|one)"[^>]* y="(\d+)"', markup)]
    borders = re.findall(r'<line class="strip__border"[^>]* y1="(\d+)" y2="(\d+)"', markup)
    assert (len(names), len(borders)) == (3, 10)
    for baseline in names:
        assert not [b for b in borders if float(b[0]) < baseline + 4 and float(b[1]) > baseline - 14], baseline


@pytest.mark.parametrize(("others", "joined"), [(1, False), (2, True)])
def test_joined_rows_are_explained_where_there_are_any(client, others, joined):
    contest = factories.contest()
    with evidence_change():
        for _ in range(others):
            factories.allegation(factories.candidacy(contest=contest).candidate)
    markup = main(client, contest.election)

    assert ("Rows joined at the side" in markup) is joined
    assert ('class="intervals__bracket"' in markup) is joined


# Who objects


def test_only_letters_that_oppose_are_objections(client, candidacy):
    with evidence_change():
        against = factories.letter(candidacy, title="Nineteen object", claimed_organizations=19)
        asking = factories.letter(candidacy, title="Members ask", stance="asks-scrutiny", claimed_people=45)
        for letter, name in ((against, "An organisation"), (asking, "A member")):
            letter.signatures.create(name=name, country="FR")
    markup = main(client, candidacy).partition('class="voices"')[2].partition("</section>")[0]
    groups = dict(re.findall(r'<h3 class="minor">([^<]*)</h3>(.*?)</div>', markup, re.DOTALL))

    assert list(groups) == ["Objections", "Concern or a call for scrutiny", "Support"]
    assert ("Nineteen object" in groups["Objections"], "Members ask" in groups["Objections"]) == (True, False)
    assert "Members ask" in groups["Concern or a call for scrutiny"]
    named = spoken(main(client, candidacy).partition('id="objections"')[2].partition("</section>")[0])
    assert "1 signatory is known by name; the broadest letter claims 19." in named
    row = spoken(main(client, candidacy.contest.election))
    assert "Object: 19 organisations Voice concern or ask for scrutiny: 45 people" in row


def test_a_profile_without_a_call_for_scrutiny_has_no_heading_for_it(client, candidacy):
    factories.letter(candidacy, claimed_people=45)
    assert "call for scrutiny" not in main(client, candidacy)


@pytest.mark.parametrize(
    ("countries", "claimed", "expected"),
    [
        (["FR"] + [""] * 18, None, None),
        (["FR"] + [""] * 18, 19, None),
        (["FR"] * 10 + ["SE"] * 9, 19, 2),
        (["FR"] * 10 + ["SE"] * 8, 19, None),
        (["FR", "SE"], None, 2),
        ([""], None, None),
    ],
)
def test_countries_are_known_when_that_of_every_signatory_is(candidacy, countries, claimed, expected):
    with evidence_change():
        letter = factories.letter(candidacy, claimed_organizations=claimed)
        for number, country in enumerate(countries):
            letter.signatures.create(name=f"Organisation {number}", country=country)
    found = facts_of([candidacy], as_of=timezone.now().date())[candidacy.pk].opposition

    assert (found.signatories, found.countries) == (claimed or len(countries), expected)
    if expected is None and found.signatories == 19:
        assert breadth(found, parameters().rules) == (19.81, 53.19)


# Searches that found what is not published


@pytest.mark.parametrize(
    ("kinds", "is_clear"), [((), True), ((1, 12), True), ((7,), False), (tuple(range(1, 10)), False)]
)
def test_a_search_that_found_something_does_not_read_as_clearance(client, candidacy, kinds, is_clear):
    with evidence_change():
        checked(candidacy, kinds, "found")
        checked(candidacy, [kind for kind in range(1, 10) if kind not in kinds], "nothing-found")
    assert standing([candidacy])[candidacy.pk].profile["status"] == Status.NOTHING_FOUND
    text, row = spoken(main(client, candidacy)), main(client, candidacy.contest.election)

    first = verdict(client, candidacy)
    assert first.index("No recorded concern found" if is_clear else "Nothing published yet") < 60
    assert ("counting only what is published" in first) is is_clear
    assert ("No recorded concern found" in row) is is_clear
    assert (
        'finding--none">Nothing found' in row.partition('data-label="Matters recorded"')[2].partition("</td>")[0]
    ) is is_clear
    proceedings = row.partition('data-label="Proceedings"')[2].partition("</td>")[0]
    assert ("Nothing found" in proceedings) is ("None found. Courts" in text) is (2 not in kinds)
    assert ("No allegation is published yet, though checks found something." in text) is not is_clear
    found = sum(kind not in (1, 12) for kind in kinds)
    said = f"{found} of them found something. Nothing of that is published here yet, so this profile says nothing"
    assert (said in text) is not is_clear
