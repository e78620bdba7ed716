"""Auditing the archive: flipped bytes are found and shown, days are sealed, a broken chain is seen."""

import io
import json
import subprocess
import sys
import uuid
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import StringIO

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.db.models import F
from django.urls import reverse

from allegations import tasks
from allegations.actions.links import auditing
from allegations.actions.links.auditing import chain_state, seal_days, verify_files
from allegations.actions.links.store import archive
from allegations.links.archive import layout, verify
from allegations.links.archive.store import FolderStore, NotStored, StoreError
from allegations.models import DayManifest, DayTimestamp, StoredFile
from tests import factories
from tests.integration.web import check, flip, path_of, serve, small_web, story
from tests.servers.authority import Authority, StampServer

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_leases(monkeypatch):
    """Leases that no other test takes, though all share one Redis."""
    monkeypatch.setattr(auditing, "LEASES", f"{uuid.uuid4().hex}:")


@pytest.fixture
def source(settings):
    with small_web(settings) as server:
        serve(server, "/story", story())
        allegation = factories.allegation(factories.candidacy().candidate, cited=0)
        row = factories.source(url=server.url("/story"))
        factories.citation(source=row, allegation=allegation)
        check()
        row.refresh_from_db()
        yield row


def verify_again():
    StoredFile.objects.update(verified_at=None)
    return verify_files()


def test_every_file_is_verified_once_a_week(source):
    assert verify_files() == StoredFile.objects.count() == 2
    assert verify_files() == 0
    StoredFile.objects.update(verified_at=datetime.now(UTC) - timedelta(days=8))
    assert verify_files() == 2


def test_a_flipped_byte_is_found_and_shown_and_written_over_by_nobody(source, client, caplog):
    file = source.captures.get().file
    flip(file)
    verify_again()
    file.refresh_from_db()
    assert file.fault == "changed"
    source.refresh_from_db()
    assert not source.archived
    assert source.tasks.get().kind == "copy-broken"
    assert file.key in caplog.text
    shown = client.get(reverse("source", args=[source.pk])).content.decode()
    assert "not what was stored" in shown
    assert sha256(path_of(file).read_bytes()).hexdigest() != file.sha256


def test_a_file_that_was_restored_stands_again(source):
    file = source.captures.get().file
    whole = path_of(file).read_bytes()
    flip(file)
    verify_again()
    path_of(file).write_bytes(whole)
    verify_again()
    source.refresh_from_db()
    assert source.archived
    assert not source.tasks.filter(done_at__isnull=True).exists()


def test_a_missing_file_is_found(source):
    path_of(source.captures.get().file).unlink()
    verify_again()
    assert StoredFile.objects.get(kind="payload").fault == "missing"


def test_a_damaged_record_of_answers_is_shown_too(source, client):
    flip(source.checks.get().warc)
    verify_again()
    assert source.tasks.get().kind == "copy-broken"


def later(**kwargs):
    """Let all that was written down about files be so much older than it is."""
    earlier = timedelta(**kwargs)
    StoredFile.objects.update(verified_at=F("verified_at") - earlier, fault_at=F("fault_at") - earlier)


def test_a_store_that_is_away_is_no_fault_of_its_files(source, caplog):
    """As when its disk is not mounted: the folder is there and empty; then it is not there at all."""
    verify_files()
    folder, aside = archive().folder, archive().folder.with_name("aside")
    folder.rename(aside)
    for put_there in (folder.mkdir, folder.rmdir):
        put_there()
        caplog.clear()
        assert verify_again() == 0
        assert "no file was judged" in caplog.text
    aside.rename(folder)
    source.refresh_from_db()
    assert source.archived
    assert not source.tasks.exists()
    assert not StoredFile.objects.exclude(fault="").exists()


def test_a_store_that_gives_out_nothing_is_away_though_its_folder_is_there(source, monkeypatch):
    def broken(_store, key):
        raise StoreError(f"{key}: The archive’s disk failed.")

    monkeypatch.setattr(type(archive()), "open", broken)
    assert verify_again() == 0
    assert not StoredFile.objects.exclude(fault="").exists()


def test_a_store_that_comes_back_while_it_is_asked_is_asked_again(source, monkeypatch):
    real, refused = FolderStore.open, []

    def once_away(store, key):
        if not refused:
            refused.append(key)
            raise NotStored(key)
        return real(store, key)

    monkeypatch.setattr(FolderStore, "open", once_away)
    verify_again()
    assert refused
    assert not StoredFile.objects.exclude(fault="").exists()


def test_the_command_says_that_the_store_is_away(source):
    archive().folder.rename(archive().folder.with_name("aside"))
    with pytest.raises(CommandError, match="no file was judged"):
        call_command("audit", stdout=StringIO())


def test_a_faulty_file_is_looked_at_again_within_minutes_and_then_every_hour(source):
    verify_files()
    path = path_of(source.captures.get().file)
    path.rename(path.with_name("aside"))
    verify_again()
    looked = []
    for minutes in (14, 2, 14, 2, 16, 16, 16, 16, 16):  # after 64 of them the first hour is over
        later(minutes=minutes)
        looked.append(verify_files())
    assert looked == [0, 1, 0, 1, 1, 0, 0, 0, 1]
    path.with_name("aside").rename(path)
    later(minutes=61)
    assert verify_files() == 1
    source.refresh_from_db()
    assert source.archived


def test_faulty_files_and_others_are_looked_at_in_turn(db):
    long_ago = datetime.now(UTC) - timedelta(days=30)
    for number in range(3):
        factories.stored_file(f"new {number}".encode())
        factories.stored_file(f"{number}".encode(), fault="missing", verified_at=long_ago, fault_at=long_ago)
    due = auditing._to_verify(datetime.now(UTC))
    assert [bool(file.fault) for file in due] == [True, False] * 3


def test_a_file_that_nobody_could_read_through_holds_up_no_other(source, monkeypatch):
    """As a large file whose reading takes longer than a task may: the task ends in the middle of it."""
    first = auditing._to_verify(datetime.now(UTC))[0]
    real = auditing._measured

    def too_long(opened):
        if opened.name.endswith(first.key):
            raise SoftTimeLimitExceeded
        return real(opened)

    monkeypatch.setattr(auditing, "_measured", too_long)
    with pytest.raises(SoftTimeLimitExceeded):
        verify_files()
    assert verify_files() == StoredFile.objects.count() - 1
    first.refresh_from_db()
    assert first.verified_at is None


def test_what_somebody_else_found_meanwhile_stands(source, monkeypatch):
    file = source.captures.get().file
    meanwhile = datetime.now(UTC)

    def overtaken(found):
        StoredFile.objects.filter(pk=found.pk).update(verified_at=meanwhile)
        return "changed"

    monkeypatch.setattr(auditing, "_fault", overtaken)
    found = auditing.verify_file(file)
    assert (found.fault, found.verified_at) == ("", meanwhile)


def test_nothing_is_locked_while_a_file_is_read(source, monkeypatch):
    real, transactions = auditing._measured, []

    def noted(opened):
        transactions.append(len(connection.savepoint_ids))
        return real(opened)

    monkeypatch.setattr(auditing, "_measured", noted)
    before = len(connection.savepoint_ids)
    assert verify_files() == 2
    assert transactions == [before, before]


def test_files_are_verified_though_days_cannot_be_sealed(source, monkeypatch):
    def refused():
        raise StoreError("The archive’s disk is full.")

    monkeypatch.setattr(auditing, "seal_days", refused)
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if entry["task"] in ("links.audit", "links.seal"):
            with suppress(StoreError):
                current_app.tasks[entry["task"]]()
    assert not StoredFile.objects.filter(verified_at__isnull=True).exists()


def test_days_are_sealed_by_a_task_of_their_own(now):
    store_on(date(2026, 11, 19), b"one")
    assert "links.seal" in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    tasks.seal()
    assert DayManifest.objects.count() == 1


def test_the_longest_reading_ends_before_the_broker_hands_the_task_out_again():
    assert tasks.audit.soft_time_limit < tasks.audit.time_limit < settings.VISIBILITY_TIMEOUT


# Days


def store_on(day, body):
    """A file that was stored on this day."""
    digest = sha256(body).hexdigest()
    archive().put(layout.payload_key(digest), io.BytesIO(body))
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return factories.stored_file(body, key=layout.payload_key(digest), sha256=digest, stored_at=moment)


@pytest.fixture
def now(monkeypatch):
    def at(moment):
        monkeypatch.setattr(auditing, "database_now", lambda: moment)

    at(FIRST)
    return at


@pytest.fixture
def three_days(now):
    """Two days with files and one without between them, all sealed."""
    store_on(date(2026, 11, 17), b"one")
    store_on(date(2026, 11, 17), b"two")
    store_on(date(2026, 11, 19), b"three")
    return seal_days()


def test_each_day_that_is_over_is_sealed_once_and_follows_the_day_before(three_days):
    assert [(row.day.day, row.entries) for row in three_days] == [(17, 2), (18, 0), (19, 1)]
    assert seal_days() == []
    state = chain_state(files=True)
    assert (state.whole, state.days, state.last) == (True, 3, date(2026, 11, 19))


def test_a_day_is_not_sealed_before_its_last_transactions_are_over(now):
    store_on(date(2026, 11, 19), b"one")
    now(datetime(2026, 11, 20, 0, 30, tzinfo=UTC))
    assert seal_days() == []
    now(datetime(2026, 11, 20, 1, 30, tzinfo=UTC))
    assert len(seal_days()) == 1


def test_a_forged_line_breaks_the_chain(three_days):
    path = archive().folder / "manifest/2026-11-17.jsonl"
    path.chmod(0o640)
    lines = path.read_text().splitlines()
    entry = json.loads(lines[0]) | {"size": 999}
    path.write_bytes(verify.canonical(entry) + b"\n" + lines[1].encode() + b"\n")
    assert any("2026-11-17" in fault and "forged" in fault for fault in chain_state().faults)


def test_a_missing_day_breaks_the_chain(three_days):
    for name in ("jsonl", "root"):
        (archive().folder / f"manifest/2026-11-18.{name}").unlink()
    assert any("2026-11-18" in fault and "missing" in fault for fault in chain_state().faults)


def test_a_day_that_is_missing_in_the_database_is_told(three_days):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE allegations_daymanifest DISABLE TRIGGER append_only")
    DayManifest.objects.filter(day=date(2026, 11, 18)).delete()
    assert any("missing in the database" in fault for fault in chain_state().faults)


def test_the_command_names_what_is_wrong_and_fails(three_days):
    out, err = StringIO(), StringIO()
    call_command("audit", stdout=out, stderr=err)
    assert "3 days sealed" in out.getvalue()
    flip(StoredFile.objects.get(sha256=sha256(b"three").hexdigest()))
    with pytest.raises(CommandError):
        call_command("audit", stdout=out, stderr=err)
    assert "not what was stored" in err.getvalue()


def write_over(trigger_of, sql, *values):
    """Write to the database what its triggers keep anyone else from writing."""
    table, trigger = trigger_of
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE allegations_{table} DISABLE TRIGGER {trigger}")
        cursor.execute(sql.format(f"allegations_{table}"), values)
        cursor.execute(f"ALTER TABLE allegations_{table} ENABLE TRIGGER {trigger}")


FILES, DAYS, STAMPS = ("storedfile", "kept"), ("daymanifest", "append_only"), ("daytimestamp", "append_only")


def told_by_the_command():
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError):
        call_command("audit", stdout=out, stderr=err)
    return err.getvalue()


def test_a_file_that_was_forged_with_its_row_is_told_by_its_manifest(three_days):
    file = StoredFile.objects.get(sha256=sha256(b"one").hexdigest())
    path_of(file).chmod(0o640)
    path_of(file).write_bytes(b"forged")
    forged = sha256(b"forged").hexdigest()
    write_over(FILES, "UPDATE {} SET sha256 = %s, size = 6 WHERE id = %s", forged, file.pk)
    assert f"{file.key}: the database has another digest" in told_by_the_command()


def test_a_file_that_was_deleted_with_its_row_is_told_by_its_manifest(three_days):
    file = StoredFile.objects.get(sha256=sha256(b"two").hexdigest())
    path_of(file).unlink()
    write_over(FILES, "DELETE FROM {} WHERE id = %s", file.pk)
    assert f"{file.key}: the manifest lists it, and the database does not know it" in told_by_the_command()


def test_a_day_that_the_database_tells_otherwise_than_its_root_file_is_told(three_days):
    write_over(DAYS, "UPDATE {} SET entries = 7 WHERE day = '2026-11-18'")
    assert any("2026-11-18" in fault and "file of the root" in fault for fault in chain_state().faults)


def test_a_copy_of_the_folder_can_be_checked_by_anyone(three_days, tmp_path):
    checker = [sys.executable, "-I", "-S", verify.__file__, str(archive().folder)]
    whole = subprocess.run(checker, capture_output=True, text=True)
    assert (whole.returncode, "3 days, 3 files, 0 faults" in whole.stdout) == (0, True)
    flip(StoredFile.objects.get(sha256=sha256(b"two").hexdigest()))
    assert subprocess.run(checker, capture_output=True, text=True).returncode == 1


# A database of an older day than the store


def restored(day, *lost):
    """Leave the database as a dump of the evening before this day has it, and without these files too."""
    write_over(STAMPS, "DELETE FROM {} WHERE manifest_id >= %s", day)
    write_over(DAYS, "DELETE FROM {} WHERE day >= %s", day)
    keys = [file.key for file in lost]
    later = "kind IN ('manifest', 'timestamp') AND substring(key FROM 10 FOR 10) >= %s"
    write_over(FILES, f"DELETE FROM {{}} WHERE key = ANY(%s) OR ({later})", keys, day.isoformat())


def test_days_sealed_since_a_dump_are_sealed_again_with_their_own_lines(now):
    store_on(date(2026, 11, 17), b"one")
    known, lost = store_on(date(2026, 11, 18), b"two"), store_on(date(2026, 11, 18), b"three")
    before = [(row.day, row.root, row.chain, row.entries) for row in seal_days()]
    restored(date(2026, 11, 18), lost)
    late = store_on(date(2026, 11, 18), b"kept by the database alone")

    seal_days()
    now(FIRST + timedelta(days=2))
    store_on(date(2026, 11, 20), b"four")
    seal_days()

    rows = list(DayManifest.objects.order_by("day"))
    assert [(row.day, row.root, row.chain, row.entries) for row in rows][: len(before)] == before
    again = StoredFile.objects.get(key=lost.key)
    assert (again.sha256, again.size, again.kind, again.verified_at) == (lost.sha256, lost.size, lost.kind, None)
    assert StoredFile.objects.filter(pk=known.pk).exists()
    assert late.key in (archive().folder / f"manifest/{rows[len(before)].day}.jsonl").read_text()
    assert chain_state(files=True).faults == ()


def sealed():
    return list(DayManifest.objects.order_by("day").values_list("day", "root", "chain", "entries"))


@pytest.fixture
def forty_lost_days(now):
    """Forty days since a dump, a file every fourth day; returns what tells whether all is as it was."""
    files = [store_on(FIRST.date() - timedelta(days=days), b"%d" % days) for days in range(1, 42, 4)]
    seal_days()
    before = sealed()
    restored(FIRST.date() - timedelta(days=40), *files[:-1])
    assert (len(before), len(sealed()), StoredFile.objects.filter(kind="payload").count()) == (41, 1, 1)
    return lambda: sealed() == before and StoredFile.objects.filter(kind="payload").count() == len(files)


def test_one_run_seals_all_lost_days_again_and_looks_at_their_files(forty_lost_days):
    out = StringIO()
    call_command("audit", stdout=out)
    assert "41 days sealed, the last 2026-11-19; 40 of them now; 0 faults." in out.getvalue()
    assert forty_lost_days()
    assert not StoredFile.objects.filter(verified_at=None).exists()


def test_so_does_one_ring(forty_lost_days):
    tasks.seal()
    assert forty_lost_days()


def test_a_run_that_is_killed_loses_nothing(forty_lost_days, monkeypatch):
    real, days = auditing.know, []

    def killed(entries, day):
        days.append(day)
        if len(days) == 18:
            raise SystemExit
        real(entries, day)

    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(auditing, "know", killed)
        call_command("audit", stdout=StringIO())
    assert DayManifest.objects.count() == 1 + 15  # what was written down before stands
    assert not chain_state().faults
    call_command("audit", stdout=StringIO())
    assert forty_lost_days()


def test_it_is_told_how_far_it_has_come(forty_lost_days):
    told = []
    seal_days(by_hand=True, told=told.append)
    assert told == [*range(5, 45, 5)]


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_lost_day_whose_manifest_is_missing_in_the_store_is_not_made_up(forty_lost_days, by_hand):
    """Sealed anew it would list what the database happens to know, and none of the later days would follow it."""
    path = archive().folder / "manifest/2026-10-31.jsonl"
    path.rename(path.with_name("aside"))
    with pytest.raises(StoreError, match=r"2026-10-31\.jsonl: it is missing, and the manifest of 2026-11-19"):
        seal_days(by_hand=by_hand)
    assert DayManifest.objects.latest("day").day < date(2026, 10, 31)
    path.with_name("aside").rename(path)
    seal_days(by_hand=by_hand)
    assert forty_lost_days()


def test_a_manifest_that_lists_a_file_otherwise_than_the_database_is_not_taken_over(now):
    """As one that somebody put into the store before the day was over: it would make a whole copy a damaged one."""
    file = store_on(date(2026, 11, 19), b"one")
    line = verify.canonical({"key": file.key, "kind": "payload", "sha256": "ab" * 32, "size": 5})
    archive().put("manifest/2026-11-19.jsonl", io.BytesIO(line + b"\n"))
    assert f"2026-11-19.jsonl: it lists {file.key} otherwise than the database" in told_by_the_command()
    assert not DayManifest.objects.exists()


def test_timestamps_of_such_days_are_taken_from_the_store(authority, now):
    store_on(date(2026, 11, 18), b"one")
    seal_days()
    asked = len(authority.asked)
    restored(date(2026, 11, 18))
    seal_days()
    assert DayTimestamp.objects.count() == DayManifest.objects.count() == 2
    assert len(authority.asked) == asked
    assert chain_state().whole


@pytest.mark.parametrize("lines", [b"nonsense\n", b"[]\n", b'{"key":"x","kind":"payload","sha256":"","size":1}\n'])
def test_a_manifest_in_the_store_that_does_not_hold_is_told_in_words(three_days, lines):
    restored(date(2026, 11, 19))
    path = archive().folder / "manifest/2026-11-19.jsonl"
    path.chmod(0o640)
    path.write_bytes(lines)
    assert "Days could not be sealed" in told_by_the_command()


def test_a_manifest_in_the_store_that_follows_another_day_is_told_in_words(three_days):
    restored(date(2026, 11, 19))
    path = archive().folder / "manifest/2026-11-19.root"
    path.chmod(0o640)
    path.write_bytes(path.read_bytes().replace(b'"previous":"', b'"previous":"0'))
    assert "other bytes" in told_by_the_command()
    assert not DayManifest.objects.filter(day=date(2026, 11, 19)).exists()


def test_timestamps_are_asked_for_though_a_day_cannot_be_sealed(three_days, authority):
    restored(date(2026, 11, 19))
    (archive().folder / "manifest/2026-11-19.root").unlink()
    archive().put("manifest/2026-11-19.root", io.BytesIO(b"nonsense"))
    with pytest.raises(StoreError):
        seal_days()
    assert DayTimestamp.objects.count() == 2


# Timestamps


@pytest.fixture
def authority(tmp_path, settings):
    """An authority of openssl behind a server: it stamps what is posted."""
    founded = Authority(tmp_path / "authority").found("ca")
    with StampServer(founded) as running:
        settings.LINKS_ALLOW = [running.netloc]
        settings.ARCHIVE_TIMESTAMPS = [f"ours={running.url}"]
        settings.ARCHIVE_TIMESTAMP_CERTIFICATES = founded.of("ca.pem")
        yield running


def test_a_day_is_stamped_by_an_authority(authority, now):
    store_on(date(2026, 11, 19), b"one")
    (day,) = seal_days()
    stamp = day.timestamps.get()
    assert stamp.authority == "ours"
    assert stamp.file.kind == "timestamp"
    root = archive().folder / "manifest/2026-11-19.root"
    told = ["openssl", "ts", "-verify", "-data", str(root), "-in", str(path_of(stamp.file)), "-CAfile"]
    assert subprocess.run([*told, authority.authority.of("ca.pem")], capture_output=True).returncode == 0
    seal_days()
    assert len(authority.asked) == 1


@pytest.mark.parametrize("trusted", [True, False])
def test_a_kept_timestamp_is_read_again(authority, now, settings, trusted):
    store_on(date(2026, 11, 18), b"one")
    first, second = seal_days()
    if not trusted:
        settings.ARCHIVE_TIMESTAMP_CERTIFICATES = None
    assert chain_state().whole
    path, other = path_of(first.timestamps.get().file), path_of(second.timestamps.get().file)
    path.chmod(0o640)
    path.write_bytes(other.read_bytes())
    [fault] = chain_state().faults
    assert fault.startswith("2026-11-18: manifest/2026-11-18.ours.tsr: The timestamp does not hold")
    assert chain_state().troubles[0].kind == "stamp"
    path.unlink()
    assert any("2026-11-18.ours.tsr" in fault for fault in chain_state().faults)


def test_a_timestamp_of_another_moment_in_the_database_is_told(authority, now):
    store_on(date(2026, 11, 19), b"one")
    seal_days()
    write_over(STAMPS, "UPDATE {} SET stated_at = '2020-01-01T00:00:00Z'")
    assert "another moment than the timestamp" in chain_state().faults[0]


def test_an_authority_that_says_nonsense_is_asked_again(authority, now, caplog):
    authority.instead = b"nonsense"
    store_on(date(2026, 11, 19), b"one")
    (day,) = seal_days()
    assert not day.timestamps.exists()
    authority.instead = None
    seal_days()
    assert day.timestamps.exists()


def test_a_timestamp_whose_row_was_lost_is_taken_from_the_store(authority, now, monkeypatch):
    store_on(date(2026, 11, 19), b"one")
    with monkeypatch.context() as broken:
        broken.setattr(DayTimestamp.objects, "create", refuse)
        (day,) = seal_days()
    assert not day.timestamps.exists()
    seal_days()
    assert day.timestamps.get().file.key == "manifest/2026-11-19.ours.tsr"
    assert len(authority.asked) == 1


def refuse(**_values):
    raise IntegrityError


def test_a_name_that_holds_something_else_is_no_obstacle_to_a_timestamp(authority, now):
    store_on(date(2026, 11, 19), b"one")
    taken = layout.timestamp_key(date(2026, 11, 19), "ours")
    archive().put(taken, io.BytesIO(b"nonsense"))
    (day,) = seal_days()
    file = day.timestamps.get().file
    assert file.key == f"manifest/2026-11-19.ours-{file.sha256[:16]}.tsr"
    assert sha256(path_of(file).read_bytes()).hexdigest() == file.sha256
    assert chain_state(files=True).whole


def test_a_day_whose_root_cannot_be_read_holds_up_no_later_one(authority, now, settings):
    asked, settings.ARCHIVE_TIMESTAMPS = settings.ARCHIVE_TIMESTAMPS, []
    store_on(date(2026, 11, 18), b"one")
    first, second = seal_days()
    path_of(first.file).unlink()
    settings.ARCHIVE_TIMESTAMPS = asked
    seal_days()
    assert not first.timestamps.exists()
    assert second.timestamps.exists()


def test_files_are_read_only(source):
    assert {path_of(file).stat().st_mode & 0o777 for file in StoredFile.objects.all()} == {0o440}
