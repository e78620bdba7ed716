"""What a person has seen of a record: a fingerprint of all that publishing it would approve."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.core import serializers
from django.db.models import Model

from allegations.models import Citation, Origin

# What belongs to a record, by the name of its model.
PARTS = {
    "allegation": ("citations", "proceedings", "replies", "conflicts"),
    "proceeding": ("steps", "citations"),
    "coalitionletter": ("signatures", "citations", "replies", "conflicts"),
    "reply": ("citations",),
    "factconflict": ("sides",),
    "conflictside": ("citations",),
    "candidate": ("names",),
    "candidacy": ("history", "citations"),
    "election": ("contests", "citations"),
}
SHOWN_OF_SOURCE = ("url", "title", "publisher_id", "author", "dated", "language", "material", "reliability", "relays")
SHOWN_OF_ORIGIN = ("label", "connection", "organization_id", "independence")
# What changes without anybody changing what the record says.
BOOKKEEPING = {"evidence_revision", "name_keys"}


def fingerprint(record: Model) -> str:
    """A short digest of a record with all that belongs to it; any change of what it says changes the digest."""
    digest = hashlib.sha256()
    for row in whole(record):
        fields = [field.name for field in row._meta.get_fields() if field.name not in BOOKKEEPING]
        digest.update(serializers.serialize("json", [row], fields=fields).encode())
        if isinstance(row, Citation):
            digest.update(repr([getattr(row.source, name) for name in SHOWN_OF_SOURCE]).encode())
            for origin in _origins_behind(row):
                digest.update(repr([getattr(origin, name) for name in SHOWN_OF_ORIGIN]).encode())
    return digest.hexdigest()[:20]


def _origins_behind(citation: Citation) -> Iterator[Origin]:
    """The origin that a citation names and all that it rests on; a circle ends where it closes."""
    passed: set[int] = set()
    origin = citation.origin
    while origin is not None and origin.pk not in passed:
        passed.add(origin.pk)
        yield origin
        origin = origin.rests_on


def whole(record: Model) -> Iterator[Model]:
    """A record and, level by level, all that belongs to it, in one order."""
    yield record
    for part in PARTS.get(str(record._meta.model_name), ()):
        rows = getattr(record, part).order_by("pk")
        for row in rows.select_related("source") if part == "citations" else rows:
            yield from whole(row)
