"""One allegation with all that stands beside it, and its page: who claims what, what is answered, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

from django.db.models import F, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allegations.codes import Stance
from allegations.models import Allegation, Citation, Origin, Proceeding, Reply
from allegations.provenance import SHARED, OriginNode, clusters, origin_chain
from allegations.provenance import Cited as CitedKeys
from allegations.queries import moves
from allegations.views.conflicts import conflicts_of, sides_about
from allegations.views.evidence import Cited, Evidence, Mark, origins_behind
from candidates.models import Candidacy
from vetting import graders
from vetting.assessments import choices_of, on_days
from vetting.days import Days, answered
from vetting.facts import records_of
from vetting.graders import Behind
from vetting.gradings import gradings_of
from vetting.plots.bars import Shift
from vetting.risk.evidence import strength
from vetting.risk.records import Record
from vetting.risk.versions import parameters
from vetting.risk.whatif import WhatIf
from vetting.shown import Shown
from vetting.snapshot import one_state
from vetting.then import Then


@dataclass(frozen=True, slots=True)
class Link:
    """One citation of an origin: its mark, its grade (empty until graded), and whom it passes the claim on from.

    `is_lost` tells whether it did not count, on the day of the page, because its source was lost; `behind` who stood
    behind its grade.
    """

    mark: Mark
    grade: str
    is_lost: bool
    chain: list[str]
    behind: Behind | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """One origin of a claim: its best citation, the repeats beneath it, and its points in the profile."""

    label: str
    independence: str
    best: Link
    repeats: list[Link]
    points: float | None


@dataclass(slots=True)
class Matter:
    """An allegation and what the pages show beside it; `line` is what the profile says about it, if it does."""

    allegation: Allegation
    marks: list[Mark]
    proceedings: list[Cited]
    replies: list[Cited]
    line: dict[str, Any] | None
    severity: int | None = None
    link: int | None = None
    what_ifs: list[tuple[WhatIf, Shift | None]] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    refuting: list[Cluster] = field(default_factory=list)
    denials: list[Link] = field(default_factory=list)
    context: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The proceedings before the authorities of one country, or before international bodies."""

    name: str
    proceedings: list[tuple[Matter, Cited]]


def matters_of(
    allegations: Iterable[Allegation],
    proceedings: Iterable[Proceeding],
    replies: Iterable[Reply],
    evidence: Evidence,
    shown: Shown | None,
    then: Then | None = None,
    behind: Mapping[int, Behind] | None = None,
) -> list[Matter]:
    """Put allegations together with what is about each of them; costs one query.

    `behind` tells who graded a citation, by its id.
    """
    then = then or Then()
    named = set() if then.days is None else {then.origin(mark.citation) for mark in evidence.marks} - {SHARED}
    read = _Reading(evidence, origins_behind(evidence.marks, named), then, shown, behind or {})
    steps, answers = list(proceedings), list(replies)
    return [
        _matter(
            allegation,
            evidence.cited(row for row in steps if row.allegation_id == allegation.pk),
            evidence.cited(row for row in answers if row.allegation_id == allegation.pk),
            read,
        )
        for allegation in allegations
    ]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What all matters of a page are put together from."""

    evidence: Evidence
    origins: Mapping[int, Origin]
    then: Then
    shown: Shown | None
    behind: Mapping[int, Behind]


def _matter(allegation: Allegation, proceedings: list[Cited], replies: list[Cited], read: _Reading) -> Matter:
    marks = read.evidence.of(allegation)
    links = {mark.citation.pk: _link(mark, marks, read) for mark in marks}
    by_stance = {stance: [links[m.citation.pk] for m in marks if m.citation.stance == stance] for stance in Stance}
    line = read.shown.line(allegation.tag) if read.shown else None
    return Matter(
        allegation,
        marks,
        proceedings,
        replies,
        line,
        severity=read.then.severity(allegation),
        link=read.then.link(allegation),
        what_ifs=read.shown.what_ifs(allegation.tag) if read.shown else [],
        clusters=clusters_of(by_stance[Stance.SUPPORTS], read.origins, line, read.then),
        refuting=clusters_of(by_stance[Stance.DISPUTES], read.origins, None, read.then),
        denials=by_stance[Stance.DENIES],
        context=by_stance[Stance.CONTEXT],
    )


def _link(mark: Mark, marks: Iterable[Mark], read: _Reading) -> Link:
    by_key = {other.citation.pk: other.citation for other in marks}
    cited, then = mark.citation, read.then
    chain = chain_of(cited, by_key, read.origins) if then.is_grouped_as_today(cited) else _told(_own(cited))
    return Link(mark, then.grade(cited), then.is_lost(cited), chain, read.behind.get(cited.pk))


def chain_of(citation: Citation, by_key: Mapping[int, Citation], origins: Mapping[int, Origin]) -> list[str]:
    """Whom a citation rests on: its publisher, those it copies or relays, and the origins down to the root."""
    names, seen = [], set()
    while citation.pk not in seen:
        seen.add(citation.pk)
        names += _own(citation)
        citation = by_key.get(citation.derived_from_id or 0, citation)
    names += [origins[int(str(node.key))].label for node in origin_chain(citation.origin_id, nodes(origins))]
    return _told(names)


def _own(citation: Citation) -> list[str]:
    """Who published a source, and whom it says that it passes on."""
    publisher = citation.source.publisher
    return [publisher.name if publisher else str(citation.source), citation.source.relays]


def _told(names: Iterable[str]) -> list[str]:
    told = [name for name in names if name]
    return [name for place, name in enumerate(told) if place == 0 or name != told[place - 1]]


def nodes(origins: Mapping[int, Origin]) -> dict[Any, OriginNode]:
    return {pk: OriginNode(pk, row.rests_on_id, row.independence) for pk, row in origins.items()}


def clusters_of(
    links: Iterable[Link], origins: Mapping[int, Origin], line: Mapping[str, Any] | None, then: Then
) -> list[Cluster]:
    """Group the supporting citations of an allegation by origin, the strongest citation of each first."""
    by_key = {link.mark.citation.pk: link for link in links}
    shares = list(line["clusters"]) if line and line["scored"] else []
    grouped = _grouped([link.mark.citation for link in by_key.values()], origins, then)
    return [_cluster(key, [by_key[pk] for pk in members], origins, shares) for key, members in grouped.items()]


def _grouped(citations: Iterable[Citation], origins: Mapping[int, Origin], then: Then) -> Mapping[Any, Sequence[Any]]:
    """Citations by the origin under which they count on the day of the page."""
    if then.days is None:
        keys = (CitedKeys(row.pk, derived_from=row.derived_from_id, origin=row.origin_id) for row in citations)
        return clusters(keys, nodes(origins))
    found: dict[Any, list[int]] = {}
    for row in citations:
        found.setdefault(then.origin(row), []).append(row.pk)
    return found


def _cluster(key: Any, links: list[Link], origins: Mapping[int, Origin], shares: list[dict[str, Any]]) -> Cluster:
    best, *repeats = sorted(links, key=lambda link: (link.is_lost, -_strength(link.grade)))
    counts = bool(best.grade) and not best.is_lost  # an origin of which every source is lost has no share
    share = next((share for share in shares if counts and share["grade"] == best.grade), None)
    if share:
        shares.remove(share)  # two origins of one grade have a share each
    label = best.chain[-1] if key == SHARED else origins[key].label
    independence = "" if key == SHARED else origins[key].independence
    return Cluster(label, independence, best, repeats, share["points"] if share else None)


def _strength(grade: str) -> float:
    return strength(grade, parameters().nominal) if grade else -1.0


def jurisdictions(matters: Iterable[Matter]) -> list[Jurisdiction]:
    """Proceedings by country, international ones last."""
    found: dict[str, list[tuple[Matter, Cited]]] = {}
    for matter, proceeding in chain.from_iterable(((m, p) for p in m.proceedings) for m in matters):
        found.setdefault(proceeding.record.jurisdiction.name or "", []).append((matter, proceeding))
    return [Jurisdiction(name, found[name]) for name in sorted(found, key=lambda name: (not name, name))]


@require_safe
@one_state()
def allegation(request: HttpRequest, pk: str) -> HttpResponse:
    """The page of today or, with `as_of` and `known` in its query, of two earlier days; 400 where these are no days."""
    rows = Allegation.objects.published().select_related("candidate", "claimed_by_organization", "merged_into")
    found = rows.annotate(moves=moves(allegation=OuterRef("pk"))).filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.is_retracted:
        return render(request, "allegations/retracted.html", {"record": found})
    return answered(request, "vetting/allegation.html", found, found.headline, partial(context_of, found))


def context_of(found: Allegation, days: Days) -> dict[str, Any]:
    """All that the page of an allegation shows on two days; 12 queries at most today, 23 on other days."""
    candidacy = _latest_candidacy(found)
    record = records_of([candidacy])[candidacy.pk] if candidacy and not days.is_today else None
    then = Then(days, {found.candidate_id: record.matters} if record else {})
    choices = choices_of([record], until=days.today) if record else []
    page = {"days": days, "record": found, "candidacy": candidacy, "choices": choices}
    return page | _shown_on(found, days, then, candidacy, record) if then.shows(found) else page


def _shown_on(
    found: Allegation, days: Days, then: Then, candidacy: Candidacy | None, record: Record | None
) -> dict[str, Any]:
    proceedings = then.proceedings(Proceeding.objects.published().filter(allegation=found))
    replies = then.replies(Reply.objects.published().filter(allegation=found), [found])
    sides = then.conflicts(sides_about(Q(allegation=found)))
    evidence = Evidence([found, *proceedings, *replies, *sides], then.citation)
    records = {candidacy.pk: record} if candidacy and record else None
    assessed = on_days([candidacy], days.as_of, days.known, records=records) if candidacy else {}
    shown = Shown(assessed[candidacy.pk]) if candidacy else None
    own = [mark.citation for mark in evidence.of(found)]
    behind = graders.of_matters(record.matters, days.known) if record else graders.of_citations(own, days.known)
    [matter] = matters_of([found], proceedings, replies, evidence, shown, then, behind)
    return {
        "matter": matter,
        "gradings": gradings_of(found, proceedings, own, days.known),
        "jurisdictions": jurisdictions([matter]),
        "shown": shown,
        "conflicts": conflicts_of(sides, evidence),
        "sources": evidence.sources,
    }


def _latest_candidacy(allegation: Allegation) -> Candidacy | None:
    rows = Candidacy.objects.published().filter(candidate=allegation.candidate_id)
    rows = rows.select_related("candidate", "contest__election__body")
    return rows.order_by(F("contest__election__voted_earliest").desc(nulls_last=True), "pk").first()
