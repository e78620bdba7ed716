"""The index over time as steps: treads and risers, a ribbon for the range, and gaps where there is no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from vetting.plots.timeaxis import TimeAxis

TOP = 8
HEIGHT = 190
"""Pixels above the scale, and of the scale itself, which runs from 100 at the top to 0."""
WIDE_ENOUGH = 16
"""From how many percent of the width on a gap holds its words."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was said from a day on: a value with its range, from 0 to 100, or why there is none."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tread:
    """A level stretch: from where to where in percent of the width, and how far down in pixels."""

    start: float
    end: float
    y: float


@dataclass(frozen=True, slots=True)
class Riser:
    """A jump from one level to the next: where, and from how far down to how far down."""

    x: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The range over a tread: a box, in percent across and in pixels down."""

    x: float
    width: float
    y: float
    height: float

    @property
    def end(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without a number, with the words for it and whether they fit."""

    x: float
    width: float
    words: str

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def fits(self) -> bool:
        return self.width >= WIDE_ENOUGH


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the drawing; `marks` are the places of its days."""

    treads: tuple[Tread, ...]
    risers: tuple[Riser, ...]
    ribbons: tuple[Ribbon, ...]
    gaps: tuple[Gap, ...]
    marks: tuple[float, ...]


def level(value: float) -> float:
    """Return how far down a value from 0 to 100 stands, in pixels."""
    return TOP + HEIGHT * (1 - min(max(value, 0.0), 100.0) / 100)


def step_line(steps: Sequence[Step], axis: TimeAxis) -> StepLine:
    """Return the line through steps in the order of their days; the last one goes on to the end of the axis."""
    ends = [axis.x(step.day) for step in steps[1:]] + [axis.places[-1]]
    placed = [(step, axis.x(step.day), end) for step, end in zip(steps, ends, strict=True)]
    treads = [(step, Tread(start, end, level(step.value))) for step, start, end in placed if step.value is not None]
    return StepLine(
        treads=tuple(tread for _, tread in treads),
        risers=tuple(
            Riser(after.start, before.y, after.y)
            for (_, before), (_, after) in pairwise(treads)
            if before.end == after.start and before.y != after.y
        ),
        ribbons=tuple(_ribbon(step, tread) for step, tread in treads if step.low is not None),
        gaps=tuple(Gap(start, end - start, step.words) for step, start, end in placed if step.value is None),
        marks=tuple(start for _, start, _ in placed),
    )


def _ribbon(step: Step, tread: Tread) -> Ribbon:
    assert step.low is not None, "the caller looked"
    top = level(step.low if step.high is None else step.high)
    return Ribbon(tread.start, tread.end - tread.start, top, level(step.low) - top)
