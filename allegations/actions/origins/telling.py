"""The citations of a statement as they count now, which of them may have one origin, and what was decided on them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, F, Model, Q, Value, When

from allegations.codes import LinkState, Stance
from allegations.links.texts.blocks import blocks_from
from allegations.models import Allegation, CaptureText, Citation, OriginDecision
from allegations.models.citation import TARGETS
from allegations.origins import CitedText, Kind, Suggestion, basis, left_out, suggestions
from allegations.origins.records import held
from allegations.provenance import SHARED, Cited, OriginNode, clusters
from allegations.queries import origins_of
from candidates.fields import earliest, latest

Texts = Mapping[int, CitedText]
Origins = Mapping[Any, OriginNode]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Citations that count as one; `origin` is the citation that names the argued origin, None for all others."""

    origin: Any
    citations: list[Citation]

    @property
    def is_shared(self) -> bool:
        return self.origin is None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two citations that may have one origin: by what signs, how they count now, and what was decided on them.

    `decided` rests on other texts than there are now, so that the question is asked again. `seen` is a digest of all
    that a decision depends on; `copy` is the citation that more likely has its text from the other.
    """

    first: Citation
    second: Citation
    found: list[Suggestion]
    together: bool
    decided: OriginDecision | None
    seen: str
    copy: Citation

    @property
    def in_order(self) -> tuple[Citation, Citation]:
        """Both, as they came on record."""
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class Side:
    """The citations of one statement with one stance: those of another stance are counted apart from them."""

    stance: Stance
    clusters: list[Cluster]
    pairs: list[Pair]
    left_out: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its citations by stance, and the decisions on them, the latest first."""

    record: Model
    sides: list[Side]
    decisions: list[OriginDecision]


def statements_of(record: Model) -> list[Statement]:
    """What is known of the origins of a record's citations, and of those of an allegation's proceedings.

    Statements without citations are left out. Costs the same number of queries for any number of citations.
    """
    records = [record, *(record.proceedings.order_by("pk") if isinstance(record, Allegation) else ())]
    citations = list(_citations_of(records))
    texts, origins = texts_of(citations), origins_of(citations)
    decisions = _decisions_on(citations)
    grouped: defaultdict[tuple[str, Any], list[Citation]] = defaultdict(list)
    for citation in citations:
        grouped[target_of(citation)].append(citation)
    rows = [(one, grouped[(str(name_of(one)), one.pk)]) for one in records]
    return [_statement(one, cited, texts, origins, decisions) for one, cited in rows if cited]


def name_of(record: Model) -> str:
    """The name by which citations call a statement of this kind."""
    name = str(record._meta.model_name)
    return "letter" if name == "coalitionletter" else name


def target_of(citation: Citation) -> tuple[str, Any]:
    """The statement that a citation is for, as its kind and its id."""
    return next((name, pk) for name in TARGETS if (pk := getattr(citation, f"{name}_id")) is not None)


def _citations_of(records: Iterable[Model]) -> Iterable[Citation]:
    wanted = Q()
    for record in records:
        wanted |= Q(**{name_of(record): record.pk})
    return Citation.objects.filter(wanted).select_related("source__publisher", "origin", "written_by").order_by("pk")


def texts_of(citations: Iterable[Citation]) -> dict[int, CitedText]:
    """Citations as they are compared, by id, with the text of the copy that stands for the page, if there is one.

    That is the copy that the page is compared with, else the last one. Of a retired source nothing is read. Texts
    are read one by one and cut to what is compared, so that long ones need no memory.
    """
    citations = list(citations)
    sources = {row.source_id for row in citations if row.source.state != LinkState.RETIRED}
    read = {source: (text, held(blocks_from(text.blocks))) for source, text in _copies(sources)}
    return {row.pk: _cited(row, *read.get(row.source_id, (None, ()))) for row in citations}


def _copies(sources: Iterable[Any]) -> Iterator[tuple[Any, CaptureText]]:
    rows = CaptureText.objects.filter(capture__source__in=sources, capture__quality="evidence", failure="")
    is_baseline = Case(
        When(capture=F("capture__source__baseline"), then=Value(True)), default=False, output_field=BooleanField()
    )
    chosen = rows.annotate(is_baseline=is_baseline, of=F("capture__source"))
    ordered = chosen.order_by("of", "-is_baseline", "-capture__captured_at", "-capture").distinct("of")
    for text in ordered.iterator(chunk_size=4):
        yield text.of, text


def _cited(row: Citation, text: CaptureText | None, blocks: Any) -> CitedText:
    source, publisher = row.source, row.source.publisher
    found = text.found if text else {}
    return CitedText(
        key=row.pk,
        source=source.pk,
        publisher=publisher.name if publisher else str(found.get("publisher") or ""),
        names=tuple(publisher.other_names) if publisher else (),
        author=source.author or str(found.get("author") or ""),
        relays=source.relays,
        title=source.title,
        dated=(earliest(source, "dated"), latest(source, "dated")),
        blocks=blocks,
        text_sha256=text.text_sha256 if text else "",
        quote=row.quote,
        derived_from=row.derived_from_id,
        origin=row.origin_id,
    )


def _decisions_on(citations: Sequence[Citation]) -> list[OriginDecision]:
    rows = OriginDecision.objects.filter(first__in=citations)
    return list(rows.select_related("by", "first__source", "second__source", "chosen__source", "origin"))


def _statement(
    record: Model, citations: list[Citation], texts: Texts, origins: Origins, decisions: Iterable[OriginDecision]
) -> Statement:
    pks = {row.pk for row in citations}
    own = [row for row in decisions if row.first_id in pks]
    by_stance = [(stance, [row for row in citations if row.stance == stance]) for stance in Stance]
    sides = [_side(stance, rows, texts, origins, own) for stance, rows in by_stance if rows]
    return Statement(record, sides, own)


def _side(
    stance: Stance, rows: list[Citation], texts: Texts, origins: Origins, decisions: Iterable[OriginDecision]
) -> Side:
    by_key = {row.pk: row for row in rows}
    grouped = grouping(rows, origins)
    compared = [texts[row.pk] for row in rows]
    found: defaultdict[tuple[int, int], list[Suggestion]] = defaultdict(list)
    for suggestion in suggestions(compared):
        found[suggestion.pair].append(suggestion)
    last = {(row.first_id, row.second_id): row for row in reversed(list(decisions))}
    pairs = [
        _pair(by_key[first], by_key[second], signs, texts, grouped, origins, last.get((first, second)))
        for (first, second), signs in found.items()
    ]
    asked = [pair for pair in pairs if pair.decided is None or pair.decided.basis != _basis(pair, texts)]
    groups: dict[Any, list[Citation]] = {}
    for row in rows:
        groups.setdefault(grouped[row.pk], []).append(row)
    return Side(
        stance,
        [Cluster(None if key == SHARED else key, members) for key, members in groups.items()],
        sorted(asked, key=lambda pair: (pair.together, min(_rank(one.kind) for one in pair.found), pair.first.pk)),
        len(left_out(compared)),
    )


def grouping(rows: Iterable[Citation], origins: Origins) -> dict[int, Any]:
    """The cluster of each citation of one statement and stance, by id."""
    cited = (Cited(row.pk, derived_from=row.derived_from_id, origin=row.origin_id) for row in rows)
    return {int(str(pk)): key for key, members in clusters(cited, dict(origins)).items() for pk in members}


def _basis(pair: Pair, texts: Texts) -> str:
    return basis(texts[pair.first.pk], texts[pair.second.pk])


def _rank(kind: Kind) -> int:
    return list(Kind).index(kind)


def _pair(
    first: Citation,
    second: Citation,
    found: list[Suggestion],
    texts: Texts,
    grouped: Mapping[int, Any],
    origins: Origins,
    decided: OriginDecision | None,
) -> Pair:
    return Pair(
        first,
        second,
        found,
        grouped[first.pk] == grouped[second.pk],
        decided,
        sight(first, second, texts, origins),
        first if _copies_the_other(first, second, found, texts) else second,
    )


def _copies_the_other(first: Citation, second: Citation, found: Iterable[Suggestion], texts: Texts) -> bool:
    """Tell whether the first citation more likely has its text from the second than the other way round."""
    relays = {one.first for one in found if one.kind is Kind.ATTRIBUTED}
    if len(relays) == 1:
        return relays == {first.pk}
    day, other = (texts[row.pk].dated[0] for row in (first, second))
    return day is not None and other is not None and day > other


def sight(first: Citation, second: Citation, texts: Texts, origins: Origins) -> str:
    """What a decision on two citations depends on, as a short digest; one on another sight is not taken."""
    seen = [(row.pk, row.derived_from_id, row.origin_id) for row in sorted((first, second), key=lambda row: row.pk)]
    argued = sorted((str(key), node.rests_on, node.independence) for key, node in origins.items())
    named = {row.origin_id for row in (first, second)}
    own = [one for one in argued if one[0] in {str(pk) for pk in _above(named, origins)}]
    told = repr((basis(texts[first.pk], texts[second.pk]), seen, own))
    return hashlib.sha256(told.encode()).hexdigest()[:20]


def _above(named: Iterable[Any], origins: Origins) -> set[Any]:
    found: set[Any] = set()
    wanted = {pk for pk in named if pk in origins}
    while wanted:
        found |= wanted
        wanted = {node.rests_on for pk in wanted if (node := origins[pk]).rests_on in origins} - found
    return found
