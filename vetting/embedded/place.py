"""Where the embedded servers keep their data and their sockets, and as whom they run."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vetting.supervisor.account import Account, can_enter, can_run, nearest_existing, unprivileged_account
from vetting.supervisor.errors import CannotStart

LONGEST_SOCKET = 100  # bytes; the kernel's limit is 108 on Linux and 104 on macOS
ELSEWHERE = Path("/var/lib")


@dataclass(frozen=True)
class Place:
    data: Path  # a folder for each server
    sockets: Path
    account: Account


def settle(var: Path) -> Place:
    """Make the folders for servers that belong to the project's folder `var`, and return where they are.

    Data lies in `var`. When root starts the house where the servers' account cannot go, as in /root, it lies
    in /var/lib instead, under a name made from `var`.
    """
    var = var.resolve()
    account = unprivileged_account(var)
    make_var(var, account)
    data = var / "servers" if can_enter(var, account) else ELSEWHERE / f"election-vetting-{digest(str(var))}"
    private_folder(data, account)
    return Place(data, _sockets(data, account), account)


def make_var(var: Path, account: Account) -> None:
    """Make `var`. What root starts may add to it there, but not move what is root's.

    The sticky bit is what keeps a service that was broken into from putting a link in place of a log.
    """
    if os.geteuid() != 0:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    owner = nearest_existing(var).stat().st_uid
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(var, owner, account.gid)
    var.chmod(0o1770)


def private_folder(folder: Path, account: Account) -> None:
    """Make `folder` with mode 0700 for `account`, or raise CannotStart when someone else made it first."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise CannotStart(
            f"{folder} must be a folder of {account.name} with mode 0700. "
            "Start as the user who made it, or remove it: its content is lost then."
        )


def reachable(program: Path, place: Place, *, root: Path, needs: Sequence[str]) -> Path:
    """Return `program`, or its copy beside the data when the servers' account cannot run it where it is.

    `needs` are the files and folders to copy. They keep their paths below `root`, by which they find each other.
    """
    if can_run([program, "--version"], place.account):
        return program
    found = program.stat()
    copies = place.data / "programs" / program.name
    copy = copies / digest(f"{program} {found.st_size} {found.st_mtime_ns}")
    if not copy.exists():
        shutil.rmtree(copies, ignore_errors=True)  # those of an earlier version
        draft = copies / "draft"
        for need in needs:
            _copy(root / need, draft / need)
        give(place.data / "programs", place.account)
        draft.rename(copy)
    return copy / program.relative_to(root)


def _copy(found: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    if found.is_dir():
        shutil.copytree(found, copy, symlinks=True)
    elif found.exists():
        shutil.copy2(found, copy)


def give(tree: Path, account: Account) -> None:
    """Make `account` the owner of a folder and of everything in it."""
    for folder, _, files in os.walk(tree):
        for entry in (".", *files):
            os.chown(Path(folder, entry), account.uid, account.gid, follow_symlinks=False)


def digest(text: str) -> str:
    """Return a short name that stands for `text`."""
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]


def _sockets(data: Path, account: Account) -> Path:
    folder = data / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET:
        folder = Path("/tmp", f"election-vetting-{account.uid}-{digest(str(data))}")  # noqa: S108
    private_folder(folder, account)
    return folder
