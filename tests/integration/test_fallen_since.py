"""Pages of another day: what has fallen, was disputed, signed or decided since stands there as it did by then."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from allegations.models import Amendment, ReviewEvent, Signature
from tests import factories

pytestmark = pytest.mark.django_db

FIRST, LATER, LAST = date(2022, 3, 1), date(2022, 6, 1), date(2022, 9, 1)
ONE_DAY = timedelta(days=1)
NO_LONGER = "counts no longer"


def moment(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def put_on_record(*rows, day=FIRST):
    for row in rows:
        type(row)._default_manager.filter(pk=row.pk).update(written_at=moment(day), published_at=moment(day))


def move(record, reached, day, reason="For a reason of its own."):
    """Let a record reach a state on a day, and write the step down."""
    kind = "letter" if hasattr(record, "stance") else "allegation"
    ReviewEvent.objects.create(
        **{kind: record}, step="supersede", left=record.state, reached=reached, at=moment(day), by=factories.editor()
    )
    values = {"state": reached, "state_reason": reason, "state_since": moment(day)}
    type(record)._default_manager.filter(pk=record.pk).update(**values)


@pytest.fixture
def matter(candidacy):
    """A matter that the candidate answered, on record since the first day."""
    put_on_record(candidacy, candidacy.candidate)
    row = factories.allegation(candidacy.candidate, first_alleged="2022-02")
    proceeding = factories.proceeding(row, "charged", reached="2022-02-01")
    proceeding.steps.update(recorded_at=moment(FIRST))
    reply = row.replies.create(
        kind="denial", by="The candidate", speaker="candidate", answered="2022-02-20", **factories.signed()
    )
    put_on_record(row, reply, proceeding, *row.citations.all())
    return row


@pytest.fixture
def letter(candidacy):
    put_on_record(candidacy, candidacy.candidate)
    row = factories.letter(candidacy, claimed_people=50, claimed_countries=20, dated="2022-02")
    put_on_record(row)
    return row


@pytest.fixture
def read(client, candidacy):
    """The words of a page, by default that of the candidate, on a day or, without one, today."""

    def fetch(day=None, address=None, **query):
        asked = "&".join(f"{name}={value}" for name, value in ({"as_of": day} | query).items() if value)
        answer = client.get(f"{address or candidacy.candidate.get_absolute_url()}?{asked}")
        assert answer.status_code == 200
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())

    return fetch


@pytest.fixture
def election(candidacy):
    return candidacy.contest.election.get_absolute_url()


# What counted then


def test_a_letter_superseded_since_is_on_the_pages_of_the_days_on_which_it_counted(letter, read, election):
    move(letter, "superseded", LATER)
    for day in (FIRST, LATER - ONE_DAY):
        assert "/OB:50.20" in read(day)
        assert f"Objections 50 people from 20 countries {letter.title}" in read(day)
        assert "Object:" in read(day, election)
    for day in (FIRST - ONE_DAY, LATER, None):
        assert "Objections None recorded." in read(day)
        assert letter.title not in read(day) + read(day, election)


def test_a_letter_retracted_since_or_fallen_nobody_knows_when_is_on_no_page(letter, read, election):
    move(letter, "retracted", LATER)
    assert letter.title not in read(FIRST) + read(FIRST, election)
    type(letter).objects.filter(pk=letter.pk).update(state="superseded")
    assert letter.title in read(FIRST)
    other = factories.letter(*letter.candidacies.all(), state="superseded")
    put_on_record(other)
    assert other.title not in read(FIRST) + read(FIRST, election)


STANCES = {
    "opposes": "Objections",
    "asks-scrutiny": "Concern or a call for scrutiny",
    "supports": "Support",
}


@pytest.mark.parametrize("stance", STANCES)
def test_a_letter_retracted_since_is_counted_where_it_stood_and_told_in_no_word_of_its_own(
    letter, read, election, client, stance
):
    type(letter).objects.filter(pk=letter.pk).update(stance=stance)
    move(letter, "retracted", LATER, reason="A forgery.")
    told = "1 letter that counted then cannot be read any more; it was retracted since."
    vector = {"opposes": "/OB:50.20", "supports": "/SB:50.20"}.get(stance, "/RR:N")
    for day in (FIRST, LATER - ONE_DAY):
        page, matrix = read(day), read(day, election)
        assert vector in page
        assert page.count(told) == 2
        assert f"{STANCES[stance]} {told}" in page
        assert f"{STANCES[stance]} None recorded." not in page
        assert "No letter is recorded." not in page + matrix
        assert "1 that counted then was retracted since" in matrix
        assert told in matrix
        for words in (letter.title, letter.summary, letter.addressees, letter.slug, "A forgery."):
            assert words not in page + matrix
    for query in ({"day": FIRST - ONE_DAY}, {"day": LATER}, {"day": FIRST, "known": LATER}, {}):
        page, matrix = read(**query), read(**query, address=election)
        assert "retracted since" not in page + matrix
        assert vector not in page or stance == "asks-scrutiny"
        assert "Objections None recorded." in page
        assert "Support None recorded." in page
        assert page.count("No letter is recorded.") == matrix.count("No letter is recorded.") == 1


def test_a_letter_that_stands_is_read_beside_one_retracted_since(candidacy, letter, read, election):
    other = factories.letter(candidacy, claimed_people=3, dated="2022-02")
    put_on_record(other)
    move(letter, "retracted", LATER)
    assert "/OB:50.20" in read(FIRST)
    assert f"{other.title} 1 letter that counted then cannot be read" in read(FIRST)
    assert "/OB:3.x" in read(LATER)
    assert "retracted since" not in read(LATER) + read(LATER, election)


def test_a_draft_sent_back_or_a_letter_retracted_nobody_knows_when_counted_on_no_day(candidacy, letter, read, election):
    row = factories.letter(candidacy, claimed_people=70, published=False, dated="2022-02")
    ReviewEvent.objects.create(
        letter=row, step="return", left="in review", reached="draft", at=moment(LATER), by=factories.editor()
    )
    values = {"state": "retracted", "state_reason": "A forgery.", "state_since": moment(LATER)}
    type(letter).objects.filter(pk=letter.pk).update(**values)
    for day in (FIRST, LATER, None):
        assert "/OB:" not in read(day)
        assert "retracted since" not in read(day) + read(day, election)


def test_the_api_counts_a_letter_retracted_since_as_the_vector_of_the_day(candidacy, letter, client):
    move(letter, "retracted", LATER)
    address = f"/api/v1/candidacies/{candidacy.pk}/assessment/"
    then, after = (client.get(f"{address}?as_of={day}").json()["profile"] for day in (LATER - ONE_DAY, LATER))
    assert (then["opposition"]["signatories"], "/OB:50.20/" in f"{then['vector']}/") == (50, True)
    assert (after["opposition"], "/OB:" in after["vector"]) == (None, False)


def test_an_answer_to_a_matter_superseded_since_is_counted_on_the_days_on_which_that_stood(matter, read, election):
    move(matter, "superseded", LATER)
    for day in (FIRST, LATER - ONE_DAY):
        assert "/RR:D/" in read(day)
        assert "1 of the candidate" in read(day, election)
        assert "1 found in 1 jurisdiction" in read(day, election)
    for day in (LATER, LAST, None):
        assert "none of the candidate" in read(day, election)
        assert "in 1 jurisdiction" not in read(day, election)


def test_an_answer_to_a_matter_that_stands_is_counted_on_every_day(matter, read, election):
    assert all("1 of the candidate" in read(day, election) for day in (FIRST, LAST, None))
    move(matter, "retracted", LATER)
    assert "none of the candidate" in read(FIRST, election)


# What was disputed then


def dispute(record, *moves):
    """Let a record move from state to state on days, each for a reason of its own."""
    for reached, day in moves:
        move(record, reached, day, reason=f"A reason to be {reached}.")
        record.refresh_from_db()


def state_told(page):
    """What a page says in its own words of the state of the only record on it."""
    return " ".join(re.findall(r"Disputed(?: again)?(?: since then)?\.(?: Settled since then\. [\w ]+?2022)?", page))


SETTLED = "Disputed. Settled since then. 1 September 2022"


@pytest.mark.parametrize("kind", ["matter", "letter"])
def test_a_dispute_settled_since_is_told_on_the_days_on_which_it_lasted(request, read, election, kind):
    record = request.getfixturevalue(kind)
    dispute(record, ("disputed", LATER), ("published", LAST))
    pages = [None, record.get_absolute_url() if kind == "matter" else election]
    for day in (LATER, LATER + ONE_DAY, LAST - ONE_DAY):
        assert [state_told(read(day, page)) for page in pages] == [SETTLED] * 2
        assert not any("A reason to be" in read(day, page) for page in pages)
        assert [state_told(read(FIRST, page, known=day)) for page in pages] == [SETTLED] * 2
    for query in ({"day": FIRST}, {"day": LATER - ONE_DAY}, {"day": LAST}, {"day": LATER, "known": LAST}, {}):
        assert [state_told(read(**query, address=page)) for page in pages] == ["", ""]


def test_a_dispute_is_told_of_its_own_days_whatever_came_after_it(matter, read):
    more = LAST + ONE_DAY
    dispute(matter, ("disputed", LATER), ("published", LAST), ("disputed", more))
    assert state_told(read(LATER)) == f"{SETTLED} Disputed again since then."
    assert state_told(read(LAST)) == "Disputed since then."
    assert state_told(read(more)) == state_told(read()) == "Disputed."
    assert f"Disputed. A reason to be disputed. {more:%-d %B %Y}" in read(more)
    dispute(matter, ("superseded", more + ONE_DAY))
    assert "Disputed. Superseded since then. A reason to be superseded." in read(more)
    assert state_told(read(LATER)) == SETTLED
    assert state_told(read(more + ONE_DAY)) == state_told(read()) == ""


def test_the_page_of_a_letter_tells_its_state_of_today(letter, read):
    dispute(letter, ("disputed", LATER))
    assert state_told(read(None, letter.get_absolute_url())) == "Disputed."
    dispute(letter, ("published", LAST))
    assert state_told(read(None, letter.get_absolute_url())) == ""


def test_what_is_added_to_a_disputed_record_is_no_end_of_the_dispute(matter, read):
    dispute(matter, ("disputed", FIRST))
    added = {"step": "publish", "left": "disputed", "reached": "disputed", "by": factories.editor()}
    ReviewEvent.objects.create(allegation=matter, at=moment(LATER), **added)
    assert state_told(read(FIRST)) == state_told(read(LATER)) == "Disputed."
    dispute(matter, ("published", LAST))
    assert state_told(read(FIRST)) == state_told(read(LATER)) == SETTLED


# Who had signed


def sign(letter, *countries):
    """Sign a letter, each from a country, on record since the first day."""
    return [
        Signature.objects.create(letter=letter, name=f"Signatory {n}", country=country, recorded_at=moment(FIRST))
        for n, country in enumerate(countries)
    ]


@pytest.fixture
def signed(letter):
    """A letter that claims no number, with three signatories of one country."""
    type(letter).objects.filter(pk=letter.pk).update(claimed_people=None, claimed_countries=None)
    return sign(letter, "FR", "FR", "FR")


def yesterday():
    return timezone.now().date() - ONE_DAY


def test_who_withdrew_since_is_counted_among_the_signatories_of_a_day(signed, read, election):
    Signature.objects.filter(pk=signed[0].pk).update(withdrawn="2022-06")
    assert "/OB:3.1" in read(yesterday())
    for page in (read(yesterday()), read(yesterday(), election)):
        assert "3 listed in the document" in page
    for page in (read(), read(None, election)):
        assert "2 listed in the document" in page
    assert "3 signatories are known by name" in read(yesterday())
    assert "2 signatories are known by name" in read()


def test_who_signed_is_counted_from_day_to_day_as_in_the_vector(signed, read):
    first, second, third = signed
    for day, withdrawn in ((LATER, False), (LAST, True)):
        Amendment.objects.create(signature=first, was={"country": "FR", "withdrawn": withdrawn}, at=moment(day))
    Amendment.objects.create(signature=second, was={"country": "DE", "withdrawn": True}, at=moment(LATER))
    Signature.objects.filter(pk=third.pk).update(recorded_at=moment(LAST))
    days = (FIRST, LATER - ONE_DAY, LATER, LAST - ONE_DAY, LAST)
    told = [(re.search(r"/OB:([0-9]+)", read(day))[1], re.search("([0-9]+) listed", read(day))[1]) for day in days]
    assert told == [("1", "1"), ("1", "1"), ("1", "1"), ("1", "1"), ("3", "3")]


def test_where_who_signed_comes_from_is_told_as_of_the_day(signed, read):
    Signature.objects.filter(pk=signed[0].pk).update(country="DE")
    Signature.objects.filter(pk=signed[1].pk).update(country="")
    by_country = read(yesterday()).partition("By country")[2].partition("By sector")[0]
    assert "France" in by_country
    assert "Germany" not in by_country
    assert "country not recorded" not in by_country
    now = read().partition("By country")[2].partition("By sector")[0]
    assert all(place in now for place in ("France", "Germany", "country not recorded"))


def test_a_letter_about_several_people_has_each_signatory_once(candidacy, letter, signed, read):
    letter.candidacies.add(factories.candidacy(contest=candidacy.contest))
    for page in (read(), read(yesterday()), read(None, candidacy.contest.election.get_absolute_url())):
        assert "3 listed in the document" in page
