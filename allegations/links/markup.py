"""The markup of a page, read from its start in pieces: without what is hidden, without menus, in blocks of text.

Everything here is read no further than it is asked for. Each search starts where the last one ended, and every pattern
is linear, so that no markup can make reading slow. All is in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST_TITLE = 300
PIECE = 3_000  # characters of markup that are read at once
# Their contents are not markup, or not shown; without an end they reach to the end of the page (WHATWG HTML).
HIDDEN = re.compile(r"<(!--|(?:script|style|template|title|textarea)\b)")
AROUND = re.compile(r"<(nav|aside|footer)\b")
AROUND_TAGS = {name: re.compile(rf"<(/?){name}\b") for name in ("nav", "aside", "footer")}
INLINE_NAMES = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|mark|q|s|samp|small|span|strike|strong"
    "|sub|sup|time|tt|u|var|wbr"
)
# What ends a block of text: every tag but those inside sentences, and the gap between two links that follow each other.
BLOCK_TAG = re.compile(rf"<(?!/?(?:{INLINE_NAMES})[\s/>])[a-z/!?]")
BLOCK_END = re.compile(rf"</a>[^\w<>]{{0,12}}<a\b[^>]*(?:>|\Z)|{BLOCK_TAG.pattern}[^>]*(?:>|\Z)")
TAG = re.compile(r"<[a-z/!?][^>]*(?:>|\Z)")  # “1 < 2” is no tag
CUT = "\x1f"  # counts as white space


class Replayed:
    """Texts that are made when they are first asked for, and kept for whoever asks again."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._unmade, self._made = texts, list[str]()

    def at(self, number: int) -> str | None:
        """Return the text with this number, counted from 0, or None where there are not so many."""
        while number >= len(self._made):
            text = next(self._unmade, None)
            if text is None:
                return None
            self._made.append(text)
        return self._made[number]

    def __iter__(self) -> Iterator[str]:
        number = 0
        while (text := self.at(number)) is not None:
            yield text
            number += 1


class Shown:
    """The markup of a page without what is hidden, in pieces that end where a block of text does."""

    def __init__(self, source: str, markup: str) -> None:
        self._titles: list[str] = []
        self.pieces = Replayed(_shown(source, markup, self._titles))

    def title(self) -> str:
        """Return the first title that is not empty, as it is written in the source."""
        for _ in self.pieces:
            if any(self._titles):
                break
        return next(filter(None, self._titles), "")


def _shown(source: str, markup: str, titles: list[str]) -> Iterator[str]:
    at = 0
    while at < len(markup):
        tag = BLOCK_TAG.search(markup, at + PIECE)
        cut, held = tag.start() if tag else len(markup), list[str]()
        while at < cut and (hidden := HIDDEN.search(markup, at, cut)):
            held.append(markup[at : hidden.start()])
            at = _after(hidden)
            if hidden[1] == "title":
                end = at if at < len(markup) else hidden.end() + LONGEST_TITLE
                titles.append(source[hidden.end() : end].partition(">")[2])
        if at < cut:
            held.append(markup[at:cut])
            at = cut
        yield "".join(held)


def _after(hidden: re.Match[str]) -> int:
    """Return where the hidden part ends."""
    end = "-->" if hidden[1] == "!--" else f"</{hidden[1]}"
    at = hidden.string.find(end, hidden.start() + 2)  # “<!-->” is a whole comment
    if at < 0:
        return len(hidden.string)
    return at + 3 if end == "-->" else at


def without_surroundings(pieces: Iterable[str]) -> Iterator[str]:
    """Leave menus, asides and footers out of pieces; one that is never closed hides nothing."""
    unread, unclosed = iter(pieces), set[str]()
    for piece in unread:
        text, at, kept = piece, 0, 0
        while opened := AROUND.search(text, at):
            name, start, at = opened[1], opened.start(), opened.end()
            if name in unclosed:
                continue
            tag = AROUND_TAGS[name].search(text, at)
            if tag is None:
                yield text[kept:start]
                text = _read_on(text[start:], AROUND_TAGS[name], unread)
                at, kept, start = at - start, 0, 0
                tag = AROUND_TAGS[name].search(text, at)
            if tag is None:
                unclosed.add(name)
            elif tag[1]:  # the innermost of those that were opened is the one that is closed
                yield text[kept:start]
                at = kept = tag.start()
        yield text[kept:]


def _read_on(text: str, until: re.Pattern[str], unread: Iterator[str]) -> str:
    held = [text]
    for piece in unread:
        held.append(piece)
        if until.search(piece):
            break
    return "".join(held)


def blocks(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the blocks of text between tags that end one."""
    for piece in pieces:
        yield from TAG.sub("", BLOCK_END.sub(CUT, piece)).split(CUT)
