"""Texts made alike where they differ in form only: for the hash, for words, for near duplicates."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from allegations.links.texts.blocks import Text, one_line
from allegations.links.texts.volatile import steady
from candidates.names import fold

# Soft hyphens, zero-width and direction marks, variation selectors: nobody sees them.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
FORMS = {
    **dict.fromkeys("‘’‚‛′`´ʼ＇", "'"),
    **dict.fromkeys("“”„‟″«»＂「」『』", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
}
OTHER_FORMS = re.compile(f"[{re.escape(''.join(FORMS))}]")
HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u0640\u064b-\u065f\u0670"  # accents and vowel signs, which belong to their word
_LETTER = rf"[^\W\d_{HAN}{_MARKS}]"
TOKEN = re.compile(
    rf"[{HAN}]|\d+(?:[.,٫٬:/]\d+)*|{_LETTER}(?:{_LETTER}|[{_MARKS}])*(?:['’ʼ]{_LETTER}+)*|[^\s\w]|[\w{_MARKS}]"
)
WORD = re.compile(rf"[{HAN}]|[^\W{HAN}]+")
VOWEL_SIGNS = re.compile(f"[{_MARKS}]")
# What `passage` makes of each ASCII character: letters small, all that is neither letter nor digit a blank.
ASCII_PASSAGE = bytes(byte if chr(byte).isalnum() else 32 for byte in range(128)).lower() + bytes(128)
NOT_IN_WORDS = b"'`."
NO_ASCII_WORD = {byte: " " for byte in range(128) if not WORD.match(chr(byte))}
WORDS_COUNTED = 60_000  # of one text; sizes of changes and near duplicates need no more
LONG_LINE = 20_000  # characters
SHINGLE = 3
HASH_BYTES = 8
SHORT_WORD = 40  # characters up to which the key of a word is remembered
_LANE = (1 << 64) - 1


def typographic(text: str) -> str:
    """Return `text` in NFKC, with one form for quotes, apostrophes and dashes, without what nobody sees.

    >>> typographic("l’été «\u202f2019\u202f» – ﬁn")
    'l\\'été " 2019 " - fin'
    """
    if text.isascii():
        return text
    seen = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return OTHER_FORMS.sub(lambda found: FORMS[found[0]], seen)


@lru_cache(4)
def comparable(text: Text) -> str:
    """Return all that a text says as one line: what never changes from one visit to the next, in one form."""
    return plain(steady(text.lines))


def plain(lines: Iterable[str]) -> str:
    """Return lines as one, in one form."""
    return one_line(typographic(" ".join(lines)))


def text_sha256(text: Text) -> str:
    """Return the SHA-256 of what a text says, in hexadecimal; two visits of an unchanged page have the same."""
    return hashlib.sha256(comparable(text).encode("utf-8", "replace")).hexdigest()


def passage(text: str) -> str:
    """Return a text for looking passages up: words in lower case with a blank between them, no marks, no accents.

    >>> passage("“L’été,” he said.\\nThe U.S. did_not.")
    'lete he said the us did not'
    """
    if text.isascii():
        return _ascii_passage(text)
    parts = (part for line in text.split("\n") for part in _parts(line))
    return " ".join(filter(None, map(_passage, parts)))


def _parts(line: str) -> Iterator[str]:
    """Yield a line in parts that can be folded without much memory, each of whole words where it has any."""
    begin = 0
    while len(line) - begin > LONG_LINE:
        end = line.rfind(" ", begin, begin + LONG_LINE)
        end = end if end > begin else begin + LONG_LINE
        yield line[begin:end]
        begin = end
    yield line[begin:]


def _passage(line: str) -> str:
    alike = typographic(line)
    return _ascii_passage(alike) if alike.isascii() else fold(alike)


def _ascii_passage(line: str) -> str:
    """Return the same as `fold`, many times faster."""
    return b" ".join(line.encode().translate(ASCII_PASSAGE, NOT_IN_WORDS).split()).decode()


def tokens(sentence: str) -> list[re.Match[str]]:
    """Return the words, numbers, Chinese characters and marks of a sentence, with their places."""
    return list(TOKEN.finditer(sentence))


def word_key(token: str) -> str:
    """Return what makes two tokens the same word: no case, no vowel signs, one form of each letter and digit.

    >>> word_key("Été"), word_key("٢٠١٩"), word_key("المُدَّعى"), word_key("“")
    ('été', '2019', 'المدعي', '"')
    """
    return _short_key(token) if len(token) <= SHORT_WORD else _key(token)


def _key(token: str) -> str:
    alike = typographic(token).casefold()
    if alike[:1].isdigit():
        return "".join(str(unicodedata.digit(c, c)) for c in alike)
    return fold(alike) if "\u0600" <= alike[:1] <= "\u06ff" and alike[:1].isalpha() else alike


@lru_cache(30_000)
def _short_key(token: str) -> str:
    return _key(token)


def words_of(line: str) -> list[str]:
    """Return the words of a plain line in lower case, each Chinese character for one; at most `WORDS_COUNTED`."""
    lowered = line[: WORDS_COUNTED * 12].casefold()
    if lowered.isascii():
        return lowered.translate(NO_ASCII_WORD).split()[:WORDS_COUNTED]
    return WORD.findall(VOWEL_SIGNS.sub("", lowered))[:WORDS_COUNTED]


def runs(found: list[str]) -> Iterator[str]:
    """Yield the runs of three words."""
    return map(" ".join, zip(found, found[1:], found[2:], strict=False))


@lru_cache(2)
def shingles(text: Text) -> Mapping[str, int]:
    """Return how often each run of three words stands in a text; the words themselves of a text that has no more."""
    found = words_of(comparable(text))
    return Counter(runs(found) if len(found) >= SHINGLE else [" ".join(found)] if found else ())


def forget() -> None:
    """Forget what was made of the last texts."""
    comparable.cache_clear()
    shingles.cache_clear()


def simhash(text: Text) -> int:
    """Return a 64-bit similarity hash over runs of three words, as a signed integer; 0 for an empty text.

    For near duplicates only: texts that differ in few words differ in few bits, however much those words say.
    """
    found = shingles(text)
    if not found:
        return 0
    coded = "\n".join(found).encode("utf-8", "replace").split(b"\n")
    row = b"".join([hashlib.blake2b(run, digest_size=HASH_BYTES).digest() for run in coded])
    low = int.from_bytes(b"\1" * len(coded), "big")  # the lowest bit of one byte of each hash
    value = 0
    for byte in range(HASH_BYTES):
        column = int.from_bytes(row[byte::HASH_BYTES], "big")
        for bit in range(7, -1, -1):
            value = value << 1 | (2 * (column & low << bit).bit_count() > len(coded))
    return value - (1 << 64) if value >> 63 else value


def distance(one: int, other: int) -> int:
    """Return in how many bits two hashes differ, signed or not."""
    return ((one ^ other) & _LANE).bit_count()
