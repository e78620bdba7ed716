"""Where the origins of a profile stand between reliability and credibility."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vetting.matter import Cluster, Matter
from vetting.plots import gradegrid
from vetting.plots.gradegrid import Cell, Dot
from vetting.risk.evidence import admissible_origins
from vetting.risk.scales import GRADES
from vetting.risk.versions import parameters


@dataclass(frozen=True, slots=True)
class Placed:
    """One origin of one matter that is graded and counts."""

    matter: Matter
    cluster: Cluster
    refutes: bool

    @property
    def repeats(self) -> int:
        """How many citations beside the best one stand, and add nothing."""
        return sum(not link.is_lost for link in self.cluster.repeats)


@dataclass(frozen=True, slots=True)
class GradePlot:
    """The grid: its dots, the cells from which a matter can be scored, those with more dots than fit, and its rows."""

    dots: list[Dot[Placed]]
    strong: list[Cell]
    crowded: list[Cell]
    origins: list[Placed]

    @property
    def height(self) -> int:
        return gradegrid.HEIGHT

    @property
    def columns(self) -> list[Cell]:
        return [gradegrid.cell(f"A{digit}") for digit in gradegrid.DIGITS]

    @property
    def rows(self) -> list[Cell]:
        return [gradegrid.cell(f"{letter}1") for letter in gradegrid.LETTERS]


def grade_plot(matters: Iterable[Matter], version: str) -> GradePlot | None:
    """Place every graded origin of some matters that counts, supporting and refuting; None where there is none.

    What is lost counts neither as an origin nor as a repeat.
    """
    found = [
        Placed(matter, cluster, refutes)
        for matter in matters
        for clusters, refutes in ((matter.clusters, False), (matter.refuting, True))
        for cluster in clusters
        if cluster.best.grade and not cluster.best.is_lost
    ]
    if not found:
        return None
    placed = ((each, each.cluster.best.grade, each.repeats, each.refutes) for each in found)
    dots, crowded = gradegrid.dots(placed)
    method = parameters(version)
    strong = [gradegrid.cell(grade) for grade in GRADES if admissible_origins([grade], method)]
    return GradePlot(dots, strong, crowded, found)
