"""Redis flushed and PostgreSQL restarted in mid-sweep: no link is lost, none checked twice, no host burst upon."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from urllib.parse import parse_qs, urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connection
from redis import Redis as Client

from tests.machine import open_folder
from tests.servers.hostile import ARTICLE, HostileServer, answer
from vetting.embedded.place import settle
from vetting.embedded.postgres import Postgres, wheel_tree
from vetting.embedded.redis import Redis
from vetting.supervisor.house import House

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("worker")]
COUNT = 40
PATIENCE_S = 120
LASTS = {"fsync": "off"}  # what was committed outlives PostgreSQL, though not the machine


class Gated(HostileServer):
    """A server that holds every page back until it is released, and counts the requests of each host."""

    def __init__(self):
        super().__init__()
        self.open = threading.Event()
        self.now, self.most, self.asked = Counter(), Counter(), Counter()
        for number in range(COUNT):
            self.on(f"/story?{number}", self.story)

    async def story(self, request, writer):
        host = request.headers["host"]
        self.now[host] += 1
        self.asked[host] += 1
        self.most[host] = max(self.most[host], self.now[host])
        while not self.open.is_set():
            await asyncio.sleep(0.02)
        self.now[host] -= 1
        await answer(200, ARTICLE)(request, writer)

    def hold(self):
        self.open.clear()
        self.asked.clear()


class Site:
    """A whole site with servers, worker and beat of its own, whose links all lead to one gated server."""

    def __init__(self, folder, server):
        self.folder, self.server = folder, server
        self.house = House(folder, say=print)
        place = settle(folder / "var")
        self.postgres, self.redis = Postgres(place, LASTS), Redis(place)
        self.house.start(self.postgres.service())
        self.house.start(self.redis.service())
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "DJANGO_SETTINGS_MODULE": "vetting.settings",
            "LINKS_ALLOW": server.netloc,
            "LINKS_RESOLVE": "*.outage.example=127.0.0.1",
            "LINKS_ROBOTS": "0",
            "LINKS_SECOND_LOOK": "0",
            "SWEEP_SECONDS": "1",
            "VAR_DIR": str(folder / "files"),
            "PYTHONWARNINGS": "ignore",
        }
        self.processes = []

    def start(self, tables):
        """Make the tables of the database at this URL, then sources, and let all work begin."""
        programs = wheel_tree() / "bin"
        dump = [programs / "pg_dump", "--no-owner", tables]
        dumped = subprocess.run(dump, check=True, stdout=subprocess.PIPE, timeout=PATIENCE_S).stdout
        load = [programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", self.postgres.url]
        subprocess.run(load, input=dumped, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE_S)
        made = [sys.executable, "-m", "tests.journeys.outage", str(self.server.port), str(COUNT)]
        subprocess.run(made, env=self.environment, check=True, timeout=PATIENCE_S)
        celery = [sys.executable, "-m", "celery", "-A", "vetting.celery"]
        self._run([*celery, "worker", "-c", "2", "-Q", "celery,links,reading,vetting", "--without-mingle"])
        self._run([*celery, "beat", "-s", str(self.folder / "beat"), "--pidfile="])

    def _run(self, command):
        with (self.folder / "celery.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
            )

    def stop(self):
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=PATIENCE_S)
        self.house.stop()

    def ask(self, statement):
        """Ask the database; None while it does not answer."""
        url = urlsplit(self.postgres.url)
        try:
            connection = psycopg2.connect(
                host=parse_qs(url.query)["host"][0], user=url.username, dbname=url.path.lstrip("/")
            )
        except psycopg2.OperationalError:
            return None
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            found = cursor.fetchone()[0] if cursor.description else None
        connection.close()
        return found

    def checks(self):
        return self.ask("SELECT count(*) FROM allegations_linkcheck")

    def is_due(self, checked):
        """Let every source be due that was checked so many times."""
        self.ask("UPDATE allegations_host SET not_before = 'epoch', due_at = 'epoch'")
        self.ask(
            "UPDATE allegations_source s SET next_check_at = 'epoch', lease_token = NULL, lease_until = NULL"
            f" WHERE (SELECT count(*) FROM allegations_linkcheck c WHERE c.source_id = s.id) = {checked}"
        )

    def until(self, holds, words):
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, f"{words}\n{(self.folder / 'celery.log').read_text()[-3000:]}"
            for running in list(self.house.running.values()):
                self.house._look_after(running)  # starts again what has ended
            time.sleep(0.1)


@pytest.fixture
def site(django_db_setup):
    """A site whose tables are those of the test database: to migrate once more would take longer than all else."""
    name = connection.settings_dict["NAME"]
    tables = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    with Gated() as server, open_folder() as folder:
        running = Site(folder, server)
        try:
            running.start(tables)
            yield running
        finally:
            server.open.set()
            running.stop()


def test_a_sweep_outlives_redis_and_postgresql(site):
    server = site.server

    # Redis is flushed while pages are being asked.
    site.is_due(checked=0)
    site.until(lambda: len(server.asked) >= COUNT, "not every host was asked")
    Client.from_url(site.redis.url).flushall()
    time.sleep(1.5)  # beat rings, with nothing in Redis that says who asks whom
    assert set(server.asked.values()) == {1}
    server.open.set()
    site.until(lambda: site.checks() == COUNT, "checks were lost with Redis")
    assert set(server.most.values()) == {1}

    # PostgreSQL ends at once while pages are being asked.
    server.hold()
    site.is_due(checked=1)
    site.until(lambda: len(server.asked) >= COUNT, "not every host was asked again")
    pid = int((site.postgres.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGQUIT)
    server.open.set()
    site.until(lambda: site.checks() is not None, "PostgreSQL did not come back")
    # What was under way is held until its lease ends, but for what came so late that PostgreSQL was back.
    site.is_due(checked=1)
    site.until(lambda: site.checks() == 2 * COUNT, "checks were lost with PostgreSQL")
    twice = "SELECT count(*) FROM (SELECT 1 FROM allegations_linkcheck GROUP BY source_id HAVING count(*) <> 2) t"
    assert site.ask(twice) == 0
    assert set(server.most.values()) == {1}
