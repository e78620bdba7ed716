"""All the text of a page in its order, without a tree: for pages too large or too deep for one, and for plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from allegations.links.texts.blocks import MOST_CHARACTERS, Block
from allegations.links.texts.hints import CONTAINERS, LINES

_RAW = ("script", "style", "template", "noscript", "title", "textarea", "select", "svg", "iframe")
_OPENED = re.compile(rf"<(?:({'|'.join(_RAW)})(?![a-z0-9-])|!--)", re.IGNORECASE)
_CLOSERS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _RAW} | {"": re.compile("-->")}
# Neither goes over the next “<”, so that no page makes them look at any of it twice.
_BLOCKS = sorted(CONTAINERS | LINES.keys() | {"br", "hr", "nav", "aside", "footer"})
_BREAK = re.compile(rf"</?(?:{'|'.join(_BLOCKS)})(?![a-z0-9-])[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")


def all_blocks(markup: str) -> list[Block]:
    """Return every line of a page as a block."""
    return [Block("paragraph", line) for line in all_lines(markup)]


def all_lines(markup: str) -> Iterator[str]:
    """Yield the lines that a page shows, its menus too, until there are more than `MOST_CHARACTERS`."""
    text = _TAG.sub("", _BREAK.sub("\n", "".join(_spoken(markup))))[: 4 * MOST_CHARACTERS]
    room = MOST_CHARACTERS
    for line in _unescaped(text).split("\n"):
        if words := " ".join(line.split()):
            yield words
            room -= len(words)
            if room < 0:
                return


def lines_of(text: str) -> list[Block]:
    """Return the blocks of a plain text: what blank lines part."""
    paragraphs = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    return [Block("paragraph", line) for line in (" ".join(paragraph.split()) for paragraph in paragraphs) if line]


def _spoken(markup: str) -> Iterator[str]:
    """Yield the markup without scripts, styles and comments; every search starts where the last one ended."""
    at = 0
    while opened := _OPENED.search(markup, at):
        yield markup[at : opened.start()]
        closed = _CLOSERS[(opened[1] or "").lower()].search(markup, opened.end())
        if not closed:
            return
        at = closed.end() if not opened[1] else closed.start()
    yield markup[at:]


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # the number of a character with thousands of digits
        return text
