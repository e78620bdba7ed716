"""Whether a quoted passage still stands in a text: word for word, nearly so, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise

from rapidfuzz import fuzz

from allegations.links.texts.folding import HAN, passage

ALIKE = 90.0  # partial ratio, of 100, from which a passage counts as there
SHORT, SHORT_HAN = 30, 12  # characters; a shorter passage has to stand there word for word
PIECE = 240  # characters; a longer passage is looked for in pieces
OCCURRENCES, WINDOWS = 20, 12  # looked at of one key, and in all, of one passage
KEYS = 24
_HAN = re.compile(f"[{HAN}]")
# What an editor left out or put in: “[…]”, “...”, “[the general]”.
_EDITED = re.compile(r"\[[^\[\]]{0,80}\]|\(\s?(?:…|\.{3})\s?\)|…|\.{3,9}")


class Standing(StrEnum):
    """How a quoted passage stands in a text."""

    EXACT = "exact"
    ALIKE = "alike"
    MISSING = "missing"


class Passages:
    """A text made ready for looking up passages; case, marks, accents and blanks do not count."""

    def __init__(self, text: str) -> None:
        self._spaced = f" {passage(text)} "
        self._dense: str | None = None

    def standing(self, quote: str) -> Standing:
        """Tell how a quote stands in the text; all its parts have to, where something was left out of it.

        >>> said = Passages("The court found that the general had not ordered the detention of the two engineers.")
        >>> said.standing("the General had not ordered […] detention of the two engineers")
        <Standing.EXACT: 'exact'>
        >>> said.standing("the general had ordered two detentions in the spring of that year")
        <Standing.MISSING: 'missing'>
        """
        found = {self._of_piece(piece) for piece in _pieces(quote)}
        if not found or Standing.MISSING in found:
            return Standing.MISSING if found else Standing.EXACT
        return Standing.ALIKE if Standing.ALIKE in found else Standing.EXACT

    def _of_piece(self, piece: str) -> Standing:
        if not _HAN.search(piece):
            text, wanted = self._spaced, f" {piece} "
        else:
            if self._dense is None:
                self._dense = self._spaced.replace(" ", "")
            text, wanted = self._dense, piece.replace(" ", "")
        if wanted in text:
            return Standing.EXACT
        if len(wanted) < (SHORT_HAN if text is self._dense else SHORT):
            return Standing.MISSING
        near = any(fuzz.partial_ratio(wanted, window, score_cutoff=ALIKE) for window in _windows(wanted, text))
        return Standing.ALIKE if near else Standing.MISSING


def _pieces(quote: str) -> Iterator[str]:
    for part in _EDITED.split(quote):
        words = passage(part)
        while len(words) > PIECE:
            at = words.rfind(" ", 1, PIECE)
            at = at if at > 0 else PIECE
            yield words[:at]
            words = words[at:].lstrip()
        if words:
            yield words


def _windows(wanted: str, text: str) -> Iterator[str]:
    """Yield the parts of `text` that share most runs of words with `wanted`, best first; every look-up is linear."""
    size = len(wanted)
    hits: dict[int, int] = {}
    for offset, key in _keys(wanted):
        at, seen = text.find(key), 0
        while at >= 0 and seen < OCCURRENCES:
            place = max(0, at - offset) // max(size // 2, 1)
            hits[place] = hits.get(place, 0) + 1
            at, seen = text.find(key, at + len(key)), seen + 1
    for place in sorted(hits, key=lambda place: -hits[place])[:WINDOWS]:
        begin = max(0, place * (size // 2) - size // 2)
        yield text[begin : begin + 3 * size]


def _keys(wanted: str) -> Iterator[tuple[int, str]]:
    """Yield pieces of a passage with their places in it: runs of two words, or of characters in Chinese."""
    words = wanted.split()
    if len(words) < 3:
        yield from ((at, wanted[at : at + 4]) for at in range(0, min(len(wanted), 3 * KEYS), 3))
        return
    at, runs = 0, []
    for first, second in pairwise(words):
        at = wanted.find(first, at)
        runs.append((at, f"{first} {second}"))
    yield from sorted(runs, key=lambda run: -len(run[1]))[:KEYS]
