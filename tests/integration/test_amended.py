"""What was grouped, argued, merged or signed later than a day is not used in an answer as of then."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from importlib import import_module
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from allegations.models import Amendment, Origin, OriginDecision, Signature
from candidates.models import Candidate
from tests import factories
from vetting.assessments import compute
from vetting.facts import facts_of, records_of
from vetting.groupings import Groupings
from vetting.models import Assessment
from vetting.reading import Rows
from vetting.risk.asof import facts_on
from vetting.risk.records import latest
from vetting.stored import differences

pytestmark = pytest.mark.django_db

FIRST, LATER, LAST = date(2022, 3, 1), date(2022, 6, 1), date(2022, 9, 1)
ONE_DAY = timedelta(days=1)
ALTER = "ALTER TABLE allegations_amendment"


def moment(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def today():
    return timezone.now().date()


def put_on_record(row, day):
    type(row)._default_manager.filter(pk=row.pk).update(written_at=moment(day), published_at=moment(day))
    return row


def change(row, **values):
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def amended(day, was, **record):
    """Something that a record said until a day."""
    return Amendment.objects.create(at=moment(day), was=was, **record)


@pytest.fixture
def matter(candidacy):
    """A matter that is on record since the first day, with two citations."""
    Candidate.objects.filter(pk=candidacy.candidate_id).update(published_at=moment(FIRST))
    row = factories.allegation(candidacy.candidate, cited=2)
    for each in (row, *row.citations.all()):
        put_on_record(each, FIRST)
    return row


def facts(candidacy, as_of, known=None):
    return facts_of([candidacy], as_of=as_of, known=known)[candidacy.pk]


def origins(candidacy, *days):
    """How many origins the only matter has, as known on each of some days."""
    return [len(facts(candidacy, today(), day).matters[0].supporting) for day in days]


def argued(**kwargs):
    return Origin.objects.create(label="The court", independence="It heard witnesses of its own.", **kwargs)


def forget():
    """Take back what was kept, as if it had been changed before anybody kept the day."""
    with connection.cursor() as cursor:
        for sql in ("SET CONSTRAINTS ALL IMMEDIATE", f"{ALTER} DISABLE TRIGGER append_only"):
            cursor.execute(sql)
        Amendment.objects.all().delete()
        for sql in ("SET CONSTRAINTS ALL DEFERRED", f"{ALTER} ENABLE TRIGGER append_only"):
            cursor.execute(sql)


# Grouped and argued


def test_an_origin_argued_today_was_not_counted_yesterday(candidacy, matter):
    change(matter.citations.first(), origin=argued())
    assert origins(candidacy, FIRST, today() - ONE_DAY, today()) == [1, 1, 2]


def test_a_copy_found_today_was_counted_apart_yesterday(candidacy, matter):
    first, second = matter.citations.all()
    change(second, origin=argued())
    forget()
    change(second, origin=None, derived_from=first)
    assert origins(candidacy, FIRST, today() - ONE_DAY, today()) == [2, 2, 1]


def test_independence_argued_later_counts_from_its_day_and_not_from_another_wording(candidacy, matter):
    origin = Origin.objects.create(label="The court")
    change(matter.citations.first(), origin=origin)
    change(origin, independence="It heard witnesses of its own.")
    assert origins(candidacy, today() - ONE_DAY, today()) == [1, 2]

    count = Amendment.objects.count()
    change(origin, independence="It heard its own witnesses.", label="The appeal court")
    assert Amendment.objects.count() == count
    change(origin, independence=" ")
    assert origins(candidacy, today() - ONE_DAY, today()) == [1, 1]


def test_every_day_has_the_grouping_of_its_own(candidacy, matter):
    first, second = matter.citations.all()
    court, paper = argued(), Origin.objects.create(label="A paper")
    change(first, origin=paper)
    change(paper, rests_on=court)
    forget()
    amended(LATER, {"derived_from": None, "origin": court.pk}, citation=first)
    amended(LAST, {"derived_from": second.pk, "origin": None}, citation=first)
    amended(LAST + ONE_DAY, {"rests_on": None, "argued": False}, origin=paper)
    days = (FIRST, LATER - ONE_DAY, LATER, LAST - ONE_DAY, LAST, LAST + ONE_DAY, today())
    assert origins(candidacy, *days) == [2, 2, 1, 1, 1, 2, 2]


def test_an_origin_that_nothing_names_any_more_is_read_with_what_it_rested_on(candidacy, matter):
    first = matter.citations.first()
    relay = Origin.objects.create(label="A paper", rests_on=argued())
    change(first, origin=relay)
    forget()
    change(relay, rests_on=None)
    change(first, origin=None)
    assert origins(candidacy, today() - ONE_DAY, today()) == [2, 1]


def test_what_counts_against_a_matter_is_grouped_by_its_day_too(candidacy, matter):
    for _ in range(2):
        put_on_record(factories.citation(allegation=matter, stance="disputes"), FIRST)
    change(matter.citations.filter(stance="disputes").first(), origin=argued())
    counted = [len(facts(candidacy, today(), day).matters[0].refuting) for day in (FIRST, today())]
    assert counted == [1, 2]


def test_a_stored_profile_comes_out_as_it_was_though_its_grouping_has_changed(candidacy, matter):
    yesterday = today() - ONE_DAY
    for day in (yesterday, today()):
        [found] = compute([candidacy], as_of=day).values()
        Assessment.objects.create(
            candidacy=candidacy, version=found.version, as_of=day, known=day, vector=found.vector,
            vector_sha256=found.vector_sha256, payload=found.to_json(),
        )  # fmt: skip
    change(matter.citations.first(), origin=argued())
    assert [each.assessment.as_of for each in differences([candidacy])] == [today()]


# Merged


def test_a_matter_merged_today_stood_until_then(candidacy, matter):
    other = put_on_record(factories.allegation(candidacy.candidate), FIRST)
    change(matter, merged_into=other)
    tags = [[each.tag for each in facts(candidacy, today(), day).matters] for day in (today() - ONE_DAY, today())]
    assert tags == [[matter.tag, other.tag], [other.tag]]


def test_a_matter_that_is_parted_again_stands_again(candidacy, matter):
    amended(LATER, {"merged_into": None}, allegation=matter)
    amended(LAST, {"merged_into": str(matter.pk)}, allegation=matter)
    counted = [len(facts(candidacy, day).matters) for day in (FIRST, LATER, LAST - ONE_DAY, LAST, today())]
    assert counted == [1, 0, 0, 1, 1]


def test_a_matter_merged_nobody_knows_when_never_stood(candidacy, matter):
    change(matter, merged_into=factories.allegation(candidacy.candidate))
    forget()
    assert facts(candidacy, FIRST).matters == ()


# Signed


@pytest.fixture
def letter(candidacy):
    row = factories.letter(candidacy)
    for name, country in (("A", "FR"), ("B", "GB")):
        signed(row, name, country, recorded_at=moment(FIRST))
    return put_on_record(row, FIRST)


def signed(letter, name, country="", **kwargs):
    return Signature.objects.create(letter=letter, name=name, country=country, **kwargs)


def voices(candidacy, *known):
    found = (facts(candidacy, today(), day).opposition for day in known)
    return [each and (each.signatories, each.countries) for each in found]


def test_who_signed_counts_from_the_day_on_which_it_was_recorded(candidacy, letter):
    signed(letter, "C", "DE", recorded_at=moment(LATER))
    signed(letter, "D", recorded_at=moment(LAST))
    days = (FIRST - ONE_DAY, FIRST, LATER - ONE_DAY, LATER, LAST)
    assert voices(candidacy, *days) == [None, (2, 2), (2, 2), (3, 3), (4, None)]


def test_who_signed_nobody_knows_since_when_counts_from_always(candidacy, letter):
    signed(letter, "C", "DE", recorded_at=None)
    assert voices(candidacy, FIRST) == [(3, 3)]


def test_a_signature_withdrawn_or_placed_today_was_counted_otherwise_yesterday(candidacy, letter):
    one, two = letter.signatures.all()
    change(one, withdrawn="2022-04")
    change(two, country="FR", note="Corrected.")
    assert voices(candidacy, today() - ONE_DAY, today()) == [(2, 2), (1, 1)]
    count = Amendment.objects.count()
    change(two, note="Corrected again.")
    assert Amendment.objects.count() == count


def test_an_undated_letter_has_happened_by_the_day_on_which_it_was_recorded(candidacy, letter):
    signed(letter, "C", "DE", recorded_at=moment(LAST))
    assert facts(candidacy, LATER, LAST).opposition.signatories == 3
    assert facts(candidacy, FIRST - ONE_DAY, LAST).opposition is None


# What is kept


def test_nothing_is_kept_of_drafts_and_of_what_is_published_with_a_change(candidacy):
    row = factories.allegation(candidacy.candidate, published=False)
    citation = row.citations.get()
    change(citation, origin=argued())
    change(citation, origin=None, published_at=timezone.now(), published_by=factories.editor())
    change(row, headline="Another")
    assert not Amendment.objects.exists()


def test_what_was_kept_is_never_changed(candidacy, matter):
    row = amended(LATER, {"merged_into": None}, allegation=matter)
    for attempt in (row.delete, lambda: change(row, was={})):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            attempt()


def test_of_decisions_from_before_the_day_is_kept_of_what_they_argue(candidacy, matter):
    first, second = matter.citations.all()
    origin = argued()
    change(first, origin=origin)
    forget()
    for day, answer, about in ((LATER, "independent", origin), (LAST, "independent", origin), (FIRST, "same", None)):
        OriginDecision.objects.create(
            first=first, second=second, answer=answer, chosen=first, origin=about, reason="So it is.", basis="x",
            by=factories.editor(), at=moment(day),
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(import_module("allegations.migrations.0015_amendments").DECIDED)
    assert origins(candidacy, LATER - ONE_DAY, LATER, LAST) == [1, 2, 2]


# All at once


@pytest.mark.parametrize("seed", range(4))
def test_from_day_to_day_says_the_same_as_at_once_where_nothing_was_amended(candidacy, seed):
    chance = Random(seed)
    row = factories.allegation(candidacy.candidate)
    for _ in range(12):
        above = chance.choice([None, *row.citations.all()])
        origin = None if above else chance.choice([argued(), argued(), Origin.objects.create(label="A")])
        made = factories.citation(
            allegation=row, derived_from=above, origin=origin, stance=chance.choice([*["supports"] * 4, "disputes"])
        )
        put_on_record(made, chance.choice([FIRST, LATER, LAST]))
    cited = Rows([candidacy]).citations[candidacy.candidate_id, row.tag]
    at_once, daily = Groupings(cited), Groupings(cited, {})
    assert any(len(at_once.of(each, cited)) > 1 for each in cited)
    for each in cited:
        one, other = daily._from_day_to_day(each, cited), at_once.of(each, cited)
        for day in (FIRST, LATER, LAST, today()):
            assert latest(one, day) == latest(other, day)


def test_what_was_amended_costs_one_query_more_and_none_where_nothing_before_today_is_asked(
    candidacy, matter, django_assert_num_queries
):
    change(matter.citations.first(), origin=argued())
    with django_assert_num_queries(9):
        records_of([candidacy], since=today())
    with django_assert_num_queries(10):
        records_of([candidacy])


def test_what_is_amended_only_tomorrow_counts_from_tomorrow(candidacy, matter):
    tomorrow = today() + ONE_DAY
    first = matter.citations.first()
    change(first, origin=argued())
    forget()
    amended(tomorrow, {"derived_from": None, "origin": None}, citation=first)
    record = records_of([candidacy], since=today())[candidacy.pk]
    assert [len(facts_on(record, day).matters[0].supporting) for day in (today(), tomorrow)] == [1, 2]


# On pages


@pytest.fixture
def page(client, candidacy):
    """The words of the page of the candidate, as known on a day."""
    Candidate.objects.filter(pk=candidacy.candidate_id).update(published_at=moment(FIRST))
    put_on_record(candidacy, FIRST)

    def read(day, address=None):
        address = address or candidacy.candidate.get_absolute_url()
        answer = client.get(f"{address}?known={day}" if day else address)
        assert answer.status_code == 200
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())

    return read


def test_the_page_of_a_day_groups_as_of_then_and_tells_no_origin_that_was_argued_since(matter, page):
    change(matter.citations.first(), origin=argued())
    then, now = page(today() - ONE_DAY), page(None)
    assert "Sources, by origin: 1 origin" in then
    assert "1 repeat of the same origin" in then
    assert "The court" not in then
    assert "Sources, by origin: 2 origins" in now
    assert "Origin 1: The court" in now


def test_the_page_of_a_day_names_an_origin_that_is_named_no_more(matter, page):
    first = matter.citations.first()
    change(first, origin=argued())
    forget()
    change(first, origin=None)
    then = page(today() - ONE_DAY)
    assert "Sources, by origin: 2 origins" in then
    assert "Why it is independent: It heard witnesses of its own." in then
    assert "Sources, by origin: 1 origin" in page(None)


def test_the_page_of_a_day_shows_a_matter_that_was_merged_since(candidacy, matter, page):
    other = put_on_record(factories.allegation(candidacy.candidate), FIRST)
    change(matter, merged_into=other, headline="That he looked on")
    matter.refresh_from_db()
    election = candidacy.contest.election.get_absolute_url()
    assert matter.headline in page(today() - ONE_DAY)
    assert matter.headline not in page(None)
    assert matter.headline not in page(today())
    found = page(today() - ONE_DAY, election), page(None, election)
    assert [text.count("2 found") for text in found] == [1, 0]
    forget()
    assert matter.headline not in page(today() - ONE_DAY)


def test_the_page_of_a_day_counts_the_signatories_of_then(letter, page):
    signed(letter, "C", "DE")
    assert "2 signatories" in page(today() - ONE_DAY)
    assert "3 signatories" in page(None)
