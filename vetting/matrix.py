"""The page of an election: all candidates of each contest against the same criteria, never in order of a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allegations.codes import LetterStance, ReplyKind
from allegations.models import Allegation, CoalitionLetter, Proceeding, Reply
from allegations.views.conflicts import Conflict, conflicts_of, sides_about
from allegations.views.evidence import Evidence, Mark
from allegations.views.letters import letters_about
from allegations.workflow import STANDING
from candidates.models import Candidacy, Contest, Election, ResearchCheck
from vetting.assessments import standing
from vetting.coverage import Coverage, coverage_of
from vetting.intervals import Intervals, intervals_of
from vetting.risk.scales import Status
from vetting.shown import Shown


@dataclass(frozen=True, slots=True)
class Row:
    """One candidacy of the matrix; the same criteria for everyone."""

    candidacy: Candidacy
    marks: list[Mark]
    shown: Shown
    coverage: Coverage
    matters: list[Allegation]
    proceedings: int
    jurisdictions: int
    objections: list[CoalitionLetter]
    support: list[CoalitionLetter]
    answered: int
    unanswered: int

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
def election(request: HttpRequest, slug: str) -> HttpResponse:
    found = Election.objects.published().select_related("body").filter(slug=slug).first()
    if found is None:
        raise Http404
    return render(request, "vetting/election.html", context_of(found))


def context_of(found: Election) -> dict[str, Any]:
    """All that the page of an election shows; twelve queries, whatever there is."""
    contests = list(found.contests.all())
    candidacies = list(_candidacies(found))
    letters = list(_letters(candidacies))
    people = {candidacy.candidate_id for candidacy in candidacies}
    allegations = Allegation.objects.standing().filter(candidate__in=people, merged_into__isnull=True)
    proceedings = Proceeding.objects.published().filter(allegation__candidate__in=people)
    records = _Records(
        list(allegations.order_by("tag")),
        list(proceedings.filter(allegation__state__in=STANDING).select_related("allegation")),
        letters,
        list(_replies(found, candidacies)),
        list(ResearchCheck.objects.published().filter(candidacy__in=candidacies)),
    )
    about = Q(contest__in=contests) | Q(candidacy__in=candidacies) | Q(letter__in=letters)
    sides = list(sides_about(about))
    evidence = Evidence([found, *candidacies, *letters, *records.replies, *sides])
    conflicts = conflicts_of(sides, evidence)
    profiles = {pk: Shown(each) for pk, each in standing(candidacies).items()}
    rows = [_row(candidacy, profiles[candidacy.pk], records, evidence) for candidacy in candidacies]
    return {
        "election": found,
        "marks": evidence.of(found),
        "posts": [_post(contest, rows, conflicts) for contest in contests],
        "letters": evidence.cited(letters),
        "about_body": evidence.cited(reply for reply in records.replies if reply.institution_id),
        "sources": evidence.sources,
    }


@dataclass(frozen=True, slots=True)
class _Records:
    """What is published about the candidacies of an election, each kind read once."""

    allegations: Sequence[Allegation]
    proceedings: Sequence[Proceeding]
    letters: Sequence[CoalitionLetter]
    replies: Sequence[Reply]
    checks: Sequence[ResearchCheck]


def _candidacies(found: Election) -> QuerySet[Candidacy]:
    """In ballot order, and by name where there is none."""
    rows = Candidacy.objects.published().filter(contest__election=found)
    rows = rows.select_related("candidate", "contest__election", "nominated_by")
    return rows.order_by("contest__position", F("ballot_position").asc(nulls_last=True), "candidate__sort_name", "pk")


def _letters(candidacies: Iterable[Candidacy]) -> QuerySet[CoalitionLetter]:
    public = Candidacy.objects.published().select_related("candidate")
    return letters_about(candidacies).prefetch_related(Prefetch("candidacies", public))


def _replies(found: Election, candidacies: Sequence[Candidacy]) -> QuerySet[Reply]:
    people = [candidacy.candidate_id for candidacy in candidacies]
    standing_matters = Allegation.objects.standing().filter(candidate__in=people)
    about = Q(allegation__in=standing_matters) | Q(candidacy__in=candidacies) | Q(institution=found.body)
    return Reply.objects.published().filter(about).select_related("allegation", "institution")


def _row(candidacy: Candidacy, shown: Shown, records: _Records, evidence: Evidence) -> Row:
    person = candidacy.candidate_id
    proceedings = [row for row in records.proceedings if row.allegation.candidate_id == person]
    letters = [letter for letter in records.letters if candidacy in letter.candidacies.all()]
    replies = Counter(reply.kind == ReplyKind.NONE_YET for reply in records.replies if _is_of(reply, candidacy))
    return Row(
        candidacy=candidacy,
        marks=evidence.of(candidacy),
        shown=shown,
        coverage=coverage_of(candidacy, records.checks),
        matters=[row for row in records.allegations if row.candidate_id == person],
        proceedings=len(proceedings),
        jurisdictions=len({str(row.jurisdiction) or row.forum_name for row in proceedings}),
        objections=[letter for letter in letters if letter.stance != LetterStance.SUPPORTS],
        support=[letter for letter in letters if letter.stance == LetterStance.SUPPORTS],
        answered=replies[False],
        unanswered=replies[True],
    )


def _is_of(reply: Reply, candidacy: Candidacy) -> bool:
    if reply.candidacy_id:
        return reply.candidacy_id == candidacy.pk
    return reply.allegation is not None and reply.allegation.candidate_id == candidacy.candidate_id


def _post(contest: Contest, rows: Iterable[Row], conflicts: Iterable[Conflict]) -> Post:
    own = [row for row in rows if row.candidacy.contest_id == contest.pk]
    people = {row.candidacy.pk for row in own}
    about = [c for c in conflicts if c.record.contest_id == contest.pk or c.record.candidacy_id in people]
    return Post(contest, own, about, intervals_of((row.candidacy, row.shown) for row in own))
