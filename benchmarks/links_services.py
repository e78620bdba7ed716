"""A throwaway PostgreSQL and Redis for the benchmark of the links, as durable as in production."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from vetting.embedded.place import settle
from vetting.embedded.postgres import Postgres
from vetting.embedded.redis import Redis
from vetting.supervisor.house import House, stopping_on_signals


@contextmanager
def services(**settings: str) -> Iterator[Mapping[str, str]]:
    """Run both, PostgreSQL with these settings besides its usual ones; yield the environment of a program for them."""
    with tempfile.TemporaryDirectory(prefix="links-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # started by root, the servers are someone else
        place = settle(folder / "var")
        postgres, redis = Postgres(place, settings), Redis(place)
        house = House(logs=folder, say=sys.stderr.write)
        with stopping_on_signals(house):
            house.start(postgres.service())
            house.start(redis.service())
            yield {
                **os.environ,
                "DATABASE_URL": postgres.url,
                "REDIS_URL": redis.url,
                "SECRET_KEY": "benchmark-only-" + "k" * 50,
                "DEMO": "1",
                "VAR_DIR": str(folder / "files"),
                "LOG_LEVEL": "WARNING",
            }


def begin() -> None:
    """Set Django up in this process and make the tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vetting.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill(model, rows: str, **columns: str) -> None:
    """Insert rows that are like the only one there is but for these columns.

    `rows` is what to select from, `columns` are SQL expressions over it. The first row is deleted at the end.
    """
    from django.db import connection

    first, table = model.objects.get(), model._meta.db_table
    names = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in columns]
    values = ", ".join(columns.get(name) or f't."{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} t, {rows} WHERE t.id = '{first.pk}'"
        )
    first.delete()
