"""A clock that ran ahead for a while: no day is sealed before it is over, and nothing stays put off for years."""

import io
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from allegations.actions.links import auditing
from allegations.actions.links.auditing import chain_state, seal_days
from allegations.actions.links.claiming import LEASE, check_now, claim_due, reconcile
from allegations.actions.links.store import archive
from allegations.actions.links.windows import sky_now, sky_over
from allegations.links.archive import layout
from allegations.links.freeze import Observation
from allegations.links.judgement import Klass
from allegations.models import Capture, DayManifest, Host, Source, StoredFile
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = date(2026, 11, 2)
FAR = timedelta(days=3650)


def store_on(day, body):
    """A file that was stored at noon of this day."""
    digest = sha256(body).hexdigest()
    archive().put(layout.payload_key(digest), io.BytesIO(body))
    return factories.stored_file(body, key=layout.payload_key(digest), sha256=digest, stored_at=noon(day))


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def clocks(monkeypatch):
    """Set the database's clock and our own; ours goes along unless it is given."""

    def at(day, own=None):
        monkeypatch.setattr(auditing, "database_now", lambda: noon(day))
        monkeypatch.setattr(auditing, "own_now", lambda: noon(own or day))

    return at


def sealed():
    return {row.day: row.entries for row in DayManifest.objects.all()}


@pytest.mark.parametrize(("database", "own"), [(20, 2), (2, 20)])
def test_a_day_is_over_when_both_clocks_say_so(clocks, database, own):
    store_on(FIRST, b"one")
    clocks(FIRST + database * DAY, FIRST + own * DAY)
    store_on(FIRST + 2 * DAY, b"two")
    seal_days()

    assert sealed() == {FIRST: 1, FIRST + DAY: 0}


def test_days_to_come_are_not_sealed_empty_though_both_clocks_ran_ahead(clocks):
    store_on(FIRST, b"one")
    clocks(FIRST + 20 * DAY)
    seal_days()
    seal_days()
    assert sealed() == {FIRST: 1, FIRST + DAY: 0, FIRST + 2 * DAY: 0}

    clocks(FIRST + 4 * DAY)
    store_on(FIRST + 3 * DAY, b"two")
    seal_days()
    assert sealed() == {FIRST: 1, FIRST + DAY: 0, FIRST + 2 * DAY: 0, FIRST + 3 * DAY: 1}
    assert chain_state(files=True).whole


def test_a_file_of_a_sealed_day_is_told_and_listed_by_the_next_manifest(clocks):
    """As when the days were sealed under a clock that ran ahead, for which there was even a file."""
    store_on(FIRST, b"one")
    store_on(FIRST + 5 * DAY, b"ahead")
    clocks(FIRST + 7 * DAY)
    seal_days()
    assert max(sealed()) == FIRST + 6 * DAY

    late = store_on(FIRST + 3 * DAY, b"late")
    early = store_on(FIRST - DAY, b"before the first day")
    state = chain_state(files=True)
    assert not state.whole
    assert sorted(file.key in fault and "in no manifest" in fault for file in (late, early) for fault in state.faults)
    assert {file.key for file in (late, early)} == {fault.split(": ")[1] for fault in state.faults}

    assert seal_days() == []  # the next day is not over
    clocks(FIRST + 8 * DAY)
    (made,) = seal_days()
    assert (made.day, made.entries) == (FIRST + 7 * DAY, 2)
    assert chain_state(files=True).whole
    store_on(FIRST + 8 * DAY, b"as ever")
    clocks(FIRST + 9 * DAY)
    (made,) = seal_days()
    assert (made.day, made.entries) == (FIRST + 8 * DAY, 1)
    assert chain_state(files=True).whole


def test_the_audit_fails_while_a_file_is_in_no_manifest(clocks):
    store_on(FIRST, b"one")
    clocks(FIRST + 2 * DAY)
    seal_days()
    late = store_on(FIRST, b"late")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("audit", stdout=StringIO(), stderr=err)
    assert f"{late.key}: it is in no manifest" in err.getvalue()

    clocks(FIRST + 3 * DAY)
    out = StringIO()
    call_command("audit", stdout=out)
    assert "0 faults" in out.getvalue()


def test_a_file_of_a_day_that_is_years_ahead_is_listed_at_once(clocks):
    store_on(FIRST, b"one")
    ahead = store_on(FIRST + FAR, b"under a clock that ran ahead")
    clocks(FIRST + 2 * DAY)
    seal_days()

    assert sealed() == {FIRST: 2, FIRST + DAY: 0}
    with archive().open(layout.manifest_keys(FIRST)[0]) as lines:
        assert ahead.key.encode() in lines.read()
    store_on(FIRST + 2 * DAY, b"as ever")
    clocks(FIRST + 3 * DAY)
    seal_days()
    assert sealed() == {FIRST: 2, FIRST + DAY: 0, FIRST + 2 * DAY: 1}
    assert chain_state(files=True).whole


def test_over_a_long_time_without_files_only_a_person_leads(clocks, caplog):
    store_on(FIRST, b"one")
    store_on(FIRST + 200 * DAY, b"two")
    clocks(FIRST + 202 * DAY)

    assert [row.day for row in seal_days()] == [FIRST, FIRST + DAY, FIRST + 2 * DAY]
    assert seal_days() == []
    assert "takes an audit by hand" in caplog.text
    assert [row.entries for row in seal_days(by_hand=True)] == [0] * 197 + [1, 0]
    assert chain_state(files=True).whole


def test_a_file_that_was_verified_in_the_future_is_verified_now(db):
    now = timezone.now()
    factories.stored_file(b"one", verified_at=now + FAR)
    factories.stored_file(b"two", verified_at=now)

    assert [file.size for file in auditing._to_verify(now)] == [3]
    assert StoredFile.objects.count() == 2


def test_answers_of_the_future_say_nothing_of_our_network_now(db):
    now = timezone.now()
    rows = [factories.source(url=f"https://h{n}.example/a") for n in range(40)]
    for row in rows:
        factories.link_check(row, checked_at=now + FAR)
    failing = [Observation(f"h{n}.example", Klass.UNREACHABLE, True, "u", now - DAY) for n in range(20)]

    assert sky_over(failing, now).frozen
    assert not sky_now().frozen
    for row in rows:
        factories.link_check(row, checked_at=now)
    assert not sky_over(failing, now).frozen


# What was put off


@pytest.fixture
def put_off():
    """A source that was being checked while the clock was years ahead."""
    row = factories.source(url="https://news.example/a")
    ahead = timezone.now() + FAR
    Source.objects.filter(pk=row.pk).update(
        next_check_at=ahead, lease_token=uuid4(), lease_until=ahead + LEASE, copies_due_at=ahead
    )
    Host.objects.update(due_at=ahead, not_before=ahead, penalty_level=3)
    factories.capture(row, quality="unread", read_at=None, read_due_at=ahead)
    row.refresh_from_db()
    return row


def test_what_a_clock_put_off_for_years_is_due_again(put_off, caplog):
    reconcile()
    put_off.refresh_from_db()
    put_off.host.refresh_from_db()
    now = timezone.now()

    assert put_off.next_check_at <= now
    assert put_off.copies_due_at <= now
    assert put_off.host.not_before <= now
    assert put_off.lease_until is None
    assert Capture.objects.get().read_due_at <= now
    assert [source.pk for source in claim_due().sources] == [put_off.pk]
    assert "a clock had run ahead" in caplog.text


def test_a_source_that_was_held_by_a_worker_of_the_future_can_be_checked(put_off, editor):
    reconcile()
    check_now(put_off, by=editor)


def test_what_is_put_off_for_good_reasons_stays_put_off(db):
    row = factories.source(url="https://news.example/a")
    retired = factories.source(url="https://old.example/a", state="retired")
    due = timezone.now() + 99 * DAY
    Source.objects.update(next_check_at=due)
    Source.objects.filter(pk=retired.pk).update(next_check_at=timezone.now() + FAR)
    Host.objects.update(not_before=timezone.now() + 7 * DAY, due_at=due)
    assert reconcile() == 0
    row.refresh_from_db()
    retired.refresh_from_db()

    assert row.next_check_at == due
    assert row.host.not_before < due
    assert retired.next_check_at > due
    assert Host.objects.get(pk=row.host_id).not_before > timezone.now() + 6 * DAY
