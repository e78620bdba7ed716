"""Tables as CSV (RFC 4180): columns declared as data, and no cell that a spreadsheet would compute."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
MARK = "\ufeff"  # without it a spreadsheet reads names in Arabic or Chinese as another alphabet
# What makes a cell a formula in one spreadsheet or another, also behind spaces and in its full width.
FORMULA = re.compile(r"'*[\s\0]*[=+\-@|＝＋－＠\t\r\n\0]")
QUOTED = re.compile(r"'(?='*[\s\0]*[=+\-@|＝＋－＠\t\r\n\0])")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its name, what it says, and the value of it in a row; None is an empty cell."""

    name: str
    says: str
    of: Callable[[Row], Any]


def cell(value: Any) -> str:
    """Return a value as a cell: nothing for None, days as 2021-11-25, text that no spreadsheet computes.

    >>> cell(None), cell(0), cell(date(2021, 11, 25)), cell("=1+1"), cell("Al Raisi")
    ('', '0', '2021-11-25', "'=1+1", 'Al Raisi')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def text_of(cell: str) -> str:
    """Return the text that a cell was made of.

    >>> text_of("'=1+1"), text_of("'Abd")
    ('=1+1', "'Abd")
    """
    return cell[1:] if QUOTED.match(cell) else cell


class _Line:
    """A file that hands back what was written to it last."""

    written = ""

    def write(self, text: str) -> None:
        self.written = text


def table(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a table, the first with the names of the columns; each ends in CR LF."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow([column.name for column in columns])
    yield MARK + line.written
    for row in rows:
        writer.writerow([cell(column.of(row)) for column in columns])
        yield line.written
