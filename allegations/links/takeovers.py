"""Addresses that somebody else has taken: domains on offer, and sites that now advertise something quite different.

A takeover is told by two independent signals, never by one: an article about casinos or about a domain sale is neither.
"""

from __future__ import annotations

import re

from allegations.links.judgement import SHORT_TEXT, Case, Judgement, conclude
from allegations.links.moves import asked_url, host_of
from allegations.links.offers import CALLS, DEALERS, DEALING_SITES, SALE_PHRASES, TRADES
from allegations.links.pages import folded
from allegations.links.phrases import found
from allegations.links.urls import site

MUCH_TEXT = 8000
QUITE_UNLIKE = 0.2
TITLE_WORDS, OFFERS = 2, 2
BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~«»–—…“”・、。]+")
# Looked up first, as few titles hold any: the first words of what is advertised, and all words in other letters.
TRADE_WORDS = [word for words, _ in TRADES.values() for word in words]
FIRST_WORDS = frozenset(f"{word.split()[0]}{end}" for word in TRADE_WORDS if word.isascii() for end in ("", "s"))
OTHER_LETTERS = tuple(word for word in TRADE_WORDS if not word.isascii())
# An empty page that only forwards to the place where one large registrar parks names.
LANDER = re.compile(r"location(?:\.href)?\s{0,9}=\s{0,9}[\"']/lander[\"'?]")


def for_sale(case: Case) -> Judgement | None:
    """The domain is on offer or parked."""
    page = case.page
    asked, ended = site(host_of(asked_url(case.exchange))), site(host_of(case.exchange.final_url))
    if ended != asked and ended in DEALING_SITES:
        return conclude("USURPED", "The address leads to a dealer in domains.", f"The dealer is {ended}.")
    if page.says(SHORT_TEXT) or case.looks_same:
        return None
    if not page.text and LANDER.search(page.markup):
        return conclude("USURPED", "The page only forwards.", "It forwards to where a registrar parks names.")
    said = f"{page.folded_title} {page.text[:MUCH_TEXT]}"
    phrases = _apart([phrase for phrase in SALE_PHRASES if phrase in said])
    dealer = found(DEALERS, page.markup) if phrases else None
    if not dealer and len(phrases) < 2:
        return None
    second = f"It names a dealer ({dealer})." if dealer else f"It says “{phrases[1]}”."
    return conclude("USURPED", f"The domain is offered for sale (“{phrases[0]}”).", second)


def taken_over(case: Case) -> Judgement | None:
    """The site now advertises something that the page had nothing to do with."""
    title, unlike = _spoken(case.page.folded_title), _quite_unlike(case)
    if not unlike and FIRST_WORDS.isdisjoint(title.split()) and (title.isascii() or not found(OTHER_LETTERS, title)):
        return None
    for trade, (words, offers) in TRADES.items():
        titled = [word for word in words if word in title and _says(title, word)]
        if len(titled) < TITLE_WORDS and not unlike:
            continue
        by_copy = "It is unlike our copy." if unlike else None
        signals = list(filter(None, (_by_title(trade, titled), _by_text(case, offers), by_copy)))
        if len(signals) > 1 and not _always_was(case, words):
            return conclude("USURPED", *signals)
    return None


def _by_title(trade: str, titled: list[str]) -> str | None:
    return f"The title advertises {trade} ({', '.join(titled[:4])})." if len(titled) >= TITLE_WORDS else None


def _by_text(case: Case, offers: tuple[str, ...]) -> str | None:
    """A text that offers, and that calls upon its reader."""
    text = case.page.text[:MUCH_TEXT]
    offered = _apart([offer for offer in offers if offer in text])
    call = found(CALLS, text) if len(offered) >= OFFERS else None
    return f"The text advertises it (“{'”, “'.join(offered[:3])}”, “{call}”)." if call else None


def _quite_unlike(case: Case) -> bool:
    return case.similarity is not None and case.similarity < QUITE_UNLIKE


def _always_was(case: Case, words: tuple[str, ...]) -> bool:
    """Tell whether our copy, or the address that was cited, already was about the trade."""
    known = _spoken(folded(case.known.title or ""))
    host = host_of(asked_url(case.exchange))
    return any(_says(known, word) or (len(word) > 3 and word in host) for word in words)


def _says(spoken: str, word: str) -> bool:
    """Tell whether words hold this one, or its plural; scripts without spaces are searched for the letters."""
    if not word.isascii():
        return word in spoken
    return f" {word} " in spoken or f" {word}s " in spoken


def _spoken(title: str) -> str:
    return f" {BETWEEN_WORDS.sub(' ', title)} "


def _apart(phrases: list[str]) -> list[str]:
    """Leave out phrases that are part of a longer one, so that one sentence does not count twice."""
    return [one for one in phrases if not any(one != other and one in other for other in phrases)]
