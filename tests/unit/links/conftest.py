"""One misbehaving server for each test file of links."""

from collections.abc import Iterator

import pytest

from tests.servers.hostile import HostileServer


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def canary() -> Iterator[HostileServer]:
    """A server that no test may reach."""
    with HostileServer() as running:
        yield running
        assert running.connections == 0
