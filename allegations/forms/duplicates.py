"""Sources that may be the same page as another: by address before it is read, by what it says afterwards."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Func, IntegerField, Q, Value
from django.utils.translation import gettext_lazy as _

from allegations.actions.evidence import address_policy
from allegations.links.urls import Url, UrlRefused, canonical, parse
from allegations.models import Capture, CaptureText, Source

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_SHOWN = 5
MOST_LOOKED_AT = 50
MOST_QUERIES = 3
OTHER_QUERY = _("the same address with another query")
NEAR = 3  # bits of 64 in which the sketches of two copies of one text may differ
LEAST_TITLE = 15  # “Home” and “News” are titles of many pages
# Names and places under which sites show one page in another dress.
DRESSES = ("www.", "m.", "mobile.", "amp.")
DRESSED = re.compile(r"^(?:www\.|m\.|mobile\.|amp\.)+(?=[^.]+\.)")
AMP = re.compile(r"^/amp(?=/)|/amp(?:\.html)?/?$|\.amp(?=\.html$)")


@dataclass(frozen=True, slots=True)
class Likeness:
    """A source that may be the same page, and why it seems so."""

    source: Source
    why: _StrPromise


def like_address(url: str) -> list[Likeness]:
    """Sources whose address leads to the same page, as far as its shape tells; the same address is none of them.

    Raises UrlRefused.
    """
    wanted = parse(canonical(url, address_policy()), address_policy())
    hosts = [f"{dress}{_bare(wanted.host)}" for dress in ("", *DRESSES)]
    rows = Source.objects.filter(host__key__in=hosts, canonical_url__regex=_dressed(wanted))
    rows = rows.exclude(canonical_url=str(wanted)).order_by("added_at")[:MOST_LOOKED_AT]
    found = [Likeness(source, _why(wanted, parse(source.canonical_url, address_policy()))) for source in rows]
    by_query = [one for one in found if one.why is OTHER_QUERY]
    if len(by_query) > MOST_QUERIES:  # on this site the query names the page
        found = [one for one in found if one.why is not OTHER_QUERY]
    return found[:MOST_SHOWN]


def like_content(source: Source) -> list[Likeness]:
    """Other sources that say the same: by their canonical address, title or text, the surest first."""
    text = _latest(source)
    if text is None:
        return _like_title(source, source.title)
    found = _like_canonical(source, text) + _like_text(source, text)
    found += _like_title(source, source.title or str(text.found.get("title") or ""))
    return _once(found)[:MOST_SHOWN]


def _latest(source: Source) -> CaptureText | None:
    rows = CaptureText.objects.filter(capture__source=source, capture__quality=Capture.Quality.EVIDENCE, failure="")
    return rows.order_by("-capture__captured_at").first()


def _bare(host: str) -> str:
    return DRESSED.sub("", host)


def _dressed(url: Url) -> str:
    """A pattern of PostgreSQL for the address with any query, under any of its host's names, in any dress."""
    host, path = re.escape(_bare(url.host)), re.escape(AMP.sub("", url.path).removesuffix("/"))
    path = path.removesuffix(r"\.html")
    return (
        rf"^https?://(www\.|m\.|mobile\.|amp\.)*{host}(:\d+)?(/amp)?{path}(\.amp)?(\.html)?(/amp|/amp\.html)?/?(\?.*)?$"
    )


def _why(wanted: Url, other: Url) -> _StrPromise:
    if (wanted.host, wanted.path) == (other.host, other.path) and wanted.query != other.query:
        return OTHER_QUERY
    if wanted.host != other.host:
        return _("the same path on another name of the host")
    return _("another spelling of the address")


def _like_canonical(source: Source, text: CaptureText) -> list[Likeness]:
    """The source at the address that the page itself calls its own."""
    try:
        address = canonical(str(text.found.get("canonical") or ""), address_policy())
    except UrlRefused:
        return []
    rows = Source.objects.filter(canonical_url=address).exclude(pk=source.pk)
    return [Likeness(one, _("its page names that address as its own")) for one in rows]


def _like_text(source: Source, text: CaptureText) -> list[Likeness]:
    others = CaptureText.objects.filter(failure="", capture__quality=Capture.Quality.EVIDENCE)
    others = others.exclude(capture__source=source).exclude(text_sha256="").select_related("capture__source")
    same = others.filter(text_sha256=text.text_sha256)[:MOST_SHOWN] if text.text_sha256 else []
    found = _once([Likeness(one.capture.source, _("the same text")) for one in same])
    if text.simhash is None:
        return found
    near = others.annotate(distance=_Distance(F("simhash"), Value(text.simhash))).filter(distance__lte=NEAR)
    rows = near.exclude(text_sha256=text.text_sha256).order_by("distance")[:MOST_SHOWN]
    return _once([*found, *(Likeness(one.capture.source, _("almost the same text")) for one in rows)])


def _once(found: list[Likeness]) -> list[Likeness]:
    seen: set[uuid.UUID] = set()
    return [one for one in found if one.source.pk not in seen and not seen.add(one.source.pk)]  # type: ignore[func-returns-value]


def _like_title(source: Source, title: str) -> list[Likeness]:
    title = title.strip()
    if len(title) < LEAST_TITLE:
        return []
    read = CaptureText.objects.filter(found__title__iexact=title, capture__quality=Capture.Quality.EVIDENCE)
    named = Q(title__iexact=title) | Q(pk__in=read.values("capture__source"))
    rows = Source.objects.filter(named).exclude(pk=source.pk).order_by("added_at")[:MOST_SHOWN]
    return [Likeness(one, _("the same title")) for one in rows]


class _Distance(Func):
    """In how many bits two sketches differ (Hamming distance)."""

    template = "bit_count((%(expressions)s)::bit(64))"
    arg_joiner = " # "
    output_field = IntegerField()
