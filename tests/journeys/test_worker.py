"""A real worker and beat on a real Redis check real pages of a hostile server, and survive being killed."""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from allegations.models import Host, LinkCheck, SecondLook, Source
from tests import factories
from tests.integration.web import STORY, story
from tests.servers.hostile import HostileServer, answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker")]
PATIENCE_S = 120


def environment(server):
    """The environment of a process that works on the test database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
        "LINKS_ALLOW": server.netloc,
        "LINKS_SECOND_LOOK": "0",  # each page once, so that checks can be counted
        "SWEEP_SECONDS": "1",
        "PYTHONWARNINGS": "default",
    }


class Celery:
    """A worker and a beat as they run in production, in a process group of their own."""

    def __init__(self, server, folder):
        self.environment, self.folder, self.running = environment(server), folder, []

    def start(self):
        celery = [sys.executable, "-m", "celery", "-A", "vetting.celery"]
        queues = ["-Q", "celery,links,reading,vetting"]
        self._run([*celery, "worker", "--pool", "prefork", "-c", "2", *queues, "--without-mingle", "-l", "INFO"])
        self._run([*celery, "beat", "-s", str(self.folder / "beat"), "--pidfile=", "-l", "INFO"])

    def _run(self, command):
        with (self.folder / f"{command[5]}.log").open("ab") as log:
            self.running.append(
                subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
            )

    def stop(self, how=signal.SIGKILL):
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, how)
            process.wait(timeout=PATIENCE_S)
        self.running.clear()


@pytest.fixture
def server():
    with HostileServer() as running:
        yield running


@pytest.fixture
def celery(server, tmp_path):
    both = Celery(server, tmp_path)
    yield both
    both.stop()


def until(condition):
    """Wait for the processes outside to bring this about."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def sources_at(server, settings, *paths):
    settings.LINKS_ALLOW = [server.netloc]
    rows = [factories.source(url=server.url(path)) for path in paths]
    Host.objects.update(min_delay_ms=0)
    return rows


def test_every_due_source_is_checked_through_celery_and_redis(server, settings, celery):
    rows = sources_at(server, settings, "/ok", "/404", "/403", "/500", "/loop", "/empty")
    celery.start()
    until(lambda: not Source.objects.filter(last_checked_at__isnull=True).exists())
    states = {row.url.rsplit("/", 1)[1]: row.state for row in Source.objects.all()}
    assert states["ok"] == "alive"
    assert states["404"] == "suspect"
    assert "gone" not in states.values()
    assert LinkCheck.objects.count() == len(rows)


def test_a_killed_worker_loses_nothing_and_checks_nothing_twice(server, settings, celery):
    sources_at(server, settings, *(f"/ok?{n}" for n in range(12)))
    celery.start()
    until(lambda: LinkCheck.objects.count() >= 3)
    celery.stop(signal.SIGKILL)
    until(lambda: not others())  # what was sent before the end may still be written down
    Source.objects.filter(lease_token__isnull=False).update(next_check_at="2026-01-01T00:00:00Z")
    Host.objects.update(not_before="2026-01-01T00:00:00Z")
    celery.start()
    until(all_checked)
    assert LinkCheck.objects.count() == 12


def others():
    """How many connections of other programs the database has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def all_checked():
    """Tell whether all were; one that was put off, for the host was still in use by whom we killed, is due again."""
    waiting = Source.objects.filter(last_checked_at__isnull=True)
    waiting.filter(lease_token__isnull=True).update(next_check_at="2026-01-01T00:00:00Z")
    return not waiting.exists()


def test_a_page_is_asked_for_twice_seconds_apart_and_its_changing_line_is_learnt(server, settings, celery):
    served = []

    async def live(request, writer):
        served.append(time.monotonic())
        page = story(*STORY[:2], f"{1200 + len(served)} people are here", *STORY[2:])
        await answer(200, page)(request, writer)

    server.on("/live", live)
    (source,) = sources_at(server, settings, "/live")
    celery.environment["LINKS_SECOND_LOOK"] = "1"
    celery.start()
    until(lambda: SecondLook.objects.filter(settled_at__isnull=False).exists())

    look = SecondLook.objects.get()
    assert (look.source, look.outcome) == (source, "learnt")
    assert look.places.get().pairs == [("1201 people are here", "1202 people are here")]
    assert len(served) == LinkCheck.objects.count() == 2
    assert served[1] - served[0] > 4.5  # the database’s clock counts from when the first was written down
