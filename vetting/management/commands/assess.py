"""Computes a risk profile again: `manage.py assess --vector STRING`, `--facts FILE` or `--candidacy KEY`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from candidates.models import Candidacy
from vetting.assessments import DayAhead, compute, two_days
from vetting.risk import report
from vetting.risk.cursor import VectorError
from vetting.risk.engine import assess_vector
from vetting.risk.factsfile import Controlled, FactsFileError, Moment, read
from vetting.risk.profile import Profile

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Computes a risk profile from a vector, from a facts file, or from what is published about a candidacy."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--vector", help="the line that holds a coding, such as CIRP:1.0/I:…")
        source.add_argument("--facts", type=Path, help="a JSON file of proceedings or of a timeline")
        source.add_argument("--candidacy", metavar="KEY", help="the short name of a candidacy")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="what had happened by then")
        parser.add_argument("--known", type=date.fromisoformat, metavar="DATE", help="what was on record then")
        parser.add_argument("--json", action="store_true", help="print JSON with the fields of the published cases")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute, and print a table for a reader or JSON for a program."""
        try:
            found = self.found(options)
        except (VectorError, FactsFileError) as refused:
            raise CommandError(str(refused), returncode=BAD_INPUT) from refused
        if options["json"]:
            content = [self.as_json(each) for each in found]
            self.stdout.write(json.dumps(content[0] if len(content) == 1 else content, indent=1, ensure_ascii=False))
        else:
            self.stdout.write("\n\n\n".join(self.as_text(each) for each in found))

    def found(self, options: dict[str, Any]) -> list[Profile | Controlled]:
        as_of, known = options["as_of"], options["known"]
        if options["vector"] is not None:
            return [self.of_vector(options["vector"], as_of, known)]
        if options["facts"] is not None:
            entries = read(self.text_of(options["facts"]), as_of, known)
            return [assess_vector(each.vector) if isinstance(each, Moment) else each for each in entries]
        return [self.of_candidacy(options["candidacy"], as_of, known)]

    def of_vector(self, vector: str, as_of: date | None, known: date | None) -> Profile:
        profile = assess_vector(vector)
        days = profile.coding.as_of, profile.coding.known or profile.coding.as_of
        if as_of not in (None, days[0]) or known not in (None, days[1]):
            raise CommandError(
                f"The vector holds what had happened by {days[0]} as known on {days[1]}; leave other dates out.",
                returncode=BAD_INPUT,
            )
        return profile

    def text_of(self, file: Path) -> str:
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}.", returncode=BAD_INPUT) from error

    def of_candidacy(self, key: str, as_of: date | None, known: date | None) -> Profile:
        """Assess what was on record about a candidacy; only this needs a database."""
        candidacy = Candidacy.objects.filter(key=key).first()
        if candidacy is None:
            raise CommandError(f"There is no candidacy “{key}”.", returncode=BAD_INPUT)
        days = self.days(as_of, known)
        return compute([candidacy], as_of=days[0], known=days[1])[candidacy.pk]

    def days(self, as_of: date | None, known: date | None) -> tuple[date, date]:
        try:
            return two_days(as_of, known, today=timezone.now().date())
        except DayAhead as refused:
            raise CommandError(str(refused), returncode=BAD_INPUT) from refused

    def as_json(self, found: Profile | Controlled) -> dict[str, Any]:
        return report.controlled_as_json(found) if isinstance(found, Controlled) else report.as_json(found)

    def as_text(self, found: Profile | Controlled) -> str:
        return report.controlled_as_text(found) if isinstance(found, Controlled) else report.as_text(found)
