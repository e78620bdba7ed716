"""What all tests with Django share."""

import uuid
from contextlib import ExitStack

import pytest
from django.db import connection

from allegations.actions.links import politeness, webcopies
from allegations.actions.links.store import archive
from allegations.links.collector import collect_seldom
from tests.databases import migrated

# The files that take longest, the longest first, so that two workers with a file each end at about the same time.
LONGEST = [
    *("test_reviewer", "test_pages_browser", "test_demo", "test_outages", "test_evidence", "test_pages", "test_admin"),
    *("test_review", "test_archive_browser", "test_worker", "test_killed_workers", "test_embedded", "test_reading"),
    *("test_loadcase", "test_image", "test_assess", "test_interpol_case", "test_api_assessments"),
]


def pytest_collection_modifyitems(items):
    """Begin with what takes longest; within a file, keep the order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def pytest_collection_finish():
    """Look for circles of objects seldom: of the many that are imported here none goes away."""
    collect_seldom()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings, django_db_blocker, tmp_path_factory):
    """Where several workers need a database, one of them migrates it for all."""
    if not hasattr(request.config, "workerinput"):
        yield
        return
    with ExitStack() as held:
        with django_db_blocker.unblock():
            name = held.enter_context(migrated(tmp_path_factory.getbasetemp().parent))
        connection.settings_dict["TEST"]["TEMPLATE"] = name
        yield
        with django_db_blocker.unblock():
            held.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database; whoever is still connected when the tests are over, a thread of a server say, is sent home."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.close()


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Passwords of tests protect nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def own_archive(tmp_path, settings):
    """An archive for this test alone, on a disk that is there, though some tests only say that files were put there."""
    settings.ARCHIVE_DIR = tmp_path / "archive"
    (settings.ARCHIVE_DIR / "lost+found").mkdir(parents=True)
    archive.cache_clear()
    yield archive
    archive.cache_clear()


@pytest.fixture(autouse=True)
def own_turns(monkeypatch):
    """Turns of hosts that no other test takes, though all share one Redis."""
    monkeypatch.setattr(politeness, "PREFIX", f"{uuid.uuid4().hex}:")
    monkeypatch.setattr(webcopies, "COUNTED", f"{uuid.uuid4().hex}:")
