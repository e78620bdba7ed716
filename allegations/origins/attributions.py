"""Sentences in which a text says from whom it has what it tells: “according to …”, “told …”, “first reported by …”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from allegations.links.texts.blocks import Block
from allegations.links.texts.sentences import sentences
from allegations.origins.plain import letters, plain
from allegations.origins.records import CitedText, Signal
from allegations.origins.words import shortened

MOST_SENTENCES = 400  # of one text
MOST_MENTIONS = 5  # of one name in a sentence that are looked at
SHOWN = 3  # sentences of one suggestion
LONGEST_SHOWN = 400
BETWEEN = 40  # characters between “according to” and the name: “the London-based newspaper”
AFTER = 25  # between the name and “reported”: “on Monday first”
BEYOND = 6  # characters that a sentence has besides a title that it names
LEAST_TITLE = 4  # words of a title that is recognised in a sentence
LEAST_HAN = 8
LEAST_STEM = 4  # letters of an Arabic name with its article, which may stand joined to other words

# What stands before the name, and what after it, in English, French, Spanish, Arabic (letters as `plain` leaves them)
# and Chinese.
_BEFORE = (
    r"according to|(?:as |first |originally |earlier |previously )?(?:reported|revealed|disclosed|published)"
    r" (?:earlier )?(?:by|in|on)|told|tells|telling|(?:cited|quoted|seen|obtained) (?:by|in)|citing|quoting"
    r"|interviews? (?:with|by|to)|sp(?:oke|oken|eaking) (?:to|with)|(?:statement|comments?|remarks?|said) to"
    r"|reports? (?:by|in|from|of)|reporting by|investigation by|article in|story in",
    r"selon|d'après|(?:déclaré|confié|indiqué|dit|affirmé|raconté|expliqué|assuré|précisé)"
    r"(?: [^.;:!?]{0,40})? (?:à|au|aux)"
    r"|(?:rapporté|révélé|relayé|cité|publié|dévoilé) (?:par|dans)|citant|entretien (?:à|avec|au|accordé)"
    r"|interrogée?s? par|interviewée?s? par|révélations? (?:de|du)|enquête (?:de|du)",
    r"según|de acuerdo (?:con|a)|(?:dijo|dijeron|declaró|contó|aseguró|afirmó|explicó|señaló|manifestó|indicó)"
    r"(?: [^.;:!?]{0,40})? (?:a|al)"
    r"|citad[oa]s? por|citando a|(?:informado|publicado|revelado|recogido|difundido) (?:por|en)"
    r"|entrevista (?:con|a|en|de)|investigación de",
    r"[وف]?(?:بحسب|حسب|حسبما|وفقا ل|وفق|نقلا عن|نقلت|نقلته|ذكرت|ذكر|ذكرته|افادت|افاد|اوردت|اورد|كشفت|كشف|قال ل|قالت ل"
    r"|قال|قالت|صرح ل|صرحت ل|تصريح ل|تصريحات ل|تصريحات|مقابله مع|لقاء مع|حديث ل|حديث مع|نشرت|نشرته|استنادا الي)",
)
_AFTER = (
    r"(?:has |had |have |first |also |later |earlier |previously )*(?:reported|reports|said|says|wrote|writes|revealed"
    r"|reveals|disclosed|found|learned|published)|reporting|interview|investigation|report|story",
    r"(?:a |l'a )?(?:rapporté|rapporte|écrit|écrivait|révélé|révèle|indiqué|indique|affirme|publié|dévoilé)",
    r"(?:ha |había )?(?:informó|informado|informa|reportó|reporta|publicó|publicado|reveló|revelado|revela|recoge)",
)
_HAN_BEFORE = re.compile(r"(?:据|據|根据|根據|引述|援引|引用|告诉|告訴|接受|转引|轉引|向|对|對)[^,，。]{0,8}$")
_HAN_AFTER = re.compile(r"^[^,，。]{0,8}?(?:报道|報道|报导|報導|称|稱|透露|披露|采访|採訪|专访|專訪|消息|获悉|獲悉)")
_GAP = r"(?:(?!\b(?:that|que|ان)\b)[^.;:!?])"  # “told the court that” says nothing of the name that follows
_ENDS_WITH_CUE = re.compile(rf"(?<!\w)(?:{'|'.join(_BEFORE)})(?:(?<=ل)|\b){_GAP}{{0,{BETWEEN}}}$", re.IGNORECASE)
_BEGINS_WITH_CUE = re.compile(rf"^(?:'s)?[^.;:!?]{{0,{AFTER}}}?(?<!\w)(?:{'|'.join(_AFTER)})(?!\w)", re.IGNORECASE)
# One of these stands before a name of one word that has an article, or the word may be any other: “a hill”.
_ARTICLES = "[Tt]he|[Ll][ea]|[Ee]l|au|du|al|del|based|newspaper|daily|quotidien|journal|diario|periódico|website"
_THE = re.compile(r"^(?:the|The|THE) ")
_IN_BRACKETS = re.compile(r"\s*[(（]([^()（）]+)[)）]\s*")
_HAN_SIGN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Name:
    """A way in which texts name a source: its pattern, and a piece of it that is looked for first, which is fast."""

    pattern: re.Pattern[str]
    piece: str
    is_han: bool


@dataclass(frozen=True, slots=True)
class Named:
    """What a citation's source may be named by: publisher, author, title; the first two with the words of a signal."""

    key: int
    names: tuple[tuple[str, tuple[Name, ...]], ...]
    title: str
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The sentences of a text that may tell where it comes from, as they are and in one form, and all in one."""

    sentences: tuple[tuple[str, str], ...]
    whole: str


def spoken(blocks: Sequence[Block]) -> Spoken:
    """Return the first `MOST_SENTENCES` sentences of a text, headings and captions left out."""
    found: list[str] = []
    for block in blocks:
        if block.kind in ("heading", "caption"):
            continue
        found += sentences(block.text)
        if len(found) >= MOST_SENTENCES:
            break
    pairs = tuple((sentence, plain(sentence)) for sentence in found[:MOST_SENTENCES])
    return Spoken(pairs, "\n".join(line for _, line in pairs))


def named(cited: CitedText) -> Named:
    """Return the names by which other texts may name a citation's source."""
    publisher = aliases((cited.publisher, *cited.names))
    author = aliases([cited.author] if len(letters(cited.author)) > 1 else [])
    names = (
        ("names the publisher of the other", tuple(map(_name, publisher))),
        ("names the author of the other", tuple(map(_name, author))),
    )
    title = plain(cited.title)
    size = len(_HAN_SIGN.findall(title))
    known = len(letters(title)) >= LEAST_TITLE or size >= LEAST_HAN
    return Named(cited.key, names, title if known else "", frozenset(publisher))


def aliases(names: Iterable[str]) -> list[str]:
    """Return the ways in which texts write these names.

    >>> aliases(["NBC News", "Federation for Human Rights (FIDH)", "The Hill"])
    ['NBC News', 'NBC', 'Federation for Human Rights', 'FIDH', 'The Hill']
    """
    found: list[str] = []
    for name in map(plain, names):
        inside = [part for part in _IN_BRACKETS.findall(name) if part.isupper()]
        whole = _IN_BRACKETS.sub(" ", name).strip()
        first, _, last = whole.rpartition(" ")
        short = [first] if last in ("News", "Media", "Online") and first.isupper() else []
        found += [whole, *short, *inside]
    return [name for name in dict.fromkeys(found) if len(name) >= (2 if _HAN_SIGN.match(name) else 3)]


@lru_cache(1_000)
def _name(alias: str) -> Name:
    """How an alias stands in a sentence: letters with case as they are written, so that “hill” is not “The Hill”."""
    if _HAN_SIGN.match(alias):
        return Name(re.compile(re.escape(alias)), alias, is_han=True)
    core = _THE.sub("", alias)
    words = r"\s+".join(map(re.escape, core.split()))
    if "\u0600" <= core[0] <= "\u06ff":
        stem = core.removeprefix("ال") if len(core) > LEAST_STEM else core
        article = "(?:ال|ل)" if stem != core else ""
        joined = r"\s+".join(map(re.escape, stem.split()))
        return Name(re.compile(rf"(?<!\w)(?:[وف]?[بلك])?(?P<name>{article}{joined})(?!\w)"), stem, is_han=False)
    article = rf"(?:{_ARTICLES})\s+" if core != alias and " " not in core else ""
    return Name(re.compile(rf"(?<!\w){article}(?P<name>{words})(?!\w)"), core, is_han=False)


def attributed(said: Spoken, relay: CitedText, relay_named: Named, other: Named, label: str) -> list[Signal]:
    """Return what tells that the text of `relay`, which says this, has what it tells from another citation's source.

    What both have in common, such as one publisher, tells nothing.
    """
    ways = [(words, list(_foreign(names, relay_named))) for words, names in other.names]
    signals: list[Signal] = []
    if relay.relays and any(name.pattern.search(plain(relay.relays)) for _, names in ways for name in names):
        signals.append(Signal(f"relays {label}, as its record says", shortened(relay.relays), relay.key))
    title = "" if _names_title(f"{relay.title} {' ' * BEYOND}", other.title) else other.title
    if not _may_name(said.whole, ways, title):
        return signals
    for sentence, line in said.sentences:
        if words := _way(line, ways, title):
            signals.append(Signal(words, shortened(sentence, LONGEST_SHOWN), relay.key))
            if len(signals) >= SHOWN:
                break
    return signals


def _may_name(whole: str, ways: Sequence[tuple[str, list[Name]]], title: str) -> bool:
    """Tell in little time whether a text may hold any of these names."""
    return any(name.piece in whole for _, names in ways for name in names) or _names_title(whole, title)


def _way(line: str, ways: Sequence[tuple[str, list[Name]]], title: str) -> str:
    """How a sentence says where it has what it tells from, in words; empty where it does not."""
    found = (words for words, names in ways if any(_attributes(line, name) for name in names))
    return next(found, "names the other by its title" if _names_title(line, title) else "")


def _names_title(line: str, title: str) -> bool:
    """Tell whether a line names this title among words of its own."""
    return bool(title) and len(line) >= len(title) + BEYOND and title.casefold() in line.casefold()


def _foreign(names: Iterable[Name], relay: Named) -> Iterator[Name]:
    own = {_name(alias).pattern for alias in relay.own}
    return (name for name in names if name.pattern not in own)


def _attributes(line: str, name: Name) -> bool:
    if name.piece not in line:
        return False
    for found in islice(name.pattern.finditer(line), MOST_MENTIONS):
        begin, end = found.span() if name.is_han else found.span("name")
        before, after = line[max(0, begin - 100) : begin], line[end : end + 60]
        if name.is_han:
            if _HAN_BEFORE.search(before) or _HAN_AFTER.match(after):
                return True
        elif _ENDS_WITH_CUE.search(before) or _BEGINS_WITH_CUE.match(after):
            return True
    return False
