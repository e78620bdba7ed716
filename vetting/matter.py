"""One allegation with all that stands beside it, and its page: who claims what, what is answered, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allegations.codes import Stance
from allegations.models import Allegation, Citation, Origin, Proceeding, Reply
from allegations.provenance import SHARED, OriginNode, clusters, origin_chain
from allegations.provenance import Cited as CitedKeys
from allegations.views.conflicts import conflicts_of, sides_about
from allegations.views.evidence import Cited, Evidence, Mark, origins_behind
from candidates.models import Candidacy
from vetting import graders
from vetting.assessments import standing
from vetting.graders import Behind
from vetting.gradings import gradings_of
from vetting.plots.bars import Shift
from vetting.risk.evidence import strength
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
    read = _Reading(evidence, origins_behind(evidence.marks), then or Then(), shown, behind or {})
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
        clusters=clusters_of(by_stance[Stance.SUPPORTS], read.origins, line),
        refuting=clusters_of(by_stance[Stance.DISPUTES], read.origins, None),
        denials=by_stance[Stance.DENIES],
        context=by_stance[Stance.CONTEXT],
    )


def _link(mark: Mark, marks: Iterable[Mark], read: _Reading) -> Link:
    by_key = {other.citation.pk: other.citation for other in marks}
    chain = chain_of(mark.citation, by_key, read.origins)
    cited, then = mark.citation, read.then
    return Link(mark, then.grade(cited), then.is_lost(cited), chain, read.behind.get(cited.pk))


def chain_of(citation: Citation, by_key: Mapping[int, Citation], origins: Mapping[int, Origin]) -> list[str]:
    """Whom a citation rests on: its publisher, those it copies or relays, and the origins down to the root."""
    names, seen = [], set()
    while citation.pk not in seen:
        seen.add(citation.pk)
        names += [_publisher(citation), citation.source.relays]
        citation = by_key.get(citation.derived_from_id or 0, citation)
    names += [origins[int(str(node.key))].label for node in origin_chain(citation.origin_id, nodes(origins))]
    told = [name for name in names if name]
    return [name for place, name in enumerate(told) if place == 0 or name != told[place - 1]]


def _publisher(citation: Citation) -> str:
    publisher = citation.source.publisher
    return publisher.name if publisher else str(citation.source)


def nodes(origins: Mapping[int, Origin]) -> dict[Any, OriginNode]:
    return {pk: OriginNode(pk, row.rests_on_id, row.independence) for pk, row in origins.items()}


def clusters_of(links: Iterable[Link], origins: Mapping[int, Origin], line: Mapping[str, Any] | None) -> list[Cluster]:
    """Group the supporting citations of an allegation by origin, the strongest citation of each first."""
    by_key = {link.mark.citation.pk: link for link in links}
    cited = (
        CitedKeys(pk, derived_from=link.mark.citation.derived_from_id, origin=link.mark.citation.origin_id)
        for pk, link in by_key.items()
    )
    shares = list(line["clusters"]) if line and line["scored"] else []
    grouped = clusters(cited, nodes(origins))
    return [_cluster(key, [by_key[pk] for pk in members], origins, shares) for key, members in grouped.items()]  # type: ignore[index]


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
    rows = Allegation.objects.published().select_related("candidate", "claimed_by_organization", "merged_into")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.is_retracted:
        return render(request, "allegations/retracted.html", {"record": found})
    return render(request, "vetting/allegation.html", _context(found))


def _context(found: Allegation) -> dict[str, Any]:
    proceedings = Then().proceedings(Proceeding.objects.published().filter(allegation=found))
    replies = list(Reply.objects.published().filter(allegation=found))
    sides = list(sides_about(Q(allegation=found)))
    evidence = Evidence([found, *proceedings, *replies, *sides])
    candidacy = _latest_candidacy(found)
    shown = Shown(standing([candidacy])[candidacy.pk]) if candidacy else None
    own = [mark.citation for mark in evidence.of(found)]
    behind = graders.of_citations(own, timezone.now().date())
    [matter] = matters_of([found], proceedings, replies, evidence, shown, behind=behind)
    return {
        "matter": matter,
        "gradings": gradings_of(found, proceedings, own),
        "jurisdictions": jurisdictions([matter]),
        "shown": shown,
        "candidacy": candidacy,
        "conflicts": conflicts_of(sides, evidence),
        "sources": evidence.sources,
    }


def _latest_candidacy(allegation: Allegation) -> Candidacy | None:
    rows = Candidacy.objects.published().filter(candidate=allegation.candidate_id)
    rows = rows.select_related("candidate", "contest__election__body")
    return rows.order_by(F("contest__election__voted_earliest").desc(nulls_last=True), "pk").first()
