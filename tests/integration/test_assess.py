"""`manage.py assess`: a profile computed again from a vector, a facts file or a candidacy."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from tests import factories
from tests.machine import PROJECT

GOLDEN = json.loads((PROJECT / "tests" / "unit" / "risk" / "golden.json").read_text())
CASES = {case["id"]: case for case in GOLDEN["cases"]}
SEED = CASES["G03"]["vector"]


def assess(capsys, *args):
    call_command("assess", *args)
    return capsys.readouterr().out


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_published_vector_gives_the_fields_of_its_case(capsys, case):
    found = json.loads(assess(capsys, "--vector", case["vector"], "--json"))

    for name in case.keys() - {"id", "what"}:
        expected = case[name] if isinstance(case[name], str) else pytest.approx(case[name], abs=1e-4)
        assert found[name] == expected, name
    assert {"version", "vector", "reasons"} <= found.keys()


def test_without_json_a_table_is_printed(capsys):
    expected = PROJECT / "tests" / "unit" / "risk" / "expected" / "G03.txt"

    assert assess(capsys, "--vector", SEED) == expected.read_text()


def facts_file(tmp_path, content):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(content))
    return str(file)


@pytest.mark.parametrize("case", GOLDEN["proceedings"], ids=lambda case: case["id"])
def test_proceedings_of_a_file_reduce_to_their_published_stage(capsys, tmp_path, case):
    found = json.loads(assess(capsys, "--facts", facts_file(tmp_path, case), "--json"))

    assert found["controlling"] == case["controlling"]
    assert found["kappa"] == pytest.approx(case["kappa"], abs=1e-9)


@pytest.mark.parametrize("moment", GOLDEN["timeline"], ids=lambda moment: moment["as_of"] + moment["known"])
def test_a_timeline_answers_for_two_days(capsys, tmp_path, moment):
    file = facts_file(tmp_path, {"timeline": GOLDEN["timeline"]})

    days = ["--as-of", moment["as_of"], "--known", moment["known"]]
    found = json.loads(assess(capsys, "--facts", file, *days, "--json"))

    assert (found["vector"], found["status"], found["score"]) == (moment["vector"], moment["status"], moment["score"])
    assert found["eci"] == pytest.approx(moment["eci"], abs=1e-6)


def test_several_entries_give_a_list_and_in_words_one_after_another(capsys, tmp_path):
    file = facts_file(tmp_path, GOLDEN)

    assert len(json.loads(assess(capsys, "--facts", file, "--json"))) == 11
    printed = assess(capsys, "--facts", file)
    assert printed.startswith("R01 no proceeding: K0U, 0.45")
    assert printed.count("Vector ") == 4


def refused(*args):
    with pytest.raises(CommandError) as error:
        call_command("assess", *args)
    assert error.value.returncode == 2
    return str(error.value)


def test_a_bad_vector_is_refused_at_its_place():
    assert refused("--vector", SEED + "x") == "At character 103: expected '/', the next matter; found 'x'."


def test_a_bad_file_is_refused_with_its_name_or_its_place(tmp_path):
    assert "missing.json cannot be read" in refused("--facts", str(tmp_path / "missing.json"))
    (tmp_path / "latin.json").write_bytes(b"\xff")
    assert "latin.json cannot be read" in refused("--facts", str(tmp_path / "latin.json"))
    assert refused("--facts", facts_file(tmp_path, [3])) == "entry 1 has neither proceedings nor a vector."


def test_a_vector_answers_for_its_own_days_only(capsys):
    assert assess(capsys, "--vector", SEED, "--as-of", "2021-11-23", "--known", "2021-11-23")
    for day in (["--as-of", "2021-11-24"], ["--known", "2022-01-01"]):
        assert refused("--vector", SEED, *day) == (
            "The vector holds what had happened by 2021-11-23 as known on 2021-11-23; leave other dates out."
        )


def run(*args):
    command = [sys.executable, "manage.py", "assess", *args]
    path = {"PATH": str(Path(sys.executable).parent)}
    return subprocess.run(command, cwd=PROJECT, env=path, capture_output=True, text=True)


def test_neither_database_nor_settings_are_needed(tmp_path):
    good, bad = run("--vector", SEED, "--json"), run("--vector", SEED[:-1])

    assert (good.returncode, json.loads(good.stdout)["score"]) == (0, 24)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "At character 101: expected an evidence grade" in bad.stderr
    assert run().returncode == 2


@pytest.mark.django_db
def test_a_candidacy_is_assessed_from_what_is_published(capsys):
    with evidence_change():
        factories.allegation(factories.candidacy(key="seat-1").candidate)
    today = timezone.now().date().isoformat()

    found = json.loads(assess(capsys, "--candidacy", "seat-1", "--json"))

    assert (found["score"], found["as_of"], found["known"]) == (22, today, today)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "as_of", "known"),
    [
        (["--as-of", "2021-11-23"], "2021-11-23", "2021-11-23"),
        (["--known", "2021-11-23"], "2021-11-23", "2021-11-23"),
        (["--as-of", "2021-11-23", "--known", "2022-06-01"], "2021-11-23", "2022-06-01"),
        (["--as-of", "2022-06-01", "--known", "2021-11-23"], "2022-06-01", "2021-11-23"),
    ],
)
def test_a_candidacy_is_assessed_on_any_two_days(capsys, days, as_of, known):
    factories.allegation(factories.candidacy(key="seat-1").candidate)

    found = json.loads(assess(capsys, "--candidacy", "seat-1", *days, "--json"))

    assert (found["as_of"], found["known"]) == (as_of, known)
    assert (found["status"], found["score"]) == ("NOT ASSESSED", None)  # it was published today
    written = [as_of.replace("-", "")] + [known.replace("-", "")] * (known != as_of)
    assert f"/D:{'.'.join(written)}/" in found["vector"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["--as-of", "--known"])
def test_a_day_that_has_not_come_is_refused(name):
    factories.candidacy(key="seat-1")
    today = timezone.now().date()
    assert refused("--candidacy", "seat-1", name, "2999-01-01") == f"2999-01-01 has not come yet (today is {today})."


@pytest.mark.django_db
def test_an_unknown_candidacy_is_refused():
    assert refused("--candidacy", "nobody") == "There is no candidacy “nobody”."
