"""A worker killed at any point of a batch loses nothing and checks nothing twice."""

import signal
import subprocess
import sys

import pytest
import redis
from django.conf import settings as project

from allegations.actions.links import sweeping
from allegations.actions.links.store import archive
from allegations.links.archive.reading import members
from allegations.models import Capture, Host, LinkCheck, Source, StoredFile
from tests import factories
from tests.journeys.killed import POINTS
from tests.journeys.test_worker import environment
from tests.servers.hostile import HostileServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker")]
EACH = 3
PAST = "2026-01-01T00:00:00Z"


@pytest.fixture
def server():
    with HostileServer() as running:
        yield running


def names(server):
    """As many hosts as all workers together claim; every name leads to the server."""
    return [f"http://h{n}.killed.example:{server.port}/ok?{n}" for n in range(EACH * len(POINTS))]


def test_a_worker_killed_at_any_point_loses_nothing_and_checks_nothing_twice(server, settings, tmp_path):
    settings.LINKS_ALLOW, settings.LINKS_RESOLVE = [server.netloc], ["*.killed.example=127.0.0.1"]
    settings.ARCHIVE_DIR = tmp_path / "archive"
    archive.cache_clear()
    for url in names(server):
        factories.source(url=url)
    Host.objects.update(min_delay_ms=0)
    environ = environment(server) | {"LINKS_RESOLVE": "*.killed.example=127.0.0.1", "VAR_DIR": str(tmp_path)}
    environ |= {"PYTHONWARNINGS": "ignore", "DJANGO_SETTINGS_MODULE": "vetting.settings", "LINKS_ROBOTS": "0"}
    workers = {
        point: subprocess.Popen([sys.executable, "-m", "tests.journeys.killed", point, str(EACH)], env=environ)
        for point in POINTS
    }
    ended = {point: worker.wait(timeout=120) for point, worker in workers.items()}

    assert ended.pop("never") == 0
    assert set(ended.values()) == {-signal.SIGKILL}
    assert LinkCheck.objects.count() == 2 * EACH  # of the two that committed
    assert not Source.objects.due().exists()  # what the others held is held until the lease ends

    lease_ends()
    settings.LINKS_ROBOTS = False
    while sweeping.drain():
        pass

    assert LinkCheck.objects.count() == EACH * len(POINTS)
    assert LinkCheck.objects.order_by().values("source").distinct().count() == EACH * len(POINTS)
    assert set(Source.objects.values_list("state", flat=True)) == {"alive"}
    assert all_is_archived()


def lease_ends():
    """Let three minutes pass: the leases in PostgreSQL and the holds in Redis are over."""
    Source.objects.filter(lease_token__isnull=False).update(lease_until=PAST, next_check_at=PAST)
    client = redis.Redis.from_url(project.REDIS_URL)
    for key in client.scan_iter("links:host:*"):
        client.delete(key)


def all_is_archived():
    """Every check has its records in a file that is as it was stored, and every source its copy."""
    for file in StoredFile.objects.filter(kind="warc"):
        with archive().open(file.key) as opened:
            assert len(list(members(opened))) == file.records
    assert not LinkCheck.objects.filter(warc__isnull=True).exists()
    return Capture.objects.values("source").distinct().count() == Source.objects.count()
