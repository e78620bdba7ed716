"""Judging a page that came with a good status: is it the page, or only a page?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from allegations.links import phrases
from allegations.links.judgement import Case, Judgement, Kind, conclude
from allegations.links.pages import folded, similarity
from allegations.links.urls import site

ALIKE = 0.6
SHORT_TEXT = 1200
TINY_TEXT = 60
PERMANENT = frozenset({301, 308})
FRONT_PAGES = frozenset({"", "index.html", "index.htm", "index.php", "home", "en", "fr", "es", "ar"})

Rule = Callable[[Case], Judgement | None]


def judge_page(case: Case) -> Judgement:
    """Return the judgement of the first rule that applies, in the order of `RULES`; the last one always does."""
    judged = next(found for rule in RULES if (found := rule(case)))
    return replace(judged, similarity=case.similarity)


def _empty(case: Case) -> Judgement | None:
    if case.exchange.status in (204, 205) or not case.exchange.body.strip():
        return conclude("EMPTY", "The server answered with an empty page.")
    return None


def _unchanged(case: Case) -> Judgement | None:
    """Byte for byte the last good copy is alive whatever words stand in it."""
    same = case.known.payload_sha256 is not None and case.exchange.payload_sha256 == case.known.payload_sha256
    return conclude("OK", "The page is byte for byte our last good copy.") if same else None


def _challenge(case: Case) -> Judgement | None:
    title = phrases.found(phrases.CHALLENGE_TITLES, folded(case.page.title))
    mark = phrases.found(phrases.CHALLENGE_MARKS, case.page.markup)
    if len(case.page.text) < SHORT_TEXT and (mark or title) and not _same_title(case):
        return conclude("BLOCKED_CHALLENGE", f"A gatekeeper asks whether we are a robot ({title or mark}).")
    return None


def _parked(case: Case) -> Judgement | None:
    phrase = phrases.found(phrases.PARKED_TEXTS, folded(f"{case.page.title} {case.page.text[:4000]}"))
    mark = phrases.found(phrases.PARKED_MARKS, case.page.markup)
    if phrase and mark and len(case.page.text) < SHORT_TEXT:
        return conclude("USURPED", f"The domain is offered for sale (“{phrase}”).", f"It names a dealer ({mark}).")
    return None


def _gambling(case: Case) -> Judgement | None:
    title = folded(case.page.title)
    words = [word for word in phrases.GAMBLING_TITLES if word in title]
    known = folded(case.known.title or "")
    if len(words) > 1 and case.similarity is not None and case.similarity < 0.2 and not any(w in known for w in words):
        return conclude("USURPED", f"The page now advertises gambling ({', '.join(words)}).", "It is unlike our copy.")
    return None


def _login(case: Case) -> Judgement | None:
    final = urlsplit(case.exchange.final_url)
    sent = len(case.exchange.hops) > 1 and phrases.found(phrases.LOGIN_PATHS, final.path.lower())
    titled = phrases.found(phrases.LOGIN_TITLES, folded(case.page.title))
    if case.page.asks_password and len(case.page.text) < SHORT_TEXT and (sent or titled) and not _same_title(case):
        return conclude("BLOCKED_LOGIN", "The server shows a login form instead of the page.")
    return None


def _geo(case: Case) -> Judgement | None:
    phrase = phrases.found(phrases.GEO_TEXTS, folded(case.page.text[:SHORT_TEXT]))
    if phrase and len(case.page.text) < SHORT_TEXT:
        return conclude("BLOCKED_GEO", f"The page is withheld where we ask from (“{phrase}”).")
    return None


def _soft_gone(case: Case) -> Judgement | None:
    """A page that says “not found” with a good status, or the front page in place of the one that was asked for."""
    signals = dict(filter(None, (_by_title(case), _by_phrase(case), _by_root(case))))
    if not signals or (case.similarity or 0.0) >= ALIKE:
        return None
    if case.probe and _alike(case, case.probe.title, case.probe.text):
        signals[Kind.PROBE] = "The server answers in the same way for a page that cannot exist."
    return conclude("SOFT_GONE", *signals.values(), kinds=frozenset(signals))


def _by_title(case: Case) -> tuple[Kind, str] | None:
    title = folded(case.page.title)
    phrase = phrases.found(phrases.NOT_FOUND_TITLES, title) if len(title) < 80 else None
    phrase = phrase or ("404" if title.startswith("404") else None)
    return (Kind.TITLE, f"The title says that there is no such page (“{phrase}”).") if phrase else None


def _by_phrase(case: Case) -> tuple[Kind, str] | None:
    if len(case.page.text) >= SHORT_TEXT:
        return None
    phrase = phrases.found(phrases.NOT_FOUND_TEXTS, folded(case.page.text))
    return (Kind.PHRASE, f"The text says that there is no such page (“{phrase}”).") if phrase else None


def _by_root(case: Case) -> tuple[Kind, str] | None:
    asked, final = (urlsplit(url) for url in (case.exchange.url, case.exchange.final_url))
    to_front = final.path.strip("/").lower() in FRONT_PAGES and not final.query
    if len(case.exchange.hops) > 1 and to_front and (asked.path.strip("/").lower() not in FRONT_PAGES or asked.query):
        return Kind.ROOT, "The server sends visitors of this page to its front page."
    return None


def _needs_script(case: Case) -> Judgement | None:
    bare = case.page.is_html and len(case.page.text) < TINY_TEXT
    if bare and "<script" in case.page.markup and not _same_title(case):
        return conclude("NEEDS_JS", "The page is empty without its scripts.")
    return None


def _paywalled(case: Case) -> Judgement | None:
    plain = "".join(case.page.markup.split())
    if '"isaccessibleforfree":false' in plain or '"isaccessibleforfree":"false"' in plain:
        return conclude("PAYWALLED", "The publisher marks the page as behind a paywall.")
    return None


def _moved(case: Case) -> Judgement | None:
    asked, final = (urlsplit(url) for url in (case.exchange.url, case.exchange.final_url))
    if len(case.exchange.hops) < 2 or _place(asked.hostname, asked.path) == _place(final.hostname, final.path):
        return None
    if site(asked.hostname or "") != site(final.hostname or ""):
        return _moved_offsite(case, final.hostname or "")
    if all(hop.status in PERMANENT for hop in case.exchange.hops[:-1]):
        return conclude("MOVED_PERM", "The server says that the page has moved for good.")
    return None


def _moved_offsite(case: Case, host: str) -> Judgement:
    judged = conclude("MOVED_OFFSITE", f"The page is now at another site ({host}).")
    return replace(judged, asks_human=case.similarity is not None and case.similarity < ALIKE)


def _place(host: str | None, path: str) -> tuple[str, str]:
    """Return what does not change when only https, “www.” or a closing slash was added."""
    return (host or "").removeprefix("www."), path.rstrip("/")


def _ok(case: Case) -> Judgement:
    hops = len(case.exchange.hops) - 1
    signals = ["The page answers."]
    if hops > 0:
        signals.append(f"It was reached over {hops} redirect{'s' if hops > 1 else ''}.")
    if case.exchange.downgraded:
        signals.append("A redirect led from https to plain http.")
    if case.exchange.tls_verified is False:
        signals.append("The site’s certificate was not verified.")
    return conclude("OK", *signals)


def _same_title(case: Case) -> bool:
    return bool(case.known.title) and case.known.title == case.page.title


def _alike(case: Case, title: str, text: str) -> bool:
    return (similarity(case.page.title, case.page.text, title, text) or 0.0) >= ALIKE


RULES: tuple[Rule, ...] = (
    _empty,
    _unchanged,
    _challenge,
    _parked,
    _gambling,
    _login,
    _geo,
    _soft_gone,
    _needs_script,
    _moved,
    _paywalled,
    _ok,
)
