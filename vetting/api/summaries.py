"""The summary of a candidate: the profile of each candidacy with what a reader needs beside it, in three queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from allegations.models import Allegation, Citation, CoalitionLetter, FactConflict, Signature
from allegations.workflow import STANDING
from candidates.models import Candidacy, Candidate, CandidateName
from vetting.assessments import Standing, standing
from vetting.beside import beside, steps_of, with_steps
from vetting.risk import vector
from vetting.risk.facts import Voices
from vetting.risk.profile import Reason
from vetting.risk.words import interval_wording

NOTICE = (
    "This is not a finding of guilt and not a probability. It sums up what is on record, who says so and how far it "
    "has been examined. Everyone is presumed innocent until a final decision says otherwise."
)
# Numbers of a profile that an unscored one does not have, though the engine leaves zeros in them.
ONLY_IF_SCORED = ("score", "printed_score", "band", "band_prob", "i90", "confidence")


@dataclass(frozen=True, slots=True)
class Summary:
    """A published candidate with the published candidacies, each of which carries `profile`."""

    candidate: Candidate
    candidacies: list[Candidacy]


def summary_of(slug: str) -> Summary | None:
    """The summary of the published candidate with this slug; None where there is none."""
    candidate: Any = _candidates().filter(slug=slug).first()
    if candidate is None:
        return None
    rows: list[Any] = list(_candidacies().filter(candidate=candidate))
    profiles = standing(rows)
    conduct = {row["tag"]: _matter_of(row) for row in candidate.matters_on_record}
    for row in rows:
        row.profile = profile_of(profiles[row.pk], conduct)
        row.letters_standing = [_letter(letter) for letter in row.letters_about]
    return Summary(candidate, rows)


def _matter_of(row: dict[str, Any]) -> Allegation:
    """An allegation with the fields that the query brought, not to be saved."""
    steps = row.pop("told_steps")
    allegation: Any = Allegation(**row)
    allegation.told_steps = steps
    return allegation  # type: ignore[no-any-return]


def _letter(row: dict[str, Any]) -> CoalitionLetter:
    """A letter with the fields that the query brought, not to be saved."""
    listed = row.pop("listed")
    letter: Any = CoalitionLetter(**row)
    letter.listed = listed
    return letter  # type: ignore[no-any-return]


def _candidates() -> QuerySet[Any]:
    names = CandidateName.objects.filter(candidate=OuterRef("pk")).order_by("pk")
    matters = Allegation.objects.standing().filter(candidate=OuterRef("pk"), merged_into__isnull=True)
    rows: QuerySet[Any] = Candidate.objects.published().annotate(
        spellings=_rows(names, "text", "language", "script", "kind", "order"),
        matters_on_record=_rows(with_steps(matters.order_by("tag")), "tag", "id", "headline", "told_steps"),
    )
    return rows


def _candidacies() -> QuerySet[Any]:
    letters = CoalitionLetter.objects.standing().filter(candidacies=OuterRef("pk")).order_by("dated_earliest", "pk")
    listed = _count(Signature.objects.filter(letter=OuterRef("pk"), withdrawn=""))
    claimed = ("claimed_organizations", "claimed_people", "claimed_countries", "claimed_note")
    dated = ("dated", "dated_earliest", "dated_latest")
    rows: QuerySet[Any] = Candidacy.objects.published().annotate(
        letters_about=_rows(letters.annotate(listed=listed), "slug", "title", "stance", "listed", *claimed, *dated),
        conflicts_count=_count(FactConflict.objects.published().filter(_about_candidacy("allegation", "letter"))),
        sources_count=_count(_citations(), of="source"),
    )
    return rows.select_related("candidate", "contest__election", "nominated_by")


def _citations() -> QuerySet[Citation]:
    """What is cited for an outer candidacy, its candidate's matters, the letters about it and the replies to them."""
    cited = _about_candidacy("allegation", "proceeding__allegation", "letter", "reply__allegation", "reply__letter")
    return Citation.objects.published().filter(cited | Q(reply__candidacy=OuterRef("pk")))


def _about_candidacy(*paths: str) -> Q:
    """What is about an outer candidacy, or about an allegation or a letter that stands, at these paths."""
    found = Q(candidacy=OuterRef("pk"))
    for path in paths:
        whose = {"candidate": OuterRef("candidate")} if path.endswith("allegation") else {"candidacies": OuterRef("pk")}
        found |= Q(**{f"{path}__{name}": value for name, value in whose.items()}, **{f"{path}__state__in": STANDING})
    return found


def _rows(rows: QuerySet[Any], *names: str) -> ArraySubquery:
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in names})))


def _count(rows: QuerySet[Any], of: str = "pk") -> Subquery:
    counted = Func(F(of), function="COUNT", template="COUNT(DISTINCT %(expressions)s)")
    return Subquery(rows.order_by().annotate(counted=counted).values("counted"))


def profile_of(found: Standing, conduct: Mapping[int, Allegation]) -> dict[str, Any]:
    """The profile as answered; an unscored one has no number but counts, and no word that would stand for one.

    `conduct` holds the allegation of each matter by its number; where it brought the steps of its proceedings, reasons
    name their authorities and days.
    """
    stored, coding = found.profile, vector.parse(found.vector)
    stages = {row["tag"]: row["stage"] for row in stored["matters"]}
    is_scored = stored["score"] is not None
    return {
        "status": stored["status"],
        "sentence": stored["sentence"],
        **{name: stored[name] if is_scored else None for name in ONLY_IF_SCORED},
        "printed_interval": interval_wording(stored["i90"], stored["score"]) if is_scored and stored["i90"] else None,
        "coverage": stored["coverage"],
        "matters": [_matter(row, conduct.get(row["tag"])) for row in stored["matters"]],
        "reasons": [_reason(row, conduct.get(row["tag"]), stages[row["tag"]]) for row in stored["reasons"]],
        "opposition": _voices(coding.opposition, stored["opposition"]),
        "support": _voices(coding.support, stored["support"]),
        "reply": coding.reply,
        "version": found.version,
        "vector": found.vector,
        "vector_sha256": found.vector_sha256,
        "as_of": found.as_of,
        "known": coding.known or found.as_of,
    }


def _matter(row: Mapping[str, Any], allegation: Allegation | None) -> dict[str, Any]:
    return {
        "tag": row["tag"],
        "allegation": allegation,
        "severity": row["severity"],
        "link": row["link"],
        "stage": row["stage"],
        "wording": row["wording"],
        "scored": row["scored"],
        "points": round(row["phi"], 2) if row["scored"] else None,
        "confidence": row["confidence"],
        "arithmetic": row["arithmetic"] or None,
        "why_not": row["why_not"],
    }


def _reason(row: Mapping[str, Any], allegation: Allegation | None, stage: str) -> dict[str, Any]:
    told = beside(stage, steps_of(getattr(allegation, "told_steps", ())))
    reason = Reason(**{**row, "stage": "; ".join((row["stage"], *told))})
    conduct = allegation.headline if allegation else f"matter {reason.tag}"
    return {"tag": reason.tag, "points": round(reason.points, 2), "sentence": reason.sentence(conduct)}


def _voices(counted: Voices | None, breadth: list[float]) -> dict[str, Any] | None:
    if counted is None:
        return None
    return {"signatories": counted.signatories, "countries": counted.countries, "index": breadth}
