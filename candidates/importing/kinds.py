"""Kinds of record in a case file: where each stands in the file, and how it is found again in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from candidates.importing.problems import Path
from candidates.importing.stamps import FIELDS, Stamp
from candidates.models import (
    Candidacy,
    CandidacyStatus,
    Candidate,
    CandidateName,
    Contest,
    Election,
    Organization,
    ResearchCheck,
)
from candidates.models.base import Publishable

Ref = tuple[str, str]  # the name of a kind, and a key
OWNER = "(owner)"  # in a list of fields: the one that leads to the record in which this one stands


@dataclass(frozen=True, slots=True)
class Place:
    """A list inside the records of another kind, and the field that leads back to them."""

    within: str
    list_name: str
    owner: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record; its fields are called in a file as they are in the model."""

    name: str
    plural: str
    model: type[Model]
    identity: tuple[str, ...]  # by these fields a row is the same record
    section: str = ""  # its list at the top of a file
    places: tuple[Place, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)  # field → kind that it refers to
    sets: Mapping[str, str] = field(default_factory=dict)  # the same, for fields that hold several
    after: str = ""  # the field by which it refers to its own kind
    numbered: str = ""  # the field that holds its place in its list
    moment: str = ""  # the field that holds when it was recorded
    grades: tuple[str, ...] = ()  # fields written as a grade with its reason
    fixed: tuple[str, ...] = ()  # fields that never change
    otherwise: tuple[str, ...] = ()  # fields by which a row without a key is the same record
    scope: Mapping[str, str] = field(default_factory=dict)  # field → kind: rows that this file should hold
    adopt: Callable[[Wanted], Model | None] | None = None  # another way to find a row without a key
    make: Callable[[Mapping[str, Any]], Model] | None = None
    refuse: Callable[[Wanted, Model | None], str | None] | None = None
    closed: Callable[[Model], str | None] | None = None  # why a row takes no changes any more

    @property
    def is_stamped(self) -> bool:
        return issubclass(self.model, Publishable)

    @property
    def columns(self) -> set[str]:
        """The fields of a record that a file gives as plain values."""
        own = {column.name for column in self.model._meta.concrete_fields}
        return own - set(self.links) - {place.owner for place in self.places} - set(FIELDS)

    def new(self, values: Mapping[str, Any]) -> Model:
        return self.make(values) if self.make else self.model()


@dataclass(slots=True)
class Wanted:
    """A record as the file wants it."""

    kind: Kind
    key: str
    path: Path
    entry: Mapping[str, Any]
    stamp: Stamp
    values: dict[str, Any]
    links: dict[str, Ref]
    sets: dict[str, list[Ref]]
    owner: str = ""

    @property
    def ref(self) -> Ref:
        return (self.kind.name, self.key)

    def moment(self, now: datetime) -> datetime:
        return self.stamp.moment(now)


# In the order in which they are written: what others refer to comes first.
KINDS = (
    Kind("organization", "organisations", Organization, ("slug",), section="organizations"),
    Kind(
        "election",
        "elections",
        Election,
        ("slug",),
        section="election",
        links={"body": "organization"},
        moment="written_at",
    ),
    Kind(
        "contest",
        "contests",
        Contest,
        ("election", "slug"),
        places=(Place("election", "contests", "election"),),
        numbered="position",
    ),
    Kind(
        "candidate",
        "candidates",
        Candidate,
        ("slug",),
        section="candidates",
        moment="written_at",
        scope={"candidacies__contest": "contest"},
    ),
    Kind("name", "names", CandidateName, ("candidate", "text"), places=(Place("candidate", "names", "candidate"),)),
    Kind(
        "candidacy",
        "candidacies",
        Candidacy,
        ("key",),
        section="candidacies",
        links={"candidate": "candidate", "contest": "contest", "nominated_by": "organization"},
        moment="written_at",
        otherwise=("candidate", "contest"),
        scope={"contest": "contest"},
    ),
    Kind(
        "status",
        "statuses",
        CandidacyStatus,
        ("candidacy", "status", "since"),
        places=(Place("candidacy", "history", "candidacy"),),
    ),
    Kind(
        "check",
        "research checks",
        ResearchCheck,
        ("candidacy", "kind", "done_on"),
        places=(Place("candidacy", "research_checks", "candidacy"),),
        moment="written_at",
    ),
)
