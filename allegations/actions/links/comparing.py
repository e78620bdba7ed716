"""What changed between two copies: what is asked of a comparison, and what follows from its answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models.functions import Now

from allegations.actions.links.numbers import rules, schedule
from allegations.actions.links.people import ask_about
from allegations.actions.links.windows import database_now
from allegations.codes import ContentState
from allegations.links.judgement import Judgement, Klass
from allegations.links.memory import pack
from allegations.links.schedule import Tier, next_check
from allegations.links.states import noticed
from allegations.links.texts import Asked, Block, Change, Level, Text
from allegations.models import Capture, Citation, ContentChange, ReviewTask, Source
from candidates.models import CandidateName

QUIET = frozenset({Level.UNCHANGED, Level.COSMETIC})
# These states of contents stay until a person has looked.
STAYING = frozenset({ContentState.CRITICAL, ContentState.REPLACED})


@dataclass(frozen=True, slots=True)
class Question:
    """What a copy is compared with, and the citations whose quotes are looked for."""

    asked: Asked
    citations: tuple[int, ...]


def copy_before(copy: Capture) -> Capture | None:
    """The latest copy before this one that shows the page."""
    earlier = Capture.objects.evidence().filter(source=copy.source_id, captured_at__lt=copy.captured_at)
    return earlier.filter(text__failure="").select_related("text", "file").order_by("-captured_at").first()


def question_about(source: Source, before: Capture | None) -> Question | None:
    if before is None:
        return None
    quoted = [(pk, quote) for pk, quote in source.citations.values_list("pk", "quote") if quote.strip()]
    asked = Asked(
        baseline=text_of(before),
        quotes=[quote for _, quote in quoted],
        names=_names(source),
        language=source.language,
        baseline_sha256=before.text.text_sha256,
    )
    return Question(asked, tuple(pk for pk, _ in quoted))


def _names(source: Source) -> list[str]:
    """The names, in all scripts, of those about whom the source is cited."""
    cited = Citation.objects.filter(source=source)
    ways = ("allegation__candidate", "proceeding__allegation__candidate", "candidacy__candidate")
    people = {pk for way in ways for pk in cited.values_list(way, flat=True) if pk}
    people |= {pk for pk in cited.values_list("letter__candidacies__candidate", flat=True) if pk}
    return list(CandidateName.objects.filter(candidate__in=people).values_list("text", flat=True))


def text_of(copy: Capture) -> Text:
    """The text of a copy as it was read, to compare another with."""
    row = copy.text
    return Text(
        blocks=tuple(Block(kind, words) for kind, words in row.blocks),
        title=row.found.get("title", ""),
        language=row.found.get("language", ""),
        pages=row.pages,
        free=row.found.get("free"),
        payload_sha256=copy.sha256,
    )


def follow(source: Source, before: Capture, copy: Capture, change: Change, question: Question | None) -> None:
    """Write down what changed, let the pace of checks follow, and ask a person where one is needed."""
    _pace(source, change)
    _say(source, change)
    if change.level in QUIET and not change.quotes_missing:
        return
    citations = question.citations if question else ()
    row = ContentChange.objects.create(
        source=source,
        before=before,
        after=copy,
        level=change.level.value,
        reasons=[words[:300] for words in change.reasons],
        diff=change.as_data(),
        quotes_missing=[citations[n] for n in change.quotes_missing],
        seen_at=database_now(),
    )
    for kind, reason in _asks(change):
        ask_about(row, kind, reason)
    if change.level is Level.REPLACED:
        Source.objects.filter(pk=source.pk).update(copies_due_at=Now())


def _say(source: Source, change: Change) -> None:
    """Set how the contents stand; what waits for a person goes on to, unless the text is the baseline’s again."""
    staying, quiet = source.content_state in STAYING, change.level in QUIET
    if (staying or not quiet) and _is_baseline(source, change):
        source.content_state = ContentState.UNCHANGED.value
    elif not staying or change.level in (Level.CRITICAL, Level.REPLACED):
        source.content_state = change.level.value
    source.save(update_fields=["content_state"])


def _is_baseline(source: Source, change: Change) -> bool:
    return source.baseline is not None and source.baseline.text.text_sha256 == change.text_sha256


def _pace(source: Source, change: Change) -> None:
    """Check a page that changed sooner, and one that did not later."""
    past = noticed(source.past, change.level not in QUIET, rules())
    source.memory = source.memory | {"pace": pack(past)["pace"]}
    fields = ["memory"]
    as_the_check_left_it = source.next_check_at.isoformat() == source.memory.get("next")
    if as_the_check_left_it and source.lease_token is None and source.last_checked_at is not None:
        seen = Judgement("OK", Klass.ALIVE, ())
        as_addressed = replace(past, url=source.canonical_url)
        source.next_check_at = next_check(as_addressed, seen, Tier(source.tier), source.last_checked_at, schedule())
        fields.append("next_check_at")
    source.save(update_fields=fields)


def _asks(change: Change) -> Iterable[tuple[str, str]]:
    reason = change.reasons[0] if change.reasons else "The text changed."
    if change.quotes_missing:
        yield ReviewTask.Kind.QUOTE_MISSING.value, reason
    elif change.asks_human:
        yield ReviewTask.Kind.CRITICAL.value, reason
