"""Names in any script: folding them to keys, and telling whether a query means a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

# Arabic letters that writers exchange freely (alef forms, alef maksura, ta marbuta, hamza carriers).
ARABIC_FORMS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": ""})
LATIN_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
MARKS_WITHIN_WORDS = re.compile(r"['’‘ʼ`´ʿʾ.]")
WORD = re.compile(r"\w+")
ARTICLES = {"al", "el", "ul", "ad", "an", "ar", "as", "at", "az", "bin", "ben", "ibn", "abu", "bint"}
# Spellings of one sound in romanised names, most specific first; vowels are dropped afterwards.
SOUNDS = (
    ("sch", "s"), ("sh", "s"), ("ch", "k"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"),
    ("ph", "f"), ("ck", "k"), ("q", "k"), ("c", "k"), ("z", "s"), ("w", "v"), ("j", "g"),
)  # fmt: skip
ARABIC_ARTICLE = "ال"
SOUNDS_ALIKE = "~"
VOWELS = re.compile(r"(?<=.)[aeiouyh]")
DOUBLED = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """Return `text` without case, accents, vowel signs and exchangeable letter forms.

    >>> fold("Šárka Havránková"), fold("Al-Raisi")
    ('sarka havrankova', 'al raisi')
    """
    lowered = unicodedata.normalize("NFKC", text).translate(ARABIC_FORMS).casefold().translate(LATIN_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    composed = unicodedata.normalize("NFC", MARKS_WITHIN_WORDS.sub("", bare))
    return " ".join(WORD.findall(composed.replace("_", " ")))


def skeleton(word: str) -> str:
    """Return the consonants of a folded Latin word, one letter for each sound, so that romanisations meet.

    >>> skeleton("raisi"), skeleton("raissi"), skeleton("nasser")
    ('rs', 'rs', 'nsr')
    """
    for spelling, sound in SOUNDS:
        word = word.replace(spelling, sound)
    return DOUBLED.sub(r"\1", VOWELS.sub("", word))


def keys(name: str) -> set[str]:
    """Return the keys under which a name is indexed: words, their skeletons, and pairs in scripts without spaces.

    A skeleton is marked with “~”, and a piece of a name in Han, kana or Hangul with “=”.
    """
    words = fold(name).split()
    glued = (first + second for first, second in pairwise(words) if first in ARTICLES)
    return {key for word in (*words, *glued) for key in _word_keys(word)}


def query_keys(query: str) -> list[set[str]]:
    """Return one set of keys for each word of a query; a name matches when it holds a key of each set."""
    words = fold(query).split()
    telling = [word for word in words if word not in ARTICLES] or words
    return [_query_word_keys(word) for word in telling]


def words_keys(query: str) -> set[str]:
    """Return keys that every name with all the words of a query holds, and hardly another one.

    >>> sorted(words_keys("Al-Raisi"))
    ['al', 'raisi']
    """
    return {key for word in fold(query).split() for key in _word_keys(word) if not key.startswith(SOUNDS_ALIKE)}


def _query_word_keys(word: str) -> set[str]:
    found = set(_word_keys(word))
    return {key for key in found if len(key) > 2} or found if _is_cjk(word) else found


def _word_keys(word: str) -> Iterator[str]:
    if _is_cjk(word):
        yield from ("=" + piece for piece in word)
        yield from ("=" + word[i : i + 2] for i in range(len(word) - 1))
        return
    yield word
    if word.startswith(ARABIC_ARTICLE) and len(word) > len(ARABIC_ARTICLE) + 1:
        yield word.removeprefix(ARABIC_ARTICLE)
    if word.isascii() and word.isalpha() and word not in ARTICLES and len(skeleton(word)) > 1:
        yield SOUNDS_ALIKE + skeleton(word)


def _is_cjk(word: str) -> bool:
    return any("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in word)


def closeness(query: str, names: Iterable[str]) -> int:
    """Rank a match, larger is closer: 3 the same name, 2 all words the same, 1 they only sound alike, 0 none."""
    wanted = fold(query)
    best = 0
    for folded in map(fold, names):
        if folded == wanted:
            return 3
        if set(wanted.split()) <= set(folded.split()):
            best = 2
        elif not best and all(part & keys(folded) for part in query_keys(query)):
            best = 1
    return best
