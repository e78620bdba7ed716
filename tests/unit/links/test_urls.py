"""Reading, refusing and writing down web addresses."""

import doctest
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegations.links import urls
from allegations.links.addresses import AddressPolicy
from allegations.links.urls import (
    LONGEST_REDIRECT,
    Refused,
    UrlRefused,
    canonical,
    ephemeral,
    followed,
    host_key,
    parse,
    site,
)

from .asking import unhurried

INSIDE = [
    "http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/",
    "http://0.0.0.0/", "http://0/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://127.1/", "http://0x7f.1/", "http://127.0.0.1./", "http://1.2.3.08/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:a9fe:a9fe]/", "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/", "http://[2001::1]/",
    "http://169.254.169.254/", "http://[fd00:ec2::254]/", "http://100.100.100.200/", "http://168.63.129.16/",
    "http://192.0.0.192/", "http://metadata.google.internal/", "http://100.64.0.1/", "http://198.18.0.1/",
    "http://224.0.0.1/", "http://240.0.0.1/", "http://192.88.99.1/", "http://[fec0::1]/",
    "http://[ff02::1]/", "http://[3fff::1]/", "http://[5f00::1]/", "http://intranet/", "http://newsroom/", "http://home.arpa/",
    "http://printer.local/", "http://router.home.arpa/", "http://x.onion/", "http://١٢٧.٠.٠.١/",
]  # fmt: skip
MISSHAPEN = [
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://ｅxample.org/",
    "http://user:pw@news.example/",
    "http://127.0.0.1@news.example/",
    "http://news.example%2f@127.0.0.1/",
    "http://news.example\\@127.0.0.1/",
    "http://news.example\\.evil.example/",
    "https://news.example/a\\b",
    "http://[fe80::1%25eth0]/",
    "http://[::1",
    "http://[::1]x/",
    "http://news..example/",
    "http://-news.example/",
    "http://xn--zzzzzz99999.example/",
    "http://news example.org/",
    "http://news.example/\r\nHost: x",
    "http://news.example/\x00",
    "http://news.example/\x85",
    "http:/news.example",
    "http:news.example",
    "http://" + "a" * 64 + ".example/",
    "http://news.example/" + "a" * 2048,
    "http://" + "ab." * 90 + "example/",
]


def refused(text):
    with pytest.raises(UrlRefused) as caught:
        parse(text)
    assert str(caught.value).endswith(".")
    return caught.value.kind


def test_examples_in_the_module_hold():
    assert doctest.testmod(urls).failed == 0


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_inside_a_network_is_refused(text):
    assert refused(text) is Refused.PLACE


@pytest.mark.parametrize("text", MISSHAPEN)
def test_a_misshapen_address_is_refused(text):
    assert refused(text) is Refused.FORM


@pytest.mark.parametrize(
    "scheme", ["file:///etc/passwd", "gopher://x.y/", "javascript:alert(1)", "data:,x", "ftp://a.b/"]
)
def test_another_scheme_is_refused(scheme):
    assert refused(scheme) is Refused.SCHEME
    assert refused("news.example/story") is Refused.SCHEME


@pytest.mark.parametrize("port", ["22", "25", "6379", "5432", "11211", "0", "65536", "080808", "8o", "-1", "٨٠"])
def test_another_port_is_refused(port):
    assert refused(f"http://news.example:{port}/") is Refused.PORT


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("HTTP://News.EXAMPLE", "http://news.example/"),
        ("http://news.example.:80/a", "http://news.example/a"),
        ("https://news.example:443/a#part", "https://news.example/a"),
        ("http://news.example:443/a", "http://news.example:443/a"),
        ("https://news.example?", "https://news.example/"),
        ("https://news.example/a?utm_source=x&UTM_Medium=y&id=7&fbclid=z&gclid=1", "https://news.example/a?id=7"),
        ("https://news.example/?a=1&&b=2", "https://news.example/?a=1&b=2"),
        ("https://bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://bu\u0308cher.example/", "https://xn--bcher-kva.example/"),
        ("https://الأخبار.example/خبر", "https://xn--igbhbd3au2k.example/%D8%AE%D8%A8%D8%B1"),
        ("https://news.example/a/../b/./c", "https://news.example/b/c"),
        ("https://news.example/../../x", "https://news.example/x"),
        ("https://news.example/100%", "https://news.example/100%25"),
        ("https://news.example/a%2Fb", "https://news.example/a%2Fb"),
        ("  https://news.example/a b ", "https://news.example/a%20b"),
        ("https://8.8.8.8/x", "https://8.8.8.8/x"),
        ("https://[2606:4700:0::1111]/", "https://[2606:4700::1111]/"),
        ("https://web.archive.org/web/2020/http://a.example/", "https://web.archive.org/web/2020/http://a.example/"),
    ],
)
def test_the_stored_form(text, stored):
    assert canonical(text) == stored
    assert canonical(stored) == stored


def stable(stored):
    try:
        return canonical(stored) == stored
    except UrlRefused as refusal:
        return pytest.fail(f"{stored}: {refusal}")


@unhurried
@given(st.text(max_size=60))
def test_any_text_is_either_refused_in_words_or_has_one_stable_stored_form(text):
    for written in (text, f"http://{text}", f"https://news.example/{text}"):
        with suppress(UrlRefused):
            stored = canonical(written)
            assert stored.isascii()
            assert stable(stored)


def test_a_policy_opens_its_port_and_its_address_only():
    policy = AddressPolicy(allow=frozenset({"127.0.0.1:8123"}))

    assert str(parse("http://127.0.0.1:8123/x", policy)) == "http://127.0.0.1:8123/x"
    for other in ("http://127.0.0.1/", "http://127.0.0.2:8123/", "http://[::ffff:127.0.0.1]:8123/"):
        with pytest.raises(UrlRefused):
            parse(other, policy)


def test_a_redirect_may_be_longer_than_what_a_person_enters():
    base = parse("https://news.example/a")
    query = "SAMLRequest=" + "A" * 10_000

    assert str(followed(base, f"/login?{query}")) == f"https://news.example/login?{query}"
    with pytest.raises(UrlRefused) as refusal:
        followed(base, "/login?" + "A" * LONGEST_REDIRECT)
    assert refusal.value.kind is Refused.LENGTH
    with pytest.raises(UrlRefused, match="inside a network"):
        followed(base, f"//metadata.google.internal/?{query}")


def test_a_redirect_is_read_by_the_same_rule():
    base = parse("https://news.example/a/b?x=1")

    assert str(followed(base, "../c?utm_source=y")) == "https://news.example/c?utm_source=y"
    assert str(followed(base, "//other.example/z")) == "https://other.example/z"
    for location in ("http://10.0.0.1/", "file:///etc/passwd", "//user@x.example/", "http://[::1", "https://[x]/"):
        with pytest.raises(UrlRefused):
            followed(base, location)


@pytest.mark.parametrize(
    "text",
    [
        "https://court.example/docket;jsessionid=AB12",
        "https://court.example/d?PHPSESSID=1",
        "https://court.example/d?a=1&sid=2",
        "https://court.example/(S(abcdefghijklmnopqrstuvwx))/d",
        "https://bucket.example/f.pdf?X-Amz-Signature=1",
    ],
)
def test_an_address_with_a_session_is_ephemeral(text):
    assert "session" in ephemeral(text)


@pytest.mark.parametrize(
    "text", ["https://news.example/?id=1", "https://news.example/president=x", "https://a.example/?inside=1"]
)
def test_an_ordinary_address_is_not_ephemeral(text):
    assert ephemeral(text) is None


def test_hosts_and_sites():
    assert host_key("http://user@WWW.News.example.:80/x") == "news.example"
    assert host_key("http://[::1]:80/") == "::1"
    assert site("www.a.b.gov.uk") == "b.gov.uk"
    assert site("a.b.example") == "b.example"
    assert urls.probe_url("https://news.example/a/b", "zz") == "https://news.example/a/zz"
    loopback = AddressPolicy(allow=frozenset({"127.0.0.1:8123"}))
    assert urls.probe_url("http://127.0.0.1:8123/a", "zz", loopback) == "http://127.0.0.1:8123/zz"
