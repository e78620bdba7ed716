"""The page of an election: all candidates of each contest against the same criteria, never in order of a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject, TruncDate
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from allegations.codes import LetterStance, ReplyKind
from allegations.models import Allegation, CoalitionLetter, Proceeding, Reply
from allegations.replies import is_of_candidate
from allegations.views.conflicts import Conflict, conflicts_of, sides_about
from allegations.views.evidence import Evidence, Mark
from allegations.views.letters import letters_about
from candidates.models import Candidacy, Contest, Election, ResearchCheck
from vetting.assessments import choices_of, on_days
from vetting.coverage import Coverage, coverage_of
from vetting.days import Days, answered, today
from vetting.facts import records_of
from vetting.intervals import Intervals, intervals_of
from vetting.models import Dossier
from vetting.risk.scales import Status
from vetting.shown import Shown
from vetting.snapshot import one_state
from vetting.then import Then, status_steps


@dataclass(frozen=True, slots=True)
class Row:
    """One candidacy of the matrix; the same criteria for everyone."""

    candidacy: Candidacy
    marks: list[Mark]
    shown: Shown
    coverage: Coverage
    status: str
    outcome: str
    matters: int
    proceedings: int
    jurisdictions: int
    letters: Mapping[str, list[CoalitionLetter]]
    retracted: int
    answered: int
    of_others: int
    unanswered: int

    @property
    def has_letters(self) -> bool:
        """Tell whether there is anything to say of letters, be it that one was retracted since."""
        return bool(self.retracted or any(self.letters.values()))

    @property
    def objections(self) -> list[CoalitionLetter]:
        return self.letters[LetterStance.OPPOSES]

    @property
    def scrutiny(self) -> list[CoalitionLetter]:
        return self.letters[LetterStance.SCRUTINY]

    @property
    def support(self) -> list[CoalitionLetter]:
        return self.letters[LetterStance.SUPPORTS]

    @property
    def is_searched(self) -> bool:
        """Tell whether “no matter” would mean that somebody has looked."""
        return bool(self.shown.profile["status"] == Status.NOTHING_FOUND)


@dataclass(frozen=True, slots=True)
class Post:
    """One contest with its rows, what sources disagree on about it, and its numbers on one axis."""

    contest: Contest
    rows: list[Row]
    conflicts: list[Conflict]
    intervals: Intervals | None


@require_safe
@one_state()
def election(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Election.objects.published().annotate(frozen=frozen())
    found = rows.select_related("body").filter(slug=slug).first()
    if found is None:
        raise Http404
    return answered(request, "vetting/election.html", found, found.title, partial(context_of, found))


def frozen() -> ArraySubquery:
    """The dossiers of an election, the latest first: of which day, made when, and the digest of the manifest."""
    row = JSONObject(day="day", made=TruncDate("made_at", tzinfo=UTC), manifest_sha256="manifest__sha256")
    return ArraySubquery(Dossier.objects.filter(election=OuterRef("pk")).order_by("-day").values(row=row))


def context_of(found: Election, days: Days | None = None) -> dict[str, Any]:
    """All that the page of an election shows on two days, by default today; 23 queries at most, whatever there is."""
    days = days or today()
    contests = list(found.contests.all())
    candidacies = list(_candidacies(found))
    history = records_of(candidacies)
    then = Then(days, {each.candidate_id: history[each.pk].matters for each in candidacies})
    written = list(_letters(candidacies, then.known))
    letters, retracted = then.letters(written), then.retracted(written)
    people = {candidacy.candidate_id for candidacy in candidacies}
    rows = Allegation.objects.standing() if days.is_today else Allegation.objects.legible()
    matters = then.counted(rows.filter(candidate__in=people))
    proceedings = Proceeding.objects.published().filter(allegation__in=matters).select_related("allegation")
    records = _Records(
        then,
        list(proceedings) if days.is_today else then.proceedings(proceedings),
        letters,
        retracted,
        then.replies(_replies(found, candidacies, matters), matters),
        then.checks(ResearchCheck.objects.published().filter(candidacy__in=candidacies)),
    )
    about = Q(contest__in=contests) | Q(candidacy__in=candidacies) | Q(letter__in=letters)
    sides = then.conflicts(sides_about(about))
    evidence = Evidence([found, *candidacies, *letters, *records.replies, *sides], then.citation)
    conflicts = conflicts_of(sides, evidence)
    assessed = on_days(candidacies, days.as_of, days.known, records=history)
    profiles = {pk: Shown(each) for pk, each in assessed.items()}
    found_rows = [_row(candidacy, profiles[candidacy.pk], records, evidence) for candidacy in candidacies]
    return {
        "election": found,
        "days": days,
        "choices": choices_of(history.values(), until=days.today),
        "marks": evidence.of(found),
        "posts": [_post(contest, found_rows, conflicts) for contest in contests],
        "letters": evidence.cited(letters),
        "retracted": len(retracted),
        "about_body": evidence.cited(reply for reply in records.replies if reply.institution_id),
        "sources": evidence.sources,
    }


@dataclass(frozen=True, slots=True)
class _Records:
    """What is published about the candidacies of an election, each kind read once."""

    then: Then
    proceedings: Sequence[Proceeding]
    letters: Sequence[CoalitionLetter]
    retracted: Sequence[CoalitionLetter]
    replies: Sequence[Reply]
    checks: Sequence[ResearchCheck]


def _candidacies(found: Election) -> QuerySet[Candidacy]:
    """In ballot order, and by name where there is none."""
    rows = Candidacy.objects.published().filter(contest__election=found)
    rows = rows.select_related("candidate", "contest__election", "nominated_by").annotate(steps=status_steps())
    in_order = "contest__position", F("ballot_position").asc(nulls_last=True), "candidate__sort_name", "pk"
    ordered: QuerySet[Candidacy] = rows.order_by(*in_order)
    return ordered


def _letters(candidacies: Iterable[Candidacy], known: date | None) -> QuerySet[CoalitionLetter]:
    public = Candidacy.objects.published().select_related("candidate")
    return letters_about(candidacies, known).prefetch_related(Prefetch("candidacies", public))


def _replies(found: Election, candidacies: Iterable[Candidacy], matters: Iterable[Allegation]) -> QuerySet[Reply]:
    about = Q(allegation__in=matters) | Q(candidacy__in=candidacies) | Q(institution=found.body)
    return Reply.objects.published().filter(about).select_related("allegation", "institution")


def _row(candidacy: Candidacy, shown: Shown, records: _Records, evidence: Evidence) -> Row:
    person = candidacy.candidate_id
    proceedings = [row for row in records.proceedings if row.allegation.candidate_id == person]
    letters = [letter for letter in records.letters if candidacy in letter.candidacies.all()]
    coverage = coverage_of(candidacy, records.checks, shown.standing.as_of if records.then.days else None)
    replies = Counter(_whose(reply) for reply in records.replies if _is_of(reply, candidacy))
    return Row(
        candidacy=candidacy,
        marks=evidence.of(candidacy),
        shown=replace(shown, found=coverage.found),
        coverage=coverage,
        status=records.then.status_of(candidacy),
        outcome=candidacy.outcome if records.then.is_outcome_of(candidacy) else "",
        matters=len(shown.profile["matters"]),
        proceedings=len(proceedings),
        jurisdictions=len({str(row.jurisdiction) or row.forum_name for row in proceedings}),
        letters={stance: [letter for letter in letters if letter.stance == stance] for stance in LetterStance},
        retracted=sum(candidacy in letter.candidacies.all() for letter in records.retracted),
        answered=replies["candidate"],
        of_others=replies["others"],
        unanswered=replies["none yet"],
    )


def _whose(reply: Reply) -> str:
    if reply.kind == ReplyKind.NONE_YET:
        return "none yet"
    return "candidate" if is_of_candidate(reply) else "others"


def _is_of(reply: Reply, candidacy: Candidacy) -> bool:
    if reply.candidacy_id:
        return reply.candidacy_id == candidacy.pk
    return reply.allegation is not None and reply.allegation.candidate_id == candidacy.candidate_id


def _post(contest: Contest, rows: Iterable[Row], conflicts: Iterable[Conflict]) -> Post:
    own = [row for row in rows if row.candidacy.contest_id == contest.pk]
    people = {row.candidacy.pk for row in own}
    about = [c for c in conflicts if c.record.contest_id == contest.pk or c.record.candidacy_id in people]
    return Post(contest, own, about, intervals_of((row.candidacy, row.shown) for row in own))
