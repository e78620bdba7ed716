"""Recomputing many profiles from PostgreSQL, run beside a throwaway one: `risk.py --bulk` starts it.

Processor time is that of the processes and of PostgreSQL together, so that other work on the machine does not count.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.links_measure import Usage, measured, say
from benchmarks.links_services import begin

PROCESSES = 2
WITH_DRAWS = 1_000  # candidacies that are computed in full, which takes a while
MOVED_OF = 50  # one candidacy in so many has moved in the last run
PART = 500
FULL = "all moved: profile with draws, stored"
SCORE = "all moved: point score alone, stored"
SAME = "nothing moved: manage.py recompute"
SOME = f"one in {MOVED_OF} moved: manage.py recompute"
BOUND = (SCORE, SAME)
"""Where a rate is asked for; computing every profile in full takes longer, and happens once a version."""


def cpu_of(pid: int) -> float:
    """Return the processor seconds of a process and of all its children, the ended ones too."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return own / os.sysconf("SC_CLK_TCK") + sum(cpu_of(int(child)) for child in children)


def server() -> int:
    """Return the process id of PostgreSQL, which tells it to a superuser."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        [folder] = cursor.fetchone()
    return int(Path(folder, "postmaster.pid").read_text().split()[0])


def figures(run: Callable[[], Usage], candidacies: int) -> dict[str, float]:
    """Run programs and return what they took, with what PostgreSQL took for them."""
    pid = server()
    before = cpu_of(pid)
    usage = run()
    database_s = cpu_of(pid) - before
    return {
        "candidacies": candidacies,
        "wall_s": usage.wall_s,
        "cpu_s": usage.cpu_s + database_s,
        "database_s": database_s,
        "load": os.getloadavg()[0],
    }


def command() -> Usage:
    """Run the command that a site is recomputed with."""
    return measured([sys.executable, "manage.py", "recompute", "--processes", str(PROCESSES)], env=usual())


def worked(*words: str) -> Usage:
    """Run this program as a worker in so many processes, each with its share."""
    own = [sys.executable, "-m", "benchmarks.risk_bulk", "worker", *words]
    return measured(*([*own, str(place), str(PROCESSES)] for place in range(PROCESSES)), env=usual())


def usual() -> dict[str, str]:
    """Return the environment with the database's usual account, which is no superuser."""
    return os.environ | {"DATABASE_URL": os.environ["USUAL_DATABASE_URL"]}


def work(kind: str, first: int, last: int, place: int, places: int) -> None:
    """Recompute this worker's share of the candidacies; of kind "score" with the point score alone in each payload."""
    import django

    django.setup()
    from vetting import storing
    from vetting.assessments import recompute
    from vetting.processes import rarely_collecting

    if kind == "score":
        storing._assessment = score_alone
    with rarely_collecting():
        for begun in range(first + place * PART, last, places * PART):
            recompute(range(begun, min(begun + PART, last)))


def score_alone(found, today):
    """Return an assessment as it is stored, but for shares, sentences, reasons and draws."""
    from dataclasses import asdict
    from hashlib import sha256

    from vetting.models import Assessment
    from vetting.risk.scoring import score_of
    from vetting.risk.versions import parameters

    score = score_of(found.coding, parameters(found.version))
    return Assessment(
        candidacy=found.candidacy,
        version=found.version,
        as_of=today,
        known=today,
        vector=found.vector,
        vector_sha256=sha256(found.vector.encode()).hexdigest(),
        payload=asdict(score),
    )


def move() -> None:
    """Grade one matter of some candidacies anew, by hands that leave no grading."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE allegations_allegation SET severity = 1 + severity %% 5 WHERE tag = 1 AND candidate_id %% %s = 0",
            [MOVED_OF],
        )


def bulk(candidacies: int) -> dict[str, dict[str, float]]:
    """Make a world and recompute it in several ways; return what each took."""
    from benchmarks.risk_world import make

    make(candidacies)
    found = {}
    full = min(WITH_DRAWS, candidacies)
    say(f"computing {full:,} in full")
    found[FULL] = figures(lambda: worked("full", "1", str(full + 1)), full)
    say("computing the point score of the others")
    rest = candidacies - full
    words = "score", str(full + 1), str(candidacies + 1)
    found[SCORE] = figures(lambda: worked(*words), rest)
    say("recomputing all")
    found[SAME] = figures(command, candidacies)
    move()
    say("recomputing all once more")
    found[SOME] = figures(command, candidacies)
    return found


def main(words: Sequence[str]) -> None:
    if words[0] == "worker":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vetting.settings")
        work(words[1], *map(int, words[2:]))
        return
    url = os.environ["DATABASE_URL"]
    os.environ |= {"USUAL_DATABASE_URL": url}
    begin_as_usual(url)
    print(json.dumps(bulk(int(words[0]))))


def begin_as_usual(url: str) -> None:
    """Make the tables with the usual account, and go on as the superuser, for whom triggers may rest."""
    begin()
    from django.db import connection

    connection.close()
    connection.settings_dict["USER"] = "postgres"


if __name__ == "__main__":
    main(sys.argv[1:])
