"""An archive of ours, as others’ tools see it: a WARC file, a bundle, and a real pywb over both."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from allegations.links.archive.records import Earlier, Kept
from allegations.links.archive.wacz import Page, Stretch, write_wacz
from allegations.links.exchange import Encryption
from tests.unit.links.archive.making import ARTICLE, MADE, NOON, URL, batch, entry, exchange, redirect

TOOLS = Path(__file__).resolve().parents[2] / ".venv-archive" / "bin"
DAY = 86_400
PDF = b"%PDF-1.4 " + bytes(range(256)) * 6000
CHUNKED = "https://news.example/chunked"
DOCUMENT = "https://court.example/Judgment.pdf?b=2&a=1"
OLD, NEW = "http://news.example/old", "https://news.example/new"
CUT = "https://news.example/cut"
LATER = "https://news.example/later"
ADD = """
import sys
from pywb.manager.manager import main
for name, file in zip(sys.argv[1::2], sys.argv[2::2]):
    main(["init", name])
    main(["add", *(["--unpack-wacz"] if file.endswith(".wacz") else []), name, file])
"""


@dataclass(frozen=True)
class Files:
    """What we wrote, and where in the WARC file each check stands."""

    warc: Path
    wacz: Path
    places: dict[str, Kept]


@dataclass(frozen=True)
class Replay:
    """What pywb answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Pywb:
    """A running pywb with the collections `warc` and `wacz`."""

    root: str

    def get(self, path: str, **headers: str) -> Replay:
        """Ask, and follow nothing."""
        opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
        asked = urllib.request.Request(path if "://" in path[:8] else f"{self.root}/{path}", headers=headers)
        try:
            with opener.open(asked, timeout=60) as answer:
                return Replay(answer.status, named(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Replay(error.code, named(error.headers), error.read())

    def raw(self, collection: str, stamp: str, url: str) -> Replay:
        """Ask for a copy as it was archived."""
        return self.get(f"{collection}/{stamp}id_/{url}")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to whoever asked."""

    def redirect_request(self, *_args: object) -> None:
        return None


def named(headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.fixture(scope="session", autouse=True)
def tools() -> None:
    """Without the tools nothing here says anything, so their absence is a failure."""
    if not (TOOLS / "wayback").exists():
        pytest.fail("Install the tools first: make .venv-archive/.archive")


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Iterator[Files]:
    folder = tmp_path_factory.mktemp("archive")
    first = exchange(coding="gzip")
    earlier = Earlier(URL, NOON, first.wire_sha256)
    html = "Content-Type: text/html"
    made = {
        "story": entry(first),
        "again": entry(exchange(coding="gzip", at=NOON + DAY), earlier=earlier),
        "unmodified": entry(
            exchange(None, at=NOON + 2 * DAY, status=304, conditional=True, fields=('ETag: "a"',)),
            "OK_NOT_MODIFIED",
            earlier=earlier,
        ),
        "chunked": entry(exchange(url=CHUNKED, fields=(html, "Transfer-Encoding: chunked"))),
        "cut": entry(exchange(ARTICLE[:300], url=CUT, fields=(html, "Content-Length: 9000"), truncated="length")),
        "moved": entry(exchange(url=NEW, before=(redirect(OLD, NEW, body=120),))),
        "document": entry(
            exchange(
                PDF,
                url=DOCUMENT,
                fields=("Content-Type: application/pdf",),
                encryption=Encryption("tls/1.3", "TLS_AES_256_GCM_SHA384"),
            )
        ),
        "later": entry(exchange(url=LATER, head=b"HTTP/2 200 \r\ncontent-type: text/html\r\n\r\n")),
    }
    out, kept, _ = batch(*made.values())
    files = Files(folder / "batch.warc.gz", folder / "bundle.wacz", dict(zip(made, kept, strict=True)))
    files.warc.write_bytes(out.getvalue())
    bundled = [files.places[name] for name in ("story", "again", "moved", "document")]
    with files.wacz.open("w+b") as bundle:
        write_wacz(
            bundle,
            title="Evidence",
            description="What one allegation rests on.",
            pages=[Page(URL, datetime.fromtimestamp(NOON, UTC), "Minister charged", "The court heard …")],
            records=[Stretch(out, place.offset, place.length) for place in bundled],
            created=datetime(2021, 12, 1, tzinfo=UTC),
            software="TestBot/1.0",
        )
    yield files
    for payload in MADE:
        payload.close()


def tool(name: str, *words: object) -> subprocess.CompletedProcess[str]:
    """Run one of the tools."""
    return subprocess.run([TOOLS / name, *map(str, words)], capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="session")
def pywb(files, tmp_path_factory) -> Iterator[Pywb]:
    folder = tmp_path_factory.mktemp("pywb")
    (folder / "config.yaml").write_text(json.dumps({"framed_replay": False}))
    add = [TOOLS / "python", "-c", ADD, "warc", files.warc, "wacz", files.wacz]
    subprocess.run(add, cwd=folder, check=True, capture_output=True, timeout=120)
    port = free_port()
    command = [TOOLS / "wayback", "-b", "127.0.0.1", "-p", str(port), "-t", "2", "-d", folder]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(port, server)
        yield Pywb(f"http://127.0.0.1:{port}")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, server: subprocess.Popen) -> None:
    ends = time.monotonic() + 120
    while time.monotonic() < ends and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("pywb did not start.")
