"""A page's prose in a few numbers, so that two copies can be compared without keeping either.

A sketch holds the smallest checksums of all runs of three words (Broder’s bottom-k sketch). Only text in blocks of
some length counts: menus, teasers and buttons, which all pages of a site share, make no two pages alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from zlib import crc32

SMALLEST = 64  # checksums kept: the likeness of two sketches is then within about 0.1 of that of the pages
MOST_WORDS = 600
BLOCK_WORDS = 8
BLOCK_LETTERS = 20
LEAST_WORDS = 20
SHORTEST_BLOCK = 2 * BLOCK_WORDS - 1
LONGEST_BLOCK = 10_000
# Scripts without spaces between words (Thai, Lao, Burmese, Khmer, Chinese, Japanese): each letter stands for a word.
LETTERS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Letters without which nobody writes a page in one of those scripts; looking for one letter is fast.
TELLING = ("的", "。", "の", "，", "า", "າ", "း", "ា", "、")
# Every ASCII sign that is neither letter nor digit ends a word.
SPACED = bytes(byte if byte > 127 or chr(byte).isalnum() else 32 for byte in range(256))


def prose(blocks: Iterable[str], unspaced: bool = False) -> Iterator[str]:
    """Yield the blocks that are long enough to be prose, until there are about `MOST_WORDS` words."""
    words = 0
    for whole in blocks:
        if len(whole) < SHORTEST_BLOCK:
            continue
        block = whole[:LONGEST_BLOCK]
        if _is_neat(block) and words + (count := block.count(" ") + 1) <= MOST_WORDS:
            if count >= BLOCK_WORDS:
                yield block
                words += count
        else:
            found, least = _words(block, unspaced)
            if len(found) >= least:
                yield " ".join(found[: MOST_WORDS - words])
                words += len(found)
        if words >= MOST_WORDS:
            return


def _is_neat(block: str) -> bool:
    """Tell whether a block is plain ASCII with single spaces between its words, so that these need only be counted."""
    if not block.isascii() or "  " in block or block[0] == " " or block[-1] == " ":
        return False
    return not ("\n" in block or "\t" in block or "\r" in block or "\f" in block or "\v" in block)


def _words(block: str, unspaced: bool) -> tuple[list[str], int]:
    """Return the words of a block, and how many make it prose."""
    if unspaced and _letter().search(block):
        return _word().findall(block), BLOCK_LETTERS
    return block.split(), BLOCK_WORDS


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(f"[{LETTERS}]")


@cache
def _word() -> re.Pattern[str]:
    return re.compile(rf"[{LETTERS}]|[^\s{LETTERS}]+")


def sketched(text: str) -> tuple[int, ...]:
    """Return the sketch of a text in lower case; empty where it has too few words to tell anything.

    >>> sketched("one two three")
    ()
    """
    spoken = text.encode("utf-8", "replace").translate(SPACED).split()
    if len(spoken) < LEAST_WORDS:
        return ()
    sums = set(map(crc32, map(b" ".join, zip(spoken, spoken[1:], spoken[2:], strict=False))))
    bound = 2**33 * SMALLEST // len(sums)  # about twice as many as are kept lie below; sorting those is quicker
    small = [one for one in sums if one < bound]
    return tuple(sorted(small if len(small) >= SMALLEST else sums)[:SMALLEST])


def likeness(left: Iterable[int], right: Iterable[int]) -> float:
    """Return from 0 to 1 how much of two sketched texts is the same (Dice’s coefficient of their runs of words).

    >>> likeness([1, 2, 3, 4], [1, 2, 3, 5]), likeness([1], [2])
    (0.75, 0.0)
    """
    ours, theirs = set(left), set(right)
    smallest = sorted(ours | theirs)[:SMALLEST]
    shared = len(ours.intersection(theirs, smallest))
    return 2 * shared / (len(smallest) + shared) if smallest else 0.0
