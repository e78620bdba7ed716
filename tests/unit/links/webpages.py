"""Answers of servers as the judging side sees them, and the pages in them: a small site with articles, and others."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

from allegations.links.exchange import Exchange, Hop
from allegations.links.judgement import Known
from allegations.links.pages import read_page
from tests.servers.hostile import ARTICLE

STORY = "https://news.example/2020/story"
SENTENCE = "The tribunal heard both sides and reserved its judgment until the spring term. "
LONG = "<p>" + SENTENCE * 30
TEXT = """the court heard a witness on monday and adjourned until spring officials said minister charged with fraud over
contracts for port works lawyer denied that money had been paid into account abroad prosecutor asked judge to keep
evidence sealed reporters were told case may take years opposition called vote commission report published last week"""
WORDS = TEXT.split()
MENU = "<nav><ul>" + "".join(f"<li><a href=/s/{n}>Section number {n}</a></li>" for n in range(40)) + "</ul></nav>"
OLD_MENU = "<td>" + " | ".join(f"<a href=/s/{n}>Section {n}</a>" for n in range(40)) + "</td>"
FOOTER = "<footer><p>All rights are reserved by The Herald, a paper of record since the year 1911.</p></footer>"


def exchange(
    body: str | bytes = ARTICLE,
    status: int | None = 200,
    hops: tuple[str, ...] = (STORY,),
    hop_status: int = 301,
    headers: dict[str, str] | None = None,
    **rest: Any,
) -> Exchange:
    """Return an exchange that went over these addresses to this answer."""
    passed = tuple(Hop(url, hop_status, after) for url, after in pairwise(hops))
    return Exchange(
        url=hops[0],
        final_url=hops[-1],
        hops=(*passed, Hop(hops[-1], status)),
        status=status,
        headers={"content-type": "text/html"} | (headers or {}),
        body=body.encode() if isinstance(body, str) else body,
        payload_sha256=rest.pop("payload_sha256", "1" * 64),
        **rest,
    )


def paragraphs(seed: int, count: int = 12, words: tuple[str, ...] | list[str] = WORDS) -> str:
    """Return paragraphs of prose, always the same for one seed."""
    chance = random.Random(seed)
    return "".join(f"<p>{' '.join(chance.choices(words, k=40)).capitalize()}.</p>\n" for _ in range(count))


def site_page(title: str, body: str, menu: str = MENU) -> str:
    """Return a page of the Herald with all that stands around its content."""
    return (
        f"<!doctype html><html lang=en><head><title>{title} | The Herald</title></head>"
        f"<body>{menu}<main>{body}</main>{FOOTER}</body></html>"
    )


def copy_of(page: str, payload_sha256: str = "0" * 64) -> Known:
    """Return what is remembered of a page once it was seen."""
    seen = read_page(exchange(page))
    return Known(seen.title, payload_sha256, seen.sketch)
