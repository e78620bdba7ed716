"""What of a dossier is kept and shown no more: the words of records that are not public any longer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from allegations.models import Allegation, CoalitionLetter, Source
from candidates.models import Candidacy, Candidate, Election
from vetting.models import Dossier, DossierFile

DAMAGED = gettext_noop("Its file in the archive is missing or damaged.")
UNSAID = gettext_noop("What it tells of is no longer public.")
RETRACTED = {
    "allegation": gettext_noop("An allegation that it tells of was retracted."),
    "letter": gettext_noop("The letter was retracted."),
}


@dataclass(frozen=True, slots=True)
class Withheld:
    """A file that is not shown, with the day and the reason as far as the public is told them."""

    file: DossierFile
    says: str
    day: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A dossier as the public may have it: what is shown and what is withheld, each in the order of the paths."""

    dossier: Dossier
    shown: list[DossierFile]
    withheld: list[Withheld]


def opened(dossier: Dossier) -> Open:
    """Part what may be shown of a dossier from what may not; five queries at most, whatever it holds."""
    files = list(dossier.files.select_related("file").order_by("path"))
    fallen = _fallen({name for file in files for name in file.tells_of})
    found = Open(dossier, [], [])
    for file in files:
        first = next((fallen[name] for name in file.tells_of if name in fallen), None)
        if first is not None:
            found.withheld.append(Withheld(file, *first))
        elif file.file.fault:
            found.withheld.append(Withheld(file, DAMAGED))
        else:
            found.shown.append(file)
    return found


def _fallen(names: Iterable[str]) -> dict[str, tuple[str, date | None, str]]:
    """Which of these records are not public any longer, each with what may be said of that."""
    asked: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        kind, _, key = name.partition(" ")
        asked[kind].add(key)
    found = {}
    for kind, keys in asked.items():
        still = {str(key) for key in _public(kind).filter(pk__in=keys).values_list("pk", flat=True)}
        said = _retracted(kind, keys - still)
        for key in keys - still:
            found[f"{kind} {key}"] = said.get(key, (UNSAID, None, ""))
    return found


def _public(kind: str) -> QuerySet[Any]:
    """The records of a kind whose words the public may read."""
    rows: dict[str, QuerySet[Any]] = {
        "election": Election.objects.published(),
        "candidate": Candidate.objects.published(),
        "candidacy": Candidacy.objects.published(),
        "allegation": Allegation.objects.legible(),
        "letter": CoalitionLetter.objects.legible(),
        "source": Source.objects.published(),
    }
    return rows[kind]


def _retracted(kind: str, keys: set[str]) -> dict[str, tuple[str, date | None, str]]:
    """What the tombstones of these records say."""
    if kind not in RETRACTED or not keys:
        return {}
    rows = (Allegation if kind == "allegation" else CoalitionLetter).objects.published().filter(pk__in=keys)
    return {
        str(row.pk): (RETRACTED[kind], row.state_since.date() if row.state_since else None, row.state_reason)
        for row in rows
    }
