"""A checked case file against the database: the plan, and its writing in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db.models import Model

from allegations.actions.evidence import evidence_change
from allegations.importing.grades import decided_by_two, regraded, write_gradings
from allegations.importing.kinds import KINDS
from allegations.importing.steps import publishes_at_once, take_steps
from candidates.importing.applying import People, write
from candidates.importing.kinds import KINDS as CANDIDATES_KINDS
from candidates.importing.kinds import Wanted
from candidates.importing.planning import Difference, Plan, make_plan
from candidates.importing.problems import CaseRefused
from candidates.importing.reading import Document
from candidates.importing.wanting import wanted


def plan_of(document: Document, *, add_only: bool = False) -> Plan:
    """What a checked file would create and, unless `add_only`, change.

    Raises CaseRefused where what stands in the database forbids it.
    """
    records = wanted(document, (*CANDIDATES_KINDS, *KINDS))
    plan = make_plan(document, records, more=_more, kept=decided_by_two, add_only=add_only)
    if plan.problems:
        raise CaseRefused(plan.problems)
    return plan


def _more(record: Wanted, row: Model) -> Iterator[Difference]:
    return regraded(record, row) if record.kind.grades else iter(())


def apply(plan: Plan, *, now: datetime, each: Callable[[], None] = lambda: None) -> None:
    """Write a plan, all of it or nothing; profiles are computed again before it is committed.

    `each` is called after every record. Raises StepRefused where the workflow would not publish.
    """
    people = People()
    with evidence_change():
        rows = write(plan, people, now=now, publishes=publishes_at_once, each=each)
        write_gradings(plan.needed, rows, people, now=now)
        take_steps(plan.needed, rows, people, now=now)
