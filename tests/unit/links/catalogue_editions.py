"""The cases of the catalogue in which a page changes: two editions of it, and what a comparison has to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allegations.links.texts import Level

from .texts import documents
from .texts.samples import ARABIC, FRENCH, NEWS, SAMPLES
from .texts.test_change import CORRECTIONS, NAMES, OTHERS

HTML = "text/html; charset=utf-8"
PDF = "application/pdf"


@dataclass(frozen=True)
class Edition:
    """Two editions of one address, and the level of what changed; `marks` are machine names of the reasons."""

    row: str
    what: str
    before: bytes
    after: bytes
    level: Level
    content_type: str = HTML
    marks: frozenset[str] = frozenset()
    asked: dict[str, Any] = field(default_factory=dict)
    asks_human: bool = False
    differs: str = ""

    def __str__(self) -> str:
        return f"{self.row} {self.what}"


def story(*paragraphs: str, title: str = "The Courier", language: str = "en", free: bool = True) -> bytes:
    """Return a page of the Courier that says this."""
    told = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    data = f'{{"@type":"NewsArticle","isAccessibleForFree":{str(free).lower()}}}'
    said = f'<script type="application/ld+json">{data}</script>'
    return (
        f"<!doctype html><html lang={language}><head><title>{title}</title>{said}</head><body>"
        f"<nav><a href=/>Home</a></nav><main><article>{told}</article></main><footer>All rights reserved</footer>"
    ).encode()


def edited(old: str, new: str) -> bytes:
    changed = tuple(sentence.replace(old, new, 1) for sentence in NEWS)
    assert changed != NEWS
    return story(*changed)


FIRST = story(*NEWS)
WORDS = {
    "charged to cleared": ("charged on", "cleared on"),
    "not taken out": ("had not attended", "had attended"),
    "not put in": ("denies the charges", "does not deny the charges"),
    "number": ("19 days", "91 days"),
    "date": ("14 January 2022", "15 January 2022"),
    "sum": ("$2.5 million", "$25 million"),
    "name": ("Tarek Mansouri", "Tarek Mansour"),
}
QUOTE = "They held us for 19 days in a room without a window"
EDITIONS = (
    *(
        Edition("F1", str(sample), sample.build(0).encode(), sample.build(0).encode(), Level.UNCHANGED)
        for sample in SAMPLES[:4]
    ),
    *(
        Edition("F2", str(sample), sample.build(0).encode(), sample.build(5).encode(), Level.COSMETIC)
        for sample in SAMPLES[:8]
    ),
    *(
        Edition("F3", what, FIRST, edited(*words), Level.CRITICAL, asked={"names": NAMES}, asks_human=True)
        for what, words in WORDS.items()
    ),
    Edition("F4", "correction", FIRST, story(*NEWS, CORRECTIONS["en"]), Level.SUBSTANTIVE),
    Edition(
        "F6", "half", story(*NEWS[1:3], *OTHERS["en"]), story(*OTHERS["en"], *NEWS[5:7]), Level.MAJOR,
        marks=frozenset({"rewritten"}),
    ),
    Edition("F7", "bakery", FIRST, story(*OTHERS["en"]), Level.REPLACED, asks_human=True),
    Edition(
        "F8", "stub", FIRST, story(*NEWS[:2], free=False), Level.PAYWALLED, asked={"quotes": (QUOTE,)},
        marks=frozenset({"paywall", "quote-hidden"}),
    ),
    Edition(
        "F11", "quote", FIRST, story(*NEWS[:3], *NEWS[4:]), Level.CRITICAL, asked={"quotes": (QUOTE,)},
        asks_human=True, marks=frozenset({"quote-missing"}),
    ),
    Edition(
        "F12", "made anew", documents.paper(*documents.LETTER, salt=b"1"),
        documents.paper(*documents.LETTER, salt=b"22"), Level.COSMETIC, PDF,
    ),
    Edition(
        "F14", "French", FIRST, story(*FRENCH, language="fr"), Level.REPLACED, marks=frozenset({"language"}),
        asks_human=True,
    ),
    Edition(
        "F14", "Arabic", FIRST, story(*ARABIC, language="ar"), Level.REPLACED, marks=frozenset({"language"}),
        asks_human=True,
    ),
)  # fmt: skip
