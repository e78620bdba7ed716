"""The page of the method: its scales, formulas and numbers, its versions, and a calculator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allegations.rubrics import CREDIBILITY, LINK, RELIABILITY, SEVERITY
from candidates.models import ResearchCheck
from vetting.calculator import LONGEST, Refused, Result, calculate
from vetting.risk import scales, words
from vetting.risk.versions import CURRENT, VERSIONS, parameters
from vetting.shown import bands
from vetting.shown import numbers as numbers_of

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Weight:
    """One parameter: its code, what it stands for, and its low, nominal and high value."""

    code: str
    meaning: str
    span: tuple[str, ...]


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """The page; with a vector in its query, also what that comes to, and 400 where it is wrong."""
    vector = "".join(request.GET.get("vector", "").split())  # mail programs break long lines
    outcome = calculate(vector) if vector else None
    calculated = {
        "vector": vector,
        "longest": LONGEST,
        "result": outcome if isinstance(outcome, Result) else None,
        "refused": outcome if isinstance(outcome, Refused) else None,
    }
    status = 400 if calculated["refused"] else 200
    return render(request, "vetting/method.html", context_of(CURRENT) | calculated, status=status)


@require_safe
def numbers(request: HttpRequest, version: str) -> HttpResponse:
    """All numbers of a version as JSON, for the script that recomputes; they never change, so caches may keep them."""
    if version not in VERSIONS:
        raise Http404
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
    return HttpResponse(numbers_of(version), content_type="application/json", headers=headers)


def context_of(version: str) -> dict[str, Any]:
    """All that the page says of a version of the method."""
    rules = parameters(version)
    return {
        "version": version,
        "versions": [(name, each, sha256(numbers_of(name)).hexdigest()) for name, each in VERSIONS.items()],
        "first_day": date.min,
        "bands": bands(version),
        "severity": SEVERITY,
        "link": LINK,
        "reliability": RELIABILITY,
        "credibility": CREDIBILITY,
        "stages": words.STAGE_WORDING,
        "exonerations": words.EXONERATION_WORDING,
        "scales": scales,
        "scopes": [(code, label, " ".join(sorted(rules.scope[code]))) for code, label in scales.EXONERATIONS.items()],
        "unexamined_codes": " ".join(sorted(scales.UNEXAMINED)),
        "forums": scales.FORUMS,
        "checks": ResearchCheck.Kind.labels,
        "valid_days": ResearchCheck.VALID_DAYS,
        "enough": rules.enough_coverage,
        "draws": rules.draws,
        "unresolved_cap": round(100 * rules.unresolved_cap),
        "finding_cap": round(100 * rules.finding_cap),
        "unexamined": round(100 * rules.nominal.stage["K0"]),
        "rules": rules.rules,
        "errors": [(coders, rules.grade_error[coders], rules.link_error[coders]) for coders in rules.grade_error],
        "admissible_from": rules.admissible_from,
        "weights": list(weights(rules.ranges)),
        "contact": settings.LINKS_CONTACT,
    }


def weights(ranges: Mapping[str, Any]) -> Iterator[tuple[str, list[Weight]]]:
    """Yield the title of each table of a parameter file with its rows, the gravest or surest first."""
    severities = {str(code): label for code, label in scales.SEVERITIES.items()}
    links = {f"L{code}": label for code, label in scales.LINKS.items()}
    yield _("Severity ceiling, G"), _rows(ranges["SEV"], severities, before="S", is_rising=True)
    found = Weight("L3", _("superior, once an adverse finding has established it"), _span(ranges["LINK_ADJ_L3"]))
    yield _("Link, L"), [*_rows(ranges["LINK"], links, is_rising=True), found]
    yield _("Adverse stage, κ"), _rows(ranges["STAGE"], scales.STAGES)
    yield _("What an exoneration keeps, ω"), _rows(ranges["EXON"], scales.EXONERATIONS)
    yield _("Forum of an adverse act"), _rows(ranges["FORUM_ADV"], scales.FORUMS)
    yield _("Forum of an exonerating act"), _rows(ranges["FORUM_EXO"], scales.FORUMS)
    yield _("Reliability of the origin, r"), _rows(ranges["REL"], scales.RELIABILITIES)
    yield _("Credibility of the item, c"), _rows(ranges["CRED"], scales.CREDIBILITIES)
    yield (
        _("Dependence between origins, ρ"),
        [Weight("ρ", _("shared by all origins"), _span(ranges["RHO"]))],
    )


def _rows(
    table: Mapping[str, Any], labels: Mapping[str, str], *, before: str = "", is_rising: bool = False
) -> list[Weight]:
    rows = [Weight(f"{before}{code}", label, _span(table[code])) for code, label in labels.items()]
    return rows[::-1] if is_rising else rows


def _span(values: list[float]) -> tuple[str, ...]:
    return tuple(f"{value:g}" for value in values)
