"""Mistakes in a case file: where each stands, and what is wrong, in words for the person who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]
UNSEEN = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SHOWN = 80


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: its line from 1, the path of its field, and what would be right."""

    line: int
    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.line}: {self.path}: {self.words}" if self.path else f"{self.line}: {self.words}"


class CaseRefused(Exception):
    """A case file that is not applied, with every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def path_words(path: Path) -> str:
    """Write a path as people read it.

    >>> path_words(("candidates", 0, "names", 1, "script"))
    'candidates[0].names[1].script'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def shown(value: object) -> str:
    """Quote a value of the file for a message: one line, no control characters, not too long.

    >>> shown("a" * 100) == "“" + "a" * 79 + "…”"
    True
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    text = UNSEEN.sub(" ", str(value))
    return f"“{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}”"


def listed(names: Iterable[str], joint: str = "or") -> str:
    """Join names in words.

    >>> listed(["a", "b", "c"])
    'a, b or c'
    """
    *most, last = names
    return f"{', '.join(most)} {joint} {last}" if most else last


def did_you_mean(wrong: object, known: Iterable[str]) -> str:
    """A hint at the nearest known word, or nothing.

    >>> did_you_mean("headlin", ["headline", "summary"])
    '; did you mean “headline”?'
    """
    near = get_close_matches(str(wrong), [str(word) for word in known], n=1)
    return f"; did you mean “{near[0]}”?" if near else ""
