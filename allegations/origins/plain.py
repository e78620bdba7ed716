"""Lines made alike before signs are looked for in them: one form of quotes, dashes and Arabic letters, case kept."""

from __future__ import annotations

import re

from allegations.links.texts.folding import VOWEL_SIGNS, typographic
from candidates.names import ARABIC_FORMS

LONGEST = 2_000  # characters of a line that are looked at


def plain(text: str) -> str:
    """Return a line in one form.

    >>> plain("وفقًا  لوكالة"), plain("d’après  l’AFP")
    ('وفقا لوكاله', "d'après l'AFP")
    """
    one = " ".join(typographic(text[:LONGEST]).split())
    return one if one.isascii() else VOWEL_SIGNS.sub("", one).translate(ARABIC_FORMS)


def letters(text: str) -> list[str]:
    """The words of a line that hold a letter."""
    return [word for word in re.findall(r"[^\W_]+", text) if not word.isdigit()]
