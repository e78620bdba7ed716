"""Writes the archived evidence behind a person's public record as a WACZ file: `manage.py evidence hu-binchen`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allegations.actions.links.exporting import evidence_of, write_evidence
from allegations.links.archive.reading import RecordDamaged
from allegations.links.archive.store import StoreError
from allegations.links.archive.wacz import BundleRefused
from candidates.models import Candidate


class Command(BaseCommand):
    help = "Writes the archived copies of a candidate's published sources as one WACZ file that replays anywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("candidate", help="the short name in the candidate's address, such as hu-binchen")
        parser.add_argument("--out", type=Path, help="the file to write (default: CANDIDATE.wacz)")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["candidate"]
        candidate = Candidate.objects.filter(slug=slug).first()
        if candidate is None:
            raise CommandError(f"There is no candidate “{slug}”.")
        copies = evidence_of(candidate)
        if not copies:
            raise CommandError(f"No copy of a published source about {candidate} is kept as evidence.")
        path = options["out"] or Path(f"{slug}.wacz")
        if path.exists():
            raise CommandError(f"{path} exists already; name another file with --out.")
        draft = path.with_name(f"{path.name}.part")
        try:
            with draft.open("wb") as out:
                written = write_evidence(out, copies, title=f"Sources about {candidate}")
            draft.rename(path)
        except (StoreError, OSError, BundleRefused, RecordDamaged) as error:
            draft.unlink(missing_ok=True)
            raise CommandError(f"The bundle could not be written: {error}") from error
        self.stdout.write(f"{path}: {written.pages} pages, {path.stat().st_size:,} bytes.")
        for copy in written.left_out:
            self.stderr.write(
                f"{copy.source.url}, {copy.captured_at:%Y-%m-%d %H:%M}: left out, as what it rests on is lost."
            )
        if written.left_out:
            raise CommandError(f"{len(written.left_out)} copies are not in the bundle.")
