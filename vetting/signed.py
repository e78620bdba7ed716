"""Who had signed a letter, from day to day: how many, and from how many countries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from allegations.codes import LetterStance
from allegations.models import CoalitionLetter, Signature
from candidates.fields import earliest, latest
from vetting.dated import fallen, recorded, said_on
from vetting.histories import AmendmentRow, Amendments
from vetting.risk import records
from vetting.risk.records import Span


def letters(rows: Iterable[Any], amended: Amendments) -> Iterator[records.Letter]:
    """The letters for or against; those that ask for scrutiny alone are on neither side.

    A letter is one row for each stretch of days on which the same people had signed it, as far as was on record.
    """
    for letter in rows:
        if letter.stance in (LetterStance.OPPOSES, LetterStance.SUPPORTS):
            for countries, absent in _from_day_to_day(letter, amended):
                yield records.Letter(
                    opposes=letter.stance == LetterStance.OPPOSES,
                    signatories=_signatories(letter, countries),
                    countries=_countries(letter, countries),
                    recorded=recorded(letter.published_at),
                    on=earliest(letter, "dated"),
                    until=latest(letter, "dated"),
                    absent=(*fallen(letter.state, letter.fell_on), *absent),
                )


def _from_day_to_day(letter: CoalitionLetter, amended: Amendments) -> Iterator[tuple[list[str], tuple[Span, ...]]]:
    """Yield the country of each who had signed, "" where it is not recorded, and when something else was on record."""
    since, signatures = recorded(letter.published_at), list(letter.signatures.all())
    moves = {each.pk: amended.get(("signature", each.pk), ()) for each in signatures}
    days = {row.day for rows in moves.values() for row in rows}
    days |= {each.recorded_at.date() for each in signatures if each.recorded_at}
    starts = [since, *sorted(day for day in days if day > since)]
    for start, end in pairwise([*starts, None]):
        before = ((since, start),) if start and start > since else ()
        yield _signed(signatures, moves, start or since), (*before, *(((end, None),) if end else ()))


def _signed(signatures: Iterable[Signature], moves: Mapping[int, Sequence[AmendmentRow]], day: date) -> list[str]:
    known = (each for each in signatures if each.recorded_at is None or each.recorded_at.date() <= day)
    said = ((said_on(moves[each.pk], day), each) for each in known)
    stood = ((was["withdrawn"], was["country"]) if was else (bool(each.withdrawn), each.country) for was, each in said)
    return [str(country or "") for withdrawn, country in stood if not withdrawn]


def _signatories(letter: CoalitionLetter, countries: Sequence[str]) -> int:
    return max(letter.claimed_total or 0, len(countries))


def _countries(letter: CoalitionLetter, countries: Sequence[str]) -> int | None:
    """From how many countries they come; None, from one to as many as sign, unless that of every one is recorded."""
    listed = {country for country in countries if country}
    if letter.claimed_countries is not None:
        return max(letter.claimed_countries, len(listed))
    is_complete = bool(countries) and len(countries) >= _signatories(letter, countries) and all(countries)
    return len(listed) if is_complete else None
