"""Copies in web archives: found in each of their ways, looked at before they are offered, never followed elsewhere."""

import asyncio
import doctest
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from allegations.links import timemaps, web_archives
from allegations.links.exchange import Exchange, Failure, Hop
from allegations.links.mementos import Copy, Finding, Lookup, look_up, read_site, read_sites
from tests.unit.links.archive.making import ARTICLE, alike, head

PAGE = "https://news.example/story?id=7"
WANTED = datetime(2021, 11, 23, 12, tzinfo=UTC)
ROOT = "https://archive.example/web"
SHOWN = f"{ROOT}/20211120080000/{PAGE}"
RAW = f"{ROOT}/20211120080000id_/{PAGE}"
CHALLENGE = "<title>Just a moment...</title><p>Checking your browser</p><script src=/cdn-cgi/challenge-platform/x>"
DATED = "Memento-Datetime: Sat, 20 Nov 2021 08:00:00 GMT"
WAYBACK = read_site(f"Big Archive | wayback={ROOT}")
INDEXED = read_site(f"Big Archive | wayback={ROOT} | cdx=https://archive.example/cdx")
GATED = read_site("Small Archive | timegate=https://small.example/gate")
GATE = f"https://small.example/gate/{PAGE}"
ASKED_BY_DATE = f"{ROOT}/20211123120000/{PAGE}"
ASKED_INDEX = (
    "https://archive.example/cdx?url=https%3A%2F%2Fnews.example%2Fstory%3Fid%3D7&output=json"
    "&filter=statuscode:200&sort=closest&limit=5&closest=20211123120000"
)


class Archive:
    """Answers from a table; an address that is not in it is one that must not be asked."""

    def __init__(self, answers: Mapping[str, Exchange]) -> None:
        self.answers, self.asked = answers, []

    async def __call__(self, uri: str, headers: Mapping[str, str]) -> Exchange:
        self.asked.append((uri, dict(headers)))
        return self.answers[uri]


def answer(body: bytes | str = b"", *fields: str, status: int = 200) -> Exchange:
    """An answer of an archive, as the asking side hands it over: few headers, and the head as it came."""
    data = body.encode() if isinstance(body, str) else body
    location = dict(field.split(": ", 1) for field in fields).get("Location")
    hop = Hop("https://archive.example/", status, location, head=head(*fields, status=status))
    kept = {"content-type": "text/html; charset=utf-8"}
    return Exchange("https://archive.example/", "https://archive.example/", (hop,), status, kept, data)


NOTHING = answer(status=404)
SILENT = Exchange("", "", failure=Failure.CONNECT_TIMEOUT, sentence="The server did not answer in time.")


def search(archive: Archive, *sites, compare=alike) -> Lookup:
    return asyncio.run(look_up(PAGE, WANTED, sites or [WAYBACK], archive, compare))


def looked_at(*copy: tuple[str, Exchange], offered: str = SHOWN, **options) -> Copy:
    """What is said of one copy that the archive's redirect offers."""
    archive = Archive({ASKED_BY_DATE: answer(b"", f"Location: {offered}", status=302), **dict(copy)})
    [found] = search(archive, **options).copies
    return found


def test_the_examples_hold():
    assert doctest.testmod(timemaps).failed == doctest.testmod(web_archives).failed == 0


# Finding


def test_a_redirect_by_date_is_read_and_not_followed_blindly():
    archive = Archive({ASKED_BY_DATE: answer(b"", f"Location: {SHOWN}", status=302), RAW: answer(ARTICLE, DATED)})
    lookup = search(archive)

    assert lookup.best == Copy(
        "Big Archive",
        SHOWN,
        Finding.GOOD,
        "It is like our own copy (1.00).",
        taken_at=datetime(2021, 11, 20, 8, tzinfo=UTC),
        status=200,
        similarity=1.0,
        distance_days=3.17,
    )
    assert lookup.silent == ()
    assert [uri for uri, _ in archive.asked] == [ASKED_BY_DATE, RAW]


ROWS = [["urlkey", "timestamp", "original", "statuscode"]] + [
    ["k", stamp, PAGE, status]
    for stamp, status in (("20190101000000", "200"), ("20211120080000", "200"), ("20211123120000", "404"), ("x", "200"))
]
LINES = [{"timestamp": row[1], "url": row[2], "status": row[3]} for row in ROWS[1:]]


@pytest.mark.parametrize(
    "text", [json.dumps(ROWS), "\n".join(map(json.dumps, LINES))], ids=["array of arrays", "line by line"]
)
def test_an_index_is_read_in_both_dialects_and_the_nearest_good_copy_looked_at_first(text):
    archive = Archive({ASKED_BY_DATE: NOTHING, ASKED_INDEX: answer(text), RAW: answer(ARTICLE)})
    found = search(archive, INDEXED).best

    assert (found.uri, found.verdict) == (SHOWN, Finding.GOOD)
    assert found.taken_at == datetime(2021, 11, 20, 8, tzinfo=UTC)  # by its address alone
    assert archive.asked[-1] == (RAW, {})


def test_the_next_copy_of_an_index_is_looked_at_when_the_nearest_is_another_page():
    older = f"{ROOT}/20190101000000id_/{PAGE}"
    other = "<title>Football results</title>" + "<p>Two goals in the second half decided the match.</p>" * 20
    archive = Archive(
        {ASKED_BY_DATE: NOTHING, ASKED_INDEX: answer(json.dumps(ROWS)), RAW: answer(other), older: answer(ARTICLE)}
    )
    lookup = search(archive, INDEXED)

    assert [copy.verdict for copy in lookup.copies] == [Finding.UNLIKE, Finding.GOOD]
    assert lookup.best == lookup.copies[1]


@pytest.mark.parametrize("text", ["", "[]", "[[]]", '[["timestamp","original"]]'])
def test_an_empty_index_is_a_no(text):
    lookup = search(Archive({ASKED_BY_DATE: NOTHING, ASKED_INDEX: answer(text)}), INDEXED)

    assert lookup.copies == ()


@pytest.mark.parametrize("text", ["<html>Please wait</html>", "[[[", '{"message": "busy"}', "null", "[" * 100_000])
def test_an_index_that_sends_something_else_gave_no_answer(text):
    lookup = search(Archive({ASKED_BY_DATE: NOTHING, ASKED_INDEX: answer(text)}), INDEXED)

    assert lookup.copies == ()
    assert lookup.silent == ("Big Archive gave no answer. Its index sent something else.",)


def test_a_timegate_is_asked_for_the_moment():
    copy = "https://small.example/2021/story"
    archive = Archive({GATE: answer(b"", f"Location: {copy}", status=302), copy: answer(ARTICLE, DATED)})
    found = search(archive, GATED).best

    assert (found.uri, found.verdict) == (copy, Finding.GOOD)
    assert archive.asked[0] == (GATE, {"Accept-Datetime": "Tue, 23 Nov 2021 12:00:00 GMT"})


def test_a_timegate_may_answer_with_the_copy_itself():
    copy = "https://small.example/2021/story"
    archive = Archive({GATE: answer(ARTICLE, DATED, "Content-Location: /2021/story"), copy: answer(ARTICLE, DATED)})

    assert search(archive, GATED).best.uri == copy


def test_a_timemap_gives_the_nearest_when_the_timegate_gives_another_page():
    bad, good, far = (f"https://small.example/{name}" for name in ("bad", "good", "far"))
    timemap = (
        f'<{PAGE}>; rel="original",\n<{far}>; rel="first memento"; datetime="Tue, 01 Jan 2019 00:00:00 GMT",\n'
        f'</good>; rel="memento"; datetime="Sat, 20 Nov 2021 08:00:00 GMT",\n'
        f'<{bad}>; rel="last memento"; datetime="Tue, 23 Nov 2021 12:00:00 GMT", <x>; rel=memento; datetime="never"'
    )
    link = f'Link: <{PAGE}>; rel="original", </map>; rel="timemap"; type="application/link-format"'
    archive = Archive(
        {
            GATE: answer(b"", f"Location: {bad}", link, status=302),
            bad: answer("<title>Football</title><p>Two goals decided the match.</p>", DATED),
            "https://small.example/map": answer(timemap),
            good: answer(ARTICLE, DATED),
        }
    )
    lookup = search(archive, GATED)

    assert [(copy.uri, copy.verdict) for copy in lookup.copies] == [(bad, Finding.UNLIKE), (good, Finding.GOOD)]


def test_the_second_archive_is_asked_only_when_the_first_has_nothing():
    second = {GATE: answer(b"", "Location: https://small.example/c", status=302)}
    copy = {"https://small.example/c": answer(ARTICLE, DATED)}

    assert search(Archive({ASKED_BY_DATE: NOTHING, **second, **copy}), WAYBACK, GATED).best.archive == "Small Archive"
    first = {ASKED_BY_DATE: answer(b"", f"Location: {SHOWN}", status=302), RAW: answer(ARTICLE, DATED)}
    assert search(Archive(first), WAYBACK, GATED).best.archive == "Big Archive"


# Looking


def test_a_copy_that_is_another_page_is_not_usable():
    found = looked_at((RAW, answer("<title>Football</title><p>Two goals decided the match.</p>", DATED)))

    assert found.verdict is Finding.UNLIKE
    assert not found.is_usable
    assert found.similarity < 0.6


def test_without_a_copy_of_ours_there_is_nothing_to_compare():
    found = looked_at((RAW, answer(ARTICLE, DATED)), compare=lambda _: None)

    assert found.verdict is Finding.UNCOMPARED
    assert found.is_usable
    assert found.similarity is None


@pytest.mark.parametrize(
    ("copy", "words"),
    [
        (answer(CHALLENGE, DATED), "whether we are a robot"),
        (answer(b"", DATED), "empty page"),
        (answer("<title>Page not found</title><p>Page not found</p>", DATED), "no such page"),
        (answer(b"gone", DATED, status=404), "answer with status 404"),
        (answer(b"busy", DATED, status=503), "answer with status 503"),
    ],
)
def test_an_archived_gatekeeper_or_error_is_not_the_page(copy, words):
    found = looked_at((RAW, copy), compare=lambda _: 0.0)

    assert found.verdict is Finding.NOT_THE_PAGE
    assert words in found.reason
    assert found.taken_at == datetime(2021, 11, 20, 8, tzinfo=UTC)


def test_a_copy_without_a_date_is_not_usable():
    site = read_site("Small Archive | timegate=https://small.example/gate")
    copy = "https://small.example/c"
    archive = Archive({GATE: answer(b"", f"Location: {copy}", status=302), copy: answer(ARTICLE)})
    [found] = search(archive, site).copies

    assert found.verdict is Finding.UNDATED


def test_an_archived_redirect_is_followed_inside_the_archive_only():
    """A raw copy of a redirect leads to the live page; the archive's copy of that page is asked instead."""
    inner = f"{ROOT}/20211120080000id_/https://news.example/new"
    found = looked_at(
        (RAW, answer(b"", DATED, "Location: https://news.example/new", status=301)), (inner, answer(ARTICLE, DATED))
    )

    assert found.verdict is Finding.GOOD


def test_copies_that_lead_in_a_circle_end():
    found = looked_at((RAW, answer(b"", DATED, f"Location: {RAW}", status=302)))

    assert found.verdict is Finding.UNANSWERED


# Never elsewhere


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/web/20211120080000/https://news.example/story",
        "https://archive.example.evil.example/x",
        "https://archive.example@evil.example/x",
        "https://archive.example:8443/x",
        "//evil.example/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[::1/",
        "https://archive.example\\@evil.example/",
        PAGE,
    ],
)
def test_a_copy_at_another_host_is_never_asked(target):
    found = looked_at(offered=target)

    assert found.verdict is Finding.FOREIGN
    assert not found.is_usable


@pytest.mark.parametrize("target", ["https://evil.example/x", "http://127.0.0.1/"])
def test_a_copy_that_leads_to_another_host_is_not_followed(target):
    found = looked_at((RAW, answer(b"", f"Location: {target}", status=302)))

    assert found.verdict is Finding.FOREIGN


def test_a_timemap_at_another_host_is_never_asked():
    link = 'Link: <https://evil.example/map>; rel="timemap"'
    archive = Archive({GATE: answer(b"", link)})

    assert search(archive, GATED).copies == ()
    assert [uri for uri, _ in archive.asked] == [GATE]


def test_copies_that_a_timemap_puts_elsewhere_are_never_asked():
    timemap = '<https://evil.example/c>; rel="memento"; datetime="Sat, 20 Nov 2021 08:00:00 GMT"'
    link = 'Link: </map>; rel="timemap"'
    archive = Archive({GATE: answer(ARTICLE, link), "https://small.example/map": answer(timemap)})

    assert [copy.verdict for copy in search(archive, GATED).copies] == [Finding.FOREIGN]


def test_hosts_that_an_operator_adds_are_the_archives_own():
    site = read_site(f"Big Archive | wayback={ROOT} | hosts=mirror.example, second.example")
    copy = "https://mirror.example/c"
    archive = Archive({ASKED_BY_DATE: answer(b"", f"Location: {copy}", status=302), copy: answer(ARTICLE, DATED)})

    assert search(archive, site).best.uri == copy


# Silence is no “no”


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (SILENT, "Big Archive gave no answer. The server did not answer in time."),
        (answer(status=429), "Big Archive gave no answer. It answered with status 429."),
        (answer(status=503), "Big Archive gave no answer. It answered with status 503."),
    ],
)
def test_an_archive_that_did_not_answer_is_named_so_that_its_silence_is_not_kept_as_a_no(said, words):
    assert search(Archive({ASKED_BY_DATE: said})).silent == (words,)
    archive = Archive({ASKED_BY_DATE: answer(b"", f"Location: {SHOWN}", status=302), RAW: said})
    lookup = search(archive)
    assert lookup.silent == (words,)
    assert [copy.verdict for copy in lookup.copies] == [Finding.UNANSWERED]


def test_a_no_is_a_no():
    assert search(Archive({ASKED_BY_DATE: NOTHING})) == Lookup((), ())


def test_no_archive_is_asked_more_than_a_few_times():
    rows = [ROWS[0], *(["k", f"2021112{day}080000", PAGE, "200"] for day in range(10))]
    gone = replace(answer(status=404), body=b"")
    copies = {f"{ROOT}/2021112{day}080000id_/{PAGE}": gone for day in range(10)}
    archive = Archive({ASKED_BY_DATE: NOTHING, ASKED_INDEX: answer(json.dumps(rows)), **copies})
    search(archive, INDEXED)

    assert len(archive.asked) == 2 + 5


# What an operator writes, and what archives write


def test_archives_are_read_from_one_setting():
    first, second = read_sites(
        """Wayback Machine | wayback=https://web.archive.org/web/ | cdx=https://web.archive.org/cdx/search/cdx;
        Own | timegate=http://127.0.0.1:8080/all"""
    )

    assert (first.name, first.wayback_prefix) == ("Wayback Machine", "https://web.archive.org/web")
    assert first.hosts == {"web.archive.org"}
    assert (second.timegate, second.hosts) == ("http://127.0.0.1:8080/all", {"127.0.0.1:8080"})
    assert read_sites(" ;\n") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wayback Machine", "needs a name and one of"),
        (" | wayback=https://web.archive.org/web", "needs a name"),
        ("A | wayback", "only timegate="),
        ("A | waybak=https://a.example", "only timegate="),
        ("A | wayback=a.example/web", "does not begin with https"),
        ("A | wayback=ftp://a.example/web", "does not begin with https"),
        ("A | wayback=https://user@a.example/web", "does not begin with https"),
        ("A | cdx=https://a.example/cdx", "without wayback="),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_in_a_sentence(text, words):
    with pytest.raises(ValueError, match=words):
        read_sites(text)


def test_an_archive_is_the_same_over_http_and_https():
    http = RAW.replace("https://archive", "http://archive")

    assert WAYBACK.raw(SHOWN.replace("https://archive", "http://archive")) == http
    assert WAYBACK.raw(f"{ROOT}/20211120080000mp_/{PAGE}") == RAW
    assert WAYBACK.raw(f"{ROOT}/*/{PAGE}") == f"{ROOT}/*/{PAGE}"


@pytest.mark.parametrize(
    "text", ["<" * 400_000, "<a>" * 200_000, '<a>;x="' * 60_000, "<a>" + ";" * 400_000, "<a>;a=b" * 90_000]
)
def test_a_hostile_list_of_links_is_read_in_no_time(text):
    began = time.process_time()

    assert timemaps.mementos(text) == []
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ["", "yesterday", "Sat, 99 Nov 2021 08:00:00 GMT", "Sat, 20 Nov 99999 08:00:00 GMT"])
def test_a_moment_that_is_none_is_none(text):
    assert timemaps.http_moment(text) is None


@pytest.mark.parametrize(
    "text", ["2021112308000", "20211323080000", "２０２１１１２３０８００００", "20211123080000\n"]
)
def test_a_stamp_that_is_none_is_none(text):
    assert timemaps.stamped(text) is None
