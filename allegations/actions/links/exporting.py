"""Evidence to take away: the archived copies behind some statements as one WACZ file that replays anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from os import SEEK_END
from tempfile import TemporaryFile
from typing import BinaryIO

from django.utils import timezone

from allegations.actions.links.store import archive
from allegations.codes import LinkState
from allegations.links.archive.cdx import INDEXED
from allegations.links.archive.reading import Member, members
from allegations.links.archive.wacz import Page, Stretch, write_wacz
from allegations.models import Capture, Citation, LinkCheck, Source
from candidates.models import Candidate

SOFTWARE = "election-vetting"
PIECE = 1024 * 1024
NOTHING = ("", "")
WRITTEN = timedelta(days=1)  # an answer is written down within that, by whatever clock


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


@dataclass(frozen=True, slots=True)
class Written:
    """What a file of evidence holds: its pages, and the copies left out for want of a record that they rest on."""

    pages: int
    left_out: tuple[Capture, ...] = ()


def write_evidence(out: BinaryIO, copies: Iterable[Capture], *, title: str, created: datetime | None = None) -> Written:
    """Write these copies as a WACZ file. Raises BundleRefused, RecordDamaged, StoreError or OSError."""
    entered = list(copies)
    with TemporaryFile() as gathered:
        stretches = _gather(entered, gathered)
        behind, left_out = _behind(entered, stretches, gathered)
        taken = [copy for copy in entered if copy.pk not in {lacking.pk for lacking in left_out}]
        pages = [page for copy in taken for page in _pages(copy, stretches[copy.pk])]
        write_wacz(
            out,
            title=title,
            description="Archived copies of the published sources, as they were fetched.",
            pages=pages,
            records=[*(stretches[copy.pk] for copy in taken), *behind],
            created=created or timezone.now(),
            software=SOFTWARE,
        )
    return Written(len(pages), tuple(left_out))


def _gather(copies: Iterable[Capture], to: BinaryIO) -> dict[int, Stretch]:
    """Copy the records of all copies into one file: each WARC file is opened once, one at a time."""
    found: dict[int, Stretch] = {}
    for key, together in groupby(sorted(copies, key=_warc), key=_warc):
        with archive().open(key) as warc:
            for copy in together:
                found[copy.pk] = _gathered(_made(copy), warc, to)
    return found


def _behind(
    copies: Iterable[Capture], stretches: Mapping[int, Stretch], to: BinaryIO
) -> tuple[list[Stretch], list[Capture]]:
    """Copy what records rest on that no copy among these has; return that, and the copies for which it is not there."""
    there = {_name(answer) for stretch in stretches.values() for answer in _answers(stretch)}
    behind: list[Stretch] = []
    left_out: list[Capture] = []
    for copy in copies:
        for wanted in {_rests_on(answer) for answer in _answers(stretches[copy.pk])} - there - {NOTHING}:
            if found := _sought(copy.source, wanted, to):
                behind.append(found)
                there |= {_name(answer) for answer in _answers(found)}
            else:
                left_out.append(copy)
    return behind, left_out


def _sought(source: Source, wanted: tuple[str, str], to: BinaryIO) -> Stretch | None:
    """Copy the records of the check of a source that brought this answer; None where no sound file has it whole."""
    asked_at = _moment(wanted[1])
    lately = LinkCheck.objects.filter(source=source, checked_at__range=(asked_at - WRITTEN, asked_at + WRITTEN))
    for check in lately.filter(warc__isnull=False, warc__fault="").select_related("warc"):
        assert check.warc is not None
        with archive().open(check.warc.key) as warc:
            found = _gathered(check, warc, to)
        if any(_name(one) == wanted and one.opening.kind == "response" for one in _answers(found)):
            return found
    return None


def _gathered(check: LinkCheck, warc: BinaryIO, to: BinaryIO) -> Stretch:
    begun, left = to.seek(0, SEEK_END), check.warc_length or 0
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


def _answers(stretch: Stretch) -> list[Member]:
    return [one for one in members(stretch.file, stretch.offset, stretch.length) if one.opening.kind in INDEXED]


def _pages(copy: Capture, stretch: Stretch) -> Iterator[Page]:
    for answer in _answers(stretch)[-1:]:
        url, taken_at = _name(answer)
        yield Page(url, _moment(taken_at), copy.source.title, _text(copy))


def _name(answer: Member) -> tuple[str, str]:
    """What other records call this one by: its address and its moment."""
    return _field(answer, "warc-target-uri"), _field(answer, "warc-date")


def _rests_on(answer: Member) -> tuple[str, str]:
    return _field(answer, "warc-refers-to-target-uri"), _field(answer, "warc-refers-to-date")


def _field(answer: Member, name: str) -> str:
    return answer.opening.fields.get(name, "")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(copy: Capture) -> str:
    text = getattr(copy, "text", None)
    return " ".join(words for _, words in text.blocks) if text else ""
