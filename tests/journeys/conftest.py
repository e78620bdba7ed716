"""A browser for the journeys: Chromium of this machine, speaking to the live server and to nobody else."""

import os
import shutil
from dataclasses import dataclass, field

import pytest
from django.db import connections

# Playwright keeps an event loop in this thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# What Playwright switches off, as Chromium heeds the last such list only; and what opens under the address bar, which
# every window of every visitor would load, seen by nobody, at the price of two or three pages.
FEATURES_OFF = [
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "PreconnectToSearch"),
    *("NetworkTimeServiceQuerying", "AimEnabled"),
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
]
ARGUMENTS = [
    f"--disable-features={','.join(FEATURES_OFF)}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
]


@dataclass
class Watched:
    """A page, with everything it complained of and every host it asked."""

    page: object
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def chromium():
    """One browser for the tests of a file, for its event loop is in the way of others.

    Without Chromium they are skipped, which is a failure where a machine decides.
    """
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium, and the browser tests must not be left out here.")
        pytest.skip("There is no Chromium; install the package chromium to run the browser tests.")
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS + sandbox)
        yield browser
        connections.close_all()  # after its event loop they would be out of reach
        browser.close()


@pytest.fixture
def visit(chromium):
    """Open a page of a visitor: `visit(width=360, color_scheme="dark", locale="ar")`; closed after the test."""
    contexts = []

    def visit(width=1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        return watch(context.new_page())

    yield visit
    for context in contexts:
        context.close()


def watch(page):
    """Write down what a page complains of on the console, what fails, and whom it asks."""
    watched = Watched(page)
    page.on("console", lambda message: message.type == "error" and watched.complaints.append(message.text))
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("request", lambda request: watched.hosts.add(request.url.split("/")[2]))
    return watched
