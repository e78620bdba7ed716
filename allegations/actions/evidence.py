"""Evidence: adding sources, grading records, and telling that the evidence changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from allegations.grading import UNASSESSED
from allegations.links.addresses import AddressPolicy
from allegations.links.urls import Refused, UrlRefused, canonical, host_key
from allegations.models import Allegation, Citation, Grading, Host, Proceeding, Source
from allegations.queries import counts_in_public, pair_of
from allegations.roles import roles_of
from allegations.workflow import EDITORS, StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Gradable = Allegation | Proceeding | Source | Citation
LONGEST_ADDRESS = 2000
FIELDS = {
    Grading.Scale.SEVERITY: (Allegation, "severity"),
    Grading.Scale.LINK: (Allegation, "link"),
    Grading.Scale.FORUM: (Proceeding, "forum"),
    Grading.Scale.RELIABILITY: (Source, "reliability"),
    Grading.Scale.CREDIBILITY: (Citation, "credibility"),
}

NO_BASIS = "Name the citation that the grade of the forum rests on."

# Sent inside the transaction that changed evidence, just before it commits.
evidence_changed = Signal()
_changing: ContextVar[bool] = ContextVar("changing", default=False)


@contextmanager
def evidence_change() -> Iterator[None]:
    """One transaction that changes evidence; what is computed from it is computed again before it commits.

    Nested changes are one change.
    """
    if _changing.get():
        yield
        return
    token = _changing.set(True)
    try:
        with transaction.atomic():
            yield
            evidence_changed.send(sender=None)
    finally:
        _changing.reset(token)


def address_policy() -> AddressPolicy:
    """The rule on which addresses may be asked, with the exceptions that tests make for their own servers."""
    own = frozenset(settings.LINKS_OWN_ADDRESSES)
    return AddressPolicy(allow=frozenset(settings.LINKS_ALLOW), own=own)


def source_for(url: str) -> Source:
    """Return the known source at this address, or a new one, due for its first check.

    Two spellings of one address are one source. Raises UrlRefused with words for a reviewer.
    """
    address = canonical(url, address_policy())
    if len(address) > LONGEST_ADDRESS:
        raise UrlRefused(Refused.FORM, f"This address is longer than {LONGEST_ADDRESS:,} characters.")
    known = Source.objects.filter(canonical_url=address).first()
    if known:
        return known
    host, _ = Host.objects.get_or_create(key=host_key(address))
    source, _ = Source.objects.get_or_create(canonical_url=address, defaults={"url": url.strip(), "host": host})
    return source


def grade(
    record: Gradable,
    scale: Grading.Scale,
    value: object,
    *,
    by: User,
    reason: str = "",
    basis: Citation | None = None,
    at: datetime | None = None,
) -> Grading | None:
    """Give a record a grade and keep the row of it; the same grade for the same reason again changes nothing.

    It is a first grading: a second one that was asked for is asked for anew. A grade that counts towards a published
    profile is changed by an editor who did not write the record. One of a forum has a `basis`. Raises StepRefused.
    """
    model, field = FIELDS[scale]
    if not isinstance(record, model):
        raise TypeError(f"{scale} is no scale of {type(record).__name__}")
    new, old = stored(record, field, value), getattr(record, field)
    if new == old and not (reason and reason != _last_reason(record, scale)):
        return None
    check_basis(record, "" if new is None else str(new), basis)
    _may_grade(record, new != old, by)
    if (pair := pair_of(record, scale)) and pair.is_open:
        raise StepRefused("Two graders differ on this grade; an editor decides between them first.")
    with evidence_change():
        setattr(record, field, new)
        record.save(update_fields=[field])
        return Grading.objects.create(
            **{type(record).__name__.lower(): record},
            scale=scale,
            value="" if new is None else str(new),
            reason=reason,
            basis=basis,
            graded_by=by,
            graded_at=at or timezone.now(),
        )


def needs_basis(scale: str, value: str) -> bool:
    """Tell whether a grade names a citation that it rests on itself: one of a forum does (methodology 2.2)."""
    return scale == Grading.Scale.FORUM and value not in ("", UNASSESSED)


def bases_of(proceeding: Proceeding) -> Q:
    """The citations on which the grade of its forum may rest: its own, and those of its matter."""
    return Q(proceeding=proceeding.pk) | Q(allegation=proceeding.allegation_id)


def check_basis(record: Gradable, value: str, basis: Citation | None) -> None:
    """Refuse a grade of a forum that rests on no citation of the proceeding or its matter. Raises StepRefused."""
    if not isinstance(record, Proceeding) or not needs_basis(Grading.Scale.FORUM, value):
        return
    if basis is None:
        raise StepRefused(NO_BASIS)
    if basis.proceeding_id != record.pk and basis.allegation_id != record.allegation_id:
        raise StepRefused("The grade of a forum rests on a citation of its proceeding or of its matter.")


def is_public(record: Gradable) -> bool:
    """Tell whether the public sees the grades of this record."""
    return counts_in_public(record) if isinstance(record, Source) else record.published_at is not None


def stored(record: Gradable, field: str, value: object) -> object:
    """A grade as its column holds it."""
    column: models.Field[object, object] = record._meta.get_field(field)  # type: ignore[assignment]
    if value in (None, ""):
        return column.get_default() if not column.null else None
    return column.to_python(value)


def _last_reason(record: Gradable, scale: Grading.Scale) -> str:
    given = Grading.objects.filter(**{type(record).__name__.lower(): record}, scale=scale)
    last = given.filter(part=Grading.Part.FIRST).first()
    return last.reason if last else ""


def _may_grade(record: Gradable, changes: bool, by: User) -> None:
    if not changes or not is_public(record):
        return
    if not EDITORS & roles_of(by):
        raise StepRefused("What is published is graded anew by an editor.")
    if getattr(record, "written_by_id", None) == by.pk:
        raise StepRefused("Someone other than its author must grade anew what is published.")
