"""The database that is migrated once in a test run, and of which every worker makes a copy for itself."""

import fcntl
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

NAME = "test_migrated"


@contextmanager
def migrated(folder: Path):
    """Give the name of a database to copy, to which nobody is connected; `folder` is one that all workers share.

    Whoever comes first makes it, and whoever leaves last takes it away.
    """
    with _alone(folder) as users:
        if not users.read_text():
            _make()
        users.write_text(users.read_text() + "|")
    yield NAME
    with _alone(folder) as users:
        users.write_text(users.read_text()[1:])
        if not users.read_text():
            _drop()


@contextmanager
def _alone(folder: Path):
    """Give the file with a mark for each user, for which all others wait meanwhile."""
    users = folder / "users-of-the-migrated-database"
    with users.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield users


def _make() -> None:
    own, tests = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    own_test, tests["NAME"] = tests["NAME"], NAME
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        tests["NAME"] = own_test
        connection.settings_dict["NAME"] = settings.DATABASES[connection.alias]["NAME"] = own


def _drop() -> None:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
