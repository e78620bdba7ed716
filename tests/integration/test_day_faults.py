"""What is wrong with a day of the archive: found by the check of the chain, shown on pages, and cleared when mended."""

import io
import uuid
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allegations import tasks
from allegations.actions.links import auditing, day_faults, progress
from allegations.actions.links.auditing import chain_state, seal_days, verify_files
from allegations.actions.links.day_faults import check_chain
from allegations.actions.links.store import archive
from allegations.admin import links
from allegations.links.archive import layout
from allegations.models import (
    Capture,
    CaptureText,
    DayFault,
    DayManifest,
    LinkCheck,
    LinkEvent,
    SecondLook,
    Source,
    StoredFile,
)
from tests import factories
from tests.integration.web import check, path_of, serve, small_web, story

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DISAGREE = "records of its days do not agree"


@pytest.fixture(autouse=True)
def own_keys(monkeypatch):
    """Keys that no other test takes, though all share one Redis."""
    monkeypatch.setattr(auditing, "LEASES", f"{uuid.uuid4().hex}:")
    monkeypatch.setattr(day_faults, "CHECKED", uuid.uuid4().hex)
    monkeypatch.setattr(progress, "KEPT", uuid.uuid4().hex)


@pytest.fixture
def source(settings, monkeypatch):
    """A source with a copy whose day is sealed, as is the one after it."""
    with small_web(settings) as server:
        serve(server, "/story", story())
        row = factories.source(url=server.url("/story"))
        factories.citation(source=row, allegation=factories.allegation(factories.candidacy().candidate, cited=0))
        check()
    verify_files()
    now = auditing.database_now() + 2 * DAY
    monkeypatch.setattr(auditing, "database_now", lambda: now)
    monkeypatch.setattr(auditing, "own_now", lambda: now)
    assert len(seal_days()) == 2
    row.refresh_from_db()
    return row


KEPT = (SecondLook, CaptureText, Capture, LinkEvent, LinkCheck, StoredFile, DayManifest)


@contextmanager
def by_force():
    """Write to the database what its triggers keep anyone else from writing, until the test is over."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in KEPT:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield cursor


def delete(file, *models):
    """Delete the row of a file, after all rows of these models."""
    Source.objects.update(baseline=None if models else F("baseline"))
    with by_force() as cursor:
        for model in models:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        cursor.execute("DELETE FROM allegations_storedfile WHERE id = %s", [file.pk])


def forge(file, **values):
    """Let the row of a file say something else, and return what it said."""
    said = {name: getattr(file, name) for name in values}
    with by_force():
        StoredFile.objects.filter(pk=file.pk).update(**values)
    return said


def manifest_of(row, number=0):
    """Where the manifest of a day lies on disk, or (1) the file with its root."""
    return archive().folder / layout.manifest_keys(row.day)[number]


def audit():
    """Run the command; return what it told as wrong."""
    err = StringIO()
    try:
        call_command("audit", stdout=StringIO(), stderr=err)
    except CommandError:
        return err.getvalue()
    return ""


def shown(client, source):
    answer = client.get(reverse("source", args=[source.pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def stands(source):
    """Whether a copy stands for a source, and whether a person is asked about a damaged one."""
    source.refresh_from_db()
    return source.archived, source.tasks.filter(kind="copy-broken", done_at__isnull=True).exists()


# Files that their manifest lists otherwise


def with_its_bytes(file):
    """Forge a file and its row: each confirms the other, and only the manifest tells."""
    body = b"<p>Another story.</p>"
    path_of(file).chmod(0o640)
    was = path_of(file).read_bytes()
    path_of(file).write_bytes(body)
    return forge(file, sha256=sha256(body).hexdigest(), size=len(body)), was


def test_a_file_that_was_forged_with_its_row_is_shown_on_the_page_of_its_source_until_it_is_mended(source, client):
    file = source.captures.get().file
    assert audit() == ""
    assert stands(source) == (True, False)
    said, was = with_its_bytes(file)

    assert f"{file.key}: the database has another digest" in audit()
    page = shown(client, source)
    assert "An archived copy is damaged." in page
    assert "The file is not the one that the manifest of its day lists." in page
    assert DISAGREE not in page  # it is said once
    assert stands(source) == (False, True)
    copy = client.get(source.captures.get().get_absolute_url()).content.decode()
    assert "The file is not the one that the manifest of its day lists." in copy
    found = DayFault.objects.get().found_at
    audit()
    assert DayFault.objects.get().found_at == found

    path_of(file).write_bytes(was)
    forge(file, **said)
    assert audit() == ""
    assert "An archived copy is damaged." not in shown(client, source)
    assert stands(source) == (True, False)
    assert not DayFault.objects.exists()


def test_that_a_file_is_what_its_row_says_clears_it_of_nothing(source):
    file = source.captures.get().file
    _, was = with_its_bytes(file)
    check_chain()
    file.refresh_from_db()
    assert (file.fault, bool(file.fault_at)) == ("unlike", True)
    forged = path_of(file).read_bytes()
    for body, fault in [(forged, "unlike"), (was, "changed"), (forged, "unlike")]:
        path_of(file).write_bytes(body)
        StoredFile.objects.update(verified_at=None)
        verify_files()
        file.refresh_from_db()
        assert file.fault == fault
    check_chain()
    assert stands(source) == (False, True)


def test_the_page_is_taken_anew_though_the_row_tells_another_digest(source):
    file = source.captures.get().file
    with_its_bytes(file)
    check_chain()
    source.refresh_from_db()
    assert source.memory["spoilt"] == {source.captures.get().sha256: 2}


def test_answers_that_were_forged_with_their_row_are_told_too(source, client):
    file = source.checks.get().warc
    with_its_bytes(file)
    check_chain()
    page = shown(client, source)
    assert DISAGREE in page
    assert "lists a file of this source otherwise than the database." in page
    assert "The file is not the one that the manifest of its day lists." in page
    assert stands(source)[1]


def test_a_manifest_that_does_not_hold_itself_says_nothing_of_a_file(source, client):
    file = source.captures.get().file
    path = manifest_of(DayManifest.objects.earliest("day"))
    whole = path.read_bytes()
    path.chmod(0o640)
    path.write_bytes(whole.replace(file.sha256.encode(), sha256(b"x").hexdigest().encode()))

    assert "forged, added or taken away" in audit()
    file.refresh_from_db()
    assert file.fault == ""
    page = shown(client, source)
    assert "does not hold together with its root" in page
    assert "forged" not in page
    assert stands(source) == (True, False)


def test_such_a_manifest_clears_no_file_either(source):
    file = source.captures.get().file
    said, was = with_its_bytes(file)
    check_chain()
    lines = manifest_of(DayManifest.objects.earliest("day"))
    whole = lines.read_bytes()
    lines.chmod(0o640)
    lines.write_bytes(b"")
    check_chain()
    file.refresh_from_db()
    assert file.fault == "unlike"

    lines.write_bytes(whole)
    path_of(file).write_bytes(was)
    forge(file, **said)
    check_chain()
    file.refresh_from_db()
    assert (file.fault, file.fault_at) == ("", None)


# Files that the database does not know


def test_a_file_whose_row_is_lost_is_told_on_the_page_of_its_source(source, client):
    copy = source.captures.get()
    kept = StoredFile.objects.filter(pk=copy.file_id).values().get()
    delete(copy.file)
    assert "the database does not know it" in audit()
    page = shown(client, source)
    assert DISAGREE in page
    assert "lists a file of this source that the database does not know." in page
    assert stands(source) == (False, True)

    StoredFile.objects.create(**kept)
    assert audit() == ""
    assert DISAGREE not in shown(client, source)
    assert stands(source) == (True, False)


def test_so_is_one_whose_copy_was_deleted_with_it(source, client):
    other = factories.source()
    delete(source.captures.get().file, SecondLook, CaptureText, Capture)
    check_chain()
    assert "that the database does not know." in shown(client, source)
    assert list(DayFault.objects.get().sources.all()) == [source]
    assert other.day_faults.count() == 0


def test_so_are_answers_whose_checks_were_deleted_with_them(source, client):
    delete(source.checks.get().warc, SecondLook, CaptureText, Capture, LinkEvent, LinkCheck)
    check_chain()
    assert "that the database does not know." in shown(client, source)


# Days


def test_a_missing_day_is_shown_on_the_pages_of_its_copies_until_it_is_back(source, client):
    path = manifest_of(DayManifest.objects.earliest("day"), 1)
    path.rename(path.with_name("aside"))
    audit()
    assert "is missing, or it does not hold together with its root and the day before" in shown(client, source)
    copy = source.captures.get().get_absolute_url()
    words = "The manifest of its day is missing, or does not hold together"
    assert words in shown(client, source)
    assert words in client.get(copy).content.decode()
    assert words in client.get(reverse("source-copies", args=[source.pk])).content.decode()
    assert stands(source) == (True, False)

    path.with_name("aside").rename(path)
    assert audit() == ""
    assert "hold together" not in shown(client, source) + client.get(copy).content.decode()


@pytest.mark.parametrize(("kind", "words"), [("stamp", "A timestamp of the manifest of"), ("day", "The manifest of")])
def test_what_is_told_of_a_day_is_told_to_sources_with_copies_of_it_alone(source, client, kind, words):
    day = source.captures.get().file.stored_at
    DayFault.objects.create(kind=kind, day=day - DAY, found_at=day, about="a", words="b")
    assert DISAGREE not in shown(client, source)
    DayFault.objects.create(kind=kind, day=day, found_at=day, about="a", words="b")
    assert f"{words} {day:%-d %B %Y} is missing" in shown(client, source)


def test_a_day_that_is_missing_in_the_database_is_shown_there_too(source, client):
    day = DayManifest.objects.earliest("day").day
    check_chain()
    assert DISAGREE not in shown(client, source)
    with by_force():
        DayManifest.objects.filter(day=day).delete()
    assert f"{day}: manifest/{day}.root: the day is missing in the database." in audit()
    assert DISAGREE in shown(client, source)


def store_on(moment, body):
    digest = sha256(body).hexdigest()
    archive().put(layout.payload_key(digest), io.BytesIO(body))
    return factories.stored_file(body, key=layout.payload_key(digest), sha256=digest, stored_at=moment)


def test_reviewers_see_what_was_found_though_the_chain_is_long(source, client, reviewer, monkeypatch):
    monkeypatch.setattr(links, "DAYS_AT_ONCE", 0)
    client.force_login(reviewer)
    address = reverse("admin:links")
    assert "Check the chain of the days" in client.get(address).content.decode()
    path = manifest_of(DayManifest.objects.earliest("day"))
    path.unlink()
    check_chain()
    page = client.get(address).content.decode()
    assert "The chain of the days is broken:" in page
    assert "the file is missing." in page


# Files in no manifest


def test_a_copy_that_is_in_no_manifest_is_told_until_the_next_one_lists_it(source, client, monkeypatch):
    """As under a clock that went back: the day was sealed already."""
    first = DayManifest.objects.earliest("day")
    file = store_on(source.captures.get().file.stored_at, b"late")
    copy = factories.capture(source, file=file, check_made=None)
    check_chain()
    page = shown(client, source)
    assert "is in no manifest yet; the next one lists it." in page
    assert "It does not list this copy; the next one does." in page
    assert stands(source) == (True, False)

    now = auditing.database_now() + DAY
    monkeypatch.setattr(auditing, "database_now", lambda: now)
    monkeypatch.setattr(auditing, "own_now", lambda: now)
    assert [row.entries for row in seal_days()] == [1]
    check_chain()
    assert "no manifest yet" not in shown(client, source)
    assert (copy.source, first.entries) == (source, 2)


def test_a_file_in_no_manifest_is_found_though_as_many_are_listed_as_there_are(source):
    file = source.captures.get().file
    delete(file, SecondLook, CaptureText, Capture)
    late = store_on(file.stored_at, b"in its place")
    assert any(late.key in fault and "in no manifest" in fault for fault in chain_state().faults)


# When it is checked


def test_a_store_that_is_away_is_no_fault_of_its_days(source, client):
    folder, aside = archive().folder, archive().folder.with_name("aside")
    folder.rename(aside)
    for put_there in (folder.mkdir, folder.rmdir):
        put_there()
        assert not check_chain().whole
        assert not DayFault.objects.exists()
    aside.rename(folder)
    assert check_chain().whole


def test_the_chain_is_checked_once_a_day_and_every_hour_while_something_is_wrong(source, monkeypatch):
    real, times = day_faults.chain_state, []
    monkeypatch.setattr(day_faults, "chain_state", lambda: times.append(1) or real())
    for _ in range(3):
        tasks.check_chain()
    assert len(times) == 1
    file = source.captures.get().file
    said, was = with_its_bytes(file)
    cache.delete(day_faults.CHECKED)
    tasks.check_chain()
    tasks.check_chain()
    assert len(times) == 3
    path_of(file).write_bytes(was)
    forge(file, **said)
    for _ in range(3):
        tasks.check_chain()
    assert len(times) == 4
    assert stands(source) == (True, False)


def test_what_was_written_down_is_followed_though_the_check_was_stopped_in_between(source, monkeypatch):
    file = source.captures.get().file
    with_its_bytes(file)
    with monkeypatch.context() as stopped, pytest.raises(SystemExit):
        stopped.setattr(day_faults, "_mark", stop)
        check_chain()
    assert stands(source) == (True, False)
    check_chain()
    assert stands(source) == (False, True)


def stop(*_args, **_kwargs):
    raise SystemExit


@pytest.mark.parametrize("copies", [1, 30])
def test_a_page_costs_the_same_when_something_is_wrong(client, copies):
    source = factories.allegation(factories.candidacy().candidate).citations.get().source
    pages = [source.get_absolute_url(), reverse("source-copies", args=[source.pk])]
    for number in range(copies):
        at = auditing.database_now() - number * DAY
        factories.capture(source, file=factories.stored_file(f"{number}".encode(), stored_at=at), captured_at=at)
    pages.append(source.captures.first().get_absolute_url())
    before = [queries(client, page) for page in pages]
    for copy in source.captures.all():
        fault = {"day": copy.file.stored_at.date(), "found_at": copy.file.stored_at, "words": "."}
        DayFault.objects.create(kind="day", about="manifest/x.root", **fault)
        DayFault.objects.create(kind="unlisted", about=copy.file.key, **fault).sources.add(source)
    assert [queries(client, page) for page in pages] == before


def queries(client, page):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)
