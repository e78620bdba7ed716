"""A reading child that can also be asked to misbehave; tests start it in place of the real one."""

import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import time
from pathlib import Path

from allegations.links.texts.child import JOBS, main
from allegations.links.texts.readings import Reading


def said(sentence):
    return Reading(sentence=str(sentence))


def spin(head, parts):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        pass
    return said("It span for half a minute.")


def sleep(head, parts):
    time.sleep(300)
    return said("It slept for five minutes.")


def eat(head, parts):
    eaten = []
    while True:
        eaten.append(b"x" * 10_000_000)


def end(head, parts):
    os.kill(os.getpid(), head["signal"])
    return said("It lives.")


def ramble(head, parts):
    os.write(1, b"This is no frame, but it is long enough to be taken for the beginning of one.")
    return said("")


def attempt(head, parts):
    """Try what a reader must not be able to do, and say what came of it."""
    try:
        return said(ATTEMPTS[head["what"]]())
    except (OSError, ValueError) as error:
        return said(f"refused: {type(error).__name__}")


ATTEMPTS = {
    "file": lambda: Path("/etc/passwd").read_text(),
    "write": lambda: Path("/tmp/written-by-a-page").write_text("x"),
    "socket": lambda: socket.socket(),
    "unix socket": lambda: socket.socketpair(),
    "process": lambda: subprocess.run(["true"]),
    "fork": os.fork,
    "lift": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    "seconds": lambda: resource.getrlimit(resource.RLIMIT_CPU)[0] - time.process_time(),
    "user": os.geteuid,
    "privileges": lambda: ctypes.CDLL(None).prctl(39, 0, 0, 0, 0),
    "environment": lambda: json.dumps(sorted(os.environ)),
    "pid": os.getpid,
}

if __name__ == "__main__":
    assert signal.getsignal(signal.SIGXCPU) is signal.SIG_DFL
    main({**JOBS, "spin": spin, "sleep": sleep, "eat": eat, "end": end, "ramble": ramble, "attempt": attempt})
