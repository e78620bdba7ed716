"""What a reading child may still do: compute, within its memory and time. No file, no socket, no other process."""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import encodings.aliases
import importlib
import math
import os
import pkgutil
import resource
import signal
import sys
import time
from types import ModuleType

# From linux/prctl.h and linux/sched.h.
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
OPEN_FILES = 3  # standard input, output and error, which are open already
NOBODY = 65534


def confine(memory_bytes: int, parent: int) -> None:
    """Give up all that reading does not need. What the system does not grant is left out, the limits never are.

    `parent` is the process that started this one; it ends with it.
    """
    os.closerange(OPEN_FILES, 4096)
    libc = ctypes.CDLL(None, use_errno=True)
    alone = libc.unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0  # a network of our own, which leads nowhere
    _drop_root()
    if not alone:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # after the change of user, which would undo it
    if os.getppid() != parent:
        os._exit(0)
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_AS, memory_bytes),
    ):
        resource.setrlimit(limit, (most, most))
    sys.meta_path[:] = [_NothingMore]  # what was not loaded is missing, rather than a file that does not open


def grant(seconds: float) -> None:
    """Allow so many more seconds of computing; the system ends the process after them (SIGXCPU)."""
    soft = math.ceil(time.process_time() + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


class _NothingMore:
    """Stands in place of everything that finds modules: there are no more of them."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """Find nothing."""


def load(*packages: ModuleType) -> None:
    """Load every module of these packages that can be, and every charset, while files can still be opened."""
    for package in (*packages, encodings):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with contextlib.suppress(ImportError):
                importlib.import_module(found.name)
    for name in set(encodings.aliases.aliases.values()):
        with contextlib.suppress(LookupError):
            codecs.lookup(name)


def _drop_root() -> None:
    if os.geteuid() != 0:
        return
    with contextlib.suppress(OSError):
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
