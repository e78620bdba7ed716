"""The services that belong together: started in order, watched, stopped in reverse."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from vetting.supervisor.errors import CannotStart, StopRequested
from vetting.supervisor.service import Running, Service

TICK = 0.05  # seconds between two looks at a process
LONGEST_PAUSE = 30.0  # seconds before a service that keeps failing is started again
CALM_AFTER = 60.0  # seconds of life after which a failure counts as the first again
LARGEST_LOG = 5_000_000  # bytes; a larger one is set aside at the next start


@dataclass
class Restart:
    """When a service that ended is started again, and how often that has happened in a row."""

    failures: int = 0
    due_at: float | None = None
    started_at: float = 0.0

    def after_failure(self, now: float) -> float:
        """Return the pause in seconds: 1, 2, 4 … up to LONGEST_PAUSE, 1 again after a calm life."""
        self.failures = 1 if now - self.started_at > CALM_AFTER else self.failures + 1
        pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE)
        self.due_at = now + pause
        return pause


@dataclass
class House:
    """Runs services with their logs in `logs`; `say` is given one short line for whoever watches."""

    logs: Path
    say: Callable[[str], None]
    running: dict[str, Running] = field(default_factory=dict)
    restarts: dict[str, Restart] = field(default_factory=dict)
    stop_requested: bool = False

    def start(self, service: Service) -> None:
        """Start `service` and return when it is ready, or raise CannotStart or StopRequested."""
        set_aside_if_large(self._log(service))
        deadline = time.monotonic() + service.ready_within
        for attempt in range(service.attempts):
            if attempt:
                self.pause(0.25)
            self._spawn(service)
            if self._becomes_ready(service, deadline):
                return
        raise self._failed(service)

    def run(self, step: Service) -> None:
        """Run `step` to its end, or raise CannotStart when that is not a good one."""
        self._spawn(step)
        running = self.running.pop(step.name)
        try:
            while running.ended is None:
                self.pause(TICK)
        finally:
            running.stop()
        if running.ended != 0:
            raise CannotStart(f"{step.name} failed:\n{running.last_lines()}")

    def watch(self) -> None:
        """Start again what ends, until a stop is requested."""
        while not self.stop_requested:
            for running in list(self.running.values()):
                self._look_after(running)
            time.sleep(4 * TICK)

    def stop(self) -> None:
        """Stop everything, the last started first. Leaves no process behind."""
        while self.running:
            _, running = self.running.popitem()
            running.stop()

    def pause(self, seconds: float) -> None:
        """Wait, or raise StopRequested as soon as a stop is requested."""
        until = time.monotonic() + seconds
        while not self.stop_requested and time.monotonic() < until:
            time.sleep(min(TICK, seconds))
        if self.stop_requested:
            raise StopRequested

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Handle a signal: remember it, and leave the work to the loop that runs."""
        self.stop_requested = True

    def _spawn(self, service: Service) -> None:
        self.running[service.name] = Running(service, self._log(service))
        self.restarts.setdefault(service.name, Restart()).started_at = time.monotonic()

    def _becomes_ready(self, service: Service, deadline: float) -> bool:
        running = self.running[service.name]
        while running.ended is None:
            if service.is_ready():
                return True
            if time.monotonic() > deadline:
                raise self._failed(service)
            self.pause(TICK)
        return False

    def _failed(self, service: Service) -> CannotStart:
        running = self.running[service.name]
        return CannotStart(f"{service.name} did not start. The end of its log:\n{running.last_lines()}")

    def _look_after(self, running: Running) -> None:
        restart, name = self.restarts[running.service.name], running.service.name
        if running.ended is None:
            return
        if restart.due_at is None:
            running.kill()  # what it started must not outlive it
            pause = restart.after_failure(time.monotonic())
            self.say(f"{name} ended with code {running.ended}; starting again in {pause:.0f} s.")
            self.say(running.last_lines(3))
        elif time.monotonic() >= restart.due_at:
            restart.due_at = None
            self._spawn(running.service)

    def _log(self, service: Service) -> Path:
        return self.logs / f"{service.name}.log"


@contextmanager
def stopping_on_signals(house: House) -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP ask `house` to stop, and stop it at the end in any case."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {signum: signal.signal(signum, house.request_stop) for signum in signals}
    try:
        yield
    finally:
        house.stop()
        for signum, handler in before.items():
            signal.signal(signum, handler)


def set_aside_if_large(log: Path) -> None:
    """Keep one earlier log, so that a log folder stays below two LARGEST_LOG a service."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
