"""Which citations share one origin: copies of a statement count once, however many outlets carry it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

AnyKey = TypeVar("AnyKey", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as provenance sees it: its key, the citation it is taken from, the origin it names."""

    key: Hashable
    derived_from: Hashable | None = None
    origin: Hashable | None = None


@dataclass(frozen=True, slots=True)
class OriginNode:
    """An origin, the origin it rests on, and the sentence that argues its independence of the others."""

    key: Hashable
    rests_on: Hashable | None = None
    independence: str = ""


SHARED = "shared"  # the cluster of all whose independence nobody has argued


def clusters(cited: Iterable[Cited], origins: Mapping[Hashable, OriginNode]) -> dict[Hashable, list[Hashable]]:
    """Group the citations of one statement by their origin.

    The default is “same origin”: an origin stands apart only when a sentence argues its independence
    (methodology 2.2, origin clusters). Returns cluster key → citation keys, in the order given.
    """
    by_key = {citation.key: citation for citation in cited}
    derived_from = {citation.key: citation.derived_from for citation in by_key.values()}
    grouped: dict[Hashable, list[Hashable]] = defaultdict(list)
    for citation in by_key.values():
        last = by_key[[citation.key, *sources_of(citation.key, derived_from)][-1]]
        grouped[cluster_of(last.origin, origins)].append(citation.key)
    return dict(grouped)


def cluster_of(origin: Hashable | None, origins: Mapping[Hashable, OriginNode]) -> Hashable:
    """The cluster of a citation that is derived from no other, by the origin that it names."""
    root = root_origin(origin, origins) if origin is not None else None
    return root.key if root and root.independence.strip() else SHARED


def sources_of(key: AnyKey, derived_from: Mapping[AnyKey, Hashable | None]) -> list[AnyKey]:
    """The citations that a citation goes back to, from the nearest on; a circle ends where it closes."""
    seen: dict[AnyKey, None] = {key: None}
    while (above := derived_from.get(key)) in derived_from and above not in seen:
        key = cast("AnyKey", above)
        seen[key] = None
    return list(seen)[1:]


def root_origin(key: Hashable | None, origins: Mapping[Hashable, OriginNode]) -> OriginNode | None:
    """Follow what an origin rests on, to its end."""
    chain = origin_chain(key, origins)
    return chain[-1] if chain else None


def origin_chain(key: Hashable | None, origins: Mapping[Hashable, OriginNode]) -> list[OriginNode]:
    """The origins from the one named to the one at the root; a circle ends where it closes."""
    chain: list[OriginNode] = []
    while key is not None and key in origins and origins[key] not in chain:
        chain.append(origins[key])
        key = origins[key].rests_on
    return chain
