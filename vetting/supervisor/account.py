"""The operating system account that a service runs as."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetting.supervisor.errors import CannotStart


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def as_popen(self) -> dict[str, Any]:
        """Return the arguments with which subprocess runs a command as this account."""
        return {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}


def current_account() -> Account:
    """Return the account of this process, or raise CannotStart for a user id without a name."""
    return _named(os.geteuid())


def unprivileged_account(folder: Path) -> Account:
    """Return whom the servers run as when their data lies under `folder`.

    An ordinary user runs everything. For root it is the owner of the folder, so that a house started
    with sudo stays usable without it, and `nobody` where root is the owner. A made-up number would not do:
    PostgreSQL refuses a user id without a name.
    """
    if os.geteuid() != 0:
        return current_account()
    owner = nearest_existing(folder).stat().st_uid
    if owner != 0 and _has_name(owner):
        return _named(owner)
    return _nobody()


def nearest_existing(folder: Path) -> Path:
    """Return `folder`, or the closest folder above it that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def can_run(command: Sequence[str | Path], account: Account) -> bool:
    """Tell whether `account` can run `command` to a good end."""
    try:
        done = subprocess.run(command, cwd="/", capture_output=True, timeout=30, **account.as_popen())  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def can_enter(folder: Path, account: Account) -> bool:
    """Tell whether `account` can reach what lies in `folder`."""
    return can_run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder], account)


def _named(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise CannotStart(
            f"User id {uid} has no name on this machine, and PostgreSQL needs one. "
            "Start as a user listed in /etc/passwd, or set DATABASE_URL to a server of your own."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _nobody() -> Account:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise CannotStart(
            "PostgreSQL does not run as root and this machine has no account `nobody`. "
            "Start as an ordinary user, or set DATABASE_URL to a server of your own."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
