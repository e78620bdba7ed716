"""The page of one change: what a source said before and after, sentence by sentence, with the changed words marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allegations.codes import ContentState
from allegations.models import Citation, ContentChange
from allegations.views.audience import Asked, ask
from allegations.views.histories import changes

MOST_EDITS = 300  # on one page
GRAVE = (ContentState.CRITICAL, ContentState.REPLACED)  # no text has these without an edit: then only bytes differ
# Reasons that name what only a draft may know: the passage that it quotes, or the person whom it is about.
QUOTED = re.compile(r"The quoted passage\b[^“]*“(.+)”")
NAMED = re.compile(r"The name “|An? (?:added|removed) sentence names “")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a sentence, and whether it changed."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: replace, insert, delete, move or title. Each side is a list of sentences in pieces.

    `unchanged` counts the sentences that stand between it and the edit before it.
    """

    op: str
    before: list[list[Piece]]
    after: list[list[Piece]]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of a change to whoever asks: its reasons, and the quotes that are gone."""

    change: ContentChange
    reasons: list[str]
    missing: list[Citation]


@require_safe
def change(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    asked = ask(request, pk)
    found = changes(asked.source).filter(pk=number).first()
    if found is None:
        raise Http404
    edits = [] if asked.is_withheld else list(edits_of(found.diff))
    [told] = tell(asked, [found])
    context = {
        "told": told,
        "edits": edits[:MOST_EDITS],
        "left_out": len(edits[MOST_EDITS:]),
        "is_compared": bool(edits) or found.level not in GRAVE,
    }
    return render(request, "allegations/change.html", asked.context | context)


def tell(asked: Asked, found: Sequence[ContentChange]) -> list[Told]:
    """Each change as far as whoever asks may know it; one query where there are any.

    Quotes and names are looked for whether they are published or not. The public is told of the quotes of published
    citations, and of no name: the sentences themselves show what was said of whom.
    """
    if not found or asked.is_withheld:
        return [Told(row, [], []) for row in found]
    cited = Citation.objects.all() if asked.is_draft else Citation.objects.published()
    quoting = list(cited.filter(source=asked.source).exclude(quote=""))
    return [tell_to(row, quoting, everything=asked.is_draft) for row in found]


def tell_to(row: ContentChange, quoting: Iterable[Citation], *, everything: bool = False) -> Told:
    """A change as far as it may be told to those who may know these citations."""
    by_id = {citation.pk: citation for citation in quoting if citation.quote}
    quotes = [_plain(citation.quote) for citation in by_id.values()]
    reasons = [reason for reason in row.reasons if everything or _may_be_told(reason, quotes)]
    return Told(row, reasons, [by_id[pk] for pk in row.quotes_missing if pk in by_id])


def _may_be_told(reason: str, quotes: Iterable[str]) -> bool:
    """Tell whether a reason names nobody, and no quote but one of `quotes`, which it may have shortened."""
    if NAMED.match(reason):
        return False
    named = QUOTED.match(reason)
    return named is None or any(quote.startswith(_plain(named[1].removesuffix("…"))) for quote in quotes)


def _plain(quote: str) -> str:
    return " ".join(quote.split()).strip('"“”«» ')


def edits_of(diff: Sequence[dict[str, Any]]) -> Iterator[Edit]:
    """The edits of a stored change (`texts.diff.Edit.as_data`), in order."""
    moved = {edit["at"][0] for edit in diff if edit["op"] == "move"}
    old = new = 0  # the sentences that come next on either side
    for edit in diff:
        sides = edit["before"], edit["after"]
        at_old, at_new = edit["at"]
        if edit["op"] == "title":  # it stands above the sentences and is none of them
            unchanged = 0
        elif edit["op"] == "delete":  # its place among the new sentences is not told
            unchanged = sum(place not in moved for place in range(old, at_old))
            old, new = at_old + len(sides[0]), new + unchanged
        else:
            unchanged = max(0, at_new - new)
            place = at_old if edit["op"] == "replace" else _after(old, unchanged, moved)
            old, new = place + (edit["op"] == "replace"), at_new + len(sides[1])
        before, after = ([list(pieces(one["text"], one["spans"])) for one in side] for side in sides)
        yield Edit(edit["op"], before, after, unchanged)


def _after(old: int, unchanged: int, moved: set[int]) -> int:
    """The place after so many unchanged sentences, with those that moved elsewhere passed over."""
    if not moved:
        return old + unchanged
    while unchanged or old in moved:
        unchanged -= old not in moved
        old += 1
    return old


def pieces(text: str, spans: Iterable[Sequence[int]]) -> Iterator[Piece]:
    """A sentence cut where what changed begins and ends."""
    end = 0
    for start, stop in sorted((max(0, span[0]), min(len(text), span[1])) for span in spans):
        start = max(start, end)
        if start < stop:
            if end < start:
                yield Piece(text[end:start], changed=False)
            yield Piece(text[start:stop], changed=True)
            end = stop
    if end < len(text):
        yield Piece(text[end:], changed=False)
