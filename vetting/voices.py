"""Who objects: the signatories known by name, by country and by what they are; shown apart, and never counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django_countries.fields import Country

from allegations.codes import Certainty
from allegations.models import CoalitionLetter, Signature
from allegations.queries import signed as signed_by
from candidates.names import fold
from vetting.plots.bars import lengths


@dataclass(frozen=True, slots=True)
class Count:
    """How many signatories share a country or a sector; `length` is that of its bar in percent."""

    label: str
    count: int
    length: float


@dataclass(frozen=True, slots=True)
class Voices:
    """The signatories of letters that are known by name, each once, and how many the broadest letter claims."""

    named: int
    claimed: int | None
    countries: list[Count]
    sectors: list[Count]


def voices_of(letters: Sequence[CoalitionLetter], known: date | None = None) -> Voices | None:
    """Count who signed any of these letters, one person or body once; None where nobody is named. Costs one query.

    With a day `known`, those who had signed as known on it, by the country of then.
    """
    rows = signed_by(known).filter(letter__in=letters).exclude(certainty=Certainty.DOUBTFUL)
    distinct = {fold(row.name): row for row in rows.select_related("organization").order_by("-pk")}
    if not distinct:
        return None
    signed = list(distinct.values())
    return Voices(
        named=len(signed),
        claimed=max((letter.claimed_total for letter in letters if letter.claimed_total is not None), default=None),
        countries=_counts(map(_country, signed)),
        sectors=_counts(map(_sector, signed)),
    )


def _counts(labels: Iterable[str]) -> list[Count]:
    """Count labels, the most frequent first, and those of one count by the alphabet."""
    counted = sorted(Counter(labels).items(), key=lambda pair: (-pair[1], pair[0]))
    bars = lengths(count for _label, count in counted)
    return [Count(label, count, length) for (label, count), length in zip(counted, bars, strict=True)]


def _country(row: Signature) -> str:
    placed = Country(row.placed)  # type: ignore[attr-defined]
    return str(placed.name) if placed else _("country not recorded")


def _sector(row: Signature) -> str:
    if row.organization:
        return str(row.organization.get_kind_display())
    if row.is_organization:
        return _("organisation of a kind not recorded")
    return row.capacity or _("person whose capacity is not recorded")
