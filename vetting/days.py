"""The two days that a page is asked for: what had happened by the one, as known on the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from vetting.assessments import DayAhead, two_days
from vetting.risk.records import Row

PAST = "public, max-age=60"
"""What is said of a past day as it was known on a past day may be kept for a minute."""
ANEW = "no-cache"
"""What is said of today is asked for anew each time, so that a retraction leaves no copy on the way at once."""
LONGEST = 40
"""How much of a day that is none a page repeats."""


@dataclass(frozen=True, slots=True)
class Days:
    """Two days, none of them ahead of `today`."""

    as_of: date
    known: date
    today: date

    @property
    def is_today(self) -> bool:
        return self.as_of == self.known == self.today

    @property
    def caching(self) -> str:
        """What caches on the way may do with an answer about these days."""
        return PAST if self.known < self.today else ANEW

    @property
    def query(self) -> str:
        """What leads to these days, to be put behind the address of a page."""
        return query(self.as_of, self.known)

    def show(self, row: Row, *, for_person: bool = False) -> bool:
        """Tell whether a row had happened and was on record; what speaks for the person, whether it may have."""
        happened = row.may_have_happened if for_person else row.has_happened
        return row.stands(self.known) and happened(self.as_of)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page asks for: the days, as typed, and for each that is wrong a sentence."""

    days: Days
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def query(as_of: date, known: date | None = None) -> str:
    """Return the parameters of two days, leaving out what follows from the other."""
    named = {"as_of": as_of} if known in (None, as_of) else {"as_of": as_of, "known": known}
    return f"?{urlencode(named)}"


def today() -> Days:
    day = timezone.now().date()
    return Days(day, day, day)


def asked(parameters: Mapping[str, str]) -> Asked:
    """Read `as_of` and `known`; an empty one is not given, and either is by default the other."""
    now = today()
    typed = {name: parameters[name].strip() for name in ("as_of", "known") if parameters.get(name, "").strip()}
    faults = {name: _no_day(text) for name, text in typed.items() if _day(text) is None}
    if faults:
        return Asked(now, typed, faults)
    try:
        found = two_days(*(_day(typed.get(name, "")) for name in ("as_of", "known")), today=now.today)
    except DayAhead as ahead:
        return Asked(now, typed, {ahead.name: _ahead(typed.get(ahead.name) or typed["as_of"])})
    return Asked(Days(*found, now.today), typed)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None  # no weeks, and nothing without dashes


def _no_day(text: str) -> str:
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return _("“%(text)s” is no day. Write year, month and day, for example 2021-11-23.") % {"text": shown}


def _ahead(text: str) -> str:
    return _("%(day)s has not come yet. Choose today or an earlier day.") % {"day": text}


def answered(
    request: HttpRequest, template: str, of: Any, title: str, context: Callable[[Days], Mapping[str, Any]]
) -> HttpResponse:
    """Answer with the page of a record on the days that are asked for, or with 400 and the form where they are none."""
    wanted, own = asked(request.GET), of.get_absolute_url()
    page = {"asked": wanted, "page": own}
    if wanted.faults:
        refused = render(request, "vetting/wrong_day.html", page | {"title": title}, status=400)
        return _dated(refused, request, wanted)
    known = {**context(wanted.days), **page, "address": request.build_absolute_uri(own)}
    return _dated(render(request, template, known), request, wanted)


def _dated(response: HttpResponse, request: HttpRequest, days: Asked) -> HttpResponse:
    """Say to caches how long they may keep an answer, and to crawlers that one about a day that is named is none."""
    response.headers["Cache-Control"] = "no-store" if days.faults else days.days.caching
    if "as_of" in request.GET or "known" in request.GET:
        response.headers["X-Robots-Tag"] = "noindex"
    return response
