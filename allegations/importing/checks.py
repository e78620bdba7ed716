"""What must be right about evidence in a case file beyond its shape; asks no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from allegations.links.urls import UrlRefused, canonical
from allegations.replies import Told, answer_code, is_request
from allegations.workflow import Case, Role, State, Step, why_not
from candidates.dates import BadDate, UncertainDate, parse
from candidates.importing.checks import Check, circle_words, circles
from candidates.importing.problems import Path, Problem, path_words
from candidates.importing.reading import Document, parts
from candidates.importing.stamps import Stamp, stamped

FORMATS: dict[str, Callable[[str], object]] = {"web-address": canonical}
# Where statements stand that carry citations: a section, and the list inside its records.
STATEMENTS = (
    ("election", ""),
    ("candidacies", ""),
    ("letters", ""),
    ("allegations", ""),
    ("allegations", "proceedings"),
    ("replies", ""),
    ("conflicts", "sides"),
)
GRADED = ("severity", "link")  # before publication
Found = Iterator[tuple[Path, Mapping[str, Any]]]


def fill_keys(document: Document) -> None:
    """Give each citation without a key the one that the guide promises: its statement's key and its source's."""
    for section, inside in STATEMENTS:
        for path, record in document.records(section):
            outer = record.get("key") or record.get("slug")
            for at, statement in parts(path, record, inside) if inside else [(path, record)]:
                for _, citation in parts(at, statement, "citations"):
                    if isinstance(citation, dict) and isinstance(citation.get("source"), str):
                        citation.setdefault("key", f"{statement.get('key') or outer}-{citation['source']}")


def checks(today: date) -> tuple[Check, ...]:
    """The mistakes that evidence can hold, on a given day."""

    def publications(document: Document) -> Iterator[Problem]:
        yield from _unpublishable(document, today)

    return (_sources, _origins, _citations, _signatures, _forums, _replies, _conflicts, publications)


def citations(document: Document) -> Found:
    for section, inside in STATEMENTS:
        for path, record in document.records(section):
            for at, statement in parts(path, record, inside) if inside else [(path, record)]:
                yield from parts(at, statement, "citations")


def _forums(document: Document) -> Iterator[Problem]:
    for path, allegation in document.records("allegations"):
        for at, proceeding in parts(path, allegation, "proceedings"):
            forum = proceeding.get("forum")
            if isinstance(forum, dict) and forum.get("grade") in ("R", "P", "N") and not forum.get("basis"):
                words = "A grade of a forum rests on a citation; name it as its basis."
                yield document.problem((*at, "forum"), words)


def _sources(document: Document) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, source in document.records("sources"):
        try:
            address = canonical(str(source.get("url")))
        except UrlRefused:
            continue  # said with the shape
        if address in first:
            words = f"is the address of {path_words(first[address])} too; one page is one source."
            yield document.problem((*path, "url"), words)
        first.setdefault(address, path)


def _origins(document: Document) -> Iterator[Problem]:
    yield from _round(document, document.records("origins"), "rests_on")


def _citations(document: Document) -> Iterator[Problem]:
    yield from _round(document, citations(document), "derived_from")
    for path, citation in citations(document):
        if "derived_from" in citation and "origin" in citation:
            words = "A copy has the origin of what it copies; keep either derived_from or origin."
            yield document.problem((*path, "origin"), words)
    yield from _too_early(document)


def _round(document: Document, records: Found, name: str) -> Iterator[Problem]:
    linked = {str(r["key"]): (path, r[name]) for path, r in records if "key" in r and isinstance(r.get(name), str)}
    for circle in circles({key: target for key, (_, target) in linked.items()}):
        yield document.problem((*linked[circle[0]][0], name), circle_words(circle))


def _too_early(document: Document) -> Iterator[Problem]:
    """Neither a source nor a citation of it can have been recorded before the source was published."""
    published = {str(s.get("key")): _date(s.get("dated")) for _, s in document.records("sources")}
    stamps = {path: stamp for path, _, stamp in stamped(document)}
    for path, key in [
        *((path, str(source.get("key"))) for path, source in document.records("sources")),
        *((path, str(citation.get("source"))) for path, citation in citations(document)),
    ]:
        dated, recorded = published.get(key), stamps[path].recorded
        if dated and recorded and dated.earliest and recorded < dated.earliest:
            words = f"is {recorded}, before the source was published ({dated}); give this record its own day."
            yield document.problem((*path, "recorded"), words)


def _date(text: object) -> UncertainDate | None:
    try:
        return parse(text) if isinstance(text, str) and text else None
    except BadDate:
        return None


def _signatures(document: Document) -> Iterator[Problem]:
    for path, letter in document.records("letters"):
        for at, signature in parts(path, letter, "signatures"):
            signed, withdrawn = _date(signature.get("signed")), _date(signature.get("withdrawn"))
            if signed and withdrawn and withdrawn.latest and signed.earliest and withdrawn.latest < signed.earliest:
                yield document.problem((*at, "withdrawn"), "lies before the day of the signature.")


def _replies(document: Document) -> Iterator[Problem]:
    for path, reply in document.records("replies"):
        if reply.get("kind") == "no-reply-yet" and reply.get("answered"):
            words = "A reply that has not come has no day on which it was answered."
            yield document.problem((*path, "answered"), words)


def _conflicts(document: Document) -> Iterator[Problem]:
    for path, conflict in document.records("conflicts"):
        if conflict.get("state") in ("explained", "resolved") and not conflict.get("reason"):
            words = f"is missing; say how the conflict was {conflict['state']}."
            yield document.problem((*path, "reason"), words)
        chosen = [at for at, side in parts(path, conflict, "sides") if side.get("chosen") is True]
        for at in chosen[1:]:
            words = f"{path_words(chosen[0])} is chosen already; choose one side."
            yield document.problem((*at, "chosen"), words)


def _unpublishable(document: Document, today: date) -> Iterator[Problem]:
    """Records whose publication the workflow would refuse, in the workflow's own words."""
    stamps = {path: stamp for path, _, stamp in stamped(document)}
    for section, noun in (("allegations", "allegation"), ("letters", "letter")):
        for path, record in document.records(section):
            if stamps[path].published:
                for words in why_not(Step.PUBLISH, _case(document, path, record, noun, stamps, today)):
                    yield document.problem((*path, _field(words)), words)


def _field(words: str) -> str:
    if "citation" in words:
        return "citations"
    return "severity" if words.startswith("Grade first") else "reply_waiver"


def _case(
    document: Document, path: Path, record: Mapping[str, Any], noun: str, stamps: Mapping[Path, Stamp], today: date
) -> Case:
    cited = [at for at, _ in parts(path, record, "citations") if stamps[at].published]
    key = record.get("key") if noun == "allegation" else record.get("slug")
    answers = [reply for _, reply in document.records("replies") if key and reply.get(noun) == key]
    return Case(
        state=State.IN_REVIEW,
        roles=frozenset({Role.EDITOR}),
        noun=noun,
        citations=len(cited),
        citations_of_others=len(cited),
        standing_citations=len(cited),
        severity=_grade(record.get("severity")),
        replies=sum(bool(answer_code(_told(reply))) for reply in answers),
        reply_asked_for=_asked_for((reply for reply in answers if is_request(_told(reply))), today),
        reply_waiver=str(record.get("reply_waiver") or ""),
        ungraded=tuple(name for name in GRADED if _grade(record.get(name)) is None) if noun == "allegation" else (),
    )


def _grade(value: object) -> int | None:
    grade = value.get("grade") if isinstance(value, dict) else None
    return grade if isinstance(grade, int) else None


def _told(reply: Mapping[str, Any]) -> Told:
    return Told(**{field.name: reply[field.name] for field in fields(Told) if field.name in reply})


def _asked_for(replies: Iterable[Mapping[str, Any]], today: date) -> timedelta | None:
    asked = [day.latest for reply in replies if (day := _date(reply.get("asked"))) and day.latest]
    return today - min(asked) if asked else None
