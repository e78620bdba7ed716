"""What tests with the database share."""

import pytest

from allegations.workflow import Role
from tests import factories


@pytest.fixture
def contributor(db):
    return factories.person(Role.CONTRIBUTOR, username="contributor")


@pytest.fixture
def reviewer(db):
    return factories.person(Role.REVIEWER, username="reviewer")


@pytest.fixture
def editor(db):
    return factories.editor()


@pytest.fixture
def candidacy(db):
    return factories.candidacy()
