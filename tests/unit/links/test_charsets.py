"""In which letters a page is read."""

import doctest
import os
import time

import pytest

from allegations.links import charsets
from allegations.links.charsets import ALIASES, codec_of, decoded
from allegations.links.pages import read_page

from .webpages import exchange

FRENCH, RUSSIAN, ARABIC = "Procès à Paris, été 2020", "Суд над министром", "محاكمة الوزير"
CHINESE, JAPANESE, KOREAN, TURKISH = (
    "部长被起诉了",
    "裁判所は判決を下した",
    "장관이 기소되었다",
    "Bakan yargılanıyor şimdi",
)


def test_examples_in_the_module_hold():
    assert doctest.testmod(charsets).failed == 0


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("<title>Procès</title>".encode("latin-1"), "text/html; charset=iso-8859-1"),
        ("<title>Procès</title>".encode("latin-1"), 'text/html; charset="ISO-8859-1"'),
        ("<meta charset=windows-1252><title>Procès</title>".encode("cp1252"), "text/html"),
        ("<title>Procès</title>".encode(), "text/html; charset=punycode"),
        ("<title>Procès</title>".encode(), "text/html; charset=iso-8859-999"),
        ("<title>Procès</title>".encode("utf-16-le"), "text/html; charset=utf-16"),
        ("<title>Procès</title>".encode("latin-1"), "text/html"),
    ],
)
def test_a_page_is_read_in_its_own_letters(data, content_type):
    assert read_page(exchange(data, headers={"content-type": content_type})).title == "Procès"


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (FRENCH, "cp1252", "latin1"),
        (FRENCH, "cp1252", "us-ascii"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (RUSSIAN, "iso8859-5", "iso_8859-5:1988"),
        (ARABIC, "cp1256", "x-cp1256"),
        (ARABIC, "iso8859-6", "csISO88596E"),
        (CHINESE, "gb18030", "GB2312"),
        (CHINESE, "gb18030", "gbk"),
        ("部長被起訴", "big5", "big5"),
        (JAPANESE, "cp932", "Shift_JIS"),
        (JAPANESE, "euc_jp", "x-euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (KOREAN, "cp949", "euc-kr"),
        (TURKISH, "cp1254", "iso-8859-9"),
        (RUSSIAN, "utf-8", "utf8"),
    ],
)
def test_a_label_stands_for_what_browsers_read(text, codec, label):
    for content_type, before in ((f"text/html;charset={label}", ""), ("text/html", f"<meta charset='{label}'>")):
        assert decoded((before + text).encode(codec), content_type) == before + text


@pytest.mark.parametrize(
    ("text", "codec", "before", "url"),
    [
        (FRENCH, "cp1252", "", ""),
        (FRENCH, "cp1252", "<html lang=fr>", "https://news.example.fr/"),
        (RUSSIAN, "cp1251", "<html lang=ru-RU>", ""),
        (RUSSIAN, "cp1251", "", "https://sud.example.ru/a?b"),
        (ARABIC, "cp1256", '<html dir="rtl" lang="ar">', ""),
        (ARABIC, "cp1256", "", "http://sahafa.example.com.sy:80/a"),
        (CHINESE, "gb18030", '<html lang="zh-CN">', ""),
        ("部長被起訴", "big5", "<html lang='zh-TW'>", ""),
        (JAPANESE, "cp932", "<html lang=ja>", ""),
        (JAPANESE, "euc_jp", "<html lang=ja>", ""),
        (JAPANESE, "iso2022_jp", "", "https://example.co.jp/"),
        (KOREAN, "cp949", "", "https://example.co.kr"),
        (TURKISH, "cp1254", "", "https://gazete.example.com.tr./"),
        ("Δίκη του υπουργού", "cp1253", "<html lang=el>", ""),
    ],
)
def test_without_a_word_on_its_letters_a_page_is_read_as_its_language_was_written(text, codec, before, url):
    assert decoded((before + text).encode(codec), "text/html", url) == before + text


def test_what_is_utf_8_is_read_as_utf_8_wherever_it_lies():
    for text in (FRENCH, RUSSIAN, ARABIC, CHINESE, JAPANESE):
        assert decoded(text.encode(), "", "https://news.example.ru/") == text


def test_one_bad_byte_and_a_cut_letter_spoil_no_page():
    assert decoded(f"{RUSSIAN * 9} ".encode() + b"\xff.") == f"{RUSSIAN * 9} \ufffd."
    assert decoded(b"<p>" + RUSSIAN.encode()[:-1]) == f"<p>{RUSSIAN[:-1]}"
    assert decoded(f"{FRENCH} \ufffd".encode()) == f"{FRENCH} \ufffd"


def test_a_mark_at_the_beginning_says_more_than_any_label():
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert decoded(mark + FRENCH.encode(codec), "text/html; charset=windows-1251") == FRENCH


def test_the_header_says_more_than_the_page_and_a_comment_says_nothing():
    data = "<meta charset=windows-1251>Procès".encode("cp1252")
    hidden = "<!-- <meta charset=windows-1251> --><script charset=koi8-r></script>Procès".encode("cp1252")

    assert decoded(data, "text/html; charset=windows-1252").endswith("Procès")
    assert decoded(hidden).endswith("Procès")
    assert decoded(b" " * 3000 + data[:27] + "Суд".encode()).endswith("Суд")


def test_a_page_that_names_utf_16_in_ascii_is_in_utf_8():
    assert decoded(f"<meta charset=utf-16>{RUSSIAN}".encode()).endswith(RUSSIAN)


def test_an_xml_page_may_say_it_in_its_first_line():
    text = f'<?xml version="1.0" encoding="windows-1251"?><p>{RUSSIAN}'

    assert decoded(text.encode("cp1251"), "application/xhtml+xml") == text


def test_every_label_is_one_that_python_can_read():
    for codec in {codec_of(label) for label in (*ALIASES, "iso-8859-13", "iso-8859-14", "iso-8859-16", "cp1257")}:
        assert isinstance(b"a".decode(codec, "replace"), str)


@pytest.mark.parametrize(
    "label", ["", "utf-7", "hz-gb-2312", "idna", "zip", "iso-8859-12", "iso-8859-17", "cp1259", "x"]
)
def test_no_other_codec_is_touched(label):
    assert codec_of(label) is None


@pytest.mark.parametrize("language", ["", "ja", "zh", "ar", "th"])
@pytest.mark.parametrize(
    "data", [b"\xff", b"\x81", b"\xe3\x81", b"\x1b$B\xff", b"<meta charset ", b"<html lang ", b"<!--", b"<?xml ", None]
)
def test_no_bytes_are_slow_to_read(language, data):
    body = f"<html lang={language}>".encode() + (data * (500_000 // len(data)) if data else os.urandom(500_000))
    before = time.process_time()
    decoded(body)

    assert time.process_time() - before < 1
