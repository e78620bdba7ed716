"""Texts that are the same, nearly the same, or quote the same words."""

from __future__ import annotations

from collections.abc import Iterator

from allegations.links.texts.blocks import Block
from allegations.origins.records import CitedText, Kind, Passage, Signal, Suggestion
from allegations.origins.words import Words, passage, shared, shared_runs, shortened, words_of

LEAST_WORDS = 20  # of a text that tells anything; a notice of cookies has fewer
# Of the runs of words of the shorter text, the share that stands in the longer one. An outlet that cuts a wire story
# keeps nearly all of what it prints (1.0), and one that puts as much of its own beside it about half (.5). Reports
# written apart share names, titles and a statement that both quote, seldom a quarter. `.4` lies between.
NEAR = 0.4
NEAR_RUNS = 30  # shared at least, that is one paragraph: less may be a title and a quotation
PASSAGE_WORDS = 12  # of a shared passage that is shown
QUOTED_WORDS = 8  # in a row that two texts quote: fewer may be a name or a saying
SHOWN = 3  # passages of one suggestion


def alike(first: CitedText, one: Words, second: CitedText, other: Words) -> Suggestion | None:
    """Suggest two citations whose texts are the same or nearly the same.

    The likeness is how much of the shorter text stands in the longer one, in runs of words. It is the same whatever
    else either of them holds around what they share, and wherever that stands.
    """
    if first.source is not None and first.source == second.source:
        return Suggestion(Kind.SAME_TEXT, first.key, second.key, signals=(Signal("Both cite one page."),))
    if min(len(one.keys), len(other.keys)) < _least(one, LEAST_WORDS):
        return None
    if one.keys == other.keys or first.text_sha256 == second.text_sha256 != "":
        return Suggestion(Kind.SAME_TEXT, first.key, second.key, 1.0, (_same(first, second, one),))
    count = shared_runs(one, other)
    like = count / max(1, min(len(one.runs), len(other.runs)))
    if count < _least(one, NEAR_RUNS) or like < NEAR:
        return None
    words = f"{count} runs of {one.run} words stand in both, {like:.0%} of those of the shorter text."
    return Suggestion(Kind.NEAR, first.key, second.key, round(like, 2), (Signal(words),), _longest(one, other))


def _same(first: CitedText, second: CitedText, one: Words) -> Signal:
    if first.text_sha256 == second.text_sha256 != "":
        return Signal(f"Both copies have one text; its SHA-256 begins with {first.text_sha256[:12]}.")
    return Signal(f"The copies do not differ in any of their first {len(one.keys):,} words.")


def _longest(one: Words, other: Words) -> tuple[Passage, ...]:
    """The longest passages that two texts share, in the order of the first one."""
    found = sorted(shared(one, other, least=_least(one, PASSAGE_WORDS)), key=lambda run: (-run[2], run))
    return tuple(passage(one, other, *run) for run in sorted(found[:SHOWN]))


def _least(words: Words, count: int) -> int:
    return 2 * count if words.is_han else count


def quoting(first: CitedText, one: Words, second: CitedText, other: Words) -> Suggestion | None:
    """Suggest two citations whose texts hold the same words, which at least one of them quotes.

    They may report one letter, statement or interview, or one of them is that document.
    """
    runs = shared(one, other, least=_least(one, QUOTED_WORDS)) if shared_runs(one, other) else ()
    found = [run for run in runs if _is_quoted(one, other, run)]
    found = sorted(found, key=lambda run: (-run[2], run))[:SHOWN]
    signals = tuple(_quotes(first, one, second, other))
    if found:
        signals = (Signal("Words that one of them quotes stand in both."), *signals)
    if not signals:
        return None
    shown = tuple(passage(one, other, *run) for run in sorted(found))
    return Suggestion(Kind.QUOTED, first.key, second.key, signals=signals, passages=shown)


def _is_quoted(one: Words, other: Words, run: tuple[int, int, int]) -> bool:
    """Tell whether enough words in a row of what is shared stand in quotation marks, on either side."""
    here, there, length = run
    return any(
        _longest_row(place + n in words.quoted for n in range(length)) >= _least(words, QUOTED_WORDS)
        for words, place in ((one, here), (other, there))
    )


def _longest_row(flags: Iterator[bool]) -> int:
    best = row = 0
    for flag in flags:
        row = row + 1 if flag else 0
        best = max(best, row)
    return best


def _quotes(first: CitedText, one: Words, second: CitedText, other: Words) -> Iterator[Signal]:
    """Yield what was quoted for one citation and stands in the other's quote or text too."""
    for cited, theirs, there in ((first, second, other), (second, first, one)):
        quote = words_of(_block(cited.quote))
        if len(quote.keys) < _least(quote, QUOTED_WORDS):
            continue
        row = f" {' '.join(quote.keys)} "
        if row in f" {' '.join(there.keys)} " or row in f" {' '.join(words_of(_block(theirs.quote)).keys)} ":
            yield Signal("is quoted here with words that stand in the other too", shortened(cited.quote), cited.key)


def _block(text: str) -> tuple[Block, ...]:
    return (Block("quote", text),)
