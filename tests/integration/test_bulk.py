"""Many profiles at once: what is read less is read alike, what is stored is what each alone gives, and no more."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allegations.models import Allegation, Amendment, Grading, Origin, Reply, ReviewEvent, Signature, Source
from allegations.queries import pair_of
from candidates.models import Candidacy, ResearchCheck
from tests import factories
from vetting import storing
from vetting.assessments import compute, recompute
from vetting.facts import records_of
from vetting.histories import anything_after
from vetting.management.commands import recompute as command
from vetting.models import Assessment, CurrentAssessment
from vetting.risk.asof import facts_on, next_day
from vetting.risk.facts import FactsError

pytestmark = pytest.mark.django_db


class World:
    """Candidacies with all that can bear on a profile, by chance: also what is undone, and what lies `ahead`."""

    def __init__(self, seed, *, ahead=True):
        self.chance, self.today, self.ahead = Random(seed), timezone.now().date(), ahead
        self.first, self.second = factories.person(), factories.person()
        for self.careful in (True, False):
            self.candidacy()

    def day(self, ahead=9):
        return self.today + timedelta(days=self.chance.choice([-900, -400, -90, -30, -1, 0, 1, ahead]))

    def moment(self, **ahead):
        day = self.day(**ahead)
        return datetime.combine(day if self.ahead else min(day, self.today), time(12), UTC)

    def candidacy(self):
        row = factories.candidacy()
        for _ in range(2):
            self.matter(row)
        for kind in self.chance.sample(range(1, 13), 4):
            ResearchCheck.objects.create(
                candidacy=row, kind=kind, result="found", queries="x", done_on=self.day(), **factories.signed()
            )
        Reply.objects.create(
            candidacy=row, kind=self.chance.choice(["no-reply-yet", "denial", "declined"]), by="X",
            speaker="candidate", asked_by_us=True, asked=self.day().isoformat(), answered="",
            due=self.day().isoformat(), **factories.signed(),
        )  # fmt: skip
        letter = factories.letter(row, claimed_people=self.chance.choice([None, 90]), dated=self.day().isoformat())
        for name, country in zip("ABC", ("FR", "", "GB"), strict=True):
            one = Signature.objects.create(letter=letter, name=name, country=country, recorded_at=self.moment())
            self.amend({"country": "DE", "withdrawn": self.chance.random() < 0.5}, signature=one)

    def matter(self, candidacy):
        row = factories.allegation(candidacy.candidate, cited=0, published=False, severity=4, link=4)
        made = []
        for _ in range(3):
            origin = self.chance.choice(
                [None, Origin.objects.create(label="A", independence=self.chance.choice(["", "Another person."]))]
            )
            above = self.chance.choice([None, *made]) if origin is None else None
            stance = self.chance.choice(["supports", "supports", "disputes", "denies"])
            made.append(factories.citation(allegation=row, origin=origin, derived_from=above, stance=stance))
            type(made[-1]).objects.filter(pk=made[-1].pk).update(published_at=self.moment())
            self.amend({"derived_from": None, "origin": Origin.objects.earliest("pk").pk}, citation=made[-1])
            self.amend({"rests_on": None, "argued": True}, origin=Origin.objects.latest("pk"))
        Allegation.objects.filter(pk=row.pk).update(
            state="published", tag=row.candidate.allegations.exclude(tag=None).count() + 1,
            published_at=self.moment(), published_by=factories.editor(),
        )  # fmt: skip
        for scale, values in (("severity", "12345"), ("link", "01234")):
            self.grade(scale, values, allegation=row)
        for citation in made:
            self.grade("credibility", "123456", citation=citation)
            self.grade("reliability", "ABCDEF", source=citation.source)
            self.lose(citation.source)
        proceeding = factories.proceeding(row, self.chance.choice(["charged", "convicted", "acquitted"]))
        self.grade("forum", "RPUN", proceeding=proceeding)
        if self.chance.random() < 0.2:
            Allegation.objects.filter(pk=row.pk).update(state="superseded")
            ReviewEvent.objects.create(
                allegation=row, step="supersede", left="published", reached="superseded", at=self.moment(),
                by=factories.editor(),
            )  # fmt: skip
        if self.chance.random() < 0.2:
            Allegation.objects.filter(pk=row.pk).update(
                merged_into=row.candidate.allegations.exclude(pk=row.pk).first()
            )
        self.amend({"merged_into": None}, allegation=row)

    def amend(self, was, **record):
        if self.chance.random() < 0.3:
            Amendment.objects.create(at=self.moment(), was=was, **record)

    def grade(self, scale, values, **record):
        """Grade a record: each time by two where the candidacy is graded with care, else never, once or twice.

        Its column says what counts, but where other hands have written it.
        """
        [row] = record.values()
        for _ in range(1 if self.careful else self.chance.choice([0, 1, 1, 2])):
            first = self.given(scale, self.chance.choice(values), self.moment(), **record)
            if self.careful or self.chance.random() < 0.3:
                value = first.value if self.careful else self.chance.choice(values)
                self.given(scale, value, max(self.moment(), first.graded_at), first, **record)
        pair = pair_of(row, scale)
        column = pair.column(scale) if pair else "U" if scale == "forum" else ""
        if not self.careful and self.chance.random() < 0.2:
            column = self.chance.choice(values)
        kept = int(column) if column.isdigit() else column or ("" if scale == "reliability" else None)
        type(row).objects.filter(pk=row.pk).update(**{scale: kept})

    def given(self, scale, value, at, first=None, **record):
        part = {"part": "second", "first": first, "graded_by": self.second} if first else {"graded_by": self.first}
        return Grading.objects.create(scale=scale, value=value, reason="So it is.", graded_at=at, **part, **record)

    def lose(self, source):
        if self.chance.random() < 0.5:
            return
        for left, reached in (("alive", "gone"), ("gone", "alive"))[: self.chance.choice([1, 2])]:
            factories.link_event(source, left, reached, at=self.moment(), by=factories.editor())
        if self.chance.random() < 0.5:
            factories.capture(source, captured_at=self.moment())
        state, archived = self.chance.choice(["gone", "alive"]), self.chance.random() < 0.5
        Source.objects.filter(pk=source.pk).update(state=state, archived=archived)


def rows():
    return list(Candidacy.objects.select_related("candidate", "contest__election").order_by("pk"))


@pytest.mark.parametrize("ahead", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_not_read_since_a_day_bears_on_no_day_from_then_on(seed, ahead):
    world = World(seed, ahead=ahead)
    assert anything_after(world.today) is ahead
    whole, lean = records_of(rows()), records_of(rows(), since=world.today)
    coders = set()
    for known in (world.today + timedelta(days=days) for days in (0, 1, 5, 9, 400)):
        for as_of in (world.today - timedelta(days=60), known):
            for pk, record in whole.items():
                expected = facts_on(record, as_of, known)
                assert facts_on(lean[pk], as_of, known) == expected
                coders.add(expected.coders)
    assert coders == {1, 2}


def test_a_forum_graded_as_not_assessed_is_told_from_one_that_nobody_graded(candidacy):
    made = factories.proceeding(factories.allegation(candidacy.candidate), "charged")

    def forum():
        [matter] = records_of(rows(), since=timezone.now().date())[candidacy.pk].matters
        return [grade.code for grade in matter.acts[0].forum]

    assert forum() == []
    Grading.objects.create(proceeding=made, scale="forum", value="U", graded_by=factories.author(), reason="So it is.")
    assert forum() == ["U"]


def test_a_source_that_is_found_again_only_tomorrow_is_lost_today(candidacy):
    source, now = factories.allegation(candidacy.candidate).citations.get().source, timezone.now()
    for left, reached, days in (("alive", "gone", -30), ("gone", "alive", 1)):
        factories.link_event(source, left, reached, at=now + timedelta(days=days))

    record = records_of(rows(), since=now.date())[candidacy.pk]
    days = now.date(), now.date() + timedelta(days=1)
    assert [len(facts_on(record, day).matters[0].supporting) for day in days] == [0, 1]


def test_a_bulk_run_stores_what_each_candidacy_gives_alone():
    today = World(9).today
    assert recompute([row.pk for row in rows()])["changed"] == 2

    for row in rows():
        [alone] = compute([row], as_of=today).values()
        stands = CurrentAssessment.objects.select_related("assessment").get(candidacy=row)
        assert (stands.assessment.vector, stands.assessment.payload) == (alone.vector, alone.to_json())
        assert stands.evidence_revision == row.evidence_revision
        assert stands.expires_on == next_day(records_of([row], since=today)[row.pk], today)


def cost(ids):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        recompute(ids)
    return [each["sql"] for each in queries]


def candidacies(count):
    made = [factories.candidacy() for _ in range(count)]
    for row in made:
        factories.letter(row, claimed_people=3)
        factories.proceeding(factories.allegation(row.candidate, cited=2), "charged")
    return [row.pk for row in made]


def test_many_cost_as_many_queries_as_one_and_the_unmoved_are_not_written():
    one, many = candidacies(1), candidacies(7)

    assert len(cost(many)) == len(cost(one)) <= 17
    again = cost([*one, *many])
    assert not [sql for sql in again if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert Assessment.objects.count() == 8


def test_only_what_moved_is_computed_in_full(monkeypatch):
    ids = candidacies(3)
    recompute(ids)
    computed = []
    real = storing.with_uncertainty
    monkeypatch.setattr(storing, "with_uncertainty", lambda profile: computed.append(profile) or real(profile))
    Allegation.objects.filter(candidate__candidacies=ids[1]).update(severity=1)

    assert recompute(ids) == {"changed": 1, "unchanged": 2, "failed": 0}
    assert len(computed) == 1
    assert Assessment.objects.filter(candidacy=ids[1]).count() == 2


def test_a_grade_that_is_on_no_scale_stops_no_other():
    today = timezone.now().date()
    ids = candidacies(2)
    row = Allegation.objects.filter(candidate__candidacies=ids[0]).get()
    first, second = factories.person(), factories.person()
    said = {"allegation": row, "scale": "severity", "reason": "So it is."}
    given = Grading.objects.create(value="2", graded_by=first, **said)
    Grading.objects.create(value="x", graded_by=second, part="second", first=given, **said)

    assert recompute(ids) == {"changed": 2, "unchanged": 0, "failed": 0}  # today the column counts
    record = records_of(rows())[ids[0]]
    with pytest.raises(FactsError, match=r"^'x' is no severity\.$"):
        facts_on(replace(record, matters=(replace(record.matters[0], severity=record.matters[0].severity[:2]),)), today)


def test_a_version_that_is_another_is_another_profile(monkeypatch):
    ids = candidacies(1)
    recompute(ids)
    stored = Assessment.objects.get()
    row = storing.Stored(ids[0], stored.pk, 0, None, "0.9", stored.vector)
    found = storing.Found(rows()[0], None, stored.version, stored.vector, None)

    assert not found.says_as(row)
    assert found.says_as(row._replace(version=stored.version))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_store_each_profile_once():
    ids = candidacies(4)
    both, found = Barrier(2), []

    def run():
        both.wait(timeout=60)
        found.append(recompute(ids))
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts["changed"] for counts in found) == sum(counts["unchanged"] for counts in found) == 4
    assert Assessment.objects.count() == CurrentAssessment.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_the_work(capsys, monkeypatch):
    name = connection.settings_dict["NAME"]
    host = connection.settings_dict.get("HOST") or ""
    monkeypatch.setenv("DATABASE_URL", f"postgres://{connection.settings_dict['USER']}@/{name}?host={host}")
    monkeypatch.setattr(command, "AT_ONCE", 2)
    candidacies(5)
    capsys.readouterr()

    call_command("recompute", "--processes", "2")
    assert ": 5 changed" in capsys.readouterr().out
    assert Assessment.objects.count() == CurrentAssessment.objects.count() == 5
