"""The twelve research checks as a grid of numbered cells."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = 6
WIDTH = 100 / COLUMNS
ROW = 34
SPACE = 1.0
"""Percent of the width that stays free beside a cell; below it, as many pixels as a fourth of its row."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its left edge and width in percent, its upper edge and height in pixels."""

    x: float
    y: int
    width: float
    height: int

    @property
    def edge(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def box(place: int) -> Box:
    """Return the cell at a place from 0 on, row by row."""
    down, across = divmod(place, COLUMNS)
    return Box(WIDTH * across, ROW * down, WIDTH - SPACE, ROW * 3 // 4)
