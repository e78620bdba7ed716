"""Small records for tests: each call makes what it is named for and what that needs."""

from __future__ import annotations

from itertools import count

from django.contrib.auth.models import Group, User
from django.utils import timezone

from allegations.actions.evidence import source_for
from allegations.codes import Act, LetterStance, Reliability
from allegations.models import Allegation, Citation, CoalitionLetter, Proceeding, ProceedingStep, Source
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
