"""Brings the database of the demo up to date, in one process because loading the applications takes a second."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from vetting.demo.environment import PROJECT

CASES = ("cases/interpol-2021.yaml",)


class Command(BaseCommand):
    help = "Brings the tables, the cases and the accounts of the demo up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        """Change only what is missing or older than the files."""
        call_command("migrate", interactive=False)
        for case in CASES:
            call_command("loadcase", str(PROJECT / case), "--add-only")
        call_command("demo_accounts")
