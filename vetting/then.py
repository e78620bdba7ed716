"""What of the records of today had happened by one day and was on record on another: never more than today's pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject

from allegations.codes import ReplyKind, Stance
from allegations.grading import FORUM
from allegations.models import Allegation, Citation, CoalitionLetter, Grading, Proceeding, ProceedingStep, Reply
from allegations.provenance import SHARED
from allegations.workflow import State
from candidates.fields import earliest, latest
from candidates.models import Candidacy, CandidacyStatus, ResearchCheck
from vetting.dated import fallen, grades, recorded
from vetting.days import Days
from vetting.facts import CODES, ON_MERITS, grade_of
from vetting.histories import graded
from vetting.risk import records
from vetting.risk.scales import EXONERATIONS

Published = TypeVar("Published", CoalitionLetter, ResearchCheck)
FAVOURABLE = Q(stage__in=[stage for stage, code in CODES.items() if code in EXONERATIONS]) | Q(
    stage__in=list(ON_MERITS), on_merits=True
)
"""The steps that count for a person from the first day that their date may mean (methodology 2.9)."""
STANDS = (Candidacy.Status.ANNOUNCED, Candidacy.Status.NOMINATED)
"""What a candidacy begins with, so that without a date it stands before all that has one."""


class Then:
    """Chooses what a page of two days shows; without days, everything, as on the page of today.

    `matters` are the dated matters of each person by candidate id, from which grades of that time are taken.
    """

    def __init__(self, days: Days | None = None, matters: Mapping[int, Iterable[records.Matter]] | None = None) -> None:
        self.days = None if days is None or days.is_today else days
        self._matters = {(person, each.tag): each for person, own in (matters or {}).items() for each in own}
        self._cited = {each.key: each for matter in self._matters.values() for each in matter.citations}

    @property
    def known(self) -> date | None:
        """The day whose knowledge is shown; None where it is today's."""
        return self.days.known if self.days else None

    def allegations(self, rows: Iterable[Allegation]) -> list[Allegation]:
        """The allegations that had been made and were not merged by then; what else has become of a record since is
        told as it is today."""
        return [row for row in rows if self._stands(row)]

    def shows(self, row: Allegation) -> bool:
        """Tell whether an allegation had been made by then and was on record, whatever has become of it since."""
        if self.days is None:
            return True
        matter = self._matter(row)
        if matter is None:
            return self.days.show(_row(row, row, "first_alleged"))
        return matter.recorded <= self.days.known and matter.was_alleged(self.days.as_of, self.days.known)

    def counted(self, rows: Iterable[Allegation]) -> list[Allegation]:
        """Of the same allegations those that the profile of then may rest on, whatever has become of them since."""
        return [row for row in self.allegations(rows) if self.days is None or self._counted(row, self.days.known)]

    def letters(self, rows: Iterable[CoalitionLetter]) -> list[CoalitionLetter]:
        """The letters that had been written and stood, and may still be read; on a past day each says when it
        `fell_on`, if it has."""
        return [row for row in rows if self.days is None or (not row.is_retracted and self._stood(row))]

    def retracted(self, rows: Iterable[CoalitionLetter]) -> list[CoalitionLetter]:
        """The letters that stood then and were retracted since: to be counted, for nobody may read them any more."""
        return [row for row in rows if self.days and row.is_retracted and self._stood(row)]

    def replies(self, rows: Iterable[Reply], about: Iterable[Allegation]) -> list[Reply]:
        """Replies that may have been given, or asked for, by then; those to an allegation only beside it."""
        shown = {allegation.pk for allegation in about}
        return [
            row
            for row in rows
            if (row.allegation_id is None or row.allegation_id in shown or self.days is None)
            and self._shows(row, "asked" if row.kind == ReplyKind.NONE_YET else "answered", for_person=True)
        ]

    def checks(self, rows: Iterable[ResearchCheck]) -> list[ResearchCheck]:
        return [row for row in rows if self.days is None or recorded(row.published_at) <= self.days.known]

    def conflicts(self, rows: Iterable[Any]) -> list[Any]:
        """The sides of the conflicts that were on record; how these were settled is told as it is today."""
        return [row for row in rows if self.days is None or recorded(row.conflict.published_at) <= self.days.known]

    def citation(self, row: Citation) -> bool:
        """Tell whether a citation was on record, of a source that had appeared."""
        if self.days is None:
            return True
        return self.days.show(_row(row, row.source, "dated"), for_person=row.stance != Stance.SUPPORTS)

    def proceedings(self, rows: QuerySet[Proceeding]) -> list[Proceeding]:
        """Proceedings with the steps and the grade of their forum of then; those without any step by then not."""
        if self.days is None:
            steps = Prefetch("steps", ProceedingStep.objects.order_by("reached_earliest", "id"))
            return list(rows.prefetch_related(steps))
        known = self.days.known
        steps = Prefetch("steps", steps_by(self.days).order_by("reached_earliest", "id"))
        dated = rows.filter(published_at__date__lte=known).prefetch_related(steps)
        found: list[Any] = [row for row in dated if row.steps.all()]
        given = graded(Grading.objects.filter(proceeding__in=found)) if found else {}
        for row in found:
            forum = grades(given.get((FORUM, row.pk)), FORUM, row.forum, recorded(row.published_at))
            row.forum = records.latest(forum, known) or "U"  # only to be shown, never saved
        return found

    def severity(self, allegation: Allegation) -> int | None:
        return allegation.severity if self.days is None else self._graded(allegation, "severity")

    def link(self, allegation: Allegation) -> int | None:
        return allegation.link if self.days is None else self._graded(allegation, "link")

    def grade(self, citation: Citation) -> str:
        """The letter and digit of a citation, for example B2; empty until both are given."""
        if self.days is None:
            return grade_of(citation) if citation.credibility and citation.source.reliability else ""
        row = self._cited.get(str(citation.pk))
        parts = [records.latest(scale, self.days.known) for scale in (row.reliability, row.credibility)] if row else []
        return "".join(parts) if all(parts) else ""

    def is_lost(self, citation: Citation) -> bool:
        row = self._cited.get(str(citation.pk))
        if self.days is None or row is None:
            return citation.source.is_lost
        return not row.stands(self.days.known)

    def origin(self, citation: Citation) -> int | str:
        """The origin under which a citation was counted on a past day, by its id, or `SHARED`."""
        assert self.days is not None
        code = self._origin_on(citation, self.days.known)
        return int(code) if code.isdigit() else SHARED

    def is_grouped_as_today(self, citation: Citation) -> bool:
        """Tell whether what a citation goes back to is what is on record today."""
        days = self.days
        return days is None or self._origin_on(citation, days.known) == self._origin_on(citation, days.today)

    def _origin_on(self, citation: Citation, day: date) -> str:
        row = self._cited.get(str(citation.pk))
        return records.latest(row.origin, day) if row else SHARED

    def has(self, candidacy: Candidacy) -> bool:
        """Tell whether a candidacy was on record."""
        return self.days is None or recorded(candidacy.published_at) <= self.days.known

    def status_of(self, candidacy: Candidacy) -> str:
        """The status of a candidacy in words; of a past day the last one that had begun and, before any, an undated
        announcement or nomination; empty where none was on record."""
        if self.days is None:
            return candidacy.get_status_display()
        until = min(self.days.as_of, self.days.known)
        steps: Sequence[dict[str, str]] = candidacy.steps if self.has(candidacy) else ()  # type: ignore[attr-defined]
        begun = [each["status"] for each in steps if each["earliest"] and date.fromisoformat(each["earliest"]) <= until]
        begun = begun or [each["status"] for each in steps if not each["earliest"] and each["status"] in STANDS]
        return str(Candidacy.Status(begun[-1]).label) if begun else ""

    def is_outcome_of(self, candidacy: Candidacy) -> bool:
        """Tell whether the outcome that is on record belongs to the status of then."""
        return self.status_of(candidacy) == candidacy.get_status_display()

    def _stands(self, row: Allegation) -> bool:
        if row.merged_into_id and not (self.days and self._counted(row, self.days.known)):
            return False
        return self.shows(row)

    def _counted(self, row: Allegation, known: date) -> bool:
        matter = self._matter(row)
        return matter is not None and matter.stands(known)

    def _stood(self, row: CoalitionLetter) -> bool:
        return self.days is not None and self.days.show(_letter_row(row))

    def _matter(self, allegation: Allegation) -> records.Matter | None:
        return self._matters.get((allegation.candidate_id, allegation.tag or 0))

    def _graded(self, allegation: Allegation, scale: str) -> int | None:
        matter = self._matter(allegation)
        code = records.latest(getattr(matter, scale), self.days.known) if matter and self.days else ""
        return int(code) if code else None

    def _shows(self, row: Any, name: str, *, for_person: bool = False) -> bool:
        return self.days is None or self.days.show(_row(row, row, name), for_person=for_person)


def _row(row: Any, dated: Any, name: str, absent: tuple[records.Span, ...] = ()) -> records.Row:
    since = recorded(row.published_at)
    return records.Row(recorded=since, on=earliest(dated, name), until=latest(dated, name), absent=absent)


def _letter_row(row: CoalitionLetter) -> records.Row:
    return _row(row, row, "dated", fallen(row.state, row.fell_on))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Move:
    """That a review moved a record from a state to another, and the day."""

    left: str
    reached: str
    day: date


def end_of_dispute(record: Any, days: Days) -> Move | None:
    """What ended the dispute in which a record was on the day known; None where it was in none, or still is.

    The first step after a day tells in which state it was by its end. `record` has its `moves`.
    """
    later = (each for each in record.moves if date.fromisoformat(each["day"]) > days.known)
    first = next(later, None)
    if first is None or first["left"] != State.DISPUTED:
        return None
    return Move(first["left"], first["reached"], date.fromisoformat(first["day"]))


def steps_by(days: Days) -> QuerySet[ProceedingStep]:
    """The steps that had happened and were on record on two days, as the method reads their uncertain dates."""
    may = Q(reached_earliest__isnull=True) | Q(reached_earliest__lte=days.as_of)
    surely = Q(reached_latest__lte=days.as_of) | Q(reached_latest__isnull=True, reached_earliest__lte=days.as_of)
    told = Q(recorded_at__date__lte=days.as_of, proceeding__published_at__date__lte=days.as_of)
    return ProceedingStep.objects.filter(may, surely | told | FAVOURABLE, recorded_at__date__lte=days.known)


def status_steps() -> ArraySubquery:
    """The history of the status of a candidacy, the earliest step first: `status`, `since` and its `earliest` day."""
    row = JSONObject(status="status", since="since", earliest="since_earliest")
    steps = CandidacyStatus.objects.filter(candidacy=OuterRef("pk")).order_by("since_earliest", "id")
    return ArraySubquery(steps.values(json=row))
