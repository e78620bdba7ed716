"""The whole path in one run: two Celery workers take all sources from PostgreSQL, ask, judge, keep and write them down.

`python -m benchmarks.links_celery PORT` runs beside a throwaway PostgreSQL and Redis and says what came of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.links_check import VERDICTS
from benchmarks.links_measure import Failed, say
from benchmarks.links_services import begin
from benchmarks.links_world import SUFFIX, URLS, addresses

WORKERS = 2
PATIENCE_S = 90
LOOK_S = 0.02
RING_S = 10
READ_S = 15


def environment(port: int) -> dict[str, str]:
    """Return what lets the workers find every host of the benchmark on this machine."""
    return {"LINKS_ALLOW": f"127.0.0.1:{port}", "LINKS_RESOLVE": f"*.{SUFFIX}=127.0.0.1"}


def make_sources(port: int) -> None:
    """Insert every address as a source that is not due yet, on a host that asks for no rest."""
    from datetime import timedelta

    from django.utils import timezone

    from allegations.models import Host, Source

    later = timezone.now() + timedelta(days=1)
    found = addresses()
    hosts = {address.host: Host(key=f"h{address.host:03d}.{SUFFIX}", min_delay_ms=0) for address in found}
    Host.objects.bulk_create(hosts.values())
    Source.objects.bulk_create(
        Source(
            url=address.url(port),
            canonical_url=address.url(port),
            host=hosts[address.host],
            next_check_at=later,
        )
        for address in found
    )


@contextmanager
def workers() -> Iterator[None]:
    """Run the workers, each with one process for its tasks, and yield once all of them answer."""
    from django.conf import settings

    from vetting.celery import app

    queues = ",".join({"celery", *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())})
    celery = [sys.executable, "-m", "celery", "-A", "vetting.celery", "worker", "--pool=prefork", "--concurrency=1"]
    with tempfile.TemporaryFile("w+") as log:
        running = [
            subprocess.Popen(
                [*celery, f"--queues={queues}", "--without-gossip", "--without-mingle", f"--hostname=w{number}@bench"],
                stdout=log,
                stderr=log,
            )
            for number in range(WORKERS)
        ]
        try:
            until(lambda: len(app.control.ping(timeout=0.5)) == WORKERS, "the workers did not start")
            yield
        except Failed as failure:
            log.seek(0)
            raise Failed(f"{failure}:\n{log.read()[-3000:]}") from None
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(timeout=30)


def until(holds: Callable[[], bool], words: str) -> None:
    """Wait until something holds; raise Failed with these words when it takes too long."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            raise Failed(words)
        time.sleep(LOOK_S)


def ringing(holds: Callable[[], bool]) -> Callable[[], bool]:
    """Return the same condition, which rings the workers' bell now and every `RING_S` seconds, as beat does."""
    from allegations.tasks import tick

    due = time.monotonic()

    def held() -> bool:
        nonlocal due
        if time.monotonic() >= due:
            due += RING_S
            tick.delay()
        return holds()

    return held


def check_all() -> dict[str, float]:
    """Make every source due and wait until all are checked; then see how many copies are read in some seconds."""
    from django.db.models.functions import Now

    from allegations.models import Capture, CaptureText, LinkCheck, Source

    Source.objects.update(next_check_at=Now())
    began = time.perf_counter()
    until(ringing(lambda: LinkCheck.objects.count() >= URLS), "not every source was checked")
    checked_s = time.perf_counter() - began
    say(f"checked in {checked_s:.1f} s; reading copies for {READ_S} s at most")
    began, before = time.perf_counter(), CaptureText.objects.count()
    unread = Capture.objects.unread()
    until(ringing(lambda: time.perf_counter() - began > READ_S or not unread.exists()), "")
    read_s = time.perf_counter() - began
    return {"checked_s": checked_s, "read_per_s": (CaptureText.objects.count() - before) / read_s}


def right() -> int:
    """Return how many checks say what the server means."""
    from allegations.models import LinkCheck

    kinds = {address.path: address.kind for address in addresses()}
    rows = LinkCheck.objects.values_list("source__canonical_url", "verdict")
    wrong = Counter(verdict for url, verdict in rows if verdict != VERDICTS[kinds["/" + url.split("/", 3)[3]]])
    if wrong:
        say(f"unlike what the server means: {dict(wrong)}")
    return LinkCheck.objects.count() - wrong.total()


def main() -> None:
    port = int(sys.argv[1])
    os.environ.update(environment(port))
    Path(os.environ["VAR_DIR"]).mkdir(parents=True, exist_ok=True)
    begin()
    make_sources(port)
    say(f"starting {WORKERS} workers")
    with workers():
        say("checking all sources")
        said = check_all()
    print(json.dumps({**said, "right": right()}))


if __name__ == "__main__":
    main()
