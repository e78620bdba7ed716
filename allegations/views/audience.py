"""Who asks for a page about a source: everyone sees what is published, a reviewer who is signed in also drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from allegations.codes import LinkState
from allegations.models import Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """A source that somebody may see. `reviewer` is who is signed in, `is_draft` that nobody else may see it."""

    source: Source
    reviewer: User | None
    is_draft: bool

    @property
    def is_withheld(self) -> bool:
        """Whether its copies, and all that quotes them, are kept but shown to nobody."""
        return is_withheld(self.source)

    @property
    def context(self) -> dict[str, Any]:
        """What every page of a source takes."""
        return {"source": self.source, "is_draft": self.is_draft, "is_withheld": self.is_withheld}


def ask(request: HttpRequest, pk: UUID) -> Asked:
    """Return the source for whoever asks; what they may not see is not there (Http404)."""
    reviewer = reviewer_of(request)
    source = visible_to(reviewer).select_related("publisher", "host", "baseline").filter(pk=pk).first()
    if source is None:
        raise Http404
    is_draft = reviewer is not None and not Source.objects.published().filter(pk=pk).exists()
    return Asked(source, reviewer, is_draft)


def reviewer_of(request: HttpRequest) -> User | None:
    """The reviewer who is signed in; without a session nobody is looked up, and public pages depend on no cookie."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    person: Any = request.user
    return person if is_reviewer(person) else None


def is_reviewer(person: User) -> bool:
    """Tell whether a person may see archived copies of what is not published."""
    return person.is_active and person.is_staff and person.has_perm("allegations.view_capture")


def visible_to(reviewer: User | None) -> QuerySet[Source]:
    return Source.objects.published() if reviewer is None else Source.objects.all()


def is_withheld(source: Source) -> bool:
    """Tell whether its copies, and all that quotes them, are kept but shown to nobody."""
    return source.state == LinkState.RETIRED
