"""One process under supervision: how it starts, when it is ready, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from vetting.supervisor.account import Account

LEASH = Path(__file__).with_name("leash.py")
END_OF_LOG_BYTES = 4096


@dataclass(frozen=True, kw_only=True)
class Service:
    """What to run. `prepare` runs before every start, `is_ready` is asked until it says yes."""

    name: str
    command: tuple[str, ...]
    account: Account
    folder: Path
    environment: Mapping[str, str]
    prepare: Callable[[], None] = lambda: None
    is_ready: Callable[[], bool] = lambda: True
    attempts: int = 1  # starts before giving up; a server whose last life ended badly may need several
    ready_within: float = 30  # seconds
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM  # sent by the kernel when the supervisor dies
    stop_within: float = 10  # seconds until the process is killed


@dataclass
class Running:
    """A started service. Its process leads a session of its own, and so a process group."""

    service: Service
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.service.prepare()
        with open_log(self.log) as log:
            self.process = subprocess.Popen(  # noqa: S603
                leashed(self.service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.service.folder,
                env=dict(self.service.environment),
                start_new_session=True,
            )

    @property
    def ended(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""
        return self.process.poll()

    def stop(self) -> None:
        """Ask it to stop, wait, and kill whatever is left of its group."""
        if self.ended is None:
            self.process.send_signal(self.service.stop_signal)
        try:
            self.process.wait(self.service.stop_within)
        except subprocess.TimeoutExpired:
            self.kill()
        self.kill()

    def kill(self) -> None:
        """Kill the whole group at once."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()

    def last_lines(self, count: int = 8) -> str:
        """Return the end of its log, for a message."""
        with self.log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(0, size - END_OF_LOG_BYTES))
            text = log.read().decode(errors="replace")
        return "\n".join(f"  {self.service.name} | {line}" for line in text.splitlines()[-count:])


def leashed(service: Service) -> list[str]:
    """Return the command line that starts `service` under its account and tied to this process."""
    numbers = (os.getpid(), service.orphan_signal.value, service.account.uid, service.account.gid)
    return [sys.executable, "-I", "-S", str(LEASH), *map(str, numbers), *service.command]


def open_log(path: Path) -> BinaryIO:
    """Open a log for appending, readable by its owner only, never through a link."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    return os.fdopen(os.open(path, flags, 0o600), "ab")
