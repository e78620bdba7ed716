"""Reads a case file into the database: `manage.py loadcase cases/interpol-2021.yaml`."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone

from allegations.importing.case import apply, plan_of
from allegations.importing.checked import checked
from allegations.workflow import StepRefused
from candidates.importing.planning import Plan
from candidates.importing.problems import CaseRefused, shown
from candidates.importing.reading import LARGEST, Document

SCHEMA = settings.BASE_DIR / "cases" / "case.schema.json"
OUTCOMES = ("new", "changed", "unchanged")


class Command(BaseCommand):
    help = "Reads a case file (see docs/guide/case-files.md): creates and changes records, deletes none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the case file")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--add-only", action="store_true", help="create what is missing, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the file, say the plan, and apply it."""
        file = options["file"]
        plan = self.planned(self.read(file), file, add_only=options["add_only"])
        self.say(plan, file)
        if not plan.needed:
            self.stdout.write("Nothing to do.")
        elif options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was written.")
        else:
            self.write(plan, file)

    def read(self, file: Path) -> Document:
        try:
            with file.open("rb") as opened:
                data = opened.read(LARGEST + 1)
            return checked(data, json.loads(SCHEMA.read_text("utf-8")), today=timezone.now().date())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except CaseRefused as refusal:
            raise refused(file, refusal) from refusal

    def planned(self, document: Document, file: Path, *, add_only: bool) -> Plan:
        try:
            return plan_of(document, add_only=add_only)
        except CaseRefused as refusal:
            raise refused(file, refusal) from refusal

    def say(self, plan: Plan, file: Path) -> None:
        """Print how many records of each kind, every changed field, and what stands beside the file."""
        self.stdout.write(str(file))
        for plural, counts in plan.counts().items():
            self.stdout.write(f"  {plural:<20} {told(counts)}")
        for change in plan.needed:
            if change.differences:
                differences = ", ".join(map(str, change.differences))
                self.stdout.write(f"  {change.wanted.kind.name} {shown(change.wanted.key)}: {differences}")
        for kind, name in plan.left_alone:
            self.stdout.write(f"  {kind.name} {shown(name)} stands in the database, not in the file; left alone")

    def write(self, plan: Plan, file: Path) -> None:
        began, bar = time.monotonic(), Bar(self.stderr, len(plan.needed))
        try:
            apply(plan, now=timezone.now(), each=bar.step)
        except (StepRefused, IntegrityError) as refusal:
            raise CommandError(f"{file} was not applied: {' '.join(str(refusal).split())}") from refusal
        finally:
            bar.close()
        counts = sum(plan.counts().values(), Counter())
        self.stdout.write(f"Done in {time.monotonic() - began:.1f} s: {told(counts)}.")


class Bar:
    """A progress bar on a terminal, and nothing elsewhere."""

    WIDTH = 30

    def __init__(self, stream: Any, total: int) -> None:
        self.stream, self.total, self.done = stream, total, 0
        self.shows = stream.isatty()

    def step(self, count: int = 1) -> None:
        self.done += count
        if self.shows:
            filled = self.WIDTH * self.done // self.total
            bar = "#" * filled + "." * (self.WIDTH - filled)
            self.stream.write(f"\r[{bar}] {self.done}/{self.total}", ending="")

    def close(self) -> None:
        if self.shows:
            self.stream.write("")


def refused(file: Path, refusal: CaseRefused) -> CommandError:
    found = len(refusal.problems)
    lines = [f"{file}:{problem}" for problem in refusal.problems]
    mistakes = "1 mistake" if found == 1 else f"{found} mistakes"
    return CommandError("\n".join([*lines, f"{mistakes}; nothing was changed."]))


def told(counts: Counter[str]) -> str:
    """Counts in words.

    >>> told(Counter(new=2, unchanged=1))
    '2 new, 1 unchanged'
    """
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])
