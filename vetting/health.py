"""Whether the process lives, and whether what it depends on answers."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache


@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Answer without touching anything that this process depends on."""
    return JsonResponse({"status": "live"})


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Name each dependency and whether it answers; 503 when one does not."""
    answers = {name: _answers(probe) for name, probe in PROBES.items()}
    good = all(answers.values())
    body = {"status": "ready" if good else "not ready"} | {
        name: "ok" if fine else "down" for name, fine in answers.items()
    }
    return JsonResponse(body, status=200 if good else 503)


def _answers(probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except Exception:  # whatever goes wrong with a dependency, it is down; details stay in its own log
        return False


def _database() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> bool:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        return bool(client.ping())


PROBES: dict[str, Callable[[], bool]] = {"database": _database, "redis": _broker}
