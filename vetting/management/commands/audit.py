"""Audits the archive: `manage.py audit` computes digests again and checks the chain of the days."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from allegations.actions.links.auditing import ArchiveAway, seal_days, verify_file
from allegations.actions.links.day_faults import check_chain
from allegations.links.archive.store import StoreError
from allegations.models import DayManifest, StoredFile


class Command(BaseCommand):
    help = "Computes the digest of every archived file again, seals the days that are over, and checks their chain."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-files", action="store_true", help="check only the manifests and their chain")

    def handle(self, *args: Any, **options: Any) -> None:
        files = not options["no_files"]
        faults = self._files(StoredFile.objects.all()) if files else []
        sealed, refused = self._sealed()
        faults += refused
        if files and sealed:
            faults += self._files(StoredFile.objects.filter(verified_at__isnull=True))
        chain = check_chain()
        faults += chain.faults
        for fault in faults:
            self.stderr.write(fault)
        last = f", the last {chain.last}" if chain.last else ""
        self.stdout.write(f"{chain.days} days sealed{last}; {sealed} of them now; {len(faults)} faults.")
        if faults:
            raise CommandError("The archive is not what was stored.")

    def _sealed(self) -> tuple[int, list[str]]:
        """Seal all that is over; return how many days that were, and why no more could be."""
        before = DayManifest.objects.count()
        try:
            seal_days(by_hand=True, told=lambda days: self._bar(f"{days} days sealed"))
            refused = []
        except (StoreError, OSError) as error:
            refused = [f"Days could not be sealed: {error}"]
        return DayManifest.objects.count() - before, refused

    def _files(self, files: QuerySet[StoredFile]) -> list[str]:
        """Compute the digests of these files again; what their manifests say of them, the check of the chain tells."""
        total, faults = files.count(), []
        for number, file in enumerate(files.order_by("pk").iterator(), start=1):
            verified = self._verified(file)
            if verified.fault not in ("", StoredFile.Fault.UNLIKE):
                faults.append(f"{file.key}: {verified.get_fault_display()}.")
            self._bar(f"{number} of {total} files")
        self.stdout.write(f"{total} files, {len(faults)} of them not what was stored.")
        return faults

    def _verified(self, file: StoredFile) -> StoredFile:
        try:
            return verify_file(file)
        except ArchiveAway as away:
            raise CommandError(str(away)) from away

    def _bar(self, words: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{words}", ending="")
