"""No answer is older than the evidence that it could see, however edits and readers fall together.

The evidence goes through states 0, 1, 2, …: in state n a letter counts n + 1 people and the only matter has severity
1 + n % 5, and one transaction changes both. A vector says both, so that it tells of which state it is, or of none.
"""

import re
from contextlib import contextmanager
from functools import partial
from html import unescape
from importlib import import_module
from itertools import count
from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection, transaction

from allegations.actions.evidence import evidence_change, evidence_changed
from allegations.models import Allegation, CoalitionLetter
from tests import factories
from tests.integration.api import address
from vetting import assessments
from vetting.assessments import compute, standing
from vetting.models import CurrentAssessment

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60


@pytest.fixture
def candidacy():
    with evidence_change():
        row = factories.candidacy()
        factories.allegation(row.candidate, severity=1)
        factories.letter(row, claimed_people=1)
    return row


def severity_of(state):
    return 1 + state % 5


def by_action(state):
    """Bring the evidence into a state as the actions do."""
    with evidence_change():
        letter, matter = CoalitionLetter.objects.get(), Allegation.objects.get()
        letter.claimed_people, matter.severity = state + 1, severity_of(state)
        letter.save()
        matter.save()


def by_hand(state):
    """Bring the evidence into a state by SQL alone, which nobody assesses."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE allegations_coalitionletter SET claimed_people = %s", [state + 1])
        cursor.execute("UPDATE allegations_allegation SET severity = %s", [severity_of(state)])


WRITERS = {"action": by_action, "SQL": by_hand}


def visible():
    """The state that is committed at this moment."""
    return CoalitionLetter.objects.values_list("claimed_people", flat=True).get() - 1


def state_of(vector):
    """The state that a vector tells of; one that mixes two fails."""
    signatories, severity = (int(re.search(pattern, vector)[1]) for pattern in (r"/OB:(\d+)", r"/m1:S(\d)"))
    assert severity == severity_of(signatories - 1), f"of no state: {vector}"
    return signatories - 1


def by_standing(client, candidacy):
    return standing([candidacy])[candidacy.pk].vector


def by_api(client, candidacy):
    return client.get(address("candidacies", candidacy.pk, "assessment")).json()["profile"]["vector"]


def by_page(client, candidacy):
    page = client.get(candidacy.get_absolute_url()).content.decode()
    return unescape(re.search(r"CIRP:1\.0/[^<\"]+", page)[0])


def by_table(client, candidacy):
    answer = client.get(f"{address('elections', candidacy.contest.election.slug)}assessments.csv")
    return re.search(r"CIRP:1\.0/[^,]+", answer.content.decode())[0]


READERS = {"standing": by_standing, "API": by_api, "page": by_page, "table": by_table}


def read(client, candidacy):
    """Ask every reader; return the state that all of them tell of, none older than what was visible before."""
    seen = visible()
    found = {name: state_of(reader(client, candidacy)) for name, reader in READERS.items()}
    assert min(found.values()) >= seen, found
    assert len(set(found.values())) == 1, found
    return found["API"]


class Other(Thread):
    """Another connection that does one thing; what fails there fails where it is awaited."""

    def __init__(self, do, *args):
        super().__init__(daemon=True)
        self.do, self.args, self.error = do, args, None
        self.start()

    def run(self):
        try:
            self.do(*self.args)
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def finish(self):
        self.join(PATIENCE)
        assert not self.is_alive()
        if self.error:
            raise self.error


def elsewhere(do, *args):
    """Do something through another connection, and wait for its end."""
    Other(do, *args).finish()


class Stage:
    """A place on the way of a writer where it stands until everybody has been read to."""

    def __init__(self):
        self.both = Barrier(2)

    def stand(self, *_args, **_kwargs):
        self.both.wait(PATIENCE)
        self.both.wait(PATIENCE)

    @contextmanager
    def reached(self):
        self.both.wait(PATIENCE)
        yield
        self.both.wait(PATIENCE)


def test_at_every_stage_of_an_edit_all_readers_tell_of_what_is_committed(client, candidacy):
    changed, assessed = Stage(), Stage()

    def edit():
        with evidence_change():
            by_action(1)
            changed.stand()

    evidence_changed.connect(assessed.stand, weak=False, dispatch_uid="racing")  # after the assessing receiver
    try:
        writer = Other(edit)
        with changed.reached():
            assert read(client, candidacy) == 0
        with assessed.reached():
            assert read(client, candidacy) == 0
    finally:
        evidence_changed.disconnect(dispatch_uid="racing")
    writer.finish()
    assert read(client, candidacy) == 1
    assert not CurrentAssessment.objects.exclude(evidence_revision=revision(candidacy)).exists()


def test_at_every_stage_of_a_change_by_hand_all_readers_tell_of_what_is_committed(client, candidacy):
    changed = Stage()

    def edit():
        with transaction.atomic():
            by_hand(1)
            changed.stand()

    writer = Other(edit)
    with changed.reached():
        assert read(client, candidacy) == 0
    writer.finish()
    assert read(client, candidacy) == 1
    assert CurrentAssessment.objects.get().evidence_revision < revision(candidacy)  # nobody has assessed it


def test_a_change_by_hand_that_waits_for_an_edit_is_not_taken_for_assessed(client, candidacy):
    assessed = Stage()
    evidence_changed.connect(assessed.stand, weak=False, dispatch_uid="racing")
    try:
        writer = Other(by_action, 1)
        with assessed.reached():
            other = Other(by_hand, 2)  # waits for the lock of the first, whenever it comes
    finally:
        evidence_changed.disconnect(dispatch_uid="racing")
    writer.finish()
    other.finish()
    assert read(client, candidacy) == 2


def revision(candidacy):
    return type(candidacy).objects.values_list("evidence_revision", flat=True).get(pk=candidacy.pk)


@contextmanager
def before_query(number, do):
    """Let something happen just before the query of this number, from 0, is sent."""
    at = count()

    def step(execute, sql, params, many, context):
        if next(at) == number:
            do()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(step):
        yield at


@pytest.mark.parametrize("reader", ["standing", "API"])  # page and table ask what these ask
@pytest.mark.parametrize("writer", WRITERS)
def test_a_change_between_any_two_queries_of_a_reader_gives_no_older_answer(client, candidacy, reader, writer):
    """Every place at which the other can commit is tried, first with what is stored, then with what is computed."""
    state, number, total = 0, 0, 1
    while number < total:
        state += 1
        seen = visible()
        with before_query(number, partial(elsewhere, WRITERS[writer], state)) as at:
            found = state_of(READERS[reader](client, candidacy))
        total = next(at)
        assert seen <= found <= state
        number += 1
    assert number >= (1 if reader == "standing" and writer == "action" else 2)


def test_a_change_between_any_two_queries_of_computing_gives_no_mixture(client, candidacy):
    """What is stored is behind from the start, so that every reader computes."""
    state, number, total = 1, 0, 1
    by_hand(1)
    while number < total:
        state += 1
        seen = visible()
        with before_query(number, partial(elsewhere, by_hand, state)) as at:
            assert state_of(by_standing(client, candidacy)) >= seen
        total = next(at)
        number += 1
    assert number > 5


def test_a_change_by_hand_between_any_two_queries_of_an_edit_is_not_taken_for_assessed(client, candidacy):
    number, total = 0, 1
    while number < total:
        people = 100 + number
        waiting = []
        with before_query(number, partial(unless_locked, people, waiting)) as at:
            by_action(number + 1)
        total = next(at)
        for late in waiting:
            elsewhere(count_people, late)
        assert_not_behind(candidacy)
        assert f"/OB:{people}." in by_standing(client, candidacy) or not waiting
        number += 1
    assert number > 10


def unless_locked(people, waiting):
    """Try to change the letter by hand; what a lock is in the way of is to be tried again."""
    try:
        elsewhere(count_people, people, "20ms")
    except OperationalError:
        waiting.append(people)


def count_people(people, patience="0"):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])
        cursor.execute("UPDATE allegations_coalitionletter SET claimed_people = %s", [people])


def assert_not_behind(candidacy):
    """What counts as fresh says what would be computed at this moment."""
    row = CurrentAssessment.objects.select_related("assessment").get(candidacy=candidacy)
    if row.evidence_revision == revision(candidacy):
        fresh = compute([candidacy], as_of=row.assessment.as_of)[candidacy.pk]
        assert row.assessment.vector == fresh.vector


def test_readers_would_tell_of_an_older_state_were_nothing_ever_stale(client, candidacy, monkeypatch):
    """The tests above can fail: with the check of revisions taken away, they do."""
    queryset = type(CurrentAssessment.objects.all())
    monkeypatch.setattr(queryset, "stale", lambda self, on: self.none())
    monkeypatch.setattr(assessments, "refresh_stale", lambda **kwargs: 0)
    elsewhere(by_hand, 1)
    with pytest.raises(AssertionError):
        read(client, candidacy)


# What a page says and what it lists beside that


def publish_a_matter(candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate, headline="Published meanwhile")
        factories.proceeding(row, "investigation")


def of_candidate(client, candidacy):
    """Whether the profile has the second matter, and whether it stands on the page."""
    page = client.get(candidacy.candidate.get_absolute_url()).content.decode()
    return "/m2:" in unescape(page), "Published meanwhile" in page


def of_election(client, candidacy):
    [post] = client.get(candidacy.contest.election.get_absolute_url()).context["posts"]
    [row] = post.rows
    return row.matters == 2, row.proceedings == 1


def of_summary(client, candidacy):
    answer = client.get(f"{address('candidates', candidacy.candidate.slug)}summary/").json()
    [told] = answer["candidacies"]
    matters = told["profile"]["matters"]
    return len(matters) == 2, matters[-1]["allegation"]["headline"] == "Published meanwhile"


def of_contributions(client, candidacy):
    answer = client.get(f"{address('candidacies', candidacy.pk)}assessment/contributions/").json()
    return "/m2:" in answer["vector"], "Published meanwhile" in str(answer["matters"])


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("reader", "read_by"),
    [
        (of_candidate, "vetting.profile.on_days"),
        (of_election, "vetting.matrix.on_days"),
        (of_summary, "vetting.api.summaries.standing"),
        (of_contributions, "vetting.api.assessed.on_days"),
    ],
)
def test_what_is_published_between_two_reads_is_in_a_profile_and_beside_it_or_in_neither(
    client, candidacy, monkeypatch, reader, read_by, before
):
    module, _, name = read_by.rpartition(".")
    inner, done = getattr(import_module(module), name), []

    def meanwhile():
        if not done:
            done.append(elsewhere(publish_a_matter, candidacy))

    def read_and_publish(*args, **kwargs):
        if before:
            meanwhile()
        found = inner(*args, **kwargs)
        meanwhile()
        return found

    monkeypatch.setattr(read_by, read_and_publish)
    assert reader(client, candidacy) == (False, False)
    assert done
    assert reader(client, candidacy) == (True, True)
