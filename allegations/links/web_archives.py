"""The web archives that may be asked for copies, as an operator names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from allegations.links import timemaps

PORTS = {"http": 80, "https": 443}
WAYS = ("timegate", "cdx", "wayback")


@dataclass(frozen=True)
class ArchiveSite:
    """A web archive: how it may be asked, and which hosts (with a port other than the usual one) are its own."""

    name: str
    hosts: frozenset[str]
    timegate: str = ""
    cdx: str = ""
    wayback_prefix: str = ""

    def owns(self, uri: str) -> bool:
        """Tell whether an address is the archive's own; any other is never asked."""
        place = _place(uri)
        return place is not None and place in self.hosts

    def raw(self, uri: str) -> str:
        """Return the address of a copy as it came, without what the archive adds to it, where it has such addresses."""
        before, digits, after = self._cut(uri)
        modifier, slash, rest = after.partition("/")
        return f"{before}{digits}id_/{rest}" if digits and slash and len(modifier) <= 3 else uri

    def within(self, uri: str, url: str) -> str:
        """Return the archive's own address of `url` at the moment of its copy `uri`, where it has such addresses."""
        before, digits, _ = self._cut(uri)
        return f"{before}{digits}id_/{url}" if digits else url

    def stamp(self, uri: str) -> datetime | None:
        """Return the moment that stands in the address of a copy."""
        return timemaps.stamped(self._cut(uri)[1])

    def _cut(self, uri: str) -> tuple[str, str, str]:
        """Return what stands before, in and after the moment of an address; http and https are the same archive."""
        scheme, _, bare = uri.partition("://")
        place = self.wayback_prefix.partition("://")[2]
        before = f"{scheme}://{place}/"
        digits = uri[len(before) :][:14]
        if not place or not bare.startswith(f"{place}/") or timemaps.stamped(digits) is None:
            return uri, "", ""
        return before, digits, uri[len(before) + 14 :]


def read_sites(text: str) -> tuple[ArchiveSite, ...]:
    """Read the archives of a setting, one a line (or between semicolons), or raise ValueError with a sentence.

    >>> read_sites("Wayback Machine | wayback=https://web.archive.org/web")[0].hosts
    frozenset({'web.archive.org'})
    """
    parts = (part.strip() for part in re.split(r"[;\n]", text))
    return tuple(read_site(part) for part in parts if part)


def read_site(text: str) -> ArchiveSite:
    """Read one archive: its name, then `timegate`, `cdx`, `wayback` and `hosts`, each after a bar."""
    name, *pairs = (part.strip() for part in text.split("|"))
    values = dict(_pair(pair, name) for pair in pairs)
    if not name or not any(values.get(way) for way in WAYS):
        raise ValueError(f"The archive “{name}” needs a name and one of timegate=, cdx= and wayback=.")
    if values.get("cdx") and not values.get("wayback"):
        raise ValueError(f"The archive “{name}” has cdx= without wayback=, so its copies have no address.")
    places = {_place(values[way]) for way in WAYS if values.get(way)}
    if None in places:
        raise ValueError(f"The archive “{name}” has an address that does not begin with https:// or http://.")
    hosts = values.get("hosts", "").replace(",", " ").lower().split()
    return ArchiveSite(
        name,
        frozenset(hosts) | frozenset(place for place in places if place),
        *(values.get(way, "").rstrip("/") for way in WAYS),
    )


def _pair(text: str, name: str) -> tuple[str, str]:
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or key not in (*WAYS, "hosts"):
        raise ValueError(f"The archive “{name}” has “{text}”; only timegate=, cdx=, wayback= and hosts= are known.")
    return key, value


def _place(uri: str) -> str | None:
    """Return host and unusual port of a web address, or None for anything else."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return host if port in (None, PORTS[parts.scheme]) else f"{host}:{port}"
