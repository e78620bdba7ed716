"""What to know of an address before it is cited: said while it is typed and when it is saved, and never in the way."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from allegations.forms import Likeness, like_address
from allegations.links.urls import UrlRefused, ephemeral


def cautions(url: str) -> list[dict[str, str]]:
    """What to know of an address: {words, title, url} each; the last two are empty where no other source is meant."""
    found = [{"words": words, "title": "", "url": ""}] if (words := ephemeral(url)) else []
    try:
        return [*found, *map(_alike, like_address(url))]
    except UrlRefused:
        return found


def caution(request: HttpRequest, url: str) -> None:
    """Tell the person who has saved this address what to know of it."""
    for told in cautions(url):
        link = format_html('{} <a href="{}">{}</a>', told["words"], told["url"], told["title"])
        messages.warning(request, link if told["url"] else told["words"])


def _alike(likeness: Likeness) -> dict[str, str]:
    words = _("It may be the same page as another source (%(why)s):") % {"why": likeness.why}
    page = reverse("admin:allegations_source_change", args=[likeness.source.pk])
    return {"words": words, "title": str(likeness.source), "url": page}
