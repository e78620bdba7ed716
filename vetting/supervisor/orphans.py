"""What an earlier house left running when its supervisor was killed."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vetting.supervisor.errors import CannotStart

MARK = "VETTING_HOUSE"  # in the environment of every process of a house: the folder it belongs to


@contextmanager
def only_house(var: Path) -> Iterator[None]:
    """Hold `var` for this process, or raise CannotStart when another house runs from it."""
    with (var / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"It already runs from {var}, as process {lock.read().strip()}. "
                "Stop that one first, or start another beside it: VAR_DIR=/another/folder PORT=8001 make demo"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def end_orphans(var: Path, *, within: float = 5) -> None:
    """End what still runs for `var`. Those told by the kernel to stop have `within` seconds to do so.

    To be called by the holder of `only_house`: nothing alive belongs to anyone then.
    """
    deadline = time.monotonic() + within
    while (left := orphans(var)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in left:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def orphans(var: Path) -> list[int]:
    """Return the numbers of the processes that carry the mark of `var`; none where there is no /proc."""
    mark = f"{MARK}={var}".encode()
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if mark in _environment(folder)]


def _environment(process: Path) -> list[bytes]:
    try:
        return process.joinpath("environ").read_bytes().split(b"\0")
    except OSError:  # it has ended, or is someone else's
        return []
