"""Kinds of evidence in a case file: where each stands in the file, and how it is found again in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from allegations.actions.evidence import address_policy, source_for
from allegations.links.urls import canonical
from allegations.models import (
    Allegation,
    Citation,
    CoalitionLetter,
    ConflictSide,
    FactConflict,
    Origin,
    Proceeding,
    ProceedingStep,
    Reply,
    Signature,
    Source,
)
from allegations.models.allegation import Reviewed
from allegations.workflow import STANDING
from candidates.importing.kinds import OWNER, Kind, Place, Wanted
from candidates.importing.problems import shown


def same_address(record: Wanted, row: Model | None) -> str | None:
    """Refuse a key that stands for another address, and an address that stands under another key."""
    address = _address(record)
    if isinstance(row, Source) and row.canonical_url != address:
        return f"{shown(record.key)} is the source {row.canonical_url}; another address needs a key of its own."
    other = Source.objects.filter(canonical_url=address).exclude(key=record.key).exclude(key=None).first()
    if row is None and other:
        return f"The source {address} stands in the database under the key {shown(other.key)}; use that key."
    return None


def unnamed(record: Wanted) -> Source | None:
    """The source at this address that a form has made."""
    return Source.objects.filter(canonical_url=_address(record), key=None).first()


def _address(record: Wanted) -> str:
    return canonical(record.values["url"], address_policy())


def closed(row: Model) -> str | None:
    """Say why a record takes no changes any more, or return None."""
    if isinstance(row, Reviewed) and row.is_published and row.state not in STANDING:
        return f"is {row.state} in the database; a case file changes it no more."
    return None


def known_source(values: Mapping[str, Any]) -> Source:
    return source_for(values["url"])


STATEMENTS = ("allegation", "proceeding", "letter", "reply", "candidacy", "election")
KINDS = (
    Kind(
        "source",
        "sources",
        Source,
        ("key",),
        section="sources",
        links={"publisher": "organization"},
        moment="added_at",
        grades=("reliability",),
        fixed=("url",),
        adopt=unnamed,
        make=known_source,
        refuse=same_address,
    ),
    Kind(
        "origin",
        "origins",
        Origin,
        ("key",),
        section="origins",
        links={"organization": "organization", "rests_on": "origin"},
        after="rests_on",
    ),
    Kind(
        "letter",
        "letters",
        CoalitionLetter,
        ("slug",),
        section="letters",
        links={"sender": "organization"},
        sets={"candidacies": "candidacy"},
        moment="written_at",
        scope={"candidacies": "candidacy"},
        closed=closed,
    ),
    Kind(
        "signature",
        "signatures",
        Signature,
        ("letter", "name"),
        places=(Place("letter", "signatures", "letter"),),
        links={"organization": "organization"},
        moment="recorded_at",
    ),
    Kind(
        "allegation",
        "allegations",
        Allegation,
        ("key",),
        section="allegations",
        links={"candidate": "candidate", "claimed_by_organization": "organization"},
        moment="written_at",
        grades=("severity", "link"),
        scope={"candidate": "candidate"},
        closed=closed,
    ),
    Kind(
        "proceeding",
        "proceedings",
        Proceeding,
        ("key",),
        places=(Place("allegation", "proceedings", "allegation"),),
        moment="written_at",
        grades=("forum",),
    ),
    Kind(
        "step",
        "steps",
        ProceedingStep,
        ("proceeding", "stage", "reached"),
        places=(Place("proceeding", "steps", "proceeding"),),
        moment="recorded_at",
    ),
    Kind(
        "reply",
        "replies",
        Reply,
        ("key",),
        section="replies",
        links={
            "allegation": "allegation",
            "letter": "letter",
            "candidacy": "candidacy",
            "institution": "organization",
            "by_organization": "organization",
        },
        moment="written_at",
        scope={"allegation": "allegation", "letter": "letter", "candidacy": "candidacy"},
    ),
    Kind(
        "conflict",
        "conflicts of fact",
        FactConflict,
        ("key",),
        section="conflicts",
        links={"contest": "contest", "candidacy": "candidacy", "letter": "letter", "allegation": "allegation"},
        moment="written_at",
        scope={"contest": "contest", "candidacy": "candidacy", "letter": "letter", "allegation": "allegation"},
    ),
    Kind("side", "sides", ConflictSide, ("conflict", "value"), places=(Place("conflict", "sides", "conflict"),)),
    Kind(
        "citation",
        "citations",
        Citation,
        ("key",),
        places=(
            *(Place(name, "citations", name) for name in STATEMENTS),
            Place("side", "citations", "conflict_side"),
        ),
        links={"source": "source", "origin": "origin", "derived_from": "citation"},
        after="derived_from",
        moment="written_at",
        grades=("credibility",),
        otherwise=("source", OWNER, "locator", "stance"),
    ),
)
