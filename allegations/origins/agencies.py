"""News agencies, and where a text credits one: in its byline, its dateline or its closing lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from allegations.links.texts.blocks import Block
from allegations.origins.plain import letters, plain

# The name that we say → how texts write it, in English, French, Spanish, Arabic, Chinese and its own language.
AGENCIES = {
    "Reuters": ("Thomson Reuters", "Reuters", "REUTERS", "رويترز", "路透社", "路透"),
    "AFP": ("Agence France-Presse", "Agence France Presse", "AFP", "أ ف ب", "أ.ف.ب", "فرانس برس", "法新社"),
    "AP": ("Associated Press", "AP", "أ ب", "أسوشيتد برس", "أسوشييتد برس", "美联社", "美聯社"),
    "EFE": ("Agencia EFE", "EFE", "Efe", "إفي", "埃菲社"),
    "dpa": ("Deutsche Presse-Agentur", "dpa", "DPA", "د ب أ", "د.ب.أ", "德新社"),
    "ANSA": ("ANSA", "Ansa", "أنسا", "安莎社"),
    "TASS": ("ITAR-TASS", "TASS", "Tass", "ТАСС", "تاس", "塔斯社"),
    "Xinhua": ("Xinhua", "XINHUA", "Chine nouvelle", "新华社", "新華社", "شينخوا"),
    "PA Media": ("PA Media", "Press Association", "PA"),
    "UPI": ("United Press International", "UPI"),
    "Kyodo": ("Kyodo", "共同社", "共同通信"),
    "Yonhap": ("Yonhap", "韩联社", "韓聯社"),
    "Anadolu": ("Anadolu Ajansı", "Anadolu", "الأناضول", "阿纳多卢"),
    "WAM": ("WAM", "وام"),
    "SPA": ("SPA", "واس"),
    "Interfax": ("Interfax", "Интерфакс", "国际文传电讯社"),
    "RIA Novosti": ("RIA Novosti", "РИА Новости"),
    "Europa Press": ("Europa Press",),
    "ANI": ("ANI",),
    "PTI": ("Press Trust of India", "PTI"),
    "Lusa": ("Lusa", "LUSA"),
    "Belga": ("Belga", "BELGA"),
    "ATS": ("Keystone-SDA", "Keystone-ATS", "ATS"),
    "China News Service": ("中新社", "中国新闻社"),
    "CNA": ("中央社",),
}
UNNAMED = "agencies"  # credited without a name: “with agencies”
ALL = frozenset({"agencies", "agences", "agencias", "agenturen", "wires", "وكالات", "الوكالات"})
HEAD, TAIL = 6, 6  # lines in which credits stand
DATELINE = 80  # characters into which a dateline fits
SHORT = 90  # characters of a line that is nothing but a credit


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CREDIT_WORDS = _words(
    "by from with and via source sources text story reporting staff writer writers news agency wire the of par avec et"
    " agence texte rédaction por con y de la agencia fuente redacción información von mit und quelle di fonte e da с"
    " من مع و المصدر وكاله 来源 來源 综合 綜合 记者 記者 讯 訊 电 電"
)
_JOINING = "with|and|avec|et|con|y|mit|und|مع|e"
_BY = re.compile(r"by\b|par\b|por\b|von\b|من\b", re.IGNORECASE)
_PICTURE = re.compile(
    r"photo|image|picture|foto|imagen|video|vidéo|getty|shutterstock|\b(?:REUTERS|Reuters|AP|AFP|EFE|EPA)/(?=[A-Z][a-z])"
    r"|صور|图片|圖片|摄|攝",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,60})[)）\]】]|(?<![\w/])/([^/]{2,30})/(?![\w/])")
_HAN_AGENCIES = re.compile("综合外电|综合外媒|綜合外電|综合通讯社")


@dataclass(frozen=True, slots=True)
class Credit:
    """An agency that a text credits, how it does so in words of ours, and the line itself."""

    agency: str
    how: str
    line: str


def credits_in(author: str, relays: str, publisher: str, blocks: Iterable[Block]) -> dict[str, Credit]:
    """Return the agencies that a text goes back to by its own words, each with its first credit.

    Credits of pictures are left out. An agency that publishes the text itself is one of them.
    """
    found: dict[str, Credit] = {}
    fields = (("is published by {}", publisher), ("names {} as its author", author), ("relays {}", relays))
    for how, value in fields:
        for agency in _named(plain(value)):
            found.setdefault(agency, Credit(agency, how.format(agency), value))
    lines = [block.text for block in blocks if block.kind != "caption" and block.text.strip()]
    head, tail = lines[:HEAD], lines[max(HEAD, len(lines) - TAIL) :]
    for place, some in (("first", head), ("last", tail)):
        for line in some:
            for agency in _credited(plain(line)):
                found.setdefault(agency, Credit(agency, f"credits {agency} in its {place} lines", line))
    return found


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """Every way of writing an agency with the agency, the longest first."""
    pairs = ((plain(name), agency) for agency, names in AGENCIES.items() for name in names)
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def _any_name() -> re.Pattern[str]:
    return re.compile("|".join(_pattern(name) for name, _ in _names()))


def _pattern(name: str) -> str:
    escaped = re.escape(name)
    return escaped if "\u3400" <= name[0] <= "\u9fff" else rf"(?<!\w){escaped}(?!\w)"


def _named(line: str) -> list[str]:
    """The agencies that a line names, each once."""
    if not line or _PICTURE.search(line):
        return []
    by_name = dict(_names())
    return list(dict.fromkeys(by_name[found] for found in _any_name().findall(line)))


def _credited(line: str) -> Iterator[str]:
    """Yield the agencies that a first or last line of a text credits."""
    if _PICTURE.search(line):
        return
    for found in _BRACKETS.finditer(line):
        stands = found.start() < DATELINE or len(line) - found.end() < 3
        inside = found[1] or found[2]
        if stands and _is_credit(inside, strangers=1):
            yield from _agencies(inside)
    if len(line) <= SHORT and (_is_credit(line, strangers=0) or _joined(line)):
        yield from _agencies(line)
    elif before := _dateline(line):
        yield from _named(before)
    elif thanks := _contributed().search(line):
        yield from _named(thanks[0])


def _agencies(line: str) -> Iterator[str]:
    named = _named(line)
    yield from named
    if not named and _unnamed(line):
        yield UNNAMED


def _unnamed(line: str) -> bool:
    return bool(_HAN_AGENCIES.match(line)) or any(word.casefold() in ALL for word in letters(line))


def _is_credit(line: str, *, strangers: int) -> bool:
    """Tell whether a line is nothing but agencies and words of credit, and so many other names at most."""
    if not _any_name().search(line) and not _unnamed(line):
        return False
    if _HAN_AGENCIES.match(line):
        return len(line) <= SHORT
    words = (word for word in letters(_any_name().sub(" ", line)) if word.casefold() not in _CREDIT_WORDS | ALL)
    others = list(words)
    return len(others) <= strangers and all(word[0].isupper() for word in others)


def _joined(line: str) -> bool:
    """Tell whether a short line ends as “The Daily with Reuters” or “A. Writer, Associated Press” does."""
    if line.startswith(("(", "[")) or line.endswith((".", "。", "؟", "?")) or not _ending().search(line):
        return False
    return len(letters(line)) <= 6 or bool(_BY.match(line))


def _dateline(line: str) -> str:
    """What stands before the dash of a dateline such as “PARIS, AFP - …”, or “新华社北京11月25日电”; else empty."""
    found = _dash().match(line) or _chinese().match(line)
    return found[0] if found else ""


@cache
def _ending() -> re.Pattern[str]:
    names = f"(?:{_any_name().pattern}|{'|'.join(sorted(ALL))})"
    joined = rf"(?:\b(?:{_JOINING})\s+(?:the\s+)?|[,|/-]\s*(?:the\s+)?){names}\W*$"
    return re.compile(rf"{joined}|^(?:the\s+)?{names}\s+(?:in|à|en)\s+\w+(?:\s\w+)?$", re.IGNORECASE)


@cache
def _dash() -> re.Pattern[str]:
    return re.compile(rf"(?:[^.!?:()]{{0,50}}[\s,/-])?(?:{_any_name().pattern})\.?\s*(?:-+\s|:)")


@cache
def _chinese() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name, _ in _names() if "\u3400" <= name[0] <= "\u9fff")
    return re.compile(rf"[【(\[]?(?:{names})[^,，。:：]{{0,24}}?(?:电|電|讯|訊|报道|報道|报导|報導|消息)")


@cache
def _contributed() -> re.Pattern[str]:
    names = _any_name().pattern
    return re.compile(rf"(?:{names})\W.{{0,40}}\bcontributed to this|^\W*[Rr]eporting by .{{3,60}}(?:{names})")
