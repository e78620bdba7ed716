"""One state of the evidence: all that a page or an answer says is read from one snapshot of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_state() -> Iterator[None]:
    """Read from one snapshot until the end, whatever others commit meanwhile; also a decorator of a view.

    It begins with the first query, so that nothing is older than what was public when the page was asked for. Inside
    a transaction it changes nothing. It is not read-only, for who is signed in may be signed out by reading.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
