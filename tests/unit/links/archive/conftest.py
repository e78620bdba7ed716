"""Bodies that tests made are closed at their end."""

from collections.abc import Iterator

import pytest

from tests.unit.links.archive.making import MADE


@pytest.fixture(scope="session", autouse=True)
def closed_at_the_end() -> Iterator[None]:
    yield
    for payload in MADE:
        payload.close()
