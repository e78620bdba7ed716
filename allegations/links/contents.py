"""Judging a page that came with a good status: is it the page, or only a page?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from allegations.links import providers, refusals, takeovers, walls
from allegations.links.gatekeepers import in_place_of_page
from allegations.links.judgement import SHORT_TEXT, WALLS, Case, Judgement, Kind, Klass, conclude
from allegations.links.moves import asked_url, hands_on, host_of, moved
from allegations.links.notfound import soft_gone
from allegations.links.urls import site

# Tags of what a visitor sees though no text is there.
SHOWN = re.compile(r"<(?:img|iframe|frame|object|embed|video|audio|canvas|svg|script|input|meta[^<>]{0,99}refresh)\b")

Rule = Callable[[Case], Judgement | None]


def judge_page(case: Case) -> Judgement:
    """Return the judgement of the first rule that applies, in the order of `RULES`, with what is known of the page."""
    if case.same_bytes:
        judged = _told(case, moved(case) or walls.paywall(case) or _unchanged(case))
        return replace(judged, changed=False, similarity=1.0, shown=case.known)
    judged = _told(case, next(found for rule in RULES if (found := rule(case))))
    if judged.klass is not Klass.ALIVE or judged.verdict in WALLS:
        return replace(judged, similarity=None if judged.verdict in WALLS else case.similarity)
    judged = _other_owner(case, judged)
    return replace(judged, similarity=case.similarity, shown=case.page)


def _unchanged(case: Case) -> Judgement:
    """Byte for byte the last good copy is alive whatever words stand in it."""
    return conclude("OK", "The page is byte for byte our last good copy.")


def _empty(case: Case) -> Judgement | None:
    page, exchange = case.page, case.exchange
    said = page.title or page.says(1) or len(page.markup) > SHORT_TEXT or page.text
    blank = page.is_html and not said and not SHOWN.search(page.markup)
    if exchange.status in (204, 205) or not exchange.body.strip() or blank:
        return conclude("EMPTY", "The server answered with an empty page.")
    return None


def _challenge(case: Case) -> Judgement | None:
    sign = None if case.looks_same else in_place_of_page(case.page)
    return conclude("BLOCKED_CHALLENGE", f"A gatekeeper asks whether we are a robot ({sign}).") if sign else None


def _ok(case: Case) -> Judgement:
    return conclude("OK", "The page answers.")


def _told(case: Case, judged: Judgement) -> Judgement:
    """Add how the answer was reached, where that is out of the ordinary."""
    exchange, signals = case.exchange, [*judged.signals]
    hops = len(exchange.hops) - 1
    if hops > 0:
        signals.append(f"It was reached over {hops} redirect{'s' if hops > 1 else ''}.")
    if hands_on(exchange.url) and asked_url(exchange) != exchange.url:
        signals.append(f"The address is one of {host_of(exchange.url)}, which hands visitors on.")
    if exchange.downgraded:
        signals.append("A redirect led from https to plain http.")
    if exchange.tls_verified is False:
        signals.append("The site’s certificate was not verified.")
    return replace(judged, signals=tuple(signals)) if len(signals) > len(judged.signals) else judged


def _other_owner(case: Case, judged: Judgement) -> Judgement:
    """Ask a person where the host's certificate has another owner and issuer, and the page is unlike our copy."""
    now, before = case.exchange.certificate, case.known.certificate
    if now is None or before is None or now.subject == before[0] or now.issuer == before[1] or not case.unlike:
        return judged
    if site(host_of(case.exchange.final_url)) != site(host_of(asked_url(case.exchange))):
        return judged
    words = "The page is unlike our copy, and the host’s certificate has another owner and issuer than then."
    kinds = judged.kinds | {Kind.CERTIFICATE}
    return replace(judged, signals=(*judged.signals, words), kinds=kinds, asks_human=True)


RULES: tuple[Rule, ...] = (
    _empty,
    _challenge,
    providers.removed,
    takeovers.for_sale,
    takeovers.taken_over,
    walls.login,
    walls.consent,
    walls.abroad,
    refusals.said,
    soft_gone,
    walls.needs_script,
    moved,
    walls.paywall,
    _ok,
)
