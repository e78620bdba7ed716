"""What the lists of words say of a word, in whichever of its forms it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from allegations.links.texts.lexicon import words_of
from candidates.names import fold

CURRENCY_SIGNS = frozenset("$€£¥₹₽₺₪₩₴₦฿﷼")
SORTS = ("negation", "verdict", "number", "money", "percent", "month", "weekday")
MOST_KNOWN = 10_000  # words whose lists are remembered
# What Arabic writes onto the front and the back of a word.
PREFIXES = (
    "وال",
    "فال",
    "بال",
    "كال",
    "ال",
    "لل",
    "ول",
    "وب",
    "وي",
    "وت",
    "في",
    "سي",
    "ست",
    "و",
    "ف",
    "ب",
    "ل",
    "ك",
    "س",
    "ي",
    "ت",
    "ا",
)
BEFORE_SHORT_WORDS = frozenset({"", "و", "ف"})  # others make other words of “not”: “كما”, “سلم”
SUFFIXES = ("هما", "هم", "ها", "نا", "وا", "ون", "ين", "ان", "ات", "ته", "ه", "ت", "ا", "ي", "ك")


class Lists:
    """The lists of some languages and what they say of words, which all finders in these languages share."""

    def __init__(self, languages: frozenset[str]) -> None:
        self.words = {sort: words_of(sort, languages) for sort in SORTS}
        self.pieces = {sort: any_of(words.pieces) for sort, words in self.words.items() if words.pieces}
        self.plain: set[str] = set()  # words that are found to tell nothing
        self._known: dict[str, tuple[str, ...]] = {}

    def sorts(self, key: str) -> tuple[str, ...]:
        """Return the lists that a word stands in."""
        sorts = self._known.get(key)
        if sorts is None:
            found = forms(key)
            sorts = tuple(sort for sort, words in self.words.items() if any(form in words for form in found))
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = sorts
        return sorts

    def tells(self, key: str) -> bool:
        """Tell whether a word that is no name may be a telling part or begin one."""
        if key in self.plain:
            return False
        if key in CURRENCY_SIGNS or any(map(str.isdigit, key)) or self.sorts(key):
            return True
        if len(self.plain) >= MOST_KNOWN:
            self.plain.clear()
        self.plain.add(key)
        return False


lists_of = lru_cache(16)(Lists)


def any_of(pieces: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of any of these pieces of text."""
    return re.compile("|".join(map(re.escape, pieces)))


@lru_cache(20_000)
def forms(key: str) -> frozenset[str]:
    """Return the forms under which a word may be listed: whole, parted at apostrophes, without Arabic affixes."""
    if not key[:1].isalpha() or len(key) > 40:
        return frozenset()
    found = {fold(key), *map(fold, key.split("'"))}
    if "\u0600" <= key[0] <= "\u06ff":
        found.update(_arabic_cores(fold(key)))
    return frozenset(found - {""})


def _arabic_cores(word: str) -> Iterator[str]:
    for prefix in ("", *PREFIXES):
        left = len(word) - len(prefix)
        if not word.startswith(prefix) or left < 2 or (left == 2 and prefix not in BEFORE_SHORT_WORDS):
            continue
        core = word[len(prefix) :]
        yield core
        yield from (core.removesuffix(end) for end in SUFFIXES if core.endswith(end) and len(core) - len(end) > 2)
