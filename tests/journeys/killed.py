"""A worker that is killed at one point of a batch: `python -m tests.journeys.killed POINT LIMIT`."""

import os
import signal
import sys

import django

django.setup()

from allegations.actions.links import door, keeping, recording, sweeping  # noqa: E402
from allegations.actions.links.claiming import claim_due  # noqa: E402
from allegations.actions.links.store import archive  # noqa: E402


def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def after(call):
    def instead(*args, **kwargs):
        call(*args, **kwargs)
        die()

    return instead


def nothing():
    """Live."""


POINTS = {
    "after claiming": lambda: setattr(door, "fetch", die),
    "after asking": lambda: setattr(door, "fetch", after(door.fetch)),
    "before storing": lambda: setattr(type(archive()), "_force_all", die),
    "after storing one file": lambda: setattr(type(archive()), "_publish", after(type(archive())._publish)),
    "after storing all files": lambda: setattr(keeping, "keep", after(keeping.keep)),
    "while writing": lambda: setattr(recording, "_update", die),
    "before committing": lambda: setattr(recording, "_write", after(recording._write)),
    "after committing": lambda: setattr(recording, "record", after(recording.record)),
    "never": nothing,
}


def main():
    point, limit = sys.argv[1], int(sys.argv[2])
    POINTS[point]()
    claim = claim_due(limit=limit)
    seen = sweeping.look(claim, door.fetch)
    recording.record(claim, seen, keeping.keep(seen))


if __name__ == "__main__":
    main()
