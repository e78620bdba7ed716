"""The daily mail to reviewers: how much about links waits for them, and which sources of the public may be lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allegations.actions.links.answers import waiting
from allegations.actions.links.windows import database_now
from allegations.models import Digest, ReviewTask
from allegations.queries import Support, last_supports
from allegations.workflow import REVIEWERS

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)

FROM_HOUR = 5  # UTC; a run before that leaves the day’s mail to a later one
MOST_TITLES = 20
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The first sources on which published statements rest alone, those in trouble before all others; of how many."""

    first: list[Support]
    count: int

    @property
    def troubled(self) -> bool:
        return any(support.troubled for support in self.first)


def send_due(now: datetime | None = None) -> int:
    """Mail everyone for whom something waits and who got no mail today; return how many mails were sent.

    What the mail server does not take is logged and sent by the next run.
    """
    now = now or database_now()
    if now.hour < FROM_HOUR:
        return 0
    supports = last_supports()
    unsupported = Unsupported(supports[:MOST_TITLES], len(supports))
    connection, sent = get_connection(), 0
    for person in _readers(now.date()):
        try:
            sent += _send(person, unsupported, now, connection)
        except SMTPException as refusal:
            logger.warning("The digest of account %s was not taken: %s", person.pk, type(refusal).__name__)
        except OSError as error:
            logger.warning("The mail server cannot be reached (%s); digests wait", type(error).__name__)
            break
    return sent


def _readers(day: date) -> Iterable[User]:
    """Reviewers and editors with an address who got no mail on this day."""
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    reviewing = people.filter(groups__name__in=REVIEWERS) | people.filter(is_superuser=True)
    had = Digest.objects.filter(day=day).values("person")
    return reviewing.exclude(pk__in=had).distinct().order_by("pk")


def _send(person: User, unsupported: Unsupported, now: datetime, connection: BaseEmailBackend) -> int:
    """Mail one person, with the row that says so in the same transaction; whoever wrote the row first sends."""
    questions = waiting(person)
    if not questions and not unsupported.troubled:
        return 0
    with transaction.atomic():
        _row, is_ours = Digest.objects.get_or_create(person=person, day=now.date(), defaults={"sent_at": now})
        return _mail(person, questions, unsupported, connection).send() if is_ours else 0


def _mail(
    person: User, questions: dict[str, int], unsupported: Unsupported, connection: BaseEmailBackend
) -> EmailMessage:
    with translation.override(settings.LANGUAGE_CODE):
        count = sum(questions.values())
        told = ngettext("%(count)d question about links", "%(count)d questions about links", count)
        subject = told % {"count": count} if count else _("Sources that may be lost")
        body = "\n".join([*_counted(questions), *_unsupported(unsupported), _("Answer here:"), _page(), ""])
    return EmailMessage(subject, body, to=[person.email], connection=connection)


def _counted(questions: dict[str, int]) -> list[str]:
    if not questions:
        return []
    lines = [f"  {ReviewTask.Kind(kind).label}: {count}" for kind, count in questions.items()]
    return [_("What waits for a person about links:"), *lines, ""]


def _unsupported(found: Unsupported) -> list[str]:
    """The titles of sources that the public sees, and nothing of what rests on them."""
    if not found.count:
        return []
    lines = [f"  {_plain(str(support.source))}: {_fate(support)}" for support in found.first]
    more = found.count - len(found.first)
    if more > 0:
        lines.append("  " + ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    return [_("If these die, published statements stand unsupported:"), *lines, ""]


def _fate(support: Support) -> str:
    if support.lost:
        return _("lost")
    return _("the last check did not show it") if support.troubled else _("answering, and not archived")


def _plain(title: str) -> str:
    """A title as one line of plain text: pages choose their titles themselves."""
    line = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


def _page() -> str:
    """The address of the links page, as people reach it."""
    scheme = "https" if settings.HTTPS else "http"
    site = getattr(settings, "SITE_URL", "") or f"{scheme}://{settings.ALLOWED_HOSTS[0].removeprefix('.')}"
    return f"{site.rstrip('/')}{reverse('admin:links')}"
