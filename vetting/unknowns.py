"""What a profile does not know, said in sentences: an empty field is a fact about the research, and not a blank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allegations.codes import ConflictState, Forum, ReplyKind
from allegations.models import CoalitionLetter, Proceeding
from allegations.replies import is_of_candidate
from allegations.views.conflicts import Conflict
from allegations.views.evidence import Mark
from candidates.models import Candidacy, Candidate
from vetting.coverage import Coverage
from vetting.facts import UNEXAMINED, code_of
from vetting.matter import Matter


def sentences(
    candidate: Candidate,
    candidacy: Candidacy | None,
    coverage: Coverage | None,
    matters: Iterable[Matter],
    letters: Iterable[CoalitionLetter],
    conflicts: Iterable[Conflict],
    sources: Iterable[Mark],
) -> list[str]:
    """Each gap as one sentence, those about the search first."""
    return [
        *_search(coverage),
        *_person(candidate, candidacy),
        *(sentence for matter in matters for sentence in _matter(matter)),
        *(sentence for letter in letters for sentence in _letter(letter)),
        *_conflicts(conflicts),
        *_sources(sources),
    ]


def _search(coverage: Coverage | None) -> Iterator[str]:
    for check in coverage.missing if coverage else []:
        yield _("Not searched: %(what)s.") % {"what": check.label}


def _person(candidate: Candidate, candidacy: Candidacy | None) -> Iterator[str]:
    if not candidate.office:
        yield _("The office held at the time of the nomination is not recorded.")
    if not candidate.born:
        yield _("The date of birth is not recorded.")
    if candidacy and not (candidacy.nominated_by_country or candidacy.nominated_by_id):
        yield _("Who nominated the candidate is not recorded.")


def _matter(matter: Matter) -> Iterator[str]:
    said = {"matter": matter.allegation.headline}
    if not matter.allegation.happened:
        yield _("When it is said to have happened is not recorded: “%(matter)s”.") % said
    if matter.allegation.severity is None or matter.allegation.link is None:
        yield _("Not graded yet: “%(matter)s”.") % said
    answers = [reply.record for reply in matter.replies if reply.record.kind != ReplyKind.NONE_YET]
    if not answers:
        yield _("No answer to this allegation is known: “%(matter)s”.") % said
    elif not any(map(is_of_candidate, answers)):
        yield _("No answer of the candidate to this allegation is known: “%(matter)s”.") % said
    unassessed = sum(_is_unassessed(each.record) for each in matter.proceedings)
    if unassessed:
        text = ngettext(
            "How independent the authority is has not been assessed in %(count)d proceeding: “%(matter)s”.",
            "How independent the authority is has not been assessed in %(count)d proceedings: “%(matter)s”.",
            unassessed,
        )
        yield text % {"count": unassessed, **said}


def _is_unassessed(proceeding: Proceeding) -> bool:
    """Tell whether an authority has acted whose independence nobody has graded."""
    acted = any(code_of(step) not in UNEXAMINED for step in proceeding.steps.all())
    return acted and proceeding.forum == Forum.UNASSESSED


def _letter(letter: CoalitionLetter) -> Iterator[str]:
    said = {"letter": letter.title}
    if not letter.dated:
        yield _("The letter has no known date: “%(letter)s”.") % said
    if letter.claimed_total is None:
        yield _("How many signed is not stated: “%(letter)s”.") % said
    elif letter.claimed_countries is None:
        yield _("From how many countries the signatories come is not recorded: “%(letter)s”.") % said


def _conflicts(conflicts: Iterable[Conflict]) -> Iterator[str]:
    for conflict in conflicts:
        if conflict.record.state == ConflictState.OPEN:
            yield _("The sources disagree and it is not settled: %(question)s") % {"question": conflict.record.question}


def _sources(sources: Iterable[Mark]) -> Iterator[str]:
    rows = [mark.source for mark in sources]
    undated, unsigned = sum(not row.dated for row in rows), sum(not row.author for row in rows)
    if undated:
        yield ngettext("%(count)d source gives no date.", "%(count)d sources give no date.", undated) % {
            "count": undated
        }
    if unsigned:
        text = ngettext("%(count)d source names no author.", "%(count)d sources name no author.", unsigned)
        yield text % {"count": unsigned}
