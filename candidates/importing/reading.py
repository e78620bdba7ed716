"""Reading a case file: YAML into plain values, with the line on which each of them stands.

Scalars are read as in YAML's core schema and more plainly: `true`, `false`, empty and whole numbers without
leading zeros have a type of their own, everything else is text (so that `NO` is Norway and `0502` a code).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from candidates.importing.problems import CaseRefused, Path, Problem, path_words, shown

LARGEST = 5 * 1024 * 1024  # bytes
DEEPEST = 20
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PLAIN: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Document:
    """What a file says, as plain values, and where it says it."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a value, or of what it would stand in."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, words: str) -> Problem:
        return Problem(self.line(path), path_words(path), words)

    def records(self, section: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """The records of a section at the top of the file that are readable as records."""
        if isinstance(self.value, dict):
            yield from parts((), self.value, section)


def parts(path: Path, record: Mapping[str, Any], name: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The records in a list of a record; a single record in place of a list is a list of one."""
    found = record.get(name)
    if isinstance(found, dict):
        yield (*path, name), found
    elif isinstance(found, list):
        yield from (((*path, name, place), item) for place, item in enumerate(found) if isinstance(item, dict))


def read(data: bytes) -> Document:
    """Read a case file. Raises CaseRefused where it is not readable at all; lesser problems stand in the document."""
    if len(data) > LARGEST:
        refuse(1, f"The file is larger than {LARGEST // 1024 // 1024} MB; split it into several case files.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse(line, "The file is not in UTF-8; save it in that encoding.")
    try:
        return _Builder().build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        refuse(mark.line + 1 if mark else 1, f"This is not YAML: {error.problem or error.context}.")
    except yaml.YAMLError as error:
        refuse(1, f"This is not YAML: {' '.join(str(error).split())}.")


def refuse(line: int, words: str) -> NoReturn:
    raise CaseRefused([Problem(line, "", words)])


@dataclass(slots=True)
class _Open:
    """A list or mapping that has begun and not ended."""

    value: list[Any] | dict[str, Any]
    path: Path
    key: str | None = None


class _Builder:
    """Builds values from YAML's events, without recursion and without objects."""

    def __init__(self) -> None:
        self.document = Document(None)
        self.open: list[_Open] = []
        self.documents = 0

    def build(self, text: str) -> Document:
        for event in yaml.parse(text, Loader=LOADER):
            self.take(event, event.start_mark.line + 1 if event.start_mark else 1)
        return self.document

    def take(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                refuse(line, "A case file is one YAML document; take out the line with three dashes.")
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event, line)
        elif isinstance(event, yaml.AliasEvent):
            path = self.place(None, line)
            self.note(path, line, f"Aliases (*{event.anchor}) are not read; write it out again.")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.begin(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()

    def scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self.expects_key:
            self.name(event.value, line)
            return
        plain = event.style in (None, "") and event.tag is None
        path = self.place(typed(event.value) if plain else event.value, line)
        self.refuse_tag(event, path, line)
        if CONTROL.search(event.value):
            self.note(path, line, f"{shown(event.value)} holds a control character; take it out.")

    def begin(self, event: Any, line: int) -> None:
        if self.expects_key:
            refuse(line, "A field's name is plain text; put text that begins with a bracket in quotes.")
        if len(self.open) >= DEEPEST:
            refuse(line, f"Lists and records stand more than {DEEPEST} deep in one another.")
        value: list[Any] | dict[str, Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self.place(value, line)
        self.refuse_tag(event, path, line)
        self.open.append(_Open(value, path))

    @property
    def expects_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].value, dict) and self.open[-1].key is None

    def name(self, key: str, line: int) -> None:
        """Begin a field; the same name twice would silently lose the first."""
        inside = self.open[-1]
        path = (*inside.path, key)
        if key in inside.value:
            first = self.document.lines[path]
            self.note(path, line, f"{shown(key)} stands here a second time (first on line {first}); keep one.")
        inside.key = key
        self.document.lines.setdefault(path, line)

    def place(self, value: Any, line: int) -> Path:
        """Put a value where it belongs and return its path."""
        if not self.open:
            self.document.value = value
            return ()
        inside = self.open[-1]
        if isinstance(inside.value, list):
            path: Path = (*inside.path, len(inside.value))
            inside.value.append(value)
        else:
            assert inside.key is not None
            path = (*inside.path, inside.key)
            inside.value[inside.key] = value
            inside.key = None
        self.document.lines.setdefault(path, line)
        return path

    def refuse_tag(self, event: Any, path: Path, line: int) -> None:
        if event.tag is not None:
            self.note(path, line, f"YAML tags are not read; take out {shown(event.tag)}.")

    def note(self, path: Path, line: int, words: str) -> None:
        self.document.problems.append(Problem(line, path_words(path), words))


def typed(text: str) -> str | int | bool | None:
    """Read a scalar without quotes.

    >>> typed("NO"), typed("0502"), typed("19"), typed("true"), typed("")
    ('NO', '0502', 19, True, None)
    """
    if text in PLAIN:
        return PLAIN[text]
    return int(text) if WHOLE.match(text) else text
