"""The main text of a page: which of its lines are what it says, and which only stand around that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from itertools import takewhile

from lxml import etree

from allegations.links.texts.blocks import CELL, Block
from allegations.links.texts.hints import ABOUT_OTHERS, ABOUT_READERS, STOCK_LINES
from allegations.links.texts.volatile import is_volatile
from allegations.links.texts.walking import Layout, Line, Walk

PROSE, SENTENCE, ROW = 40, 15, 12  # UTF-8 bytes from which a line counts: as it is, with a full stop, with cells
HEADING = 10  # characters from which a heading that stands in the title is that of the page
LINKED = 0.55  # share of links from which a line is a list of links
THIN = 250  # bytes; with less, names of classes may have misled
MAIN_SHARE, ARTICLE_SHARE, CHILD_SHARE, SIBLING_SHARE, LOST_SHARE = 0.3, 0.5, 0.6, 0.15, 0.03
FORM_SHARE = 0.3
ENDS = frozenset(".!?…؟۔。！？:：;”»\"')）」』")
SECTIONS = frozenset({"section", "article"})
NOT_ENTERED = frozenset({"ul", "ol", "dl", "blockquote", "figure"})
SIDE_NAMES = re.compile(r"side|second|right|left|rail|extra|bottom|complement|aux|col-\w{2}-[1-4]\b")
ADDRESS = re.compile(r"https?://[^\s]{1,2000}|www\.[^\s]{1,2000}")
MOST_HEADINGS = 6  # one over the other
LISTS = frozenset({"ul", "ol", "dl", "table", "tbody", "thead", "tfoot", "td", "th"})
COUNT = re.compile(r"^\s*[(（\[]?\d{0,9}[)）\]]?\s*|\s*[(（\[]?\d{0,9}[)）\]]?\s*[:：]?\s*$")


def main_text(root: etree._Element) -> list[Block]:
    """Return the blocks of a page's main text, in order."""
    layout = Walk(by_name=True).over(root)
    title = root.findtext("head/title") or ""
    chosen = choose(layout, title)
    if layout.dropped and _size(chosen) < THIN:
        every = choose(Walk(by_name=False).over(root), title)
        chosen = every if _size(every) > 3 * _size(chosen) else chosen
    return [Block("paragraph" if line.kind == "text" else line.kind, line.text) for line in chosen]


def choose(layout: Layout, title: str = "") -> list[Line]:
    """Return the lines that a page of this title consists of; all that are not stock when none is prose."""
    weights = [_weight(line) for line in layout.lines]
    masses = _sums(layout, weights)
    if not masses[0]:
        return [line for line in layout.lines if not _is_stock(line) and not _is_link(line)]
    forms = {
        number for number, mark in layout.marks.items() if mark == "form" and masses[number] < FORM_SHARE * masses[0]
    }
    inside = _within(layout, _scope(layout, masses, weights), forms)
    return _settled(*_picked(layout, weights, inside, title), layout)


def _size(lines: list[Line]) -> int:
    return sum(len(line.text.encode()) for line in lines)


def _is_link(line: Line) -> bool:
    return line.linked >= LINKED * len(line.text)


def _plain(text: str) -> str:
    return COUNT.sub("", text.casefold().replace("’", "'").rstrip(" .:：!…»›>→"))


def _is_stock(line: Line) -> bool:
    return len(line.text) < 60 and (_plain(line.text) in STOCK_LINES or is_volatile(line.text))


def _weight(line: Line) -> int:
    """Return how much prose a line is, in bytes of UTF-8, which weighs scripts more alike than characters do."""
    if line.kind == "heading" or _is_link(line):
        return 0
    size = len(line.text.encode())
    if size >= PROSE and ("://" in line.text or "www." in line.text):
        size = len(ADDRESS.sub("", line.text).encode())
    if size >= PROSE or (size >= SENTENCE and line.text[-1] in ENDS) or (size >= ROW and CELL in line.text):
        return 0 if _is_stock(line) else size
    return 0


def _sums(layout: Layout, weights: Sequence[int]) -> list[int]:
    """Return the sum of the lines' weights in each container and in those within it."""
    sums = [0] * len(layout.parents)
    for line, weight in zip(layout.lines, weights, strict=True):
        sums[line.container] += weight
    for number in range(len(sums) - 1, 0, -1):
        sums[layout.parents[number]] += sums[number]
    return sums


def _within(layout: Layout, scope: int, left: Set[int] = frozenset()) -> list[bool]:
    """Tell for each container whether it is or stands in `scope`, and in none of those that are left out."""
    inside = [False] * len(layout.parents)
    inside[scope] = scope not in left
    for number in range(scope + 1, len(inside)):
        inside[number] = inside[layout.parents[number]] and number not in left
    return inside


def _scope(layout: Layout, masses: list[int], weights: list[int]) -> int:
    """Return the container of the main text: what the page marks as such, or the smallest with most of the prose."""
    scope = _heaviest(layout, masses, "main", range(len(masses)))
    scope = scope if masses[scope] >= MAIN_SHARE * masses[0] else 0
    inside = _within(layout, scope)
    article = _heaviest(layout, masses, "article", (n for n, within in enumerate(inside) if within))
    if article and masses[article] >= ARTICLE_SHARE * masses[scope]:
        return article
    children: dict[int, list[int]] = {}
    for number, parent in enumerate(layout.parents):
        if parent >= 0 and masses[number]:
            children.setdefault(parent, []).append(number)
    counts = _sums(layout, [bool(weight) for weight in weights])
    while (child := _main_child(layout, scope, children.get(scope, []), masses, counts)) is not None:
        scope = child
    return scope


def _heaviest(layout: Layout, masses: list[int], mark: str, numbers: Iterable[int]) -> int:
    """Return the container with this mark that holds most, the outermost of equals; 0 when there is none."""
    marked = [n for n in numbers if layout.marks.get(n) == mark]
    return max(marked, key=lambda n: (masses[n], -n), default=0)


def _main_child(layout: Layout, scope: int, children: list[int], masses: list[int], counts: list[int]) -> int | None:
    best = max(children, key=lambda n: masses[n], default=None)
    if best is None or masses[best] < CHILD_SHARE * masses[scope] or layout.tags[best] in NOT_ENTERED:
        return None
    own = masses[scope] - sum(masses[n] for n in children)
    others = sum(masses[n] for n in children if n != best and _is_part(layout, n, best, masses, counts))
    return best if own < SIBLING_SHARE * masses[best] and others <= LOST_SHARE * masses[best] else None


def _is_part(layout: Layout, number: int, best: int, masses: list[int], counts: list[int]) -> bool:
    """Tell whether a container looks like a further part of the text that `best` holds most of."""
    if layout.tags[number] == layout.tags[best] and (
        layout.tags[best] in SECTIONS or (layout.names[number] == layout.names[best] != "")
    ):
        return True
    long = masses[number] >= SIBLING_SHARE * masses[best] and counts[number] > 1
    return long and not SIDE_NAMES.search(layout.names[number].lower())


def _picked(layout: Layout, weights: list[int], inside: list[bool], title: str) -> tuple[list[Line], list[int]]:
    """Return the lines of the main container and their weights, led by the page's heading and what follows that."""
    lines = layout.lines
    at = next((n for n, line in enumerate(lines) if inside[line.container]), 0)
    numbers = [n for n in range(at, len(lines)) if inside[lines[n].container]]
    if not any(lines[n].level == 1 for n in numbers):
        first = _heading_before(lines[:at], title)
        numbers = [n for n in range(first, at) if weights[n] or (lines[n].level and not _is_link(lines[n]))] + numbers
    return [lines[n] for n in numbers], [weights[n] for n in numbers]


def _heading_before(lines: list[Line], title: str) -> int:
    """Return the number of the heading over a text that these lines precede, or their count where there is none.

    It is the last one that stands in the page's title, else the last of the first level, else one right before.
    """
    headings = [n for n, line in enumerate(lines) if line.level and not _is_link(line)]
    said = " ".join(title.split()).casefold()
    named = [n for n in headings if len(lines[n].text) >= HEADING and lines[n].text.casefold() in said]
    first = named or [n for n in headings if lines[n].level == 1] or [n for n in headings if n >= len(lines) - 2]
    return first[-1] if first else len(lines)


def _settled(lines: list[Line], weights: list[int], layout: Layout) -> list[Line]:
    """Return the prose, short lines beside prose, and headings over what is kept."""
    heard = _heard(lines, weights, layout)
    good = [bool(weight) and hear for weight, hear in zip(weights, heard, strict=True)]
    places = [_place(line, layout) for line in lines]
    kept: list[Line] = []
    pending: list[Line] = []
    last = -1  # the place of the line that was kept last
    for at, line in enumerate(lines):
        if not heard[at] or (not good[at] and (_is_link(line) or _is_stock(line))):
            continue
        if line.kind == "heading":
            pending = [above for above in pending if above.level < line.level or above.level == 1]
            pending = [*pending[-MOST_HEADINGS:], line]
        elif good[at] or _beside_prose(at, line.kind, places, good, last):
            kept += [*pending, line]
            pending, last = [], places[at]
    return kept + list(takewhile(lambda line: line.level == 1, pending))


def _place(line: Line, layout: Layout) -> int:
    """Return the container that a line belongs to, seen from outside of lists and tables."""
    place = line.container
    while layout.tags[place] in LISTS:
        place = layout.parents[place]
    return place


def _beside_prose(at: int, kind: str, places: list[int], good: list[bool], last: int) -> bool:
    """Tell whether a short line belongs to the prose next to it: it stands in one place with it, or between two."""
    near = [n for n in (at - 2, at - 1, at + 1, at + 2) if 0 <= n < len(good) and good[n]]
    if near and near[0] < at < near[-1]:
        return True
    return kind != "text" and (places[at] == last or any(places[n] == places[at] for n in near))


def _heard(lines: list[Line], weights: list[int], layout: Layout) -> list[bool]:
    """Tell for each line that it does not stand under a heading over comments, related pages and the like."""
    heard, muted, level, readers = [], -1, 0, False
    for line, weight in zip(lines, weights, strict=True):
        about_readers, about_others = _is_about(line)
        if about_readers or about_others:
            muted, level, readers = line.container, line.level, about_readers
        elif muted >= 0 and _ends(line, weight, muted, level, readers, layout):
            muted = -1
        heard.append(muted < 0)
    return heard


def _is_about(line: Line) -> tuple[bool, bool]:
    if line.kind != "heading" or len(line.text) > 60:
        return False, False
    words = _plain(line.text)
    return words in ABOUT_READERS, words in ABOUT_OTHERS or words.startswith("more from ")


def _ends(line: Line, weight: int, muted: int, level: int, readers: bool, layout: Layout) -> bool:
    """Tell whether the part under a muted heading ends before this line."""
    if not _stands_in(line.container, muted, layout):
        return True
    if line.kind == "heading":
        return line.level <= level
    return not readers and line.kind == "paragraph" and weight > 2 * PROSE and line.linked * 3 < len(line.text)


def _stands_in(container: int, room: int, layout: Layout) -> bool:
    while container > room:
        container = layout.parents[container]
    return container == room
