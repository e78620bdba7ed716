"""Two days ask what had happened and what was on record; uncertain days are read in the person's favour."""

from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.risk.asof import checks_done, days, facts_on, next_day, reply_state, voices
from vetting.risk.facts import Checks, Citation, FactsError, Proceeding, Voices
from vetting.risk.records import Act, Answer, Check, Cited, Grade, Letter, Matter, Record, Row, Stance, latest
from vetting.risk.scales import EXONERATIONS, STAGES, Status
from vetting.risk.scoring import point

from .golden import GOLDEN
from .strategies import PROPERTY

START = date(2020, 1, 1)
EARLY, DAY, LATE = date(2021, 1, 1), date(2021, 6, 1), date(2022, 1, 1)


def graded(code, on=START):
    return (Grade(on, code),)


def cited(key, grade, recorded, **more):
    more = {"on": recorded, "origin": graded(key), **more}
    return Cited(key=key, recorded=recorded, reliability=graded(grade[0]), credibility=graded(grade[1]), **more)


def matter(tag, link, recorded, citations, acts=(), **more):
    return Matter(
        tag=tag, recorded=recorded, severity=graded("5"), link=graded(str(link)), citations=citations, acts=acts, **more
    )


ARTICLE, LATER_SOURCE, JUDGE = date(2021, 11, 23), date(2022, 1, 18), date(2022, 3, 31)
AL_RAISI = Record(
    slug="interpol21-president-alraisi",
    matters=(
        matter(
            1,
            3,
            ARTICLE,
            (cited("article", "B2", ARTICLE),),
            (
                Act(code="K1", on=date(2021, 10, 1), recorded=ARTICLE),
                Act(code="K2", forum=graded("R"), on=JUDGE, recorded=date(2022, 5, 11)),
            ),
            on=date(2021, 10, 1),
        ),
        matter(2, 2, ARTICLE, (cited("letter", "B3", ARTICLE),)),
        matter(
            3,
            3,
            LATER_SOURCE,
            (cited("complaint", "B3", LATER_SOURCE, on=date(2021, 6, 7)),),
            (Act(code="K1", on=date(2021, 6, 7), recorded=LATER_SOURCE),),
            on=date(2021, 6, 7),
        ),
    ),
)


@pytest.mark.parametrize("moment", GOLDEN["timeline"], ids=lambda moment: f"{moment['as_of']}, {moment['known']}")
def test_the_published_timeline_follows_from_dated_rows(moment):
    as_of, known = (date.fromisoformat(moment[name]) for name in ("as_of", "known"))

    profile = point(facts_on(AL_RAISI, as_of, known))

    assert (profile.vector, profile.score, profile.status) == (moment["vector"], moment["score"], moment["status"])


def test_a_day_alone_reads_as_published():
    assert facts_on(AL_RAISI, ARTICLE) == facts_on(AL_RAISI, ARTICLE, ARTICLE)


@pytest.mark.parametrize(
    ("row", "known", "stands"),
    [
        (Row(recorded=DAY), DAY, True),
        (Row(recorded=DAY), DAY - timedelta(1), False),
        (Row(recorded=EARLY, absent=((DAY, None),)), DAY - timedelta(1), True),
        (Row(recorded=EARLY, absent=((DAY, None),)), DAY, False),
        (Row(recorded=EARLY, absent=((DAY, LATE),)), LATE - timedelta(1), False),
        (Row(recorded=EARLY, absent=((DAY, LATE),)), LATE, True),
        (Row(recorded=EARLY, absent=((START, EARLY), (DAY, LATE))), EARLY, True),
        (Row(recorded=EARLY, absent=((START, EARLY), (DAY, LATE))), DAY, False),
    ],
)
def test_a_row_stands_from_its_recording_but_for_its_absences(row, known, stands):
    assert row.stands(known) is stands


@pytest.mark.parametrize(
    ("row", "first", "sure"),
    [
        (Row(recorded=LATE, on=EARLY), EARLY, EARLY),
        (Row(recorded=LATE, until=DAY), None, DAY),
        (Row(recorded=LATE, on=EARLY, until=DAY), EARLY, DAY),
        (Row(recorded=DAY, on=EARLY, until=LATE), EARLY, DAY),
        (Row(recorded=EARLY, on=DAY, until=LATE), DAY, DAY),
        (Row(recorded=DAY), None, DAY),
    ],
)
def test_what_is_on_record_has_happened_unless_it_lies_ahead(row, first, sure):
    if first:
        assert not row.may_have_happened(first - timedelta(1))
        assert row.may_have_happened(first)
    assert row.may_have_happened(sure)
    assert not row.has_happened(sure - timedelta(1))
    assert row.has_happened(sure)


TOLD = {"acts": (Act(code="K1", recorded=DAY, until=EARLY),)}
CITED = {"citations": (Cited(key="a", recorded=DAY, until=EARLY, on=START),)}


@pytest.mark.parametrize(
    ("told", "known", "sure"),
    [
        (TOLD, DAY, EARLY),
        (CITED, DAY, EARLY),
        (TOLD | {"citations": (Cited(key="a", recorded=DAY, until=DAY),)}, DAY, EARLY),
        (TOLD | CITED, DAY - timedelta(1), LATE),  # nobody had read yet what tells of it
        (CITED | {"on": DAY}, DAY, DAY),
        (CITED | {"on": START, "until": DAY}, DAY, DAY),
        ({"on": EARLY}, EARLY, EARLY),
        ({}, LATE, LATE),
    ],
)
def test_a_matter_was_alleged_when_what_was_known_tells_of_it_or_it_is_on_record(told, known, sure):
    row = Matter(tag=1, recorded=LATE, **told)

    assert not row.was_alleged(sure - timedelta(1), known)
    assert row.was_alleged(sure, known)


def test_the_latest_grade_counts_and_an_empty_one_takes_it_back():
    grades = (Grade(EARLY, "B"), Grade(LATE, ""), Grade(DAY, "C"), Grade(DAY, "D"))

    assert [latest(grades, day) for day in (START, EARLY, DAY, LATE)] == ["", "B", "D", ""]


def only_matter(record, as_of=LATE, known=LATE):
    return facts_on(record, as_of, known).matters[0]


def test_what_is_not_graded_takes_the_most_favourable_value():
    bare = Matter(tag=1, recorded=EARLY, citations=(Cited(key="a", recorded=EARLY, reliability=graded("B")),))
    act = Act(code="K4", on=EARLY, recorded=EARLY)

    found = only_matter(Record(slug="a", matters=(replace(bare, acts=(act,)),)))

    assert (found.severity, found.link, found.supporting) == (1, 0, ())
    assert found.stage == (Proceeding("K4", "U", EARLY),)


def test_citations_of_one_origin_are_one_cluster_and_independence_must_be_argued():
    rows = (cited("a", "B2", EARLY), cited("b", "C3", EARLY, origin=graded("a")), cited("c", "B3", EARLY, origin=()))
    more = (cited("d", "B4", EARLY, origin=()),)

    found = only_matter(Record(slug="a", matters=(matter(1, 4, EARLY, rows + more),)))

    assert found.supporting == (
        (Citation("a", "B2"), Citation("b", "C3")),
        (Citation("c", "B3"), Citation("d", "B4")),
    )


UNCERTAIN = {"recorded": LATE, "on": EARLY, "until": DAY}


@pytest.mark.parametrize(
    ("day", "acts", "supporting", "refuting"),
    [(EARLY, ["X3"], 0, 1), (DAY - timedelta(1), ["X3"], 0, 1), (DAY, ["K4", "X3"], 1, 1)],
)
def test_an_uncertain_day_is_read_in_the_persons_favour(day, acts, supporting, refuting):
    row = matter(
        1,
        4,
        EARLY,
        (cited("a", "B2", **UNCERTAIN), cited("b", "B2", stance=Stance.REFUTES, **UNCERTAIN)),
        (Act(code="K4", **UNCERTAIN), Act(code="X3", **UNCERTAIN)),
    )

    found = only_matter(Record(slug="a", matters=(row,)), day)

    assert [act.code for act in found.stage] == acts
    assert (len(found.supporting), len(found.refuting)) == (supporting, refuting)


def test_an_exoneration_keeps_both_ends_of_its_day():
    act = Act(code="X3", forum=graded("R"), **UNCERTAIN)

    found = only_matter(Record(slug="a", matters=(matter(1, 4, EARLY, (), (act,)),)))

    assert found.stage == (Proceeding("X3", "R", EARLY, DAY),)


def test_a_matter_that_was_merged_or_retracted_leaves_no_trace():
    gone = matter(1, 4, EARLY, (cited("a", "B2", EARLY),), absent=((DAY, None),))

    assert facts_on(Record(slug="a", matters=(gone,)), LATE).matters == ()
    assert len(facts_on(Record(slug="a", matters=(gone,)), LATE, EARLY).matters) == 1


def check(kind, on, lapses=LATE, **more):
    return Check(kind=kind, on=on, recorded=on, lapses=lapses, **more)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ((), Checks(0, 12)),
        ((check(1, EARLY), check(2, EARLY), check(2, DAY)), Checks(2, 12)),
        ((check(1, EARLY, lapses=DAY),), Checks(0, 12)),
        ((check(1, EARLY, lapses=DAY + timedelta(1)),), Checks(1, 12)),
        ((check(1, EARLY, applies=False), check(2, EARLY)), Checks(1, 11)),
        ((check(1, DAY), check(1, EARLY, applies=False)), Checks(1, 12)),
    ],
)
def test_checks_count_by_kind_while_they_are_valid(checks, expected):
    assert checks_done(checks, DAY) == expected


def test_a_check_of_tomorrow_is_not_done():
    record = Record(slug="a", checks=(check(1, EARLY), check(2, LATE)))

    assert facts_on(record, DAY, LATE).checks == Checks(1, 12)
    assert facts_on(record, EARLY).checks == Checks(1, 12)


@pytest.mark.parametrize(
    ("codes", "overdue", "state"),
    [
        ("", None, "N"),
        ("S", None, "S"),
        ("S", DAY + timedelta(1), "S"),
        ("S", DAY, "X"),
        ("SX", None, "X"),
        ("SD", DAY, "D"),
        ("SDXE", DAY, "E"),
    ],
)
def test_a_reply_has_come_as_far_as_its_rows_say(codes, overdue, state):
    answers = [Answer(code=code, on=EARLY, recorded=EARLY, overdue=overdue) for code in codes]

    assert reply_state(answers, DAY) == state


def test_of_two_requests_one_that_is_not_due_yet_is_waited_for():
    answers = [Answer(code="S", on=EARLY, recorded=EARLY, overdue=day) for day in (EARLY, LATE)]

    assert reply_state(answers, DAY) == "S"


def test_a_request_is_overdue_from_its_day():
    asked = Answer(code="S", on=EARLY, recorded=EARLY, overdue=DAY)
    record = Record(slug="a", answers=(asked,))

    assert [facts_on(record, day, LATE).reply for day in (DAY - timedelta(1), DAY)] == ["S", "X"]


def test_answers_have_their_days():
    record = Record(slug="a", answers=(Answer(code="E", on=DAY, recorded=DAY),))

    assert [facts_on(record, day).reply for day in (EARLY, DAY)] == ["N", "E"]


def letter(opposes, signatories, countries=None, on=EARLY):
    return Letter(opposes=opposes, signatories=signatories, countries=countries, on=on, recorded=on)


def test_the_broadest_letter_counts_for_each_side():
    letters = (letter(True, 19), letter(True, 50, 20), letter(False, 3), letter(False, 60), letter(True, 99, on=LATE))
    facts = facts_on(Record(slug="a", letters=letters), DAY, LATE)

    assert (facts.opposition, facts.support) == (Voices(50, 20), Voices(60, None))
    assert facts_on(Record(slug="a", letters=letters[:2]), DAY).support is None
    assert voices([]) is None
    assert voices([letter(True, 0)]) is None


def test_the_next_day_is_the_first_one_after_another():
    record = Record(slug="a", checks=(check(1, EARLY, lapses=DAY), check(2, EARLY, lapses=LATE)))
    before = EARLY - timedelta(1)
    assert [next_day(record, day) for day in (before, EARLY, DAY, LATE)] == [EARLY, DAY, LATE, None]
    assert next_day(Record(slug="a"), EARLY) is None


def test_the_facts_change_on_days_of_the_record_only():
    assert {START, ARTICLE, JUDGE, LATER_SOURCE, date(2022, 5, 11)} <= days(AL_RAISI)
    assert days(Record(slug="a", checks=(check(1, EARLY, lapses=LATE),))) == {EARLY, LATE}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"severity": graded("x")}, r"^'x' is no severity\.$"),
        ({"link": graded("-1")}, r"^'-1' is no link\.$"),
        ({"severity": graded("7")}, r"^7 is no severity; known are 1, 2, 3, 4, 5\.$"),
    ],
)
def test_what_is_on_no_scale_is_told(change, sentence):
    record = Record(slug="a", matters=(replace(AL_RAISI.matters[0], **change),))
    with pytest.raises(FactsError, match=sentence):
        facts_on(record, LATE)


# Whatever the record

some_days = st.sampled_from([date(year, month, 1) for year in (2020, 2021, 2022, 2023) for month in (1, 5, 9)])
CODES = {"severity": "12345", "link": "01234", "forum": "RPUN", "letter": "ABCF", "digit": ["1", "2", "3", ""]}


def some_grades(codes):
    """One grading, or two of which the second may come earlier."""
    grade = st.sampled_from([Grade(date(year, 5, 1), code) for year in (2020, 2021, 2022) for code in codes])
    return st.tuples(grade) | st.tuples(grade, grade)


grades_of = {name: st.just(()) | some_grades(codes) for name, codes in (*CODES.items(), ("origin", "ab"))}
spans = st.just(()) | st.tuples(st.tuples(some_days, st.none() | some_days))
dated = {"recorded": some_days, "on": st.none() | some_days, "until": st.none() | some_days, "absent": spans}
acts = st.builds(Act, code=st.sampled_from([*STAGES, *EXONERATIONS]), forum=grades_of["forum"], **dated)
citations = st.builds(
    Cited,
    key=st.just("k"),
    stance=st.sampled_from(Stance),
    origin=grades_of["origin"],
    reliability=grades_of["letter"],
    credibility=grades_of["digit"],
    **dated,
)
matter_rows = st.builds(
    Matter,
    tag=st.just(1),
    severity=grades_of["severity"],
    link=grades_of["link"],
    acts=st.lists(acts, max_size=2).map(tuple),
    citations=st.lists(citations, max_size=3).map(tuple),
    **dated,
)
records = st.builds(Record, slug=st.just("a"), matters=st.tuples(matter_rows))


def days_in(value):
    """Every day in a value, however deep."""
    if isinstance(value, date):
        yield value
    elif isinstance(value, tuple):
        yield from (day for each in value for day in days_in(each))
    elif is_dataclass(value):
        yield from (day for field in fields(value) for day in days_in(getattr(value, field.name)))


checks = st.builds(Check, kind=st.just(1), lapses=some_days, **dated)
answers = st.builds(Answer, code=st.sampled_from("SXDE"), overdue=st.none() | some_days, **dated)
letters = st.builds(Letter, opposes=st.booleans(), signatories=st.just(1), **dated)


@PROPERTY
@given(records, checks, answers, letters)
def test_no_day_of_a_record_is_left_out(record, check, answer, letter):
    whole = replace(record, checks=(check,), answers=(answer,), letters=(letter,))

    assert days(whole) == set(days_in(whole))
    for day in days(whole):
        assert next_day(whole, day) == min((each for each in days_in(whole) if each > day), default=None)


def eci(record, as_of, known):
    return point(facts_on(record, as_of, known)).eci


@PROPERTY
@given(records, some_days, some_days, acts, citations, st.integers(1, 99), st.booleans())
def test_29_nothing_after_either_day_matters(record, as_of, known, act, citation, wait, happened):
    row = record.matters[0]
    moved = (
        {"on": as_of, "recorded": known + timedelta(wait)}
        if happened
        else {"on": as_of + timedelta(wait), "until": None}
    )
    later = replace(
        row,
        acts=(*row.acts, replace(act, **moved)),
        citations=(*row.citations, replace(citation, **moved)),
        severity=(*row.severity, Grade(known + timedelta(wait), "5")),
    )

    assert facts_on(replace(record, matters=(later,)), as_of, known) == facts_on(record, as_of, known)


@PROPERTY
@given(records, some_days, st.sampled_from([Stance.DENIES, Stance.CONTEXT]), citations)
def test_31_denials_and_context_are_never_scored(record, day, stance, citation):
    row = record.matters[0]
    more = replace(row, citations=(*row.citations, replace(citation, stance=stance)))

    assert facts_on(replace(record, matters=(more,)), day, day) == facts_on(record, day, day)


@PROPERTY
@given(records, st.integers(0, 300))
def test_32_evidence_lost_counts_as_removed_and_found_again_restores_the_value(record, wait):
    lost, found = date(2024, 1, 1), date(2024, 6, 1)
    row = record.matters[0]
    kept = [replace(each, absent=()) for each in row.citations]
    away = [replace(each, absent=((lost, found),)) for each in kept]
    meanwhile = lost + timedelta(min(wait, (found - lost).days - 1))

    def value(citations, known):
        return eci(replace(record, matters=(replace(row, citations=tuple(citations)),)), found, known)

    assert value(away, meanwhile) == value([], meanwhile)
    assert value(away, found) == value(kept, found)


@PROPERTY
@given(records)
def test_47_a_record_says_the_same_of_a_day_for_ever(record):
    day = date(2023, 6, 1)
    row = record.matters[0]
    since = replace(
        row,
        link=(*row.link, Grade(date(2024, 1, 1), "0")),
        absent=(*row.absent, (date(2024, 1, 1), None)),
    )

    assert facts_on(replace(record, matters=(since,)), day) == facts_on(record, day)


def test_no_matter_on_record_is_not_assessed():
    assert point(facts_on(AL_RAISI, date(2021, 11, 1))).status is Status.NOT_ASSESSED
