"""The profile of a candidate: everything published about one person, in the order in which it is to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from allegations.codes import LetterStance
from allegations.models import Allegation, CoalitionLetter, Proceeding, Reply
from allegations.queries import moves
from allegations.views.conflicts import conflicts_of, sides_about
from allegations.views.evidence import Evidence
from allegations.views.letters import letters_about
from candidates.models import Candidacy, Candidate, CandidateName, ResearchCheck
from candidates.models.base import PublishableQuerySet
from vetting import graders, timeline, unknowns
from vetting.assessments import choices_of, on_days
from vetting.course import course_of
from vetting.coverage import coverage_of
from vetting.days import Days, answered, today
from vetting.facts import records_of
from vetting.gradeplot import grade_plot
from vetting.matter import Matter, jurisdictions, matters_of
from vetting.shown import Shown, ruled_on
from vetting.snapshot import one_state
from vetting.then import Then, status_steps
from vetting.voices import voices_of


@require_safe
@one_state()
def candidate(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of today or, with `as_of` and `known` in its query, of two earlier days; 400 where these are no days."""
    found = candidates().filter(slug=slug).first()
    if found is None:
        return moved(slug, request.META.get("QUERY_STRING", ""))
    return answered(request, "vetting/candidate.html", found, found.name, partial(context_of, found))


def candidates() -> QuerySet[Candidate]:
    """Published candidates, with their names."""
    name = JSONObject(text="text", language="language", script="script", kind="kind")
    names = CandidateName.objects.filter(candidate=OuterRef("pk")).order_by("id")
    published = Candidate.objects.published()
    spelled: QuerySet[Candidate] = published.annotate(spellings=ArraySubquery(names.values(json=name)))
    return spelled


def moved(slug: str, query: str = "") -> HttpResponse:
    """Lead on to the candidate that a published one was merged into, with 308; anything else is not found."""
    once_public = PublishableQuerySet.published(Candidate.objects.filter(slug=slug))
    merged = once_public.select_related("merged_into").first()
    for _ in range(9):  # longer chains of merges are a mistake
        into = merged.merged_into if merged else None
        if into is None or not into.is_published:
            break
        if into.merged_into_id is None:
            address = into.get_absolute_url() + (f"?{query}" if query else "")
            return HttpResponsePermanentRedirect(address, preserve_request=True)
        merged = into
    raise Http404


def context_of(found: Candidate, days: Days | None = None) -> dict[str, Any]:
    """All that the page of a candidate shows on two days, by default today; 23 queries at most, whatever there is."""
    days = days or today()
    candidacies = list(_candidacies(found))
    first = candidacies[0] if candidacies else None
    records = records_of(candidacies)
    then = Then(days, {found.pk: records[first.pk].matters} if first else {})
    checks = then.checks(_checks(candidacies))
    coverages = {each.pk: coverage_of(each, checks, days.as_of) for each in candidacies}
    assessed = on_days(candidacies, days.as_of, days.known, records=records)
    profiles = {pk: Shown(each, coverages[pk].found) for pk, each in assessed.items()}
    shown = profiles[first.pk] if first else None
    allegations = then.allegations(_allegations(found))
    proceedings = then.proceedings(Proceeding.objects.published().filter(allegation__in=allegations))
    replies = then.replies(_replies(allegations, candidacies), allegations)
    about = list(letters_about(candidacies, then.known))
    letters = then.letters(about)
    sides = then.conflicts(sides_about(_about(candidacies, allegations, letters)))
    statements = [*candidacies, *allegations, *proceedings, *replies, *letters, *sides]
    evidence = Evidence(statements, then.citation)
    behind = graders.of_matters(records[first.pk].matters, days.known) if first else {}
    matters = matters_of(allegations, proceedings, replies, evidence, shown, then, behind)
    conflicts = conflicts_of(sides, evidence)
    coverage = coverages[first.pk] if first else None
    course = course_of(records[first.pk], days) if first else None
    by_stance = {stance: [each for each in letters if each.stance == stance] for stance in LetterStance}
    return {
        "candidate": found,
        "days": days,
        "names": other_names(found),
        "candidacy": first,
        "is_later": first is not None and not then.has(first),
        "status": then.status_of(first) if first else "",
        "outcome": first.outcome if first and then.is_outcome_of(first) else "",
        "others": [(each, profiles[each.pk], then.status_of(each)) for each in candidacies[1:]],
        "shown": shown,
        "course": course,
        "choices": choices_of([records[first.pk]], until=days.today) if first else [],
        "marks": evidence.of(first) if first else [],
        "coverage": coverage,
        "ruled_on": ruled_on(records[first.pk], days.as_of, days.known) if first else 0,
        "reasons": _with_lines(shown.profile["reasons"] if shown else [], matters),
        "matters": matters,
        "withdrawn": _withdrawn(shown, matters),
        "contributions": _with_lines(shown.scored if shown else [], matters),
        "grades": grade_plot(matters, shown.standing.version) if shown else None,
        "jurisdictions": jurisdictions(matters),
        "replies": evidence.cited(reply for reply in replies if reply.candidacy_id),
        "about_body": evidence.cited(reply for reply in replies if reply.institution_id),
        "letters": evidence.cited(letters),
        "objections": by_stance[LetterStance.OPPOSES],
        "scrutiny": by_stance[LetterStance.SCRUTINY],
        "support": by_stance[LetterStance.SUPPORTS],
        "retracted": _retracted(then.retracted(about)),
        "voices": voices_of(by_stance[LetterStance.OPPOSES], then.known),
        "timeline": _timeline(then, candidacies, matters, letters, replies),
        "conflicts": conflicts,
        "sources": evidence.sources,
        "unknown": unknowns.sentences(found, first, coverage, matters, letters, conflicts, evidence.sources),
        "changed": latest(_changes([found, *candidacies, *allegations, *proceedings, *replies, *letters])),
        "checked": latest(mark.source.last_checked_at for mark in evidence.sources),
    }


def _timeline(
    then: Then,
    candidacies: Iterable[Candidacy],
    matters: Iterable[Matter],
    letters: Iterable[CoalitionLetter],
    replies: Iterable[Reply],
) -> list[timeline.Event]:
    """What had happened by then, and was known."""
    events = timeline.events(filter(then.has, candidacies), matters, letters, replies, then.known)
    return [event for event in events if then.days is None or event.day <= then.days.as_of]


def _withdrawn(shown: Shown | None, matters: Iterable[Matter]) -> list[dict[str, Any]]:
    """What the profile says of matters that counted on its day and whose text nobody may read any more."""
    legible = {matter.allegation.tag for matter in matters}
    return [line for line in shown.profile["matters"] if line["tag"] not in legible] if shown else []


def _retracted(letters: Iterable[CoalitionLetter]) -> dict[str, int]:
    """How many letters counted on the day of the page that nobody may read any more, in all and by what they are."""
    stances = Counter(letter.stance for letter in letters)
    return {
        "objections": stances[LetterStance.OPPOSES],
        "scrutiny": stances[LetterStance.SCRUTINY],
        "support": stances[LetterStance.SUPPORTS],
        "all": stances.total(),
    }


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """The last of these moments that is known."""
    return max((moment for moment in moments if moment), default=None)


def _changes(records: Iterable[Any]) -> Iterator[datetime | None]:
    for record in records:
        yield from (record.published_at, getattr(record, "state_since", None))


def other_names(found: Candidate) -> list[dict[str, str]]:
    """The spellings other than the name of the page; what stands in another script comes first."""
    others = [name for name in found.spellings if name["text"] != found.name]  # type: ignore[attr-defined]
    return sorted(others, key=lambda name: name["script"] in ("", "Latn"))


def _candidacies(found: Candidate) -> QuerySet[Candidacy]:
    rows = Candidacy.objects.published().filter(candidate=found)
    rows = rows.select_related("candidate", "contest__election__body", "nominated_by")
    rows = rows.annotate(steps=status_steps())
    ordered: QuerySet[Candidacy] = rows.order_by(F("contest__election__voted_earliest").desc(nulls_last=True), "pk")
    return ordered


def _allegations(found: Candidate) -> QuerySet[Allegation]:
    rows: QuerySet[Any] = Allegation.objects.legible().filter(candidate=found)
    rows = rows.annotate(moves=moves(allegation=OuterRef("pk")))
    return rows.select_related("claimed_by_organization", "merged_into").order_by("tag")


def _replies(allegations: Sequence[Allegation], candidacies: Sequence[Candidacy]) -> QuerySet[Reply]:
    bodies = [candidacy.contest.election.body_id for candidacy in candidacies]
    about = Q(allegation__in=allegations) | Q(candidacy__in=candidacies) | Q(institution__in=bodies)
    return Reply.objects.published().filter(about).select_related("institution")


def _about(candidacies: Iterable[Candidacy], allegations: Iterable[Any], letters: Iterable[Any]) -> Q:
    candidacies = list(candidacies)
    about = Q(candidacy__in=candidacies) | Q(contest__in=[candidacy.contest_id for candidacy in candidacies])
    return about | Q(allegation__in=allegations) | Q(letter__in=letters)


def _checks(candidacies: Iterable[Candidacy]) -> list[ResearchCheck]:
    return list(ResearchCheck.objects.published().filter(candidacy__in=list(candidacies)))


def _with_lines(lines: Iterable[dict[str, Any]], matters: Iterable[Matter]) -> list[tuple[dict[str, Any], Matter]]:
    """Pair what the profile says about matters with the matters themselves."""
    by_tag = {matter.allegation.tag: matter for matter in matters}
    return [(line, by_tag[line["tag"]]) for line in lines if line["tag"] in by_tag]
