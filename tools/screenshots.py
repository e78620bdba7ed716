"""Takes pictures of every page of a running site: `python tools/screenshots.py http://127.0.0.1:8000 FOLDER`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
]
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
EXTRA = ("/search/?q=al+raisi", "/no-such-page/")


def pages(site: str, only: str) -> list[str]:
    """The paths in the sitemap, with a few that are not in it, that match `only`."""
    with urlopen(f"{site}/sitemap.xml") as answer:  # noqa: S310  (the address is the developer's own)
        found = re.findall(r"<loc>(.*?)</loc>", answer.read().decode())
    return [path for path in (*(urlsplit(address).path for address in found), *EXTRA) if re.search(only, path)]


def name_of(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "home"


def shoot(browser: Browser, site: str, path: str, folder: Path, language: str) -> Iterator[Path]:
    """Save one picture for every width and colour scheme, and one of the print view."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            page = _page(browser, width, scheme, language)
            page.goto(site + path)
            yield _save(page, folder / f"{name_of(path)}-{width}-{scheme}-{language}.png")
            if (width, scheme) == (1280, "light"):
                page.emulate_media(media="print")
                page.set_viewport_size({"width": 720, "height": 1000})
                yield _save(page, folder / f"{name_of(path)}-print-{language}.png")
            page.context.close()


def _page(browser: Browser, width: int, scheme: Any, language: str) -> Page:
    size: Any = {"width": width, "height": 900}
    return browser.new_context(viewport=size, color_scheme=scheme, locale=language).new_page()


def _save(page: Page, picture: Path) -> Path:
    page.screenshot(path=picture, full_page=True)
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", default="en", help="for example ar; UI_LANGUAGES of the site must hold it")
    parser.add_argument("--only", default="", help="a pattern for the paths")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    site = options.site.rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for path in pages(site, options.only):
            for picture in shoot(browser, site, path, options.folder, options.language):
                print(picture)  # noqa: T201


if __name__ == "__main__":
    main()
