"""How long a claim of 64 links takes with a million sources on 20,000 hosts, run beside a throwaway PostgreSQL."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from benchmarks.links_measure import say
from benchmarks.links_services import begin, fill

SOURCES, HOSTS = 1_000_000, 20_000
LINKS, CLAIMS = 64, 200
DUE_OF = 10  # one source in so many is due; every host has some
REFERENCE = "plain claim, any hosts"
# The same amount of work without the rule of one link a host: what any queue in PostgreSQL costs.
PLAIN = """
WITH chosen AS (
    SELECT id FROM allegations_source WHERE next_check_at <= statement_timestamp() AND state <> 'retired'
    ORDER BY next_check_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE allegations_source s SET next_check_at = statement_timestamp() + %(lease)s
FROM chosen WHERE s.id = chosen.id RETURNING s.id
"""


def make_sources() -> None:
    """Insert the hosts and their sources; a trigger for each row would only say what is said here for all."""
    from django.db import connection

    from allegations.models import Host, Source

    host = Host.objects.create(key="first.bench.example", min_delay_ms=0)
    Source.objects.create(url="http://first.bench.example/", canonical_url="http://first.bench.example/", host=host)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE allegations_source DISABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO allegations_host (key, penalty_level, min_delay_ms)"
            " SELECT 'h' || n || '.bench.example', 0, 0 FROM generate_series(1, %s) n",
            [HOSTS],
        )
        cursor.execute(
            "CREATE TEMPORARY TABLE numbered AS SELECT id AS host, row_number() OVER () - 1 AS place"
            " FROM allegations_host WHERE id <> %s",
            [host.pk],
        )
        address = f"'http://h' || n % {HOSTS} || '.bench.example/story/' || n"
        fill(
            Source,
            f"generate_series(1, {SOURCES}) n JOIN numbered ON place = n % {HOSTS}",
            id="gen_random_uuid()",
            url=address,
            canonical_url=address,
            host_id="numbered.host",
            next_check_at=f"now() + CASE WHEN n / {HOSTS} % {DUE_OF} = 0 THEN -1 ELSE 1 END"
            " * (1 + n % 9973) * interval '1 minute'",
        )
        host.delete()
        cursor.execute("ALTER TABLE allegations_source ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE allegations_source, allegations_host")


def settle_hosts() -> None:
    """Let every host be due when its earliest source is, as the worker leaves it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE allegations_host h SET not_before = now(), due_at ="
            " (SELECT min(next_check_at) FROM allegations_source s WHERE s.host_id = h.id AND s.state <> 'retired')"
        )
        cursor.execute("VACUUM ANALYZE allegations_host")


def rest_all_but(hosts: int) -> None:
    """Put off every source but those of so many hosts."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE allegations_source SET next_check_at = now() + interval '1 day' WHERE next_check_at <= now()"
            " AND host_id NOT IN (SELECT id FROM allegations_host WHERE due_at <= now() ORDER BY id DESC LIMIT %s)",
            [hosts],
        )
    settle_hosts()


def plain_claim() -> int:
    """Claim without the rule of hosts; the reference."""
    from django.db import connection, transaction

    from allegations.models import Source

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAIN, {"limit": LINKS, "lease": timedelta(minutes=3)})
        taken = [row[0] for row in cursor.fetchall()]
    return len(Source.objects.filter(pk__in=taken).select_related("host"))


def times(claim: Callable[[], int], number: int) -> dict[str, float]:
    """Return median and 95th percentile of so many claims in milliseconds, and how many links each brought."""
    taken, brought = [], 0
    for _ in range(number):
        began = time.perf_counter()
        brought += claim()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return {"median": statistics.median(taken), "p95": taken[int(number * 0.95) - 1], "links": brought / number}


def main() -> None:
    begin()
    from allegations.actions.links.claiming import claim_due

    say(f"inserting {SOURCES:,} sources on {HOSTS:,} hosts")
    make_sources()
    settle_hosts()
    said = {}

    def claim() -> int:
        return len(claim_due(limit=LINKS).sources)

    for _ in range(5):
        claim()
    say(f"claiming {CLAIMS} times")
    said["every host has due links"] = times(claim, CLAIMS)
    said[REFERENCE] = times(plain_claim, CLAIMS)
    rest_all_but(LINKS * 20)
    said["one host in sixteen has due links"] = times(claim, 19)
    rest_all_but(0)
    said["nothing is due"] = times(claim, CLAIMS)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
