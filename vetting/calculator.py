"""The calculator of the method: a vector in, and out what it comes to, or the place where it is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from vetting.assessments import Standing
from vetting.risk.cursor import VectorError
from vetting.risk.engine import assess_vector, what_ifs_of
from vetting.risk.profile import Reason
from vetting.risk.whatif import WhatIf
from vetting.shown import Shown

LONGEST = 1000
"""The longest vector that the page computes, for its what-ifs cost the square of its matters."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a vector comes to, with its reasons, and every single difference that would change it."""

    shown: Shown
    reasons: tuple[Reason, ...]
    what_ifs: tuple[WhatIf, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a vector cannot be computed, and the text before, at and after the place; `at` is empty at the end."""

    sentence: str
    before: str = ""
    at: str = ""
    after: str = ""


def calculate(vector: str) -> Result | Refused:
    """Return what a vector comes to, or why it comes to nothing."""
    if len(vector) > LONGEST:
        return Refused(_("A vector here has at most %(longest)d characters.") % {"longest": LONGEST})
    try:
        profile = assess_vector(vector)
    except VectorError as wrong:
        place = wrong.position - 1
        return Refused(str(wrong), vector[:place], vector[place : place + 1], vector[place + 1 :])
    day = profile.coding.known or profile.coding.as_of
    standing = Standing(
        as_of=day,
        version=profile.version,
        vector=profile.vector,
        vector_sha256=profile.vector_sha256,
        profile=profile.to_json(),
    )
    return Result(Shown(standing), profile.reasons, what_ifs_of(vector))
