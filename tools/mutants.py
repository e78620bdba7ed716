"""Breaks the risk engine in every small way, one at a time, and names the breaks that no test notices.

Run with `make mutants`, or with `--only stages` for one module and `--sample 50` for a random part.
Tests are collected once. For every mutant a process is forked, one function gets the code of its
mutant, and the tests that run this function are run until one fails. What survives is explained in
docs/mutants.md.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from mutations import Mutant, mutants_of

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "vetting" / "risk"
TESTS = PROJECT / "tests" / "unit" / "risk"
LEAST = 0.95
"""The share of mutants that the tests must notice."""
PATIENCE = 20
"""A mutant that takes this many times as long as its tests take is one that never ends."""


def live(module: str, name: str) -> FunctionType:
    """Return the function that the running program calls by a name, without what was wrapped around it."""
    found: Any = import_module(f"vetting.risk.{module}")
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "fget", found)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert isinstance(found, FunctionType)
    return found


def forget() -> None:
    """Empty every cache of the engine, so that what a test runs does not depend on what ran before it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("vetting.risk"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


class Trial:
    """A plugin of the test runner that, in place of one run, makes one for every mutant."""

    def __init__(self, wanted: Callable[[], list[Mutant]], jobs: int) -> None:
        self.wanted, self.jobs = wanted, jobs
        self.seconds: dict[Any, float] = {}
        self.running: dict[CodeType, list[Any]] = {}
        self.killers: Counter[tuple[str, Any]] = Counter()
        self.survivors: list[Mutant] = []
        self.tried = 0

    def pytest_runtestloop(self, session: Any) -> bool:
        """Run all tests once as they are, then the mutants."""
        self.watch(session)
        if session.testsfailed:
            sys.exit("The tests fail without any mutant.")
        mutants = self.wanted()
        say(f"{len(mutants)} mutants, {len(session.items)} tests of {sum(self.seconds.values()):.0f} s")
        gc.freeze()  # children share what the parent holds
        self.try_all(mutants)
        return True

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Say which test fails."""
        if report.failed:
            say(report.longreprtext)

    def watch(self, session: Any) -> None:
        """Run every test, and note how long it takes and which functions of the engine it runs."""
        for place, item in enumerate(session.items):
            forget()
            codes: set[CodeType] = set()

            def note(frame: Any, event: str, argument: Any, codes: set[CodeType] = codes) -> None:
                if event == "call":
                    codes.add(frame.f_code)

            began = time.perf_counter()
            sys.setprofile(note)
            run(session, item, place)
            sys.setprofile(None)
            self.seconds[item] = time.perf_counter() - began
            for code in codes:
                if code.co_filename.startswith(str(PACKAGE)):
                    self.running.setdefault(code, []).append(item)

    def tests_for(self, mutant: Mutant) -> list[Any]:
        """Return the tests that run the function of a mutant, those first that noticed others of it, or are fast."""
        noticed = self.killers
        return sorted(
            self.running.get(live(mutant.module, mutant.function).__code__, []),
            key=lambda item: (-noticed[mutant.function, item], self.seconds[item]),
        )

    def try_all(self, mutants: list[Mutant]) -> None:
        """Try the mutants, some at a time."""
        under_way: dict[int, tuple[Mutant, list[Any], int]] = {}
        waiting = list(reversed(mutants))
        while waiting or under_way:
            while waiting and len(under_way) < self.jobs:
                mutant = waiting.pop()
                tests = self.tests_for(mutant)
                child, pipe = spawn(mutant, tests, sum(self.seconds[item] for item in tests))
                under_way[child] = mutant, tests, pipe
            child, status = os.wait()
            mutant, tests, pipe = under_way.pop(child)
            with os.fdopen(pipe, "rb") as answer:
                self.judge(mutant, tests, answer.read().decode(), os.waitstatus_to_exitcode(status))

    def judge(self, mutant: Mutant, tests: list[Any], answer: str, code: int) -> None:
        """Note whether a test failed, which one did, or that none ended in time."""
        self.tried += 1
        if answer.isdigit():
            self.killers[mutant.function, tests[int(answer)]] += 1
        elif code == 0:
            self.survivors.append(mutant)
            say(f"survives: {mutant}")
        if self.tried % 100 == 0:
            say(f"{self.tried} tried, {len(self.survivors)} survive")


def run(session: Any, item: Any, place: int) -> None:
    """Run one test as if the next were of another file, so that nothing is left set up."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def spawn(mutant: Mutant, tests: list[Any], seconds: float) -> tuple[int, int]:
    """Start a process that runs tests with a mutant in place; it writes the place of the first that fails."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(10 + PATIENCE * seconds))  # ends what never ends
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        live(mutant.module, mutant.function).__code__ = mutant.code
        forget()
        for place, item in enumerate(tests):
            run(item.session, item, place)
            if item.session.testsfailed:
                os.write(writing, str(place).encode())
                break
        os._exit(0)
    except BaseException:
        os._exit(1)  # a break that even the runner notices


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Make the mutants that were asked for, try them, and fail where too many survive."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--only", nargs="*", help="modules of the engine, such as stages; by default all")
    options.add_argument("--sample", type=int, help="so many mutants, chosen at random")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="so many at a time")
    chosen = options.parse_args()
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    os.nice(19)

    def wanted() -> list[Mutant]:
        names = chosen.only or sorted(path.stem for path in PACKAGE.glob("*.py"))
        found = [mutant for name in names for mutant in mutants_of(PACKAGE / f"{name}.py")]
        return random.Random(1).sample(found, min(chosen.sample, len(found))) if chosen.sample else found  # noqa: S311

    import pytest

    trial = Trial(wanted, chosen.jobs)
    arguments = ["-c", "tests/pure.ini", "--confcutdir=tests/unit", "-s", "-p", "no:xdist", "-p", "no:terminal"]
    pytest.main([*arguments, str(TESTS), f"--ignore={TESTS / 'test_browser.py'}"], plugins=[trial])
    noticed = trial.tried - len(trial.survivors)
    say(f"{noticed} of {trial.tried} mutants noticed: {noticed / max(trial.tried, 1):.1%}")
    sys.exit(noticed < LEAST * trial.tried)


if __name__ == "__main__":
    main()
