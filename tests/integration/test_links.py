"""The links action: who is handed which source, what a check leaves behind, and that nothing is lost or done twice."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from allegations import tasks
from allegations.actions.evidence import evidence_change
from allegations.actions.links import door
from allegations.actions.links.claiming import LEASE, check_now, claim_due
from allegations.actions.links.keeping import keep
from allegations.actions.links.politeness import GAP_PATIENCE_MS, HOLD_MS, WANTED_MS
from allegations.actions.links.recording import record as record_seen
from allegations.actions.links.seeing import seen_of
from allegations.actions.links.sweeping import drain
from allegations.actions.links.windows import database_now, sky_now, sky_over
from allegations.links.exchange import Failure, Limits
from allegations.links.judgement import VERDICTS
from allegations.models import Host, LinkCheck, ReviewTask, Source
from allegations.workflow import StepRefused
from tests import factories
from tests.fakes import PAGE, Web, failed, page
from tests.servers.hostile import HostileServer, answer, raw
from vetting.models import CurrentAssessment

pytestmark = pytest.mark.django_db
GONE = partial(page, body=b"<title>Not found</title>", status=404)


def record(claim, exchanges):
    """Judge, keep and write down what a batch brought."""
    seen = [seen_of(source, exchange) for source, exchange in zip(claim.sources, exchanges, strict=True)]
    return record_seen(claim, seen, keep(seen))


def later(**kwargs):
    """Let this much time pass for every source and host; nothing sleeps."""
    for model, name in (
        (Host, "not_before"),
        (Host, "due_at"),
        (Source, "next_check_at"),
        (Source, "lease_until"),
    ):
        for row in model.objects.exclude(**{f"{name}__isnull": True}):
            setattr(row, name, getattr(row, name) - timedelta(**kwargs))
            row.save(update_fields=[name])
    shift_memory(timedelta(**kwargs))


def shift_memory(by):
    """Move what is remembered of every link into the past by as much."""
    from datetime import datetime

    def earlier(value):
        if isinstance(value, dict):
            return {name: earlier(part) for name, part in value.items()}
        try:
            return (
                (datetime.fromisoformat(value) - by).isoformat() if isinstance(value, str) and "T" in value else value
            )
        except ValueError:
            return value

    for source in Source.objects.all():
        source.memory = earlier(source.memory)
        source.save(update_fields=["memory"])


def test_a_sweep_checks_each_due_source_once_and_sets_its_next_check():
    sources = [factories.source(url=f"https://site{n}.example.org/") for n in range(5)]
    web = Web()
    assert drain(fetch=web) == 5
    assert sorted(web.asked) == sorted(source.canonical_url for source in sources)
    assert set(Source.objects.values_list("state", flat=True)) == {"alive"}
    assert not Source.objects.due().exists()
    assert drain(fetch=web) == 0


def test_one_host_is_asked_for_one_source_at_a_time():
    for n in range(3):
        factories.source(url=f"https://busy.example.org/{n}")
    factories.source(url="https://other.example.org/")
    claim = claim_due()
    assert sorted(source.host.key for source in claim.sources) == ["busy.example.org", "other.example.org"]
    assert not claim_due().sources


def test_a_host_with_many_due_links_starves_nobody():
    for n in range(50):
        factories.source(url=f"https://busy.example.org/{n}")
    factories.source(url="https://small.example.org/")
    assert "small.example.org" in {source.host.key for source in claim_due(limit=2).sources}


def test_what_a_lost_worker_held_is_due_again_when_its_lease_ends():
    factories.source(url="https://a.example.org/")
    lost = claim_due()
    assert not claim_due().sources
    later(seconds=LEASE.total_seconds() + 1)
    again = claim_due()
    assert [source.pk for source in again.sources] == [source.pk for source in lost.sources]
    assert record(lost, [page("https://a.example.org/")]) == 0
    assert record(again, [page("https://a.example.org/")]) == 1
    assert LinkCheck.objects.count() == 1


def test_a_batch_written_down_twice_is_written_once():
    factories.source(url="https://a.example.org/")
    claim = claim_due()
    assert [record(claim, [page("https://a.example.org/")]) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("failure", [Failure.CONNECT_TIMEOUT, Failure.DNS_TEMPFAIL, Failure.DNS_NXDOMAIN])
def test_without_a_network_each_source_is_unreachable_for_the_first_time_and_none_is_gone(failure):
    for n in range(25):
        factories.source(url=f"https://site{n}.example.org/")
    drain(fetch=Web(default=partial(failed, failure=failure)))
    assert set(Source.objects.values_list("state", flat=True)) == {"unreachable"}
    assert {source.past_words for source in Source.objects.all()} == {"unreachable, first failure"}


def test_offline_from_the_start_the_first_failure_stays_the_first():
    for n in range(8):
        factories.source(url=f"https://site{n}.example.org/")
    for _ in range(6):
        assert drain(fetch=Web(default=partial(failed, failure=Failure.CONNECT_TIMEOUT))) == 8
        later(hours=37)
    assert {source.past_words for source in Source.objects.all()} == {"unreachable, first failure"}
    assert {source.past.withheld for source in Source.objects.all()} == {6}
    assert set(LinkCheck.objects.values_list("klass", flat=True)) == {"own_fault"}


def silent_source(n, since):
    memory = {"silent_since": since.isoformat(), "failures": 2}
    return factories.source(url=f"https://dead{n}.example.org/", state="unreachable", memory=memory)


@pytest.mark.parametrize(("living", "klass"), [(3, "unreachable"), (2, "own_fault")])
def test_known_dead_hosts_count_their_failures_once_others_have_answered(living, klass):
    for n in range(living):
        factories.source(url=f"https://site{n}.example.org/")
    drain(fetch=Web())
    dead = [silent_source(n, timezone.now() - timedelta(days=2)) for n in range(25)]
    drain(fetch=Web(default=partial(failed, failure=Failure.DNS_NXDOMAIN)))
    assert set(LinkCheck.objects.filter(source__in=dead).values_list("klass", flat=True)) == {klass}


@pytest.mark.parametrize(
    ("silent_h", "heard_h", "frozen"), [(48, 24, False), (48, 72, True), (48, None, True), (0, 24, True)]
)
def test_what_the_window_says_of_silent_hosts(silent_h, heard_h, frozen):
    now = database_now()
    for n in range(20):
        at = now - timedelta(minutes=1)
        checked(silent_source(n, at - timedelta(hours=silent_h)), "DNS_NXDOMAIN", at)
    for n in range(3 if heard_h else 0):
        checked(factories.source(url=f"https://site{n}.example.org/"), "GONE_404", now - timedelta(hours=heard_h))
    assert sky_now().frozen is sky_over([], now).frozen is frozen


def checked(row, verdict, at):
    klass = VERDICTS[verdict].value
    LinkCheck.objects.create(
        source=row, lease_token=uuid4(), checked_at=at, verdict=verdict, klass=klass, state=row.state
    )


def test_a_silence_that_cannot_be_read_is_none():
    row = factories.source(url="https://a.example.org/", memory={"silent_since": "nonsense"})
    checked(row, "SLOW", database_now())
    assert not sky_now().frozen
    assert seen_of(row, page(row.canonical_url)).observation.silent_since is None


def test_one_404_makes_no_link_gone_and_three_over_days_do():
    row = factories.source(url="https://a.example.org/")
    states = []
    for _ in range(4):
        drain(fetch=Web(default=GONE))
        row.refresh_from_db()
        states.append(row.state)
        later(hours=49)
    assert states[0] == "suspect"
    assert states[-1] == "gone"
    assert ReviewTask.objects.filter(source=row, done_at=None).exists()


def test_a_link_that_is_gone_changes_the_profile_in_the_same_transaction(candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
    for _ in range(4):
        drain(fetch=Web(default=GONE))
        later(hours=49)
    assert row.citations.get().source.state == "gone"
    assert CurrentAssessment.objects.get(candidacy=candidacy).assessment.payload["score"] is None


def test_a_check_keeps_what_it_saw_in_words():
    row = factories.source(url="https://a.example.org/")
    drain(fetch=Web())
    check = row.checks.get()
    assert (check.verdict, check.klass, check.state, check.status) == ("OK", "alive", "alive", 200)
    assert check.signals
    assert check.bytes_read == len(PAGE)
    row.refresh_from_db()
    assert row.last_alive_at == row.last_checked_at == check.checked_at
    assert row.lease_token is None


def test_a_host_that_asks_for_rest_is_given_it():
    factories.source(url="https://a.example.org/1")
    limited = partial(page, body=b"", status=429)
    drain(fetch=Web(default=limited))
    host = Host.objects.get()
    assert host.penalty_level == 1
    assert host.not_before > timezone.now() + timedelta(seconds=50)
    factories.source(url="https://a.example.org/2")
    assert not claim_due().sources


def test_check_now_makes_a_source_due_unless_somebody_holds_it(editor):
    row = factories.source(url="https://a.example.org/")
    drain(fetch=Web())
    later(seconds=10)
    row.refresh_from_db()
    check_now(row, by=editor)
    assert Source.objects.due().get() == row
    claim_due()
    with pytest.raises(StepRefused, match="at this moment"):
        check_now(row, by=editor)


ODD = {
    "/etag": raw(b'HTTP/1.1 200 OK\r\netag: "caf\xe9"\r\nlast-modified: m\xe5n\r\ncontent-length: 2\r\n\r\nok'),
    "/location": raw(b"HTTP/1.1 302 X\r\nlocation: /caf\xe9\r\ncontent-length: 0\r\n\r\n"),
    "/coding": raw(b"HTTP/1.1 200 OK\r\ncontent-encoding: b\xe9\r\ncontent-length: 2\r\n\r\nok"),
    "/title": answer(200, PAGE.replace(b"Story", b"Min\0ister")),
}


@pytest.mark.parametrize("path", ODD)
def test_what_a_server_sends_can_always_be_written_down(path, settings):
    with HostileServer() as server:
        settings.LINKS_ALLOW = [server.netloc]
        server.on(path, ODD[path])
        row = factories.source(url=server.url(path))
        assert drain() == 1
    check = row.checks.get()
    assert (check.status, check.klass) != (None, "own_fault")
    row.refresh_from_db()
    assert row.lease_token is None


UNWRITABLE = {
    "header": {"headers": {"content-type": "text/html", "etag": '"caf\udce9"'}},
    "address": {"final_url": "https://b.example.org/\0"},
    "status": {"status": 70_000},
    "content type": {"headers": {"content-type": 7}},
}


@pytest.mark.parametrize("fault", UNWRITABLE.values(), ids=UNWRITABLE)
def test_one_finding_that_cannot_be_written_down_loses_no_other(fault, caplog):
    for name in "abc":
        factories.source(url=f"https://{name}.example.org/")
    drain(fetch=Web())
    later(days=60)
    bad = Source.objects.get(host__key="b.example.org")
    web = Web({bad.canonical_url: lambda url: replace(page(url), **fault)})
    assert drain(fetch=web) == 3
    check = bad.checks.first()
    assert (check.verdict, check.klass, check.state) == ("OWN_FAULT", "own_fault", "alive")
    assert check.signals == ["Our own fault: what this check brought could not be read or written down."]
    bad.refresh_from_db()
    assert (bad.state, bad.past.failures, bad.lease_token, bad.lease_until) == ("alive", 0, None, None)
    assert bad.next_check_at > timezone.now() + timedelta(minutes=10)
    assert bad.host.not_before < timezone.now() + timedelta(minutes=1)
    assert {s.checks.first().klass for s in Source.objects.exclude(pk=bad.pk)} == {"alive"}
    assert bad.canonical_url in caplog.text


def test_a_link_whose_past_cannot_be_read_is_let_go_with_a_fault_of_our_own():
    bad = factories.source(url="https://a.example.org/", memory={"gone": "nonsense"})
    good = factories.source(url="https://b.example.org/")
    assert drain(fetch=Web()) == 2
    assert (bad.checks.get().verdict, good.checks.get().verdict) == ("OWN_FAULT", "OK")
    bad.refresh_from_db()
    assert (bad.state, bad.lease_token) == ("new", None)


def test_a_batch_begun_at_the_last_moment_ends_before_the_task_and_its_lease(monkeypatch):
    given = []

    async def fetch_many(jobs, **kwargs):
        given.append((kwargs["limits"].total_s, kwargs["within_s"]))
        return []

    monkeypatch.setattr(door, "fetch_many", fetch_many)
    visit = door.Visit([])
    visit.fetch([])
    visit._ends -= door.FIRST_S  # all of it was needed
    visit.fetch([])
    (page_s, first_s), (probe_s, second_s) = given
    assert page_s == Limits.total_s < first_s - GAP_PATIENCE_MS / 1000  # so that a slow page is called slow
    assert 10 < probe_s < second_s
    assert first_s + second_s <= door.BATCH_S
    assert tasks.BUDGET_S + door.BATCH_S + 10 < tasks.sweep.soft_time_limit < tasks.sweep.time_limit
    assert tasks.sweep.time_limit < LEASE.total_seconds() <= HOLD_MS / 1000 < WANTED_MS / 1000
    assert LEASE.total_seconds() > settings.CELERY_TASK_TIME_LIMIT


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_hold_one_source_both():
    for n in range(60):
        factories.source(url=f"https://site{n}.example.org/")
    start, taken = Barrier(4), []

    def work():
        start.wait()
        while claim := claim_due(limit=5).sources:
            taken.extend(source.pk for source in claim)
        close_old_connections()
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while claim := claim_due(limit=60).sources:
        taken.extend(source.pk for source in claim)
    assert sorted(taken) == sorted(Source.objects.values_list("pk", flat=True))


def test_both_validators_follow_every_answer_that_shows_the_page():
    row = factories.source(url="https://a.example.org/")

    def answered(status, **headers):
        def at(url):
            body = PAGE if status == 200 else b""
            exchange = page(url, body=body, status=status, conditional=status == 304)
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return replace(exchange, headers={"content-type": "text/html"} | named)

        return at

    def validators(answer):
        later(days=60)
        drain(fetch=Web(default=answer))
        row.refresh_from_db()
        return row.etag, row.last_modified

    assert validators(answered(200, etag='"1"', last_modified="Mon")) == ('"1"', "Mon")
    assert validators(answered(304, etag='"2"')) == ('"2"', "Mon")
    assert validators(answered(404, etag='"404"')) == ('"2"', "Mon")
    assert validators(answered(200, last_modified="Tue")) == ("", "Tue")
