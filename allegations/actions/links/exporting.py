"""Evidence to take away: the archived copies behind some statements as one WACZ file that replays anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from tempfile import TemporaryFile
from typing import BinaryIO

from django.utils import timezone

from allegations.actions.links.store import archive
from allegations.codes import LinkState
from allegations.links.archive.reading import Member, members
from allegations.links.archive.wacz import Page, Stretch, write_wacz
from allegations.models import Capture, Citation, LinkCheck, Source
from candidates.models import Candidate

SOFTWARE = "election-vetting"
PIECE = 1024 * 1024


def evidence_of(candidate: Candidate) -> list[Capture]:
    """The copies that stand for the published sources of a person’s public record, in the order of their addresses."""
    cited = Citation.objects.published()
    about = cited.filter(allegation__candidate=candidate) | cited.filter(proceeding__allegation__candidate=candidate)
    about |= cited.filter(letter__candidacies__candidate=candidate) | cited.filter(candidacy__candidate=candidate)
    about |= cited.filter(reply__allegation__candidate=candidate) | cited.filter(reply__candidacy__candidate=candidate)
    return copies_of(Source.objects.filter(pk__in=about.values("source")))


def copies_of(sources: Iterable[Source]) -> list[Capture]:
    """The copies kept as evidence that have a place in a WARC file and are intact; none that is withheld."""
    copies = Capture.objects.evidence().filter(source__in=sources, check_made__warc__isnull=False, file__fault="")
    shown = copies.filter(check_made__warc__fault="").exclude(source__state=LinkState.RETIRED)
    rows = shown.select_related("source", "check_made__warc", "text")
    return list(rows.order_by("source__canonical_url", "captured_at"))


def write_evidence(out: BinaryIO, copies: Iterable[Capture], *, title: str, created: datetime | None = None) -> int:
    """Write these copies as a WACZ file; return how many pages it has."""
    entered = list(copies)
    with TemporaryFile() as gathered:
        stretches = _gather(entered, gathered)
        pages = [page for copy in entered for page in _pages(copy, stretches[copy.pk])]
        write_wacz(
            out,
            title=title,
            description="Archived copies of the published sources, as they were fetched.",
            pages=pages,
            records=[stretches[copy.pk] for copy in entered],
            created=created or timezone.now(),
            software=SOFTWARE,
        )
    return len(pages)


def _gather(copies: Iterable[Capture], to: BinaryIO) -> dict[int, Stretch]:
    """Copy the records of all copies into one file: each WARC file is opened once, one at a time."""
    found: dict[int, Stretch] = {}
    for key, together in groupby(sorted(copies, key=_warc), key=_warc):
        with archive().open(key) as warc:
            for copy in together:
                found[copy.pk] = _gathered(_made(copy), warc, to)
    return found


def _gathered(check: LinkCheck, warc: BinaryIO, to: BinaryIO) -> Stretch:
    begun, left = to.tell(), check.warc_length or 0
    warc.seek(check.warc_offset or 0)
    while left and (piece := warc.read(min(PIECE, left))):
        to.write(piece)
        left -= len(piece)
    return Stretch(to, begun, to.tell() - begun)


def _made(copy: Capture) -> LinkCheck:
    assert copy.check_made is not None
    return copy.check_made


def _warc(copy: Capture) -> str:
    file = _made(copy).warc
    assert file is not None
    return file.key


def _pages(copy: Capture, stretch: Stretch) -> Iterator[Page]:
    answers = [one for one in members(stretch.file, stretch.offset, stretch.length) if one.opening.kind == "response"]
    for answer in answers[-1:]:
        yield Page(_field(answer, "warc-target-uri"), _moment(answer), copy.source.title, _text(copy))


def _field(answer: Member, name: str) -> str:
    return answer.opening.fields.get(name, "")


def _moment(answer: Member) -> datetime:
    return datetime.fromisoformat(_field(answer, "warc-date"))


def _text(copy: Capture) -> str:
    text = getattr(copy, "text", None)
    return " ".join(words for _, words in text.blocks) if text else ""
