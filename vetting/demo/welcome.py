"""What the demo says once everything runs."""

from __future__ import annotations

import sys
from pathlib import Path

from vetting.demo.processes import HOST, Processes

EXAMPLE = "ahmed-naser-al-raisi"
WORDS = """
Ready after {seconds:.1f} s. Stop it with Ctrl-C; what you enter is kept in {data}.

  Reader      {site}/
              {site}/candidates/{example}/
              archived copies come from {archive}/, which knows nothing else
  Reviewer    {site}/admin/
{accounts}
  Program     curl {site}/api/v1/candidates/{example}/summary/
  Operator    {site}/healthz/ready and the logs in {logs}
              other commands, in another terminal: set -a; . {var}/env; {manage} help
"""
AS_ROOT = """
Web server and worker run as root, because the account that they would run as cannot read {python} or {var}.
Put both where everyone can read them, or start as an ordinary user, to run them with fewer rights.
"""


def welcome(processes: Processes, seconds: float, accounts: Path, *, first: bool) -> str:
    """Return where everything is and what to try; the passwords only when `first`."""
    words = WORDS.format(
        seconds=seconds,
        site=f"http://{HOST}:{processes.port}",
        archive=processes.environment["ARCHIVE_ORIGIN"],
        example=EXAMPLE,
        var=processes.var,
        data=processes.place.data,
        logs=processes.var / "log",
        accounts=sign_in(accounts, first=first),
        manage=f"{sys.executable} manage.py",
    )
    if processes.account.uid != 0:
        return words
    return words + AS_ROOT.format(python=Path(sys.executable).resolve(), var=processes.var)


def sign_in(accounts: Path, *, first: bool) -> str:
    """Return the lines on the accounts; passwords are shown once."""
    indent = " " * 14
    if not first:
        return f"{indent}the accounts and their passwords are in {accounts}"
    lines = [f"{indent}{line}" for line in accounts.read_text().splitlines()]
    return "\n".join([*lines, f"{indent}(kept in {accounts}, not shown again)"])
