"""A small web for tests with the database: pages of a server on loopback, checked and read as workers do it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

from allegations.actions.links import reading, sweeping
from allegations.actions.links.store import archive
from allegations.links.texts import Readers
from allegations.models import Capture, Host, Source
from tests.servers.hostile import HostileServer, answer

STORY = (
    "The prosecutor of the capital opened an inquiry on Monday into the purchase of two patrol boats.",
    "The general was charged with fraud by the court of first instance in March.",
    "He denies the claim and says that the contract was awarded by a committee of five officers.",
    "His lawyer told the agency that the documents were handed over to the court in full last week.",
    "A hearing is expected in the spring, and the ministry has not answered a request for comment.",
)


def story(*sentences, title="Inquiry into patrol boats"):
    """A page with these sentences as its article, between a menu and a footer."""
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in sentences or STORY)
    menu = "<nav><ul>" + "<li><a href='/x'>Section</a></li>" * 12 + "</ul></nav>"
    return (
        f"<!doctype html><html lang='en'><head><title>{title} - The Daily</title></head><body>{menu}"
        f"<article><h1>{title}</h1>{paragraphs}</article><footer><a href='/about'>About us</a></footer></body></html>"
    )


def with_sentence(number, sentence):
    """The story with one sentence in the place of another."""
    return story(*STORY[:number], sentence, *STORY[number + 1 :])


@contextmanager
def small_web(settings):
    """A server whose pages may be asked, with neither robots.txt nor rest."""
    with HostileServer() as server:
        settings.LINKS_ALLOW, settings.LINKS_ROBOTS = [server.netloc], False
        yield server


def serve(server, path, body, **headers):
    server.on(path, answer(200, body, **headers))


def check(readers: Readers | None = None) -> None:
    """Let all sources be due, check them, and read what came."""
    Source.objects.exclude(state="retired").update(lease_token=None, lease_until=None)
    Host.objects.update(min_delay_ms=0, not_before="2026-01-01T00:00:00Z")
    Source.objects.update(next_check_at="2026-01-01T00:00:00Z")
    while sweeping.drain():
        pass
    read(readers)


def read(readers: Readers | None = None) -> int:
    return reading.read_due(readers=readers or SHARED)


def path_of(file):
    """Where a file of the archive lies on disk."""
    return archive().folder / file.key


def flip(file, at=None):
    """Turn a bit of a file of the archive, in the middle of it or of the record that is given."""
    path = path_of(file)
    path.chmod(0o640)
    data = bytearray(path.read_bytes())
    data[at.offset + at.length // 2 if at else len(data) // 2] ^= 1
    path.write_bytes(data)


def older(source, **kwargs):
    """Let the copies of a source be so much older than they are."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE allegations_capture DISABLE TRIGGER kept")
        for copy in Capture.objects.filter(source=source):
            Capture.objects.filter(pk=copy.pk).update(captured_at=copy.captured_at - timedelta(**kwargs))
        cursor.execute("ALTER TABLE allegations_capture ENABLE TRIGGER kept")


class Shared(Readers):
    """One child for all tests of a process; it ends with the process."""

    def __exit__(self, *_exc):
        return None


SHARED = Shared(1)
