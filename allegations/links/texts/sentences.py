"""Splitting text into sentences in one pass, in English, French, Spanish, Arabic and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST = 1200  # characters; a longer run without an end is cut between words
_END = re.compile(
    r"[.!?…؟۔]+[\"'”’»)\]]*|[。！？｡]+[”’」』）)\"']*"
)  # always matched whole; what follows is looked at after
_LAST_WORD = re.compile(r"[^\s(\[{«“\"'’-]+\Z")
_LOOK_BACK = 24
_FULL_WIDTH = frozenset("。！？｡")
_NO_CASE_END = frozenset("؟۔")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ABBREVIATIONS = _words(
    "mr mrs ms mx dr drs prof rev hon gen col lt maj capt cpt sgt cmdr adm gov sen rep pres st sts jr sr esq messrs"
    " no nos art arts sec secs para paras par pp fig figs vol vols ed eds ch cl cf vs v al ibid op cit approx ca est"
    " dept univ inc ltd llc corp co bros dist tel fax ext incl excl resp"
    " jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun"
    " m mm mme mmes mlle mlles me mes mgr pr dir av env ex hab réf n° art al chap janv févr avr juil déc"
    " dra dras sra sres srta srtas dña d ud uds vd vds lic ing arq abg dip gral tte núm nro pág págs tít aprox ee uu"
    " ene abr ago dic s.a s.l e.g i.e u.s u.k u.n u.s.a a.m p.m ph.d b.a m.a d.c p.ej p.ex r.c"
    " ا أ د م ص ق ج ه ت"
)
# Abbreviations that are also words: they count before a number, or when written large.
BEFORE_NUMBERS = _words("art arts pp")
ALSO_WORDS = BEFORE_NUMBERS | _words("no sec p al me mes d v ex ed dir ca par env")


def sentences(line: str) -> list[str]:
    """Return the sentences of one line of text, in order and without blanks around them.

    >>> sentences("Mr. Doe of the U.S. was fined $2.5 million. He denies it.")
    ['Mr. Doe of the U.S. was fined $2.5 million.', 'He denies it.']
    >>> sentences("他否认指控。案件已撤销！"), sentences("هل أُدين؟ لم يُدن.")
    (['他否认指控。', '案件已撤销！'], ['هل أُدين؟', 'لم يُدن.'])
    """
    found = []
    begin = 0
    for end in _ends(line):
        found.append(line[begin:end])
        begin = end
    found.append(line[begin:])
    return [sentence for piece in found for sentence in _cut(piece.strip())]


def all_sentences(lines: Iterable[str]) -> list[str]:
    """Return the sentences of all lines; none goes over the end of its line."""
    return [sentence for line in lines for sentence in sentences(line)]


def _ends(line: str) -> Iterator[int]:
    begin = 0
    for mark in _END.finditer(line):
        if mark[0][0] in _FULL_WIDTH or _is_end(line, mark, begin):
            begin = mark.end()
            yield begin


def _is_end(line: str, mark: re.Match[str], begin: int) -> bool:
    after = line[mark.end() : mark.end() + 12]
    if not after[:1].isspace():
        return False
    follows = after.lstrip(" \t\"'“‘«([¿¡-–—")[:1]
    if follows.islower():
        return False
    if mark[0][0] != "." or len(mark[0]) > 1:
        return True
    before = line[max(begin, mark.start() - _LOOK_BACK) : mark.start()]
    return not _is_abbreviation(before, follows, begins=mark.start() - begin < _LOOK_BACK)


def _is_abbreviation(before: str, follows: str, *, begins: bool) -> bool:
    """Tell whether a full stop after `before` belongs to its last word: “Mr.”, an initial, “no.” before a number."""
    found = _LAST_WORD.search(before)
    if not found:
        return False
    word = found[0].lower()
    if len(word) == 1 and word.isalpha() and (found[0].isupper() or follows.isdigit()):
        return True
    if word.isdigit() and begins and before.strip() == found[0]:  # “3. The court …”
        return len(word) < 4
    if word in ALSO_WORDS:
        return follows.isdigit() or word in BEFORE_NUMBERS or found[0][0].isupper()
    return word in ABBREVIATIONS


def _cut(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        at = sentence.rfind(" ", 1, LONGEST)
        at = at if at > 0 else LONGEST
        yield sentence[:at]
        sentence = sentence[at:].lstrip()
    if sentence:
        yield sentence
