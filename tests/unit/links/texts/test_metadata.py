"""What a page says of itself."""

import json

import pytest

from allegations.links.texts.metadata import Metadata, metadata
from allegations.links.texts.walking import parse

from . import more_samples  # noqa: F401 (its pages are among the samples)
from .samples import SAMPLES


def of(markup, url="https://news.example/a", content_language=""):
    return metadata(parse(f"<html>{markup}<p>x</p></html>"), url, content_language)


def json_ld(*nodes):
    return f'<script type="application/ld+json">{json.dumps(list(nodes))}</script>'


def article(**more):
    return {"@type": "NewsArticle", **more}


def test_a_page_that_says_all():
    sample = next(one for one in SAMPLES if one.name == "news")

    assert metadata(parse(sample.build(0))) == Metadata(
        title="General charged over detention of two engineers",
        publisher="The Courier",
        authors=("Ada Winter",),
        published="2021-11-23",
        language="en-GB",
        canonical="https://courier.example/world/general-charged",
        free=True,
    )


def test_a_page_that_says_nothing():
    assert metadata(parse("<p>The court heard two witnesses on Tuesday, 23 November 2021.</p>")) == Metadata()


@pytest.mark.parametrize(
    ("markup", "day"),
    [
        (json_ld(article(datePublished="2021-11-23T23:59:00-05:00")), "2021-11-23"),
        (
            json_ld(
                {"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01"}, article(datePublished="2021-11-23")]}
            ),
            "2021-11-23",
        ),
        (json_ld({"@type": "WebSite", "datePublished": "2020-01-01"}), ""),
        ('<meta property="article:published_time" content="2021-11-23">', "2021-11-23"),
        ('<meta name="DC.date.issued" content="20211123">', "2021-11-23"),
        ('<meta name="date" content="Tue, 23 Nov 2021 09:15:00 GMT">', "2021-11-23"),
        ('<meta name="date" content="2021-02-30">', ""),
        ('<meta name="date" content="23/11/2021">', ""),
        ('<meta name="date" content="yesterday">', ""),
        ('<time datetime="2021-11-23T10:00">x</time>', "2021-11-23"),
        ('<time datetime="2021-11-23">x</time><time datetime="2020-01-01">y</time>', ""),
        (
            '<time datetime="2020-01-01">y</time><time itemprop="datePublished" datetime="2021-11-23">x</time>',
            "2021-11-23",
        ),
        ('<meta property="article:modified_time" content="2021-11-23">', ""),
    ],
)
def test_the_day_is_read_and_never_invented(markup, day):
    assert of(markup).published == day


@pytest.mark.parametrize(
    ("markup", "authors"),
    [
        (json_ld(article(author={"name": "Ada Winter"})), ("Ada Winter",)),
        (
            json_ld(article(author=["Ada Winter", {"name": "Jo Field"}, {"name": "Ada Winter"}])),
            ("Ada Winter", "Jo Field"),
        ),
        (
            json_ld(article(author={"@id": "#1"}), {"@id": "#1", "@type": "Person", "name": "Ada Winter"}),
            ("Ada Winter",),
        ),
        ('<meta name="author" content=" Ada  Winter ">', ("Ada Winter",)),
        ('<meta property="article:author" content="https://social.example/ada">', ()),
        (json_ld(article(author=[{"name": f"A {n}"} for n in range(50)])), tuple(f"A {n}" for n in range(10))),
    ],
)
def test_authors(markup, authors):
    assert of(markup).authors == authors


@pytest.mark.parametrize(
    ("page", "header", "language"),
    [
        ("<html lang=en_gb>", "", "en-GB"),
        ("<html lang='zh-hans-cn'>", "", "zh-Hans-CN"),
        ("<html><meta property=og:locale content=fr_FR>", "es", "fr-FR"),
        ("<html><meta http-equiv=Content-Language content='ar, en'>", "", "ar"),
        ("<html>", "es-ES, en", "es-ES"),
        ("<html lang='<script>'>", "", ""),
        ("<html lang=und>", "", ""),
    ],
)
def test_language(page, header, language):
    assert metadata(parse(f"{page}<p>x</p>"), "", header).language == language


@pytest.mark.parametrize(
    ("markup", "canonical"),
    [
        ("<link rel=canonical href='/b?c=1'>", "https://news.example/b?c=1"),
        ("<link rel='alternate canonical' href='https://other.example/'>", "https://other.example/"),
        (
            "<link rel=canonical href='javascript:alert(1)'><meta property=og:url content='https://news.example/c'>",
            "https://news.example/c",
        ),
        ("<link rel=canonical href='http://[broken'>", ""),
        ("<link rel=stylesheet href='/b'>", ""),
    ],
)
def test_canonical_address(markup, canonical):
    assert of(markup).canonical == canonical


@pytest.mark.parametrize(
    ("markup", "free"),
    [
        (json_ld(article(isAccessibleForFree=False)), False),
        (json_ld(article(isAccessibleForFree="False")), False),
        (json_ld(article(isAccessibleForFree="http://schema.org/False")), False),
        (json_ld(article(isAccessibleForFree="true")), True),
        ('<meta property="article:content_tier" content="locked">', False),
        (json_ld(article()), None),
    ],
)
def test_whether_it_is_free(markup, free):
    assert of(markup).free is free


def test_values_are_bounded_and_clean():
    said = of(f"<title>A\x00\u202eb\n{'c' * 3000}</title><meta property=og:site_name content='{'d' * 999}'>")

    assert (len(said.title), said.title[:5], len(said.publisher)) == (500, "A b c", 200)


@pytest.mark.parametrize(
    "script", ["[" * 90_000, '{"a":' * 40_000, "{", "null", "3", '"x"', '{"@graph":{"@graph":[[[]]]}}', "[1,[2],{}]"]
)
def test_json_that_is_none_says_nothing(script):
    assert of(f'<script type="application/ld+json">{script}</script>') == Metadata()
