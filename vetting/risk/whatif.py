"""What would change this: the score that the same record would have if one thing in it were different.

A what-if says nothing about what will happen. Each carries the vector of the changed record, so that
it can be computed again like any other (2.6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from vetting.risk import scales, words
from vetting.risk.facts import Checks, Coding, MatterCoding, Proceeding
from vetting.risk.parameters import Parameters
from vetting.risk.profile import Profile
from vetting.risk.scales import Status
from vetting.risk.scoring import score_of
from vetting.risk.stages import with_act
from vetting.risk.status import SNAP
from vetting.risk.vector import to_vector
from vetting.risk.versions import parameters

INDEPENDENT = "R"
"""The forum of every act that a what-if adds."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One difference and what it would give.

    `tag` is the matter that differs, or None where the search or the reply does. `points` is how far
    the index would move, from -100 to 100; `moves` tells whether status or band would be another.
    `sentence` says the difference and its outcome; of a profile without a number it names none.
    """

    tag: int | None
    change: str
    vector: str
    status: Status
    score: int | None
    band: str | None
    eci: float
    points: float
    moves: bool
    sentence: str


def what_ifs(profile: Profile) -> tuple[WhatIf, ...]:
    """Return every single difference that the method names, matter by matter, then search and reply.

    A difference that changes nothing in the record, such as charges where there are charges, is left out.
    """
    method, coding = parameters(profile.version), profile.coding
    return tuple(
        outcome(tag, change, other, profile, method)
        for tag, change, other in (*matter_changes(coding, method), *search_changes(coding, method))
        if other != coding
    )


def nearest(found: tuple[WhatIf, ...]) -> tuple[WhatIf, ...]:
    """Return the smallest differences that would move band or status: one that raises, one that lowers
    and one that leaves the index where it is, as far as there are any."""
    moving = sorted((each for each in found if each.moves), key=lambda each: abs(each.points))
    first: dict[int, WhatIf] = {}
    for each in moving:
        first.setdefault((each.points > 0) - (each.points < 0), each)
    return tuple(first[direction] for direction in (1, -1, 0) if direction in first)


def outcome(tag: int | None, change: str, coding: Coding, profile: Profile, method: Parameters) -> WhatIf:
    """Return what a changed coding would give, against the profile as it is."""
    given, said = score_of(coding, method), profile.score is not None
    end = words.outcome(given.status, given.score if said else None, given.band, profile.status)
    return WhatIf(
        tag=tag,
        change=change,
        vector=to_vector(coding, method.version),
        status=given.status,
        score=given.score,
        band=given.band,
        eci=given.eci,
        points=round(given.eci - profile.eci, SNAP),
        moves=(given.status, given.band) != (profile.status, profile.band),
        sentence=f"If {change}: {end}.",
    )


def matter_changes(coding: Coding, method: Parameters) -> Iterator[tuple[int, str, Coding]]:
    """Yield every difference in one matter, with the coding that has it."""
    for place, matter in enumerate(coding.matters):
        before, after = coding.matters[:place], coding.matters[place + 1 :]
        name = {"matter": f"matter {matter.tag}", "grade": method.rules.what_if_grade}
        yield matter.tag, words.WITHOUT.format(**name), replace(coding, matters=before + after)
        for change, other in changed(matter, method):
            yield matter.tag, change.format(**name), replace(coding, matters=(*before, other, *after))


def changed(matter: MatterCoding, method: Parameters) -> Iterator[tuple[str, MatterCoding]]:
    """Yield the forms of a matter with one thing different; codes move only in the person's favour.

    A matter that is context has none: no evidence and no act of an authority would score it.
    """
    if matter.link not in scales.SCORED_LINKS:
        return
    yield words.LOWER_LINK, replace(matter, link=matter.link - 1)
    if matter.severity > min(scales.SEVERITIES):
        yield words.LOWER_SEVERITY, replace(matter, severity=matter.severity - 1)
    for code, change in words.ACTS.items():
        if code in scales.EXONERATIONS or scales.ADVANCE[code] > scales.ADVANCE[matter.stage.code]:
            act = Proceeding(code, INDEPENDENT)
            yield change, replace(matter, stage=with_act(matter.stage, act, method))
    grade = method.rules.what_if_grade
    yield words.SUPPORTED, replace(matter, supporting=tuple(sorted((*matter.supporting, grade))))
    yield words.REFUTED, replace(matter, refuting=tuple(sorted((*matter.refuting, grade))))


def search_changes(coding: Coding, method: Parameters) -> Iterator[tuple[None, str, Coding]]:
    """Yield the differences in reply and search; asking the candidate is one of the checks."""
    asked = replace(coding, reply="S") if coding.reply == "N" else coding
    yield None, words.ASKED, asked
    applicable = coding.checks.applicable
    enough = ceil(method.enough_coverage * applicable)
    if coding.checks.done < enough:
        change = words.SEARCHED if asked == coding else words.SEARCHED_AND_ASKED
        yield None, change.format(done=enough, applicable=applicable), replace(asked, checks=Checks(enough, applicable))
