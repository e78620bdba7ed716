"""From one exchange to a judgement: what this check may say of the link, and on which signals."""

from __future__ import annotations

from dataclasses import replace

from allegations.links.contents import judge_page
from allegations.links.exchange import Exchange, Failure
from allegations.links.judgement import Case, Judgement, Kind, Klass, Known, conclude
from allegations.links.pages import read_page, similarity
from allegations.links.phrases import CHALLENGE_MARKS, found
from allegations.links.waiting import retry_after

# The verdict of a failure has the failure's name, except where another name says more.
RENAMED = {
    Failure.TLS_CLIENT_CERTIFICATE: "BLOCKED_AUTH",
    Failure.UNDECODABLE: "UNREADABLE",
}
# A status from 400 on says more than how its body came.
OF_THE_BODY = frozenset({Failure.TOO_LARGE, Failure.TOO_LARGE_DECODED, Failure.CUT_SHORT, Failure.UNDECODABLE})
STATUS_VERDICTS = {
    401: ("BLOCKED_AUTH", "The server asks for a login (401)."),
    402: ("BLOCKED_PAYMENT", "The server asks for payment (402)."),
    403: ("BLOCKED_FORBIDDEN", "The server forbids access (403)."),
    404: ("GONE_404", "The server says that there is no such page (404)."),
    407: ("BLOCKED_AUTH", "A proxy asks for a login (407)."),
    408: ("SERVER_ERROR", "The server gave up waiting (408)."),
    410: ("GONE_410", "The server says that the page is gone for good (410)."),
    429: ("RATE_LIMITED", "The server asks for fewer requests (429)."),
    451: ("BLOCKED_LEGAL", "The page is withheld for legal reasons (451)."),
    511: ("OWN_FAULT", "Our own network asks for a login (511)."),
    999: ("BLOCKED_FORBIDDEN", "The server refuses automatic visitors (999)."),
}
PARTIAL_STATUSES = {
    202: ("TEMP_UNAVAILABLE", "The server promises the page for later (202)."),
    206: ("PARTIAL", "The server sent a part that we did not ask for (206)."),
}
CHALLENGE_HEADERS = (("cf-mitigated", "challenge"), ("x-amzn-waf-action", ""), ("server", "ddos-guard"))
CHALLENGE_STATUSES = frozenset({202, 403, 405, 406, 429, 503})


def judge(exchange: Exchange, past: Known | None = None, probe: Exchange | None = None) -> Judgement:
    """Return what this exchange says of the link, given what is known of its last good copy.

    `probe` is the answer to an address beside it that cannot exist (`urls.probe_url`), if one was asked.
    A judgement is an observation; only `states.advance` turns observations into a state.
    """
    known = past or Known()
    if exchange.failure and not _says_more_by_status(exchange):
        return _of_failure(exchange)
    if exchange.status is None:
        return conclude("PROTOCOL", "No answer came.")
    if exchange.status == 304:
        return _of_not_modified(exchange)
    page = read_page(exchange)
    if words := _challenge(exchange, page.markup):
        return conclude("BLOCKED_CHALLENGE", words)
    if not 200 <= exchange.status < 300:
        return _of_status(exchange)
    if early := PARTIAL_STATUSES.get(exchange.status):
        return conclude(*early)
    alike = similarity(page.title, page.text, known.title, known.text)
    same = known.payload_sha256 is not None and exchange.payload_sha256 == known.payload_sha256
    judged = judge_page(Case(exchange, page, known, 1.0 if same else alike, read_page(probe) if probe else None))
    return replace(judged, changed=False if same else None, title=page.title or None)


def _says_more_by_status(exchange: Exchange) -> bool:
    return exchange.failure in OF_THE_BODY and (exchange.status or 0) >= 400


def _of_failure(exchange: Exchange) -> Judgement:
    assert exchange.failure is not None
    verdict = RENAMED.get(exchange.failure, str(exchange.failure))
    return conclude(verdict, exchange.sentence or "The check failed.")


def _of_not_modified(exchange: Exchange) -> Judgement:
    if not exchange.conditional:
        return conclude("PROTOCOL", "The server says “not modified” though we did not ask (304).")
    return replace(conclude("OK_NOT_MODIFIED", "The page has not changed (304)."), changed=False, similarity=1.0)


def _challenge(exchange: Exchange, markup: str) -> str | None:
    """Say by which sign a refusal is a test for robots; a good answer is judged by its whole page instead."""
    refuses = exchange.status in CHALLENGE_STATUSES
    for name, value in CHALLENGE_HEADERS if refuses else CHALLENGE_HEADERS[:1]:
        if (sent := exchange.headers.get(name, "").lower()) and value in sent:
            return f"A gatekeeper asks whether we are a robot ({name}: {sent[:40]})."
    mark = found(CHALLENGE_MARKS, markup) if refuses else None
    return f"A gatekeeper asks whether we are a robot ({mark})." if mark else None


def _of_status(exchange: Exchange) -> Judgement:
    status = exchange.status or 0
    wait = retry_after(exchange.headers)
    if status == 503 and wait is not None:
        judged = conclude("TEMP_UNAVAILABLE", "The server is closed for a while and says until when (503).")
    elif status in STATUS_VERDICTS:
        judged = conclude(*STATUS_VERDICTS[status])
    elif status >= 500:
        judged = conclude("SERVER_ERROR", f"The server has a fault of its own ({status}).")
    elif status >= 400:
        judged = conclude("BLOCKED_OTHER", f"The server refuses our request ({status}).")
    else:
        judged = conclude("PROTOCOL", f"The server redirects without saying where ({status}).")
    return replace(judged, retry_after_s=wait)


__all__ = ["Judgement", "Kind", "Klass", "Known", "judge"]
