"""Questions about links as rows of a page: where the link stands, what rests on it, and what can be answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allegations.actions.links.answers import ANSWERS, Answer, sight
from allegations.actions.links.comparing import unread_changes
from allegations.actions.links.numbers import rules
from allegations.actions.links.quoting import missing_of
from allegations.admin.base import address, is_editor
from allegations.links.memory import LinkPast, Need, State, Strikes
from allegations.models import Citation, ContentChange, QuoteCheck, ReviewTask, Source, WebCopy
from allegations.models.citation import TARGETS

Kind = ReviewTask.Kind
USES_SHOWN = 6
UNREAD_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Use:
    """A statement that rests on a source, its page, and whether the public sees it rest there."""

    label: str
    url: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A copy in a web archive, and how many days after the page was last known good it was taken (negative: before)."""

    copy: WebCopy
    days: int
    refused: str = ""
    typed: str = ""

    @property
    def distance(self) -> str:
        """The days between in words."""
        seen = self.copy.source.last_alive_at is not None
        what = _("the page was last known good") if seen else _("the source was added")
        if not self.days:
            return _("on the day on which %(what)s") % {"what": what}
        words = _("%(span)s before %(what)s") if self.days < 0 else _("%(span)s after %(what)s")
        return words % {"span": _days(abs(self.days)), "what": what}


@dataclass(frozen=True, slots=True)
class Row:
    """One question: the source it is about, what may be answered, and why an answer was refused a moment ago."""

    task: ReviewTask
    uses: Sequence[Use]
    offers: Sequence[Offer]
    answers: Sequence[Answer]
    seen: str
    for_editors: bool
    refused: str = ""
    typed: str = ""
    towards_gone: str = ""
    missing: Sequence[QuoteCheck] = ()  # the quotes that it asks about
    unread: Sequence[ContentChange] = ()  # what changed since the accepted copy, the newest first

    @property
    def source(self) -> Source:
        assert self.task.source is not None
        return self.task.source

    @property
    def uses_shown(self) -> Sequence[Use]:
        return self.uses[:USES_SHOWN]

    @property
    def uses_more(self) -> int:
        return max(0, len(self.uses) - USES_SHOWN)


@dataclass(frozen=True, slots=True)
class Refused:
    """Which form of the page was refused (“task-7”, “copy-3”, “check-…”), why, and the reason that was typed."""

    form: str
    words: str
    typed: str = ""

    def at(self, form: str) -> dict[str, Any]:
        return {"refused": self.words, "typed": self.typed} if form == self.form else {}


NOTHING_REFUSED = Refused("", "")


def rows_of(tasks: Iterable[ReviewTask], request: HttpRequest, refused: Refused = NOTHING_REFUSED) -> list[Row]:
    """The rows of these questions, in their order; the number of queries does not depend on how many they are."""
    tasks = list(tasks)
    sources = [task.source for task in tasks if task.source]
    about = _About(
        uses_of(sources),
        _offers([task.source for task in tasks if task.source and task.kind == Kind.COPY], refused),
        missing_of([task.source for task in tasks if task.source and task.kind == Kind.QUOTE_MISSING]),
        _unread([task.source for task in tasks if task.source and task.kind == Kind.CRITICAL]),
    )
    return [_row(task, about, request, refused) for task in tasks]


@dataclass(frozen=True, slots=True)
class _About:
    """What is to be shown of sources, by source: each read at once for all rows."""

    uses: Mapping[UUID, Sequence[Use]]
    offers: Mapping[UUID, Sequence[Offer]]
    missing: Mapping[UUID, Sequence[QuoteCheck]]
    unread: Mapping[UUID, Sequence[ContentChange]]


def _row(task: ReviewTask, about: _About, request: HttpRequest, refused: Refused) -> Row:
    assert task.source is not None
    resting = about.uses.get(task.source.pk, ())
    missing = about.missing.get(task.source.pk, ()) if task.kind == Kind.QUOTE_MISSING else ()
    return Row(
        task=task,
        uses=resting,
        offers=about.offers.get(task.source.pk, ()) if task.kind == Kind.COPY else (),
        answers=ANSWERS[task.kind],
        seen=sight(task, missing),
        missing=missing,
        unread=about.unread.get(task.source.pk, ()) if task.kind == Kind.CRITICAL else (),
        for_editors=any(use.is_public for use in resting) and not is_editor(request),
        towards_gone=towards_gone(task.source.past) if task.kind == Kind.SUSPECT else "",
        **refused.at(f"task-{task.pk}"),
    )


def uses_of(sources: Iterable[Source]) -> dict[UUID, list[Use]]:
    """What rests on each of these sources, public statements first; one query."""
    paths = ("candidacy__candidate", "candidacy__contest")
    cited = Citation.objects.filter(source__in=list(sources)).select_related(*TARGETS, *paths).order_by("pk")
    found: defaultdict[UUID, dict[tuple[str, Any], Use]] = defaultdict(dict)
    for citation in cited:
        statement = citation.statement
        place = (str(statement._meta.model_name), statement.pk)
        known = found[citation.source_id].get(place)
        is_public = citation.is_published or (known is not None and known.is_public)
        found[citation.source_id][place] = Use(str(statement), address(statement), is_public)
    return {pk: sorted(uses.values(), key=lambda use: not use.is_public) for pk, uses in found.items()}


def _unread(sources: Sequence[Source]) -> dict[UUID, list[ContentChange]]:
    """What changed in each of these sources since the accepted copy and nobody has read, the newest first."""
    found: defaultdict[UUID, list[ContentChange]] = defaultdict(list)
    if not sources:
        return found
    rows = unread_changes().filter(source__in=sources).select_related("before", "after").defer("diff")
    for change in rows.order_by("-pk"):
        found[change.source_id].append(change)
    return {pk: changes[:UNREAD_SHOWN] for pk, changes in found.items()}


def named(statements: Iterable[Model]) -> list[Use]:
    """Published statements with their pages."""
    return [Use(str(statement), address(statement), is_public=True) for statement in statements]


def _offers(sources: Iterable[Source], refused: Refused) -> dict[UUID, list[Offer]]:
    by_pk = {source.pk: source for source in sources}
    found: defaultdict[UUID, list[Offer]] = defaultdict(list)
    if not by_pk:
        return found
    for copy in WebCopy.objects.filter(source__in=by_pk, decision=WebCopy.Decision.OFFERED).order_by("taken_at", "pk"):
        source = by_pk[copy.source_id]
        copy.source, days = source, (copy.taken_at.date() - _last_good(source).date()).days
        found[copy.source_id].append(Offer(copy, days, **refused.at(f"copy-{copy.pk}")))
    return found


def _last_good(source: Source) -> datetime:
    """When the page was last seen; where it never was, when it was added."""
    moment: datetime = source.last_alive_at or source.added_at
    return moment


def towards_gone(past: LinkPast) -> str:
    """How far a page that was not found is from counting as gone, in words; empty where nothing counts so far.

    Of the ways on which it may come to that, the one on which it has come farthest.
    """
    needs = rules()
    ways = [(past.gone_410, needs.gone_410), (past.gone, needs.gone), (past.soft_gone, needs.soft_gone)]
    under_way = [(strikes, need) for strikes, need in ways if strikes.count]
    if past.state is not State.SUSPECT or not under_way:
        return ""
    strikes, need = max(under_way, key=_share)
    words = _("Not found %(count)d of %(need)d times. It counts as gone after %(need)d times over at least %(span)s.")
    return words % {"count": min(strikes.count, need.strikes), "need": need.strikes, "span": _span(need)}


def _share(way: tuple[Strikes, Need]) -> float:
    strikes, need = way
    return strikes.count / need.strikes


def _span(need: Need) -> str:
    hours = round(need.spread.total_seconds() / 3600)
    if hours % 24:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return _days(hours // 24)


def _days(count: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}
