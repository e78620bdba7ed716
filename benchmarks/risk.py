"""How long a risk profile takes, as a ratio to a plain noisy-OR of the same ten matters in the same run.

Run with `python -m benchmarks.risk`.
"""

import timeit
from math import prod

from vetting.risk.attribution import origin_shares
from vetting.risk.engine import assess_vector
from vetting.risk.matters import factors, why_not_scored
from vetting.risk.scoring import index_of, profile_of
from vetting.risk.vector import parse
from vetting.risk.versions import parameters

METHOD = parameters()
STAGES = ("K0U", "K1U", "K2R", "K3R", "K4R", "K5R", "K6R")
VECTOR = "CIRP:1.0/I:benchmark/D:20240101/Q:1/C:9.12/RR:D/" + "/".join(
    f"m{n}:S{3 + n % 3}L{2 + n % 3}{STAGES[n % 7]}+B2+B3+C2" for n in range(1, 11)
)
CODING = parse(VECTOR)
EXPOSURES = [line.G * line.x for line in profile_of(CODING, METHOD).matters]


def noisy_or():
    return 1 - prod(1 - exposure for exposure in EXPOSURES)


def point_score():
    scored = [
        (matter, factors(matter, METHOD.nominal)) for matter in CODING.matters if why_not_scored(matter, METHOD) is None
    ]
    return index_of(scored, METHOD.nominal, METHOD)


def point_profile():
    origin_shares.cache_clear()
    return profile_of(CODING, METHOD)


def full_profile():
    origin_shares.cache_clear()
    return assess_vector(VECTOR)


def seconds(call, number):
    """Return the best time of one call out of seven rounds."""
    return min(timeit.repeat(call, number=number, repeat=7)) / number


def main():
    reference = seconds(noisy_or, 2000)
    print(f"{'plain noisy-OR':<44}{reference * 1e6:>9.1f} us        1 x")
    for name, call, number in (
        ("point score, ten matters of three origins", point_score, 500),
        ("point profile, with shares and sentences", point_profile, 200),
        ("full profile from its vector, 1,000 draws", full_profile, 20),
    ):
        taken = seconds(call, number)
        print(f"{name:<44}{taken * 1e6:>9.1f} us {taken / reference:>8.0f} x")


if __name__ == "__main__":
    main()
