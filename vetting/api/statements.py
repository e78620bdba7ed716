"""Which statements cite a source, and where each is found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.request import Request
from rest_framework.reverse import reverse

from allegations.models import Citation

# What a citation is for, and the path from it to the record that has an address.
PATHS = {
    "allegation": ("allegation",),
    "proceeding": ("proceeding", "allegation"),
    "letter": ("letter",),
    "reply to an allegation": ("reply", "allegation"),
    "reply to a letter": ("reply", "letter"),
    "reply": ("reply", "candidacy"),
    "candidacy": ("candidacy",),
    "election": ("election",),
    "conflict about an allegation": ("conflict_side", "conflict", "allegation"),
    "conflict about a letter": ("conflict_side", "conflict", "letter"),
    "conflict about a candidacy": ("conflict_side", "conflict", "candidacy"),
}
RELATED = ["__".join(path) for path in PATHS.values()]
NAMED_BY_SLUG = ("letter", "election")


def cited_for(citations: Iterable[Citation], request: Request) -> list[dict[str, str]]:
    """Each kind of statement with its address, once; what was retracted is left out."""
    found = {}
    for citation in citations:
        for kind, path in PATHS.items():
            record = _at_end(citation, path)
            if record is not None and not getattr(record, "is_retracted", False):
                found[kind, record.pk] = {"kind": kind, "url": _address(path[-1], record, request)}
    return list(found.values())


def _at_end(record: Any, path: Iterable[str]) -> Any:
    for name in path:
        record = getattr(record, name) if record is not None else None
    return record


def _address(noun: str, record: Any, request: Request) -> str:
    name = record.slug if noun in NAMED_BY_SLUG else record.pk
    return str(reverse(f"api:{noun}-detail", args=[name], request=request))
