"""What must be right about candidates' records in a case file beyond its shape; asks no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from candidates.dates import parse
from candidates.importing.problems import Path, Problem, listed, path_words, shown
from candidates.importing.reading import Document, parts
from candidates.importing.shape import Schema, misnamed, misshapen
from candidates.importing.stamps import mis_stamped

Check = Callable[[Document], Iterator[Problem]]


def day(text: str) -> date:
    """Read a calendar day; raise ValueError in words."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is not a day; write for example 2021-11-25.") from None


FORMATS: dict[str, Callable[[str], object]] = {"edtf": parse, "date": day}


def problems_of(
    document: Document,
    schema: Schema,
    formats: Mapping[str, Callable[[str], object]],
    checks: tuple[Check, ...],
    today: date,
) -> list[Problem]:
    """Every mistake in a case file; where its shape is wrong already, nothing more is said of the same field."""
    found = {*document.problems, *misshapen(document, schema, formats)}
    wrong = {problem.path for problem in found}
    more = [*misnamed(document, schema), *mis_stamped(document, today)]
    more += [problem for check in checks for problem in check(document)]
    return sorted(found | {problem for problem in more if problem.path not in wrong})


def check(document: Document) -> Iterator[Problem]:
    """The mistakes that candidates and candidacies can hold."""
    for path, candidate in document.records("candidates"):
        yield from _primary_names(document, path, candidate)
    for path, candidacy in document.records("candidacies"):
        yield from _status(document, path, candidacy)
        for at, looked in parts(path, candidacy, "research_checks"):
            yield from _research(document, at, looked)


def _primary_names(document: Document, path: Path, candidate: Mapping[str, Any]) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for at, name in parts(path, candidate, "names"):
        script = str(name.get("script", ""))
        if name.get("kind") != "primary":
            continue
        if script in first:
            words = f"is a second primary name in the script {shown(script)} (the first is {path_words(first[script])})"
            yield document.problem((*at, "kind"), f"{words}; make one of them an alias.")
        first.setdefault(script, at)


def _status(document: Document, path: Path, candidacy: Mapping[str, Any]) -> Iterator[Problem]:
    history = list(parts(path, candidacy, "history"))
    if history and "status" in candidacy and history[-1][1].get("status") != candidacy["status"]:
        last = shown(history[-1][1].get("status"))
        yield document.problem(
            (*path, "status"), f"is {shown(candidacy['status'])}, but the history ends with {last}; make them agree."
        )


def _research(document: Document, path: Path, looked: Mapping[str, Any]) -> Iterator[Problem]:
    needed = "reason" if looked.get("result") == "not-applicable" else "queries"
    if not looked.get(needed):
        meaning = {"reason": "why the check does not apply", "queries": "what was searched, where, with which words"}
        yield document.problem((*path, needed), f"is missing; say {meaning[needed]}.")


def circles(edges: Mapping[str, str]) -> list[list[str]]:
    """The circles in references from one key to another, each once, beginning with its first key.

    >>> circles({"a": "b", "b": "a", "c": "a"})
    [['a', 'b']]
    """
    found: list[list[str]] = []
    for start in edges:
        seen, key = [start], edges[start]
        while key in edges and key not in seen:
            seen.append(key)
            key = edges[key]
        if key == start and not any(start in circle for circle in found):
            found.append(seen)
    return found


def circle_words(circle: list[str]) -> str:
    """Say a circle.

    >>> circle_words(["a", "b"])
    'goes round in a circle: “a”, “b” and “a” again; take out one of these references.'
    """
    around = listed([shown(key) for key in circle] + [f"{shown(circle[0])} again"], "and")
    return f"goes round in a circle: {around}; take out one of these references."
