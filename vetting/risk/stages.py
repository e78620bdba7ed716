"""Proceedings: which stage controls a matter, and what it is worth.

Every adverse act is discounted by the strongest exoneration in its scope; the largest result
controls. A finding later than the exoneration, by a forum at least as reliable, escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from vetting.risk import scales
from vetting.risk.facts import Proceeding, Stage, require
from vetting.risk.parameters import Number, Parameters, Weights

PUBLIC_ALLEGATION = Proceeding("K0")
made = lru_cache(maxsize=1024)(Stage)
"""A stage as the codes make it; there are few, and most matters have one that another has."""


def kappa(stage: Stage, weights: Weights[Number]) -> Number:
    """Return the stage value of `stage`, from 0 to 1 (2.3)."""
    base = weights.stage["K0"]
    value = base + (weights.stage[stage.code] - base) * weights.forum_adverse[stage.forum]
    if not stage.exoneration:
        return value
    return value * (1 - discount(stage.exoneration, stage.exoneration_forum, weights))


def discount(exoneration: str, forum: str, weights: Weights[Number]) -> Number:
    """Return the share of a stage value that an exoneration takes away, from 0 to 1 (2.3)."""
    return weights.forum_exonerating[forum] * (1 - weights.kept[exoneration])


def controlling(proceedings: Iterable[Proceeding], method: Parameters, as_of: date | None = None) -> Stage:
    """Return the stage that controls a matter; what happened after `as_of` does not count (2.3, 2.9).

    Of equal results the more advanced code controls. An undated finding escapes no exoneration.
    """
    past = [act for act in proceedings if as_of is None or act.on is None or act.on <= as_of]
    if not past:  # as for most matters
        return made(PUBLIC_ALLEGATION.code, PUBLIC_ALLEGATION.forum)
    adverse = [PUBLIC_ALLEGATION, *(act for act in past if act.code in scales.STAGES)]
    exonerations = [act for act in past if act.code in scales.EXONERATIONS]
    return max(
        (discounted(act, exonerations, method) for act in adverse),
        key=lambda stage: (kappa(stage, method.nominal), scales.ADVANCE[stage.code], str(stage)),
    )


def discounted(act: Proceeding, exonerations: Iterable[Proceeding], method: Parameters) -> Stage:
    """Return the stage of one adverse act under the strongest exoneration that reaches it."""
    forum = "U" if act.code in scales.UNEXAMINED else act.forum
    reaching = [each for each in exonerations if reaches(each, act, method)]
    if not reaching:
        return made(act.code, forum)
    strongest = max(reaching, key=lambda each: (discount(each.code, each.forum, method.nominal), each.code, each.forum))
    return made(act.code, forum, strongest.code, strongest.forum)


def reaches(exoneration: Proceeding, act: Proceeding, method: Parameters) -> bool:
    """Tell whether an exoneration discounts an adverse act."""
    return act.code in method.scope[exoneration.code] and not escapes(act, exoneration, method.nominal)


def escapes(act: Proceeding, exoneration: Proceeding, weights: Weights[float]) -> bool:
    """Tell whether a finding surely came after an exoneration, from a forum at least as reliable (2.3)."""
    if act.code not in scales.FINDINGS or act.on is None or exoneration.on is None:
        return False
    after = act.on > (exoneration.until or exoneration.on)
    return after and weights.forum_adverse[act.forum] >= weights.forum_exonerating[exoneration.forum]


def with_act(stage: Stage, act: Proceeding, method: Parameters) -> Stage:
    """Return the stage that would control if `act` had come after all that led to `stage`."""
    earlier = [Proceeding(stage.code, stage.forum)]  # without a day, for it escapes no exoneration
    if stage.exoneration:
        earlier.append(Proceeding(stage.exoneration, stage.exoneration_forum, date.min))
    return controlling([*earlier, Proceeding(act.code, act.forum, date.max)], method)


def require_scope(stage: Stage, method: Parameters) -> Stage:
    """Return `stage`, or raise FactsError when its exoneration does not reach its adverse code."""
    require(
        not stage.exoneration or stage.code in method.scope[stage.exoneration],
        f"{stage.exoneration} ({scales.EXONERATIONS.get(stage.exoneration)}) does not discount {stage.code}.",
    )
    return stage
