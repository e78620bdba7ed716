"""The links engine against LinkChecker and linkinator, and against its own bounds, in one run on one local server.

Run with `python -m benchmarks.links`, or one level of it with `--only`; fails where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import links_claim
from benchmarks.links_measure import Failed, Run, Usage, best, measured, say, table
from benchmarks.links_peers import compare
from benchmarks.links_server import Site, serving
from benchmarks.links_services import services
from benchmarks.links_world import KINDS, PAGE_BYTES, URLS

SLOW_S = 0.5
ROUNDS = 3  # of ours; the best counts, as it does of each peer's
TURNS = 5  # of the faster peer and ours, one after the other, for no machine is the same from minute to minute
AT_LEAST, AT_MOST = "at least", "at most"
# level, what is measured in it, and the bound that the issue sets
TARGETS = (
    ("check", "URL/s", AT_LEAST, 1200),
    ("check", "URL per CPU second, in those of the faster peer", AT_LEAST, 2),
    ("texts", "URL/s", AT_LEAST, 400),
    ("celery", "URL/s", AT_LEAST, 300),
    ("claim", "ms for 64 links", AT_MOST, 10),
)


@dataclass
class Bench:
    """One run of the benchmark: its server, its folders, and what several levels need, measured once."""

    site: Site
    folder: Path
    programs: Path

    @cached_property
    def peers(self) -> list[Run]:
        """The best run of each peer; the first is the faster one by processor time."""
        return sorted(compare(self.site, self.programs), key=lambda run: run.usage.cpu_s)

    @cached_property
    def checks(self) -> dict[int, Run]:
        """Our check by how many processes did it."""
        return {1: self.turns[1], 2: self._best("links_check", 2)}

    @cached_property
    def turns(self) -> tuple[Run | None, Run]:
        """The best runs of the faster peer and of our check in one process, made in turns on the machine as it is."""
        peer = self.peers[0].again if self.peers else None
        start = measured(self._command("links_check", 0, 0))
        theirs, ours = [], []
        for _ in range(TURNS):
            if peer:
                theirs.append(peer())
            ours.append(self._run("links_check", 1, start))
            say(f"in turns: {' and '.join(f'{each[-1].cpu_ms:.3f} CPU-ms/URL' for each in (theirs, ours) if each)}")
        return best(theirs) if theirs else None, best(ours)

    @cached_property
    def texts(self) -> Run:
        """Our check with the text of every page read and compared with an earlier one."""
        say("reading the first edition of every page")
        measured([sys.executable, "-m", "benchmarks.links_texts", str(self.folder)])
        self.site.edition(2)
        try:
            return self._best("links_texts", 1)
        finally:
            self.site.edition(1)

    def _best(self, program: str, processes: int) -> Run:
        start = measured(self._command(program, 0, 0))
        runs = [self._run(program, processes, start) for _ in range(ROUNDS)]
        shown = ", ".join(f"{run.per_s:,.0f} URL/s" for run in runs)
        say(f"{program}, {processes} process(es): {shown}")
        return best(runs)

    def _run(self, program: str, processes: int, start: Usage) -> Run:
        self.site.forget()
        usage = measured(*(self._command(program, part, processes) for part in range(processes)))
        found = [json.loads(said) for said in usage.said]
        for wrong in (one["wrong"] for one in found if one.get("wrong")):
            say(f"not as the server means it: {wrong}")
        judged, right = (sum(one[name] for one in found) for name in ("judged", "right"))
        name = f"ours, {processes} process{'es' * (processes > 1)} ({found[0]['does']})"
        return Run(name, usage, self.site.served(), judged, right, start.cpu_s * processes)

    def _command(self, program: str, part: int, parts: int) -> list[str]:
        words = str(self.site.port), str(self.folder), str(part), str(parts)
        return [sys.executable, "-m", f"benchmarks.{program}", *words]


Figures = Mapping[str, float]


def peers(bench: Bench) -> Figures:
    """What LinkChecker and linkinator do with all addresses."""
    show(bench.peers, bench.peers[:1])
    return {}


def check(bench: Bench) -> Figures:
    """Our check beside the peers'."""
    ours = bench.checks
    beside = bench.turns[0]
    others = [beside if beside and run.name == beside.name else run for run in bench.peers]
    show([*others, *ours.values()], others[:1])
    figures = {"URL/s": max(run.per_s for run in ours.values())}
    if beside:
        figures["URL per CPU second, in those of the faster peer"] = ours[1].per_cpu_s / beside.per_cpu_s
    return figures


def texts(bench: Bench) -> Figures:
    """Our check with the main text read and compared, beside the check alone."""
    show([bench.checks[1], bench.texts], [bench.checks[1]])
    return {"URL/s": bench.texts.per_s}


def celery(bench: Bench) -> Figures:
    """The whole path through Celery, Redis and PostgreSQL, beside the check alone."""
    bench.site.forget()
    said = _beside_services("links_celery", str(bench.site.port))
    alone = bench.checks[2].per_s
    rows = (
        ("our check alone, 2 processes", alone),
        ("two workers: claimed, checked, archived, recorded", URLS / said["checked_s"]),
        ("two workers: copies read and compared afterwards", said["read_per_s"]),
    )
    table(
        ("", "URL/s", "× reference"),
        [(name, f"{per_s:,.0f}", f"{per_s / alone:.2f}") for name, per_s in rows],
    )
    print(f"{said['right']:,.0f} of {URLS:,} verdicts are what the server means.\n")
    return {"URL/s": URLS / said["checked_s"]}


def claim(_bench: Bench) -> Figures:
    """How long a worker waits for 64 links of a million, beside a claim that knows no hosts."""
    said = _beside_services("links_claim")
    reference = said[links_claim.REFERENCE]["median"]
    rows = [
        (name, *(f"{one[what]:.2f}" for what in ("median", "p95", "links")), f"{one['median'] / reference:.2f}")
        for name, one in said.items()
    ]
    table(("1,000,000 sources on 20,000 hosts", "median ms", "p95 ms", "links", "× reference"), rows)
    return {"ms for 64 links": max(one["p95"] for name, one in said.items() if name != links_claim.REFERENCE)}


LEVELS = {"peers": peers, "check": check, "texts": texts, "celery": celery, "claim": claim}


def _beside_services(program: str, *words: str) -> dict:
    say("starting a throwaway PostgreSQL and Redis")
    with services() as environment:
        command = [sys.executable, "-m", f"benchmarks.{program}", *words]
        return json.loads(measured(command, env=environment, heard=True).said[0].splitlines()[-1])


def show(runs: list[Run], reference: list[Run]) -> None:
    """Print runs with their processor time as a ratio to the reference's, the server's own time apart."""
    heads = ("", "URL/s", "CPU-ms/URL", "less start", "URL/CPU-s", "× reference", "asked", "right", "server CPU-s")
    rows = [
        (
            run.name,
            f"{run.per_s:,.0f}",
            f"{run.cpu_ms:.3f}",
            f"{run.cpu_ms_without_start:.3f}",
            f"{run.per_cpu_s:,.0f}",
            f"{run.per_cpu_s / reference[0].per_cpu_s:.2f}" if reference else "",
            f"{run.served.addresses:,}",
            f"{run.right:,}",
            f"{run.served.cpu_s:.2f}",
        )
        for run in runs
    ]
    table(heads, rows)


def missed(level: str, figures: Figures) -> bool:
    """Say of every target of this level whether it is met; tell whether any is not."""
    any_missed = False
    for _, what, sense, bound in (target for target in TARGETS if target[0] == level):
        found = figures.get(what)
        met = found is not None and (found >= bound if sense is AT_LEAST else found <= bound)
        shown = "not measured" if found is None else f"{found:,.2f}"
        print(f"{'met' if met else 'MISSED':<8}{level}: {what} {shown} ({sense} {bound:,})")
        any_missed |= not met
    return any_missed


@contextmanager
def beginning(programs: Path | None) -> Iterator[Bench]:
    """Run the server and yield a benchmark that is ready to measure."""
    with tempfile.TemporaryDirectory(prefix="links-", ignore_cleanup_errors=True) as name, serving(SLOW_S) as site:
        folder = Path(name)
        folder.chmod(0o755)  # LinkChecker started by root gives up its rights and still has to read its own files
        yield Bench(site, folder, programs or folder)


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m benchmarks.links", description=__doc__)
    reader.add_argument("--only", choices=LEVELS, action="append", help="a level to run; may be given more than once")
    reader.add_argument("--programs", type=Path, help="a folder to keep the installed peers in; else a throwaway one")
    options = reader.parse_args()
    shares = ", ".join(f"{share} % {kind}" for kind, share in KINDS.items())
    print(f"{URLS:,} addresses: {shares}; pages of {PAGE_BYTES:,} bytes, slow ones after {SLOW_S} s.\n", flush=True)
    if (busy := os.getloadavg()[0]) > 0.5:
        print(f"Other work is going on (load {busy:.1f}): figures are worse than they would be alone.\n", flush=True)
    verdicts = []
    with beginning(options.programs) as bench:
        for level in options.only or LEVELS:
            print(LEVELS[level].__doc__, flush=True)
            try:
                verdicts.append((level, LEVELS[level](bench)))
            except Failed as failure:
                print(f"{level} could not be measured: {failure}\n", flush=True)
                verdicts.append((level, {}))
    return min(sum(missed(level, figures) for level, figures in verdicts), 1)


if __name__ == "__main__":
    sys.exit(main())
