"""A browser for journeys: one Chromium a run, one fresh context a test, and nothing may go wrong in its console."""

import os
import shutil

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs its own loop in this thread


@pytest.fixture(scope="session")
def chromium():
    """The browser of this machine; where there is none, browser tests are left out."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.skip("There is no Chromium on this machine.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
