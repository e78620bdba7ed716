"""Pages that come with a good status and yet are not there: the signals, each independent of the others."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from allegations.links import phrases
from allegations.links.judgement import ALIKE, SHORT_TEXT, Case, Judgement, Kind, conclude
from allegations.links.moves import asked_url
from allegations.links.pages import Page, same_words
from allegations.links.sketch import likeness

SHORT_TITLE = 80
LANGUAGES = (
    "ar|bg|bn|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|lv|nl|no|pl|pt|ro|ru|sk|sl|sr|sv|sw|th|tr|uk"
)
FRONT_PAGE = re.compile(
    rf"/?(?:(?:(?:{LANGUAGES}|ur|vi|zh)(?:[-_][a-z]{{2}})?(?:/|\Z))?(?:(?:index|default|home|main)(?:\.[a-z]{{2,5}})?/?)?"
    r"|accueil/?|inicio/?|portada/?|startseite/?)\Z"
)
# Parts of a query that tell where a visitor came from, not what is shown.
FRONT_QUERY = re.compile(
    r"(?:(?:utm_\w{1,20}|ref|from|src|source|error|err|redirect\w{0,9}|fbclid)(?:=[^&]*)?(?:&|\Z))*\Z"
)
ERROR_PATH = re.compile(
    r"/(?:404|error-?404|404-?error|errors?|not-?found|not_found|page-?not-?found|page_not_found|pagenotfound|notfound"
    r"|introuvable|erreur|fehler|no-encontrad[ao])(?:\.[a-z]{2,5})?/?\Z"
)

Signal = tuple[Kind, str]


def soft_gone(case: Case) -> Judgement | None:
    """A page that says “not found”, or another page in place of the one that was asked for."""
    signals = dict(filter(None, (_by_title(case), _by_sentence(case), _by_root(case), _by_path(case))))
    like_probe = case.probe is not None and alike(case.page, case.probe)
    if not (signals or like_probe) or _is_our_page(case):
        return None
    if like_probe:
        signals[Kind.PROBE] = "The server answers in the same way for a page that cannot exist."
    if signals.keys() == {Kind.PROBE}:
        if not case.unlike or _asks_for_front(case):  # every address shows the same, and it may be right for this one
            return None
        signals[Kind.UNLIKE] = "The page is unlike our last good copy."
    return conclude("SOFT_GONE", *signals.values(), kinds=frozenset(signals))


def alike(page: Page, other: Page) -> bool:
    """Tell whether two pages of one moment are the same page: by their prose, or by all words where both have none."""
    if page.sketch or other.sketch:
        return likeness(page.sketch, other.sketch) >= ALIKE
    words, others = (f"{one.title} {one.text}".strip() for one in (page, other))
    return bool(words) and same_words(words, others) >= ALIKE


def _is_our_page(case: Case) -> bool:
    """A page like our copy is no other, whatever it says; like titles do not stand in for prose that is lost."""
    return (case.similarity or 0.0) >= ALIKE and not case.lost_prose


def _asks_for_front(case: Case) -> bool:
    """A front page changes every day, and many a site shows it for whatever it does not know."""
    asked = urlsplit(asked_url(case.exchange))
    return is_front(asked.path) and not asked.query


def _by_title(case: Case) -> Signal | None:
    title = case.page.folded_title
    if not title:
        return None
    said = next((part for part in phrases.parts(title) if part in phrases.NOT_FOUND_PARTS), None)
    if said is None and len(title) < SHORT_TITLE and not case.page.says(SHORT_TEXT):
        said = phrases.found(phrases.NOT_FOUND_TITLES, title) or ("404" if title.startswith("404 ") else None)
    return (Kind.TITLE, f"The title says that there is no such page (“{said}”).") if said else None


def _by_sentence(case: Case) -> Signal | None:
    page = case.page
    if page.says(SHORT_TEXT):
        return None
    said = phrases.found(phrases.NOT_FOUND_SENTENCES, page.text)
    if said is None and len(page.text) < SHORT_TEXT:
        said = phrases.found(phrases.NOT_FOUND_WORDS, page.text)
    return (Kind.PHRASE, f"The text says that there is no such page (“{said}”).") if said else None


def _by_root(case: Case) -> Signal | None:
    if len(case.exchange.hops) < 2:
        return None
    asked, final = urlsplit(asked_url(case.exchange)), urlsplit(case.exchange.final_url)
    to_front = is_front(final.path) and FRONT_QUERY.match(final.query.lower())
    if to_front and (not is_front(asked.path) or asked.query):
        return Kind.ROOT, "The server sends visitors of this page to its front page."
    return None


def _by_path(case: Case) -> Signal | None:
    if len(case.exchange.hops) < 2:
        return None
    asked, final = urlsplit(asked_url(case.exchange)), urlsplit(case.exchange.final_url)
    if asked.path != final.path and ERROR_PATH.search(final.path.lower()):
        return Kind.PATH, f"The server sends visitors of this page to one for errors ({final.path[-40:]})."
    return None


def is_front(path: str) -> bool:
    """Tell whether a path is that of a site’s front page.

    >>> is_front("/"), is_front("/fr/"), is_front("/index.php"), is_front("/2020/story")
    (True, True, True, False)
    """
    return bool(FRONT_PAGE.match(path.lower()))
