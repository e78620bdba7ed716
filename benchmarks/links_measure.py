"""What the benchmark of the links measures: programs with all the processor time that they used, and tables."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.links_server import Served
from benchmarks.links_world import URLS


@dataclass(frozen=True)
class Usage:
    """What one or more programs took from their start to the end of the last: seconds, and what each said."""

    wall_s: float
    cpu_s: float
    said: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """One run over all addresses: what it took, what the server saw, how many verdicts there were, and right ones.

    `start_cpu_s` is what the program takes for a single link; `again` makes another run like this one.
    """

    name: str
    usage: Usage
    served: Served
    judged: int
    right: int
    start_cpu_s: float = 0.0
    again: Callable[[], Run] | None = None

    @property
    def per_s(self) -> float:
        return URLS / self.usage.wall_s

    @property
    def per_cpu_s(self) -> float:
        return URLS / self.usage.cpu_s

    @property
    def cpu_ms(self) -> float:
        return self.usage.cpu_s * 1000 / URLS

    @property
    def cpu_ms_without_start(self) -> float:
        return (self.usage.cpu_s - self.start_cpu_s) * 1000 / URLS


def best(runs: Sequence[Run]) -> Run:
    """Return the run with the least processor time, with the shortest wall time of all: other work may disturb one."""
    frugal = min(runs, key=lambda run: run.usage.cpu_s)
    return replace(frugal, usage=replace(frugal.usage, wall_s=min(run.usage.wall_s for run in runs)))


class Failed(Exception):
    """A program ended badly, or what it needs is not there."""


def measured(
    *commands: Sequence[str], good: Sequence[int] = (0,), env: Mapping[str, str] | None = None, heard: bool = False
) -> Usage:
    """Run the programs side by side and return what they took, their children included; raise Failed.

    `heard` programs are our own and say on standard error how they get on. Python programs may keep what they compile,
    as they do wherever they are installed.
    """
    env = {name: value for name, value in (env or os.environ).items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile("w+") as complaints:
        outputs = [tempfile.TemporaryFile("w+") for _ in commands]  # noqa: SIM115 (closed below, with what was said)
        began = time.perf_counter()
        running = [
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if heard else complaints,
                env=env,
            )
            for command, output in zip(commands, outputs, strict=True)
        ]
        ended = [_ended(process) for process in running]
        wall_s = time.perf_counter() - began
        said = tuple(_content(output) for output in outputs)
        if any(code not in good for code, _ in ended):
            raise Failed(f"{' '.join(commands[0])} ended badly:\n{_content(complaints)[-2000:]}{said[0][-2000:]}")
    return Usage(wall_s, sum(cpu_s for _, cpu_s in ended), said)


def _ended(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Wait for a program; return its exit code and the processor seconds of it and of all that it waited for."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_utime + used.ru_stime


def _content(file) -> str:
    file.seek(0)
    text = file.read()
    file.close()
    return text


def say(words: str) -> None:
    """Let whoever watches know what goes on."""
    print(f"  … {words}", file=sys.stderr, flush=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads, the first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, *rows):
        first, *others = row
        print("  ".join([first.ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(others, widths[1:], strict=True))]))
    print(flush=True)
