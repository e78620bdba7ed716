"""Reliability by credibility: where the origins of a profile stand, each a dot, with a ring that grows with repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

LETTERS = "ABCDEF"
DIGITS = "123456"
LEFT = 7.0
"""Percent of the width that the letters take."""
TOP = 22
ROW = 40
CELL = (100 - LEFT) / len(DIGITS)
HEIGHT = TOP + ROW * len(LETTERS)
DOT = 4.0
RING = 2.5
"""Pixels: the radius of a dot, and by how much each repeat widens its ring."""
MOST_REPEATS = 4
MOST_DOTS = 4
"""How many repeats a ring tells apart, and how many dots a cell holds; more are said as a number."""

Origin = TypeVar("Origin")


@dataclass(frozen=True, slots=True)
class Dot(Generic[Origin]):
    """One origin: across in percent, down in pixels, the radius of its ring or None, and what it stands for."""

    origin: Origin
    x: float
    y: float
    ring: float | None
    refutes: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One grade of the grid: its box, and how many of its origins are not drawn."""

    grade: str
    x: float
    y: int
    width: float
    height: int
    more: int

    @property
    def letter(self) -> str:
        return self.grade[0]

    @property
    def digit(self) -> str:
        return self.grade[1]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def edge(self) -> float:
        return self.x + self.width


def cell(grade: str, more: int = 0) -> Cell:
    """Return the box of a grade such as B2."""
    across, down = DIGITS.index(grade[1]), LETTERS.index(grade[0])
    return Cell(grade, LEFT + CELL * across, TOP + ROW * down, CELL, ROW, more)


def dots(origins: Iterable[tuple[Origin, str, int, bool]]) -> tuple[list[Dot[Origin]], list[Cell]]:
    """Place origins, each with its grade, its repeats and whether it refutes; also return the cells that overflow."""
    by_grade: dict[str, list[tuple[Origin, int, bool]]] = defaultdict(list)
    for origin, grade, repeats, refutes in origins:
        by_grade[grade].append((origin, repeats, refutes))
    found = []
    for grade, inside in by_grade.items():
        box, drawn = cell(grade), inside[:MOST_DOTS]
        for place, (origin, repeats, refutes) in enumerate(drawn, start=1):
            x = box.x + box.width * place / (len(drawn) + 1)
            y = box.y + box.height / 2 + (len(drawn) > 1) * (box.height / 6) * (-1) ** place
            found.append(Dot(origin, x, y, ring(repeats), refutes))
    crowded = [cell(grade, len(inside) - MOST_DOTS) for grade, inside in by_grade.items() if len(inside) > MOST_DOTS]
    return found, crowded


def ring(repeats: int) -> float | None:
    """Return the radius of the ring about a dot in pixels, None for an origin that nobody repeats."""
    return DOT + 1 + RING * min(repeats, MOST_REPEATS) if repeats else None
