"""Folders, accounts and processes of the machine that the tests run on."""

import os
import pwd
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

from vetting.supervisor.account import Account, can_run, current_account

PROJECT = Path(__file__).resolve().parents[1]


@contextmanager
def open_folder():
    """Give a folder that other accounts can pass through, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="vetting-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def ordinary_account() -> Account:
    """Return an account that is not root: ours, or nobody."""
    if os.geteuid() != 0:
        return current_account()
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def as_ordinary_user(*command: str) -> list[str]:
    """Return `command` for an ordinary user.

    Where that user cannot read Python, as in /root, it is given the one right to do so; it is still not root.
    """
    if os.geteuid() != 0:
        return list(command)
    account = ordinary_account()
    rights = [] if can_run([sys.executable, "-c", "import ctypes"], account) else ["+dac_override"]
    return [
        *("setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"),
        *(f"--{kind}-caps={right}" for right in rights for kind in ("inh", "ambient")),
        *command,
    ]


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all that it started."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def network_listeners(processes: list[psutil.Process]) -> list[tuple[str, int]]:
    """Return the network addresses on which `processes` accept connections."""
    sockets = [socket for process in processes for socket in process.net_connections("inet")]
    return sorted({tuple(socket.laddr) for socket in sockets if socket.status == psutil.CONN_LISTEN})


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run."""
    return [process for process in processes if process.is_running() and runs(process.pid)]


def runs(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be noticed by its parent does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually(condition, within=60):
    """Wait for what another process does and gives no notice of; return whether it came about."""
    deadline = time.monotonic() + within
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()
