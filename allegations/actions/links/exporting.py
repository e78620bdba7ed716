"""Evidence to take away: the archived copies behind some statements as one WACZ file that replays anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import BinaryIO

from django.utils import timezone

from allegations.actions.links.store import archive
from allegations.links.archive.reading import Member, members
from allegations.links.archive.wacz import Page, Stretch, write_wacz
from allegations.models import Capture, Citation, Source
from candidates.models import Candidate

SOFTWARE = "election-vetting"


def evidence_of(candidate: Candidate) -> list[Capture]:
    """The copies that stand for the published sources of a person’s public record, in the order of their addresses."""
    cited = Citation.objects.published()
    about = cited.filter(allegation__candidate=candidate) | cited.filter(proceeding__allegation__candidate=candidate)
    about |= cited.filter(letter__candidacies__candidate=candidate) | cited.filter(candidacy__candidate=candidate)
    about |= cited.filter(reply__allegation__candidate=candidate) | cited.filter(reply__candidacy__candidate=candidate)
    return copies_of(Source.objects.filter(pk__in=about.values("source")))


def copies_of(sources: Iterable[Source]) -> list[Capture]:
    """The copies kept as evidence that have a place in a WARC file and are intact."""
    copies = Capture.objects.evidence().filter(source__in=sources, check_made__warc__isnull=False, file__fault="")
    rows = copies.filter(check_made__warc__fault="").select_related("source", "check_made__warc", "text")
    return list(rows.order_by("source__canonical_url", "captured_at"))


def write_evidence(out: BinaryIO, copies: Iterable[Capture], *, title: str, created: datetime | None = None) -> int:
    """Write these copies as a WACZ file; return how many pages it has."""
    with ExitStack() as opened:
        stretches = [(copy, _stretch(copy, opened)) for copy in copies]
        pages = [page for copy, stretch in stretches for page in _pages(copy, stretch)]
        write_wacz(
            out,
            title=title,
            description="Archived copies of the published sources, as they were fetched.",
            pages=pages,
            records=[stretch for _, stretch in stretches],
            created=created or timezone.now(),
            software=SOFTWARE,
        )
    return len(pages)


def _stretch(copy: Capture, opened: ExitStack) -> Stretch:
    check = copy.check_made
    assert check is not None
    assert check.warc is not None
    file = opened.enter_context(archive().open(check.warc.key))
    return Stretch(file, check.warc_offset or 0, check.warc_length or 0)


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
