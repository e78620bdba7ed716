"""How long a risk profile takes, as a ratio to a plain noisy-OR of the same ten matters in the same run.

Times are those of the processor, so that other work on the machine does not count. Run with
`python -m benchmarks.risk`, and with `--bulk` for 100,000 candidacies out of PostgreSQL as well; it ends with an
error when a figure misses its target.
"""

import argparse
import json
import sys
import time
import timeit
from datetime import date
from math import prod

from benchmarks.links_measure import measured, table
from benchmarks.links_services import services
from benchmarks.risk_bulk import BOUND, PROCESSES
from vetting.risk.attribution import origin_shares
from vetting.risk.coding import encode
from vetting.risk.draws import draw
from vetting.risk.engine import assess_vector
from vetting.risk.facts import CandidacyFacts, Checks, Citation, MatterFacts, Proceeding
from vetting.risk.scoring import profile_of, score_of
from vetting.risk.vector import parse, to_vector
from vetting.risk.versions import parameters
from vetting.risk.whatif import what_ifs

METHOD = parameters()
STAGES = ("K0U", "K1U", "K2R", "K3R", "K4R", "K5R", "K6R")
MATTERS = 10
VECTOR = "CIRP:1.0/I:benchmark/D:20240101/Q:1/C:9.12/RR:D/" + "/".join(
    f"m{n}:S{3 + n % 3}L{2 + n % 3}{STAGES[n % 7]}+B2+B3+C2" for n in range(1, MATTERS + 1)
)
CODING = parse(VECTOR)
PROFILE = profile_of(CODING, METHOD)
EXPOSURES = [line.G * line.x for line in PROFILE.matters]
AVERAGED = 500


def numbered(place):
    """Return the vector under a name of its own, so that no draw of a grading error is shared."""
    return VECTOR.replace("I:benchmark", f"I:benchmark-{place}")


def noisy_or():
    return 1 - prod(1 - exposure for exposure in EXPOSURES)


def point_score():
    return score_of(CODING, METHOD)


def from_facts():
    """Make the facts of a candidacy as they come from rows, and score them: what a bulk run does for each."""
    citations = ((Citation("a", "B2"), Citation("b", "B3")), (Citation("c", "B3"),), (Citation("d", "C2"),))
    facts = CandidacyFacts(
        slug="benchmark",
        as_of=date(2024, 1, 1),
        checks=Checks(9, 12),
        reply="D",
        matters=tuple(
            MatterFacts(n, 3 + n % 3, 2 + n % 3, (Proceeding("K1"), Proceeding("K4", "R")), citations)
            for n in range(1, MATTERS + 1)
        ),
    )
    coding = encode(facts, METHOD)
    return score_of(coding, METHOD), to_vector(coding)


def point_profile():
    origin_shares.cache_clear()
    return profile_of(CODING, METHOD)


def full_profile():
    origin_shares.cache_clear()
    draw.cache_clear()
    return assess_vector(VECTOR)


def differences():
    return what_ifs(PROFILE)


def best(call, number):
    """Return the best time of one call out of seven rounds, in seconds."""
    return min(timeit.repeat(call, timer=time.process_time, number=number, repeat=7)) / number


def average():
    """Return the average time of a full profile over many candidacies that differ, in seconds."""
    vectors = [numbered(place) for place in range(AVERAGED)]
    began = time.process_time()
    for vector in vectors:
        assess_vector(vector)
    return (time.process_time() - began) / AVERAGED


# what is timed, how, and the most milliseconds that it may take
ROWS = (
    ("point score, ten matters of three origins", lambda: best(point_score, 500), 0.1),
    ("facts to point score and vector", lambda: best(from_facts, 200), 0.5),
    ("point profile, with shares and sentences", lambda: best(point_profile, 200), None),
    ("full profile from its vector, 1,000 draws", lambda: best(full_profile, 20), None),
    (f"the same on average over {AVERAGED} candidacies", average, 5.0),
    ("every what-if of it", lambda: best(differences, 5), None),
)


BULK = 100_000
MEMORY = "2GB"  # of PostgreSQL, which by default takes what suits a machine of 1 GB
HEADS = (
    "out of PostgreSQL",
    "candidacies",
    "CPU-ms",
    "PostgreSQL's",
    "/s, 2 idle cores",
    "/s seen",
    "load",
    "× noisy-OR",
)
PER_CORE = 1_000  # candidacies a second and core that a bulk run is to take


def bulk(candidacies, reference):
    """Recompute so many candidacies out of a throwaway PostgreSQL and print what it took; return what was too slow."""
    with services(shared_buffers=MEMORY) as environment:
        command = [sys.executable, "-m", "benchmarks.risk_bulk", str(candidacies)]
        runs = json.loads(measured(command, env=environment, heard=True).said[0].splitlines()[-1])
    rows = []
    for name, run in runs.items():
        cpu_s = run["cpu_s"] / run["candidacies"]
        rows.append(
            (
                name,
                f"{run['candidacies']:,}",
                f"{cpu_s * 1000:.2f}",
                f"{run['database_s'] / run['candidacies'] * 1000:.2f}",
                f"{PROCESSES / cpu_s:,.0f}",
                f"{run['candidacies'] / run['wall_s']:,.0f}",
                f"{run['load']:.1f}",
                f"{cpu_s / reference:,.0f}",
            )
        )
    table(HEADS, rows)
    return [name for name, run in runs.items() if name in BOUND and run["candidacies"] / run["cpu_s"] < PER_CORE]


def main():
    reader = argparse.ArgumentParser(prog="python -m benchmarks.risk", description=__doc__)
    reader.add_argument("--bulk", action="store_true", help="recompute many candidacies out of PostgreSQL as well")
    reader.add_argument("--candidacies", type=int, default=BULK, metavar="N", help="how many, by default %(default)s")
    options = reader.parse_args()
    reference = best(noisy_or, 20_000)
    print(f"{'plain noisy-OR':<48}{reference * 1e6:>10.1f} us        1 x")
    missed = []
    for name, timed, most in ROWS:
        taken = timed()
        target = "" if most is None else f"   at most {most * 1000:,.0f} us"
        print(f"{name:<48}{taken * 1e6:>10.1f} us {taken / reference:>8,.0f} x{target}")
        missed += [name] if most is not None and taken > most / 1000 else []
    if options.bulk:
        print()
        missed += bulk(options.candidacies, reference)
    sys.exit(f"Too slow: {'; '.join(missed)}." if missed else 0)


if __name__ == "__main__":
    main()
