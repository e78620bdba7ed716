"""What the engine takes: graded, dated facts about one candidacy, and the coding they reduce to."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from vetting.risk import scales

LARGEST = 999_999_999
"""The largest number of a matter and the largest count: a vector writes up to nine digits."""
ACTS = scales.STAGES | scales.EXONERATIONS
GRADES = dict.fromkeys(scales.GRADES)
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class FactsError(ValueError):
    """A fact is outside the code lists of the method; the message names it in words."""


def require(held: bool, sentence: str) -> None:
    """Raise FactsError with `sentence` unless the condition held."""
    if not held:
        raise FactsError(sentence)


def require_code(code: object, codes: Collection[object], what: str) -> None:
    """Raise FactsError unless `code` is one of `codes`."""
    if code not in codes:
        raise FactsError(f"{code!r} is no {what}; known are {', '.join(map(str, codes))}.")


def number(code: str, what: str) -> int:
    """Return a code as the number that it is written with; raise FactsError where it is none."""
    if not code.isdecimal():
        raise FactsError(f"{code!r} is no {what}.")
    return int(code)


@dataclass(frozen=True, slots=True)
class Proceeding:
    """One act of an authority or a complainant: a stage or exoneration code, its forum, its day if known.

    Where only a month or a year is known, `on` is the first day it may have been and `until` the last.
    """

    code: str
    forum: str = "U"
    on: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        require_code(self.code, ACTS, "stage or exoneration code")
        require_code(self.forum, scales.FORUMS, "forum grade")


@dataclass(frozen=True, slots=True)
class Stage:
    """The controlling stage of a matter: an adverse stage, and the exoneration that discounts it, if any."""

    code: str = "K0"
    forum: str = "U"
    exoneration: str = ""
    exoneration_forum: str = ""

    def __post_init__(self) -> None:
        require_code(self.code, scales.STAGES, "adverse stage")
        require_code(self.forum, scales.FORUMS, "forum grade")
        if self.forum != "U" and self.code in scales.UNEXAMINED:
            raise FactsError(f"{self.code} carries forum U: no authority has examined it.")
        if self.exoneration or self.exoneration_forum:
            require_code(self.exoneration, scales.EXONERATIONS, "exoneration code")
            require_code(self.exoneration_forum, scales.FORUMS, "forum grade")

    @property
    def is_finding(self) -> bool:
        """Tell whether an authority found against the person, in a forum not documented as dependent."""
        return self.code in scales.FINDINGS and self.forum != "N"

    def __str__(self) -> str:
        discount = f"~{self.exoneration}{self.exoneration_forum}" if self.exoneration else ""
        return f"{self.code}{self.forum}{discount}"


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation that counts: an opaque key of the caller's and its grade, such as B2."""

    key: str
    grade: str

    def __post_init__(self) -> None:
        require_code(self.grade, GRADES, "evidence grade")


Cluster = tuple[Citation, ...]
"""The citations that rest on one origin; only the best of them counts."""


def require_matter(tag: int, severity: int, link: int) -> None:
    """Raise FactsError unless the three numbers of a matter are on their scales."""
    if not 1 <= tag <= LARGEST:
        raise FactsError(f"A matter is numbered from 1 to {LARGEST}, not {tag}.")
    require_code(severity, scales.SEVERITIES, "severity")
    require_code(link, scales.LINKS, "link")


@dataclass(frozen=True, slots=True)
class MatterFacts:
    """One course of conduct as recorded; `stage` is its proceedings, or already the controlling stage.

    `supporting` and `refuting` hold one tuple of citations for each independent origin. Bare
    denials and context are not evidence and have no place here.
    """

    tag: int
    severity: int
    link: int
    stage: Stage | tuple[Proceeding, ...] = ()
    supporting: tuple[Cluster, ...] = ()
    refuting: tuple[Cluster, ...] = ()

    def __post_init__(self) -> None:
        require_matter(self.tag, self.severity, self.link)


@dataclass(frozen=True, slots=True)
class MatterCoding:
    """One matter as the vector carries it: its stage, and the best grade of each origin, sorted."""

    tag: int
    severity: int
    link: int
    stage: Stage = Stage()
    supporting: tuple[str, ...] = ()
    refuting: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_matter(self.tag, self.severity, self.link)
        for grade in (*self.supporting, *self.refuting):
            require_code(grade, GRADES, "evidence grade")
        if any(len(side) > 1 and list(side) != sorted(side) for side in (self.supporting, self.refuting)):
            raise FactsError(f"The grades of matter {self.tag} are not sorted.")


@dataclass(frozen=True, slots=True)
class Checks:
    """How many of the applicable research checks are done and still valid."""

    done: int
    applicable: int

    def __post_init__(self) -> None:
        require(
            0 <= self.done <= self.applicable <= len(scales.CHECKS),
            f"{self.done} of {self.applicable} checks is not possible; there are {len(scales.CHECKS)}.",
        )


@dataclass(frozen=True, slots=True)
class Voices:
    """How many distinct signatories from how many distinct countries; None where it is not known."""

    signatories: int | None
    countries: int | None

    def __post_init__(self) -> None:
        for count in (self.signatories, self.countries):
            known = count is None or 0 <= count <= LARGEST
            require(known, f"A count lies between 0 and {LARGEST}, which {count} does not.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """What facts and coding share: whom, as of when, how well searched, who answered and who spoke up.

    `known` is the day whose knowledge is used; None means `as_of`. `coders` is 1, or 2 when every
    grade was given by two people independently. `reply` is one of scales.REPLIES.
    """

    slug: str
    as_of: date
    checks: Checks
    known: date | None = None
    coders: int = 1
    reply: str = "N"
    opposition: Voices | None = None
    support: Voices | None = None

    def __post_init__(self) -> None:
        require(bool(SLUG.fullmatch(self.slug)), f"{self.slug!r} is no slug: use letters, digits, - and _.")
        require_code(self.coders, (1, 2), "number of coders")
        require_code(self.reply, scales.REPLIES, "reply state")


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidacyFacts(Candidacy):
    """A candidacy with the matters on record about it."""

    matters: tuple[MatterFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding(Candidacy):
    """A candidacy reduced to what its vector says; tags ascend, and `known` is None when it is `as_of`."""

    matters: tuple[MatterCoding, ...] = ()

    def __post_init__(self) -> None:
        Candidacy.__post_init__(self)
        tags = [matter.tag for matter in self.matters]
        require(tags == sorted(set(tags)), "Matters have distinct, ascending numbers.")
        require(self.known != self.as_of, "A known date equal to the as-of date is left out.")
