"""Quotes of citations: looked for in each copy that is read, and what of them waits for a person.

A quote is looked for when its source is read, and, when it is added or changed, in the copy that is kept. One that is
not there is asked about until it is there again, the citation changes, or a person says that the citation stands.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from allegations.actions.links.people import answered, ask_on
from allegations.actions.links.store import archive
from allegations.codes import LinkState
from allegations.links.archive.store import StoreError
from allegations.links.texts import Asked, Job, Readers
from allegations.models import Capture, Citation, QuoteCheck, ReviewTask, Source

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

AT_A_TIME = 20
AFTER_NOT_READ = timedelta(hours=1)
SHOWN = 160  # characters of a quote in a reason


@dataclass(frozen=True, slots=True)
class Quoted:
    """The quotes of a source, in order, each with the citation that it belongs to."""

    citations: tuple[int, ...] = ()
    quotes: tuple[str, ...] = ()


def quoted_from(source: Source) -> Quoted:
    rows = Citation.objects.filter(source=source).exclude(quote="").order_by("pk").values_list("pk", "quote")
    found = [(pk, quote) for pk, quote in rows if quote.strip()]
    return Quoted(tuple(pk for pk, _ in found), tuple(quote for _, quote in found))


# Looking for them


def is_due() -> bool:
    """Tell whether a quote waits to be looked for, or a question about one has lost its object."""
    return QuoteCheck.objects.due().exists() or _idle().exists()


def look_for_due(readers: Readers, is_over: Callable[[], bool] = lambda: False) -> int:
    """Look for quotes that were added or changed in the copy that is kept; return in how many sources.

    The network is not asked. Where the store does not give the copy, that is tried again later.
    """
    looked = 0
    for source in Source.objects.filter(pk__in=_sources_due()).order_by("pk"):
        if is_over():
            break
        if _look_in_kept(source, readers):
            looked += 1
        else:
            QuoteCheck.objects.due().filter(citation__source=source).update(due_at=Now() + AFTER_NOT_READ)
    for pk in list(_idle().values_list("source", flat=True)):
        with transaction.atomic():
            follow_quotes(Source.objects.select_for_update(of=("self",)).get(pk=pk))
    return looked


def _sources_due() -> list[UUID]:
    due = QuoteCheck.objects.due().order_by("citation__source").values_list("citation__source", flat=True)
    return list(due.distinct()[:AT_A_TIME])


def _idle() -> QuerySet[ReviewTask]:
    """Open questions about quotes of which none is missing, and none waits to be looked for."""
    open_ones = QuoteCheck.objects.filter(citation__source=OuterRef("source"))
    tasks = ReviewTask.objects.filter(kind=ReviewTask.Kind.QUOTE_MISSING, done_at__isnull=True, source__isnull=False)
    return tasks.exclude(Exists(open_ones.missing())).exclude(Exists(open_ones.due()))


def _look_in_kept(source: Source, readers: Readers) -> bool:
    rows = Capture.objects.evidence().filter(source=source, text__failure="", file__fault="").select_related("file")
    copy, quoted = rows.order_by("-captured_at").first(), quoted_from(source)
    if copy is None:
        return False
    try:
        with archive().open(copy.file.key) as opened:
            data = opened.read()
    except (StoreError, OSError):
        logger.exception("The copy %s could not be opened to look for quotes", copy.pk)
        return False
    reading = readers.read(Job(data, copy.media_type, copy.final_url, asked=Asked(quotes=quoted.quotes)))
    if reading.failure:
        logger.error("The copy %s could not be read again to look for quotes: %s", copy.pk, reading.sentence)
        return False
    with transaction.atomic():
        source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
        write_quotes(source, copy, quoted, reading.quotes_absent)
    return True


def write_quotes(source: Source, copy: Capture, quoted: Quoted, absent: Collection[int]) -> None:
    """Write down which quotes stand in a copy, and ask about those that do not; the source is held."""
    now = dict(Citation.objects.filter(source=source, pk__in=quoted.citations).values_list("pk", "quote"))
    same = [place for place, pk in enumerate(quoted.citations) if now.get(pk) == quoted.quotes[place]]
    rows = QuoteCheck.objects.filter(citation__source=source)
    seen = {"copy": copy, "looked_at": Now()}
    for found in (True, False):
        those = [quoted.citations[place] for place in same if (place not in absent) is found]
        again = {"was_found": True, "settled_by": None, "settled_at": None} if found else {}
        if those:
            rows.filter(pk__in=those).update(found=found, **seen, **again)
    follow_quotes(source)


# Asking about them


def follow_quotes(source: Source) -> None:
    """Let the question about the quotes of a source say which are missing now; without any, it is answered."""
    missing = missing_of([source])[source.pk]
    if not missing or source.state == LinkState.RETIRED:
        answered(source, [ReviewTask.Kind.QUOTE_MISSING])
    else:
        ask_on(source, ReviewTask.Kind.QUOTE_MISSING, _words(missing))


def missing_of(sources: Iterable[Source]) -> Mapping[UUID, list[QuoteCheck]]:
    """The missing quotes of each of these sources of which nobody has said anything, with their copies; one query."""
    rows = QuoteCheck.objects.missing().filter(citation__source__in=[source.pk for source in sources])
    found: defaultdict[UUID, list[QuoteCheck]] = defaultdict(list)
    for row in rows.select_related("citation", "copy").order_by("pk"):
        found[row.citation.source_id].append(row)
    return found


def settle_quotes(source: Source, *, by: User) -> None:
    """Let the citations whose quotes are missing stand: a person has looked. The source is held."""
    missing = QuoteCheck.objects.missing().filter(citation__source=source)
    QuoteCheck.objects.filter(pk__in=[row.pk for row in missing]).update(settled_by=by, settled_at=Now())


def _words(missing: list[QuoteCheck]) -> str:
    """Say which quote was not found where. That it never was there is no reproach: it may stand elsewhere."""
    first, more = missing[0], len(missing) - 1
    quote = " ".join(first.citation.quote.split()).strip('"“”«» ')
    shown = quote if len(quote) <= SHOWN else quote[: SHOWN - 1] + "…"
    told = "No longer found" if first.was_found else "Not found"
    words = f"{told} in the copy of {first.copy.captured_at:%-d %B %Y}: “{shown}”" if first.copy else told
    return f"{words}; and {more} more." if more else f"{words}."
