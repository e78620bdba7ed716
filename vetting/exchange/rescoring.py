"""The report of what moves in the profiles: between two days, or between two versions of the method (2.10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vetting.exchange.tables import Column
from vetting.risk.moves import Move
from vetting.risk.words import printed

PRINTED = "As pages print it, with <1 for what rounds to 0. Empty where nothing is scored."


class Outcome(StrEnum):
    """What became of a profile, in the order in which it is told."""

    CROSSES = "across a band or status"
    MOVED = "moved"
    UNMOVED = "unmoved"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Moved:
    """A candidacy by its name in vectors, and what moved in its profile; None where it could not be assessed."""

    slug: str
    move: Move | None

    @property
    def outcome(self) -> Outcome:
        """Another version by itself, which changes nothing in a profile, moves nothing."""
        if self.move is None:
            return Outcome.FAILED
        if self.move.crosses:
            return Outcome.CROSSES
        reasons = [reason for reason in self.move.reasons if not reason.startswith("method: ")]
        return Outcome.MOVED if self.move.points or reasons else Outcome.UNMOVED

    def side(self, name: str, side: int) -> Any:
        """A field of the profile before (0) or after (1)."""
        return getattr(self.move, name)[side] if self.move else None

    def score(self, side: int) -> str | None:
        """The score before (0) or after (1) as pages print it."""
        found = self.side("scores", side)
        return None if found is None else printed(found)

    @property
    def points(self) -> float | None:
        """How far the index moved, in points; None unless there was a number on both sides."""
        return self.move.points if self.move and all(self.move.bands) else None

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(self.move.reasons) if self.move else "It cannot be assessed; the log says why."


COLUMNS: tuple[Column[Moved], ...] = (
    Column("candidacy", "Its name in vectors.", lambda row: row.slug),
    Column("outcome", "What became of it.", lambda row: row.outcome.value),
    Column("status_before", "", lambda row: row.side("statuses", 0)),
    Column("status_after", "", lambda row: row.side("statuses", 1)),
    Column("band_before", "Empty where nothing is scored.", lambda row: row.side("bands", 0)),
    Column("band_after", "Empty where nothing is scored.", lambda row: row.side("bands", 1)),
    Column("score_before", PRINTED, lambda row: row.score(0)),
    Column("score_after", PRINTED, lambda row: row.score(1)),
    Column("points", "Of the index; empty unless both have a number.", lambda row: row.points),
    Column("why", "What is coded or weighed differently.", lambda row: row.why),
)


def document(
    title: str, differences: Sequence[tuple[str, Any, Any]], rows: Sequence[Moved], counts: Mapping[str, int]
) -> Iterator[str]:
    """Yield the report as the lines of a Markdown document: parameters, crossings, other moves, counts at the end.

    `differences` are the parameters that differ between two versions, empty where two days are compared.
    """
    yield f"# {title}"
    if differences:
        yield from _section("Parameters that differ", ("parameter", "before", "after"), differences)
    for heading, outcome in (
        ("Across a band or a status", Outcome.CROSSES),
        ("Moved within their band", Outcome.MOVED),
        ("Not assessed for a fault", Outcome.FAILED),
    ):
        found = [row for row in rows if row.outcome is outcome]
        if found:
            lines = [(row.slug, _said(row, 0), _said(row, 1), _points(row), row.why) for row in found]
            yield from _section(heading, ("candidacy", "before", "after", "points", "why"), lines)
    total = [*counts.items(), ("all", sum(counts.values()))]
    yield from _section("Counts", ("outcome", "candidacies"), total)


def _said(row: Moved, side: int) -> str:
    parts = (row.side("statuses", side), row.side("bands", side), row.score(side))
    return ", ".join(str(part) for part in parts if part is not None)


def _points(row: Moved) -> str:
    return "" if row.points is None else f"{row.points:+.1f}"


def _section(heading: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield from ("", f"## {heading}", "", _line(names), _line(["---"] * len(names)))
    yield from (_line(["" if value is None else str(value) for value in row]) for row in rows)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"
