"""Auditing the archive: flipped bytes are found and shown, days are sealed, a broken chain is seen."""

import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from allegations.actions.links import auditing
from allegations.actions.links.auditing import chain_state, seal_days, verify_files
from allegations.actions.links.store import archive
from allegations.links.archive import layout, verify
from allegations.models import DayManifest, StoredFile
from tests import factories
from tests.integration.web import check, serve, small_web, story
from tests.servers.authority import Authority, StampServer

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 11, 20, 12, tzinfo=UTC)


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


def path_of(file):
    return archive().folder / file.key


def flip(file):
    path = path_of(file)
    path.chmod(0o640)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


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


def test_a_copy_of_the_folder_can_be_checked_by_anyone(three_days, tmp_path):
    checker = [sys.executable, "-I", "-S", verify.__file__, str(archive().folder)]
    whole = subprocess.run(checker, capture_output=True, text=True)
    assert (whole.returncode, "3 days, 3 files, 0 faults" in whole.stdout) == (0, True)
    flip(StoredFile.objects.get(sha256=sha256(b"two").hexdigest()))
    assert subprocess.run(checker, capture_output=True, text=True).returncode == 1


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


def test_an_authority_that_says_nonsense_is_asked_again(authority, now, caplog):
    authority.instead = b"nonsense"
    store_on(date(2026, 11, 19), b"one")
    (day,) = seal_days()
    assert not day.timestamps.exists()
    authority.instead = None
    seal_days()
    assert day.timestamps.exists()


def test_files_are_read_only(source):
    assert {path_of(file).stat().st_mode & 0o777 for file in StoredFile.objects.all()} == {0o440}
