"""A facts file: proceedings that reduce to a stage, and moments of a timeline that give profiles.

The shape is that of the published cases: `{"proceedings": [[code, forum, day], …]}` and
`{"as_of": day, "known": day, "vector": …}`, one of them, a list of them, or lists of either under
"proceedings" and "timeline". An act may end with the day it was recorded; days are written 2021-11-23.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vetting.risk.cursor import VectorError
from vetting.risk.facts import Coding, FactsError, Proceeding, Stage
from vetting.risk.stages import controlling, kappa
from vetting.risk.vector import parse
from vetting.risk.versions import CURRENT, parameters


class FactsFileError(ValueError):
    """A facts file is not of this shape; the message names the place in it."""


@dataclass(frozen=True, slots=True)
class Controlled:
    """What some proceedings come to: the controlling stage, and its value from 0 to 1."""

    id: str
    what: str
    stage: Stage
    kappa: float


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of a timeline: the vector that holds the facts, and the coding it carries."""

    id: str
    what: str
    vector: str
    coding: Coding

    @property
    def days(self) -> tuple[date, date]:
        """The as-of day and the day of knowledge."""
        return self.coding.as_of, self.coding.known or self.coding.as_of


def read(text: str, as_of: date | None = None, known: date | None = None) -> tuple[Controlled | Moment, ...]:
    """Return what the entries of a file come to on two days; by default on the last that it knows of.

    Of moments the one in force on these days is returned, or all where no day is asked for. Raises
    FactsFileError.
    """
    entries = entries_of(load(text))
    acts = tuple(controlled(entry, where, as_of, known or as_of) for where, entry in entries if "vector" not in entry)
    moments = [moment(entry, where) for where, entry in entries if "vector" in entry]
    return (*acts, *in_force(moments, as_of, known or as_of))


def load(text: str) -> Any:
    """Return the JSON in a text."""
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise FactsFileError(f"This is no JSON: {wrong}.") from None


def entries_of(content: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the entries of a file, each with the place where it stands."""
    if isinstance(content, list):
        return numbered("entry", content)
    if not isinstance(content, dict):
        raise FactsFileError("A facts file is an object or a list of objects.")
    if "vector" in content or is_acts(content.get("proceedings")):
        return [("the file", content)]
    lists = [numbered(name, content[name]) for name in ("proceedings", "timeline") if name in content]
    if not lists:
        raise FactsFileError("A facts file has proceedings, a vector, or a timeline.")
    return [entry for each in lists for entry in each]


def is_acts(value: Any) -> bool:
    """Tell whether a value is a list of acts, and not of entries that have such lists."""
    return isinstance(value, list) and not any(isinstance(each, dict) for each in value)


def numbered(name: str, entries: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return entries with their places, such as "timeline 2"."""
    if not isinstance(entries, list):
        raise FactsFileError(f"{name} is no list.")
    for place, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not entry.keys() & {"vector", "proceedings"}:
            raise FactsFileError(f"{name} {place} has neither proceedings nor a vector.")
    return [(f"{name} {place}", entry) for place, entry in enumerate(entries, start=1)]


def controlled(entry: dict[str, Any], where: str, as_of: date | None, known: date | None) -> Controlled:
    """Return what the proceedings of an entry come to."""
    method = parameters(CURRENT)
    if not is_acts(entry["proceedings"]):
        raise FactsFileError(f"{where}: proceedings are a list of acts.")
    acts = [act(row, f"{where}, act {place}") for place, row in enumerate(entry["proceedings"], start=1)]
    on_record = [each for each, recorded in acts if known is None or recorded is None or recorded <= known]
    stage = controlling(on_record, method, as_of)
    return Controlled(*labels(entry), stage, kappa(stage, method.nominal))


def act(row: Any, where: str) -> tuple[Proceeding, date | None]:
    """Return one act, and the day on which it was recorded if the file says so."""
    if not isinstance(row, list) or not 2 <= len(row) <= 4:
        raise FactsFileError(f"{where}: an act is a code, a forum and a day, and perhaps the day it was recorded.")
    code, forum, *written = row
    on, recorded = [*(day(each, where) for each in written), None, None][:2]
    try:
        return Proceeding(code, forum, on), recorded
    except FactsError as wrong:
        raise FactsFileError(f"{where}: {wrong}") from None


def day(written: Any, where: str) -> date | None:
    """Return a day, or None where it is left empty."""
    try:
        return date.fromisoformat(written) if written else None
    except (TypeError, ValueError):
        raise FactsFileError(f"{where}: {written!r} is no day such as 2021-11-23.") from None


def moment(entry: dict[str, Any], where: str) -> Moment:
    """Return one moment; the days beside its vector must be those in it."""
    try:
        found = Moment(*labels(entry), entry["vector"], parse(str(entry["vector"])))
    except VectorError as wrong:
        raise FactsFileError(f"{where}: {wrong}") from None
    for name, carried in zip(("as_of", "known"), found.days, strict=True):
        if day(entry.get(name), where) not in (None, carried):
            raise FactsFileError(f"{where}: {name} is {entry[name]}, and its vector says {carried}.")
    return found


def labels(entry: dict[str, Any]) -> tuple[str, str]:
    """Return what an entry is called and what it says of itself."""
    return str(entry.get("id", "")), str(entry.get("what", ""))


def in_force(moments: Sequence[Moment], as_of: date | None, known: date | None) -> Sequence[Moment]:
    """Return the last moment up to both days, or all of them where no day is asked for."""
    if not moments or known is None:
        return moments
    latest = as_of or date.max, known
    past = [each for each in moments if all(mine <= asked for mine, asked in zip(each.days, latest, strict=True))]
    if not past:
        raise FactsFileError("The file knows of no moment up to these days.")
    return [max(past, key=lambda each: each.days)]
