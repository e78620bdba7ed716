"""Others’ tools read what we archive: warcio checks it, py-wacz validates it, pywb replays it, byte for byte."""

import asyncio
import gzip
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from allegations.links.archive.cdx import url_key
from allegations.links.exchange import Exchange, Hop
from allegations.links.mementos import Finding, Lookup, look_up, read_site
from tests.archive.conftest import CHUNKED, CUT, DOCUMENT, LATER, NEW, OLD, PDF, Pywb, tool
from tests.unit.links.archive.making import ARTICLE, URL, alike, head

FIRST, AGAIN = "20211123120000", "20211124120000"
TRICKY = [
    "http://news.example",
    "https://www2.news.example:8443/",
    "https://news.example/A//B/?Z=1&a&&c=",
    "https://news.example/a%2520b%20c%23d?x=%26",
    "https://news.example/caf%C3%A9?q=%C3%BC",
    "http://203.0.113.7/x/",
    DOCUMENT,
]


# warcio


def test_warcio_finds_every_digest_right(files):
    done = tool("warcio", "check", "-v", files.warc)
    judged = [line.strip() for line in done.stdout.splitlines() if line.startswith("    ")]

    assert done.returncode == 0
    assert len(judged) == 1 + sum(kept.records for kept in files.places.values())
    assert set(judged) == {"digest pass", "digest present but not checked (revisit)"}


def test_warcio_would_find_a_wrong_one(files, tmp_path):
    """So that the test above can fail: the same records with one byte of a body changed before they are packed."""
    changed = tmp_path / "changed.warc"
    changed.write_bytes(gzip.decompress(files.warc.read_bytes()).replace(b"%PDF-1.4", b"%PDF-1.5"))

    assert tool("warcio", "check", changed).returncode == 1


def test_warcio_reads_every_kind_of_record_where_we_say_that_it_stands(files):
    wanted = "offset,length,warc-type,http:status,warc-truncated,http:content-length"
    done = tool("warcio", "index", "-f", wanted, files.warc)
    rows = {row["offset"]: row for row in map(json.loads, done.stdout.splitlines())}
    read = {name: rows[str(kept.answer.offset)] for name, kept in files.places.items()}

    assert {name: (row["warc-type"], row["http:status"]) for name, row in read.items()} == {
        "story": ("response", "200"),
        "again": ("revisit", "200"),
        "unmodified": ("revisit", "304"),
        "chunked": ("response", "200"),
        "cut": ("response", "200"),
        "moved": ("response", "200"),
        "document": ("response", "200"),
        "later": ("response", "200"),
    }
    assert [row["length"] for row in read.values()] == [str(kept.answer.length) for kept in files.places.values()]
    assert read["cut"]["warc-truncated"] == "length"
    assert read["cut"]["http:content-length"] == "300"


# py-wacz


def test_py_wacz_validates_a_bundle(files):
    done = tool("wacz", "validate", "-f", files.wacz)

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "Validation succeeded, the passed WACZ is valid"
    assert "missing" not in done.stdout


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("pages/pages.jsonl", b"2021", b"2022"),
        ("archive/data.warc.gz", b"\x1f\x8b", b"\x1f\x8c"),
        ("datapackage.json", b"Evidence", b"evidence"),
    ],
)
def test_py_wacz_would_find_a_changed_part(files, tmp_path, part, before, after):
    changed = tmp_path / "changed.wacz"
    with zipfile.ZipFile(files.wacz) as whole, zipfile.ZipFile(changed, "w") as other:
        for name in whole.namelist():
            data = whole.read(name)
            other.writestr(name, data.replace(before, after, 1) if name == part else data)

    assert tool("wacz", "validate", "-f", changed).returncode == 1


def test_a_bundle_is_looked_up_under_the_keys_that_replay_tools_use():
    script = "import sys, surt\nfor url in sys.argv[1:]: print(surt.surt(url))"
    done = tool("python", "-c", script, *TRICKY)

    assert done.stdout.splitlines() == [url_key(url) for url in TRICKY]


# pywb


@pytest.mark.parametrize("collection", ["warc", "wacz"])
@pytest.mark.parametrize("stamp", [FIRST, AGAIN], ids=["response", "revisit"])
def test_a_page_is_replayed_byte_for_byte(pywb, collection, stamp):
    replay = pywb.raw(collection, stamp, URL)

    assert replay.status == 200
    assert replay.body == ARTICLE
    assert replay.headers["content-type"] == "text/html; charset=utf-8"
    assert replay.headers["memento-datetime"] == f"{'Tue, 23' if stamp == FIRST else 'Wed, 24'} Nov 2021 12:00:00 GMT"


@pytest.mark.parametrize("collection", ["warc", "wacz"])
def test_a_document_is_replayed_byte_for_byte(pywb, collection):
    replay = pywb.raw(collection, FIRST, DOCUMENT)

    assert replay.body == PDF
    assert replay.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("url", [CHUNKED, LATER], ids=["chunked", "HTTP/2"])
def test_an_answer_in_another_framing_is_replayed_byte_for_byte(pywb, url):
    replay = pywb.raw("warc", FIRST, url)

    assert (replay.status, replay.body) == (200, ARTICLE)


def test_a_partial_body_is_replayed_as_far_as_it_goes(pywb):
    assert pywb.raw("warc", FIRST, CUT).body == ARTICLE[:300]


@pytest.mark.parametrize("collection", ["warc", "wacz"])
def test_a_redirect_is_replayed_and_leads_to_the_copy(pywb, collection):
    replay = pywb.get(f"{collection}/{FIRST}mp_/{OLD}")

    assert replay.status == 301
    assert replay.headers["location"].endswith(f"/{FIRST}mp_/{NEW}")
    assert pywb.raw(collection, FIRST, NEW).body == ARTICLE


def test_a_page_is_shown_in_the_archives_frame_of_links(pywb):
    shown = pywb.get(f"wacz/{FIRST}mp_/{URL}")

    assert shown.status == 200
    assert b"Minister charged" in shown.body


def test_what_was_not_archived_is_not_there(pywb):
    assert pywb.raw("warc", FIRST, "https://news.example/never").status == 404


# Copies in a web archive, looked up in that pywb


def found(pywb: Pywb, setting: str, url: str = URL, wanted: datetime | None = None) -> Lookup:
    """Look up as a worker does; pywb plays the web archive."""

    async def ask(uri: str, headers: Mapping[str, str]) -> Exchange:
        replay = pywb.get(uri, **headers)
        came = head(*(f"{name}: {value}" for name, value in replay.headers.items()), status=replay.status)
        hop = Hop(uri, replay.status, replay.headers.get("location"), head=came)
        kept = {"content-type": replay.headers.get("content-type", "")}
        return Exchange(uri, uri, (hop,), replay.status, kept, replay.body)

    site = read_site(setting.format(root=f"{pywb.root}/warc"))
    return asyncio.run(look_up(url, wanted or datetime(2021, 11, 22, tzinfo=UTC), [site], ask, alike))


WAYS = {
    "timegate": "Pywb | timegate={root}",
    "index": "Pywb | wayback={root} | cdx={root}/cdx",
    "by date": "Pywb | wayback={root}",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_is_found_and_verified(pywb, way):
    best = found(pywb, WAYS[way]).best

    assert best.verdict is Finding.GOOD
    assert best.uri == f"{pywb.root}/warc/{FIRST}/{URL}"
    assert best.taken_at == datetime(2021, 11, 23, 12, tzinfo=UTC)
    assert (best.status, best.similarity, best.distance_days) == (200, 1.0, 1.5)


def test_an_archived_redirect_is_followed_inside_the_archive(pywb):
    best = found(pywb, WAYS["by date"], OLD).best

    assert best.verdict is Finding.GOOD


def test_an_archived_answer_that_is_not_the_page_is_not_offered(pywb):
    """The copy nearest to that day is a 304, as pywb shows it."""
    lookup = found(pywb, WAYS["by date"], wanted=datetime(2021, 11, 25, 12, tzinfo=UTC))

    assert lookup.best is None
    assert [copy.verdict for copy in lookup.copies] == [Finding.NOT_THE_PAGE]


@pytest.mark.parametrize("way", WAYS)
def test_a_page_without_a_copy_is_a_no(pywb, way):
    assert found(pywb, WAYS[way], "https://news.example/never") == Lookup((), ())
