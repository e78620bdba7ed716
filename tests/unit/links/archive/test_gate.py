"""The quality gate: only the page itself, whole and readable, may stand as evidence."""

from dataclasses import replace

import pytest

from allegations.links.archive.gate import Quality, fetched, quality
from allegations.links.exchange import Exchange, Failure
from allegations.links.judgement import Judgement, conclude
from allegations.links.verdicts import judge
from tests.unit.links.archive.making import exchange

TEXT = "The court heard the witness. " * 10
GOOD = exchange()
OK = judge(GOOD)


def judged_by(made: Exchange, judged: Judgement, text: str) -> Quality:
    return quality(fetched(made, judged), text)


def test_the_page_whole_and_readable_is_evidence():
    judged = judged_by(GOOD, OK, TEXT)

    assert judged.is_evidence
    assert judged.notes == ()


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "Application/PDF; version=1"])
def test_documents_and_images_need_no_text(content_type):
    made = exchange(b"%PDF", fields=(f"Content-Type: {content_type}",))

    assert judged_by(made, OK, "").is_evidence


@pytest.mark.parametrize(
    ("made", "verdict", "text", "words"),
    [
        (GOOD, "BLOCKED_CHALLENGE", TEXT, "a test for robots"),
        (GOOD, "BLOCKED_LOGIN", TEXT, "a login form"),
        (GOOD, "EMPTY", TEXT, "is empty"),
        (GOOD, "NEEDS_JS", TEXT, "without its scripts"),
        (GOOD, "SOFT_GONE", TEXT, "did not find the page"),
        (exchange(status=404), "OK", TEXT, "status is 404"),
        (exchange(None, status=304, fields=()), "OK_NOT_MODIFIED", TEXT, "status is 304"),
        (exchange(truncated="length"), "OK", TEXT, "did not come whole"),
        (replace(GOOD, payload_sha256=None), "OK", TEXT, "did not come whole"),
        (GOOD, "OK", "x" * 199 + "  ", "199 characters of text"),
    ],
)
def test_nothing_else_is_evidence(made, verdict, text, words):
    judged = judged_by(made, conclude(verdict), text)

    assert not judged.is_evidence
    assert words in " ".join(judged.reasons)


def test_a_consent_wall_is_alive_and_yet_not_the_page():
    judged = judged_by(GOOD, conclude("CONSENT_WALL"), TEXT)

    assert judged.reasons == ("The answer asks for consent instead of showing the page.",)


@pytest.mark.parametrize(
    ("made", "verdict", "words"),
    [
        (replace(GOOD, tls_verified=False), "OK", "certificate was not verified"),
        (replace(GOOD, downgraded=True), "OK", "from https to plain http"),
        (GOOD, "PAYWALLED", "A paywall"),
    ],
)
def test_what_a_reader_should_know_is_noted_and_refuses_nothing(made, verdict, words):
    judged = judged_by(made, conclude(verdict), TEXT)

    assert judged.is_evidence
    assert words in " ".join(judged.notes)


@pytest.mark.parametrize("failure", [Failure.TLS_EXPIRED, Failure.TLS_UNTRUSTED, Failure.TLS_NAME])
def test_an_answer_without_proof_of_its_certificate_is_judged_by_what_it_shows(failure):
    """Sites of courts let their certificates expire; the page is still the page, and a captcha still a captcha."""
    unproven = {"failure": failure, "sentence": "The certificate does not hold.", "tls_verified": False}
    page = replace(GOOD, **unproven)
    captcha = replace(
        exchange(b"<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x>"), **unproven
    )

    assert judged_by(page, judge(page), TEXT) == Quality((), ("The site’s certificate was not verified.",))
    assert "a test for robots" in judged_by(captcha, judge(captcha), TEXT).reasons[0]
