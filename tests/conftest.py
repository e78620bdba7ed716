"""What all tests with Django share."""

import uuid

import pytest

from allegations.actions.links import politeness, webcopies
from allegations.actions.links.store import archive


@pytest.fixture(autouse=True)
def own_archive(tmp_path, settings):
    """An archive for this test alone."""
    settings.ARCHIVE_DIR = tmp_path / "archive"
    archive.cache_clear()
    yield archive
    archive.cache_clear()


@pytest.fixture(autouse=True)
def own_turns(monkeypatch):
    """Turns of hosts that no other test takes, though all share one Redis."""
    monkeypatch.setattr(politeness, "PREFIX", f"{uuid.uuid4().hex}:")
    monkeypatch.setattr(webcopies, "COUNTED", f"{uuid.uuid4().hex}:")
