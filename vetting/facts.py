"""The facts bridge: published rows in, dated records and the engine's facts out. Nothing else touches both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

from allegations.acts import usual_severity
from allegations.codes import Stage, Stance
from allegations.grading import CREDIBILITY, FORUM, LINK, RELIABILITY, SEVERITY
from allegations.models import Citation, ProceedingStep
from allegations.replies import answer_code, is_request
from candidates.models import Candidacy, ResearchCheck
from vetting.dated import fallen, grades, lost, merged
from vetting.groupings import Groupings
from vetting.histories import GradingRow
from vetting.reading import About, AllegationRow, CheckRow, CitationRow, ReplyRow, Rows, StepRow
from vetting.risk import facts as risk
from vetting.risk import records
from vetting.risk.asof import facts_on
from vetting.risk.scales import STAGES
from vetting.signed import letters

# A stage of ours → the method's code; where the code depends on the step, by (final, on the merits).
CODES: Mapping[str, str] = {
    Stage.COMPLAINT: "K1",
    Stage.INQUIRY: "K2",
    Stage.INVESTIGATION: "K2",
    Stage.SUSPECT: "K3",
    Stage.PROVISIONAL_MEASURE: "K3",
    Stage.CHARGED: "K4",
    Stage.WARRANT: "K4",
    Stage.NAMED_BY_INQUIRY: "K4",
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
ON_MERITS: Mapping[str, str] = {Stage.DISMISSED: "X2", Stage.DECLINED: "X2"}
UNEXAMINED = {"K0", "K1", "N0"}  # nobody has examined these, so no forum grade applies
NOT_APPLICABLE = ResearchCheck.Result.NOT_APPLICABLE
VALID = timedelta(days=ResearchCheck.VALID_DAYS)
STANCES: Mapping[str, records.Stance] = {
    Stance.SUPPORTS: records.Stance.SUPPORTS,
    Stance.DISPUTES: records.Stance.REFUTES,
    Stance.DENIES: records.Stance.DENIES,
    Stance.CONTEXT: records.Stance.CONTEXT,
}
DISPUTES = str(Stance.DISPUTES)  # a plain word: every citation of a hundred thousand profiles is asked for it


def facts_of(
    candidacies: Iterable[Candidacy], *, as_of: date, known: date | None = None
) -> dict[int, risk.CandidacyFacts]:
    """Read what is published about these candidacies and turn it into facts on two days, by candidacy id.

    `known` is `as_of` by default. Unset grades take the value that is most favourable to the person
    (methodology 2.12).
    """
    return {pk: facts_on(record, as_of, known) for pk, record in records_of(candidacies).items()}


def records_of(candidacies: Iterable[Candidacy], *, since: date | None = None) -> dict[int, records.Record]:
    """Read all that was ever published about these candidacies, with its days, by candidacy id.

    From one record the facts on any two days follow (methodology 2.9). How citations were grouped, who had signed and
    what was merged before anybody kept the day counts from always. With a day `since`, only the facts of which
    nothing before that day is asked follow, for what had been replaced or had ended by then is not read.
    """
    return {candidacy.pk: record for candidacy, record in each_record(candidacies, since=since)}


def each_record(
    candidacies: Iterable[Candidacy], *, since: date | None = None
) -> Iterator[tuple[Candidacy, records.Record]]:
    """Read as `records_of` does and yield one record after the other, so that many need not be held at once."""
    candidacies = list(candidacies)
    rows = Rows(candidacies, since)
    groupings = Groupings(chain.from_iterable(rows.citations.values()), rows.amended)
    alleged: defaultdict[int, list[AllegationRow]] = defaultdict(list)
    for allegation in rows.about.values():
        if allegation.merged_into is None or rows.merges_of(allegation):  # else it was merged nobody knows when
            alleged[allegation.candidate].append(allegation)
    for candidacy in candidacies:
        yield candidacy, _record(candidacy, alleged.get(candidacy.candidate_id, ()), rows, groupings)


def _record(candidacy: Candidacy, alleged: Iterable[AllegationRow], rows: Rows, groupings: Groupings) -> records.Record:
    return records.Record(
        slug=slug_of(candidacy),
        matters=tuple([matter(allegation, rows, groupings) for allegation in alleged]),
        checks=tuple(map(check, rows.checks.get(candidacy.pk, ()))),
        answers=tuple(_answers(rows.replies_to(candidacy), rows.about)),
        letters=tuple(letters(rows.letters.get(candidacy.pk, ()), rows.amended or {})),
    )


def slug_of(candidacy: Candidacy) -> str:
    """The name of a candidacy in its vector string; it never changes once published."""
    contest = candidacy.contest
    slug = candidacy.key or f"{contest.election.slug}-{contest.slug}-{candidacy.candidate.slug}"
    return slug.lstrip("-_") or f"candidacy-{candidacy.pk}"  # the vector takes no mark in front


# Matters


def matter(allegation: AllegationRow, rows: Rows, groupings: Groupings) -> records.Matter:
    """One allegation with the stages of its proceedings and its citations."""
    about = allegation.candidate, allegation.tag
    steps, cited = rows.steps.get(about, ()), rows.citations.get(about, ())
    pk, since, given = allegation.pk, allegation.recorded, rows.gradings
    return records.Matter(
        tag=allegation.tag,
        recorded=since,
        on=allegation.first_alleged_earliest,
        until=allegation.first_alleged_latest,
        absent=(
            *fallen(allegation.state, allegation.fell_on),
            *merged(allegation.merged_into, rows.merges_of(allegation)),
        ),
        usual=usual_severity(allegation.act),
        severity=grades(given.get((SEVERITY, pk)), SEVERITY, allegation.severity, since),
        link=grades(given.get((LINK, pk)), LINK, allegation.link, since),
        acts=tuple([act(row, given.get((FORUM, row.proceeding_id))) for row in steps]),
        citations=tuple([citation(row, cited, rows, groupings) for row in cited]),
    )


def citation(row: CitationRow, beside: Sequence[CitationRow], rows: Rows, groupings: Groupings) -> records.Cited:
    """One citation of a matter, with the origin that it is counted under from day to day."""
    given, against = rows.gradings, row.stance != DISPUTES
    reliability = given.get((RELIABILITY, row.source_id))
    credibility = given.get((CREDIBILITY, row.pk))
    return records.Cited(
        key=str(row.pk),
        stance=STANCES[row.stance],
        recorded=row.day,
        on=row.dated_earliest,
        until=row.dated_latest,
        absent=lost(row, rows.moves.get(row.source_id)),
        origin=groupings.of(row, beside),
        reliability=grades(reliability, RELIABILITY, row.reliability, row.day, against=against),
        credibility=grades(credibility, CREDIBILITY, row.credibility, row.day, against=against),
    )


def grade_of(citation: Citation) -> str:
    """The letter of its source and its own digit, for example B2."""
    return f"{citation.source.reliability}{citation.credibility}"


def act(step: StepRow, given: Sequence[GradingRow] | None) -> records.Act:
    """One stage of a proceeding as the method's code, with the forum where the code takes one."""
    code, since = code_of(step), max(step.published, step.recorded)
    forum = () if code in UNEXAMINED else grades(given, FORUM, step.forum, since, against=code in STAGES)
    return records.Act(code=code, forum=forum, recorded=since, on=step.reached_earliest, until=step.reached_latest)


def code_of(step: ProceedingStep | StepRow) -> str:
    """The method's stage or exoneration code of a step (methodology 2.2)."""
    if step.on_merits and step.stage in ON_MERITS:
        return ON_MERITS[step.stage]
    code = CODES[step.stage]
    return FINAL.get(code, code) if step.final and step.stage != Stage.PENDING_APPEAL else code


# Search, replies and letters


def check(row: CheckRow) -> records.Check:
    """One research check with its validity."""
    return records.Check(
        kind=row.kind,
        lapses=row.done_on + VALID,
        applies=row.result != NOT_APPLICABLE,
        recorded=row.day,
        on=row.done_on,
    )


def _answers(replies: Iterable[ReplyRow], about: Mapping[About, AllegationRow]) -> Iterable[records.Answer]:
    """What we asked the candidate and what the candidate answered; what others say is no reply of the candidate."""
    for reply in replies:
        answer, is_asked = answer_code(reply), is_request(reply)
        if not (answer or is_asked):
            continue
        matter = about[reply.candidate, reply.tag] if reply.candidate and reply.tag else None
        since = max(reply.day, matter.recorded) if matter else reply.day
        absent = fallen(matter.state, matter.fell_on) if matter else ()
        asked = reply.asked_earliest, reply.asked_latest
        if is_asked and (not answer or any(asked)):
            overdue = reply.due_latest + timedelta(days=1) if reply.due_latest else None
            on, until = asked
            yield records.Answer(code="S", overdue=overdue, recorded=since, on=on, until=until, absent=absent)
        if answer:  # without a day of its own it came at the earliest when it was asked for
            on, until = reply.answered_earliest or reply.asked_earliest, reply.answered_latest
            yield records.Answer(code=answer, recorded=since, on=on, until=until, absent=absent)
