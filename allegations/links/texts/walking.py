"""From markup to a flat list of lines, each with its links counted and the container that it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from lxml import etree

from allegations.links.texts.blocks import CELL, one_line
from allegations.links.texts.hints import (
    AMP_LAYOUT,
    CELLS,
    CONTAINERS,
    HIDDEN_STYLE,
    LINES,
    QUOTES,
    ROLES_SKIPPED,
    SKIPPED,
    STRUCTURAL,
    is_unwanted,
)

LINKS = frozenset({"a", "area"})
MARKED = frozenset({"article", "main", "header", "form"})
MARKED_BY = {"articleBody": "article", "article": "article", "main": "main"}
TELLING = frozenset({"hidden", "aria-hidden", "role", "style"})
NOTHING: Mapping[str, str] = MappingProxyType({})
DEEPEST = 220  # elements within one another that are told apart
MOST_TAGS = 250_000  # of one page, so that its tree stays small
_BETWEEN_CELLS = "\x1f"  # in text under way; markup cannot hold it, see `parse`
_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n\r") + b"\x7f"


class Line(NamedTuple):
    """A line of text: its kind, the level of a heading, how much of it is links (characters), and its container."""

    kind: str
    level: int
    text: str
    linked: int
    container: int


@dataclass
class Layout:
    """The lines of a page and the containers that they stand in; a container comes after the one it stands in.

    `marks` tells which containers are “article”, “main”, “header” or “form”; `dropped` counts the elements that
    were left out because of the name of their class.
    """

    lines: list[Line] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [-1])
    tags: list[str] = field(default_factory=lambda: ["html"])
    names: list[str] = field(default_factory=lambda: [""])
    marks: dict[int, str] = field(default_factory=dict)
    dropped: int = 0


def parse(markup: str) -> etree._Element | None:
    """Return the root of `markup`; None when it has no elements, or more or deeper ones than a tree may hold."""
    if markup.count("<") > MOST_TAGS:
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, recover=True, collect_ids=False
    )
    data = markup.encode("utf-8", "replace").translate(None, _CONTROLS)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # there is nothing in it
        return None
    too_deep = any(entry.type_name == "ERR_RESOURCE_LIMIT" or "depth" in entry.message for entry in parser.error_log)
    return None if too_deep else root


class Walk:
    """One pass over a tree. With `by_name`, elements whose class says that they are not text are left out."""

    def __init__(self, *, by_name: bool) -> None:
        self.layout = Layout()
        self._by_name = by_name
        self._parts: list[str] = []
        self._linked = 0
        self._kind, self._level = "text", 0
        self._container = 0
        self._quoting = False

    def over(self, root: etree._Element) -> Layout:
        """Return the layout of the page."""
        self._inside(root, 0, False)
        self._end_line()
        return self.layout

    def _inside(self, element: etree._Element, depth: int, linked: bool) -> None:
        if depth > DEEPEST:
            self._take("".join(map(str, element.itertext())), linked)
            return
        if text := element.text:
            self._take(text, linked)
        for child in element:
            tag = str(child.tag)
            if tag in LINKS:
                self._inside(child, depth + 1, True)
            elif tag not in SKIPPED:
                self._element(child, tag, depth, linked)
            if text := child.tail:
                self._take(text, linked)

    def _take(self, text: str, linked: bool) -> None:
        self._parts.append(text)
        if linked:
            self._linked += len(text)

    def _element(self, element: etree._Element, tag: str, depth: int, linked: bool) -> None:
        items = element.items()
        attributes: Mapping[str, str] = dict(items) if items else NOTHING  # type: ignore[arg-type]
        if tag == "br" or self._unwanted(element, tag, attributes):
            self._end_line()
        elif tag in CONTAINERS:
            self._in_container(element, tag, depth, linked, attributes)
        elif tag in LINES:
            self._line(element, tag, depth, linked)
        else:
            self._inside(element, depth + 1, linked)

    def _line(self, element: etree._Element, tag: str, depth: int, linked: bool) -> None:
        self._end_line()
        before = self._kind, self._level
        self._kind = "quote" if self._quoting and tag == "p" else LINES[tag]
        self._level = int(tag[1]) if self._kind == "heading" else 0
        self._inside(element, depth + 1, linked)
        self._end_line()
        self._kind, self._level = before

    def _in_container(
        self, element: etree._Element, tag: str, depth: int, linked: bool, attributes: Mapping[str, str]
    ) -> None:
        is_cell = tag in CELLS
        if is_cell:  # its text belongs to the row, unless it holds lines of its own
            self._parts.append(_BETWEEN_CELLS)
        else:
            self._end_line()
        before = self._container, self._quoting, self._kind
        self._container = self._new_container(tag, attributes)
        if not is_cell:
            self._quoting = self._quoting or tag in QUOTES
            self._kind = "quote" if self._quoting else "item" if self._kind == "item" else "text"
        self._inside(element, depth + 1, linked)
        if not is_cell:
            self._end_line()
        self._container, self._quoting, self._kind = before

    def _new_container(self, tag: str, attributes: Mapping[str, str]) -> int:
        layout, number = self.layout, len(self.layout.parents)
        layout.parents.append(self._container)
        layout.tags.append(tag)
        layout.names.append((attributes.get("class") or attributes.get("id") or "") if attributes else "")
        if tag in MARKED:
            layout.marks[number] = tag
        elif attributes and (mark := MARKED_BY.get(attributes.get("itemprop") or attributes.get("role") or "")):
            layout.marks[number] = mark
        return number

    def _end_line(self) -> None:
        if not self._parts:
            return
        text, linked = "".join(self._parts), self._linked
        self._parts.clear()
        self._linked = 0
        if _BETWEEN_CELLS in text:
            cells = (" ".join(cell.split()) for cell in text.split(_BETWEEN_CELLS))
            text = CELL.join(filter(None, cells))
        else:
            text = one_line(text)
        if text:
            self.layout.lines.append(Line(self._kind, self._level, text, linked, self._container))

    def _unwanted(self, element: etree._Element, tag: str, attributes: Mapping[str, str]) -> bool:
        if tag[:4] == "amp-" and tag not in AMP_LAYOUT:
            return True
        if not attributes or tag in STRUCTURAL:
            return False
        if not TELLING.isdisjoint(attributes) and _is_hidden(attributes):
            return True
        if attributes.get("aria-hidden") == "true" and not _holds_page(element):  # behind a window over it, perhaps
            return True
        names = f"{attributes.get('class', '')} {attributes.get('id', '') if tag != 'section' else ''}"
        if not self._by_name or not is_unwanted(names) or _holds_page(element):
            return False
        self.layout.dropped += 1
        return True


def _holds_page(element: etree._Element) -> bool:
    """Tell whether the main part of a page stands in an element, whatever the element says of itself."""
    return next(element.iter("h1", "main"), None) is not None


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    """Tell whether an element is hidden, or says of itself that it is no part of the content."""
    return (
        "hidden" in attributes
        or attributes.get("role") in ROLES_SKIPPED
        or bool(HIDDEN_STYLE.search(attributes.get("style", "")))
    )
