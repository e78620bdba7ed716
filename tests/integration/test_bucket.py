"""The archive in one of Django’s storages: the same promises as in a folder, whatever the storage does."""

import io

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import File
from django.core.files.storage import InMemoryStorage

from allegations.actions.links.bucket import BucketStore
from allegations.links.archive.layout import KeyRefused, payload_key
from allegations.links.archive.store import NotStored, StoreError

KEY = payload_key("ab" * 32)
OTHER = payload_key("cd" * 32)
ROOT = "manifest/2021-11-23.root"


class Lazy(File):
    """A file whose bytes are asked for only when it is read, as those of a bucket are."""

    def __init__(self, error):
        super().__init__(None)
        self.error = error

    def read(self, *_sizes):
        raise self.error

    seek = tell = read

    def close(self):
        """Nothing was opened."""


class Failing(InMemoryStorage):
    """A storage that fails from the moment on when `error` is set: when asked, or only when read."""

    error = None
    only_reading = False

    def _open(self, name, mode="rb"):
        if self.error and self.only_reading:
            return Lazy(self.error)
        self._fail()
        return super()._open(name, mode)

    def exists(self, name):
        self._fail()
        return super().exists(name)

    def size(self, name):
        self._fail()
        return super().size(name)

    def listdir(self, path):
        self._fail()
        return super().listdir(path)

    def _fail(self):
        if self.error and not self.only_reading:
            raise self.error


@pytest.fixture
def kept():
    return BucketStore(Failing())


def read(kept, key=KEY):
    with kept.open(key) as file:
        return file.read()


def test_what_is_put_is_there(kept):
    assert kept.put(KEY, io.BytesIO(b"evidence")) is True
    assert (read(kept), kept.exists(KEY), kept.size(KEY)) == (b"evidence", True, 8)


def test_it_is_read_piece_by_piece_and_from_any_place(kept):
    body = bytes(range(256)) * 1000
    kept.put(KEY, io.BytesIO(body))
    with kept.open(KEY) as file:
        assert file.read(10) == body[:10]
        assert file.seek(100_000) == file.tell() == 100_000
        assert b"".join(iter(lambda: file.read(70_000), b"")) == body[100_000:]


def test_it_is_put_from_its_start_wherever_it_was_read_to(kept):
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


@pytest.mark.parametrize("second", [b"evidence", b"forged"])
def test_of_two_writers_at_once_the_first_wins_and_leaves_one_file(kept, monkeypatch, second):
    kept.put(KEY, io.BytesIO(b"evidence"))
    real, asked = kept.storage.exists, []

    def too_early(name):
        asked.append(name)
        return len(asked) > 1 and real(name)

    monkeypatch.setattr(kept.storage, "exists", too_early)
    if second == b"evidence":
        assert kept.put(KEY, io.BytesIO(second)) is False
    else:
        with pytest.raises(StoreError, match="other bytes"):
            kept.put(KEY, io.BytesIO(second))
    assert list(kept.list()) == [KEY]
    assert read(kept) == b"evidence"


@pytest.mark.parametrize("missing", [BucketStore.open, BucketStore.size])
def test_what_is_not_there_is_said(kept, missing):
    with pytest.raises(NotStored, match="no such file"):
        missing(kept, KEY)
    assert not kept.exists(KEY)
    assert list(kept.list()) == []


def test_names_are_listed_in_order(kept):
    for key in (ROOT, OTHER, KEY):
        kept.put(key, io.BytesIO(key.encode()))
    assert list(kept.list()) == [KEY, OTHER, ROOT]
    assert list(kept.list("cas/sha256/ab")) == [KEY]


def test_of_many_what_is_refused_is_named_and_the_others_are_kept(kept):
    kept.put(KEY, io.BytesIO(b"evidence"))
    refused = kept.put_all({KEY: io.BytesIO(b"forged"), OTHER: io.BytesIO(b"other")})
    assert list(refused) == [KEY]
    assert (read(kept), read(kept, OTHER)) == (b"evidence", b"other")


@pytest.mark.parametrize("step", [BucketStore.open, BucketStore.size, BucketStore.exists])
def test_a_name_that_no_file_may_have_is_refused(kept, step):
    with pytest.raises(KeyRefused):
        step(kept, "../etc/passwd")
    with pytest.raises(KeyRefused):
        kept.put("../etc/passwd", io.BytesIO(b""))


@pytest.mark.parametrize(
    "step",
    [
        lambda kept: kept.open(KEY),
        lambda kept: kept.size(KEY),
        lambda kept: kept.exists(KEY),
        lambda kept: list(kept.list()),
        lambda kept: kept.put(KEY, io.BytesIO(b"evidence")),
    ],
)
def test_whatever_a_storage_raises_is_told_as_a_fault_of_the_store(kept, step):
    kept.put(KEY, io.BytesIO(b"evidence"))
    assert kept.is_well()
    kept.storage.error = RuntimeError("the credentials are over")
    with pytest.raises(StoreError, match="storage failed"):
        step(kept)
    assert not kept.is_well()


@pytest.mark.parametrize("known_as", [StoreError, OSError])
@pytest.mark.parametrize("step", [lambda file: file.read(), lambda file: file.read(10), lambda file: file.seek(5)])
def test_a_storage_that_fails_only_when_read_is_told_so_too(kept, step, known_as):
    kept.put(KEY, io.BytesIO(b"evidence"))
    kept.storage.error, kept.storage.only_reading = RuntimeError("the connection broke"), True
    with kept.open(KEY) as file, pytest.raises(known_as, match="storage failed"):
        step(file)
    with pytest.raises(StoreError, match="storage failed"):
        kept.put(KEY, io.BytesIO(b"evidence"))


@pytest.mark.parametrize("only_reading", [True, False])
def test_that_our_own_time_is_up_is_no_fault_of_the_store(kept, only_reading):
    kept.put(KEY, io.BytesIO(b"evidence"))
    kept.storage.error, kept.storage.only_reading = SoftTimeLimitExceeded(), only_reading
    with pytest.raises(SoftTimeLimitExceeded):
        read(kept)


def test_a_file_that_is_closed_is_closed_in_the_storage(kept, monkeypatch):
    kept.put(KEY, io.BytesIO(b"evidence"))
    opened, closed = kept.storage.open(KEY), []
    monkeypatch.setattr(opened, "close", lambda: closed.append(KEY))
    monkeypatch.setattr(kept.storage, "open", lambda *_given: opened)
    assert read(kept) == b"evidence"
    assert closed == [KEY]
