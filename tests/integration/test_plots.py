"""The drawings of a profile: each says what its table says, and none shows a number where there is none."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.codes import LinkState
from allegations.models import Allegation, Citation, Grading, Origin, Signature
from candidates.models import Organization, ResearchCheck
from tests import factories
from vetting.assessments import standing
from vetting.course import course_of
from vetting.days import Days
from vetting.risk.engine import assess_vector
from vetting.risk.records import Letter, Record
from vetting.risk.whatif import what_ifs

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def main(client, record):
    answer = client.get(record.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def words(markup):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def section(markup, name):
    """The part of a page with this id."""
    return markup.partition(f'id="{name}"')[2].partition("<section")[0]


def earlier(days, *records):
    """Put records on record so many days before they were made."""
    for record in records:
        type(record).objects.filter(pk=record.pk).update(published_at=NOW - timedelta(days=days))


@pytest.fixture
def twice(candidacy):
    """A candidacy with a matter of a year ago and another of a month ago."""
    with evidence_change():
        first, second = (factories.allegation(candidacy.candidate, severity=grade) for grade in (5, 4))
        earlier(400, candidacy.candidate, candidacy)
        for days, row in ((365, first), (30, second)):
            earlier(days, row, row.citations.get())
    return candidacy


def test_the_line_steps_up_on_the_days_on_which_a_matter_came_on_record(client, twice):
    part = section(main(client, twice), "course")
    drawing = part.partition("</svg>")[0]
    assert drawing.count('class="course__ribbon"') == 2
    assert drawing.count("<line") > 10
    days = [(NOW - timedelta(days=each)).date() for each in (365, 30)]
    for day in days:
        assert f"?as_of={day}" in part
    text = words(part)
    low, high = (f"{round(end)}" for end in standing([twice])[twice.pk].profile["i90"])
    assert re.search(r" 22 \(\d+–\d+\) The first day of anything on record ", text)
    assert f" 33 ({low}–{high}) Matter 2: added" in text
    assert f"as known on {timezone.now():%-d %B %Y}, with its range" in text


def test_days_without_a_number_are_a_gap_with_words(client, twice):
    with evidence_change():
        row = factories.allegation(twice.candidate, link=1)
        earlier(399, row, row.citations.get())
    drawing = section(main(client, twice), "course").partition("</svg>")[0]
    [gap] = re.findall(r'<rect class="course__gap" x="([\d.]+)%" width="([\d.]+)%"', drawing)
    assert float(gap[0]) == 8
    assert float(gap[1]) > 10
    assert "Not assessed" in words(drawing)
    assert drawing.count('class="course__ribbon"') == 2


def test_a_profile_that_never_had_a_number_has_no_line(client, candidacy):
    with evidence_change():
        factories.allegation(candidacy.candidate, link=1)
    part = section(main(client, candidacy), "course")
    assert "course__drawing" not in part
    assert "On no day so far did this profile carry a number" in words(part)
    assert "no number: Not assessed" in words(part)


def test_a_past_day_that_cannot_be_computed_costs_the_line_and_not_the_page(client, twice):
    row = Allegation.objects.get(candidate=twice.candidate, tag=1)
    for days, value in ((300, "9"), (200, "5")):
        at = NOW - timedelta(days=days)
        Grading.objects.create(
            allegation=row, scale="severity", value=value, graded_by=factories.editor(), graded_at=at
        )
    markup = main(client, twice)
    assert 'id="course"' not in markup
    assert "Concern on record" in words(markup)


@pytest.fixture
def graded(candidacy):
    """A matter with three origins: one that two papers repeat, one that stands alone, and one that refutes."""
    with evidence_change():
        row = factories.allegation(candidacy.candidate, cited=0)
        origins = [Origin.objects.create(label=f"origin {name}", independence="It saw it.") for name in "abc"]
        first = factories.citation(allegation=row, origin=origins[0])
        for _ in range(2):
            factories.citation(allegation=row, derived_from=first, credibility=3)
        factories.citation(allegation=row, origin=origins[1], credibility=3)
        factories.citation(allegation=row, origin=origins[2], credibility=1, stance="disputes")
    return row


def test_each_origin_is_one_dot_with_a_ring_for_its_repeats(client, candidacy, graded):
    part = section(main(client, candidacy), "grades")
    drawing = part.partition("</svg>")[0]
    assert len(re.findall(r'class="gradeplot__dot"', drawing)) == 2
    assert len(re.findall(r'class="gradeplot__dot gradeplot__dot--against"', drawing)) == 1
    assert re.findall(r'class="gradeplot__ring"[^>]* r="([\d.]+)"', drawing) == ["10.0"]
    assert drawing.count('class="scale__track"') == 10  # A1 to C3 and D1 can carry a matter
    text = words(part)
    assert "origin a 1 supports B2 source usually reliable, item probably true 2" in text
    assert "origin c 1 refutes B1" in text


def test_what_is_lost_has_no_share_no_dot_and_no_ring(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate, cited=0)
        origins = [Origin.objects.create(label=name, independence="It saw it.") for name in ("Ada", "Ben")]
        gone, stands = (factories.citation(allegation=row, origin=origin) for origin in origins)
        repeat = factories.citation(allegation=row, derived_from=stands, credibility=3)
        for each in (gone, repeat):
            each.source.state = LinkState.GONE
            each.source.save()
    markup = main(client, candidacy)
    drawing = section(markup, "grades").partition("</svg>")[0]
    assert len(re.findall(r'class="gradeplot__dot"', drawing)) == 1
    assert "gradeplot__ring" not in drawing
    assert "Ada" not in words(section(markup, "grades"))
    lost, living = (words(part.partition("</article>")[0]) for part in markup.split('class="cluster"')[1:3])
    if "Ada" not in lost:
        lost, living = living, lost
    points = standing([candidacy])[candidacy.pk].profile["matters"][0]["clusters"][0]["points"]
    assert f"{points:.1f} points" in living
    assert "points" not in lost.partition("Origin 2")[0]


@pytest.mark.parametrize(
    ("days", "moves", "is_cut"),
    [(400, 30, False), (401, 1, True), (450, 1, True), (400, 31, True), (1, 1, False)],
)
def test_a_line_says_whether_it_begins_with_the_record(days, moves, is_cut):
    """So many days on record, of which so many moved something."""
    first = date(2020, 1, 1)
    letters = tuple(
        Letter(recorded=day, on=day, opposes=True, signatories=min(place, moves - 1) + 1)
        for place in range(days)
        for day in [first + timedelta(days=place)]
    )
    until = first + timedelta(days=days)
    course = course_of(Record(slug="a", letters=letters), Days(until, until, until))
    entry = course.published.entries[0]
    assert course.is_cut is course.published.is_cut is course.known.is_cut is is_cut
    assert entry.moved == (("earlier days are left out here",) if is_cut else ("the first day of anything on record",))
    assert (entry.day == first) is not is_cut


def test_a_line_that_is_cut_says_so_on_the_page(client, twice, monkeypatch):
    monkeypatch.setattr("vetting.risk.line.MOST_DAYS", 1)
    text = words(section(main(client, twice), "course"))
    assert "Earlier days are left out: a line shows at most the last 30 days on which something moved" in text
    assert "The first day of anything on record" not in text


def test_evidence_against_stands_by_origin_as_the_evidence_for_does(client, graded):
    text = words(main(client, graded))
    assert "Sources, by origin: 2 origins Origin 1: origin a" in text
    assert "Evidence against it, by origin: 1 origin Origin 1: origin c" in text


def test_every_difference_of_a_matter_is_a_bar_from_the_index_as_it_is(client, candidacy, graded):
    markup = main(client, graded)
    rows = re.findall(r"<tr>(.*?)</tr>", section(markup, "change"), re.DOTALL)[1:]
    profile = assess_vector(standing([candidacy])[candidacy.pk].vector)
    expected = [each for each in what_ifs(profile) if each.tag == 1]
    assert [words(row).partition(" , ")[0] for row in rows] == [
        f"If {each.change} {each.score or '<1'}" if each.score is not None else words(row)
        for each, row in zip(expected, rows, strict=False)
    ]
    for row, each in zip(rows, expected, strict=True):
        end = re.findall(r'class="shift__end" x1="([\d.]+)%"', row)
        assert end == ([f"{each.eci:.2f}"] if each.score is not None else [])


def test_without_a_number_what_would_change_is_said_in_sentences(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate, link=1)
    part = section(main(client, row), "change")
    assert "<svg" not in part
    assert "If matter 1 were not on record: Not assessed." in words(part)


def test_the_twelve_checks_are_cells_with_their_numbers(client, candidacy):
    fields = {"done_on": NOW.date(), "queries": "a name", "reason": "", **factories.signed()}
    for kind, result in ((1, "found"), (2, "nothing-found")):
        ResearchCheck.objects.create(candidacy=candidacy, kind=kind, result=result, **fields)
    markup = main(client, candidacy)
    assert re.findall(r"checkgrid__cell--([a-z-]+)", markup) == ["found", "nothing-found", *["not-done"] * 10]
    assert re.findall(r'checkgrid__number--[a-z-]+"[^>]*>(\d+)<', markup) == [str(each) for each in range(1, 13)]
    assert "verified on an official list" in words(markup)
    assert "not yet" not in words(markup).partition("Outcome")[0]


def test_who_objects_is_counted_by_country_and_sector_each_signatory_once(client, candidacy):
    letters = [factories.letter(candidacy, claimed_people=50), factories.letter(candidacy, claimed_people=40)]
    body = Organization.objects.create(slug="a-body", name="A body", kind="ngo")
    for letter in letters:
        Signature.objects.create(letter=letter, name="Ana Lopez", country="ES", capacity="Senator")
    Signature.objects.create(letter=letters[0], name="Zoe", country="ES", is_organization=True, organization=body)
    Signature.objects.create(letter=letters[0], name="Doubtful", country="FR", certainty="doubtful")
    Signature.objects.create(letter=letters[0], name="Gone", country="FR", withdrawn="2021-01-01")
    friends = factories.letter(candidacy, stance="supports")
    Signature.objects.create(letter=friends, name="Friend", country="DE")
    text = words(section(main(client, candidacy), "objections"))
    assert "Who objects, not what is proven." in text
    assert "2 signatories are known by name, each counted once; the broadest letter claims 50." in text
    assert "Spain 2" in text
    assert "non-governmental organisation 1" in text
    assert "Senator 1" in text
    assert not re.search("France|Germany", text)


def test_the_lead_matter_has_a_tick_where_it_is_not_alone(client, twice):
    profile = standing([twice])[twice.pk].profile
    markup = main(client, twice)
    assert f'class="strip__lead" x1="{profile["lead"]:.2f}%"' in markup
    assert f"Lead matter alone {int(profile['lead'])} is what" in words(markup)


def test_an_unscored_candidacy_is_words_on_the_axis_of_its_contest(client, twice):
    factories.candidacy(contest=twice.contest, name="Nobody Asked")
    markup = main(client, twice.contest.election)
    assert re.findall(r'<text class="intervals__none"[^>]*>(.*?)</text>', markup) == ["Nobody Asked: not assessed"]


def test_every_grade_that_was_public_is_told_with_its_day_and_reason(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate, severity=4)
    earlier(100, row)
    source = Citation.objects.get(allegation=row).source
    for days, record, scale, value, reason in (
        (200, {"allegation": row}, "severity", "2", "draft reason"),
        (150, {"allegation": row}, "severity", "3", "as published"),
        (50, {"allegation": row}, "severity", "4", "graded anew"),
        (40, {"source": source}, "reliability", "B", "a usual paper"),
    ):
        at = NOW - timedelta(days=days)
        Grading.objects.create(
            **record, scale=scale, value=value, reason=reason, graded_by=factories.editor(), graded_at=at
        )
    text = words(section(main(client, row), "gradings"))
    assert "draft reason" not in text
    assert re.search(
        "Severity of the conduct as alleged .* S3 serious as published .* S4 very serious graded anew", text
    )
    assert "B usually reliable a usual paper" in text
    assert text.count("By the first grader") == 3
    assert factories.editor().username not in text


@pytest.mark.parametrize(
    ("second", "resolved", "said"),
    [
        (None, None, "graded by one person, {}"),
        ("2", None, "graded by two people, {}"),
        ("3", None, "two graders differ since {}"),
        ("3", "2", "graded by two people, {}"),
    ],
)
def test_beside_a_citation_stands_by_how_many_it_is_graded_and_since_when(client, candidacy, second, resolved, said):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        cited = row.citations.get()
        firsts = [
            Grading.objects.create(**of, reason="So.", graded_by=factories.author(), graded_at=NOW - timedelta(days=9))
            for of in (
                {"source": cited.source, "scale": "reliability", "value": "B"},
                {"citation": cited, "scale": "credibility", "value": "2"},
            )
        ]
        for number, first in enumerate(firsts):
            given = (("second", second), ("resolution", resolved)) if number else (("second", second and "B"),)
            for place, (part, value) in enumerate(given):
                if value:
                    by, at = factories.person(), NOW - timedelta(days=8 - 3 * number - place)
                    of = {"source": first.source, "citation": first.citation, "scale": first.scale}
                    Grading.objects.create(
                        **of, value=value, reason="So.", part=part, first=first, graded_by=by, graded_at=at
                    )
        if second and not resolved:
            Citation.objects.filter(pk=cited.pk).update(credibility=int(second))  # what counts while two differ
    day = Grading.objects.latest("graded_at").graded_at
    for record in (row, candidacy.candidate):
        assert said.format(f"{day:%-d %B %Y}") in words(main(client, record))


def test_a_grade_of_a_forum_names_the_public_citation_that_it_rests_on(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        court = factories.proceeding(row, "charged", forum="R")
        shown, hidden = (factories.citation(proceeding=court, published=public) for public in (True, False))
        for basis in (shown, hidden):
            Grading.objects.create(
                proceeding=court, scale="forum", value="R", reason="So.", basis=basis, graded_by=factories.author()
            )
    text = words(section(main(client, row), "gradings"))
    assert text.count("rests on") == 1
    assert (str(shown.source) in text, str(hidden.source) in text) == (True, False)


def test_beside_every_record_stands_how_to_challenge_it(client, candidacy):
    with evidence_change():
        row, letter = factories.allegation(candidacy.candidate), factories.letter(candidacy)
    for record in (row, letter, row.citations.get().source, candidacy.candidate):
        markup = main(client, record)
        assert '<a href="/method/#corrections">Challenge this record</a>' in markup
