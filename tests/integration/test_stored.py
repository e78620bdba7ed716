"""What is stored stays: no door changes an assessment, and its own days give each one again."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from allegations.actions.evidence import evidence_change, grade
from allegations.actions.review import take_step
from allegations.codes import LinkState
from allegations.models import Allegation, Citation, Grading, LinkEvent, Origin, Proceeding, ProceedingStep, Reply
from allegations.workflow import Step
from candidates.models import ResearchCheck
from tests import factories
from vetting.assessments import refresh_stale
from vetting.models import Assessment, CurrentAssessment
from vetting.stored import differences

pytestmark = pytest.mark.django_db

# Rows that never change


def by_sql(statement):
    def change(row):
        with connection.cursor() as cursor:
            cursor.execute(statement, [row.pk])

    return change


def saved(row):
    row.version = "2.0"
    row.save()


def upserted(row):
    row.version = "2.0"
    Assessment.objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=["version"])


def bulk_updated(row):
    row.payload = {}
    Assessment.objects.bulk_update([row], ["payload"])


DOORS = {
    "save": saved,
    "save of one field": lambda row: row.save(update_fields=["vector"]),
    "update": lambda row: Assessment.objects.filter(pk=row.pk).update(payload={}),
    "update of a day": lambda row: Assessment.objects.filter(pk=row.pk).update(known=date(2020, 1, 1)),
    "bulk update": bulk_updated,
    "upsert": upserted,
    "delete": lambda row: row.delete(),
    "delete of many": lambda row: Assessment.objects.all().delete(),
    "raw delete": lambda row: Assessment.objects.filter(pk=row.pk)._raw_delete("default"),
    "SQL update": by_sql("UPDATE vetting_assessment SET payload = '{}' WHERE id = %s"),
    "SQL update to the same": by_sql("UPDATE vetting_assessment SET version = version WHERE id = %s"),
    "SQL delete": by_sql("DELETE FROM vetting_assessment WHERE id = %s"),
    "SQL update from another": by_sql(
        "UPDATE vetting_assessment SET vector = s.slug FROM candidates_election s WHERE vetting_assessment.id = %s"
    ),
    "SQL upsert": by_sql(
        "INSERT INTO vetting_assessment SELECT * FROM vetting_assessment WHERE id = %s "
        "ON CONFLICT (id) DO UPDATE SET version = '2.0'"
    ),
}


def test_44_no_door_changes_or_deletes_an_assessment(candidacy):
    with evidence_change():
        factories.allegation(candidacy.candidate)
    row = CurrentAssessment.objects.get(candidacy=candidacy).assessment
    before = Assessment.objects.filter(pk=row.pk).values().get()
    CurrentAssessment.objects.filter(candidacy=candidacy).delete()  # nothing else holds the row

    for door, change in DOORS.items():
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            change(Assessment.objects.get(pk=row.pk))
            pytest.fail(door)
        assert Assessment.objects.filter(pk=row.pk).values().get() == before, door


# Days that give it again


class Clock:
    """The time of everything that is written down, a day or an hour further on at a word."""

    def __init__(self, monkeypatch):
        self.at = datetime(2026, 1, 5, 9, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def pass_by(self, **time):
        self.at += timedelta(**time)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


class History:
    """What happens to the evidence about a candidacy, by chance; each event is one change."""

    def __init__(self, candidacy, clock, seed):
        self.candidacy, self.clock, self.random = candidacy, clock, Random(seed)
        self.editor = factories.editor()
        with evidence_change():
            self.matter()

    def happen(self):
        kinds = [
            self.matter, self.matter, self.cite, self.cite, self.proceed, self.proceed, self.grade, self.grade,
            self.lose_or_find, self.lose_or_find, self.search, self.reply, self.write, self.step,
        ]  # fmt: skip
        with evidence_change():
            self.random.choice(kinds)()

    def one_of(self, rows):
        rows = list(rows.order_by("pk"))
        return self.random.choice(rows) if rows else None

    @property
    def standing(self):
        return Allegation.objects.standing().filter(candidate=self.candidacy.candidate)

    @property
    def cited(self):
        return Citation.objects.filter(allegation__in=self.standing)

    def matter(self):
        grades = {"severity": self.random.choice([2, 3, 4, 5]), "link": self.random.choice([1, 2, 3, 4])}
        row = factories.allegation(self.candidacy.candidate, **grades)
        self.write_down(row, Grading.Scale.SEVERITY, row.severity)
        self.write_down(row, Grading.Scale.LINK, row.link)
        self.write_down_cited(row.citations.get())

    def cite(self):
        if row := self.one_of(self.standing):
            origin = Origin.objects.create(label="Another", independence="Another person, another case.")
            stance = self.random.choice(["supports", "supports", "disputes", "context"])
            source = factories.source(reliability=self.random.choice("ABCD"))
            made = factories.citation(
                allegation=row, origin=origin, stance=stance, source=source, credibility=self.random.randint(1, 4)
            )
            self.write_down_cited(made)

    def write_down(self, record, scale, value):
        """The row of a first grade, which an action writes with it."""
        name = type(record).__name__.lower()
        Grading.objects.create(
            **{name: record}, scale=scale, value=str(value), graded_by=self.editor, graded_at=self.clock.at
        )

    def write_down_cited(self, citation):
        self.write_down(citation, Grading.Scale.CREDIBILITY, citation.credibility)
        self.write_down(citation.source, Grading.Scale.RELIABILITY, citation.source.reliability)

    def proceed(self):
        if row := self.one_of(self.standing):
            stage = self.random.choice(["complaint-filed", "investigation", "charged", "convicted", "acquitted"])
            made = Proceeding.objects.create(
                allegation=row, kind="criminal-complaint", forum=self.random.choice("RPNU"), **factories.signed()
            )
            reached = (self.clock.at.date() - timedelta(self.random.randint(0, 300))).isoformat()
            ProceedingStep.objects.create(proceeding=made, stage=stage, reached=reached, recorded_at=self.clock.at)

    def grade(self):
        row, cited = self.one_of(self.standing), self.one_of(self.cited)
        what = self.random.choice([
            (row, Grading.Scale.SEVERITY, self.random.randint(1, 5)),
            (row, Grading.Scale.LINK, self.random.randint(0, 4)),
            (cited, Grading.Scale.CREDIBILITY, self.random.randint(1, 6)),
            (cited.source if cited else None, Grading.Scale.RELIABILITY, self.random.choice("ABCDEF")),
        ])  # fmt: skip
        if what[0] is not None:
            grade(*what, by=self.editor, reason=f"Looked at again at {self.clock.at}.", at=self.clock.at)

    def lose_or_find(self):
        if row := self.one_of(self.cited):
            left = row.source.state
            reached = LinkState.ALIVE if left == LinkState.GONE else LinkState.GONE
            row.source.state = reached
            row.source.save(update_fields=["state"])
            LinkEvent.objects.create(
                source=row.source, left=left, reached=reached, reason="Looked.", at=self.clock.at, by=self.editor
            )

    def search(self):
        done = self.clock.at.date() - timedelta(self.random.randint(0, 179))
        ResearchCheck.objects.create(
            candidacy=self.candidacy, kind=self.random.randint(1, 12), result="nothing-found", queries="q",
            done_on=done, **factories.signed(),
        )  # fmt: skip

    def reply(self):
        Reply.objects.create(
            candidacy=self.candidacy, kind="denial", by="A spokesperson", speaker="representative",
            with_evidence=self.random.random() < 0.5, answered=self.clock.at.date().isoformat(), **factories.signed(),
        )  # fmt: skip

    def write(self):
        factories.letter(self.candidacy, claimed_people=self.random.randint(1, 90), claimed_countries=3)

    def step(self):
        if row := self.one_of(self.standing):
            step = self.random.choice([Step.RETRACT, Step.SUPERSEDE])
            take_step(step, record=row, by=self.editor, reason="Looked at again.", at=self.clock.at)


@pytest.mark.parametrize("seed", range(3))
def test_47_every_stored_assessment_comes_out_again_on_its_own_days(clock, seed):
    candidacy = factories.candidacy(key=f"seat-{seed}")
    history = History(candidacy, clock, seed)
    for _ in range(12):
        for _ in range(history.random.choice([1, 1, 2, 3])):  # on some days more than once
            history.happen()
            clock.pass_by(hours=1)
        clock.pass_by(days=history.random.choice([1, 1, 7, 40]), hours=-3)
        refresh_stale()

    stored = Assessment.objects.filter(candidacy=candidacy)
    assert stored.count() > 9
    assert stored.count() > stored.last_of_days().count() > 6
    assert stored.filter(payload__score__isnull=False).count() > 3
    assert list(differences([candidacy])) == []


def test_of_several_of_one_day_the_last_is_that_of_the_day(clock, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
    clock.pass_by(hours=1)
    with evidence_change():
        step = factories.proceeding(row, "charged", forum="R").steps.get()
        ProceedingStep.objects.filter(pk=step.pk).update(recorded_at=clock.at)

    morning, evening = Assessment.objects.filter(candidacy=candidacy).order_by("pk")
    assert (morning.as_of, morning.known) == (evening.as_of, evening.known)
    assert morning.vector != evening.vector
    assert list(Assessment.objects.last_of_days()) == [evening]
    assert list(differences([candidacy])) == []


def test_what_was_stored_otherwise_than_its_days_give_it_is_told(capsys, candidacy):
    with evidence_change():
        factories.allegation(candidacy.candidate)
    row = Assessment.objects.get()
    call_command("recompute", "--stored")
    assert "1 stored assessment computed again: all come out as they were stored." in capsys.readouterr().out

    forged = Assessment.objects.create(
        candidacy=candidacy, version="1.0", as_of=row.as_of, known=row.known, vector=row.vector,
        vector_sha256=row.vector_sha256, payload=row.payload | {"score": 1},
    )  # fmt: skip
    assert [each.assessment for each in differences([candidacy])] == [forged]
    with pytest.raises(CommandError, match="1 of 1 stored assessments"):
        call_command("recompute", "--stored")
    assert f"assessment {forged.pk}, as of {row.as_of}" in capsys.readouterr().out


def test_what_is_only_worded_otherwise_comes_out_as_it_was_stored(candidacy):
    with evidence_change():
        factories.allegation(candidacy.candidate)
    row = Assessment.objects.get()
    [line], [reason] = row.payload["matters"], row.payload["reasons"]
    worded = {"matters": [line | {"wording": "put otherwise"}], "reasons": [reason | {"stage": "put otherwise"}]}
    weighed = {"matters": [line | {"phi": 1.0}]}

    for changed, differs in ((worded | {"sentence": "Put otherwise."}, False), (weighed, True)):
        stored = Assessment.objects.create(
            candidacy=candidacy, version="1.0", as_of=row.as_of, known=row.known, vector=row.vector,
            vector_sha256=row.vector_sha256, payload=row.payload | changed,
        )  # fmt: skip
        assert [each.assessment for each in differences([candidacy])] == ([stored] if differs else [])
