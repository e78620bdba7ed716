"""The vector string: one line that holds everything a profile is computed from.

    vector = "CIRP:1.0" "/I:" slug "/D:" asof [ "." known ] "/Q:" (1|2) "/C:" done "." applicable
             "/RR:" (N|S|X|D|E) [ "/OB:" n "." c ] [ "/SB:" n "." c ] { "/" matter }
    matter = "m" tag ":S" 1-5 "L" 0-4 stage forum [ "~" X1-X4 forum ] { "+" grade } { "-" grade }

The order is fixed, tags ascend, grades are sorted, and "x" is a count that is not known. There is one
way to write a coding, so that equal codings have equal hashes.
"""

from __future__ import annotations

from datetime import date

from vetting.risk import scales
from vetting.risk.cursor import Cursor, VectorError
from vetting.risk.facts import SLUG, Checks, Coding, MatterCoding, Stage, Voices
from vetting.risk.parameters import Parameters
from vetting.risk.stages import require_scope
from vetting.risk.versions import CURRENT, VERSIONS, parameters

FORUM = "a forum grade from R, P, U and N"
COUNT = "0|[1-9][0-9]{0,8}"


def to_vector(coding: Coding, version: str = CURRENT) -> str:
    """Return the vector of a coding, in its one valid form (2.5)."""
    known = f".{compact(coding.known)}" if coding.known else ""
    return "/".join(
        (
            f"CIRP:{version}",
            f"I:{coding.slug}",
            f"D:{compact(coding.as_of)}{known}",
            f"Q:{coding.coders}",
            f"C:{coding.checks.done}.{coding.checks.applicable}",
            f"RR:{coding.reply}",
            *write_voices("OB", coding.opposition),
            *write_voices("SB", coding.support),
            *map(write_matter, coding.matters),
        )
    )


def compact(day: date) -> str:
    """Return a day as eight digits."""
    return day.isoformat().replace("-", "")


def write_voices(field: str, voices: Voices | None) -> tuple[str, ...]:
    """Return the field of one side's counts, or nothing when none were recorded."""
    if voices is None:
        return ()
    counts = ("x" if count is None else str(count) for count in (voices.signatories, voices.countries))
    return (f"{field}:{'.'.join(counts)}",)


def write_matter(matter: MatterCoding) -> str:
    """Return one matter of a vector."""
    supporting = "".join(f"+{grade}" for grade in matter.supporting)
    refuting = "".join(f"-{grade}" for grade in matter.refuting)
    return f"m{matter.tag}:S{matter.severity}L{matter.link}{matter.stage}{supporting}{refuting}"


def version_of(vector: str) -> str:
    """Return the version of the method that a vector names; raise VectorError when it is unknown."""
    return read_version(Cursor(vector))


def parse(vector: str) -> Coding:
    """Return the coding that a vector carries (2.5); raise VectorError unless it is in its one valid form."""
    cursor = Cursor(vector)
    method = parameters(read_version(cursor))
    cursor.skip("/I:", "the candidacy")
    slug = cursor.take(SLUG.pattern, "a slug of letters, digits, - and _")
    as_of, known = read_days(cursor)
    cursor.skip("/Q:", "the number of coders")
    coders = int(cursor.code(1, "12", "1 or 2 coders"))
    checks = read_checks(cursor)
    cursor.skip("/RR:", "the reply state")
    reply = cursor.code(1, scales.REPLIES, "a reply state from N, S, X, D and E")
    return Coding(
        slug=slug,
        as_of=as_of,
        known=known,
        coders=coders,
        checks=checks,
        reply=reply,
        opposition=read_voices(cursor, "/OB:"),
        support=read_voices(cursor, "/SB:"),
        matters=read_matters(cursor, method),
    )


def read_version(cursor: Cursor) -> str:
    """Read the version of the method."""
    cursor.skip("CIRP:", "the name of the method")
    start = cursor.at
    version = cursor.take(r"[0-9]+\.[0-9]+", "a version such as 1.0")
    if version not in VERSIONS:
        raise VectorError(start + 1, f"version {version} is unknown; known are {', '.join(VERSIONS)}.")
    return version


def read_days(cursor: Cursor) -> tuple[date, date | None]:
    """Read the as-of date, and the known date where it differs."""
    cursor.skip("/D:", "the as-of date")
    as_of = cursor.day("the as-of date")
    if not cursor.passes("."):
        return as_of, None
    start = cursor.at
    known = cursor.day("the known date")
    if known == as_of:
        raise VectorError(start + 1, "a known date equal to the as-of date is left out.")
    return as_of, known


def read_checks(cursor: Cursor) -> Checks:
    """Read how many of the applicable checks are done."""
    cursor.skip("/C:", "the checks")
    with cursor.refusing():
        done = int(cursor.take(COUNT, "the number of checks done"))
        cursor.skip(".", "the number of applicable checks")
        return Checks(done, int(cursor.take(COUNT, "the number of applicable checks")))


def read_voices(cursor: Cursor, field: str) -> Voices | None:
    """Read the counts of one side, where the vector has them."""
    if not cursor.passes(field):
        return None
    signatories = read_count(cursor, "the number of signatories")
    cursor.skip(".", "the number of countries")
    return Voices(signatories, read_count(cursor, "the number of countries"))


def read_count(cursor: Cursor, what: str) -> int | None:
    """Read a number, or x for one that is not known."""
    count = cursor.take(f"x|{COUNT}", f"{what} or x")
    return None if count == "x" else int(count)


def read_matters(cursor: Cursor, method: Parameters) -> tuple[MatterCoding, ...]:
    """Read all matters, to the end of the vector."""
    matters: list[MatterCoding] = []
    while not cursor.at_end:
        cursor.skip("/", "the next matter")
        start = cursor.at
        matter = read_matter(cursor, method)
        if matters and matter.tag <= matters[-1].tag:
            raise VectorError(start + 1, f"matter {matter.tag} follows {matters[-1].tag}; numbers must ascend.")
        matters.append(matter)
    return tuple(matters)


def read_matter(cursor: Cursor, method: Parameters) -> MatterCoding:
    """Read one matter."""
    cursor.skip("m", "a matter")
    tag = int(cursor.take("[1-9][0-9]{0,8}", "the number of the matter"))
    cursor.skip(":S", "the severity")
    severity = int(cursor.code(1, "12345", "a severity from 1 to 5"))
    cursor.skip("L", "the link")
    link = int(cursor.code(1, "01234", "a link from 0 to 4"))
    stage = read_stage(cursor, method)
    return MatterCoding(tag, severity, link, stage, read_grades(cursor, "+"), read_grades(cursor, "-"))


def read_stage(cursor: Cursor, method: Parameters) -> Stage:
    """Read the controlling stage, with its exoneration if it has one."""
    with cursor.refusing():
        adverse = (
            cursor.code(2, scales.STAGES, "an adverse stage from K0 to K7, or N0"),
            cursor.code(1, scales.FORUMS, FORUM),
        )
        if not cursor.passes("~"):
            return Stage(*adverse)
        exoneration = cursor.code(2, scales.EXONERATIONS, "an exoneration from X1 to X4")
        return require_scope(Stage(*adverse, exoneration, cursor.code(1, scales.FORUMS, FORUM)), method)


def read_grades(cursor: Cursor, sign: str) -> tuple[str, ...]:
    """Read the grades of one side, supporting (+) or refuting (-), which must be sorted."""
    grades: list[str] = []
    while cursor.passes(sign):
        grade = cursor.code(2, scales.GRADES, "an evidence grade from A1 to F6")
        if grades and grade < grades[-1]:
            raise VectorError(cursor.at - 1, f"grade {grade} follows {grades[-1]}; grades must be sorted.")
        grades.append(grade)
    return tuple(grades)
