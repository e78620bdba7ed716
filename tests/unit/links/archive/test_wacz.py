"""Bundles of evidence: the records as they were stored, an index over them, and what a reader enters by."""

import gzip
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from allegations.links.archive.cdx import url_key
from allegations.links.archive.reading import read_record
from allegations.links.archive.records import Earlier
from allegations.links.archive.wacz import BundleRefused, Page, Stretch, write_wacz
from tests.unit.links.archive.making import NOON, URL, batch, entry, exchange, redirect

CREATED = datetime(2021, 12, 1, 8, 30, tzinfo=UTC)
TAKEN = datetime.fromtimestamp(NOON, UTC)
FIRST = exchange(coding="gzip", before=(redirect("http://news.example/old", URL),))
AGAIN = exchange(coding="gzip", at=NOON + 86_400)
EARLIER = Earlier(URL, NOON, FIRST.wire_sha256)
PAGES = (Page(URL, TAKEN, "Minister charged", "The court heard …"),)
OUT, [KEPT, REVISIT], _ = batch(entry(FIRST), entry(AGAIN, earlier=EARLIER))


def stretch(kept=KEPT, out=OUT) -> Stretch:
    return Stretch(out, kept.offset, kept.length)


def bundle(*records: Stretch, pages=PAGES) -> zipfile.ZipFile:
    out = io.BytesIO()
    write_wacz(
        out,
        title="Evidence",
        description="Of one allegation.",
        pages=pages,
        records=records or [stretch()],
        created=CREATED,
        software="TestBot/1.0",
    )
    return zipfile.ZipFile(out)


def test_records_are_taken_over_as_they_were_stored():
    made = bundle()
    packed = OUT.getvalue()[KEPT.offset : KEPT.offset + KEPT.length]

    assert made.read("archive/data.warc.gz") == packed
    assert made.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED


def test_the_index_leads_to_every_answer():
    made = bundle()
    lines = [line.split(" ", 2) for line in made.read("indexes/index.cdx").decode().splitlines()]
    packed = made.read("archive/data.warc.gz")

    assert [line[:2] for line in lines] == [
        ["example,news)/old", "20211123120000"],
        ["example,news)/story", "20211123120000"],
    ]
    for values in (json.loads(line[2]) for line in lines):
        at, length = int(values["offset"]), int(values["length"])
        record = read_record(io.BytesIO(packed), at, length)
        assert record.opening.fields["warc-target-uri"] == values["url"]
        assert str(record.opening.status) == values["status"]
        assert record.opening.fields["warc-payload-digest"] == values["digest"]
        assert values["recordDigest"] == f"sha256:{hashlib.sha256(packed[at : at + length]).hexdigest()}"


def test_the_package_names_every_file_with_its_digest():
    made = bundle()
    package = json.loads(made.read("datapackage.json"))
    named = {part["path"]: part for part in package["resources"]}

    assert set(made.namelist()) == {*named, "datapackage.json", "datapackage-digest.json"}
    for path, part in named.items():
        data = made.read(path)
        assert part["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert part["bytes"] == len(data)
    assert package["wacz_version"] == "1.1.1"
    assert package["mainPageUrl"] == URL
    assert package["created"] == "2021-12-01T08:30:00Z"
    digest = json.loads(made.read("datapackage-digest.json"))
    assert digest["hash"] == f"sha256:{hashlib.sha256(made.read('datapackage.json')).hexdigest()}"


def test_a_reader_enters_by_its_pages():
    head, page = (json.loads(line) for line in bundle().read("pages/pages.jsonl").splitlines())

    assert head["format"] == "json-pages-1.0"
    assert page == {
        "id": page["id"],
        "url": URL,
        "ts": "2021-11-23T12:00:00Z",
        "title": "Minister charged",
        "text": "The court heard …",
    }


def test_the_same_bundle_is_the_same_bytes():
    one, two = bundle(), bundle()

    assert one.fp.getvalue() == two.fp.getvalue()


def test_a_record_that_is_asked_for_twice_is_taken_once():
    assert bundle(stretch(), stretch()).read("archive/data.warc.gz") == bundle().read("archive/data.warc.gz")


def test_a_record_that_rests_on_another_comes_with_it():
    pages = (Page(URL, datetime.fromtimestamp(NOON + 86_400, UTC)),)
    made = bundle(stretch(), stretch(REVISIT), pages=pages)

    assert b'"mime": "warc/revisit"' in made.read("indexes/index.cdx")
    with pytest.raises(BundleRefused, match=r"rests on that of https://news.example/story of 2021-11-23T12:00:00Z"):
        bundle(stretch(REVISIT), pages=pages)


def test_a_page_needs_its_record():
    with pytest.raises(BundleRefused, match=r"no record of https://news.example/other"):
        bundle(pages=(Page("https://news.example/other", TAKEN),))


def test_texts_in_any_script_are_kept():
    made = bundle(pages=(Page(URL, TAKEN, "وزير \udcff", "«ا»"),))
    page = json.loads(made.read("pages/pages.jsonl").splitlines()[1])

    assert page["text"] == "«ا»"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://news.example", "example,news)/"),
        ("https://www2.news.example:8443/", "example,news:8443)/"),
        ("https://news.example/A/B/?Z=1&a", "example,news)/a/b?a&z=1"),
        ("https://news.example/a%2520b%20c", "example,news)/a%20b%20c"),
        ("https://news.example/café?q=ü", "example,news)/caf%c3%a9?q=%c3%bc"),
        ("http://203.0.113.7/x", "7,113,0,203)/x"),
    ],
)
def test_addresses_are_looked_up_under_one_key(url, key):
    assert url_key(url) == key


def test_gzip_members_of_a_bundle_open_one_by_one():
    assert gzip.decompress(bundle().read("archive/data.warc.gz")).count(b"WARC/1.1\r\n") == KEPT.records
