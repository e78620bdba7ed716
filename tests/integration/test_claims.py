"""Claims: whose turn it is, held by one worker only, fair among hosts, and never forgotten."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from allegations import tasks
from allegations.actions.evidence import address_policy, source_for
from allegations.actions.links import sweeping
from allegations.actions.links.claiming import BATCH, LEASE, check_now, claim_due, give_back, reconcile
from allegations.actions.links.keeping import keep
from allegations.actions.links.people import settle_link
from allegations.actions.links.recording import record
from allegations.actions.links.seeing import seen_of
from allegations.actions.links.store import archive
from allegations.actions.links.sweeping import drain
from allegations.links.archive.store import StoreError
from allegations.links.exchange import Exchange, Failure, Hop
from allegations.links.memory import State
from allegations.models import Host, LinkCheck, Source
from tests.fakes import Web, page

pytestmark = pytest.mark.django_db
PAST = datetime(2026, 1, 1, tzinfo=UTC)


def due_at(key="news.example"):
    return Host.objects.get(key=key).due_at


# When a host is due


def test_a_host_is_due_when_its_earliest_link_is():
    first, second = (source_for(f"https://news.example/{n}") for n in range(2))
    in_a_day, in_two = (timezone.now() + timedelta(days=days) for days in (1, 2))
    Host.objects.update(due_at=in_two)
    Source.objects.filter(pk=first.pk).update(next_check_at=in_two)
    Source.objects.filter(pk=second.pk).update(next_check_at=in_a_day)
    assert due_at() == in_a_day


def test_a_host_is_not_due_before_its_rest_is_over(editor):
    row = source_for("https://news.example/")
    rest = timezone.now() + timedelta(hours=1)
    Host.objects.update(not_before=rest, due_at=rest + timedelta(days=1))
    check_now(row, by=editor)
    assert due_at() == rest
    assert not claim_due().sources


def test_a_retired_link_makes_no_host_due():
    row = source_for("https://news.example/")
    Host.objects.update(due_at="2099-01-01T00:00:00Z")
    Source.objects.filter(pk=row.pk).update(state="retired", next_check_at=PAST)
    assert due_at().year == 2099


def test_a_host_that_only_seems_due_is_put_where_its_earliest_link_is():
    row = source_for("https://news.example/")
    later = timezone.now() + timedelta(days=3)
    Source.objects.filter(pk=row.pk).update(next_check_at=later)
    Host.objects.update(due_at=PAST)
    assert not claim_due().sources
    assert due_at() == later


def test_a_host_whose_links_are_all_retired_is_never_due(editor):
    row = source_for("https://news.example/")
    settle_link(row, State.RETIRED, by=editor, reason="Withdrawn by its publisher.")
    Host.objects.update(due_at=PAST)
    assert not claim_due().sources
    assert due_at().year == 9999
    Source.objects.filter(pk=row.pk).update(state="alive", next_check_at=PAST)
    assert claim_due().sources


# Holding and giving back


def test_what_was_put_off_is_due_again_and_nothing_is_written_of_it():
    row = source_for("https://news.example/")

    def busy(url):
        return Exchange(url, url, failure=Failure.DEFERRED, wait_s=90.0)

    assert drain(fetch=Web(default=busy), until=None) == 0
    row.refresh_from_db()
    assert (row.lease_token, row.last_checked_at, row.state) == (None, None, "new")
    assert timedelta(seconds=80) < row.next_check_at - timezone.now() <= timedelta(seconds=90)
    assert due_at() == row.next_check_at
    assert not LinkCheck.objects.exists()


def test_a_worker_whose_lease_was_lost_gives_nothing_back():
    row = source_for("https://news.example/")
    lost = claim_due()
    Source.objects.update(lease_until=PAST, next_check_at=PAST)
    Host.objects.update(due_at=PAST)
    again = claim_due()
    give_back(lost, {row.pk: 5.0})
    row.refresh_from_db()
    assert row.lease_token == again.token


def test_a_lease_is_longer_than_any_task_may_run(settings):
    assert LEASE.total_seconds() > max(settings.CELERY_TASK_TIME_LIMIT, tasks.sweep.time_limit)


@pytest.mark.parametrize("refused", ["warc", "cas"])
def test_what_the_archive_refuses_is_said_of_the_check_and_asked_for_again(refused, monkeypatch, caplog):
    row = source_for("https://news.example/")
    store = archive()
    put_all = store.put_all

    def full(files):
        taken = {key: file for key, file in files.items() if not key.startswith(refused)}
        error = StoreError("The archive’s disk is full.")
        return put_all(taken) | {key: error for key in files if key not in taken}

    monkeypatch.setattr(store, "put_all", full)
    claim = claim_due()
    assert record(claim, *seen_and_kept(claim)) == 1
    row.refresh_from_db()
    check = row.checks.get()
    assert "disk is full" in check.not_kept
    assert (check.verdict, row.state, row.etag) == ("OK", "alive", "")
    assert not row.captures.exists()
    assert row.next_check_at - timezone.now() <= timedelta(hours=1)


def seen_and_kept(claim):
    from allegations.links.payload import Payload

    def whole(url):
        payload = Payload()
        exchange = page(url, payload=payload)
        payload.write(exchange.body)
        return replace(exchange, headers={"content-type": "text/html", "etag": '"a"'}, wire_sha256="0" * 64)

    seen = [seen_of(source, whole(source.canonical_url)) for source in claim.sources]
    return seen, keep(seen)


def test_a_page_that_a_busy_host_kept_us_from_is_written_down_and_asked_later():
    row = source_for("https://news.example/")

    def busy(url):
        hop = Hop(url, 302, "https://other.example/", "192.0.2.1")
        return Exchange(url, url, hops=(hop,), failure=Failure.DEFERRED, sentence="Put off.", wait_s=5.0)

    assert drain(fetch=Web(default=busy)) == 1
    row.refresh_from_db()
    assert (row.checks.get().verdict, row.state) == ("DEFERRED", "new")
    assert row.next_check_at - timezone.now() > timedelta(minutes=14)


def test_a_batch_that_meets_a_deadlock_is_written_down_once_more(monkeypatch):
    row, real, calls = source_for("https://news.example/"), sweeping.record, []

    def record_at_the_second_try(*args):
        calls.append(args)
        if len(calls) == 1:
            raise OperationalError("deadlock detected")
        return real(*args)

    monkeypatch.setattr(sweeping, "record", record_at_the_second_try)
    monkeypatch.setattr(sweeping, "close_old_connections", lambda: None)
    assert drain(fetch=Web()) == 1
    assert row.checks.count() == 1


def test_one_batch_that_cannot_be_written_down_takes_no_other_with_it(monkeypatch):
    for n in range(BATCH + 1):
        source_for(f"https://h{n}.example/")
    real = sweeping.record

    def refuse_the_large_one(claim, *args):
        if len(claim.sources) > 1:
            raise OperationalError("the connection is lost")
        return real(claim, *args)

    monkeypatch.setattr(sweeping, "record", refuse_the_large_one)
    monkeypatch.setattr(sweeping, "close_old_connections", lambda: None)
    with pytest.raises(OperationalError):
        drain(fetch=Web())
    assert LinkCheck.objects.count() == 1


def test_a_hosts_turn_that_was_set_too_late_is_set_right_unless_it_is_held():
    free, held = source_for("https://free.example/"), source_for("https://held.example/")
    Source.objects.filter(pk=held.pk).update(lease_token=uuid4(), lease_until=timezone.now() + LEASE)
    Host.objects.update(due_at="2099-01-01T00:00:00Z")
    assert reconcile() == 1
    free.refresh_from_db()
    assert due_at("free.example") == free.next_check_at
    assert due_at("held.example").year == 2099


@pytest.mark.django_db(transaction=True)
def test_a_link_that_comes_while_a_check_of_its_host_is_written_down_is_not_forgotten():
    first = source_for("https://news.example/1")
    claim = claim_due()
    adding, added = Event(), Event()

    def add():
        with transaction.atomic():
            source_for("https://news.example/2")
            adding.set()
            added.wait(0.3)  # as long as record waits for the host
        connection.close()

    other = Thread(target=add)
    other.start()
    adding.wait()
    record(claim, *seen_and_kept(claim))
    other.join()
    first.refresh_from_db()
    assert first.lease_token is None
    Host.objects.update(not_before=PAST)
    assert due_at() <= timezone.now() + timedelta(seconds=5)


# Many


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_ten_thousand_links_of_five_hundred_hosts_never_hold_one_both():
    hosts = Host.objects.bulk_create(Host(key=f"h{n}.example", min_delay_ms=0) for n in range(500))
    addresses = [(f"https://h{n % 500}.example/{n}", hosts[n % 500]) for n in range(10_000)]
    Source.objects.bulk_create(Source(url=url, canonical_url=url, host=host) for url, host in addresses)
    start, taken, crowded = Barrier(2), [], []

    def work():
        start.wait()
        while (claim := claim_due(limit=250)).sources:
            taken.extend(source.pk for source in claim.sources)
            crowded.extend(count for count in Counter(s.host_id for s in claim.sources).values() if count > 1)
            done([source.pk for source in claim.sources])
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == len(set(taken)) == 10_000
    assert not crowded


def done(sources):
    """Write down that these were checked, as `record` does: their hosts may be asked again at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH checked AS (UPDATE allegations_source SET next_check_at = '2099-01-01', lease_token = NULL, "
            "lease_until = NULL WHERE id = ANY(%s::uuid[]) RETURNING host_id) "
            "UPDATE allegations_host SET due_at = now() WHERE id IN (SELECT host_id FROM checked)",
            [[str(pk) for pk in sources]],
        )


def test_a_host_with_ten_thousand_due_links_starves_nobody():
    busy = Host.objects.create(key="busy.example")
    urls = [f"https://busy.example/{n}" for n in range(2000)]
    Source.objects.bulk_create(Source(url=url, canonical_url=url, host=busy) for url in urls)
    others = [source_for(f"https://small{n}.example/") for n in range(BATCH - 1)]
    claimed = claim_due()
    assert len(claimed.sources) == BATCH
    assert {source.pk for source in others} < {source.pk for source in claimed.sources}


def test_addresses_that_lead_back_to_us_are_refused(settings):
    assert address_policy().refusal("8.8.8.8", 443) is None
    settings.LINKS_OWN_ADDRESSES = ["8.8.8.8"]
    assert "our own" in address_policy().refusal("8.8.8.8", 443)
