"""What records share: who wrote them, who approved them for the public, and the one visibility rule."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class PublishableQuerySet(models.QuerySet[Any]):
    """Every queryset that a public page, answer, count or feed starts from goes through `published()`."""

    def published(self) -> Self:
        """What the public may see; a record inside another narrows this to published parents too."""
        return self.filter(published_at__isnull=False)


class Publishable(models.Model):
    """A record that somebody writes and somebody else publishes."""

    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_published_by_another",
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("written_by")),
                violation_error_message="Someone other than its author must publish this.",
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_published_by_and_at",
                condition=Q(published_by__isnull=True, published_at__isnull=True)
                | Q(published_by__isnull=False, published_at__isnull=False),
            ),
        ]

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def publish_now(self, *, by: User, at: datetime | None = None) -> None:
        """Mark as published by `by`; the caller saves, inside its transaction."""
        self.published_by, self.published_at = by, at or timezone.now()


def key_field(**kwargs: Any) -> models.SlugField[Any, Any]:
    """A stable name by which case files and exports know a record; empty for records made in a form."""
    return models.SlugField(max_length=120, null=True, blank=True, unique=True, editable=False, **kwargs)


def exactly_one(*names: str) -> Q:
    """A condition that exactly one of these columns is filled."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition
