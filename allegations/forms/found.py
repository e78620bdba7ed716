"""What a page says of itself, offered in the form of its source: nothing of it is saved before a person saves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allegations.models import Capture, CaptureText, Source
from candidates.dates import BadDate, parse
from candidates.models import Organization
from candidates.names import fold

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")
LONGEST = {"title": 300, "publisher": 200, "author": 200, "dated": 40, "language": 12}


@dataclass(frozen=True, slots=True)
class Found:
    """Values for the empty fields of a source, by field, and the name of a publisher that we do not know."""

    values: dict[str, Any] = field(default_factory=dict)
    unknown_publisher: str = ""


def found_for(source: Source) -> Found:
    """What its latest copy says of itself, for the fields that are empty; what is no such value is left out."""
    text = _read(source)
    if text is None:
        return Found()
    said = {name: _line(text.found.get(name), longest) for name, longest in LONGEST.items()}
    values: dict[str, Any] = {
        name: read(said[name], text.capture) for name, read in READERS.items() if not getattr(source, name)
    }
    publisher = _known(said["publisher"]) if source.publisher_id is None else None
    values |= {"publisher": publisher} if publisher else {}
    unknown = "" if publisher or source.publisher_id else said["publisher"]
    return Found({name: value for name, value in values.items() if value}, unknown)


def _read(source: Source) -> CaptureText | None:
    rows = CaptureText.objects.filter(capture__source=source, capture__quality=Capture.Quality.EVIDENCE)
    return rows.select_related("capture").order_by("-capture__captured_at").first()


def _line(value: object, longest: int) -> str:
    """A value of a page as one line of text that fits; what does not fit is left out, not cut."""
    if not isinstance(value, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in value[: 4 * longest]).split())
    return line if len(line) <= longest else ""


def _date(text: str, capture: Capture) -> str:
    """A date as the page states it, with the time of day left out; none that lies after our copy."""
    try:
        read = parse(re.split(r"[T ]", text)[0]) if text else None
    except BadDate:
        return ""
    too_late = read and read.earliest and read.earliest > _next_day(capture)
    return read.text if read and not too_late else ""


def _next_day(capture: Capture) -> date:
    """The day of a copy may have begun elsewhere."""
    return capture.captured_at.date() + timedelta(days=1)


def _language(text: str, capture: Capture) -> str:
    first, *rest = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *rest]) if LANGUAGE.match(text) else ""


def _as_it_is(text: str, capture: Capture) -> str:
    return text


READERS: dict[str, Callable[[str, Capture], str]] = {
    "title": _as_it_is,
    "author": _as_it_is,
    "dated": _date,
    "language": _language,
}


def _known(name: str) -> Organization | None:
    """The organisation of this name, or of another name that it goes by."""
    wanted = fold(name)
    if not wanted:
        return None
    for organization in Organization.objects.only("name", "other_names"):
        if wanted in (fold(organization.name), *map(fold, organization.other_names)):
            return organization
    return None
