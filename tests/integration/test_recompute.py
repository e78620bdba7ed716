"""`manage.py recompute`: every profile computed again, stored where it moved, or compared and told."""

import csv
import io
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.models import Allegation
from candidates.models import Candidate
from tests import factories
from tests.unit.risk import second
from vetting.assessments import standing
from vetting.exchange import rescoring
from vetting.exchange.rescoring import Moved
from vetting.exchange.tables import MARK, table
from vetting.management.commands import recompute as command
from vetting.models import Assessment, CurrentAssessment
from vetting.risk.moves import Move
from vetting.risk.scales import Status

pytestmark = pytest.mark.django_db


def recompute(capsys, *args):
    capsys.readouterr()
    call_command("recompute", *args)
    return re.sub(r"in \d+\.\d s", "in 0.0 s", capsys.readouterr().out)


@pytest.fixture
def candidacy():
    """A candidacy with one matter, put on record in March 2022, and another put on record now."""
    with evidence_change():
        row = factories.candidacy(key="seat-1")
        Candidate.objects.filter(pk=row.candidate_id).update(published_at=datetime(2022, 3, 1, tzinfo=UTC))
        first = factories.allegation(row.candidate, severity=4)
        Allegation.objects.filter(pk=first.pk).update(published_at=datetime(2022, 3, 1, tzinfo=UTC))
        first.citations.update(published_at=datetime(2022, 3, 1, tzinfo=UTC))
        factories.allegation(row.candidate)
    return row


def test_what_stands_stays_and_nothing_is_stored_twice(capsys, candidacy):
    assert recompute(capsys) == "Done in 0.0 s: 1 unchanged.\n"
    assert Assessment.objects.count() == 1


def test_what_was_changed_behind_our_back_is_stored_with_its_revision(capsys, candidacy):
    Allegation.objects.filter(tag=2).update(severity=2)
    assert recompute(capsys) == "Done in 0.0 s: 1 changed.\n"

    stored = CurrentAssessment.objects.get(candidacy=candidacy)
    candidacy.refresh_from_db()
    assert stored.evidence_revision == candidacy.evidence_revision
    assert "/m2:S2L3" in stored.assessment.vector


def test_more_candidacies_than_fit_at_once_are_all_computed(capsys, monkeypatch):
    monkeypatch.setattr(command, "AT_ONCE", 2)
    made = [factories.candidacy() for _ in range(5)]
    assert recompute(capsys) == "Done in 0.0 s: 5 changed.\n"
    assert CurrentAssessment.objects.filter(candidacy__in=made).count() == 5


def test_without_candidacies_there_is_nothing_to_do(capsys):
    assert recompute(capsys) == "Done in 0.0 s: no candidacies.\n"


def test_a_difference_is_told_with_its_reason_and_not_stored(capsys, candidacy):
    Allegation.objects.filter(tag=2).update(severity=2)
    before = Assessment.objects.count()

    assert recompute(capsys, "--diff") == (
        "seat-1: PRELIMINARY, Substantial → PRELIMINARY, Moderate (-15.3 points): "
        "matter 2, severity: grave → limited\n"
        "Done in 0.0 s: 1 across a band or status.\n"
    )
    assert Assessment.objects.count() == before
    assert CurrentAssessment.objects.stale(timezone.now().date()).exists()


def test_another_day_is_compared_with_what_stands(capsys, candidacy):
    found = recompute(capsys, "--as-of", "2022-04-01", "--diff")
    assert "matter 2: removed" in found
    assert Assessment.objects.count() == 1
    assert recompute(capsys, "--known", "2022-04-01") == found


def test_who_had_no_number_then_is_told_without_one(capsys, candidacy):
    assert recompute(capsys, "--as-of", "2022-01-01").startswith(
        "seat-1: PRELIMINARY, Substantial → NOT ASSESSED: matter 1: removed"
    )


def test_a_version_is_compared_with_the_one_in_force_on_the_same_days(capsys, candidacy):
    Allegation.objects.filter(tag=2).update(severity=2)
    for days in ([], ["--as-of", "2022-04-01"]):
        assert recompute(capsys, "--version", "1.0", *days) == "Done in 0.0 s: 1 unmoved.\n"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--as-of", "2999-01-01"], "2999-01-01 has not come yet"),
        (["--known", "2999-01-01"], "2999-01-01 has not come yet"),
        (["--version", "9.9"], "The method has no version 9.9; known are 1.0."),
    ],
)
def test_what_cannot_be_computed_is_refused(args, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)) as error:
        call_command("recompute", *args)
    assert error.value.returncode == 2


def test_one_that_fails_is_counted_and_holds_up_no_other(capsys, candidacy, caplog):
    other = factories.candidacy()
    contest = candidacy.contest
    contest.candidacies.update(key=None)
    contest.election.slug = "élection"
    contest.election.save()

    for args, rest in ((["--diff"], "1 unmoved"), ([], "1 changed")):
        with pytest.raises(CommandError, match="What failed is in the log"):
            call_command("recompute", *args)
        assert f": {rest}, 1 failed.\n" in capsys.readouterr().out
        assert f"Candidacy {candidacy.pk} cannot be assessed" in caplog.text
        caplog.clear()
    assert CurrentAssessment.objects.filter(candidacy=other).exists()


def test_a_score_that_rounds_to_nothing_is_told_as_pages_print_it():
    statuses = (Status.PRELIMINARY, Status.PRELIMINARY)
    row = Moved("seat-1", Move(statuses, ("Limited", "Limited"), (0, 2), 1.7, ("matter 1, link: L2 → L3",)))

    assert "| seat-1 | PRELIMINARY, Limited, <1 | PRELIMINARY, Limited, 2 | +1.7 |" in "\n".join(
        rescoring.document("What moves", [], [row], {"moved": 1})
    )
    [found] = csv.DictReader(io.StringIO("".join(table(rescoring.COLUMNS, [row])).lstrip(MARK), newline=""))
    assert (found["score_before"], found["score_after"]) == ("<1", "2")


def test_a_bar_is_drawn_on_a_terminal(candidacy, monkeypatch):
    terminal = StringIO()
    terminal.isatty = lambda: True
    call_command("recompute", stderr=terminal, stdout=StringIO())
    assert "#] 1/1" in terminal.getvalue()


def test_what_is_stored_comes_out_again_on_its_own_days(candidacy):
    from vetting.assessments import compute

    for row in Assessment.objects.all():
        again = compute([candidacy], as_of=row.as_of, known=row.known, version=row.version)[candidacy.pk]
        assert (again.vector, again.to_json()) == (row.vector, row.payload)
    assert standing([candidacy])[candidacy.pk].vector == again.vector


# The report that a version ships with


@pytest.fixture
def second_version(tmp_path):
    with second.second_version(tmp_path) as version:
        yield version


@pytest.fixture
def election(candidacy):
    """Beside the one of this module: one that stays in its band, one without evidence, one that was examined."""
    with evidence_change():
        stays = factories.candidacy(key="seat-2", contest=candidacy.contest)
        factories.allegation(stays.candidate, severity=3)
        factories.candidacy(key="seat-3", contest=candidacy.contest)
        examined = factories.candidacy(key="seat-4", contest=candidacy.contest)
        factories.proceeding(factories.allegation(examined.candidate, link=4), "convicted", final=True, forum="R")
    return candidacy.contest.election


def test_a_new_version_is_reported_with_who_crosses_a_band_and_why(capsys, election, second_version, tmp_path):
    before = list(Assessment.objects.values_list("pk", "vector"))
    file = tmp_path / "report.csv"

    assert recompute(capsys, "--version", "1.1", "--report", str(file)) == (
        "Done in 0.0 s: 1 across a band or status, 1 moved, 2 unmoved.\n"
    )

    rows = {row["candidacy"]: row for row in csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""))}
    assert {slug: row["outcome"] for slug, row in rows.items()} == {
        "seat-1": "moved", "seat-2": "across a band or status", "seat-3": "unmoved", "seat-4": "unmoved",
    }  # fmt: skip
    crossed = rows["seat-2"]
    assert (crossed["band_before"], crossed["band_after"]) == ("Limited", "Moderate")
    assert (crossed["score_before"], crossed["score_after"]) == ("9", "11")
    assert crossed["why"] == "method: 1.0 → 1.1; matter 1, stage: 0.450 → 0.550"
    assert {rows["seat-3"][name] for name in ("band_before", "score_before", "score_after", "points")} == {""}
    assert rows["seat-4"]["points"] == "0.0"
    assert list(Assessment.objects.values_list("pk", "vector")) == before


def test_the_report_as_text_says_which_parameters_differ_and_ends_with_counts(
    capsys, election, second_version, tmp_path
):
    file = tmp_path / "report.md"
    recompute(capsys, "--version", "1.1", "--report", str(file))
    text = file.read_text()

    assert text.startswith(f"# Method 1.0 and method 1.1, as of {timezone.now().date()}")
    assert "| STAGE.K0.1 | 0.45 | 0.55 |\n" in text
    crossing = text[text.index("## Across a band") : text.index("## Moved within")]
    assert "| seat-2 | PRELIMINARY, Limited, 9 | PRELIMINARY, Moderate, 11 | +2.0 |" in crossing
    assert "seat-1" not in crossing
    assert text.endswith("| across a band or status | 1 |\n| moved | 1 |\n| unmoved | 2 |\n| all | 4 |\n")


def test_two_days_are_reported_alike(capsys, candidacy, tmp_path):
    file = tmp_path / "report.md"
    recompute(capsys, "--as-of", "2022-04-01", "--report", str(file))
    assert file.read_text().startswith("# What moves in the profiles as of 2022-04-01, as known on 2022-04-01\n")
    assert "matter 2: removed" in file.read_text()
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(("name", "sentence"), [("report.xls", "ends in .csv or .md"), ("no/report.md", "cannot be")])
def test_a_report_that_cannot_be_written_is_refused(candidacy, tmp_path, name, sentence):
    with pytest.raises(CommandError, match=sentence) as error:
        call_command("recompute", "--report", str(tmp_path / name))
    assert error.value.returncode == 2
    assert Assessment.objects.count() == 1
