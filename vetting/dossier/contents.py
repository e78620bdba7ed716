"""What a dossier holds: everything published about an election, each record in the words of the API."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import override
from rest_framework.utils.encoders import JSONEncoder

from allegations.models import Allegation, Capture, Citation, CoalitionLetter, FactConflict, Reply, Source
from candidates.models import Candidacy, Election, ResearchCheck
from vetting.api.serializers.allegations import ConflictSerializer, ReplySerializer
from vetting.api.serializers.fields import Coded
from vetting.api.serializers.profile import ProfileSerializer
from vetting.api.serializers.sources import CaptureSerializer
from vetting.api.summaries import NOTICE, profile_of
from vetting.api.views import candidates, elections, evidence, sources
from vetting.api.views.base import PublishedViewSet
from vetting.api.views.elections import cited
from vetting.assessments import Standing, compute
from vetting.risk.profile import Profile
from vetting.risk.versions import as_json

logger = logging.getLogger(__name__)

README = """\
Dossier of {day}: {title}

What was published about this election, as files. The assessments are as of {day}, from what was on record on that day.
The records are as they were published on {made:%Y-%m-%d at %H:%M} UTC.

{notice}

{manifest} lists each file with its size and its SHA-256; the page of the election shows the SHA-256 of that list.
An assessment can be computed again from its vector and from method/{version}.json. Addresses that begin with / are on
the site that made this dossier. What was retracted later is kept there and shown no more: withheld.json names it.
"""
AT_ONCE = 100


class Here:
    """A request of nobody: addresses in a dossier are paths on this site, for it is made where no site is asked."""

    versioning_scheme = None

    def build_absolute_uri(self, path: str) -> str:
        return path


CONTEXT = {"request": Here()}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a dossier: its path, its bytes, and the records whose words it holds (“allegation ID”)."""

    path: str
    data: bytes
    tells_of: Sequence[str] = field(default=())


def files_of(election: Election, day: date, made: datetime, version: str) -> Iterator[File]:
    """Yield the files of a published election: assessments as of a day and as known on it, records as they are."""
    with override("en"):  # codes carry English labels, whoever asks
        content = Content(election)
        about = {"day": day, "title": election.title, "notice": NOTICE, "version": version}
        yield File("README.txt", README.format(made=made, manifest="manifest.jsonl", **about).encode())
        yield File("dossier.json", written({**about, "made_at": made, "election": election.slug}))
        yield File(f"method/{version}.json", written(as_json(version)))
        yield content.election()
        yield from content.people()
        yield from content.assessments(day)
        yield from content.reviewed()
        yield from content.sources()


def written(answer: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Return an answer in its one form: names in order, a value a line, UTF-8."""
    return (json.dumps(answer, cls=JSONEncoder, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()


def assessed(profile: Profile) -> dict[str, Any]:
    """Return a profile in the words of the API; its matters are named by their numbers alone."""
    standing = Standing(profile.coding.as_of, profile.version, profile.vector, profile.vector_sha256, profile.to_json())
    return dict(ProfileSerializer(profile_of(standing, {}), context=CONTEXT).data)


class Content:
    """The published records of one election, from which the files are made."""

    def __init__(self, election: Election) -> None:
        self.of = election
        rows = Candidacy.objects.published().filter(contest__election=election)
        self.candidacies = list(rows.select_related("candidate", "contest__election").order_by("pk"))
        self.persons = {row.candidate_id for row in self.candidacies}
        self.allegations = Allegation.objects.published().filter(candidate__in=self.persons)
        self.letters = CoalitionLetter.objects.published().filter(candidacies__in=self.candidacies)

    def election(self) -> File:
        """The election and its contests, with what sources disagree on and what the institution answered."""
        (row,) = _rows(elections.Elections, pk=self.of.pk)
        contests = {contest.pk: contest.slug for contest in row.contests.all()}
        conflicts = _conflicts(contest__in=contests)
        answer = _answer(elections.Elections, row) | {
            "conflicts": [_conflict(one) | {"contest": contests[one.contest_id]} for one in conflicts],
            "replies_of_the_body": _replies(institution=self.of.body_id),
        }
        return File("election.json", written(answer), [f"election {row.pk}"])

    def people(self) -> Iterator[File]:
        """Each candidate, and each candidacy with its research checks, replies and conflicts of fact."""
        for row in _rows(candidates.Candidates, pk__in=self.persons):
            yield File(f"candidates/{row.slug}.json", _json(candidates.Candidates, row), [f"candidate {row.pk}"])
        for row in _rows(candidates.Candidacies, pk__in=[each.pk for each in self.candidacies]):
            answer = _answer(candidates.Candidacies, row) | {
                "research_checks": [_check(one) for one in ResearchCheck.objects.published().filter(candidacy=row)],
                "replies": _replies(candidacy=row),
                "conflicts": [_conflict(one) for one in _conflicts(candidacy=row)],
            }
            yield File(_path("candidacies", row), written(answer), [f"candidacy {row.pk}"])

    def assessments(self, day: date) -> Iterator[File]:
        """Each assessment of a day, and where the matters that it counts are told."""
        matters = {(row.candidate_id, row.tag): row for row in self.allegations}
        for start in range(0, len(self.candidacies), AT_ONCE):
            some = self.candidacies[start : start + AT_ONCE]
            profiles = _profiles(some, day)
            for row in some:
                found = profiles.get(row.pk)
                tags = [line.tag for line in found.matters] if found else []
                told = {tag: matters[row.candidate_id, tag] for tag in tags if (row.candidate_id, tag) in matters}
                answer = {
                    "notice": NOTICE,
                    "candidacy": _path("candidacies", row),
                    "allegations": {str(tag): f"allegations/{one.pk}.json" for tag, one in told.items()},
                    "profile": assessed(found) if found else None,
                }
                tells_of = [f"candidacy {row.pk}", *(f"allegation {one.pk}" for one in told.values())]
                yield File(_path("assessments", row), written(answer), tells_of)

    def reviewed(self) -> Iterator[File]:
        """Each allegation and letter; of a retracted one only that it was."""
        for kind, viewset, rows in (
            ("allegation", evidence.Allegations, self.allegations),
            ("letter", evidence.Letters, self.letters),
        ):
            for row in _rows(viewset, pk__in=rows.values("pk")):
                tells_of = [] if row.is_retracted else [f"{kind} {row.pk}"]
                yield File(f"{kind}s/{_name(row)}.json", _json(viewset, row), tells_of)

    def sources(self) -> Iterator[File]:
        """Each source that anything of this is cited from, and the copies of it that are kept as evidence.

        What changed between its copies is left out: it quotes what is cited, which may be retracted.
        """
        wanted = Source.objects.published().filter(pk__in=self._citations().values("source"))
        for row in _rows(sources.Sources, pk__in=wanted.values("pk")):
            answer = _answer(sources.Sources, row)
            del answer["changes"]
            copies = Capture.objects.evidence().filter(source=row).select_related("file").order_by("captured_at", "pk")
            answer["copies"] = [dict(CaptureSerializer(copy, context=CONTEXT).data) for copy in copies]
            yield File(f"sources/{row.pk}.json", written(answer), [f"source {row.pk}"])

    def _citations(self) -> QuerySet[Citation]:
        conflict = "conflict_side__conflict"
        about = {
            "allegation__in": self.allegations,
            "proceeding__allegation__in": self.allegations,
            "letter__in": self.letters,
            "reply__allegation__in": self.allegations,
            "reply__letter__in": self.letters,
            "reply__candidacy__in": self.candidacies,
            "reply__institution": self.of.body_id,
            "candidacy__in": self.candidacies,
            "election": self.of,
            f"{conflict}__allegation__in": self.allegations,
            f"{conflict}__letter__in": self.letters,
            f"{conflict}__candidacy__in": self.candidacies,
            f"{conflict}__contest__election": self.of,
        }
        return Citation.objects.published().filter(Q.create(list(about.items()), connector=Q.OR))


def _profiles(candidacies: list[Candidacy], day: date) -> dict[int, Profile]:
    """The profiles of a day by candidacy id; one that cannot be computed is logged and holds up no other."""
    try:
        return compute(candidacies, as_of=day, known=day)
    except ValueError:  # a FactsError or VersionError
        if len(candidacies) > 1:
            return {pk: found for each in candidacies for pk, found in _profiles([each], day).items()}
        logger.exception("Candidacy %s cannot be assessed.", candidacies[0].pk)
        return {}


def _rows(viewset: type[PublishedViewSet], **wanted: Any) -> Iterable[Any]:
    """The published records of a list of the API, with all that the answer about a single one shows."""
    view = viewset()
    view.action = "retrieve"
    return view.get_queryset().filter(**wanted).order_by("pk").iterator(chunk_size=AT_ONCE)


def _answer(viewset: type[PublishedViewSet], row: Any) -> dict[str, Any]:
    return dict(viewset.detail_serializer_class(row, context=CONTEXT).data)


def _json(viewset: type[PublishedViewSet], row: Any) -> bytes:
    return written(_answer(viewset, row))


def _path(folder: str, candidacy: Candidacy) -> str:
    return f"{folder}/{candidacy.contest.slug}/{candidacy.candidate.slug}.json"


def _name(row: Any) -> str:
    return str(row.slug) if isinstance(row, CoalitionLetter) else str(row.pk)


def _conflicts(**about: Any) -> QuerySet[FactConflict]:
    return FactConflict.objects.published().filter(**about).prefetch_related("sides").order_by("pk")


def _conflict(row: FactConflict) -> dict[str, Any]:
    return dict(ConflictSerializer(row, context=CONTEXT).data)


def _replies(**about: Any) -> list[dict[str, Any]]:
    rows = Reply.objects.published().filter(**about).select_related("by_organization").prefetch_related(cited())
    return [dict(ReplySerializer(row, context=CONTEXT).data) for row in rows.order_by("pk")]


def _check(row: ResearchCheck) -> dict[str, Any]:
    return {
        "kind": Coded(ResearchCheck.Kind).to_representation(row.kind),
        "result": Coded(ResearchCheck.Result).to_representation(row.result),
        "done_on": row.done_on,
        "valid_until": row.valid_until,
    }
