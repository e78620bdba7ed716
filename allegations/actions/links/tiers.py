"""How much hangs on a link: whether what cites it is public, under review, or about somebody soon to be voted on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q

from allegations.links.schedule import Tier
from allegations.models import Citation

SOON = timedelta(days=30)
# From a citation to the day of a vote.
VOTES = (
    "allegation__candidate__candidacies__contest__election",
    "proceeding__allegation__candidate__candidacies__contest__election",
    "letter__candidacies__contest__election",
    "candidacy__contest__election",
    "election",
)


def tiers_of(sources: Iterable[uuid.UUID], today: date) -> dict[uuid.UUID, Tier]:
    """Return the tier of each source."""
    tiers = dict.fromkeys(sources, Tier.BACKGROUND)
    cited = Citation.objects.filter(source__in=tiers)
    public = Q(published_at__isnull=False)
    tiers |= dict.fromkeys(cited.exclude(public).values_list("source", flat=True), Tier.UNDER_REVIEW)
    published = set(cited.filter(public).values_list("source", flat=True))
    tiers |= dict.fromkeys(published, Tier.PUBLISHED)
    if published:
        soon = Q()
        for way in VOTES:
            soon |= Q(**{f"{way}__voted_earliest__range": (today, today + SOON)})
        hot = cited.filter(public & soon, source__in=published).values_list("source", flat=True)
        tiers |= dict.fromkeys(hot, Tier.PUBLISHED_HOT)
    return tiers
