"""The bridge from rows to dated records: what had happened by one day, as it was on record on another."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from allegations.models import Allegation, Citation, Grading, Origin, ProceedingStep, Reply, ReviewEvent
from candidates.models import Candidate, ResearchCheck
from tests import factories
from vetting.facts import facts_of, records_of
from vetting.risk.asof import next_day

pytestmark = pytest.mark.django_db

FIRST, LATER, LAST = date(2022, 3, 1), date(2022, 6, 1), date(2022, 9, 1)
BEFORE = FIRST - timedelta(days=1)


def moment(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def put_on_record(row, day):
    """Write a record down as published on a day."""
    type(row)._default_manager.filter(pk=row.pk).update(written_at=moment(day), published_at=moment(day))


def grade(scale, value, day, **record):
    given = {"graded_by": factories.author(), "graded_at": moment(day), "reason": "It is so."}
    Grading.objects.create(scale=scale, value=value, **given, **record)


@pytest.fixture
def matter(candidacy):
    """A matter that is on record with one citation since the first day."""
    Candidate.objects.filter(pk=candidacy.candidate_id).update(published_at=moment(FIRST))
    row = factories.allegation(candidacy.candidate)
    put_on_record(row, FIRST)
    put_on_record(row.citations.get(), FIRST)
    return row


def facts(candidacy, as_of, known=None):
    return facts_of([candidacy], as_of=as_of, known=known)[candidacy.pk]


def only(candidacy, as_of, known=None):
    [found] = facts(candidacy, as_of, known).matters
    return found


def test_a_matter_is_there_from_the_day_it_was_published(candidacy, matter):
    assert facts(candidacy, BEFORE).matters == ()
    assert only(candidacy, FIRST).supporting == ((only(candidacy, LAST).supporting[0][0],),)
    assert (only(candidacy, FIRST).severity, only(candidacy, FIRST).link) == (5, 3)


def test_nothing_is_on_record_before_the_person_is_public(candidacy, matter):
    Candidate.objects.filter(pk=candidacy.candidate_id).update(published_at=moment(LATER))
    assert facts(candidacy, FIRST).matters == ()
    assert only(candidacy, LATER).severity == 5


@pytest.mark.parametrize(
    ("scale", "values", "read"),
    [
        ("severity", ("3", "5"), lambda found: str(found.severity)),
        ("link", ("2", "3"), lambda found: str(found.link)),
        ("credibility", ("4", "2"), lambda found: found.supporting[0][0].grade[1]),
        ("reliability", ("D", "B"), lambda found: found.supporting[0][0].grade[0]),
    ],
)
def test_every_grade_is_the_one_given_last_by_the_day(candidacy, matter, scale, values, read):
    citation = matter.citations.get()
    record = {"credibility": {"citation": citation}, "reliability": {"source": citation.source}}
    for day, value in zip((FIRST, LATER), values, strict=True):
        grade(scale, value, day, **record.get(scale, {"allegation": matter}))

    assert [read(only(candidacy, day)) for day in (FIRST, LATER - timedelta(days=1), LATER)] == [values[0], *values]
    assert read(only(candidacy, LAST, FIRST)) == values[0]


def test_a_grade_taken_back_counts_as_most_favourable_until_it_is_given_again(candidacy, matter):
    for day, value in ((FIRST, "5"), (LATER, ""), (LAST, "5")):
        grade("severity", value, day, allegation=matter)

    assert [only(candidacy, day).severity for day in (FIRST, LATER, LAST)] == [5, 1, 5]


def test_a_column_that_no_grading_explains_counts_since_the_last_grading(candidacy, matter):
    grade("severity", "5", FIRST, allegation=matter)
    grade("severity", "3", LATER, allegation=matter)
    Allegation.objects.filter(pk=matter.pk).update(severity=2)

    assert [only(candidacy, day).severity for day in (FIRST, LATER, LAST)] == [5, 2, 2]


def test_the_forum_of_a_proceeding_counts_from_its_grading_and_the_step_from_its_day(candidacy, matter):
    row = factories.proceeding(matter, "charged", "2022-02", forum="R")
    put_on_record(row, FIRST)
    ProceedingStep.objects.update(recorded_at=moment(FIRST))
    grade("forum", "R", LATER, proceeding=row)
    late = ProceedingStep.objects.create(proceeding=row, stage="acquitted", reached="2022-05-01")
    ProceedingStep.objects.filter(pk=late.pk).update(recorded_at=moment(LAST))

    def acts(*days):
        return [(act.code, act.forum) for act in only(candidacy, *days).stage]

    assert facts(candidacy, date(2022, 2, 27), FIRST).matters == ()  # nothing was surely alleged by then
    assert acts(FIRST) == [("K4", "U")]
    assert acts(LATER) == [("K4", "R")]
    assert acts(LAST) == acts(date(2022, 5, 1), LAST) == [("K4", "R"), ("X3", "R")]
    assert acts(date(2022, 4, 30), LAST) == [("K4", "R")]


def test_what_was_retracted_stood_until_then(candidacy, matter):
    for day, left, reached in ((LATER, "published", "superseded"), (LAST, "superseded", "retracted")):
        ReviewEvent.objects.create(
            allegation=matter, step="retract", left=left, reached=reached, at=moment(day), by=factories.editor()
        )
    Allegation.objects.filter(pk=matter.pk).update(state="retracted", state_reason="It was wrong.")

    assert len(facts(candidacy, LATER - timedelta(days=1)).matters) == 1
    assert facts(candidacy, LATER).matters == facts(candidacy, LAST).matters == ()


def test_what_fell_on_a_day_that_nobody_wrote_down_never_stood(candidacy, matter):
    Allegation.objects.filter(pk=matter.pk).update(state="superseded")
    assert facts(candidacy, FIRST).matters == ()


def lose(source, *moves):
    for left, reached, day in moves:
        factories.link_event(source, left, reached, at=moment(day))
    source.state = moves[-1][1]
    source.save()


def counts(candidacy, *days):
    return [bool(only(candidacy, day).supporting) for day in days]


def test_a_lost_source_counts_before_and_again_once_it_is_found(candidacy, matter):
    source = matter.citations.get().source
    lose(source, ("alive", "gone", LATER), ("gone", "usurped", LATER + timedelta(days=9)), ("usurped", "alive", LAST))
    assert counts(candidacy, FIRST, LATER, LAST - timedelta(days=1), LAST) == [True, False, False, True]


def test_a_lost_source_counts_from_the_day_of_its_copy(candidacy, matter):
    source = matter.citations.get().source
    lose(source, ("alive", "gone", LATER))
    assert counts(candidacy, FIRST, LATER, LAST) == [True, False, False]

    factories.capture(source, captured_at=moment(LAST))
    type(source).objects.filter(pk=source.pk).update(archived=True)
    assert counts(candidacy, FIRST, LATER, LAST) == [True, False, True]


def test_a_copy_older_than_the_loss_bridges_it(candidacy, matter):
    source = matter.citations.get().source
    lose(source, ("alive", "gone", LATER))
    factories.capture(source, captured_at=moment(FIRST))
    type(source).objects.filter(pk=source.pk).update(archived=True)
    assert counts(candidacy, FIRST, LATER, LAST) == [True, True, True]


def test_a_copy_made_while_it_was_lost_ends_the_loss_before_it_is_found(candidacy, matter):
    source = matter.citations.get().source
    copied = LATER + timedelta(days=5)
    lose(source, ("alive", "gone", LATER), ("gone", "alive", LAST))
    factories.capture(source, captured_at=moment(copied))
    type(source).objects.filter(pk=source.pk).update(archived=True)
    assert counts(candidacy, LATER, copied, LAST) == [False, True, True]


def test_a_source_published_after_the_day_had_said_nothing_by_then(candidacy, matter):
    citation = matter.citations.get()
    citation.source.dated = "2022-02"
    citation.source.save()
    assert [bool(facts(candidacy, date(2022, 2, day), LAST).matters) for day in (27, 28)] == [False, True]


def test_citations_are_counted_by_origin_as_they_came_on_record(candidacy, matter):
    first = matter.citations.get()
    origin = Origin.objects.create(label="Another complainant", independence="Another person, another case.")
    original = factories.citation(allegation=matter, origin=origin)
    copy = factories.citation(allegation=matter, derived_from=original)
    put_on_record(copy, FIRST)
    put_on_record(original, LATER)

    def grouped(day):
        return {frozenset(citation.key for citation in cluster) for cluster in only(candidacy, day).supporting}

    assert grouped(FIRST) == {frozenset({str(first.pk), str(copy.pk)})}
    assert grouped(LATER) == {frozenset({str(first.pk)}), frozenset({str(original.pk), str(copy.pk)})}


def test_denials_and_context_are_no_evidence(candidacy, matter):
    for stance in ("denies", "context", "disputes"):
        put_on_record(factories.citation(allegation=matter, stance=stance), FIRST)
    [[refuting]] = only(candidacy, LAST).refuting
    assert refuting.key == str(Citation.objects.get(stance="disputes").pk)
    assert len(only(candidacy, LAST).supporting) == 1


def test_checks_count_from_the_day_on_which_they_were_published_and_done(candidacy):
    row = ResearchCheck.objects.create(
        candidacy=candidacy, kind=2, result="found", queries="register", done_on=FIRST, **factories.signed()
    )
    put_on_record(row, LATER)
    assert [facts(candidacy, *days).checks.done for days in ((FIRST,), (FIRST, LATER), (BEFORE, LATER))] == [0, 1, 0]
    assert facts(candidacy, row.valid_until).checks.done == 0


def test_a_reply_is_asked_for_late_and_given(candidacy, matter):
    asked = Reply.objects.create(
        candidacy=candidacy, kind="no-reply-yet", by="X", speaker="candidate", asked_by_us=True, asked="2022-03-05",
        due="2022-04-01", **factories.signed(),
    )  # fmt: skip
    answered = Reply.objects.create(
        allegation=matter, kind="denial", by="X", speaker="candidate", answered="2022-05-05", **factories.signed()
    )
    put_on_record(asked, FIRST)
    put_on_record(answered, LATER)

    days = (date(2022, 3, 4), date(2022, 3, 5), date(2022, 4, 1), date(2022, 4, 2), LATER)
    assert [facts(candidacy, day).reply for day in days] == ["N", "S", "S", "X", "D"]
    assert facts(candidacy, date(2022, 5, 5), LATER).reply == "D"


def test_a_letter_counts_until_it_is_superseded(candidacy):
    row = factories.letter(candidacy, claimed_people=50, claimed_countries=20, dated="2022-02")
    put_on_record(row, FIRST)
    ReviewEvent.objects.create(
        letter=row, step="supersede", left="published", reached="superseded", at=moment(LATER), by=factories.editor()
    )
    type(row).objects.filter(pk=row.pk).update(state="superseded")
    assert [facts(candidacy, day).opposition is None for day in (BEFORE, FIRST, LATER)] == [True, False, True]


def test_a_record_says_when_it_moves_by_itself(candidacy, matter):
    today = timezone.now().date()
    row = ResearchCheck.objects.create(
        candidacy=candidacy, kind=2, result="found", queries="register", done_on=today, **factories.signed()
    )
    record = records_of([candidacy])[candidacy.pk]
    assert next_day(record, today) == row.valid_until
    assert next_day(record, row.valid_until) is None


def test_ten_candidacies_cost_as_many_queries_as_one(django_assert_max_num_queries):
    rows = [factories.candidacy() for _ in range(10)]
    for row in rows:
        matter = factories.allegation(row.candidate, cited=3)
        factories.proceeding(matter, "charged")
        factories.letter(row, claimed_people=3)
    for some in (rows[:1], rows):
        with django_assert_max_num_queries(11):
            facts_of(some, as_of=timezone.now().date())
