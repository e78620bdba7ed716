"""Copies of a page in web archives (RFC 7089): where to ask, and whether what is offered is the page that we knew.

Nothing found here is followed by itself: a copy is offered to a reviewer, with what was seen of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote, urljoin

from allegations.links import timemaps
from allegations.links.archive import heads
from allegations.links.exchange import Exchange
from allegations.links.judgement import ALIKE
from allegations.links.timemaps import Candidate
from allegations.links.verdicts import judge
from allegations.links.web_archives import ArchiveSite, read_site, read_sites

__all__ = ["ArchiveSite", "Copy", "Finding", "Lookup", "look_up", "read_site", "read_sites"]

PER_MINUTE = 20  # questions to one archive, for callers to keep; the Wayback Machine’s index allows 24
NOTHING_HOLDS_FOR = timedelta(days=7)  # before the same page is looked up again in vain
MOST_CANDIDATES = 5  # that are looked at, in each archive
MOST_HOPS = 3
MOST_TEXT = 500_000
REDIRECTS = frozenset({301, 302, 303, 307, 308})

# Asks for one address with these headers, follows no redirect, and never raises.
Ask = Callable[[str, Mapping[str, str]], Awaitable[Exchange]]
# Tells from 0 to 1 how alike an answer and our own copy are; None when we have none.
Alike = Callable[[Exchange], float | None]


class Finding(StrEnum):
    """What came of looking at a copy."""

    GOOD = "good"
    UNCOMPARED = "uncompared"
    UNLIKE = "unlike"
    NOT_THE_PAGE = "not-the-page"
    UNDATED = "undated"
    FOREIGN = "foreign"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Copy:
    """A copy that an archive offered, and what was seen of it; `reason` is for a reviewer."""

    archive: str
    uri: str
    verdict: Finding
    reason: str
    taken_at: datetime | None = None
    status: int | None = None
    similarity: float | None = None
    distance_days: float | None = None

    @property
    def is_usable(self) -> bool:
        """Tell whether it may be offered: it is the page, or there was nothing to compare it with."""
        return self.verdict in (Finding.GOOD, Finding.UNCOMPARED)


@dataclass(frozen=True)
class Lookup:
    """What the archives gave; `silent` says in sentences what they left unanswered. Without one, a “no” may be kept."""

    copies: tuple[Copy, ...]
    silent: tuple[str, ...]

    @property
    def best(self) -> Copy | None:
        """Return the copy to offer, or None."""
        return next((copy for copy in self.copies if copy.is_usable), None)


async def look_up(url: str, wanted: datetime, sites: Iterable[ArchiveSite], ask: Ask, alike: Alike) -> Lookup:
    """Ask the archives, one after the other, for a copy of `url` near `wanted`, until one gives a usable copy."""
    copies: list[Copy] = []
    silent: list[str] = []
    for site in sites:
        search = _Search(site, url, wanted, ask, alike)
        copies += [copy async for copy in search.copies()]
        silent += search.silent
        if copies and copies[-1].is_usable:
            break
    return Lookup(tuple(copies), tuple(silent))


class _Search:
    """The search in one archive: by its redirect, then its index, then its TimeGate and TimeMap."""

    def __init__(self, site: ArchiveSite, url: str, wanted: datetime, ask: Ask, alike: Alike) -> None:
        self.site, self.url, self.wanted, self.ask, self.alike = site, url, wanted, ask, alike
        self.silent: list[str] = []
        self.seen: set[str] = set()

    async def copies(self) -> AsyncIterator[Copy]:
        """Yield what was seen of each candidate; the first usable one ends the search."""
        async for candidate in self._candidates():
            if candidate.uri in self.seen:
                continue
            self.seen.add(candidate.uri)
            copy = await self._looked_at(candidate)
            yield copy
            if copy.is_usable or len(self.seen) >= MOST_CANDIDATES:
                return

    async def _candidates(self) -> AsyncIterator[Candidate]:
        site = self.site
        if site.wayback_prefix:
            asked = f"{site.wayback_prefix}/{timemaps.stamp(self.wanted)}/{self.url}"
            if candidate := self._offered(await self._answer(asked), asked):
                yield candidate
        if site.cdx:
            for candidate in await self._indexed():
                yield candidate
        if site.timegate:
            asked = f"{site.timegate}/{self.url}"
            answer = await self._answer(asked, {"Accept-Datetime": timemaps.http_date(self.wanted)})
            if candidate := self._offered(answer, asked):
                yield candidate
            for candidate in await self._listed(answer, asked):
                yield candidate

    async def _indexed(self) -> list[Candidate]:
        """Ask the index; `sort` is what makes the Wayback Machine heed `closest`."""
        query = f"url={quote(self.url, safe='')}&output=json&filter=statuscode:200&sort=closest&limit={MOST_CANDIDATES}"
        answer = await self._answer(f"{self.site.cdx}?{query}&closest={timemaps.stamp(self.wanted)}")
        text = _text(answer).strip() if answer else ""
        rows = timemaps.nearest(timemaps.index_rows(text), self.wanted)
        if not rows and text not in ("", "[]"):
            self.silent.append(f"{self.site.name} gave no answer. Its index sent something else.")
        prefix = self.site.wayback_prefix
        return [Candidate(f"{prefix}/{timemaps.stamp(row.taken_at)}/{row.url}", row.taken_at) for row in rows]

    async def _listed(self, answer: Exchange | None, asked: str) -> list[Candidate]:
        """Ask for the list that a TimeGate names, if it is the archive's own."""
        named = timemaps.links(_headers(answer).get("link", "")) if answer else ()
        for link in named:
            uri = _joined(asked, link.uri)
            if "timemap" in link.relations and self.site.owns(uri):
                listed = await self._answer(uri)
                found = timemaps.mementos(_text(listed)) if listed else []
                found.sort(key=lambda candidate: abs((candidate.taken_at or self.wanted) - self.wanted))
                return [replace(candidate, uri=_joined(uri, candidate.uri)) for candidate in found[:MOST_CANDIDATES]]
        return []

    def _offered(self, answer: Exchange | None, asked: str) -> Candidate | None:
        """Return the copy that an archive sends us to, or shows at once."""
        if answer is None:
            return None
        told = _headers(answer)
        if location := _location(answer):
            return Candidate(_joined(asked, location))
        if taken_at := timemaps.http_moment(told.get("memento-datetime", "")):
            return Candidate(_joined(asked, told.get("content-location", "")), taken_at)
        return None

    async def _answer(self, uri: str, headers: Mapping[str, str] | None = None) -> Exchange | None:
        """Return an answer of the archive, None for “no such copy”; what is no answer is noted."""
        answer = await self.ask(uri, headers or {})
        if answer.status == 200 or _location(answer) or "memento-datetime" in _headers(answer):
            return answer
        self._gave_no_answer(answer)
        return None

    async def _looked_at(self, candidate: Candidate) -> Copy:
        """Ask for a copy as it was archived, and judge it as any answer is judged."""
        uri, asked = candidate.uri, self.site.raw(candidate.uri)
        for _ in range(MOST_HOPS):
            if not self.site.owns(asked):
                words = f"The archive points to {asked[:100]}, which is not its own."
                return Copy(self.site.name, uri, Finding.FOREIGN, words)
            answer = await self.ask(asked, {})
            if not (location := _location(answer)):
                return self._judged(candidate, asked, answer)
            asked = self._next(asked, _joined(asked, location), answer)
        return Copy(self.site.name, uri, Finding.UNANSWERED, "The archive sends us from copy to copy.")

    def _next(self, asked: str, target: str, answer: Exchange) -> str:
        """Return where a redirect leads; one that was archived as it came leads on inside the archive."""
        archived = "memento-datetime" in _headers(answer)
        return self.site.raw(target) if self.site.owns(target) or not archived else self.site.within(asked, target)

    def _judged(self, candidate: Candidate, asked: str, answer: Exchange) -> Copy:
        told = timemaps.http_moment(_headers(answer).get("memento-datetime", ""))
        copy = Copy(self.site.name, candidate.uri, Finding.UNANSWERED, "", status=answer.status)
        if told is None and answer.status != 200:  # then it is the archive that speaks, not the page of then
            return replace(copy, reason=self._gave_no_answer(answer))
        taken_at = told or self.site.stamp(asked)
        if taken_at is None:
            return replace(copy, verdict=Finding.UNDATED, reason="The archive does not say when the copy was taken.")
        days = round(abs(taken_at - self.wanted) / timedelta(days=1), 2)
        copy = replace(copy, verdict=Finding.NOT_THE_PAGE, taken_at=taken_at, distance_days=days)
        if answer.status != 200:
            return replace(copy, reason=f"What was archived is an answer with status {answer.status}.")
        judged = judge(replace(answer, url=self.url, final_url=self.url, hops=answer.hops[-1:]))
        if not judged.shows_page:
            return replace(copy, reason=" ".join(judged.signals))
        return self._compared(copy, self.alike(answer))

    def _gave_no_answer(self, answer: Exchange) -> str:
        """Say so, and note it unless the archive says that it has no such copy."""
        said = answer.sentence if answer.status is None else f"It answered with status {answer.status}."
        words = f"{self.site.name} gave no answer. {said or ''}".strip()
        if answer.status != 404:
            self.silent.append(words)
        return words

    def _compared(self, copy: Copy, similarity: float | None) -> Copy:
        copy = replace(copy, similarity=similarity)
        if similarity is None:
            words = "There is no copy of ours to compare it with."
            return replace(copy, verdict=Finding.UNCOMPARED, reason=words)
        alike = similarity >= ALIKE
        words = f"It is {'like' if alike else 'unlike'} our own copy ({similarity:.2f})."
        return replace(copy, verdict=Finding.GOOD if alike else Finding.UNLIKE, reason=words)


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return target


def _headers(answer: Exchange) -> dict[str, str]:
    """Return all that was sent; an exchange itself keeps only what judging needs."""
    return {**answer.headers, **(heads.fields(answer.hops[-1].head) if answer.hops else {})}


def _location(answer: Exchange) -> str | None:
    status = answer.hops[-1].status if answer.hops else answer.status
    return _headers(answer).get("location") if status in REDIRECTS else None


def _text(answer: Exchange) -> str:
    return answer.body[:MOST_TEXT].decode("utf-8", "replace")
