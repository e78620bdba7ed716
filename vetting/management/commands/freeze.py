"""Freezes what is published about an election, or verifies what was: `manage.py freeze interpol-2021 [--verify]`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from allegations.links.archive.store import StoreError
from candidates.models import Election
from vetting.dossier.freezing import NotFrozen, differences, freeze, freeze_due
from vetting.models import Dossier

BAD_INPUT = 2


class Command(BaseCommand):
    help = (
        "Freezes all that is published about an election as a dossier of files that never change. Without an election, "
        "every one whose vote has come. With --verify, computes what is stored again and says which file differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("election", nargs="?", help="the short name in the election's address")
        parser.add_argument(
            "--day", type=date.fromisoformat, metavar="DATE", help="the day of the assessments (default: of the vote)"
        )
        parser.add_argument("--verify", action="store_true", help="compute the stored dossiers again; freeze nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze or verify, a line for each dossier."""
        if options["verify"]:
            self.verify(self.asked(options))
        elif options["election"]:
            self.tell([self.frozen(self.election(options["election"]), options["day"])])
        elif options["day"]:
            raise CommandError("A day goes with an election; name one.", returncode=BAD_INPUT)
        else:
            self.tell(freeze_due(timezone.now().date()))

    def frozen(self, election: Election, day: date | None) -> Dossier:
        try:
            return freeze(election, day)
        except NotFrozen as refused:
            raise CommandError(str(refused), returncode=BAD_INPUT) from refused
        except StoreError as error:
            raise CommandError(f"Nothing was frozen. {error}") from error

    def tell(self, dossiers: list[Dossier]) -> None:
        for one in dossiers:
            self.stdout.write(f"Dossier of {said(one)}: {one.entries} files, manifest SHA-256 {one.manifest.sha256}.")
        if not dossiers:
            self.stdout.write("Nothing is due.")

    def verify(self, dossiers: QuerySet[Dossier]) -> None:
        """Say of each dossier that it holds, or which of its files differ; fail if any does."""
        wrong = 0
        for one in dossiers:
            found = differences(one)
            wrong += bool(found)
            self.stdout.write(f"Dossier of {said(one)}: {'it differs.' if found else f'all {one.entries} files hold.'}")
            for difference in found:
                self.stdout.write(f"  {difference}")
        if wrong:
            raise CommandError(f"{wrong} of {len(dossiers)} dossiers differ from what was frozen.")
        if not dossiers:
            self.stdout.write("There is no dossier.")

    def asked(self, options: dict[str, Any]) -> QuerySet[Dossier]:
        rows = Dossier.objects.select_related("election", "manifest").order_by("election__slug", "day")
        if options["election"]:
            rows = rows.filter(election=self.election(options["election"]))
        return rows.filter(day=options["day"]) if options["day"] else rows

    def election(self, slug: str) -> Election:
        found: Election | None = Election.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no election “{slug}”.", returncode=BAD_INPUT)
        return found


def said(dossier: Dossier) -> str:
    return f"{dossier.election.slug} of {dossier.day}"
