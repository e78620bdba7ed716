"""The ranges of a contest on one axis, in the order of the ballot, and which of them can be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from candidates.models import Candidacy
from vetting.risk.compare import HIGHER, NOT_DISTINGUISHABLE, compare
from vetting.risk.engine import point_of
from vetting.shown import Band, Shown

HEAD = 8
ROW = 56
WORDS = 30
"""The height of a row with a range, and of one with words alone."""
LINE = 34
"""How far below the top of its row a range is drawn, under the name."""
AXIS = 0.86
"""The part of the width that the scale takes; the brackets stand beside it."""
LANE = 2.5
MOST_LANES = 5


@dataclass(frozen=True, slots=True)
class Ranged:
    """One candidacy with its standing profile, and what may be said of it beside the others, as candidacies.

    `row` is where its row begins in the drawing; `top` is the same, but None where it has no number, so that its row
    holds words alone.
    """

    candidacy: Candidacy
    shown: Shown
    row: int
    same: list[Candidacy] = field(default_factory=list)
    above: list[Candidacy] = field(default_factory=list)
    below: list[Candidacy] = field(default_factory=list)

    @property
    def top(self) -> int | None:
        return self.row if self.shown.is_scored else None

    @property
    def line(self) -> int:
        """How far down the range is drawn."""
        return self.row + LINE

    @property
    def ends(self) -> tuple[float, float]:
        """Where the range begins and ends, in percent of the width; at the point where there is no range."""
        low, high = self.shown.profile.get("i90") or (self.shown.profile["eci"],) * 2
        return AXIS * low, AXIS * high

    @property
    def point(self) -> float:
        return float(AXIS * self.shown.profile["eci"])


@dataclass(frozen=True, slots=True)
class Bracket:
    """Joins two rows of the drawing that cannot be told apart: how far right, from where, to where."""

    across: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Intervals:
    """All candidacies of a contest, and the drawing of them: ranges, or the words for those without a number."""

    rows: list[Ranged]
    brackets: list[Bracket]
    bands: list[tuple[Band, float]]

    @property
    def height(self) -> int:
        """The height of the rows, without the labels of the axis below them."""
        return HEAD + sum(_height(row.shown) for row in self.rows)


def intervals_of(profiles: Iterable[tuple[Candidacy, Shown]]) -> Intervals | None:
    """Compare the candidacies of one contest, given in the order of the ballot; None where none has a number."""
    rows: list[Ranged] = []
    place = HEAD
    for candidacy, shown in profiles:
        rows.append(Ranged(candidacy, shown, place))
        place += _height(shown)
    scored = [row for row in rows if row.top is not None]
    if not scored:
        return None
    pairs = list(combinations(scored, 2))
    for a, b in pairs:
        _compare(a, b)
    alike = [(a, b) for a, b in pairs if b.candidacy in a.same]
    bands = [(band, AXIS * band.lowest) for band in scored[0].shown.bands]
    return Intervals(rows, _brackets(alike), bands)


def _height(shown: Shown) -> int:
    return ROW if shown.is_scored else WORDS


def _compare(a: Ranged, b: Ranged) -> None:
    """Note what may be said of two candidacies beside each other; nothing where versions of the method differ."""
    first, second = (point_of(row.shown.standing.vector) for row in (a, b))
    said = compare(first, second) if first.version == second.version else None
    if said and said.words == NOT_DISTINGUISHABLE:
        a.same.append(b.candidacy)
        b.same.append(a.candidacy)
    elif said and said.words == HIGHER:
        higher, lower = (a, b) if said.first == first.coding.slug else (b, a)
        higher.above.append(lower.candidacy)
        lower.below.append(higher.candidacy)


def _brackets(pairs: Sequence[tuple[Ranged, Ranged]]) -> list[Bracket]:
    """Place each pair in the first lane that is free there; none where they would be too many to be read."""
    lanes: list[int] = []
    found = []
    for a, b in pairs:
        lane = next((place for place, until in enumerate(lanes) if until < a.line), len(lanes))
        lanes[lane : lane + 1] = [b.line]
        found.append(Bracket(100 * AXIS + LANE * (lane + 0.5), a.line, b.line))
    return found if len(lanes) <= MOST_LANES else []
