"""What is said beside the stage of a matter that counts: rulings by whom and when, and complaints still open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from allegations.models import Allegation, Proceeding, ProceedingStep
from candidates import dates
from vetting.days import Days
from vetting.facts import code_of
from vetting.shown import RULINGS
from vetting.then import steps_by

OF_STEP = ("stage", "reached", "final", "on_merits")
OF_PROCEEDING = ("id", "jurisdiction", "forum_name")


def beside(stage: str | None, steps: Iterable[ProceedingStep]) -> list[str]:
    """Return each ruling with its authority and day, and complaints still open beside another stage that counts.

    `stage` is that stage as the vector writes it, None where the profile does not tell of the matter; `steps` are those
    of its proceedings, in the order in which they are told.
    """
    steps = list(steps)
    is_told = stage is not None and not stage.startswith("K1")
    return [*(_ruling(each) for each in steps if code_of(each) in RULINGS), *(_still_open(steps) if is_told else ())]


def _ruling(step: ProceedingStep) -> str:
    place = str(step.proceeding.jurisdiction.name)
    whom = step.proceeding.forum_name or _("an authority that is not named")
    return _("%(what)s by %(whom)s, %(when)s") % {
        "what": step.get_stage_display(),
        "whom": f"{whom} ({place})" if place else whom,
        "when": dates.words(step.reached) if step.reached else _("on a day that is not known"),
    }


def _still_open(steps: Sequence[ProceedingStep]) -> Iterator[str]:
    reached: defaultdict[int, list[ProceedingStep]] = defaultdict(list)
    for step in steps:
        reached[step.proceeding_id].append(step)
    pending = [own[0].proceeding for own in reached.values() if all(code_of(step) == "K1" for step in own)]
    places = len({str(row.jurisdiction) or row.forum_name for row in pending})
    if len(pending) == 1:
        yield _("also on record: a complaint on which no ruling is known")
    elif places == 1:
        yield _("also on record: %(count)d complaints on which no ruling is known") % {"count": len(pending)}
    elif pending:
        said = _("also on record: %(count)d complaints, in %(places)d jurisdictions, on which no ruling is known")
        yield said % {"count": len(pending), "places": places}


def with_steps(rows: QuerySet[Allegation], days: Days | None = None) -> QuerySet[Any]:
    """Allegations with the `told_steps` of their public proceedings, by default of today; `steps_of` reads them."""
    steps = ProceedingStep.objects.all() if days is None or days.is_today else steps_by(days)
    known = {} if days is None or days.is_today else {"proceeding__published_at__date__lte": days.known}
    public = steps.filter(proceeding__allegation=OuterRef("pk"), proceeding__published_at__isnull=False, **known)
    told = public.order_by("proceeding__jurisdiction", "proceeding_id", "reached_earliest", "pk")
    names = {name: name for name in OF_STEP} | {f"of_{name}": f"proceeding__{name}" for name in OF_PROCEEDING}
    found: QuerySet[Any] = rows.annotate(told_steps=ArraySubquery(told.values(row=JSONObject(**names))))
    return found


def steps_of(rows: Iterable[Mapping[str, Any]]) -> list[ProceedingStep]:
    """The steps that `with_steps` has read, each with its proceeding; not to be saved."""
    return [
        ProceedingStep(
            proceeding=Proceeding(**{name: row[f"of_{name}"] for name in OF_PROCEEDING}),
            **{name: row[name] for name in OF_STEP},
        )
        for row in rows
    ]
