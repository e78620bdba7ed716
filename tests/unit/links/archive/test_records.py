"""Batches of checks as WARC files: every hop, the whole body as it came, and what was found."""

import doctest
import gzip
import hashlib
import io
from itertools import islice
from pathlib import Path
from uuid import RFC_4122, UUID

import pytest

from allegations.links.archive import cdx, layout, warc
from allegations.links.archive.reading import Record, members, read_record
from allegations.links.archive.records import Batch, Earlier, Kept
from allegations.links.exchange import Encryption, Exchange, Failure, Hop, Limits
from tests.unit.links.archive.making import ARTICLE, NOON, URL, batch, entry, exchange, head, redirect, request

DAY = 86_400


def test_the_examples_hold():
    assert doctest.testmod(warc).failed == doctest.testmod(cdx).failed == doctest.testmod(layout).failed == 0


def answer(out: io.BytesIO, kept: Kept) -> Record:
    assert kept.answer
    return read_record(out, kept.answer.offset, kept.answer.length)


def kinds(out: io.BytesIO, kept: Kept) -> list[str]:
    return [member.opening.kind for member in members(out, kept.offset, kept.length)]


def found(out: io.BytesIO, kept: Kept) -> str:
    """What the metadata record of a check says."""
    last = list(members(out, kept.offset, kept.length))[-1]
    assert last.opening.kind == "metadata"
    return read_record(out, last.offset, last.length).body.read().decode()


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_a_file_opens_with_what_it_is_and_is_known_by_its_bytes():
    out, [kept], file = batch(entry(exchange()))

    first = next(members(out))
    assert first.opening.kind == "warcinfo"
    assert b"software: TestBot/1.0" in read_record(out, 0, first.length).body.read()
    assert (file.sha256, file.size) == (hashlib.sha256(out.getvalue()).hexdigest(), len(out.getvalue()))
    assert file.records == 1 + kept.records == len(list(members(out)))


def test_each_record_is_a_gzip_member_of_its_own():
    out, [kept], _ = batch(entry(exchange()))
    place = kept.answer
    packed = out.getvalue()[place.offset : place.offset + place.length]

    assert gzip.decompress(packed).startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")
    assert place.record_id.encode() in gzip.decompress(packed)


def test_records_are_numbered_from_a_random_beginning():
    files = [[UUID(number[1:-1]) for number in islice(warc.new_ids(), 20)] for _ in range(20)]

    assert len({number for file in files for number in file}) == 400
    assert {(number.version, number.variant) for file in files for number in file} == {(8, RFC_4122)}


def test_what_was_asked_and_what_came_stand_side_by_side():
    out, [kept], _ = batch(entry(exchange()))
    asked, came, meant = members(out, kept.offset, kept.length)
    got = answer(out, kept).opening

    assert kinds(out, kept) == ["request", "response", "metadata"]
    assert read_record(out, asked.offset, asked.length).opening.head == request()
    assert asked.opening.fields["warc-concurrent-to"] == meant.opening.fields["warc-concurrent-to"]
    assert asked.opening.fields["warc-concurrent-to"] == got.fields["warc-record-id"] == kept.answer.record_id
    for opening in (asked.opening, came.opening, meant.opening):
        assert opening.fields["warc-date"] == "2021-11-23T12:00:00Z"
        assert opening.fields["warc-target-uri"] == URL
    assert got.fields["warc-ip-address"] == asked.opening.fields["warc-ip-address"] == "203.0.113.7"
    assert got.fields["warc-protocol"] == "http/1.1"
    assert "warc-truncated" not in got.fields


def test_the_body_is_kept_as_it_came_with_its_content_coding():
    made = exchange(coding="gzip")
    out, [kept], _ = batch(entry(made))
    record = answer(out, kept)
    wire = record.body.read()

    assert wire == made.payload.wire().read() != ARTICLE
    assert b"".join(record.decoded()) == ARTICLE
    assert record.opening.fields["warc-payload-digest"] == digest(wire)
    assert record.opening.fields["warc-block-digest"] == digest(record.opening.head + wire)


def test_a_large_body_is_kept_whole():
    body = hashlib.sha256(b"").digest() * 100_000
    out, [kept], _ = batch(entry(exchange(body)))

    with answer(out, kept) as record:
        assert record.body.read() == body


def test_the_longest_head_that_is_read_comes_back_whole():
    long = [f"X-Long-{number}: {'x' * 500}" for number in range(Limits().head_bytes // 520)]
    out, [kept], _ = batch(entry(exchange(fields=("Content-Type: text/html", *long))))
    record = answer(out, kept)

    assert record.opening.http["x-long-249"] == "x" * 500
    assert record.body.read() == ARTICLE


def test_a_chunked_answer_is_stored_without_its_chunks_and_says_so():
    out, [kept], _ = batch(entry(exchange(fields=("Content-Type: text/html", "Transfer-Encoding: chunked"))))
    record = answer(out, kept)

    assert record.opening.head == head("Content-Type: text/html", f"Content-Length: {len(ARTICLE)}")
    assert record.body.read() == ARTICLE
    assert "head-changed: hop 1: left out: Transfer-Encoding: chunked\r\n" in found(out, kept)


@pytest.mark.parametrize(
    ("why", "written"),
    [("length", "length"), ("time", "time"), ("disconnect", "disconnect"), ("coding", "unspecified")],
)
def test_a_partial_body_says_why_it_is_one(why, written):
    made = exchange(ARTICLE[:300], fields=("Content-Length: 40000000000",), truncated=why)
    out, [kept], _ = batch(entry(made))
    record = answer(out, kept)

    assert record.opening.fields["warc-truncated"] == written
    assert record.opening.http["content-length"] == "300"
    assert record.body.read() == ARTICLE[:300]
    assert f"truncated: {why}\r\n" in found(out, kept)


def test_redirects_are_kept_hop_by_hop_each_with_its_own_date():
    hops = (
        redirect("http://news.example/a", "https://news.example/b", at=NOON),
        redirect("https://news.example/b", URL, at=NOON + 2, status=302, body=120),
    )
    out, [kept], _ = batch(entry(exchange(before=hops, at=NOON + 4)))
    openings = [member.opening for member in members(out, kept.offset, kept.length)]

    assert [opening.kind for opening in openings] == ["request", "response"] * 3 + ["metadata"]
    assert [opening.fields["warc-date"][-3:-1] for opening in openings] == ["00", "00", "02", "02", "04", "04", "04"]
    assert openings[1].status == 301
    assert openings[1].http["location"] == "https://news.example/b"
    assert [opening.fields.get("warc-truncated") for opening in openings[1:6:2]] == [None, "unspecified", None]
    assert openings[-1].fields["warc-target-uri"] == "http://news.example/a"
    assert "hop: 301 http://news.example/a -> https://news.example/b\r\n" in found(out, kept)


def test_a_body_that_is_kept_already_is_referred_to():
    first = exchange(coding="gzip")
    _, [before], _ = batch(entry(first))
    earlier = Earlier(URL, NOON, first.wire_sha256, before.answer.record_id)
    out, [kept], _ = batch(entry(exchange(coding="gzip", at=NOON + DAY), earlier=earlier))
    record = answer(out, kept)
    fields = record.opening.fields

    assert record.opening.kind == "revisit"
    assert record.body.read() == b""
    assert record.opening.http["content-length"] == str(first.payload.size)
    assert fields["warc-profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert fields["warc-payload-digest"] == digest(first.payload.wire().read())
    assert fields["warc-refers-to"] == before.answer.record_id
    assert fields["warc-refers-to-target-uri"] == URL
    assert fields["warc-refers-to-date"] == "2021-11-23T12:00:00Z"


@pytest.mark.parametrize("made", [exchange(b"Other bytes."), exchange(truncated="time")])
def test_other_bytes_and_partial_ones_are_written_whatever_was_kept_before(made):
    out, [kept], _ = batch(entry(made, earlier=Earlier(URL, NOON, exchange().wire_sha256)))

    assert answer(out, kept).opening.kind == "response"


def test_not_modified_refers_to_the_copy_that_we_asked_about():
    made = exchange(None, status=304, conditional=True, at=NOON + DAY, fields=('ETag: "a"', "Content-Length: 1198"))
    out, [kept], _ = batch(entry(made, "OK_NOT_MODIFIED", earlier=Earlier(URL, NOON, "ab" * 32)))
    opening = answer(out, kept).opening

    assert opening.kind == "revisit"
    assert opening.fields["warc-profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert opening.fields["warc-refers-to-date"] == "2021-11-23T12:00:00Z"
    assert opening.head == head('ETag: "a"', "Content-Length: 1198", status=304)


def test_not_modified_that_nobody_asked_for_is_an_answer_like_any_other():
    out, [kept], _ = batch(entry(exchange(None, status=304, fields=()), "PROTOCOL"))

    assert answer(out, kept).opening.kind == "response"


def test_a_check_without_an_answer_leaves_what_was_found():
    made = Exchange(URL, URL, failure=Failure.DNS_NXDOMAIN, sentence="There is no such host.")
    out, [kept], _ = batch(entry(made, "DNS_NXDOMAIN", signals=("There is no such host.",)))

    assert kept.answer is None
    assert kinds(out, kept) == ["metadata"]
    assert "failure: DNS_NXDOMAIN There is no such host.\r\n" in found(out, kept)


def test_a_request_without_an_answer_is_kept():
    made = Exchange(URL, URL, (Hop(URL, None, None, "203.0.113.7", NOON, request()),), failure=Failure.CONNECT_RESET)
    out, [kept], _ = batch(entry(made, "CONNECT_RESET"))

    assert kept.answer is None
    assert kinds(out, kept) == ["request", "metadata"]


def test_what_was_found_is_told_for_a_reader_in_many_years():
    made = entry(exchange(), "MOVED_PERM", signals=("One.", "Two.\r\nverdict: forged"), reader="judge 3")
    out, [kept], _ = batch(made)
    told = found(out, kept).splitlines()

    assert told[:3] == ["verdict: MOVED_PERM", "signal: One.", "signal: Two. verdict: forged"]
    assert "reader: judge 3" in told
    assert f"decoded-sha256: {hashlib.sha256(ARTICLE).hexdigest()}" in told
    assert "tls-verified: yes" in told
    assert "certificate-issuer: Some Authority" in told


def test_connections_are_named_where_they_are_known():
    encryption = Encryption("tls/1.3", "TLS_AES_128_GCM_SHA256")
    out, [kept], _ = batch(entry(exchange(encryption=encryption, before=(redirect("https://a.example/", URL),))))
    records = gzip.decompress(out.getvalue()[kept.offset :][: kept.length])
    block = gzip.decompress(out.getvalue()[kept.answer.offset :][: kept.answer.length])

    assert (
        b"WARC-Protocol: http/1.1\r\nWARC-Protocol: tls/1.3\r\nWARC-Cipher-Suite: TLS_AES_128_GCM_SHA256\r\n" in block
    )
    assert (records.count(b"\nWARC-Protocol: tls/"), records.count(b"\nWARC-Cipher-Suite:")) == (1, 1)


def test_a_cipher_suite_of_unknown_name_is_left_out():
    out, [kept], _ = batch(entry(exchange(encryption=Encryption("tls/1.0"))))
    block = gzip.decompress(out.getvalue()[kept.answer.offset :][: kept.answer.length])

    assert b"WARC-Protocol: tls/1.0\r\n" in block
    assert b"WARC-Cipher-Suite" not in block


@pytest.mark.parametrize("url", ["http://news.example/a\r\nWARC-Type: forged", "http://news.example/a b\udcff é"])
def test_an_address_cannot_break_out_of_its_line(url):
    out, [kept], _ = batch(entry(Exchange(url, url, failure=Failure.REFUSED_URL)))
    [only] = members(out, kept.offset, kept.length)

    assert only.opening.kind == "metadata"
    assert only.opening.fields["warc-target-uri"].startswith("http://news.example/a%")
    assert only.opening.fields["warc-target-uri"].isascii()


def test_a_full_disk_is_not_hidden():
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space left"):
        full_batch = Batch(full, {}, NOON)
        full_batch.add(entry(exchange()))
        full_batch.end()
