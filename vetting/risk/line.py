"""The line of a profile over time: the days on which anything in it moved, and what it said from each of them on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from vetting.risk.asof import days, facts_on
from vetting.risk.coding import encode
from vetting.risk.draws import draw
from vetting.risk.facts import Checks, Coding
from vetting.risk.moves import matter_moves, moved, search_moves
from vetting.risk.profile import Interval
from vetting.risk.records import Record
from vetting.risk.scales import CHECKS, Status
from vetting.risk.scoring import score_of
from vetting.risk.uncertainty import interval
from vetting.risk.vector import to_vector
from vetting.risk.versions import parameters, version_on

MOST_DAYS = 400
MOST_MOMENTS = 30
"""What bounds the cost of a line: so many of the last days in a record are read, so many of the last moves drawn."""
NO_CHECKS = Checks(0, len(CHECKS))


@dataclass(frozen=True, slots=True)
class Moment:
    """What a profile said from one day on, without words and shares.

    `eci` and `i90`, from 0 to 100, are None where the status carries no number, as `score` and `band` are.
    """

    coding: Coding
    version: str
    status: Status
    score: int | None
    band: str | None
    eci: float | None
    i90: Interval | None

    @property
    def day(self) -> date:
        return self.coding.as_of

    @property
    def known(self) -> date:
        """The day whose knowledge was used."""
        return self.coding.known or self.coding.as_of

    @property
    def vector(self) -> str:
        return to_vector(self.coding, self.version)


def moments(record: Record, *, until: date, known: date | None = None) -> list[Moment]:
    """Return the moments of a record up to a day, each with its interval, the last `MOST_MOMENTS` of them.

    Each day is read as it was published on that day, or as known on the day `known` if there is one.
    Raises FactsError.
    """
    last = days_until(record, until)[-MOST_DAYS:] or [until]
    found = [*islice(backwards(record, last, known), MOST_MOMENTS)]
    return [moment(coding, version) for coding, version in reversed(found)]


def codings(record: Record, *, until: date, known: date | None = None) -> list[tuple[Coding, str]]:
    """Return every coding of a record up to a day that differs from the one before, with its version."""
    return [*backwards(record, days_until(record, until) or [until], known)][::-1]


def days_moved(record: Record, *, until: date, most: int) -> list[date]:
    """Return the last days up to `until` on which anything moved, as published on each, the newest first.

    At most `most` of them, from the last `MOST_DAYS` days in the record. Raises FactsError.
    """
    last = days_until(record, until)[-MOST_DAYS:]
    if not last:
        return []
    before = last[0] - timedelta(days=1)
    found = islice(backwards(record, [before, *last], None), most)
    return [coding.as_of for coding, _ in found if coding.as_of != before]


def days_until(record: Record, until: date) -> list[date]:
    """Return the days in a record up to one of them, in order."""
    return sorted(day for day in days(record) if date.min < day <= until)


def backwards(record: Record, on: Sequence[date], known: date | None) -> Iterator[tuple[Coding, str]]:
    """Yield the codings of those days that say something else than the day before, with their versions, from the
    last one back; the first of the days comes at the end, whatever it says."""
    later = None
    for day in reversed(on):
        version = version_on(known or day)
        coding = encode(facts_on(record, day, known), parameters(version))
        if later and undated(*later) != undated(coding, version):
            yield later
        later = coding, version
    if later:
        yield later


def undated(coding: Coding, version: str) -> tuple[Coding, str]:
    """Return what a coding says, whatever the day."""
    return replace(coding, as_of=date.min, known=None), version


def why(before: Moment, after: Moment) -> tuple[str, ...]:
    """Return what moved between two moments, in words; nothing where only objections or support did."""
    return (
        *moved("method", before.version, after.version),
        *search_moves(before.coding, after.coding),
        *matter_moves(before.coding, after.coding),
    )


def moment(coding: Coding, version: str) -> Moment:
    """Return what a coding says, with its interval where there is a number."""
    method = parameters(version)
    said = score_of(coding, method)
    if said.score is None:
        return Moment(coding, version, said.status, None, None, None, None)
    draws = draw(evidence_of(coding), version)
    i90 = None if draws is None else interval(draws, said.eci, method.rules)
    return Moment(coding, version, said.status, said.score, said.band, said.eci, i90)


def evidence_of(coding: Coding) -> Coding:
    """Return what of a coding its draws depend on, so that days that differ in nothing of it share them (2.7)."""
    return replace(coding, as_of=date.min, known=None, checks=NO_CHECKS, reply="N", opposition=None, support=None)
