"""A profile for a terminal, and as the JSON that the published cases are written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from textwrap import indent
from typing import Any

from vetting.risk import words
from vetting.risk.factsfile import Controlled
from vetting.risk.profile import Profile
from vetting.risk.review import review_action
from vetting.risk.versions import CURRENT, parameters
from vetting.risk.whatif import nearest, what_ifs

HYPOTHETICAL = ("score", "band", "eci", "points")
"""The numbers of a what-if, which stand beside no profile that has none."""


def as_json(profile: Profile) -> dict[str, Any]:
    """Return a profile with both its days, the review action and every what-if."""
    coding = profile.coding
    hidden = () if profile.score is not None else HYPOTHETICAL
    return profile.to_json() | {
        "as_of": coding.as_of.isoformat(),
        "known": (coding.known or coding.as_of).isoformat(),
        "review": review_action(profile),
        "what_ifs": [
            {name: value for name, value in asdict(each).items() if name not in hidden} for each in what_ifs(profile)
        ],
    }


def controlled_as_json(found: Controlled) -> dict[str, Any]:
    """Return what some proceedings come to, by the names of the published cases."""
    stage = found.stage
    return {
        "id": found.id,
        "what": found.what,
        "version": CURRENT,
        "vector": None,
        "controlling": [stage.code, stage.forum, stage.exoneration, stage.exoneration_forum],
        "kappa": found.kappa,
        "stage": str(stage),
        "reasons": [words.stage_wording(stage)],
    }


def controlled_as_text(found: Controlled) -> str:
    """Return what some proceedings come to as a line for a reader."""
    name = " ".join(filter(None, (found.id, found.what)))
    return f"{name or 'Proceedings'}: {found.stage}, {found.kappa:.4g} ({words.stage_wording(found.stage)})"


def as_text(profile: Profile) -> str:
    """Return a profile as a table for a reader; an unscored one has no number in it."""
    coding = profile.coding
    known = f", as known on {coding.known}" if coding.known else ""
    head = f"{coding.slug}, as of {coding.as_of}{known}"
    rows = [
        ("Status", profile.status.value),
        *number_rows(profile),
        ("Objections", words.voices_wording(coding.opposition, profile.opposition)),
        ("Support", words.voices_wording(coding.support, profile.support)),
        ("Next", review_action(profile)),
        ("Method", profile.version),
        ("Vector", profile.vector),
        ("SHA-256", profile.vector_sha256),
    ]
    parts = [head, profile.sentence, table(rows), *matters(profile), *differences(profile)]
    return "\n\n".join(parts)


def number_rows(profile: Profile) -> list[tuple[str, str]]:
    """Return the rows that only a scored profile has; the lead alone is rounded down as the score is."""
    if profile.score is None:
        return []
    assert profile.band is not None, "a score falls in a band"
    assert profile.band_prob is not None, "its draws were made"
    assert profile.i90 is not None, "its draws were made"
    likely = parameters(profile.version).rules.likely_band
    return [
        ("Concern on record", profile.printed_score),
        ("Band", words.bands_wording(profile.band, profile.band_prob, likely)),
        ("Interval", words.interval_wording(profile.i90, profile.score)),
        ("Lead matter alone", words.printed(int(profile.lead))),
        ("Confidence", str(profile.confidence)),
    ]


def matters(profile: Profile) -> Iterable[str]:
    """Yield the matters in order, each with its share, its arithmetic and its stage in words."""
    rows = [
        (f"m{line.tag}", f"{line.phi:.1f}" if line.scored else "–", line.arithmetic or f"not scored: {line.why_not}")
        for line in profile.matters
    ]
    if rows:
        yield "Matters on record, each with its share of the index\n" + indent(table(rows), "  ")


def differences(profile: Profile) -> Iterable[str]:
    """Yield the nearest what-ifs, where there are any."""
    found = nearest(what_ifs(profile))
    if found:
        yield "What would change this\n" + indent("\n".join(each.sentence for each in found), "  ")


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return rows in columns that are as wide as their widest cell."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
