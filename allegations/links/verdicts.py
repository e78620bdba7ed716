"""From one exchange to a judgement: what this check may say of the link, and on which signals."""

from __future__ import annotations

from dataclasses import replace

from allegations.links.contents import judge_page
from allegations.links.exchange import Exchange, Failure
from allegations.links.gatekeepers import refusal
from allegations.links.judgement import ALIKE, Case, Judgement, Kind, Klass, Known, conclude
from allegations.links.pages import Page, read_page
from allegations.links.phrases import found
from allegations.links.providers import by_oembed
from allegations.links.waiting import retry_after
from allegations.links.walls import GEO_TEXTS

# The verdict of a failure has the failure's name, except where another name says more.
RENAMED = {
    Failure.TLS_CLIENT_CERTIFICATE: "BLOCKED_AUTH",
    Failure.UNDECODABLE: "UNREADABLE",
}
# A status from 400 on says more than how its body came.
OF_THE_BODY = frozenset({Failure.TOO_LARGE, Failure.TOO_LARGE_DECODED, Failure.CUT_SHORT, Failure.UNDECODABLE})
# After these a second request may have been made without looking at the certificate.
OF_THE_CERTIFICATE = frozenset({Failure.TLS_EXPIRED, Failure.TLS_UNTRUSTED, Failure.TLS_NAME})
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
# Statuses that speak of the host, not of the page.
OF_THE_HOST = frozenset({429, 503})


def judge(
    exchange: Exchange, past: Known | None = None, probe: Exchange | None = None, oembed: Exchange | None = None
) -> Judgement:
    """Return what this exchange says of the link, given what is known of its last good copy.

    `probe` is the answer to an address beside it that cannot exist (`urls.probe_url`), `oembed` that of its platform
    (`providers.oembed_url`), if they were asked. A judgement is an observation; only `states.advance` turns
    observations into a state.
    """
    judged = _judge(exchange, past or Known(), probe)
    return by_oembed(judged, oembed) if oembed else judged


def wants_probe(judgement: Judgement) -> bool:
    """Tell whether asking for a page that cannot exist would say more: a page that is said not to be there, or a good
    one unlike our last copy, may be what the site shows at every address."""
    if judgement.verdict == "SOFT_GONE":
        return Kind.PROBE not in judgement.kinds
    return judgement.shows_page and judgement.similarity is not None and judgement.similarity < ALIKE


def _judge(exchange: Exchange, known: Known, probe: Exchange | None) -> Judgement:
    if exchange.failure and not _says_more_by_status(exchange):
        return _of_failure(exchange, known)
    if exchange.status is None:
        return conclude("PROTOCOL", "No answer came.")
    if exchange.status == 304:
        return _of_not_modified(exchange)
    page = read_page(exchange)
    if sign := refusal(exchange.status, exchange.headers, page):
        judged = conclude("BLOCKED_CHALLENGE", f"A gatekeeper asks whether we are a robot ({sign}).")
        return replace(judged, retry_after_s=retry_after(exchange.headers), limits_host=exchange.status == 429)
    if not 200 <= exchange.status < 300:
        return _of_status(exchange, page)
    if early := PARTIAL_STATUSES.get(exchange.status):
        return conclude(*early)
    answered = probe is not None and probe.failure is None and probe.status is not None
    return judge_page(Case(exchange, page, known, read_page(probe) if probe and answered else None))


def _says_more_by_status(exchange: Exchange) -> bool:
    return exchange.failure in OF_THE_BODY and (exchange.status or 0) >= 400


def _of_failure(exchange: Exchange, known: Known) -> Judgement:
    assert exchange.failure is not None
    verdict = RENAMED.get(exchange.failure, str(exchange.failure))
    judged = conclude(verdict, exchange.sentence or "The check failed.")
    if exchange.failure in OF_THE_CERTIFICATE and exchange.status is not None:
        return _beside(judged, exchange, known)
    return replace(judged, retry_after_s=exchange.wait_s or None)


def _beside(judged: Judgement, exchange: Exchange, known: Known) -> Judgement:
    """Say what a second answer showed whose sender nobody vouches for; it changes no verdict."""
    shown = _judge(replace(exchange, failure=None, sentence=None), known, None)
    words = [f"Without a look at the certificate the answer was {shown.verdict}: {shown.signals[0]}"]
    unproven = shown.similarity if shown.shows_page else None
    if unproven is not None:
        words.append(f"What came was {'like' if unproven >= ALIKE else 'unlike'} our last good copy.")
    return replace(judged, signals=(*judged.signals, *words), unproven=unproven)


def _of_not_modified(exchange: Exchange) -> Judgement:
    if not exchange.conditional:
        return conclude("PROTOCOL", "The server says “not modified” though we did not ask (304).")
    return replace(conclude("OK_NOT_MODIFIED", "The page has not changed (304)."), changed=False, similarity=1.0)


def _of_status(exchange: Exchange, page: Page) -> Judgement:
    status = exchange.status or 0
    wait = retry_after(exchange.headers, exchange.hops[-1].asked_at if exchange.hops else None)
    if status == 503 and wait is not None:
        judged = conclude("TEMP_UNAVAILABLE", "The server is closed for a while and says until when (503).")
    elif status == 403 and (phrase := found(GEO_TEXTS, page.text)):
        judged = conclude("BLOCKED_GEO", f"The page is withheld where we ask from (“{phrase}”).")
    elif status in STATUS_VERDICTS:
        judged = conclude(*STATUS_VERDICTS[status])
    elif status >= 500:
        judged = conclude("SERVER_ERROR", f"The server has a fault of its own ({status}).")
    elif status >= 400:
        judged = conclude("BLOCKED_OTHER", f"The server refuses our request ({status}).")
    else:
        judged = conclude("PROTOCOL", f"The server redirects without saying where ({status}).")
    return replace(judged, retry_after_s=wait, limits_host=status in OF_THE_HOST)


__all__ = ["Judgement", "Kind", "Klass", "Known", "judge", "wants_probe"]
