"""What moved between two profiles of one candidacy: two days, or two versions of the method, and why (2.9, 2.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vetting.risk import scales, words
from vetting.risk.facts import Coding, MatterCoding, Stage
from vetting.risk.profile import MatterLine, Profile
from vetting.risk.scales import Status
from vetting.risk.status import SNAP

FACTORS = {"G": "severity ceiling", "L": "link", "kappa": "stage", "e": "evidence", "f": "refutation"}
"""The factors of a matter by their names in its line."""


@dataclass(frozen=True, slots=True)
class Move:
    """How status, band and index moved, and what was coded differently; `points` run from -100 to 100.

    `bands` and `scores` hold what there was before and after, None where there was no number.
    """

    statuses: tuple[Status, Status]
    bands: tuple[str | None, str | None]
    scores: tuple[int | None, int | None]
    points: float
    reasons: tuple[str, ...]

    @property
    def crosses(self) -> bool:
        """Tell whether status or band is another than before."""
        return self.statuses[0] is not self.statuses[1] or self.bands[0] != self.bands[1]


def between(before: Profile, after: Profile) -> Move:
    """Return what moved from one profile of a candidacy to another of it."""
    return Move(
        statuses=(before.status, after.status),
        bands=(before.band, after.band),
        scores=(before.score, after.score),
        points=round(after.eci - before.eci, SNAP),
        reasons=(
            *moved("method", before.version, after.version),
            *search_moves(before.coding, after.coding),
            *matter_moves(before.coding, after.coding),
            *(weight_moves(before, after) if before.version != after.version else ()),
        ),
    )


def moved(what: str, before: object, after: object) -> Iterator[str]:
    """Yield a change in words, if there is one."""
    if before != after:
        yield f"{what}: {before} → {after}"


def search_moves(before: Coding, after: Coding) -> Iterator[str]:
    """Yield what changed in search, reply and coders; who objects or supports moves no number."""
    done = [f"{coding.checks.done} of {coding.checks.applicable}" for coding in (before, after)]
    yield from moved("checks done", *done)
    yield from moved("reply", scales.REPLIES[before.reply], scales.REPLIES[after.reply])
    yield from moved("coders", before.coders, after.coders)


def matter_moves(before: Coding, after: Coding) -> Iterator[str]:
    """Yield what changed in each matter, in the order of their numbers."""
    old = {matter.tag: matter for matter in before.matters}
    new = {matter.tag: matter for matter in after.matters}
    for tag in sorted(old.keys() | new.keys()):
        if tag not in old:
            yield f"matter {tag}: added"
        elif tag not in new:
            yield f"matter {tag}: removed"
        else:
            yield from one_matter_moves(f"matter {tag}, ", old[tag], new[tag])


def one_matter_moves(name: str, old: MatterCoding, new: MatterCoding) -> Iterator[str]:
    """Yield what changed in one matter."""
    yield from moved(f"{name}severity", scales.SEVERITIES[old.severity], scales.SEVERITIES[new.severity])
    yield from moved(f"{name}link", words.LINK_WORDING[old.link], words.LINK_WORDING[new.link])
    yield from moved(f"{name}stage", staged(old.stage), staged(new.stage))
    yield from moved(f"{name}supporting origins", graded(old.supporting), graded(new.supporting))
    yield from moved(f"{name}refuting origins", graded(old.refuting), graded(new.refuting))


def weight_moves(before: Profile, after: Profile) -> Iterator[str]:
    """Yield what two versions of the method make of each matter that both have, where they differ."""
    old = {line.tag: line for line in before.matters}
    for new in after.matters:
        if new.tag in old:
            yield from one_weight_moves(f"matter {new.tag}, ", old[new.tag], new)


def one_weight_moves(name: str, old: MatterLine, new: MatterLine) -> Iterator[str]:
    """Yield which factors of one matter are others; of one that is not scored there are none."""
    yield from moved(f"{name}scored", *("yes" if line.scored else "no" for line in (old, new)))
    if old.scored and new.scored:
        for factor, word in FACTORS.items():
            yield from moved(f"{name}{word}", *(f"{getattr(line, factor):.3f}" for line in (old, new)))


def staged(stage: Stage) -> str:
    """Return a stage in words, with its code, for its words do not name every forum."""
    return f"{words.stage_wording(stage)} ({stage})"


def graded(grades: tuple[str, ...]) -> str:
    """Return the grades of origins in words, "none" where there are none."""
    return ", ".join(grades) or "none"
