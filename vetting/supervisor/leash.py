"""Becomes a service: own session, given account, and a signal when the supervisor dies.

Run as a script with the standard library alone, because it starts as root, often where the account it turns
into could not read Python: `leash.py SUPERVISOR_PID SIGNAL UID GID COMMAND...`.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def become(uid: int, gid: int) -> None:
    if os.geteuid() == uid:
        return
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(supervisor: int, signum: int) -> None:
    """Ask the kernel for `signum` when the supervisor dies; exit when it already has."""
    if sys.platform == "linux":  # the only kernel with this; elsewhere a killed supervisor leaves orphans
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)
    if os.getppid() != supervisor:
        sys.exit(1)


def main() -> None:
    supervisor, signum, uid, gid = map(int, sys.argv[1:5])
    command = sys.argv[5:]
    os.umask(0o077)
    become(uid, gid)
    die_with(supervisor, signum)  # after the change of account, which would forget it
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
