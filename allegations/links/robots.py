"""What a site's robots.txt asks of automatic visitors (RFC 9309), and for how long that is known."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from allegations.links.answer import REDIRECTS
from allegations.links.exchange import Deferred, Exchange, Failure, Stopped
from allegations.links.text import fit

if TYPE_CHECKING:
    from protego import Protego

LIFE_S = 24 * 3600.0  # RFC 9309 section 2.4
LIFE_OF_A_FAULT_S = 3600.0
PATIENCE_S = 30 * 24 * 3600.0  # RFC 9309 section 2.3.1.4
MOST_HOPS = 5  # RFC 9309 section 2.3.1.2
MOST_BYTES = 5_000_000  # on the wire; the first 500 kB are read (RFC 9309 section 2.5)
LONGEST_DELAY_S = 60.0
UNREACHABLE = 599
TOO_MANY_REQUESTS = 429
AGENT = re.compile(r"(?i)\s*user[ -]?agent\s*:?\s*([^\s#]*)")
OF_THE_SITE = re.compile(r"(?i)\s*(?:#|$|site-?map|host\b)")
PRODUCT = re.compile(r"[A-Za-z_-]+")
# What went wrong after the site had begun to answer with a file: as much as came is read.
READ_ALL_THE_SAME = frozenset(
    (Failure.TLS_EXPIRED, Failure.TLS_UNTRUSTED, Failure.TLS_NAME, Failure.TOO_LARGE, Failure.TOO_LARGE_DECODED,
     Failure.UNDECODABLE)
)  # fmt: skip
# What went wrong with the file once the site was asked for it; it says nothing of the pages (RFC 9309 section 2.3.1.4).
OF_THE_FILE = frozenset((Failure.SLOW, Failure.CUT_SHORT, Failure.PROTOCOL, Failure.CONNECT_RESET))
UNREAD = "The site’s robots.txt could not be read, so the address was not asked; what that file says is not known."
DENIED = "The site’s robots.txt asks automatic visitors to stay away from this address."


def product(user_agent: str) -> str:
    """Return the name under which a User-Agent obeys a robots.txt.

    >>> product("CandidateVettingLinkBot/1.0 (+https://vetting.example/)")
    'CandidateVettingLinkBot'
    """
    found = PRODUCT.match(user_agent)
    return found[0] if found else "*"


@dataclass(frozen=True)
class RobotsFile:
    """A robots.txt as it was answered: status, text, and when, in seconds since 1970.

    `status` is of the last answer, or `UNREACHABLE` where none came. Of a file that cannot be read, `unread_since` is
    when that was first so, in seconds since 1970, and `text` what it said before, if it ever was read.
    """

    status: int
    text: str
    fetched_at: float
    unread_since: float | None = None

    @property
    def faulty(self) -> bool:
        """Tell whether the site could not say what it asks for."""
        return self.status >= 500 or self.status == TOO_MANY_REQUESTS

    def current(self, now: float) -> bool:
        """Tell whether the file may still be relied on; one that is given up is asked for no oftener than any other."""
        return 0 <= now - self.fetched_at < (LIFE_OF_A_FAULT_S if self._waited_for(now) else LIFE_S)

    def given_up(self, now: float) -> bool:
        """Tell whether the file could not be read for so long that it is waited for no more.

        A host that asks for fewer requests has been reached: its word holds for as long as it says so.
        """
        if not self.faulty or self.status == TOO_MANY_REQUESTS or self.unread_since is None:
            return False
        return now - self.unread_since >= PATIENCE_S

    def again_in_s(self, now: float) -> float:
        """Return in how many seconds the file is worth asking for again, where it is only its fault that forbids."""
        return max(self.fetched_at + LIFE_OF_A_FAULT_S - now, 1.0) if self._waited_for(now) else 0.0

    def _waited_for(self, now: float) -> bool:
        return self.faulty and not self.given_up(now)

    def verdict(self, url: str, agent: str, now: float) -> str | None:
        """Say why the visitor with this product name may not ask for `url`, or return None.

        A site whose file cannot be read is left alone for `PATIENCE_S`; then what it said before holds, if anything.

        >>> file = RobotsFile(200, "User-agent: *\\nDisallow: /private", 0.0)
        >>> file.verdict("https://a.example/private/x", "Bot", 1.0)
        'The site’s robots.txt asks automatic visitors to stay away from this address.'
        """
        if self._waited_for(now):
            return UNREAD
        if not self.text:
            return None
        return None if self._rules(agent).can_fetch(url, agent) else DENIED

    def delay_s(self, agent: str) -> float:
        """Return how many seconds the site asks this visitor to leave between two requests, at most a minute."""
        return min(self._rules(agent).crawl_delay(agent) or 0.0, LONGEST_DELAY_S) if self.text else 0.0

    def _rules(self, agent: str) -> Protego:
        if agent not in self._parsed:
            from protego import Protego  # only here: many batches need it for none of their sites

            text = self.text if self.faulty or 200 <= self.status < 300 else ""
            self._parsed[agent] = Protego.parse("\n".join(_lines_for(agent, text)))
        return self._parsed[agent]

    @cached_property
    def _parsed(self) -> dict[str, Protego]:
        return {}


def _lines_for(agent: str, text: str) -> Iterator[str]:
    """Yield only the groups that speak to this visitor or to all: thousands of others cost seconds to parse."""
    speaks, in_rules = False, True
    for line in text.splitlines():
        if named := AGENT.match(line):
            speaks, in_rules = speaks and not in_rules, False
            if (name := _addressee(named[1], agent)) is not None:
                speaks = True
                yield f"User-agent: {name}"
        elif not OF_THE_SITE.match(line):
            in_rules = True
            if speaks:
                yield line


def _addressee(value: str, agent: str) -> str | None:
    if value == "*":
        return value
    found = PRODUCT.match(value)
    return agent if found and found[0].lower() == agent.lower() else None


class Robots:
    """The robots.txt of every origin that is known, and, in `found`, of those that were asked on the way."""

    def __init__(self, known: Mapping[str, RobotsFile] | None = None) -> None:
        self._known = dict(known or {})
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.found: dict[str, RobotsFile] = {}

    @staticmethod
    def origin(url: str) -> str:
        """Return the origin of a stored web address: scheme, host, and port where it is not the usual one.

        >>> Robots.origin("https://news.example/a?b"), Robots.origin("http://[::1]:8080/")
        ('https://news.example', 'http://[::1]:8080')
        """
        return "/".join(url.split("/", 3)[:3]).partition("?")[0]

    def turn(self, origin: str) -> asyncio.Lock:
        """Return what one asker at a time of this origin’s file holds."""
        return self._turns[origin]

    def current(self, origin: str, now: float) -> RobotsFile | None:
        """Return what is known of an origin and may still be relied on."""
        file = self.found.get(origin) or self._known.get(origin)
        return file if file and file.current(now) else None

    def delay_s(self, url: str, agent: str) -> float:
        """Return how many seconds the site of `url` asks for between two requests; 0 where nothing is known."""
        origin = self.origin(url)
        file = self.found.get(origin) or self._known.get(origin)
        return file.delay_s(agent) if file else 0.0

    def learn(self, origin: str, exchange: Exchange, now: float) -> RobotsFile:
        """Note what was answered, or raise what stopped the asking where it tells of the origin itself."""
        file = _file(exchange, now)
        if file.faulty:
            file = _unread(file, self.found.get(origin) or self._known.get(origin))
        self.found[origin] = file
        return file


def _unread(file: RobotsFile, before: RobotsFile | None) -> RobotsFile:
    """Return a file that could not be read, with what is known of it from before."""
    if before is None:
        return replace(file, text="", unread_since=file.fetched_at)
    since = file.fetched_at if before.unread_since is None else before.unread_since
    return replace(file, text=before.text, unread_since=min(since, file.fetched_at))


def _file(exchange: Exchange, now: float) -> RobotsFile:
    status, failure = exchange.status, exchange.failure
    if failure is Failure.DEFERRED:
        raise Deferred(exchange.wait_s, exchange.sentence or "", exchange.busy)
    if failure is None or (status is not None and failure in READ_ALL_THE_SAME):
        text = fit(exchange.body.decode("utf-8-sig", "replace")) if status and 200 <= status < 300 else ""
        return RobotsFile(status or UNREACHABLE, text, now)
    if status in REDIRECTS:  # in a circle, too often or to where nobody may go: as if there were none
        return RobotsFile(status, "", now)
    if failure in OF_THE_FILE and exchange.hops and exchange.hops[-1].request:  # the site was there, and its file broke
        return RobotsFile(UNREACHABLE, "", now)
    if len(exchange.hops) > 1 and failure is not Failure.OWN_FAULT:  # the fault of another place
        return RobotsFile(UNREACHABLE, "", now)
    raise Stopped(failure, exchange.sentence or "")
