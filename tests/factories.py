"""Small records for tests: each call makes what it is named for and what that needs."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from uuid import uuid4

from django.contrib.auth.models import Group, User
from django.utils import timezone

from allegations.actions.evidence import source_for
from allegations.codes import Act, LetterStance, Reliability
from allegations.models import (
    Allegation,
    Capture,
    CaptureText,
    Citation,
    CoalitionLetter,
    ContentChange,
    DayManifest,
    LinkCheck,
    LinkEvent,
    Proceeding,
    ProceedingStep,
    Source,
    StoredFile,
    WebCopy,
)
from allegations.workflow import Role, State
from candidates.models import Candidacy, Candidate, Contest, Election, Organization

numbers = count(1)


def person(role: Role | None = None, **kwargs) -> User:
    user = User.objects.create_user(
        username=kwargs.pop("username", f"person{next(numbers)}"), is_staff=role is not None, **kwargs
    )
    if role:
        user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    return user


def author() -> User:
    return User.objects.filter(username="the-author").first() or person(Role.CONTRIBUTOR, username="the-author")


def editor() -> User:
    return User.objects.filter(username="the-editor").first() or person(Role.EDITOR, username="the-editor")


def signed(published: bool = True) -> dict:
    """Who wrote a record and, if published, who published it."""
    both = {"published_by": editor(), "published_at": timezone.now()} if published else {}
    return {"written_by": author()} | both


def contest(published: bool = True, **kwargs) -> Contest:
    n = next(numbers)
    body = Organization.objects.create(slug=f"body-{n}", name=f"Body {n}")
    election = Election.objects.create(
        slug=f"election-{n}", title=f"Election {n}", body=body, voted="2026-11-25", **signed(published)
    )
    return Contest.objects.create(election=election, slug="president", label="President", **kwargs)


def candidacy(published: bool = True, **kwargs) -> Candidacy:
    n = next(numbers)
    name = kwargs.pop("name", f"Candidate {n}")
    candidate = Candidate.objects.create(slug=f"candidate-{n}", name=name, **signed(published))
    return Candidacy.objects.create(
        candidate=candidate, contest=kwargs.pop("contest", None) or contest(), **signed(published), **kwargs
    )


def source(reliability: str = Reliability.B, **kwargs) -> Source:
    row = source_for(kwargs.pop("url", f"https://news.example.org/story/{next(numbers)}"))
    row.title = kwargs.pop("title", f"Story {next(numbers)}")
    row.reliability = reliability
    for name, value in kwargs.items():
        setattr(row, name, value)
    row.save()
    return row


def allegation(candidate: Candidate, *, published: bool = True, cited: int = 1, **kwargs) -> Allegation:
    """An allegation; a published one with `cited` published citations graded B2 (S5 L3 unless told)."""
    from django.db import transaction

    fields = {
        "headline": f"Headline {next(numbers)}",
        "summary": "It is alleged that …",
        "claimed_by": "A complainant",
        "act": Act.TORTURE,
        "severity": 5,
        "link": 3,
    } | kwargs
    with transaction.atomic():
        row = Allegation(candidate=candidate, **fields, **signed(published))
        row.state = State.PUBLISHED if published else State.DRAFT
        if published:
            row.number()
        row.save()
        for _ in range(cited):
            citation(allegation=row, published=published)
    return row


def citation(*, published: bool = True, credibility: int = 2, **kwargs) -> Citation:
    kwargs.setdefault("source", None)
    kwargs["source"] = kwargs["source"] or source()
    return Citation.objects.create(credibility=credibility, **kwargs, **signed(published))


def proceeding(
    allegation: Allegation, stage: str, reached: str = "2021-10-01", *, published: bool = True, **kwargs
) -> Proceeding:
    step = {name: kwargs.pop(name) for name in ("final", "on_merits", "outcome") if name in kwargs}
    row = Proceeding.objects.create(allegation=allegation, kind="criminal-complaint", **kwargs, **signed(published))
    ProceedingStep.objects.create(proceeding=row, stage=stage, reached=reached, **step)
    return row


def letter(*about: Candidacy, published: bool = True, **kwargs) -> CoalitionLetter:
    n = next(numbers)
    fields = {
        "slug": f"letter-{n}",
        "title": f"Letter {n}",
        "stance": LetterStance.OPPOSES,
        "addressees": "the Secretary General",
        "summary": "The signatories ask …",
        "state": State.PUBLISHED if published else State.DRAFT,
    } | kwargs
    row = CoalitionLetter.objects.create(**fields, **signed(published))
    row.candidacies.set(about)
    return row


# Links over the years: checks, changes of state, archived files and copies


def stored_file(body: bytes = b"", *, kind: str = "payload", **kwargs) -> StoredFile:
    """A file of the archive with the digest and size of `body`; nothing is written to any disk."""
    digest = sha256(body or str(next(numbers)).encode()).hexdigest()
    names = {
        "payload": f"cas/sha256/{digest[:2]}/{digest[2:4]}/{digest}",
        "warc": f"warc/2026/11/23/{digest[:16]}-3.warc.gz",
    }
    fields = {"key": names.get(kind, f"{kind}/{digest}"), "stored_at": timezone.now(), "size": len(body)} | kwargs
    if fields.get("fault"):
        fields.setdefault("fault_at", timezone.now())
    made = {"kind": kind, "sha256": digest, **fields}
    return StoredFile.objects.get_or_create(key=made.pop("key"), defaults=made)[0]


def link_check(source: Source, **kwargs) -> LinkCheck:
    """A check that showed the page, with the record of its answer in a WARC file if `warc` is given."""
    fields = {
        "lease_token": uuid4(), "checked_at": timezone.now(), "verdict": "OK", "klass": "alive", "state": "alive",
        "status": 200,
    }  # fmt: skip
    if kwargs.get("warc"):
        fields |= {"warc_offset": 512, "warc_length": 2048}
    return LinkCheck.objects.create(source=source, **(fields | kwargs))


def link_event(source: Source, left: str, reached: str, reason: str = "The page answered.", **kwargs) -> LinkEvent:
    """A change of state, found by a check unless `by` names a person."""
    if "by" not in kwargs:
        kwargs.setdefault("check_made", None)
        kwargs["check_made"] = kwargs["check_made"] or link_check(source, state=reached)
    kwargs.setdefault("at", timezone.now())
    return LinkEvent.objects.create(source=source, left=left, reached=reached, reason=reason, **kwargs)


def capture(source: Source, body: bytes = b"<p>It is said that ...</p>", **kwargs) -> Capture:
    """A copy of a page that was read and kept as evidence, of a check with a WARC record."""
    if "check_made" not in kwargs:
        kwargs["check_made"] = link_check(source, warc=stored_file(kind="warc"))
    file = kwargs.pop("file", None) or stored_file(body)
    fields = {
        "captured_at": timezone.now(), "sha256": file.sha256, "size": file.size, "final_url": source.url,
        "media_type": "text/html; charset=utf-8", "tls_verified": True, "quality": "evidence",
        "read_at": timezone.now(),
    }  # fmt: skip
    return Capture.objects.create(source=source, file=file, **(fields | kwargs))


def capture_text(capture: Capture, *lines: str, **kwargs) -> CaptureText:
    """What a copy says: each line a paragraph."""
    blocks = [["paragraph", line] for line in lines]
    return CaptureText.objects.create(capture=capture, **({"blocks": blocks, "reader": "tests/1"} | kwargs))


def content_change(source: Source, *edits: dict, **kwargs) -> ContentChange:
    """A change between two copies, which are made unless given; `edits` as `Change.as_data` writes them."""
    fields = {"level": "substantive", "seen_at": timezone.now(), "diff": list(edits)} | kwargs
    for side in ("before", "after"):
        fields[side] = fields.get(side) or capture(source, f"{side} {next(numbers)}".encode())
    return ContentChange.objects.create(source=source, **fields)


def day_manifest(day: date, **kwargs) -> DayManifest:
    fields = {"entries": 3, "root": "ab" * 32, "chain": "cd" * 32, "made_at": timezone.now()}
    return DayManifest.objects.create(day=day, file=stored_file(kind="manifest"), **(fields | kwargs))


def web_copy(source: Source, decision: str = "accepted", **kwargs) -> WebCopy:
    decided = {} if decision == "offered" else {"decided_by": editor(), "decided_at": timezone.now()}
    fields = {
        "archive": "An archive", "uri": f"https://archive.example/{next(numbers)}", "taken_at": timezone.now(),
        "found_at": timezone.now(), "decision": decision,
    }  # fmt: skip
    return WebCopy.objects.create(source=source, **(fields | decided | kwargs))


def link_life(source: Source, days: int = 60) -> ContentChange:
    """A link with one of everything that can happen to it, until now; return what changed in its text."""
    now, day = timezone.now(), timedelta(days=1)
    begun = now - days * day
    Source.objects.filter(pk=source.pk).update(added_at=begun, last_checked_at=now, last_alive_at=now - 2 * day)
    troubles = {
        days // 3: ("blocked", "blocked", 403),
        days - 1: ("gone", "suspect", 404),
        days: ("gone", "suspect", 404),
    }
    for number in range(days + 1):
        klass, state, status = troubles.get(number, ("alive", "alive", 200))
        at = begun + number * day
        check = link_check(
            source, checked_at=at, klass=klass, state=state, status=status, signals=["It was looked at."]
        )
        if number in (0, days // 3, days // 3 + 1, days - 1):
            link_event(source, "new" if not number else "alive", state, "It was looked at.", check_made=check, at=at)
    link_event(source, "suspect", "suspect", "Two people looked: it is a fault of the server.", by=editor(), at=now)
    cut_short = {"truncated": True, "tls_verified": False}
    no_evidence = {"quality": "not-evidence", "quality_reasons": ["It is a test for robots."]}
    copies = [
        capture(source, f"copy {number}".encode(), captured_at=begun + number * day, **fields)
        for number, fields in enumerate(({}, cut_short, no_evidence))
    ]
    StoredFile.objects.filter(pk=copies[1].file_id).update(fault="changed", fault_at=now)
    StoredFile.objects.filter(pk=copies[0].file_id).update(verified_at=now)
    day_manifest(now.date())
    for copy in copies:
        capture_text(copy, "The court did not order it.", "Nothing else is said.", found={"title": "What was said"})
    web_copy(source, taken_at=begun)
    Source.objects.filter(pk=source.pk).update(
        baseline=copies[0], content_state="critical", moved_to=f"{source.url}/new", archived=True
    )
    return content_change(source, *EDITS, before=copies[0], after=copies[1], level="critical", reasons=REASONS)


REASONS = ["A negation was removed: “not”.", "1 sentence was added."]
EDITS = [
    {
        "op": "replace",
        "before": [{"text": "The court did not order it.", "spans": [[10, 17]]}],
        "after": [{"text": "The court ordered it.", "spans": [[10, 17]]}],
        "at": [0, 0],
    },
    {"op": "insert", "before": [], "after": [{"text": "It is said in Arabic: قيل.", "spans": [[0, 26]]}], "at": [5, 4]},
    {"op": "delete", "before": [{"text": "It was quiet.", "spans": [[0, 13]]}], "after": [], "at": [9, 10]},
]
