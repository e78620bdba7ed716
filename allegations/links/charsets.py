"""In which letters a page is written: by its mark, its header, its own word, and else by a cheap guess.

Labels stand for what the WHATWG Encoding Standard says they do (“iso-8859-1” is windows-1252, “gbk” is gb18030).
Every way is linear in the length of the data, whatever the data is.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
# How markup begins that is written in two bytes a letter (XML 1.0, appendix F); browsers ask for a mark or a label.
UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
PRESCANNED = 2048  # bytes of a page that may hold its own word on its letters (WHATWG HTML asks for 1024)
HEADER_LABEL = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w:.-]{1,40})", re.IGNORECASE)
COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
OWN_LABEL = re.compile(
    rb"<meta[\s/][^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w:.-]{1,40})"
    rb"|^\s{0,99}<\?xml[^>]{1,99}?encoding\s{0,9}=\s{0,9}[\"']([\w:.-]{1,40})",
    re.IGNORECASE,
)
LANGUAGE = re.compile(rb"<html[\s/][^>]{0,300}?\blang\s{0,9}=\s{0,9}[\"']?([a-z]{2,3}(?:-[a-z]{2,4})?)", re.IGNORECASE)
TOP_LEVEL = re.compile(r"https?://[^/?#]{0,255}?\.([a-z]{2})\.?(?:[:/?#]|\Z)", re.IGNORECASE)
ISO = re.compile(r"(?:cs)?iso[-_]?8859[-_]?([1-9]\d?)(?:-?[ei])?(?::\d{4})?\Z")
WINDOWS = re.compile(r"(?:x-)?(?:cp|windows-?)(125[0-8])\Z")
AS_WINDOWS = {"1": "cp1252", "9": "cp1254", "11": "cp874"}
ALIASES = {
    label: codec
    for codec, labels in {
        "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
        "utf-16-le": "utf-16 utf-16le unicode ucs-2 csunicode iso-10646-ucs-2 unicodefeff",
        "utf-16-be": "utf-16be unicodefffe",
        "cp866": "866 cp866 csibm866 ibm866",
        "iso8859-2": "csisolatin2 iso-ir-101 l2 latin2",
        "iso8859-3": "csisolatin3 iso-ir-109 l3 latin3",
        "iso8859-4": "csisolatin4 iso-ir-110 l4 latin4",
        "iso8859-5": "csisolatincyrillic cyrillic iso-ir-144",
        "iso8859-6": "arabic asmo-708 csisolatinarabic ecma-114 iso-ir-127",
        "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 sun_eu_greek",
        "iso8859-8": "csisolatinhebrew hebrew iso-ir-138 visual logical",
        "iso8859-10": "csisolatin6 iso-ir-157 l6 latin6",
        "iso8859-15": "csisolatin9 l9",
        "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
        "koi8-u": "koi8-ru koi8-u",
        "mac-roman": "csmacintosh mac macintosh x-mac-roman",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "cp874": "dos-874 tis-620 windows-874",
        "cp1252": "ansi_x3.4-1968 ascii cp819 csisolatin1 ibm819 iso-ir-100 l1 latin1 us-ascii x-user-defined",
        "cp1254": "csisolatin5 iso-ir-148 l5 latin5",
        "gb18030": "chinese csgb2312 csiso58gb231280 gb18030 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
        "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
        "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
        "iso2022_jp": "csiso2022jp iso-2022-jp",
        "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
        "cp949": (
            "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"
        ),
    }.items()
    for label in labels.split()
}
MANY_BYTES = frozenset(
    ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949")
)
JAPANESE = ("euc_jp", "cp932")
USUAL = "cp1252"
# What the older pages of a language, or of a country's names, are written in.
OLDER = {
    place: codec
    for codec, places in {
        "cp1256": "ar fa ur ps | ae bh dz eg iq ir jo kw lb ly ma mr om pk qa sa sd sy tn ye",
        "gb18030": "zh | cn",
        "big5hkscs": "zh-tw zh-hk zh-hant zh-mo | tw hk mo",
        "cp1251": "ru uk be bg sr mk kk ky tg mn | ru su by ua bg kz kg tj mn rs mk",
        "euc_jp": "ja | jp",
        "cp949": "ko | kr",
        "cp1254": "tr az ku | tr az",
        "cp1253": "el | gr cy",
        "cp1255": "he iw | il",
        "cp874": "th | th",
        "cp1258": "vi | vn",
        "cp1250": "cs pl hu sk sl hr bs ro sq | cz pl hu sk si hr ba ro al",
        "cp1257": "lt lv et | lt lv ee",
    }.items()
    for place in (
        *places.partition(" | ")[0].split(),
        *(f".{name}" for name in places.partition(" | ")[2].split()),
    )
}


def decoded(data: bytes, content_type: str = "", url: str = "") -> str:
    """Return `data` as text; what no letter stands for becomes U+FFFD.

    `content_type` is the header's whole value; `url` only helps to guess where nothing else is said.

    >>> decoded("<title>Procès</title>".encode("latin-1"), "text/html; charset=ISO-8859-1")
    '<title>Procès</title>'
    >>> decoded("Суд".encode("cp1251"), url="https://sud.example.ru/1")
    'Суд'
    """
    for mark, marked in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    for beginning, unmarked in UNMARKED:
        if data.startswith(beginning):
            return data.decode(unmarked, "replace")
    if (codec := _said(HEADER_LABEL.search(content_type))) and (text := _as_said(data, codec)) is not None:
        return text
    head = COMMENT.sub(b"", data[:PRESCANNED])
    if own := _said(OWN_LABEL.search(head)):
        # A page whose own word could be read byte by byte is not in UTF-16, whatever it says (WHATWG).
        text = _as_said(data, "utf-8" if own.startswith("utf-16") else own)
        if text is not None:
            return text
    return _guessed(data, head, url)


def codec_of(label: str) -> str | None:
    """Return the name that Python knows for a label, or None for one that no browser knows.

    >>> codec_of(" GBK "), codec_of("iso-8859-1"), codec_of("utf-7")
    ('gb18030', 'cp1252', None)
    """
    label = label.strip().lower()
    if codec := ALIASES.get(label):
        return codec
    if found := WINDOWS.match(label):
        return f"cp{found[1]}"
    found = ISO.match(label)
    number = found[1] if found else ""
    if number in AS_WINDOWS:
        return AS_WINDOWS[number]
    return f"iso8859-{number}" if number and int(number) < 17 and number != "12" else None


def _said(found: re.Match[str] | re.Match[bytes] | None) -> str | None:
    label = next((said for said in found.groups() if said), "") if found else ""
    return codec_of(label.decode("ascii", "replace") if isinstance(label, bytes) else label)


def _as_said(data: bytes, codec: str) -> str | None:
    """Return `data` as its label says, or None where a page that is labelled as UTF-8 has more bad letters than good.

    Browsers believe every label. Servers that name one charset for all their pages are wrong about some, and letters
    that nobody could read would hide what such a page says of itself.
    """
    if codec not in MANY_BYTES:
        try:
            return data.decode("utf-8")  # another charset is not valid UTF-8 by chance
        except UnicodeDecodeError:
            return _read(data, codec)
    text = _read(data, codec)
    return None if codec == "utf-8" and _bad(text) > len(data) - len(text) else text


def _bad(text: str) -> int:
    return text.count("\N{REPLACEMENT CHARACTER}")


def _read(data: bytes, codec: str) -> str:
    if codec in MANY_BYTES:
        return data.decode(codec, "replace")
    return codecs.charmap_decode(data, "strict", _letters(codec))[0]


@cache
def _letters(codec: str) -> str:
    """Return the 256 letters of a charset; with a letter for each byte there is no slow way through an error."""
    return bytes(range(256)).decode(codec, "replace")


def _guessed(data: bytes, head: bytes, url: str) -> str:
    codec = _older(head, url)
    if b"\x1b$" in data and codec in JAPANESE:  # in ISO-2022-JP, which is valid UTF-8 that means something else
        return data.decode("iso2022_jp", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start:  # cut off in the middle of a letter
            return data[: error.start].decode("utf-8")
    text = data.decode("utf-8", "replace")
    if _bad(text) * 10 <= len(data) - len(text):  # far more good letters than bad ones
        return text
    if codec in JAPANESE:
        codec = min(JAPANESE, key=lambda name: _misread(data, name))
    return _read(data, codec)


def _misread(data: bytes, codec: str) -> int:
    return _bad(data[:20_000].decode(codec, "replace"))


def _older(head: bytes, url: str) -> str:
    """Return what a page of this language, or under this country's names, was written in before UTF-8."""
    found, country = LANGUAGE.search(head), TOP_LEVEL.match(url)
    language = found[1].decode("ascii").lower() if found else ""
    places = (language, language.partition("-")[0], f".{country[1].lower()}" if country else "")
    return next((OLDER[place] for place in places if place in OLDER), USUAL)
