"""Timestamps, answered by an authority of our own that is nothing but openssl."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allegations.links.archive.manifest import make
from allegations.links.archive.timestamps import TimestampRefused, question, read_answer, split_pem
from tests.servers.authority import Authority

ROOT_FILE = make(date(2021, 11, 23), [], None).root_file


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "first").found("ca")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "second").found(
        "A name so long that its certificate is the longer"
    )


def test_an_answer_shows_that_the_root_existed_when_it_was_given(authority):
    asked = question(ROOT_FILE)
    shown = read_answer(authority.answer(asked.body), ROOT_FILE, [authority.root], asked.nonce)

    assert abs(shown.stated_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert shown.policy == "1.2.3.4.1"
    assert shown.serial > 0


def test_a_kept_answer_is_read_without_its_question_and_by_others_too(authority, tmp_path):
    answer = authority.answer(question(ROOT_FILE).body)
    (tmp_path / "root").write_bytes(ROOT_FILE)
    (tmp_path / "tsr").write_bytes(answer)
    files = ("-data", str(tmp_path / "root"), "-in", str(tmp_path / "tsr"), "-CAfile", authority.of("ca.pem"))

    assert read_answer(answer, ROOT_FILE, [authority.root])
    assert b"OK" in authority.openssl("ts", "-verify", *files)


def test_certificates_may_come_in_any_order(authority, stranger):
    """openssl sends the signer's first; DER wants the shorter first, which is so for one of these two."""
    for each in (authority, stranger):
        assert read_answer(each.answer(question(ROOT_FILE).body), ROOT_FILE, [each.root])


def test_each_question_has_a_number_of_its_own():
    assert question(ROOT_FILE).nonce != question(ROOT_FILE).nonce


def test_one_of_several_trusted_roots_is_enough(authority, stranger):
    answer = authority.answer(question(ROOT_FILE).body)

    assert read_answer(answer, ROOT_FILE, [stranger.root, authority.root])


def test_trusted_roots_may_stand_in_one_file(authority, stranger):
    roots = split_pem(b"# ours\n" + authority.root + b"\n" + stranger.root)

    assert len(roots) == 2
    assert read_answer(stranger.answer(question(ROOT_FILE).body), ROOT_FILE, roots)
    assert split_pem(b"") == ()


def test_an_answer_to_another_question_is_refused(authority):
    answer = authority.answer(question(ROOT_FILE).body)

    with pytest.raises(TimestampRefused, match="Nonce mismatch"):
        read_answer(answer, ROOT_FILE, [authority.root], question(ROOT_FILE).nonce)


def test_an_answer_over_other_data_is_refused(authority):
    asked = question(b"another root")
    answer = authority.answer(asked.body)

    with pytest.raises(TimestampRefused, match="Mismatch between messages"):
        read_answer(answer, ROOT_FILE, [authority.root], asked.nonce)


def test_an_answer_of_an_authority_that_we_do_not_know_is_refused(authority, stranger):
    answer = stranger.answer(question(ROOT_FILE).body)

    with pytest.raises(TimestampRefused, match="verifying certificates"):
        read_answer(answer, ROOT_FILE, [authority.root])


@pytest.mark.parametrize("at", [20, 60, -1, -40])
def test_a_flipped_byte_is_noticed(authority, at):
    answer = bytearray(authority.answer(question(ROOT_FILE).body))
    answer[at] ^= 1

    with pytest.raises(TimestampRefused):
        read_answer(bytes(answer), ROOT_FILE, [authority.root])


@pytest.mark.parametrize("answer", [b"", b"<html>busy</html>", b"\x30\x03\x02\x01\x00"])
def test_what_is_no_timestamp_is_refused(authority, answer):
    with pytest.raises(TimestampRefused):
        read_answer(answer, ROOT_FILE, [authority.root])


def test_a_refusal_of_the_authority_is_told(authority):
    answer = authority.answer(b"no question at all")

    with pytest.raises(TimestampRefused, match="The authority refused"):
        read_answer(answer, ROOT_FILE, [authority.root])


def test_a_root_that_cannot_be_read_is_told(authority):
    answer = authority.answer(question(ROOT_FILE).body)

    with pytest.raises(TimestampRefused, match="cannot be read"):
        read_answer(answer, ROOT_FILE, [b"no certificate"])
