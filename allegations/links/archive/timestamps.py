"""Timestamps of a third party (RFC 3161): the question, and what its answer shows. No network: bytes in, bytes out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

REQUEST_TYPE = "application/timestamp-query"
ANSWER_TYPE = "application/timestamp-reply"
CERTIFICATE_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s?")
CERTIFICATES = 0xA0  # the tag of a signature’s certificates (RFC 5652 section 5.1)


class TimestampRefused(Exception):
    """An answer that shows nothing; `str()` says why."""


@dataclass(frozen=True)
class Question:
    """What is sent to an authority, and the number by which its answer is recognised."""

    body: bytes
    nonce: int


@dataclass(frozen=True)
class Timestamp:
    """That the data existed at `stated_at`, by the word of an authority; `serial` is its number for this."""

    stated_at: datetime
    serial: int
    policy: str


def question(data: bytes) -> Question:
    """Ask for a timestamp over the SHA-256 of `data`, with the authority's certificate in the answer."""
    asked = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    if asked.nonce is None:
        raise TimestampRefused("The question has no nonce.")
    return Question(asked.as_bytes(), asked.nonce)


def read_answer(answer: bytes, data: bytes, roots: Sequence[bytes], nonce: int | None = None) -> Timestamp:
    """Return what an answer shows of `data`, or raise TimestampRefused.

    `roots` are the certificates (PEM) that we trust to name authorities. `nonce` is that of our question when the
    answer is new; an answer that was kept is read without.
    """
    response = _decoded(answer)
    builder = VerifierBuilder(roots=[_certificate(pem) for pem in roots], nonce=nonce)
    try:
        builder.build().verify_message(response, data)
    except (VerificationError, ValueError) as error:
        raise TimestampRefused(f"The timestamp does not hold: {error}.") from error
    return _told(response)


def read_kept(answer: bytes, data: bytes, roots: Sequence[bytes]) -> Timestamp:
    """Return what a kept answer shows of `data`, at any later time, or raise TimestampRefused.

    Without `roots` nobody can tell who signed it; then it only has to be over `data`.
    """
    if roots:
        return read_answer(answer, data, roots)
    response = _decoded(answer)
    if response.tst_info.message_imprint.message != sha256(data).digest():
        raise TimestampRefused("The timestamp does not hold: it is over other bytes.")
    return _told(response)


def _told(response: TimeStampResponse) -> Timestamp:
    told = response.tst_info
    return Timestamp(told.gen_time.astimezone(UTC), told.serial_number, told.policy.dotted_string)


def split_pem(data: bytes) -> tuple[bytes, ...]:
    """Return the certificates that stand in one file, each by itself."""
    return tuple(CERTIFICATE_PEM.findall(data))


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(_ordered(answer))
    except ValueError as error:
        raise TimestampRefused("The answer is no timestamp.") from error
    if response.status not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
        told = "; ".join(response.status_string) or f"status {response.status}"
        raise TimestampRefused(f"The authority refused: {told}.")
    return response


def _ordered(answer: bytes) -> bytes:
    """Put the certificates of an answer into the order of DER, as our reader asks for.

    Some authorities do not (openssl’s among them). No signature covers the certificates, so nothing is lost.
    """
    try:
        [whole] = _elements(answer, 0, len(answer))
        _status, token, *_ = _elements(answer, *whole.content)
        _kind, content, *_ = _elements(answer, *token.content)
        [signed] = _elements(answer, *content.content)
        _version, _digests, _data, certificates, *_ = _elements(answer, *signed.content)
        found = [answer[each.at : each.content[1]] for each in _elements(answer, *certificates.content)]
    except (IndexError, ValueError):
        return answer
    begin, end = certificates.content
    return answer[:begin] + b"".join(sorted(found)) + answer[end:] if certificates.tag == CERTIFICATES else answer


@dataclass(frozen=True)
class _Element:
    """One value in DER: its tag, where it begins, and where its content begins and ends."""

    tag: int
    at: int
    content: tuple[int, int]


def _elements(data: bytes, at: int, end: int) -> list[_Element]:
    """Return the values that stand one after the other; raise IndexError or ValueError for what is no DER."""
    found = []
    while at < end:
        length, begin = data[at + 1], at + 2
        if length & 0x80:
            begin += length & 0x7F
            length = int.from_bytes(data[at + 2 : begin], "big")
        if begin + length > end:
            raise ValueError("a value is longer than what holds it")
        found.append(_Element(data[at], at, (begin, begin + length)))
        at = begin + length
    return found


def _certificate(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise TimestampRefused("A certificate that we were told to trust cannot be read.") from error
