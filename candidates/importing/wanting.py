"""From a case file to the list of records that it wants, in the order in which they can be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from candidates.importing.kinds import OWNER, Kind, Place, Ref, Wanted
from candidates.importing.problems import Path
from candidates.importing.reading import Document, parts
from candidates.importing.stamps import Stamp, stamped

Found = tuple[Path, Mapping[str, Any], Wanted | None, Place | None]


def wanted(document: Document, kinds: Iterable[Kind]) -> list[Wanted]:
    """Every record of a checked file, each after those that it refers to."""
    stamps = {path: stamp for path, _, stamp in stamped(document)}
    all_wanted: list[Wanted] = []
    for kind in kinds:
        records = [_wanted(kind, found, stamps) for found in _entries(document, kind, all_wanted)]
        all_wanted += _after_their_own(records) if kind.after else records
    return all_wanted


def _entries(document: Document, kind: Kind, so_far: Iterable[Wanted]) -> Iterator[Found]:
    if kind.section:
        yield from ((path, entry, None, None) for path, entry in document.records(kind.section))
    for place in kind.places:
        for owner in [record for record in so_far if record.kind.name == place.within]:
            for path, entry in parts(owner.path, owner.entry, place.list_name):
                yield path, entry, owner, place


def _wanted(kind: Kind, found: Found, stamps: Mapping[Path, Stamp]) -> Wanted:
    path, entry, owner, place = found
    links: dict[str, Ref] = {name: (to, entry[name]) for name, to in kind.links.items() if entry.get(name)}
    if owner and place:
        links[place.owner] = owner.ref
    return Wanted(
        kind=kind,
        key=_key(kind, entry, owner),
        path=path,
        entry=entry,
        stamp=stamps[path],
        values=_values(kind, entry, path),
        links=links,
        sets={name: [(to, key) for key in entry.get(name, [])] for name, to in kind.sets.items()},
        owner=place.owner if place else "",
    )


def _key(kind: Kind, entry: Mapping[str, Any], owner: Wanted | None) -> str:
    if "key" in entry or "slug" in entry:
        return str(entry.get("key") or entry["slug"])
    own = [str(entry[name]) for name in kind.identity if name in entry]
    return f"{owner.key if owner else ''}: {' '.join(own)}"


def _values(kind: Kind, entry: Mapping[str, Any], path: Path) -> dict[str, Any]:
    values = {name: value for name, value in entry.items() if name in kind.columns and value is not None}
    for name in kind.grades:
        if name in entry:
            values[name] = entry[name]["grade"]
            values |= dict.fromkeys(kind.columns & {f"{name}_reason"}, entry[name]["reason"])
    if kind.numbered:
        values[kind.numbered] = path[-1]
    return values


def _after_their_own(records: list[Wanted]) -> list[Wanted]:
    """Put each record after the one of its own kind that it refers to."""
    by_ref = {record.ref: record for record in records}
    ordered: dict[Ref, Wanted] = {}
    for record in records:
        chain = [record]
        while above := by_ref.get(chain[-1].links.get(record.kind.after, ("", ""))):
            chain.append(above)
        ordered |= {each.ref: each for each in reversed(chain) if each.ref not in ordered}
    return list(ordered.values())


def fields_of(record: Wanted, names: Iterable[str]) -> list[str]:
    """Field names with the owner's put in its place."""
    return [record.owner if name == OWNER else name for name in names]
