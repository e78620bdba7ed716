"""The page on how far graders agree, scale by scale; about no person and no draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allegations.agreement import ENOUGH, RELIABLE, TENTATIVE, Agreement, agreement
from allegations.grading import STEPS
from allegations.queries import graded_by_two
from allegations.rubrics import RUBRICS, Rubric


@dataclass(frozen=True, slots=True)
class Line:
    """The agreement on one scale."""

    rubric: Rubric
    counts: Agreement

    @property
    def steps(self) -> str:
        """The steps of the scale as they are named, in their order, for example “E D C B A”."""
        names = {level.value: level.name.partition(" ")[0] for level in self.rubric.levels}
        return " ".join(names[value] for value in STEPS[self.rubric.scale])


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    rows = list(graded_by_two())
    blind = [(scale, one, other) for scale, one, other, was_public in rows if not was_public]
    lines = lines_of(blind)
    context = {
        "lines": lines,
        "seen": len(rows) - len(blind),
        "enough": ENOUGH,
        "reliable": f"{RELIABLE:.2f}",
        "tentative": f"{TENTATIVE:.3f}",
        "too_few": [line for line in lines if not line.counts.is_enough],
    }
    return render(request, "vetting/agreement.html", context)


def lines_of(graded: Iterable[tuple[str, str, str]]) -> list[Line]:
    """The agreement of pairs of grades, scale by scale in the order of the rubrics."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for scale, one, other in graded:
        found[scale].append((one, other))
    return [Line(rubric, agreement(found[scale], STEPS[scale])) for scale, rubric in RUBRICS.items() if scale in STEPS]
