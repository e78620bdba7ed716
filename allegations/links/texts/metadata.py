"""What a page says of itself: title, publisher, authors, day, language, address; what it does not say stays empty."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from lxml import etree

from allegations.links.text import fit
from allegations.links.texts.languages import tag

LONGEST = {"title": 500, "publisher": 200, "author": 200, "canonical": 2000}
MOST_AUTHORS = 10
MOST_SCRIPTS, LONGEST_SCRIPT, MOST_NODES, DEEPEST_NODE = 12, 300_000, 400, 6
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
ARTICLES = ("Article", "Report", "Posting", "LegalCase", "PressRelease")
# The names of meta elements, most telling first.
TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title")
PUBLISHERS = ("og:site_name", "dc.publisher", "dcterms.publisher", "citation_publisher", "application-name")
AUTHORS = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "parsely-author",
    "sailthru.author",
)
DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.date", "dcterms.issued", "dcterms.created", "pubdate", "publishdate", "publish-date", "publication_date",
    "citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date", "article.published",
)  # fmt: skip


@dataclass(frozen=True)
class Metadata:
    """`published` is an ISO day or empty, `language` BCP 47 or empty; `free` is None when the page does not say."""

    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    language: str = ""
    canonical: str = ""
    free: bool | None = None

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**self.__dict__, "authors": list(self.authors)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return what `as_data` wrote."""
        said = {name: str(data[name]) for name in ("title", "publisher", "published", "language", "canonical")}
        free = None if data["free"] is None else bool(data["free"])
        return cls(**said, authors=tuple(map(str, data["authors"])), free=free)


@dataclass
class _Said:
    """All that the elements of a page say, in order."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    canonical: str = ""
    nodes: list[dict[str, Any]] = field(default_factory=list)
    times: list[tuple[str, bool]] = field(default_factory=list)


def metadata(root: etree._Element, url: str = "", content_language: str = "") -> Metadata:
    """Return what a page says of itself; `content_language` is the header of that name."""
    said = _gathered(root)
    articles = [node for node in said.nodes if _is_article(node)]
    return Metadata(
        title=_first("title", (*_meta(said, TITLES), *_texts(articles, "headline"), *said.titles)),
        publisher=_first(
            "publisher", (*_meta(said, PUBLISHERS[:1]), *_texts(articles, "publisher"), *_meta(said, PUBLISHERS[1:]))
        ),
        authors=_authors((*_texts(articles, "author"), *_meta(said, AUTHORS))),
        published=_day(said, articles),
        language=_language(root, said, content_language),
        canonical=_canonical(said, url),
        free=_free(said, articles),
    )


def cleaned(text: str, longest: int) -> str:
    """Return `text` on one line, without control characters, at most so long."""
    return " ".join(CONTROLS.sub(" ", fit(text[: 4 * longest])).split())[:longest].rstrip()


def day_of(said: str) -> str:
    """Return the day that `said` begins with as ISO text, or "" where it names no real one.

    >>> day_of("2021-11-23T09:15:00+01:00"), day_of("Tue, 23 Nov 2021 09:15:00 GMT")
    ('2021-11-23', '2021-11-23')
    >>> day_of("2021-13-40"), day_of("soon")
    ('', '')
    """
    said = said.strip()[:60]
    try:
        if found := DAY.match(said):
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        return parsedate_to_datetime(said).date().isoformat() if "," in said[:12] else ""
    except (ValueError, TypeError, IndexError):
        return ""


def _gathered(root: etree._Element) -> _Said:
    said = _Said()
    scripts = 0
    for element in root.iter("meta", "title", "link", "script", "time"):
        name = element.tag
        if name == "meta":
            key = (
                element.get("property")
                or element.get("name")
                or element.get("itemprop")
                or element.get("http-equiv")
                or ""
            )
            if content := element.get("content"):
                said.metas.setdefault(key.strip().lower(), []).append(content)
        elif name == "title":
            said.titles.append(element.text or "")
        elif name == "link":
            if "canonical" in (element.get("rel") or "").lower().split():
                said.canonical = said.canonical or element.get("href", "")
        elif name == "time":
            published = element.get("itemprop") == "datePublished" or "pubdate" in element.keys()  # noqa: SIM118
            said.times.append((element.get("datetime") or element.get("content") or "", published))
        elif "ld+json" in (element.get("type") or "") and scripts < MOST_SCRIPTS:
            scripts += 1
            said.nodes += _nodes(element.text or "")
    return said


def _nodes(script: str) -> list[dict[str, Any]]:
    """Return the objects of a JSON-LD script, with references to one another in it put in."""
    if len(script) > LONGEST_SCRIPT:
        return []
    try:
        loaded = json.loads(script.strip().removeprefix("//<![CDATA[").removesuffix("//]]>").strip(), strict=False)
    except (ValueError, RecursionError):
        return []
    found: list[dict[str, Any]] = []
    _collect(loaded, found, 0)
    by_id = {node["@id"]: node for node in found if isinstance(node.get("@id"), str) and len(node) > 1}
    return [{key: _referred(value, by_id) for key, value in node.items()} for node in found]


def _collect(value: Any, found: list[dict[str, Any]], depth: int) -> None:
    if depth > DEEPEST_NODE or len(found) >= MOST_NODES:
        return
    if isinstance(value, list):
        for one in value[:MOST_NODES]:
            _collect(one, found, depth + 1)
    elif isinstance(value, dict):
        found.append(value)
        for inner in ("@graph", "mainEntity", "mainEntityOfPage"):
            _collect(value.get(inner), found, depth + 1)


def _referred(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and kind.endswith(ARTICLES) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _texts(nodes: list[dict[str, Any]], key: str) -> Iterator[str]:
    """Yield the texts under `key`, or the names of the things there."""
    for node in nodes:
        values = node.get(key)
        for value in values[:MOST_AUTHORS] if isinstance(values, list) else [values]:
            name = value.get("name") if isinstance(value, dict) else value
            if isinstance(name, str):
                yield name


def _meta(said: _Said, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from said.metas.get(name, ())


def _first(kind: str, texts: Iterable[str]) -> str:
    return next(filter(None, (cleaned(text, LONGEST[kind]) for text in texts)), "")


def _authors(texts: Iterable[str]) -> tuple[str, ...]:
    names = (cleaned(text, LONGEST["author"]) for text in texts)
    people = dict.fromkeys(name for name in names if name and "://" not in name and not name.startswith(("@", "www.")))
    return tuple(people)[:MOST_AUTHORS]


def _day(said: _Said, articles: list[dict[str, Any]]) -> str:
    marked = [moment for moment, published in said.times if published]
    others = {day for moment, _ in said.times if (day := day_of(moment))}
    told = (*_texts(articles, "datePublished"), *_meta(said, DATES), *marked, *(others if len(others) == 1 else ()))
    return next(filter(None, map(day_of, told)), "")


def _language(root: etree._Element, said: _Said, content_language: str) -> str:
    told = (
        root.get("lang") or "",
        root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or "",
        *_meta(said, ("og:locale", "content-language", "dc.language", "language", "inlanguage")),
        content_language,
    )
    return next(filter(None, (tag(one.partition(",")[0]) for one in told)), "")


def _canonical(said: _Said, url: str) -> str:
    for link in (said.canonical, *_meta(said, ("og:url",))):
        try:
            whole = urljoin(url, cleaned(link, LONGEST["canonical"]))
            parts = urlsplit(whole)
        except ValueError:
            continue
        if link and parts.scheme in ("http", "https") and parts.hostname:
            return whole[: LONGEST["canonical"]]
    return ""


def _free(said: _Said, articles: list[dict[str, Any]]) -> bool | None:
    for node in articles or said.nodes:
        value = node.get("isAccessibleForFree")
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value:
            return not value.lower().rstrip("/").endswith("false")
    tier = next(_meta(said, ("article:content_tier",)), "").strip().lower()
    return {"free": True, "metered": False, "locked": False}.get(tier)
