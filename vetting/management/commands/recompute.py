"""Computes every profile again: `manage.py recompute`, or on other days and by another version, to compare."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from candidates.models import Candidacy
from vetting.assessments import DayAhead, moves, recompute, two_days
from vetting.facts import slug_of
from vetting.management.commands.loadcase import Bar
from vetting.risk.moves import Move
from vetting.risk.versions import VersionError, parameters

BAD_INPUT = 2
AT_ONCE = 100


class Command(BaseCommand):
    help = (
        "Computes every profile again as of today and stores what has moved. On other days, by another version or "
        "with --diff nothing is stored, and it is told what would move and why."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version mean the version of the method, as in the method itself."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="what had happened by then")
        parser.add_argument("--known", type=date.fromisoformat, metavar="DATE", help="what was on record then")
        parser.add_argument("--version", metavar="VERSION", help="compare the version in force with this one")
        parser.add_argument("--diff", action="store_true", help="tell what would move and why; store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute all candidacies, some at a time, and say at the end what became of them."""
        began, asked = time.monotonic(), self.asked(options)
        stores = not any(options[name] for name in ("as_of", "known", "version", "diff"))
        counts: Counter[str] = Counter()
        bar = Bar(self.stderr, Candidacy.objects.count())
        for some in batches():
            counts += recompute([row.pk for row in some]) if stores else self.compared(some, **asked)
            for _ in some:
                bar.step()
        bar.close()
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "no candidacies"
        self.stdout.write(f"Done in {time.monotonic() - began:.1f} s: {said}.")
        if counts["failed"]:
            raise CommandError("What failed is in the log, with the reason.")

    def asked(self, options: dict[str, Any]) -> dict[str, Any]:
        """The two days and the version that are asked for."""
        try:
            as_of, known = two_days(options["as_of"], options["known"], today=timezone.now().date())
            if options["version"]:
                parameters(options["version"])
        except (DayAhead, VersionError) as refused:
            raise CommandError(str(refused), returncode=BAD_INPUT) from refused
        return {"as_of": as_of, "known": known, "version": options["version"]}

    def compared(self, candidacies: list[Candidacy], **asked: Any) -> Counter[str]:
        """Say what moves in these candidacies; return how many cross a band or a status, move otherwise, or stay."""
        found = moves(candidacies, **asked)
        for candidacy, move in found:
            if outcome(move) != "unmoved":
                self.stdout.write(told(candidacy, move))
        return Counter(outcome(move) for _, move in found) + Counter(failed=len(candidacies) - len(found))


def batches() -> Iterator[list[Candidacy]]:
    """Yield all candidacies in order, some at a time."""
    last = 0
    rows = Candidacy.objects.select_related("candidate", "contest__election").order_by("pk")
    while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield some
        last = some[-1].pk


def outcome(move: Move) -> str:
    if move.crosses:
        return "across a band or status"
    return "moved" if move.points or move.reasons else "unmoved"


def told(candidacy: Candidacy, move: Move) -> str:
    """What moved and why, in a line; points only where there is a number on both sides."""
    before, after = (
        ", ".join(filter(None, (status.value, band))) for status, band in zip(move.statuses, move.bands, strict=True)
    )
    changed = f"{before} → {after}" if move.crosses else f"stays {after}"
    points = f" ({move.points:+.1f} points)" if all(move.bands) else ""
    return f"{slug_of(candidacy)}: {changed}{points}: {'; '.join(move.reasons)}"
