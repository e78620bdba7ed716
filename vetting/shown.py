"""An assessment as pages show it: what the stored profile says, put into the shapes that templates draw."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from vetting.assessments import Standing
from vetting.plots.bars import Shift, shift
from vetting.risk.asof import against, rows_on
from vetting.risk.engine import what_ifs_of
from vetting.risk.records import Record
from vetting.risk.scales import FINDINGS, HIGHEST_SCORE, TIERS, Status
from vetting.risk.versions import as_json, parameters
from vetting.risk.whatif import WhatIf, nearest
from vetting.risk.words import interval_wording

RULINGS = FINDINGS | {"X2", "X3", "X4"}
"""What an authority decides on the merits; a complaint that is withdrawn (X1) is no ruling."""


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the published integer, lowest and highest included."""

    name: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the index strip: the points of one tier, on a scale from 0 to 100."""

    tier: str
    label: str
    start: float
    points: float


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to be found again: its name for the script, its label, its value, and how the page prints that.

    What has no `said` is a share, which pages print with one decimal.
    """

    name: str
    label: str
    value: Any
    said: str = ""

    @property
    def exactly(self) -> str:
        """The value as JSON, with every digit."""
        return json.dumps(self.value)


@dataclass(frozen=True, slots=True)
class Shown:
    """The standing profile of a candidacy; without a number wherever the status carries none.

    `found` counts the checks that found something, published or not.
    """

    standing: Standing
    found: int = 0

    @property
    def profile(self) -> dict[str, Any]:
        return self.standing.profile

    @property
    def is_scored(self) -> bool:
        return bool(self.profile["score"] is not None)

    @property
    def is_unpublished(self) -> bool:
        """Tell whether a complete search has found something of which nothing is published: that clears nobody."""
        return bool(self.profile["status"] == Status.NOTHING_FOUND and self.found)

    @property
    def status(self) -> str:
        """The status in sentence case, for example “Not assessed”."""
        return _("Nothing published yet") if self.is_unpublished else str(self.profile["status"]).capitalize()

    @property
    def sentence(self) -> str:
        """What the profile is and what it lacks, without the status where that stands before it anyway."""
        if self.is_unpublished:
            return _(
                "%(done)d of %(applicable)d checks are done, and %(found)d of them found something. "
                "Nothing of that is published here yet, so this profile says nothing about the person."
            ) % {**self.profile["coverage"], "found": self.found}
        said = str(self.profile["sentence"]).removeprefix(f"{self.status}: ")
        return said[0].upper() + said[1:]

    @property
    def also_possible(self) -> list[str]:
        """Other bands that are likely enough to be named beside the one of the point."""
        enough = parameters(self.standing.version).rules.likely_band
        chances: dict[str, float] = self.profile.get("band_prob") or {}
        return [name for name, chance in chances.items() if chance >= enough and name != self.profile["band"]]

    @property
    def interval(self) -> str:
        """The 90 % interval in whole numbers, as pages print it; empty where there is none."""
        found = self.profile.get("i90") if self.is_scored else None
        return interval_wording(found, self.profile["score"]) if found else ""

    @property
    def lead(self) -> str:
        """What the gravest matter alone would give, rounded down as the score is."""
        return str(int(self.profile["lead"])) if self.profile["lead"] >= 1 else "<1"

    @property
    def lines(self) -> list[Line]:
        """What a browser that recomputes the profile must find again; of one without a number only the status."""
        lines = [Line("status", _("Status"), self.profile["status"], str(self.profile["status"]).capitalize())]
        if not self.is_scored:
            return lines
        lines.append(Line("score", _("Concern on record"), self.profile["score"], self.profile["printed_score"]))
        lines.append(Line("band", _("Band"), self.profile["band"], self.profile["band"]))
        if self.interval:
            lines.append(Line("i90", _("Range"), self.profile["i90"], self.interval))
        for matter in self.scored:
            label = _("Share of matter %(tag)d") % {"tag": matter["tag"]}
            lines.append(Line(f"m{matter['tag']}", label, matter["phi"]))
        lines.append(Line("eci", _("Sum before rounding down"), self.profile["eci"]))
        return lines

    @property
    def nearest(self) -> tuple[WhatIf, ...]:
        """The smallest differences that would give another status or band; of one without a number only sentences."""
        return nearest(what_ifs_of(self.standing.vector))

    def what_ifs(self, tag: int | None) -> list[tuple[WhatIf, Shift | None]]:
        """Every single difference in one matter, each with the bar from the index as it is, if both have a number."""
        eci = self.profile["eci"]
        return [
            (each, shift(eci, each.eci) if self.is_scored and each.score is not None else None)
            for each in what_ifs_of(self.standing.vector)
            if each.tag == tag
        ]

    @property
    def numbers_digest(self) -> str:
        """The digest by which a browser knows the numbers of the method for the published ones."""
        return f"sha256-{b64encode(sha256(numbers(self.standing.version)).digest()).decode()}"

    @property
    def bands(self) -> list[Band]:
        return bands(self.standing.version)

    @property
    def band(self) -> Band:
        return next(band for band in self.bands if band.name == self.profile["band"])

    @property
    def scored(self) -> list[dict[str, Any]]:
        """The matters that are scored, the largest share first."""
        lines = [line for line in self.profile["matters"] if line["scored"]]
        return sorted(lines, key=lambda line: -line["phi"])

    @property
    def fewest_origins(self) -> int:
        return int(min(line["admissible_origins"] for line in self.scored))

    @property
    def most_origins(self) -> int:
        return int(max(line["admissible_origins"] for line in self.scored))

    @property
    def segments(self) -> list[Segment]:
        """The shares of the matters added up by tier; together they are the index."""
        points: dict[str, float] = defaultdict(float)
        for line in self.scored:
            points[line["tier"]] += line["phi"]
        segments, start = [], 0.0
        for tier, label in TIERS.items():
            if points[tier]:
                segments.append(Segment(tier.name.lower(), label, start, points[tier]))
                start += points[tier]
        return segments

    def line(self, tag: int | None) -> dict[str, Any] | None:
        """What the profile says about the matter with this tag."""
        return next((line for line in self.profile["matters"] if line["tag"] == tag), None)


def bands(version: str) -> list[Band]:
    """The bands of a version of the method, lowest first."""
    borders = parameters(version).bands
    ends = [lowest - 1 for lowest, _ in borders[1:]] + [HIGHEST_SCORE]
    return [Band(name, lowest, highest) for (lowest, name), highest in zip(borders, ends, strict=True)]


@cache
def numbers(version: str) -> bytes:
    """The numbers of a version as JSON, the same bytes for ever; raise VersionError where it is unknown."""
    return json.dumps(as_json(version), indent=1, sort_keys=True).encode()


def ruled_on(record: Record, as_of: date, known: date) -> int:
    """How many matters on record an authority has ruled on, either way, whichever of its acts counts on two days."""
    rows = [rows_on(matter, as_of, known) for matter in against(record.matters, as_of, known)]
    return sum(any(act.code in RULINGS for act in (*each.adverse, *each.exonerations)) for each in rows)
