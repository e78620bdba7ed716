"""The assessments of an election as a table: one row a candidacy, and nothing in it that its status does not allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from candidates.models import Candidacy
from vetting.assessments import Standing
from vetting.exchange.tables import Column
from vetting.risk import scales, vector
from vetting.risk.words import interval_wording

UNSCORED = "Empty where nothing is scored, which is not zero."


@dataclass(frozen=True, slots=True)
class Assessed:
    """A candidacy with its profile on two days, what its vector says, and the address of its page."""

    candidacy: Candidacy
    standing: Standing
    coding: Any
    page: str
    notice: str

    def scored(self, name: str) -> Any:
        """A number of the profile, or None where nothing is scored though the engine leaves a zero there."""
        profile: Mapping[str, Any] = self.standing.profile
        return profile[name] if profile["score"] is not None else None

    def interval(self, end: int) -> float | None:
        """The lower (0) or upper (1) end of the interval, rounded as the API rounds points."""
        found = self.scored("i90")
        return round(found[end], 2) if found else None

    def said(self) -> str | None:
        """The interval as pages print it."""
        found = self.scored("i90")
        return interval_wording(found, self.standing.profile["score"]) if found else None


def assessed(candidacy: Candidacy, standing: Standing, page: str, notice: str) -> Assessed:
    """Return a row of the table."""
    return Assessed(candidacy, standing, vector.parse(standing.vector), page, notice)


def _count(voices: Any, name: str) -> int | None:
    count: int | None = getattr(voices, name, None)
    return count


COLUMNS: tuple[Column[Assessed], ...] = (
    Column("election", "Slug of the election.", lambda row: row.candidacy.contest.election.slug),
    Column("contest", "The post.", lambda row: row.candidacy.contest.label),
    Column("candidacy", "Id of the candidacy.", lambda row: row.candidacy.pk),
    Column("candidate", "Slug of the candidate.", lambda row: row.candidacy.candidate.slug),
    Column("name", "The name under which the profile stands.", lambda row: row.candidacy.candidate.name),
    Column("nominated_by", "Nominating country, ISO 3166-1.", lambda row: row.candidacy.nominated_by_country.code),
    Column("candidacy_status", "Announced, nominated, elected and so on.", lambda row: row.candidacy.status),
    Column("status", "What the profile is; read it before any number.", lambda row: row.standing.profile["status"]),
    Column("sentence", "What the search covered and what it lacks.", lambda row: row.standing.profile["sentence"]),
    Column("band", UNSCORED, lambda row: row.scored("band")),
    Column("score", f"From 0 to 99. {UNSCORED}", lambda row: row.scored("score")),
    Column("printed_score", "The score as pages print it.", lambda row: row.scored("printed_score")),
    Column("interval_low", "The lower end of nine of ten draws.", lambda row: row.interval(0)),
    Column("interval_high", "The upper end of nine of ten draws.", lambda row: row.interval(1)),
    Column("printed_interval", "The interval as pages print it, on the scale of the score.", lambda row: row.said()),
    Column("confidence", "How firmly the evidence carries it.", lambda row: row.scored("confidence")),
    Column("checks_done", "Research checks that are done and valid.", lambda row: row.coding.checks.done),
    Column("checks_applicable", "Research checks that apply.", lambda row: row.coding.checks.applicable),
    Column("matters", "Matters on record, scored or not.", lambda row: len(row.coding.matters)),
    Column("reply", "How the candidate answered.", lambda row: scales.REPLIES[row.coding.reply]),
    Column(
        "objections_signatories",
        "Who objects, not what is proven.",
        lambda row: _count(row.coding.opposition, "signatories"),
    ),
    Column("objections_countries", "Empty where not known.", lambda row: _count(row.coding.opposition, "countries")),
    Column("support_signatories", "Who supports.", lambda row: _count(row.coding.support, "signatories")),
    Column("support_countries", "Empty where not known.", lambda row: _count(row.coding.support, "countries")),
    Column("as_of", "What had happened by this day.", lambda row: row.standing.as_of),
    Column("known", "What was on record on this day.", lambda row: row.coding.known or row.standing.as_of),
    Column("method", "The version of the method.", lambda row: row.standing.version),
    Column("vector", "Everything the profile is computed from.", lambda row: row.standing.vector),
    Column("vector_sha256", "SHA-256 of the vector.", lambda row: row.standing.vector_sha256),
    Column("page", "The page about it, for people.", lambda row: row.page),
    Column("notice", "Show it with the rest.", lambda row: row.notice),
)
