"""Uncertain dates: EDTF text (levels 0 and 1) with the earliest and the latest day it may mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import edtf
from edtf.parser.edtf_exceptions import EDTFParseException

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]  # words for English pages; templates translate whole sentences, not months
QUALIFIERS = {"~": "about", "?": "possibly", "%": "possibly about"}
EXAMPLES = "2021-11-25, 2020-10, 2018?, 2021-11-22~ or 2021-11-23/2021-11-25"


class BadDate(ValueError):
    """A text that is no EDTF date of level 0 or 1; its message says so to the person who wrote it."""


@dataclass(frozen=True, slots=True)
class UncertainDate:
    """An EDTF text and the first and last day that it may mean (None where that end is open)."""

    text: str
    earliest: date | None
    latest: date | None

    def __str__(self) -> str:
        return words(self.text)


def parse(text: str) -> UncertainDate:
    """Read an EDTF text.

    Source of the grammar: ISO 8601-2:2019, Extended Date/Time Format, levels 0 and 1.
    Raises BadDate.

    >>> parse("2020-10").latest.isoformat()
    '2020-10-31'
    """
    cleaned = text.strip()
    start, slash, end = cleaned.partition("/")
    if slash:
        earliest, latest = _bound(start, first=True), _bound(end, first=False)
        if (earliest is None and latest is None) or (earliest and latest and earliest > latest):
            raise BadDate(f"“{cleaned}” ends before it begins; write for example {EXAMPLES}.")
    else:
        earliest, latest = _ends(cleaned)
    return UncertainDate(cleaned, earliest, latest)


def _bound(text: str, *, first: bool) -> date | None:
    if text in ("", ".."):
        return None
    return _ends(text)[0 if first else 1]


def _ends(text: str) -> tuple[date, date]:
    try:
        parsed = edtf.parse_edtf(text)
        if "T" in text:
            raise ValueError("a day is the finest that is kept")
        return date(*parsed.lower_strict()[:3]), date(*parsed.upper_strict()[:3])
    except (EDTFParseException, TypeError, ValueError, AttributeError, NotImplementedError) as error:
        raise BadDate(f"“{text}” is not a date; write for example {EXAMPLES}.") from error


def words(text: str) -> str:
    """Say an EDTF text in English words.

    >>> words("2021-11-22~"), words("2020-10"), words("2021-11-23/2021-11-25")
    ('about 22 November 2021', 'October 2020', '23 November 2021 to 25 November 2021')
    """
    start, slash, end = text.partition("/")
    if not slash:
        return _day(text)
    if start in ("", ".."):
        return f"until {_day(end)}"
    if end in ("", ".."):
        return f"since {_day(start)}"
    return f"{_day(start)} to {_day(end)}"


def _day(text: str) -> str:
    qualifier = QUALIFIERS.get(text[-1:], "")
    parts = text.rstrip("~?%").split("-")
    if not all(part.isdigit() for part in parts) or (len(parts) > 1 and not 1 <= int(parts[1]) <= 12):
        return text  # a season, or a part that is not told: EDTF says it shorter than words would
    named = [str(int(part)) if place == 2 else part for place, part in enumerate(parts)]
    if len(named) > 1:
        named[1] = MONTHS[int(named[1]) - 1]
    return " ".join([*([qualifier] if qualifier else []), *reversed(named)])
