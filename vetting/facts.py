"""The facts bridge: published rows in, the engine's facts out. Nothing else touches both."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

from django.db.models import Prefetch, Q

from allegations.codes import LetterStance, ReplyKind, Stage, Stance
from allegations.models import Allegation, Citation, CoalitionLetter, Proceeding, ProceedingStep, Reply
from allegations.provenance import Cited, OriginNode, clusters
from allegations.queries import origins_of
from allegations.workflow import STANDING
from candidates.fields import earliest, latest
from candidates.models import Candidacy, ResearchCheck
from vetting.risk import facts as risk

# A stage of ours → the method's code; where the code depends on the step, by (final, on the merits).
CODES = {
    Stage.COMPLAINT: "K1",
    Stage.INQUIRY: "K2",
    Stage.INVESTIGATION: "K2",
    Stage.SUSPECT: "K3",
    Stage.CHARGED: "K4",
    Stage.ON_TRIAL: "K4",
    Stage.ADVERSE_FINDING: "K5",
    Stage.CONVICTED: "K6",
    Stage.PENDING_APPEAL: "K6",
    Stage.ACQUITTED: "X3",
    Stage.DISMISSED: "N0",
    Stage.DECLINED: "N0",
    Stage.WITHDRAWN: "X1",
    Stage.SETTLED: "N0",
    Stage.EXONERATED: "X4",
}
FINAL = {"K5": "K7", "K6": "K7"}
ON_MERITS = {Stage.DISMISSED: "X2", Stage.DECLINED: "X2"}
UNEXAMINED = {"K0", "K1", "N0"}  # nobody has examined these, so no forum grade applies
ANSWERS = {ReplyKind.DENIAL, ReplyKind.ACKNOWLEDGEMENT, ReplyKind.OTHER_EXPLANATION}
SIDES = {Stance.SUPPORTS: "supporting", Stance.DISPUTES: "refuting"}


def facts_of(candidacies: Iterable[Candidacy], *, as_of: date) -> dict[int, risk.CandidacyFacts]:
    """Read what is published about these candidacies and turn it into facts, by candidacy id.

    Unset grades take the value that is most favourable to the person (methodology 2.12).
    """
    candidacies = list(candidacies)
    people = {candidacy.candidate_id for candidacy in candidacies}
    by_candidate: dict[int, list[Allegation]] = {person: [] for person in people}
    for allegation in _allegations(people):
        by_candidate[allegation.candidate_id].append(allegation)
    origins = origins_of(chain.from_iterable(a.citations.all() for rows in by_candidate.values() for a in rows))
    rows = _Rows(candidacies)
    return {
        candidacy.pk: _facts(candidacy, by_candidate[candidacy.candidate_id], origins, rows, as_of)
        for candidacy in candidacies
    }


def _allegations(people: set[int]) -> Iterable[Allegation]:
    cited = Citation.objects.filter(published_at__isnull=False).select_related("source")
    steps = Prefetch("proceedings", Proceeding.objects.filter(published_at__isnull=False).prefetch_related("steps"))
    standing = Allegation.objects.standing().filter(candidate__in=people, merged_into__isnull=True)
    return standing.order_by("tag").prefetch_related(Prefetch("citations", cited), steps)


class _Rows:
    """Checks, replies and letters of several candidacies, read once."""

    def __init__(self, candidacies: Sequence[Candidacy]) -> None:
        ids = [candidacy.pk for candidacy in candidacies]
        people = [candidacy.candidate_id for candidacy in candidacies]
        self.checks = list(ResearchCheck.objects.filter(candidacy__in=ids, published_at__isnull=False))
        replies = Reply.objects.filter(published_at__isnull=False).select_related("allegation")
        self.replies = list(replies.filter(candidacy__in=ids)) + list(
            replies.filter(allegation__in=Allegation.objects.standing().filter(candidate__in=people))
        )
        letters = CoalitionLetter.objects.in_states(STANDING).filter(candidacies__in=ids).distinct()
        self.letters = list(letters.prefetch_related("candidacies", "signatures"))


def _facts(
    candidacy: Candidacy,
    allegations: Sequence[Allegation],
    origins: Mapping[Hashable, OriginNode],
    rows: _Rows,
    as_of: date,
) -> risk.CandidacyFacts:
    letters = [letter for letter in rows.letters if candidacy in letter.candidacies.all()]
    return risk.CandidacyFacts(
        slug=slug_of(candidacy),
        as_of=as_of,
        checks=checks_done([row for row in rows.checks if row.candidacy_id == candidacy.pk], as_of),
        coders=2 if candidacy.double_coded else 1,
        reply=reply_state([row for row in rows.replies if _about(row, candidacy)], as_of),
        opposition=voices(letters, LetterStance.OPPOSES),
        support=voices(letters, LetterStance.SUPPORTS),
        matters=tuple(matter(allegation, origins) for allegation in allegations),
    )


def slug_of(candidacy: Candidacy) -> str:
    """The name of a candidacy in its vector string; it never changes once published."""
    contest = candidacy.contest
    slug = candidacy.key or f"{contest.election.slug}-{contest.slug}-{candidacy.candidate.slug}"
    return slug.lstrip("-_") or f"candidacy-{candidacy.pk}"  # the vector takes no mark in front


def _about(reply: Reply, candidacy: Candidacy) -> bool:
    if reply.candidacy_id:
        return reply.candidacy_id == candidacy.pk
    return reply.allegation is not None and reply.allegation.candidate_id == candidacy.candidate_id


def matter(allegation: Allegation, origins: Mapping[Hashable, OriginNode]) -> risk.MatterFacts:
    """One allegation with its prefetched proceedings and citations, as the engine takes it."""
    assert allegation.tag is not None, "a published matter is numbered"  # a constraint says so
    sides: dict[str, list[Citation]] = {"supporting": [], "refuting": []}
    for citation in allegation.citations.all():
        side = SIDES.get(Stance(citation.stance))
        if side and _counts(citation):
            sides[side].append(citation)
    return risk.MatterFacts(
        tag=allegation.tag,
        severity=allegation.severity or 1,
        link=allegation.link or 0,
        stage=tuple(act(row, step) for row in allegation.proceedings.all() for step in row.steps.all()),
        supporting=_clusters(sides["supporting"], origins),
        refuting=_clusters(sides["refuting"], origins),
    )


def _counts(citation: Citation) -> bool:
    graded = bool(citation.source.reliability and citation.credibility)
    return graded and not citation.source.is_lost


def _clusters(cited: Sequence[Citation], origins: Mapping[Hashable, OriginNode]) -> tuple[risk.Cluster, ...]:
    by_key: dict[Hashable, Citation] = {citation.pk: citation for citation in cited}
    grouped = clusters((Cited(c.pk, derived_from=c.derived_from_id, origin=c.origin_id) for c in cited), origins)
    return tuple(tuple(risk.Citation(str(pk), grade_of(by_key[pk])) for pk in members) for members in grouped.values())


def grade_of(citation: Citation) -> str:
    """The letter of its source and its own digit, for example B2."""
    return f"{citation.source.reliability}{citation.credibility}"


def act(proceeding: Proceeding, step: ProceedingStep) -> risk.Proceeding:
    """One stage of a proceeding as the method's code, with the forum where the code takes one."""
    code = code_of(step)
    return risk.Proceeding(
        code,
        "U" if code in UNEXAMINED else proceeding.forum,
        on=earliest(step, "reached"),
        until=latest(step, "reached"),
    )


def code_of(step: ProceedingStep) -> str:
    """The method's stage or exoneration code of a step (methodology 2.2)."""
    stage = Stage(step.stage)
    if step.on_merits and stage in ON_MERITS:
        return ON_MERITS[stage]
    code = CODES[stage]
    return FINAL.get(code, code) if step.final and stage is not Stage.PENDING_APPEAL else code


def checks_done(checks: Iterable[ResearchCheck], as_of: date) -> risk.Checks:
    """Count the kinds of check that are done and still valid, of those that apply."""
    past = sorted((check for check in checks if check.done_on <= as_of), key=lambda check: (check.done_on, check.pk))
    latest_of = {check.kind: check for check in past if as_of < check.valid_until}
    inapplicable = {k for k, check in latest_of.items() if check.result == ResearchCheck.Result.NOT_APPLICABLE}
    done = latest_of.keys() - inapplicable
    return risk.Checks(done=len(done), applicable=len(ResearchCheck.Kind) - len(inapplicable))


def reply_state(replies: Iterable[Reply], as_of: date) -> str:
    """N not asked, S asked and waiting, X no answer in time, D answered without evidence, E with evidence."""
    replies = list(replies)
    answered = [reply for reply in replies if reply.kind in ANSWERS]
    if answered:
        return "E" if any(reply.with_evidence for reply in answered) else "D"
    asked = [reply for reply in replies if reply.asked_by_us]
    if not asked:
        return "N"
    waiting = any((latest(reply, "due") or as_of) >= as_of for reply in asked)
    return "S" if waiting and not any(reply.kind == ReplyKind.DECLINED for reply in asked) else "X"


def voices(letters: Iterable[CoalitionLetter], stance: LetterStance) -> risk.Voices | None:
    """The signatories of the broadest letter of this stance; letters are not added up, for some people sign two."""
    counted = [(n, letter) for letter in letters if letter.stance == stance and (n := _signatories(letter))]
    if not counted:
        return None
    most, letter = max(counted, key=lambda pair: pair[0])
    return risk.Voices(most, _countries(letter))


def _signatories(letter: CoalitionLetter) -> int:
    listed = sum(not signature.withdrawn for signature in letter.signatures.all())
    return max(letter.claimed_total or 0, listed)


def _countries(letter: CoalitionLetter) -> int | None:
    listed = {str(s.country) for s in letter.signatures.all() if s.country and not s.withdrawn}
    if letter.claimed_countries is not None:
        return max(letter.claimed_countries, len(listed))
    complete = letter.claimed_total is None or letter.claimed_total == letter.signatures.count()
    return len(listed) if complete and listed else None


def changes_on(candidacy: Candidacy, *, as_of: date) -> date | None:
    """The first day after `as_of` on which a dated fact comes or lapses without any new evidence."""
    checks = candidacy.research_checks.filter(published_at__isnull=False)
    days = [check.done_on for check in checks] + [check.valid_until for check in checks]
    steps = ProceedingStep.objects.filter(
        proceeding__allegation__candidate=candidacy.candidate_id, reached_earliest__gt=as_of
    )
    days += [day for day in steps.values_list("reached_earliest", flat=True) if day]
    about = Q(candidacy=candidacy) | Q(allegation__candidate=candidacy.candidate_id)
    asked = Reply.objects.filter(about, published_at__isnull=False, due_latest__gte=as_of)
    days += [day + timedelta(days=1) for day in asked.values_list("due_latest", flat=True) if day]
    return min((day for day in days if day > as_of), default=None)
