"""Records read back: exactly what was stored, or a sentence that says what is wrong."""

import base64
import gzip
import io
import random
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allegations.links.archive import reading
from allegations.links.archive.reading import RecordDamaged, members, read_record
from tests.unit.links.archive.making import ARTICLE, batch, entry, exchange

OUT, [KEPT], _ = batch(entry(exchange(coding="gzip")))
PLACE = KEPT.answer
DATA = OUT.getvalue()


TIME_AND_SYSTEM = range(4, 10)
PADDED = PLACE.length - 9  # the last byte before the checksum; its bits after the end of what is packed say nothing


def said(data):
    with read_record(io.BytesIO(data), PLACE.offset, PLACE.length) as record:
        return record.opening, record.body.read()


@settings(deadline=None, max_examples=200)
@given(st.integers(0, PLACE.length - 1), st.integers(1, 255))
@example(PADDED, 8)
@example(PADDED, 128)
def test_a_flipped_byte_is_noticed(at, by):
    """The gzip header holds ten bytes that say nothing of the record (time, system); all others count."""
    changed = bytearray(DATA)
    changed[PLACE.offset + at] ^= by
    if at in TIME_AND_SYSTEM:
        return

    try:
        read = said(bytes(changed))
    except RecordDamaged:
        return
    assert at == PADDED
    assert read == said(DATA)
    [member] = members(io.BytesIO(bytes(changed)), PLACE.offset, PLACE.length)
    [before] = members(io.BytesIO(DATA), PLACE.offset, PLACE.length)
    assert member.sha256 != before.sha256


def test_a_record_that_names_its_digest_in_base_32_is_read_and_checked():
    record = gzip.decompress(DATA[PLACE.offset : PLACE.offset + PLACE.length])
    digits = re.search(rb"WARC-Block-Digest: sha256:([0-9a-f]{64})", record)[1]
    older = record.replace(digits, base64.b32encode(bytes.fromhex(digits.decode())))

    with read_record(io.BytesIO(gzip.compress(older)), 0, len(gzip.compress(older))) as read:
        assert read.body.read() == said(DATA)[1]
    changed = gzip.compress(older.replace(b"200 X", b"200 Y"))
    with pytest.raises(RecordDamaged, match="digest differs"):
        read_record(io.BytesIO(changed), 0, len(changed))


@pytest.mark.parametrize(
    ("offset", "length", "words"),
    [
        (PLACE.offset, PLACE.length - 1, "cut off"),
        (PLACE.offset, 0, "cut off"),
        (PLACE.offset + 1, PLACE.length, "no whole record"),
        (PLACE.offset, PLACE.length + 10, "more than one record"),
        (len(DATA), 10, "cut off"),
    ],
    ids=["too short", "nothing", "beside", "too long", "behind the end"],
)
def test_a_wrong_place_is_noticed(offset, length, words):
    with pytest.raises(RecordDamaged, match=words):
        read_record(OUT, offset, length)


def repacked(change) -> tuple[io.BytesIO, int]:
    block = gzip.decompress(DATA[PLACE.offset : PLACE.offset + PLACE.length])
    packed = gzip.compress(change(block))
    return io.BytesIO(packed), len(packed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda block: block.replace(b"text/html", b"text/plai"), "not what was stored"),
        (lambda block: block.replace(b"WARC-Block-Digest", b"WARC-Block-Nothing"), "not what was stored"),
        (lambda block: block.replace(b"Content-Length: 2", b"Content-Length: 3"), "not as long as it says"),
        (lambda block: b"GET / HTTP/1.1\r\n\r\n", "no WARC record"),
    ],
)
def test_a_record_that_was_packed_anew_is_noticed(change, words):
    file, length = repacked(change)

    with pytest.raises(RecordDamaged, match=words):
        read_record(file, 0, length)


def test_a_bomb_is_left_where_it_is(monkeypatch):
    monkeypatch.setattr(reading, "MOST", 1_000_000)
    bomb = gzip.compress(bytes(5_000_000))

    with pytest.raises(RecordDamaged, match="more than any check keeps"):
        read_record(io.BytesIO(bomb), 0, len(bomb))
    with pytest.raises(RecordDamaged, match="more than any check keeps"):
        list(members(io.BytesIO(bomb)))


def test_a_body_in_a_coding_that_we_do_not_ask_for_is_not_decoded():
    out, [kept], _ = batch(entry(exchange(fields=("Content-Encoding: br",))))
    record = read_record(out, kept.answer.offset, kept.answer.length)

    assert record.body.read() == ARTICLE
    with pytest.raises(RecordDamaged, match="cannot be decoded"):
        list(record.decoded())


def test_a_file_that_ends_inside_a_record_is_noticed_after_the_whole_ones():
    out, _, file = batch(entry(exchange()))
    read = members(io.BytesIO(out.getvalue()[:-1]))

    assert [next(read).opening.kind for _ in range(file.records - 1)] == ["warcinfo", "request", "response"]
    with pytest.raises(RecordDamaged, match="cut off"):
        next(read)


@pytest.mark.parametrize("more", [-700, -1, 0, 1, 5000])
@pytest.mark.parametrize("body", [b"a", bytes(range(256)), random.Random(1).randbytes(1000)], ids=["a", "row", "noise"])
def test_bodies_of_any_size_are_read_back_one_after_the_other(body, more):
    """Sizes around those of the pieces in which files are read and unpacked."""
    whole = (body * (2 * reading.PIECE // len(body) + 1))[: 2 * reading.PIECE + more]
    out, places, file = batch(entry(exchange(whole)), entry(exchange()), entry(exchange(whole)))

    assert len(list(members(out))) == file.records
    for kept, stored in zip(places, (whole, ARTICLE, whole), strict=True):
        with read_record(out, kept.answer.offset, kept.answer.length) as record:
            assert record.body.read() == stored
