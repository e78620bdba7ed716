"""What follows for sources from a damaged file of the archive: its copies stand for no page, and come anew."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from allegations.actions.evidence import evidence_change
from allegations.actions.links.people import answered, ask
from allegations.links.archive import holding, layout
from allegations.models import Capture, DayFault, LinkCheck, ReviewTask, Source, StoredFile

BROKEN = ReviewTask.Kind.BROKEN.value


def follow(file: StoredFile) -> None:
    """Let the sources follow whose copies stand in this file, once it was found damaged or whole again."""
    copies = set(Capture.objects.filter(Q(file=file) | Q(check_made__warc=file)).values_list("source", flat=True))
    asked = set(LinkCheck.objects.filter(warc=file).values_list("source", flat=True))
    with evidence_change():
        for source in Source.objects.select_for_update().filter(pk__in=copies | asked).order_by("pk"):
            _hold(source, file)
            if source.pk in copies:
                _judge(source, f"The archived file {file.key} is {file.get_fault_display()}." if file.fault else "")


def follow_unknown(sources: Collection[UUID]) -> None:
    """Let these sources follow, of which a manifest lists a file that the database does not know, or listed one."""
    with evidence_change():
        for source in Source.objects.select_for_update().filter(pk__in=sources).order_by("pk"):
            fault = source.day_faults.filter(kind=DayFault.Kind.UNKNOWN).first()
            _judge(source, f"The archived file {fault.about} is not known to the database." if fault else "")


def mark_archived(source: Source) -> None:
    """Say of a source whether a copy stands for it; inside a change of evidence."""
    archived = Capture.objects.evidence().filter(source=source, file__fault="").exists()
    if archived != source.archived:
        source.archived = archived
        source.save(update_fields=["archived"])


def _judge(source: Source, trouble: str) -> None:
    if trouble:
        ask([(source, BROKEN, trouble)])
    elif not _is_damaged(source):
        answered(source, [BROKEN])
    mark_archived(source)


def _is_damaged(source: Source) -> bool:
    copies = Capture.objects.filter(source=source)
    if copies.exclude(file__fault="", check_made__warc__fault="").exists():
        return True
    return source.day_faults.filter(kind=DayFault.Kind.UNKNOWN).exists()


def _hold(source: Source, file: StoredFile) -> None:
    """Have the source remember what of it is to be taken anew from the living page."""
    of_answers = file.kind == StoredFile.Kind.WARC
    sha256 = layout.payload_sha256(file.key) or file.sha256  # the row may tell another than was stored
    if file.fault:
        source.memory = holding.spoil(source.memory, file.key, sha256, of_answers=of_answers)
    else:
        source.memory = holding.mend(source.memory, sha256, of_answers=of_answers)
    source.save(update_fields=["memory"])
