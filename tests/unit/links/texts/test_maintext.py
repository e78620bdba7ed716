"""What of a page is its main text, on pages as publishing systems make them."""

import re
import time

import pytest

from allegations.links.texts import read, text_sha256, walking
from allegations.links.texts.maintext import main_text
from allegations.links.texts.walking import parse

from . import more_samples  # noqa: F401 (its pages are among the samples)
from .samples import SAMPLES

HTML = "text/html; charset=utf-8"


def folded(text):
    return " ".join(text.split())


def said(markup):
    return folded(" ".join(block.text for block in main_text(parse(markup))))


def blocks(markup):
    return [tuple(block) for block in main_text(parse(markup))]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_main_text_of_a_page_is_found(sample):
    text = said(sample.build(0))

    assert [one for one in sample.gold if folded(one) not in text] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_what_stands_around_it_is_left_out(sample):
    text = said(sample.build(0))

    assert [one for one in sample.junk if one in text] == []


def test_samples_hold_what_they_are_said_to_hold():
    for sample in SAMPLES:
        pages = [sample.build(noise) for noise in range(12)]
        assert [one for one in sample.gold if not one.startswith("Tarek Mansouri (born") and one not in pages[0]] == []
        assert sum(any(one in page for page in pages) for one in sample.junk) >= 0.8 * len(sample.junk)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_ads_menus_tokens_clocks_and_counters_change_nothing(sample):
    first = read(sample.build(0).encode(), HTML)
    visits = [read(sample.build(noise).encode(), HTML) for noise in range(1, 9)]

    assert len({visit.text.payload_sha256 for visit in visits}) > 1
    assert {visit.text_sha256 for visit in visits} == {first.text_sha256}


def test_kinds_of_blocks():
    assert blocks(
        """<article><h1>The case</h1><p>The court heard two witnesses on Tuesday.</p><ul><li>one from the north</li>
        <li>one from the south</li></ul><blockquote><p>Nobody asked me anything at all.</p></blockquote>
        <table><tr><th>Count</th><td>Unlawful detention</td></tr><tr><td>Plea</td><td>Not guilty</td></tr></table>
        <figure><figcaption>The court, seen from the street on a day in May.</figcaption></figure></article>"""
    ) == [
        ("heading", "The case"),
        ("paragraph", "The court heard two witnesses on Tuesday."),
        ("item", "one from the north"),
        ("item", "one from the south"),
        ("quote", "Nobody asked me anything at all."),
        ("row", "Count\tUnlawful detention"),
        ("row", "Plea\tNot guilty"),
        ("caption", "The court, seen from the street on a day in May."),
    ]


def test_a_table_that_lays_out_a_page_is_no_row():
    cells = "<td><a href=/>Home</a></td><td><p>The court heard two witnesses.</p><p>Both said the same.</p></td>"

    assert blocks(f"<table><tr>{cells}</tr></table>") == [
        ("paragraph", "The court heard two witnesses."),
        ("paragraph", "Both said the same."),
    ]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("   ", ""),
        (
            "No markup, but a whole sentence that somebody wrote.",
            "No markup, but a whole sentence that somebody wrote.",
        ),
        ("<p>Unclosed <b>bold <i>and so on, until the end of it.", "Unclosed bold and so on, until the end of it."),
        (
            "<p>Wrongly <b>nested <i>marks</b> of a</i> sentence here.</p></div></html>",
            "Wrongly nested marks of a sentence here.",
        ),
        ("<p>One <2 and 3> 2 are true for all that we know.", "One <2 and 3> 2 are true for all that we know."),
        (
            "<p>A caf&eacute; &amp; a bar&nbsp;&#8212; nothing &unknown; else.",
            "A café & a bar — nothing &unknown; else.",
        ),
        (
            "<p hidden>This is not shown to anybody who comes by.</p><p>This is what they see of it.</p>",
            "This is what they see of it.",
        ),
        (
            "<p style='display: none'>This is not shown to anybody.</p><p>This is what they see of it.</p>",
            "This is what they see of it.",
        ),
        ("<p>Short.</p>", "Short."),
        ("<div aria-hidden=true><h1>The case</h1><p>The court heard two.</p></div>", "The case The court heard two."),
        ("<div aria-hidden=true><p>Not for readers.</p></div><p>The court heard two.</p>", "The court heard two."),
        (
            "<body><div class=sidebar><p>The only text there is, in a place that is named wrongly.</p></div>",
            "The only text there is, in a place that is named wrongly.",
        ),
        (
            "<p>The\x00 text\x1f has controls\x07 in it, all over the place.</p>",
            "The text has controls in it, all over the place.",
        ),
        (
            "<!DOCTYPE x [<!ENTITY a 'never'>]><p>It says &a; and goes on for a while.</p>",
            "It says &a; and goes on for a while.",
        ),
    ],
)
def test_broken_and_odd_markup(markup, text):
    assert folded(" ".join(read(markup.encode(), HTML).text.lines)) == folded(text)


def test_text_in_other_scripts_and_charsets():
    arabic = "<html lang=ar dir=rtl><p>لم يحضر المتهم الجلسة التي استدعي إليها.</p></html>"
    chinese = "<html><head><meta charset=gbk></head><p>检方表示，他没有出席四次庭审中的任何一次。</p></html>"

    assert read(arabic.encode("cp1256"), "text/html; charset=windows-1256").text.lines == (
        "لم يحضر المتهم الجلسة التي استدعي إليها.",
    )
    assert read(chinese.encode("gbk"), "text/html").text.lines == ("检方表示，他没有出席四次庭审中的任何一次。",)


@pytest.mark.parametrize(
    "name",
    [
        "x6ad4f",
        "sc-AdWfe",
        "css-1nav2x",
        "overflow-hidden",
        "elementor-widget-container",
        "tag-cookies",
        "category-share",
    ],
)
def test_class_names_that_a_program_made_up_mean_nothing(name):
    first, second = "<p>The court heard two witnesses on Tuesday.</p>", "<p>It then rose for the day.</p>"

    assert len(blocks(f"<body><div class='{name}'>{first}</div>{second}")) == 2


def test_deep_pages_keep_their_text():
    page = (
        "<div>" * 2000 + "<p>The court heard two witnesses on Tuesday.</p>" + "</div>" * 2000 + "<p>It then rose.</p>"
    )

    assert read(page.encode(), HTML).text.lines == ("The court heard two witnesses on Tuesday.", "It then rose.")


@pytest.mark.parametrize(
    "page",
    [
        b"<p>" * 150_000,
        b"<p>The witness saw nothing.</p>" * 20_000,
        b"<form>" * 30_000,
        b"<h1>Comments</h1>" * 20_000,
        b"<div class='" + b"ad-" * 200_000 + b"'>",
        b"<div class=comments>" * 250 + b"<a href=x>y</a>" * 15_000 + b"<h1>z",
        b"<script>" * 100_000,
        b"<!--" * 200_000,
        b"<a " * 300_000,
        b"&#" + b"9" * 500_000,
        b"<table><tr>" + b"<td>x" * 100_000,
        b"<" * 400_000,
    ],
    ids=lambda page: page[:12].decode(),
)
def test_no_page_takes_long(page):
    began = time.process_time()
    read(page, HTML)

    assert time.process_time() - began < 3


@pytest.mark.parametrize("kind", [HTML, "text/plain", "application/xhtml+xml"])
def test_every_text_is_fit_to_be_stored(kind, monkeypatch):
    page = (
        "<title>a&#0;b\x00c</title><p>The court&#0; heard \x00two&#xD800; \x1fwit&#1;nesses&#x110000; on Tuesday.</p>"
    )
    small = read(page.encode(), kind)
    monkeypatch.setattr(walking, "MOST_TAGS", 1)
    for reading in (small, read(page.encode(), kind)):
        assert "heard" in str(reading.text)
        assert not re.search("[\x00\ud800-\udfff]", str(reading))
        assert "\\x00" not in repr(reading)
        assert "\\ud8" not in repr(reading)


def test_a_page_too_large_for_a_tree_is_read_whole(monkeypatch):
    monkeypatch.setattr(walking, "MOST_TAGS", 5_000)
    page = b"<nav>Menu</nav>" + b"<p>The witness saw nothing.</p>" * 14_000 + b"<p>The end of it all.</p>"
    reading = read(page, HTML)

    assert (len(reading.text.lines), reading.text.cut) == (14_002, False)
    assert reading.text.lines[-1] == "The end of it all."


def test_a_text_too_long_to_keep_is_cut_and_says_so():
    reading = read(b"<p>" + b"The witness saw nothing at all that day. " * 100_000, HTML)

    assert reading.text.cut
    assert sum(map(len, reading.text.lines)) == 4_000_000
    assert reading.text_sha256 == text_sha256(reading.text)
