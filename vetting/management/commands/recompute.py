"""Computes every profile again: `manage.py recompute`, or on other days and by another version, to compare."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from candidates.models import Candidacy
from vetting.assessments import DayAhead, moves, two_days
from vetting.exchange.rescoring import COLUMNS, Moved, Outcome, document
from vetting.exchange.tables import table
from vetting.facts import slug_of
from vetting.management.commands.loadcase import Bar
from vetting.models import Assessment
from vetting.processes import recomputed
from vetting.risk.moves import Move
from vetting.risk.versions import VersionError, differences, parameters, version_on
from vetting.stored import differences as differing

BAD_INPUT = 2
AT_ONCE = 500


class Command(BaseCommand):
    help = (
        "Computes every profile again as of today and stores what has moved. On other days, by another version or "
        "with --diff or --report nothing is stored, and it is told what would move and why."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version mean the version of the method, as in the method itself."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="what had happened by then")
        parser.add_argument("--known", type=date.fromisoformat, metavar="DATE", help="what was on record then")
        parser.add_argument("--version", metavar="VERSION", help="compare the version in force with this one")
        parser.add_argument("--diff", action="store_true", help="tell what would move and why; store nothing")
        parser.add_argument(
            "--stored", action="store_true", help="compute each stored assessment by its own days; store nothing"
        )
        parser.add_argument(
            "--processes", type=int, default=1, metavar="N", help="how many to store with; to compare takes one"
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write that as a table (.csv) or text (.md)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute all candidacies, some at a time, and say at the end what became of them."""
        if options["stored"]:
            self.verify()
            return
        began, asked = time.monotonic(), self.asked(options)
        stores = not any(options[name] for name in ("as_of", "known", "version", "diff", "report"))
        counts: Counter[str] = Counter()
        rows: list[Moved] = []
        bar = Bar(self.stderr, Candidacy.objects.count())
        for part, found in recomputed(parts(), options["processes"]) if stores else ():
            counts += found
            bar.step(len(part))
        for some in () if stores else batches():
            rows += self.compared(some, told=options["report"] is None, **asked)
            bar.step(len(some))
        bar.close()
        counts += Counter(row.outcome.value for row in sorted(rows, key=lambda row: list(Outcome).index(row.outcome)))
        if options["report"]:
            self.write(options["report"], rows, counts, **asked)
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "no candidacies"
        self.stdout.write(f"Done in {time.monotonic() - began:.1f} s: {said}.")
        if counts["failed"]:
            raise CommandError("What failed is in the log, with the reason.")

    def asked(self, options: dict[str, Any]) -> dict[str, Any]:
        """The two days and the version that are asked for."""
        if options["report"] and options["report"].suffix not in WRITERS:
            raise CommandError(f"Name a file that ends in {' or '.join(WRITERS)}.", returncode=BAD_INPUT)
        if options["processes"] < 1:
            raise CommandError("It takes 1 process or more.", returncode=BAD_INPUT)
        try:
            as_of, known = two_days(options["as_of"], options["known"], today=timezone.now().date())
            if options["version"]:
                parameters(options["version"])
        except (DayAhead, VersionError) as refused:
            raise CommandError(str(refused), returncode=BAD_INPUT) from refused
        return {"as_of": as_of, "known": known, "version": options["version"]}

    def compared(self, candidacies: list[Candidacy], *, told: bool, **asked: Any) -> list[Moved]:
        """Return what moves in these candidacies, in their order; say it, where it is not written to a file."""
        found = {candidacy.pk: move for candidacy, move in moves(candidacies, **asked)}
        rows = [Moved(slug_of(each), found.get(each.pk)) for each in candidacies]
        for row in rows if told else ():
            if row.move and row.outcome is not Outcome.UNMOVED:
                self.stdout.write(sentence(row.slug, row.move))
        return rows

    def verify(self) -> None:
        """Say which stored assessments their records do not give again on their own days; fail if there is any."""
        wrong = 0
        for some in batches():
            for found in differing(some):
                row, reasons = found.assessment, "; ".join(found.move.reasons) or "its numbers alone"
                self.stdout.write(f"assessment {row.pk}, as of {row.as_of}, as known on {row.known}: {reasons}")
                wrong += 1
        asked = Assessment.objects.last_of_days().count()
        if wrong:
            raise CommandError(f"{wrong} of {asked} stored assessments come out otherwise than they were stored.")
        noun = "assessment" if asked == 1 else "assessments"
        self.stdout.write(f"{asked} stored {noun} computed again: all come out as they were stored.")

    def write(self, file: Path, rows: list[Moved], counts: Counter[str], **asked: Any) -> None:
        """Write the report; it says which parameters differ between two versions."""
        as_of, known, version = asked["as_of"], asked["known"], asked["version"]
        days = f"as of {as_of}, as known on {known}"
        title = f"What moves in the profiles {days}"
        if version:
            title = f"Method {version_on(known)} and method {version}, {days}"
        differ = differences(version_on(known), version) if version else []
        try:
            file.write_text(WRITERS[file.suffix](title, differ, rows, counts), "utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.", returncode=BAD_INPUT) from error


def as_table(title: str, differ: Any, rows: list[Moved], counts: Counter[str]) -> str:
    return "".join(table(COLUMNS, rows))


def as_document(title: str, differ: Any, rows: list[Moved], counts: Counter[str]) -> str:
    return "\n".join(document(title, differ, rows, counts)) + "\n"


WRITERS = {".csv": as_table, ".md": as_document}


def parts() -> list[list[int]]:
    """Return the ids of all candidacies in order, some at a time."""
    ids = list(Candidacy.objects.order_by("pk").values_list("pk", flat=True))
    return [ids[place : place + AT_ONCE] for place in range(0, len(ids), AT_ONCE)]


def batches() -> Iterator[list[Candidacy]]:
    """Yield all candidacies in order, some at a time."""
    last = 0
    rows = Candidacy.objects.select_related("candidate", "contest__election").order_by("pk")
    while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield some
        last = some[-1].pk


def sentence(slug: str, move: Move) -> str:
    """What moved and why, in a line; points only where there is a number on both sides."""
    before, after = (
        ", ".join(filter(None, (status.value, band))) for status, band in zip(move.statuses, move.bands, strict=True)
    )
    changed = f"{before} → {after}" if move.crosses else f"stays {after}"
    points = f" ({move.points:+.1f} points)" if all(move.bands) else ""
    return f"{slug}: {changed}{points}: {'; '.join(move.reasons)}"
