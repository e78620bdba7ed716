"""What changed since a person last accepted the page: what is asked of a comparison, and what follows from its answer.

Each copy is compared with the accepted one (`Source.baseline`), so that what nobody has read adds up and is never
compared away. Where the text became another than it last was, it is compared with that copy too: a change is asked
about even where the page as a whole had changed before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from allegations.actions.links.numbers import rules, schedule
from allegations.actions.links.people import Kind, ask_on
from allegations.actions.links.quoting import Quoted, quoted_from
from allegations.actions.links.second_looks import places_of
from allegations.actions.links.windows import database_now
from allegations.codes import ContentState
from allegations.links.judgement import Judgement, Klass
from allegations.links.memory import pack
from allegations.links.schedule import Tier, next_check
from allegations.links.states import noticed
from allegations.links.texts import Asked, Block, Change, Failure, Level, Reading, Text, settled, text_sha256
from allegations.links.texts.titles import title_edit
from allegations.models import Capture, CaptureText, Citation, ContentChange, ReviewTask, Source
from candidates.models import CandidateName

QUIET = frozenset({Level.UNCHANGED, Level.COSMETIC})
GRAVE = (Level.CRITICAL, Level.REPLACED)  # the levels that wait for a person, the graver last
# These states of contents stay until a person has looked, or the text is again the accepted one.
STAYING = frozenset({ContentState.CRITICAL, ContentState.REPLACED})
AGAIN = "The text is again that of the accepted copy."
REPLACED = "The file was replaced, and its text cannot be compared: {}"
UNREAD = "What came could not be read, so that its text cannot be compared: {}"
NO_TEXT = "none could be read from the accepted copy."
OF_ANOTHER_KIND = frozenset({Failure.UNREADABLE, Failure.PDF_UNPARSED})
UNCOMPARED = "uncompared"  # the mark of a change that only the bytes tell


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a copy: how it differs from the accepted one, and whether the quotes of citations stand in it.

    `last` is the copy in which the text last became another than it was, None where it is the accepted one; `shown`
    is the last of these that was not cut to a part, with which a copy is compared besides.
    """

    baseline: Capture | None
    last: ContentChange | None
    shown: Capture | None
    asked: Asked
    quoted: Quoted


@dataclass(frozen=True, slots=True)
class Outcome:
    """A copy as it was read, how it differs from the accepted one, and from the last one where that was asked."""

    reading: Reading
    change: Change | None = None
    step: Change | None = None


def question_about(source: Source, *, learns: bool = False) -> Question:
    """What is asked of a copy of this source; `learns` tells that it is the second look at the accepted one."""
    baseline, quoted = source.baseline, quoted_from(source)
    if baseline is None:
        return Question(None, None, None, Asked(quotes=quoted.quotes), quoted)
    asked = Asked(quotes=quoted.quotes)
    if (row := read_text(baseline)) is not None:
        names, volatile = _names(source), places_of(source)
        asked = Asked(text_of(baseline), quoted.quotes, names, source.language, row.text_sha256, volatile, learns)
    rows = ContentChange.objects.filter(source=source, before=baseline).select_related("after__text", "after__file")
    last = rows.order_by("-pk").first()
    whole = rows.exclude(level=ContentState.PAYWALLED).order_by("-pk").first()
    return Question(baseline, last, whole.after if whole else None, asked, quoted)


def read_text(copy: Capture) -> CaptureText | None:
    """The text of a copy, where any could be read from it."""
    row: CaptureText | None = getattr(copy, "text", None)
    return None if row is None or row.failure else row


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


def compared(copy: Capture, reading: Reading, question: Question) -> Change | None:
    """How a copy that was read differs from the accepted one; where no text can tell, by its bytes."""
    if question.baseline is None or reading.change is not None:
        return reading.change
    if question.baseline.sha256 == copy.sha256:
        return Change(Level.UNCHANGED, ("The file is byte for byte the same.",), text_sha256=reading.text_sha256)
    if not reading.failure:
        level, reason = Level.REPLACED, REPLACED.format(NO_TEXT)
    elif reading.failure in OF_ANOTHER_KIND:
        level, reason = Level.REPLACED, REPLACED.format(reading.sentence)
    else:
        level, reason = Level.CRITICAL, UNREAD.format(reading.sentence)
    return Change(level, (reason,), frozenset({UNCOMPARED}), text_sha256=reading.text_sha256)


def is_step(copy: Capture, reading: Reading, change: Change | None, question: Question) -> bool:
    """Tell whether the text became another than it was shown last, so that the two are to be compared."""
    shown = question.shown
    if change is None or change.level in QUIET or shown is None or reading.failure:
        return False
    return read_text(shown) is not None and not _same(shown, copy, reading, question.asked)


def _same(earlier: Capture, copy: Capture, reading: Reading, asked: Asked) -> bool:
    row = read_text(earlier)
    if earlier.sha256 == copy.sha256:
        return True
    if row is None or reading.failure:
        return False
    before, after = text_of(earlier), reading.text
    told = settled(before, after, asked.volatile, quotes=asked.quotes, names=asked.names)
    digest = reading.text_sha256 if told is after else text_sha256(told)
    return row.text_sha256 == digest and row.pages == after.pages and title_edit(before, after) is None


# What follows


def follow(source: Source, copy: Capture, found: Outcome, question: Question) -> None:
    """Write down what changed, let the pace of checks follow, and ask a person where one is needed."""
    change, step = found.change, found.step
    if change is None or question.baseline is None:
        return
    anew = _is_anew(copy, found, question)
    if anew or not question.asked.learns:  # that a page is the same seconds later says nothing of its pace
        _pace(source, changed=anew)
    if anew:
        row = _written(source, question.baseline, copy, _retold(change), question)
        if step is not None and step.asks_human and not change.asks_human and question.shown is not None:
            row, change = _written(source, question.shown, copy, step, question), step
        _ask(source, row, change, step)
    if change.level is Level.REPLACED and anew:
        Source.objects.filter(pk=source.pk).update(copies_due_at=Now())
    _say(source, change.level, anew=anew)


def _is_anew(copy: Capture, found: Outcome, question: Question) -> bool:
    """Tell whether the text became another than it last was, that of the accepted copy included."""
    last, change = question.last, found.change
    assert change is not None
    if change.level in QUIET:
        return last is not None and last.level not in QUIET
    return last is None or not _same(last.after, copy, found.reading, question.asked)


def _retold(change: Change) -> Change:
    return Change(change.level, (AGAIN,), text_sha256=change.text_sha256) if change.level in QUIET else change


def _written(source: Source, before: Capture, copy: Capture, change: Change, question: Question) -> ContentChange:
    return ContentChange.objects.create(
        source=source,
        before=before,
        after=copy,
        level=change.level.value,
        reasons=[words[:300] for words in change.reasons],
        diff=change.as_data(),
        quotes_missing=[question.quoted.citations[place] for place in change.quotes_missing],
        seen_at=database_now(),
    )


def _ask(source: Source, row: ContentChange, change: Change, step: Change | None) -> None:
    """Ask about a change that nobody has looked at; a question that is open goes on to the newest copy."""
    waiting = open_question(source)
    if _is_to_be_asked(source, change, step):
        is_news = waiting is None and step is not None and step.asks_human and looked_at(source) is not None
        ask_on(source, Kind.CRITICAL, _reason(step if is_news and step else change), row)
    elif waiting is not None and change.level is not Level.PAYWALLED:
        words = f"{AGAIN} Before that: {waiting.reason}" if change.level in QUIET else waiting.reason
        ask_on(source, Kind.CRITICAL, words, row)


def _is_to_be_asked(source: Source, change: Change, step: Change | None) -> bool:
    """A step that asks is asked about; all that changed, unless a person has looked at a change as grave."""
    if not change.asks_human:
        return False
    looked = looked_at(source)
    if looked is None or (step is not None and step.asks_human) or (step is None and UNCOMPARED in change.marks):
        return True
    return open_question(source) is not None or _gravity(change.level) > _gravity(looked.level)


def _gravity(level: str) -> int:
    return GRAVE.index(Level(level)) if level in GRAVE else -1


def open_question(source: Source) -> ReviewTask | None:
    return ReviewTask.objects.filter(source=source, kind=Kind.CRITICAL, done_at__isnull=True).first()


def looked_at(source: Source) -> ContentChange | None:
    """The newest change since the accepted copy of which a person said that nothing follows from it."""
    rows = _since_accepted(ContentChange.objects.filter(source=source))
    return rows.filter(tasks__kind=Kind.CRITICAL, tasks__done_at__isnull=False).order_by("-pk").first()


def unread_changes() -> QuerySet[ContentChange]:
    """The changes since the accepted copy of its source, and since the one that a person looked at last."""
    done = ReviewTask.objects.filter(source=OuterRef("source"), kind=Kind.CRITICAL, done_at__isnull=False)
    last = Subquery(done.exclude(change=None).order_by("-change").values("change")[:1])
    return _since_accepted(ContentChange.objects.all()).filter(pk__gt=Coalesce(last, 0))


def _since_accepted(rows: QuerySet[ContentChange]) -> QuerySet[ContentChange]:
    accepted = F("source__baseline__captured_at")
    return rows.filter(Q(source__baseline__isnull=True) | Q(after__captured_at__gt=accepted))


def _reason(change: Change) -> str:
    """The weightiest reason; what became of a quote is another question."""
    told = [words for words in change.reasons if not words.startswith("The quoted passage")]
    return next(iter((*told, *change.reasons)), "The text changed.")


def _say(source: Source, level: Level, *, anew: bool) -> None:
    """Set how the contents stand beside the accepted copy; what waits for a person goes on to wait."""
    state = ContentState(level.value)
    if level in QUIET:
        state = ContentState.UNCHANGED if anew else state
    elif open_question(source) is None:
        state = ContentState.SUBSTANTIVE if level is Level.CRITICAL else state  # a person has looked
    elif source.content_state in STAYING and level not in GRAVE:
        state = ContentState(source.content_state)
    if source.content_state != state:
        source.content_state = state.value
        source.save(update_fields=["content_state"])


def _pace(source: Source, *, changed: bool) -> None:
    """Check a page that changed sooner, and one that did not later."""
    past = noticed(source.past, changed, rules())
    source.memory = source.memory | {"pace": pack(past)["pace"]}
    fields = ["memory"]
    as_the_check_left_it = source.next_check_at.isoformat() == source.memory.get("next")
    if as_the_check_left_it and source.lease_token is None and source.last_checked_at is not None:
        seen = Judgement("OK", Klass.ALIVE, ())
        source.next_check_at = next_check(
            replace(past, url=source.canonical_url), seen, Tier(source.tier), source.last_checked_at, schedule()
        )
        fields.append("next_check_at")
    source.save(update_fields=fields)
