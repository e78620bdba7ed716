"""A kept file that is damaged or missing is taken again from the living page, beside the damaged one."""

import gzip
import uuid
from hashlib import sha256

import pytest

from allegations.actions.links import auditing
from allegations.actions.links.auditing import chain_state, verify_files
from allegations.actions.links.store import archive, stored
from allegations.links.archive import layout
from allegations.links.archive.holding import after_check, anew, is_held, mend, number_of, spoil
from allegations.links.archive.store import StoreError
from allegations.models import StoredFile
from tests import factories
from tests.integration.web import check, flip, path_of, serve, small_web, story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_leases(monkeypatch):
    """Leases that no other test takes, though all share one Redis."""
    monkeypatch.setattr(auditing, "LEASES", f"{uuid.uuid4().hex}:")


@pytest.fixture
def server(settings):
    with small_web(settings) as running:
        serve(running, "/story", story(), etag='"one"')
        yield running


@pytest.fixture
def source(server):
    row = factories.source(url=server.url("/story"))
    check()
    return refreshed(row)


def refreshed(row):
    row.refresh_from_db()
    return row


def lose(file):
    path_of(file).unlink()


def audit():
    StoredFile.objects.update(verified_at=None)
    verify_files()


@pytest.mark.parametrize("harm", [lose, flip])
def test_a_damaged_copy_is_taken_again_at_the_next_check(source, server, harm):
    damaged = source.captures.get().file
    harm(damaged)
    audit()
    assert not refreshed(source).archived
    check()

    newest = refreshed(source).captures.order_by("-pk").first()
    assert source.archived
    assert newest.quality == "evidence"
    assert newest.file.key == f"{damaged.key}.2"
    assert sha256(path_of(newest.file).read_bytes()).hexdigest() == damaged.sha256
    assert "if-none-match" not in server.requests[-1].headers
    assert refreshed(damaged).fault
    assert source.tasks.get(done_at__isnull=True).kind == "copy-broken"


def test_it_is_taken_again_once(source, server):
    lose(source.captures.get().file)
    audit()
    for _ in range(3):
        check()

    assert source.captures.count() == 2
    assert server.requests[-1].headers["if-none-match"] == '"one"'


def test_the_copy_that_was_taken_again_may_be_lost_as_well(source):
    for _ in range(2):
        lose(source.captures.order_by("-pk").first().file)
        audit()
        check()

    assert refreshed(source).archived
    assert sorted(copy.file.key[-2:] for copy in source.captures.all())[:2] == [".2", ".3"]


def test_a_copy_that_was_restored_is_not_taken_again(source, server):
    file = source.captures.get().file
    whole = path_of(file).read_bytes()
    lose(file)
    audit()
    path_of(file).write_bytes(whole)
    audit()
    check()

    assert refreshed(source).archived
    assert source.captures.count() == 1
    assert server.requests[-1].headers["if-none-match"] == '"one"'


def kinds_of(check_made):
    with archive().open(check_made.warc.key) as opened:
        text = gzip.decompress(opened.read())
    return [line.split(b": ")[1].decode() for line in text.split(b"\r\n") if line.startswith(b"WARC-Type: ")]


@pytest.mark.parametrize("harm", [lose, flip])
def test_no_record_refers_to_one_that_is_damaged(source, server, harm):
    serve(server, "/story", story())
    check()
    assert "revisit" in kinds_of(source.checks.first())

    harm(source.checks.last().warc)
    audit()
    check()
    assert "revisit" not in kinds_of(source.checks.first())
    assert "response" in kinds_of(source.checks.first())
    check()
    assert "revisit" in kinds_of(source.checks.first())


def test_an_answer_whose_record_was_lost_comes_in_full_again(source, server):
    lose(source.checks.get().warc)
    audit()
    check()

    assert "if-none-match" not in server.requests[-1].headers
    assert "response" in kinds_of(source.checks.first())
    assert source.captures.count() == 1
    check()
    assert server.requests[-1].headers["if-none-match"] == '"one"'


def test_the_new_file_stands_in_its_days_manifest_beside_the_damaged_one(source, monkeypatch):
    from datetime import timedelta

    lose(source.captures.get().file)
    audit()
    check()
    later = auditing.database_now() + timedelta(days=2)
    monkeypatch.setattr(auditing, "database_now", lambda: later)
    monkeypatch.setattr(auditing, "own_now", lambda: later)
    auditing.seal_days()

    faults = chain_state(files=True).faults
    assert len(faults) == 1
    assert source.captures.last().file.key in faults[0]


# What a source remembers

AB, CD = "ab" * 32, "cd" * 32
KEY = f"cas/sha256/ab/ab/{AB}"


def test_what_came_in_doubt_is_held_only_while_the_doubt_lasts():
    memory = after_check({"captured": CD}, None, (AB, KEY), doubted=True)

    assert is_held(memory, AB, in_doubt=True)
    assert not is_held(memory, AB, in_doubt=False)
    assert is_held(memory, CD, in_doubt=True)
    assert after_check(memory, None, None, doubted=False)["doubted"] is None


def test_a_page_that_has_changed_is_no_second_file_of_what_was_damaged():
    memory = spoil({"captured": AB}, KEY, AB, of_answers=False)
    changed = after_check(memory, None, (CD, "x"), doubted=False)

    assert anew(memory)
    assert (number_of(memory, AB), number_of(memory, CD)) == (2, 1)
    assert not anew(changed)
    assert not is_held(changed, AB, in_doubt=False)
    assert not anew(mend(memory, AB, of_answers=False))


def test_the_same_bytes_of_another_page_are_kept_beside_a_file_that_nobody_knew_to_be_damaged(source, server):
    damaged = source.captures.get().file
    verify_files()
    flip(damaged)
    assert verify_files() == 0
    serve(server, "/twin", story())
    twin = factories.source(url=server.url("/twin"))
    check()

    copy = refreshed(twin).captures.get()
    assert (copy.file.key, twin.archived) == (f"{damaged.key}.2", True)
    assert twin.checks.get().not_kept == ""
    with archive().open(copy.file.key) as opened:
        assert sha256(opened.read()).hexdigest() == copy.sha256
    verify_files()  # the damaged one is looked at before its week is over
    assert (refreshed(damaged).fault, refreshed(source).archived) == ("changed", False)
    check()
    assert [one.file.key for one in source.captures.order_by("pk")] == [damaged.key, copy.file.key]


def test_into_a_store_that_is_empty_though_files_were_kept_nothing_is_written(source, server):
    folder = archive().folder
    aside = folder.rename(folder.with_name("unmounted"))
    folder.mkdir()
    serve(server, "/late", story("Another sentence stands here.", "The page is as long as one should be."))
    late = factories.source(url=server.url("/late"))
    check()
    with pytest.raises(StoreError, match="empty or away"):
        stored(
            layout.manifest_keys(auditing.database_now().date())[0],
            b"",
            StoredFile.Kind.MANIFEST,
            auditing.database_now(),
        )
    audit()

    assert list(folder.iterdir()) == []
    assert "empty or away" in late.checks.get().not_kept
    assert not late.captures.exists()
    assert refreshed(source.captures.get().file).fault == ""

    folder.rmdir()
    aside.rename(folder)
    refreshed(late)
    check()
    assert late.captures.exists()
