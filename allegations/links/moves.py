"""Where redirects led: within a site, to another one, or only through a service that hands visitors on."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from allegations.links.exchange import Exchange
from allegations.links.judgement import Case, Judgement, conclude
from allegations.links.urls import host_key, site

PERMANENT = frozenset({301, 308})
# Hosts whose addresses stand for others: short links, wrapped links, and registers of persistent identifiers.
HANDING_ON = frozenset(
    ("bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "buff.ly", "is.gd", "v.gd", "lnkd.in", "fb.me", "dlvr.it",
     "ift.tt", "trib.al", "cutt.ly", "rebrand.ly", "shorturl.at", "t.ly", "amzn.to", "nyti.ms", "wapo.st", "bbc.in",
     "reut.rs", "l.facebook.com", "lm.facebook.com", "youtu.be", "shorturl.com", "rb.gy", "s.id", "w.wiki", "git.io",
     "doi.org", "dx.doi.org", "hdl.handle.net", "purl.org", "n2t.net", "w3id.org", "perma.cc", "ark.org")
)  # fmt: skip


def asked_url(exchange: Exchange) -> str:
    """Return what was asked for, past every service that only hands visitors on."""
    if not hands_on(exchange.url):
        return exchange.url
    return next((hop.url for hop in exchange.hops if not hands_on(hop.url)), exchange.final_url)


def hands_on(url: str) -> bool:
    """Tell whether an address is one of a service that hands visitors on to another.

    >>> hands_on("https://bit.ly/3abc"), hands_on("https://news.example/a")
    (True, False)
    """
    return host_of(url) in HANDING_ON


def moved(case: Case) -> Judgement | None:
    """The page is elsewhere for good, or at another site."""
    if len(case.exchange.hops) < 2:
        return None
    asked, final = asked_url(case.exchange), case.exchange.final_url
    if _place(asked) == _place(final):
        return None
    if site(host_of(asked)) != site(host_of(final)):
        return _moved_offsite(case, host_of(final))
    hops = [hop for hop in case.exchange.hops[:-1] if not hands_on(hop.url)]
    if all(hop.status in PERMANENT for hop in hops):
        return conclude("MOVED_PERM", "The server says that the page has moved for good.")
    return None


def _moved_offsite(case: Case, host: str) -> Judgement:
    judged = conclude("MOVED_OFFSITE", f"The page is now at another site ({host}).")
    if not case.unlike:
        return judged
    words = "What is there is unlike our last good copy: is it the same page, or another’s?"
    return replace(judged, signals=(*judged.signals, words), asks_human=True)


@lru_cache(4096)
def host_of(url: str) -> str:
    """Return the host of an address without “www.”."""
    return host_key(url)


def _place(url: str) -> tuple[str, str]:
    """Return what does not change when only https, “www.” or a closing slash was added."""
    return host_of(url), urlsplit(url).path.rstrip("/")
