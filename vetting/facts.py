"""The facts bridge: published rows in, dated records and the engine's facts out. Nothing else touches both."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from allegations.codes import LetterStance, ReplyKind, Stage, Stance
from allegations.models import Citation, CoalitionLetter, Grading, ProceedingStep, Reply
from allegations.provenance import Cited, OriginNode, clusters
from allegations.queries import origins_of
from candidates.fields import earliest, latest
from candidates.models import Candidacy, ResearchCheck
from vetting.dated import fallen, grades, lost, recorded
from vetting.reading import Rows
from vetting.risk import facts as risk
from vetting.risk import records
from vetting.risk.asof import days, facts_on

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
STANCES = {
    Stance.SUPPORTS: records.Stance.SUPPORTS,
    Stance.DISPUTES: records.Stance.REFUTES,
    Stance.DENIES: records.Stance.DENIES,
    Stance.CONTEXT: records.Stance.CONTEXT,
}
SCALE = Grading.Scale
Origins = Mapping[Hashable, OriginNode]


def facts_of(
    candidacies: Iterable[Candidacy], *, as_of: date, known: date | None = None
) -> dict[int, risk.CandidacyFacts]:
    """Read what is published about these candidacies and turn it into facts on two days, by candidacy id.

    `known` is `as_of` by default. Unset grades take the value that is most favourable to the person
    (methodology 2.12).
    """
    return {pk: facts_on(record, as_of, known) for pk, record in records_of(candidacies).items()}


def records_of(candidacies: Iterable[Candidacy]) -> dict[int, records.Record]:
    """Read all that was ever published about these candidacies, with its days, by candidacy id.

    From one record the facts on any two days follow (methodology 2.9). Three things carry no day of
    their own and count for every day as they are now: which origins are argued to be independent, who
    signed a letter, and what was merged.
    """
    candidacies = list(candidacies)
    rows = Rows(candidacies)
    origins = origins_of(rows.citations())
    matters: dict[int, list[records.Matter]] = {candidacy.candidate_id: [] for candidacy in candidacies}
    for allegation in rows.allegations:
        if allegation.merged_into_id is None:
            matters[allegation.candidate_id].append(matter(allegation, origins))
    return {candidacy.pk: _record(candidacy, matters[candidacy.candidate_id], rows) for candidacy in candidacies}


def _record(candidacy: Candidacy, matters: Sequence[records.Matter], rows: Rows) -> records.Record:
    return records.Record(
        slug=slug_of(candidacy),
        coders=_coders(candidacy, matters),
        matters=tuple(matters),
        checks=tuple(map(check, rows.checks[candidacy.pk])),
        answers=tuple(_answers(rows.replies_to(candidacy), rows.about)),
        letters=tuple(_letters(rows.letters[candidacy.pk])),
    )


def slug_of(candidacy: Candidacy) -> str:
    """The name of a candidacy in its vector string; it never changes once published."""
    contest = candidacy.contest
    slug = candidacy.key or f"{contest.election.slug}-{contest.slug}-{candidacy.candidate.slug}"
    return slug.lstrip("-_") or f"candidacy-{candidacy.pk}"  # the vector takes no mark in front


def changes_on(record: records.Record, *, as_of: date) -> date | None:
    """The first day after `as_of` on which a dated fact comes or lapses without any new evidence."""
    return next((day for day in days(record) if day > as_of), None)


# Matters


def matter(allegation: Any, origins: Origins) -> records.Matter:
    """One allegation with its proceedings and citations, read as `Rows` reads it."""
    assert allegation.tag is not None, "a published matter is numbered"  # a constraint says so
    since = recorded(allegation.published_at, allegation.person_since)
    cited = list(allegation.citations.all())
    acts = [act(row, step) for row in allegation.proceedings.all() for step in row.steps.all()]
    told = [row.until for row in acts] + [latest(citation.source, "dated") for citation in cited]
    return records.Matter(
        tag=allegation.tag,
        recorded=since,
        on=earliest(allegation, "first_alleged"),
        # Undated, it was first alleged at the latest when a source or a proceeding tells of it.
        until=latest(allegation, "first_alleged") or min((day for day in told if day), default=None),
        absent=fallen(allegation.state, allegation.fell_on),
        severity=grades(allegation.graded, SCALE.SEVERITY, allegation.severity, since),
        link=grades(allegation.graded, SCALE.LINK, allegation.link, since),
        acts=tuple(acts),
        citations=tuple(citations(cited, origins)),
    )


def citations(rows: Iterable[Any], origins: Origins) -> Iterable[records.Cited]:
    """The citations of one matter, each with the origin that it is counted under from day to day."""
    rows = list(rows)
    for stance in Stance:
        side = [row for row in rows if row.stance == stance]
        origin = origin_grades(side, origins)
        for row in side:
            since = recorded(row.published_at)
            yield records.Cited(
                key=str(row.pk),
                stance=STANCES[stance],
                recorded=since,
                on=earliest(row.source, "dated"),
                until=latest(row.source, "dated"),
                absent=lost(row),
                origin=tuple(origin[row.pk]),
                reliability=grades(row.source_graded, SCALE.RELIABILITY, row.source.reliability, since),
                credibility=grades(row.graded, SCALE.CREDIBILITY, row.credibility, since),
            )


def origin_grades(cited: Sequence[Citation], origins: Origins) -> dict[Hashable, list[records.Grade]]:
    """The cluster of each citation, anew on every day on which another citation came on record."""
    found: dict[Hashable, list[records.Grade]] = {citation.pk: [] for citation in cited}
    for day in sorted({recorded(citation.published_at) for citation in cited}):
        then = (citation for citation in cited if recorded(citation.published_at) <= day)
        keys = (Cited(row.pk, derived_from=row.derived_from_id, origin=row.origin_id) for row in then)
        for origin, members in clusters(keys, origins).items():
            for pk in members:
                if not found[pk] or found[pk][-1].code != str(origin):
                    found[pk].append(records.Grade(day, str(origin)))
    return found


def grade_of(citation: Citation) -> str:
    """The letter of its source and its own digit, for example B2."""
    return f"{citation.source.reliability}{citation.credibility}"


def act(proceeding: Any, step: ProceedingStep) -> records.Act:
    """One stage of a proceeding as the method's code, with the forum where the code takes one."""
    code, since = code_of(step), recorded(proceeding.published_at, step.recorded_at)
    forum = () if code in UNEXAMINED else grades(proceeding.graded, SCALE.FORUM, proceeding.forum, since)
    return records.Act(
        code=code, forum=forum, recorded=since, on=earliest(step, "reached"), until=latest(step, "reached")
    )


def code_of(step: ProceedingStep) -> str:
    """The method's stage or exoneration code of a step (methodology 2.2)."""
    stage = Stage(step.stage)
    if step.on_merits and stage in ON_MERITS:
        return ON_MERITS[stage]
    code = CODES[stage]
    return FINAL.get(code, code) if step.final and stage is not Stage.PENDING_APPEAL else code


def _coders(candidacy: Candidacy, matters: Iterable[records.Matter]) -> tuple[records.Grade, ...]:
    """Two coders from the last grading on, for only then can every grade have been given twice."""
    if not candidacy.double_coded:
        return ()
    return (records.Grade(max((day for each in matters for day in graded_on(each)), default=date.min), "2"),)


def graded_on(matter: records.Matter) -> Iterable[date]:
    """The days of all grades of a matter."""
    scales = [matter.severity, matter.link, *(each.forum for each in matter.acts)]
    scales += [scale for each in matter.citations for scale in (each.reliability, each.credibility)]
    return (grade.recorded for scale in scales for grade in scale)


# Search, replies and letters


def check(row: ResearchCheck) -> records.Check:
    """One research check with its validity."""
    return records.Check(
        kind=row.kind,
        lapses=row.valid_until,
        applies=row.result != ResearchCheck.Result.NOT_APPLICABLE,
        recorded=recorded(row.published_at),
        on=row.done_on,
    )


def _answers(replies: Iterable[Reply], allegations: Mapping[object, Any]) -> Iterable[records.Answer]:
    """What was asked and answered, as the method counts it; what nobody of us asked and nobody answered is neither."""
    for reply in replies:
        dated, code = ("answered", "E" if reply.with_evidence else "D") if reply.kind in ANSWERS else ("asked", "S")
        if code == "S" and not reply.asked_by_us:
            continue
        about = allegations.get(reply.allegation_id)
        due = latest(reply, "due")
        yield records.Answer(
            code="X" if code == "S" and reply.kind == ReplyKind.DECLINED else code,
            overdue=due + timedelta(days=1) if due else None,
            recorded=recorded(reply.published_at, *((about.published_at, about.person_since) if about else ())),
            on=earliest(reply, dated),
            until=latest(reply, dated),
            absent=fallen(about.state, about.fell_on) if about else (),
        )


def _letters(letters: Iterable[Any]) -> Iterable[records.Letter]:
    """The letters for or against; those that ask for scrutiny alone are on neither side."""
    for letter in letters:
        if letter.stance in (LetterStance.OPPOSES, LetterStance.SUPPORTS):
            yield records.Letter(
                opposes=letter.stance == LetterStance.OPPOSES,
                signatories=_signatories(letter),
                countries=_countries(letter),
                recorded=recorded(letter.published_at),
                on=earliest(letter, "dated"),
                until=latest(letter, "dated"),
                absent=fallen(letter.state, letter.fell_on),
            )


def _signatories(letter: CoalitionLetter) -> int:
    listed = sum(not signature.withdrawn for signature in letter.signatures.all())
    return max(letter.claimed_total or 0, listed)


def _countries(letter: CoalitionLetter) -> int | None:
    listed = {str(s.country) for s in letter.signatures.all() if s.country and not s.withdrawn}
    if letter.claimed_countries is not None:
        return max(letter.claimed_countries, len(listed))
    complete = letter.claimed_total is None or letter.claimed_total == letter.signatures.count()
    return len(listed) if complete and listed else None
