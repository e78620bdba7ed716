"""The checks of the last minutes, by which a fault of our own network shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from allegations.links.freeze import Observation, Weather, weather
from allegations.links.judgement import NETWORK_VERDICTS, Klass
from allegations.models import LinkCheck

WINDOW = timedelta(minutes=10)
HOST_WINDOW = timedelta(hours=1)
MOST_IN_WINDOW = 2000


def database_now() -> datetime:
    """The time by the database's clock, which all workers share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def sky_over(batch: Sequence[Observation], now: datetime) -> Weather:
    """Tell whether a fault of our own lies over the last ten minutes, or of one host over the last hour."""
    hosts = {seen.host for seen in batch}
    recent = LinkCheck.objects.filter(checked_at__gte=now - WINDOW)
    of_hosts = LinkCheck.objects.filter(checked_at__gte=now - HOST_WINDOW, source__host__key__in=hosts)
    overall = weather([*_observed(recent), *batch])
    return Weather(overall.frozen, overall.reason, weather([*_observed(of_hosts), *batch]).probes)


def sky_now() -> Weather:
    """Tell whether checks are withheld at this moment."""
    return weather(_observed(LinkCheck.objects.filter(checked_at__gte=database_now() - WINDOW)))


def _observed(checks: QuerySet[LinkCheck]) -> list[Observation]:
    columns = ("source__host__key", "klass", "verdict", "source__canonical_url")
    rows = checks.order_by("-checked_at").values_list(*columns)[:MOST_IN_WINDOW]
    return [Observation(host, Klass(klass), verdict in NETWORK_VERDICTS, url) for host, klass, verdict, url in rows]
