"""Reading a vector from left to right, with errors that name the character and say what is wrong there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from vetting.risk.facts import FactsError


class VectorError(ValueError):
    """A vector is not in its one valid form; `position` is the character, from 1, where that shows."""

    def __init__(self, position: int, wrong: str) -> None:
        super().__init__(f"At character {position}: {wrong}")
        self.position = position


class Cursor:
    """A place in a vector that moves forward over what was read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def at_end(self) -> bool:
        """Tell whether all has been read."""
        return self.at == len(self.text)

    def passes(self, literal: str) -> bool:
        """Move over `literal` if it comes next, and tell whether it did."""
        seen = self.text.startswith(literal, self.at)
        if seen:
            self.at += len(literal)
        return seen

    def skip(self, literal: str, what: str) -> None:
        """Move over `literal`, the beginning of `what`."""
        if not self.passes(literal):
            raise self.refused(f"expected {literal!r}, {what}; found {self.ahead()}.")

    def take(self, pattern: str, what: str) -> str:
        """Move over what matches `pattern` and return it."""
        found = re.compile(pattern).match(self.text, self.at)
        if not found:
            raise self.refused(f"expected {what}; found {self.ahead()}.")
        self.at = found.end()
        return found[0]

    def code(self, length: int, codes: Collection[str], what: str) -> str:
        """Move over a code of `length` characters that must be one of `codes`, and return it."""
        code = self.text[self.at : self.at + length]
        if len(code) != length or code not in codes:  # the end of the text is in any text
            raise self.refused(f"expected {what}; found {self.ahead()}.")
        self.at += length
        return code

    def day(self, what: str) -> date:
        """Move over eight digits and return the day they name."""
        start = self.at
        digits = self.take(r"[0-9]{8}", f"{what} as eight digits")
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            raise VectorError(start + 1, f"{digits} is no day of the calendar.") from None

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Turn a FactsError into a VectorError at the place where the block began."""
        start = self.at
        try:
            yield
        except FactsError as refused:
            raise VectorError(start + 1, str(refused)) from None

    def refused(self, wrong: str) -> VectorError:
        """Return the error for what is wrong at this place."""
        return VectorError(self.at + 1, wrong)

    def ahead(self) -> str:
        """Return in words what comes next, shortened."""
        return repr(self.text[self.at : self.at + 12]) if not self.at_end else "the end"
