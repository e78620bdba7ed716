"""A whole case file, read and checked; asks no database."""

from __future__ import annotations

from datetime import date

from allegations.importing.checks import FORMATS, checks, fill_keys
from candidates.importing import checks as candidates
from candidates.importing.problems import CaseRefused
from candidates.importing.reading import Document, read
from candidates.importing.shape import Schema


def checked(data: bytes, schema: Schema, *, today: date) -> Document:
    """Read a case file and check it. Raises CaseRefused with every mistake, in the order of their lines."""
    document = read(data)
    fill_keys(document)
    problems = candidates.problems_of(
        document, schema, {**candidates.FORMATS, **FORMATS}, (candidates.check, *checks(today)), today
    )
    if problems:
        raise CaseRefused(problems)
    return document
