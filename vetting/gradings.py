"""Every grade that was ever in force for a published matter: from which day, what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from allegations.codes import Credibility, Forum, Link, Reliability, Severity
from allegations.grading import WEIGHT, Pair, last_pair
from allegations.models import Allegation, Citation, Grading, Proceeding

SCALE = Grading.Scale
LABELS = {
    SCALE.SEVERITY: Severity,
    SCALE.LINK: Link,
    SCALE.FORUM: Forum,
    SCALE.RELIABILITY: Reliability,
    SCALE.CREDIBILITY: Credibility,
}


@dataclass(frozen=True, slots=True)
class Given:
    """One grade: since when, in words, why, and by whom; empty words where it was taken back.

    `part` says which of several gradings of one thing it is, and is empty for the first. `by` is a part too: names of
    graders are not public. `basis` is the public citation that the grade itself rests on, if it has one.
    """

    day: date
    words: str
    reason: str
    part: str
    by: str
    basis: Citation | None


@dataclass(frozen=True, slots=True)
class Graded:
    """One thing that is graded, with its grades, the first one first, and in words on what two graders differed."""

    name: str
    given: list[Given] = field(default_factory=list)
    difference: str = ""


def gradings_of(
    allegation: Allegation, proceedings: Iterable[Proceeding], citations: Iterable[Citation], known: date
) -> list[Graded]:
    """Return the grades of a published matter and of all that it rests on, as far as they were given by the day
    `known`; costs one query, and one more where a grade rests on a citation of its own.

    What was graded before a record was published belongs to its draft, except for the grade that it was published
    with.
    """
    proceedings, citations = list(proceedings), list(citations)
    subjects = list(_subjects(allegation, proceedings, citations))
    about = Q(allegation=allegation) | Q(proceeding__in=proceedings) | Q(citation__in=citations)
    about |= Q(source__in=[row.source_id for row in citations])
    given = Grading.objects.filter(about, scale__in=LABELS, graded_at__date__lte=known)
    rows = list(given.order_by("graded_at", "pk"))
    bases = _bases(rows, known)
    found = [_graded(name, scale, _in_force(rows, key, scale, since), bases) for name, key, scale, since in subjects]
    return [each for each in found if each.given]


def _bases(rows: Iterable[Grading], known: date) -> dict[int, Citation]:
    """The citations on which these grades rest, that the public may see and that were on record on a day, by id."""
    named = {row.basis_id for row in rows if row.basis_id}
    on_record = Citation.objects.published().filter(published_at__date__lte=known)
    found = on_record.filter(pk__in=named).select_related("source") if named else ()
    return {each.pk: each for each in found}


def _subjects(
    allegation: Allegation, proceedings: Iterable[Proceeding], citations: Iterable[Citation]
) -> Iterator[tuple[str, tuple[str, Any], str, datetime]]:
    """Yield what can be graded: its name, its key in a grading, its scale, and since when it is public."""
    published: Any = allegation.published_at
    yield _("Severity of the conduct as alleged"), ("allegation_id", allegation.pk), SCALE.SEVERITY, published
    yield _("Link of the candidate, as alleged"), ("allegation_id", allegation.pk), SCALE.LINK, published
    for row in proceedings:
        since: Any = row.published_at
        yield _("Independence of the forum: %(what)s") % {"what": row}, ("proceeding_id", row.pk), SCALE.FORUM, since
    by_source = sorted(citations, key=lambda row: (str(row.source_id), row.published_at))
    for pk, cited in groupby(by_source, key=lambda row: row.source_id):
        first = next(cited)
        said = {"what": first.source}
        yield _("Reliability of the source: %(what)s") % said, ("source_id", pk), SCALE.RELIABILITY, _at(first)
    for each in citations:
        said = {"what": each.source}
        yield _("Credibility of the item: %(what)s") % said, ("citation_id", each.pk), SCALE.CREDIBILITY, _at(each)


def _at(citation: Citation) -> Any:
    return citation.published_at


def _in_force(rows: Iterable[Grading], key: tuple[str, Any], scale: str, since: datetime) -> list[Grading]:
    name, pk = key
    own = [row for row in rows if row.scale == scale and getattr(row, name) == pk]
    before = [row for row in own if row.graded_at <= since]
    firsts = [place for place, row in enumerate(before) if row.part == Grading.Part.FIRST]
    return [*before[firsts[-1] if firsts else 0 :], *(row for row in own if row.graded_at > since)]


def _graded(name: str, scale: str, rows: Iterable[Grading], bases: Mapping[int, Citation]) -> Graded:
    rows = list(rows)
    pair = last_pair(row.given for row in rows)
    difference = _difference(pair, scale) if pair and pair.differs else ""
    return Graded(name, [_given(row, bases) for row in rows], difference)


def _difference(pair: Pair, scale: str) -> str:
    """On what two graders differed, the lower grade first, so that nobody is told apart; and what came of it."""
    assert pair.second is not None
    low, high = sorted((pair.first.value, pair.second.value), key=WEIGHT[scale].index)
    said = {"low": _words(scale, low), "high": _words(scale, high)}
    if pair.resolution is None:
        counts = _("Until an editor decides, the grade more favourable to the candidate counts.")
        return _("Two graders differ: %(low)s, and %(high)s.") % said + f" {counts}"
    said["chosen"] = _words(scale, pair.resolution.value)
    return _("Two graders differed: %(low)s, and %(high)s. An editor decided for %(chosen)s.") % said


def _given(row: Grading, bases: Mapping[int, Citation]) -> Given:
    part = "" if row.part == Grading.Part.FIRST else str(row.get_part_display())
    words, basis = _words(row.scale, row.value), bases.get(row.basis_id or 0)
    return Given(row.graded_at.date(), words, row.reason, part, _by(row.part), basis)


def _by(part: str) -> str:
    if part == Grading.Part.FIRST:
        return _("by the first grader")
    return _("by a second grader") if part == Grading.Part.SECOND else _("by an editor who gave neither")


def _words(scale: str, value: str) -> str:
    kind: Any = LABELS[SCALE(scale)]
    return {str(code): str(label) for code, label in kind.choices}.get(value, value)
