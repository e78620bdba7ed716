"""The checks of the last minutes, by which a fault of our own network shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from allegations.links.freeze import Observation, Weather, heard_since, weather
from allegations.links.judgement import NETWORK_VERDICTS, OF_THE_RESOLVER, VERDICTS, Klass
from allegations.links.memory import silent_since
from allegations.models import LinkCheck

WINDOW = timedelta(minutes=10)
HOST_WINDOW = timedelta(hours=1)
MOST_IN_WINDOW = 2000
MOST_ANSWERS = 500
# Verdicts that no host gave: failures before any answer, and what was not asked.
UNHEARD = [*NETWORK_VERDICTS, "ROBOTS_DENIED", "DEFERRED"]
UNHEARD += [verdict for verdict, klass in VERDICTS.items() if klass is Klass.REFUSED]


def database_now() -> datetime:
    """The time by the database's clock, which all workers share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def sky_over(batch: Sequence[Observation], now: datetime) -> Weather:
    """Tell whether a fault of our own lies over the last ten minutes, or of one host over the last hour."""
    hosts = {seen.host for seen in batch}
    recent, of_hour = _since(now - WINDOW, now), _since(now - HOST_WINDOW, now)
    of_hosts = of_hour.filter(source__host__key__in=hosts)
    overall = _weather([*_observed(recent), *batch], now)
    return replace(overall, probes=weather([*_observed(of_hosts), *batch]).probes)


def sky_now() -> Weather:
    """Tell whether checks are withheld at this moment."""
    now = database_now()
    return _weather(_observed(_since(now - WINDOW, now)), now)


def _since(begin: datetime, now: datetime) -> QuerySet[LinkCheck]:
    """The checks of this time; those that a clock that ran ahead has dated in the future are of none."""
    return LinkCheck.objects.filter(checked_at__gte=begin, checked_at__lte=now)


def _weather(window: Sequence[Observation], now: datetime) -> Weather:
    """Return the weather; who was heard last is looked up only where a link had been silent before."""
    was_silent = any(seen.silent and seen.silent_since for seen in window)
    return weather(window, heard=heard_since(_answers(now)) if was_silent else None)


def _answers(now: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield the host and the moment of each of the last answers, the newest first."""
    asked = LinkCheck.objects.filter(checked_at__lte=now).exclude(verdict__in=UNHEARD).order_by("-checked_at")
    yield from asked.values_list("source__host__key", "checked_at")[:MOST_ANSWERS]


def _observed(checks: QuerySet[LinkCheck]) -> list[Observation]:
    columns = ("source__host__key", "klass", "verdict", "source__canonical_url", "checked_at")
    of_source = ("source__memory__silent_since", "source__last_alive_at")
    rows = checks.order_by("-checked_at").values_list(*columns, *of_source)[:MOST_IN_WINDOW]
    return [
        Observation(
            host,
            Klass(klass),
            verdict in NETWORK_VERDICTS,
            url,
            _before(silence, at),
            misled=verdict in OF_THE_RESOLVER and alive_at is not None,
        )
        for host, klass, verdict, url, at, silence, alive_at in rows
    ]


def _before(silence: str | None, at: datetime) -> datetime | None:
    """Return since when a link had been silent at a check; None where the silence began with that check."""
    since = silent_since({"silent_since": silence})
    return since if since is not None and since < at else None
