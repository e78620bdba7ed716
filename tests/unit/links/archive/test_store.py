"""The store: a file is there whole or not at all, and never becomes another."""

import errno
import io
import os
import resource
import stat
from datetime import date
from pathlib import Path

import pytest

from allegations.links.archive import layout, store
from allegations.links.archive.layout import KeyRefused, payload_key, warc_key
from allegations.links.archive.store import FolderStore, NotStored, StoreError

KEY = payload_key("ab" * 32)
OTHER = payload_key("cd" * 32)


@pytest.fixture
def kept(tmp_path) -> FolderStore:
    return FolderStore(tmp_path / "archive")


def read(kept: FolderStore) -> bytes:
    with kept.open(KEY) as file:
        return file.read()


def left_over(kept: FolderStore) -> list[Path]:
    return [path for path in kept.folder.rglob("*") if path.is_file()]


def test_what_is_put_is_there(kept):
    assert kept.put(KEY, io.BytesIO(b"evidence")) is True
    assert read(kept) == b"evidence"
    assert kept.exists(KEY)
    assert kept.size(KEY) == 8
    assert list(kept.list("cas/")) == [KEY]


def test_a_file_is_read_only_and_nothing_lies_beside_it(kept):
    kept.put(KEY, io.BytesIO(b"evidence"))
    [path] = left_over(kept)

    assert path == kept.folder / KEY
    assert stat.S_IMODE(path.stat().st_mode) & 0o333 == 0


def test_the_file_is_put_from_its_start_wherever_it_was_read_to(kept):
    file = io.BytesIO(b"evidence")
    file.read()
    kept.put(KEY, file)

    assert read(kept) == b"evidence"


def test_the_same_bytes_may_come_again(kept):
    kept.put(KEY, io.BytesIO(b"evidence"))

    assert kept.put(KEY, io.BytesIO(b"evidence")) is False


@pytest.mark.parametrize("other", [b"forged!!", b"evidence and more", b"evid", b""])
def test_other_bytes_are_refused_and_the_first_stay(kept, other):
    kept.put(KEY, io.BytesIO(b"evidence"))

    with pytest.raises(StoreError, match="other bytes"):
        kept.put(KEY, io.BytesIO(other))
    assert read(kept) == b"evidence"
    assert len(left_over(kept)) == 1


def test_of_two_writers_at_once_the_first_wins_and_the_second_is_told(kept, monkeypatch):
    def overtaken(path: Path) -> bool:
        monkeypatch.undo()
        kept.put(KEY, io.BytesIO(b"first"))
        return False

    monkeypatch.setattr(Path, "exists", overtaken)
    with pytest.raises(StoreError, match="other bytes"):
        kept.put(KEY, io.BytesIO(b"second"))

    assert read(kept) == b"first"
    assert len(left_over(kept)) == 1


@pytest.mark.parametrize("missing", [FolderStore.open, FolderStore.size])
def test_what_is_not_there_is_said(kept, missing):
    with pytest.raises(NotStored, match="no such file"):
        missing(kept, KEY)
    assert not kept.exists(KEY)
    assert list(kept.list()) == []


def test_names_are_listed_in_order_and_without_what_a_killed_writer_left(kept):
    keys = sorted([KEY, OTHER, "manifest/2021-11-23.root", warc_key(date(2021, 11, 23), "ef" * 32, 9)])
    for key in reversed(keys):
        kept.put(key, io.BytesIO(key.encode()))
    partial = kept.folder / "warc" / ".partial-1"
    partial.write_bytes(b"half")

    assert list(kept.list()) == keys
    assert list(kept.list("warc/2021")) == [key for key in keys if key.startswith("warc/2021")]
    assert list(kept.list("cas/sha256/ab")) == [KEY]
    assert list(kept.list("../")) == []
    assert list(kept.partial()) == [partial]


def test_a_write_that_breaks_off_leaves_nothing(kept):
    """A real limit of the kernel stops the write halfway."""
    kept.put(OTHER, io.BytesIO(b"before"))
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, allowed[1]))
    try:
        with pytest.raises(StoreError, match="File too large"):
            kept.put(KEY, io.BytesIO(bytes(3_000_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)

    assert not kept.exists(KEY)
    assert [path.name for path in left_over(kept)] == [Path(OTHER).name]


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EIO, "Input/output error")])
def test_a_disk_that_fails_when_forced_is_said_and_nothing_is_named(kept, monkeypatch, number, words):
    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    kept.put(OTHER, io.BytesIO(b"so that the folders are there"))
    key = f"{OTHER[:-1]}e"
    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(StoreError, match=words):
        kept.put(key, io.BytesIO(b"evidence"))
    assert not kept.exists(key)
    assert len(left_over(kept)) == 1


@pytest.mark.parametrize("error", [StoreError("The archive’s disk failed."), KeyboardInterrupt()])
def test_of_many_nothing_is_left_when_the_disk_fails(kept, monkeypatch, error):
    def fail(_store: FolderStore) -> None:
        raise error

    kept.put(OTHER, io.BytesIO(b"before"))
    monkeypatch.setattr(FolderStore, "_force_all", fail)

    with pytest.raises(type(error)):
        kept.put_all({KEY: io.BytesIO(b"evidence"), f"{OTHER[:-1]}e": io.BytesIO(b"more")})
    assert [path.name for path in left_over(kept)] == [Path(OTHER).name]


def test_of_many_nothing_is_left_when_a_name_is_refused(kept):
    with pytest.raises(KeyRefused):
        kept.put_all({KEY: io.BytesIO(b"evidence"), "../x": io.BytesIO(b"more")})
    assert left_over(kept) == []


def test_a_folder_is_well_when_it_is_there_and_not_empty(kept):
    assert not kept.is_well()
    kept.folder.mkdir()
    assert not kept.is_well()
    kept.put(KEY, io.BytesIO(b"evidence"))
    assert kept.is_well()


def test_a_folder_that_may_not_be_written_is_said():
    with pytest.raises(StoreError, match=r"may not be written|is read-only"):
        FolderStore(Path("/sys/archive")).put(KEY, io.BytesIO(b"evidence"))


def test_bytes_and_their_name_are_forced_to_disk_before_it_returns(kept, monkeypatch):
    forced = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        forced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    kept.put(KEY, io.BytesIO(b"evidence"))

    folder = str((kept.folder / KEY).parent)
    assert forced[-2].startswith(f"{folder}/{store.PARTIAL}")
    assert forced[-1] == folder
    assert str(kept.folder) in forced


def test_without_hard_links_a_file_is_named_all_the_same(kept, monkeypatch):
    def cannot(_path: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", cannot)

    assert kept.put(KEY, io.BytesIO(b"evidence")) is True
    assert kept.put(KEY, io.BytesIO(b"evidence")) is False
    assert len(left_over(kept)) == 1


@pytest.mark.parametrize(
    "key",
    [
        "../etc/passwd",
        "/etc/passwd",
        "cas/sha256/ab/cd/../../x",
        f"cas/sha256/ab/ab/{'cd' * 32}",
        f"{KEY}\n",
        "warc/2021/11/23/x.warc.gz",
        "wacz/../../x.wacz",
        "wacz/.hidden.wacz",
        "manifest/2021-11-23.jsonl.gz",
        "",
    ],
)
def test_no_name_leads_out_of_the_archive(kept, key):
    with pytest.raises(KeyRefused):
        kept.put(key, io.BytesIO(b"evidence"))


@pytest.mark.parametrize("digest", ["AB" * 32, "ab" * 31, "../" + "a" * 61, "ab" * 32 + "\n"])
def test_what_is_no_digest_makes_no_name(digest):
    with pytest.raises(KeyRefused):
        layout.payload_key(digest)


def test_a_name_tells_its_kind():
    day = date(2021, 11, 23)
    stamps = [layout.timestamp_key(day, "first"), layout.timestamp_key(day, "first", "ab" * 32)]
    names = [KEY, warc_key(day, "ab" * 32, 3), *layout.manifest_keys(day), *stamps]

    assert [layout.kind(name) for name in names] == [
        "payload", "warc", "manifest", "manifest", "timestamp", "timestamp",
    ]  # fmt: skip
