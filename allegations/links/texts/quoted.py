"""What became of the passages that citations quote from a page: gone, no longer word for word, or never there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from allegations.links.texts.blocks import Text
from allegations.links.texts.quotes import Passages, Standing

QUOTE_SHOWN = 120


@dataclass
class Quoted:
    """Places in the quotes that were asked for, and what is said of them: a mark and a sentence each."""

    missing: list[int] = field(default_factory=list)
    altered: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)


def what_became_of(
    quotes: Sequence[str], before: Text, after: Text, around: Callable[[], str], *, paid: bool
) -> Quoted:
    """Tell which quotes went missing, which are no longer word for word, and which were never there.

    `around` gives all the text of the page that is now there; `paid` tells that only a part of it is shown.
    """
    found = Quoted()
    if not quotes:
        return found
    new = passages_of(after)
    old: Passages | None = None
    beside: Passages | None = None
    for number, quote in enumerate(quotes):
        if (now := new.standing(quote)) is Standing.EXACT:  # so it is of no account how it stood before
            continue
        old = old or passages_of(before)
        was, shown = old.standing(quote), _short(quote)
        if now is Standing.MISSING:
            beside = beside or Passages(around())
            aside = beside.standing(quote) is not Standing.MISSING
            if was is Standing.MISSING and not aside:
                found.unknown.append(number)
                found.said.append(("quote-unknown", f"The quoted passage “{shown}” was not in the baseline either."))
            elif was is not Standing.MISSING and aside:
                found.said.append(("quote-aside", f"The quoted passage “{shown}” now stands outside the main text."))
            elif was is not Standing.MISSING and paid:
                found.said.append(("quote-hidden", f"The quoted passage “{shown}” is not in the part that is shown."))
            elif was is not Standing.MISSING:
                found.missing.append(number)
                found.said.append(("quote-missing", f"The quoted passage is no longer there: “{shown}”."))
        elif was is Standing.EXACT and now is Standing.ALIKE:
            found.altered.append(number)
            found.said.append(("quote-altered", f"The quoted passage is no longer word for word the same: “{shown}”."))
    return found


def passages_of(text: Text) -> Passages:
    """Return the title and the main text of a page, to look for quotes in."""
    return Passages(f"{text.title}\n{text}")


def _short(quote: str) -> str:
    plain = " ".join(quote[: 2 * QUOTE_SHOWN].split()).strip('"“”«» ')
    return plain if len(plain) <= QUOTE_SHOWN else plain[: QUOTE_SHOWN - 1] + "…"
