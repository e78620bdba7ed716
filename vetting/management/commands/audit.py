"""Audits the archive: `manage.py audit` computes digests again and checks the chain of the days."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allegations.actions.links.auditing import ArchiveAway, chain_state, seal_days, verify_file
from allegations.links.archive.store import StoreError
from allegations.models import StoredFile


class Command(BaseCommand):
    help = "Computes the digest of every archived file again, seals the days that are over, and checks their chain."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-files", action="store_true", help="check only the manifests and their chain")

    def handle(self, *args: Any, **options: Any) -> None:
        faults: list[str] = []
        if not options["no_files"]:
            try:
                faults = self._files()
            except ArchiveAway as away:
                raise CommandError(str(away)) from away
        sealed, refused = self._sealed()
        faults += refused
        chain = chain_state()
        faults += chain.faults
        for fault in faults:
            self.stderr.write(fault)
        last = f", the last {chain.last}" if chain.last else ""
        self.stdout.write(f"{chain.days} days sealed{last}; {sealed} of them now; {len(faults)} faults.")
        if faults:
            raise CommandError("The archive is not what was stored.")

    def _sealed(self) -> tuple[int, list[str]]:
        """Seal what is over; return how many days that were, and why no more could be."""
        try:
            return len(seal_days(by_hand=True)), []
        except (StoreError, OSError) as error:
            return 0, [f"Days could not be sealed: {error}"]

    def _files(self) -> list[str]:
        total, faults = StoredFile.objects.count(), []
        for number, file in enumerate(StoredFile.objects.order_by("pk").iterator(), start=1):
            if (verified := verify_file(file)).fault:
                faults.append(f"{file.key}: {verified.get_fault_display()}.")
            if sys.stderr.isatty():
                self.stderr.write(f"\r{number} of {total} files", ending="")
        self.stdout.write(f"{total} files, {len(faults)} of them not what was stored.")
        return faults
