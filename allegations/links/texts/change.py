"""What changed between two copies of a page, how much it matters, and why, in sentences for a reviewer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from allegations.links.texts.alterations import alterations
from allegations.links.texts.blocks import Text
from allegations.links.texts.diff import Difference, Edit, Sentence, difference
from allegations.links.texts.folding import text_sha256
from allegations.links.texts.languages import guess, primary
from allegations.links.texts.learning import Learnt, settled
from allegations.links.texts.likeness import likeness
from allegations.links.texts.paywalls import shows_a_part
from allegations.links.texts.quoted import what_became_of
from allegations.links.texts.sentences import all_sentences
from allegations.links.texts.telling import Finder, finder_of
from allegations.links.texts.titles import title_edit
from allegations.links.texts.volatile import steady

REWRITTEN, ANOTHER = 0.5, 0.1  # likeness below which a text counts as rewritten, or as another one
LEFT, LITTLE_LEFT = 0.6, 0.3  # share of the old text that at most is left of such a one
FEW = 3  # sentences; how much is left of a shorter text tells nothing
MOST_SENTENCES = 60_000
MOST_REASONS = 12
MOST_SHOWN = 200_000  # characters of all edits that are handed on
NOT_ALL = "Not all of the text was read and compared."
VISITED = "Only lines that change with every visit differ."
LEFT_OUT = "What changed in lines that change with every visit is left out."


class Level(StrEnum):
    """How much a change matters, by the names of the states of contents."""

    UNCHANGED = "unchanged"
    COSMETIC = "cosmetic"
    SUBSTANTIVE = "substantive"
    MAJOR = "major"
    CRITICAL = "critical"
    REPLACED = "replaced"
    PAYWALLED = "paywalled"


@dataclass(frozen=True)
class Change:
    """What changed, why it has its level, and the edits; `at` of an edit counts sentences of the steady text.

    `marks` are the reasons' machine names. `likeness` is Jaccard’s of the runs of three words, `kept` the share of
    the old text that is left. `quotes_missing`, `quotes_altered` and `quotes_unknown` are places in the `quotes` that
    were asked for: gone from the text, no longer word for word, never in the old text. `cut` tells that `edits` holds
    only the first of them.
    """

    level: Level
    reasons: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()
    edits: tuple[Edit, ...] = ()
    likeness: float = 1.0
    kept: float = 1.0
    quotes_missing: tuple[int, ...] = ()
    quotes_altered: tuple[int, ...] = ()
    quotes_unknown: tuple[int, ...] = ()
    text_sha256: str = ""
    cut: bool = False

    @property
    def asks_human(self) -> bool:
        """Tell whether a reviewer has to look."""
        return self.level in (Level.CRITICAL, Level.REPLACED) or bool(self.quotes_missing) or "language" in self.marks

    def as_data(self) -> list[dict[str, object]]:
        """Return the edits as JSON values."""
        return [edit.as_data() for edit in self.edits]


@dataclass
class _Case:
    """Two texts, of which the first has so many sentences, with what was found between them."""

    before: Text
    after: Text
    difference: Difference
    likeness: float
    sentences: int
    reasons: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)

    @property
    def rewritten(self) -> bool:
        return self.sentences >= FEW and self.likeness < REWRITTEN and self.difference.kept < LEFT

    @property
    def another(self) -> bool:
        return self.likeness < ANOTHER and self.difference.kept < LITTLE_LEFT

    def say(self, mark: str, *sentences: str) -> None:
        self.marks.add(mark)
        self.reasons += sentences


def compare(
    before: Text,
    after: Text,
    *,
    quotes: Sequence[str] = (),
    names: Sequence[str] = (),
    language: str = "",
    around: Callable[[], str] = str,
    before_sha256: str = "",
    volatile: Sequence[Learnt] = (),
) -> Change:
    """Compare what a page says with what its baseline said.

    `quotes` are passages that citations quote from it, `names` those of the people it is about, `language` is the
    source’s. `around` gives all the text of the page, where a quote may stand that is missing in its main text.
    `before_sha256` is the `text_sha256` of the baseline, where it is known. `volatile` are places whose lines change
    with every visit: what changes there and tells nothing is left out, and the change says so.
    """
    shown, digest = after, text_sha256(after)
    if before.payload_sha256 and before.payload_sha256 == after.payload_sha256:
        return Change(Level.UNCHANGED, ("The page is byte for byte the same.",), text_sha256=digest)
    after = settled(before, shown, volatile, quotes=quotes, names=names)
    told = digest if after is shown else text_sha256(after)
    same = told == (before_sha256 or text_sha256(before)) and before.pages == after.pages
    if same and title_edit(before, after) is None:
        found = _alike(before, after)
    else:
        found = _compared(before, after, shown, quotes, names, language, around)
    return replace(found if after is shown else _without_learnt(found), text_sha256=digest)


def _without_learnt(change: Change) -> Change:
    """Return a change that says that learnt lines were left out of it."""
    if change.level not in (Level.UNCHANGED, Level.COSMETIC):
        return replace(change, reasons=(*change.reasons, LEFT_OUT), marks=change.marks | {"volatile"})
    reasons = (VISITED, NOT_ALL) if "cut" in change.marks else (VISITED,)
    return replace(change, level=Level.COSMETIC, reasons=reasons, marks=change.marks | {"volatile"})


def _alike(before: Text, after: Text) -> Change:
    if before.blocks == after.blocks and not (before.payload_sha256 and after.payload_sha256):
        return Change(Level.UNCHANGED, ("The text is word for word the same.",))
    if after.pages is not None:
        reason = f"The file was made anew; its text and its number of pages ({after.pages}) are the same."
    else:
        reason = "Only what stands around the text changed."
    cut = before.cut or after.cut
    return Change(Level.COSMETIC, (reason, NOT_ALL) if cut else (reason,), frozenset({"cut"} if cut else ()))


def _compared(
    before: Text,
    after: Text,
    shown: Text,
    quotes: Sequence[str],
    names: Sequence[str],
    language: str,
    around: Callable[[], str],
) -> Change:
    known: dict[str, list[str]] = {}  # most lines stand in both texts
    olds, news = (all_sentences(steady(text.lines), known)[:MOST_SENTENCES] for text in (before, after))
    case = _Case(before, after, difference(olds, news), likeness(before, after), len(olds))
    if (title := title_edit(before, after)) is not None:
        case.difference.edits.insert(0, title)
    languages = _languages(case, language)
    paid = shows_a_part(before, after, olds, news)
    if paid:
        case.say("paywall", paid)
    quoted = what_became_of(quotes, before, shown, around, paid=bool(paid))
    for mark, sentence in quoted.said:
        case.say(mark, sentence)
    critical = _weigh(case, finder_of(languages, tuple(names)), bool(paid)) or bool(quoted.missing or quoted.altered)
    _size(case)
    edits, cut = _shown(case.difference.edits)
    if before.cut or after.cut or max(len(olds), len(news)) == MOST_SENTENCES:
        case.say("cut", NOT_ALL)
    return Change(
        level=_level(case, critical, bool(paid)),
        reasons=tuple(case.reasons),
        marks=frozenset(case.marks),
        edits=edits,
        likeness=round(case.likeness, 4),
        kept=round(case.difference.kept, 4),
        quotes_missing=tuple(quoted.missing),
        quotes_altered=tuple(quoted.altered),
        quotes_unknown=tuple(quoted.unknown),
        cut=cut,
    )


def _level(case: _Case, critical: bool, paid: bool) -> Level:
    if paid:
        return Level.PAYWALLED
    if case.another:
        return Level.REPLACED
    if critical:
        return Level.CRITICAL
    return Level.MAJOR if case.rewritten else Level.SUBSTANTIVE


def _weigh(case: _Case, finder: Finder, paid: bool) -> bool:
    """Say what of the telling parts changed; tell whether it is critical.

    In a text that was rewritten or cut to its beginning, what comes and goes with whole sentences is to be expected.
    """
    found = alterations(case.difference.edits, finder)
    counted = [one for one in found if not one.whole or not (case.rewritten or paid)]
    for one in counted[:MOST_REASONS]:
        case.say(one.kind, one.sentence())
    if len(counted) > MOST_REASONS:
        case.say("more", f"There are {len(counted) - MOST_REASONS} more changes of this sort.")
    return bool(counted)


def _size(case: _Case) -> None:
    """Say how much changed."""
    counts = dict.fromkeys(("title", "replace", "insert", "delete", "move"), 0)
    for edit in case.difference.edits:
        counts[edit.op] += max(len(edit.before), len(edit.after))
    told = {"replace": "reworded", "insert": "added", "delete": "removed", "move": "moved"}
    if counts.pop("title"):
        case.say("title", "The title changed.")
    for op, count in counts.items():
        if count:
            case.say(told[op], f"{count} sentence{'s were' if count > 1 else ' was'} {told[op]}.")
    if not case.after.lines:
        case.say("empty", "No text is left on the page.")
    elif case.another:
        case.say("another", "The page says something else than it did.")
    elif case.rewritten:
        case.say("rewritten", f"About {case.difference.kept:.0%} of the old text is left.")
    if case.before.pages != case.after.pages:
        case.say("pages", _pages(case.before.pages, case.after.pages))
    if not case.difference.edits and case.before.pages == case.after.pages:
        case.say("order", "Only the division into sentences, or marks in the text, changed.")


def _pages(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        was, now = ("page" if count is None else "document" for count in (before, after))
        return f"The source was a {was} and is now a {now}."
    return f"The document had {before} pages and now has {after}."


def _languages(case: _Case, language: str) -> frozenset[str]:
    """Return the languages whose words count, and say when the page changed its language."""
    guessed = [guess(str(text)) for text in (case.before, case.after)]
    told = [primary(text.language) for text in (case.before, case.after)]
    was, now = guessed if all(guessed) else told
    if was and now and was != now:
        case.reasons.insert(0, f"The page was in another language before: “{was}”, and is now in “{now}”.")
        case.marks.add("language")
    return frozenset(filter(None, (primary(language), *told, *guessed))) if language or any(told) else frozenset()


def _shown(edits: list[Edit]) -> tuple[tuple[Edit, ...], bool]:
    """Return the edits that fit into `MOST_SHOWN` characters, and whether any was left out."""
    kept = list(_fitting(edits))
    whole = sum(len(edit.before) + len(edit.after) for edit in edits)
    return tuple(kept), sum(len(edit.before) + len(edit.after) for edit in kept) < whole


def _fitting(edits: list[Edit]) -> Iterator[Edit]:
    room = MOST_SHOWN
    for edit in edits:
        sides: list[tuple[Sentence, ...]] = []
        for side in (edit.before, edit.after):
            taken = 0
            while taken < len(side) and room >= len(side[taken].text):
                room -= len(side[taken].text)
                taken += 1
            sides.append(side[:taken])
        if any(sides):
            yield replace(edit, before=sides[0], after=sides[1])
        if room <= 0:
            return
