"""Whether a page changed its title, the name of its site and counts apart."""

from __future__ import annotations

import re

from allegations.links.texts.blocks import Text
from allegations.links.texts.diff import Edit, altered
from allegations.links.texts.folding import typographic

PARTS = re.compile(r"\s+[|·•–—»-]\s+|\s?_\s?|^\(\d{1,4}\)\s?")


def title_edit(before: Text, after: Text) -> Edit | None:
    """Return the change of the title, unless the text has it or one of the two is unknown."""
    was, now = _head(before.title), _head(after.title)
    if not was or not now or was.casefold() == now.casefold():
        return None
    old, new, _ = altered(was, now)
    return Edit("title", (old,), (new,), (0, 0))


def _head(title: str) -> str:
    """Return the longest part of a title: what is left of it without the name of the site and counts."""
    return max(PARTS.split(typographic(title[:500])), key=len, default="").strip()
