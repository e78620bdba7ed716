"""The web that the benchmark of the links asks: 2,000 addresses on 500 hosts, the same at each run."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from itertools import accumulate

URLS = 2000
HOSTS = 500
KINDS = {"page": 80, "redirect": 10, "missing": 5, "slow": 5}  # per cent of the addresses
STATUS = {"page": 200, "redirect": 301, "missing": 404, "slow": 200}
PAGE_BYTES = 20_000
CHANGES = {"cosmetic": 60, "addition": 20, "word": 15, "replaced": 5}  # per cent, in the second edition of the pages
SUFFIX = "bench.example"
TITLE_WORDS, SENTENCE_WORDS, PARAGRAPH_SENTENCES = 8, 17, 5

ONSETS = ("b", "br", "c", "ch", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "v")
VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
ENDINGS = ("", "n", "r", "s", "t", "l", "nd", "rt", "m", "th")
COMMON = (
    "the of and to in a is that for it was on are as with his they at be this have from or had by not but what all "
    "were when we there can an your which their said if do will each about how up out them then she many some so "
    "court minister party election council report police budget city region president law vote office former public"
)


@dataclass(frozen=True)
class Address:
    """One address: its number, its host's number and what is found there."""

    number: int
    host: int
    kind: str

    @property
    def path(self) -> str:
        return f"/{self.kind}/{self.number}"

    def url(self, port: int) -> str:
        """Return it as a source would cite it."""
        return f"http://h{self.host:03d}.{SUFFIX}:{port}{self.path}"

    def plain(self, port: int) -> str:
        """Return it for a program that asks the operating system for names."""
        return f"http://127.0.0.1:{port}{self.path}"

    @property
    def stands(self) -> bool:
        """Tell whether a checker should find the link good."""
        return self.kind != "missing"


def addresses(urls: int = URLS, hosts: int = HOSTS, seed: int = 7) -> list[Address]:
    """Return the addresses; each run of `hosts` of them has one of each host."""
    kinds = [kind for kind, share in KINDS.items() for _ in range(urls * share // 100)]
    random.Random(seed).shuffle(kinds)
    return [Address(number, number % hosts, kind) for number, kind in enumerate(kinds)]


def batches(found: list[Address], size: int = 64) -> list[list[Address]]:
    """Return the addresses as a worker would claim them: up to `size`, no two of one host."""
    return [found[start : start + size] for start in range(0, len(found), size)]


def change_of(number: int) -> str:
    """Return what the second edition of a page changes; bytes change in every page, the article in some.

    >>> change_of(0), change_of(13), change_of(16), change_of(19)
    ('cosmetic', 'addition', 'word', 'replaced')
    """
    place = number % 20 * 5
    return next(change for change, below in zip(CHANGES, accumulate(CHANGES.values()), strict=True) if place < below)


class Writer:
    """Writes pages in the manner of a newspaper, 20 KB each, with the words of a small invented language."""

    def __init__(self, seed: int = 11) -> None:
        chance = random.Random(seed)
        self.coined = ["".join(chance.choice(part) for part in (ONSETS, VOWELS, ENDINGS) * 2) for _ in range(8000)]
        # Some words are common and most are rare, so that a page packs about as well as a real one.
        rare = [word for rank, word in enumerate(self.coined) for _ in range(1 + 3000 // (rank + 9))]
        self.words = COMMON.split() * 60 + rare
        self.menu = self._menu(chance)
        self.most_read = [self._sentence(chance, 9) for _ in range(20)]

    def page(self, number: int, edition: int = 1) -> bytes:
        """Return page `number`; no two are alike, all have the same menu.

        The second edition has other counts in its sidebar, and an article changed as `change_of` says.
        """
        change = change_of(number) if edition == 2 else ""
        chance = random.Random(f"{number} {change}" if change == "replaced" else str(number))
        title = self._sentence(chance, TITLE_WORDS).rstrip(".")
        head = (
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title} | The Courier</title>\n'
            f'<meta name="description" content="{self._sentence(chance)}">\n'
            f'<link rel="stylesheet" href="/style.css">\n</head>\n<body>\n{self.menu}\n<main>\n<article>\n'
            f'<h1>{title}</h1>\n<p class="byline">By our correspondent, '
            f'<time datetime="2026-0{1 + number % 9}-12">12 0{1 + number % 9} 2026</time></p>\n'
            f"<p>{self._outcome(chance, change)} {self._sentence(chance)}</p>\n"
        )
        added = (
            f"<p>{' '.join(random.Random(-number).choices(self.coined, k=25))}.</p>\n" if change == "addition" else ""
        )
        foot = f"</article>\n</main>\n{self._sidebar(number, edition)}\n<footer><p>All rights reserved.</p></footer>\n"
        foot += "</body>\n</html>\n"
        left, paragraphs = PAGE_BYTES - len(head) - len(foot), []
        while left > 8:
            paragraphs.append(self._paragraph(chance, left))
            left -= len(paragraphs[-1])
        return (head + "".join(paragraphs) + added + " " * left + foot).encode()

    def quote(self, number: int) -> str:
        """Return the sentence of the first edition that an allegation rests on."""
        found = re.search(rb"<p>(On \d+ May.*?bribes\.)", self.page(number))
        return found[1].decode()

    def _outcome(self, chance: random.Random, change: str) -> str:
        name, day = chance.choice(self.words).capitalize(), chance.randint(2, 9)
        verb = "acquitted" if change == "word" else "convicted"
        return f"On {day} May 2024 the court {verb} {name} of taking bribes."

    def _sentence(self, chance: random.Random, words: int = SENTENCE_WORDS) -> str:
        return " ".join(chance.choices(self.words, k=words)).capitalize() + "."

    def _paragraph(self, chance: random.Random, room: int) -> str:
        text = " ".join(self._sentence(chance) for _ in range(PARAGRAPH_SENTENCES))
        return f"<p>{text[: room - 8]}</p>\n"

    def _menu(self, chance: random.Random) -> str:
        items = "".join(f'<li><a href="/section/{n}">{self._sentence(chance, 2)}</a></li>\n' for n in range(24))
        return f'<header><nav class="menu"><ul>\n{items}</ul></nav></header>'

    def _sidebar(self, number: int, edition: int) -> str:
        chance = random.Random(f"{number} {edition}")
        items = "".join(
            f'<li><a href="/most-read/{n}">{words}</a> <span>{chance.randint(100, 999)} comments</span></li>\n'
            for n, words in enumerate(self.most_read)
        )
        return f'<aside class="sidebar"><h2>Most read</h2><ul>\n{items}</ul></aside>'
