"""Which language a text is in, told by its letters and its smallest words; only the languages that we work in."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

SAMPLE = 8_000  # characters
LEAST = 12  # letters of a script, or words, before anything is said
ARABIC_LETTERS = re.compile("[\u0620-\u064a]")
OTHER_ARABIC = re.compile("[پچژگکیےڑںٹ]")  # Persian, Urdu, Kurdish
HAN = re.compile("[\u4e00-\u9fff]")
KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
LATIN_WORD = re.compile(r"[a-zà-ÿœ]+")
SMALL_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": (
            "the of and to in that is was for with he his on by it has had were are be from which who an not been this"
        ),
        "fr": (
            "le la les des du et un une dans pour qui que est sur par au aux pas ne sont été avec ses cette ce il"
            " elle plus"
        ),
        "es": (
            "el los las del y una en para que es por con se su al fue no ha lo como más sus este esta pero hasta"
            " según son"
        ),
        "de": "der die das und den von zu mit ist des sich nicht auf für dem eine ein im hat wurde auch als werden bei",
        "it": "il di che e la per un del della non è con gli le dei nel sono una alla anche più ha come dal delle",
        "pt": "o os as da do em que e uma para não com um dos das no na é por mais ao foi pela pelo são seu",
    }.items()
}
ALL_SMALL_WORDS = frozenset().union(*SMALL_WORDS.values())
NO_ASCII_LETTER = {byte: " " for byte in range(128) if not LATIN_WORD.match(chr(byte))}
TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?(?:-[a-z0-9-]{1,40})?\Z", re.IGNORECASE)


def guess(text: str) -> str:
    """Return the language that `text` is in as a BCP 47 code of two letters, or "" where it cannot be told.

    >>> guess("The court has not said that he was charged with any of the crimes for which he is known.")
    'en'
    >>> guess("检方表示，现年58岁的曼苏里没有出席已传唤他的四次庭审"), guess("Ja.")
    ('zh', '')
    """
    return _of_sample(text[:SAMPLE].lower())


@lru_cache(2)  # two copies of a page often begin alike
def _of_sample(sample: str) -> str:
    if sample.isascii():
        return _by_small_words(sample.translate(NO_ASCII_LETTER).split())
    counts = {"ar": len(ARABIC_LETTERS.findall(sample)), "zh": len(HAN.findall(sample))}
    words = LATIN_WORD.findall(sample)
    script = max(counts, key=lambda name: counts[name])
    if counts[script] >= LEAST and counts[script] > sum(map(len, words)) / 3:
        others = OTHER_ARABIC if script == "ar" else KANA_OR_HANGUL
        return script if len(others.findall(sample)) * 50 < counts[script] else ""
    return _by_small_words(words)


def _by_small_words(words: list[str]) -> str:
    if len(words) < LEAST:
        return ""
    counts = Counter(filter(ALL_SMALL_WORDS.__contains__, words))
    hits = {language: sum(counts[word] for word in small) for language, small in SMALL_WORDS.items()}
    first, second = sorted(hits, key=lambda name: -hits[name])[:2]
    return first if hits[first] * 8 >= len(words) and hits[first] > 1.25 * hits[second] else ""


def tag(said: str) -> str:
    """Return a language as BCP 47 writes it, or "" when `said` is none.

    >>> tag("fr_FR"), tag("zh-hans-cn"), tag("EN"), tag("x"), tag("und")
    ('fr-FR', 'zh-Hans-CN', 'en', '', '')
    """
    found = TAG.match(said.strip().replace("_", "-"))
    if not found or found[1].lower() in ("und", "zxx", "mul", "mis"):
        return ""
    script, region = (found[2] or "").title(), (found[3] or "").upper()
    return "-".join(filter(None, (found[1].lower(), script, region)))


def primary(language: str) -> str:
    """Return the first part of a language code, in lower case."""
    return language.partition("-")[0].lower()
