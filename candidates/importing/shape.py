"""The shape of a case file: the JSON Schema's verdict in words, and the keys and references that it marks.

Beside the words of JSON Schema 2020-12 the schema says `x-key-of` (this field names a record of that kind),
`x-refers-to` (this field names one that stands elsewhere in the file) and `x-unique` (no two records of this
list agree in all of these fields).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from candidates.importing.problems import Path, Problem, did_you_mean, listed, path_words, shown
from candidates.importing.reading import Document

Schema = Mapping[str, Any]
Formats = Mapping[str, Callable[[str], object]]
Error = Any  # a ValidationError; its stubs call every attribute possibly unset
TYPES = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list (its items begin with “- ”)",
    "object": "a record with named fields",
}
MOST_CODES = 40  # a longer list of codes is not written out


def misshapen(document: Document, schema: Schema, formats: Formats) -> Iterator[Problem]:
    """What the JSON Schema has against a document; `formats` raise ValueError in words for the writer."""
    validator = Draft202012Validator(schema, format_checker=_checker(formats))
    for error in validator.iter_errors(document.value):
        for path, words in _told(error):
            yield document.problem(path, words)


def _checker(formats: Formats) -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, check in formats.items():
        checker.checks(name, raises=ValueError)(_text_only(check))
    return checker


def _text_only(check: Callable[[str], object]) -> Callable[[object], bool]:
    def passes(value: object) -> bool:
        if isinstance(value, str):
            check(value)
        return True

    return passes


def _told(error: Error) -> Iterator[tuple[Path, str]]:
    path: Path = tuple(error.absolute_path)
    teller = TELLERS.get(str(error.validator))
    yield from teller(error, path) if teller else [(path, f"{error.message}.")]


def _missing(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    for name in error.validator_value:
        if name not in error.instance:
            yield (*path, name), f"is missing; add it{_meaning(error.schema['properties'].get(name, {}))}."


def _meaning(schema: Schema) -> str:
    return f" ({schema['description'].rstrip('.')})" if "description" in schema else ""


def _unknown(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    known = error.schema["properties"]
    for name in error.instance:
        if name not in known:
            hint = did_you_mean(name, known) or f"; the fields are {listed(known, 'and')}."
            yield (*path, name), f"There is no such field here{hint}"


def _type(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    wanted = error.validator_value
    if wanted == "string" and isinstance(error.instance, int):
        yield path, f"needs text; put {shown(error.instance)} in quotes."
    else:
        found = {"dict": "a record", "list": "a list"}.get(type(error.instance).__name__) or shown(error.instance)
        yield path, f"needs {TYPES[wanted]}, not {found}."


def _choice(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    branches = error.validator_value
    if all("const" in branch for branch in branches):
        yield path, _code(error.instance, {branch["const"]: branch.get("title", "") for branch in branches})
        return
    if not isinstance(error.instance, dict):
        return  # said with its type
    names = [branch["required"][0] for branch in branches]
    found = [name for name in names if name in error.instance]
    yield path, f"needs exactly one of {listed(names, 'and')}, but has {listed(found, 'and') if found else 'none'}."


def _code(value: object, labels: Mapping[Any, str]) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and str(value) in labels:
        return f"is the code {shown(value)}; put it in quotes."
    known = listed([f"{code} ({label})" if label else str(code) for code, label in labels.items()])
    return f"{shown(value)} is no code of this list{did_you_mean(value, labels) or '.'} Known: {known}."


def _enum(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    known = error.validator_value
    what = error.schema.get("title", "a word of this list")
    hint = listed(error.schema["examples"] if len(known) > MOST_CODES else [str(word) for word in known])
    near = did_you_mean(error.instance, known) or "."
    yield path, f"{shown(error.instance)} is not {what}{near} Write for example {hint}."


def _pattern(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    what, examples = error.schema["title"], listed(error.schema["examples"])
    yield path, f"{shown(error.instance)} is not {what}; write for example {examples}."


def _format(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    yield path, str(error.cause or error.message)


def _length(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    yield path, f"is {len(error.instance)} characters long; at most {error.validator_value} fit."


def _empty(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    yield path, "is empty; fill it in or take the field out."


def _small(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    yield path, f"is {error.instance}; it is at least {error.validator_value}."


def _large(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    yield path, f"is {error.instance}; it is at most {error.validator_value}."


def _const(error: Error, path: Path) -> Iterator[tuple[Path, str]]:
    yield path, f"is {shown(error.instance)}; it must be {error.validator_value}."


TELLERS: dict[str, Callable[[Error, Path], Iterable[tuple[Path, str]]]] = {
    "required": _missing,
    "additionalProperties": _unknown,
    "type": _type,
    "oneOf": _choice,
    "enum": _enum,
    "pattern": _pattern,
    "format": _format,
    "maxLength": _length,
    "minLength": _empty,
    "minItems": _empty,
    "minimum": _small,
    "maximum": _large,
    "const": _const,
}


def walk(schema: Schema, value: Any, root: Schema, path: Path = ()) -> Iterator[tuple[Path, Any, Schema]]:
    """Every value of a document with its path and the part of the schema that describes it."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]] | schema
    yield path, value, schema
    if isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from walk(inner, value[name], root, (*path, name))
    elif isinstance(value, list) and "items" in schema:
        for place, item in enumerate(value):
            yield from walk(schema["items"], item, root, (*path, place))


def misnamed(document: Document, schema: Schema) -> Iterator[Problem]:
    """Keys and list entries that stand twice, and references to records that the file does not hold."""
    marked = list(walk(schema, document.value, schema))
    keys: dict[str, dict[str, Path]] = {}
    for path, value, part in marked:
        if "x-key-of" in part and isinstance(value, str):
            known = keys.setdefault(part["x-key-of"], {})
            if value in known:
                first = f"{path_words(known[value][:-1])}, line {document.line(known[value])}"
                yield document.problem(path, f"{shown(value)} is a key already ({first}); give this one its own.")
            known.setdefault(value, path)
    for path, value, part in marked:
        if "x-refers-to" in part and isinstance(value, str):
            yield from _dangling(document, path, value, part["x-refers-to"], keys)
        if "x-unique" in part and isinstance(value, list):
            yield from _repeated(document, path, value, part["x-unique"])


def _dangling(
    document: Document, path: Path, value: str, kind: str, keys: Mapping[str, Mapping[str, Path]]
) -> Iterator[Problem]:
    known = keys.get(kind, {})
    if value not in known:
        hint = did_you_mean(value, known) or f"; add the {kind} or correct the key."
        yield document.problem(path, f"This file holds no {kind} {shown(value)}{hint}")


def _repeated(document: Document, path: Path, items: list[Any], fields: list[str]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], int] = {}
    for place, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        value = tuple(str(item.get(name, "")) for name in fields)
        if value in seen:
            same = listed(fields, "and")
            yield document.problem((*path, place), f"has the same {same} as {path_words((*path, seen[value]))}.")
        seen.setdefault(value, place)
