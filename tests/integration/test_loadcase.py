"""Loading case files: all or nothing, idempotent, and through the same review as everything else."""

import json
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_countries.data import COUNTRIES

from allegations import codes
from allegations.actions.grading import give
from allegations.grading import Part
from allegations.importing.kinds import KINDS as EVIDENCE_KINDS
from allegations.models import Allegation, Citation, CoalitionLetter, Grading, ReviewEvent, Source
from allegations.workflow import State
from candidates.importing.kinds import KINDS as CANDIDATES_KINDS
from candidates.importing.shape import walk
from candidates.models import Candidacy, Candidate, CandidateName, Election
from tests import factories
from tests.case_mistakes import ONE_MISTAKE
from tests.cases import PROJECT, SCHEMA, SMALL, changed, line_of

pytestmark = pytest.mark.django_db
INTERPOL = PROJECT / "cases" / "interpol-2021.yaml"


@pytest.fixture
def load(tmp_path):
    """Load a case written as text, and return what was said."""

    def loading(text: str = SMALL, *options: str) -> str:
        file = tmp_path / "case.yaml"
        file.write_text(text, "utf-8")
        said = StringIO()
        call_command("loadcase", str(file), *options, stdout=said, stderr=said)
        return said.getvalue()

    return loading


def refusal(load, text: str, *options: str) -> list[str]:
    with pytest.raises(CommandError) as refused:
        load(text, *options)
    assert refused.value.returncode == 1
    return str(refused.value).splitlines()


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


def count_of_everything() -> int:
    kinds = (*CANDIDATES_KINDS, *EVIDENCE_KINDS)
    return sum(
        model._default_manager.count() for model in (*(kind.model for kind in kinds), User, Grading, ReviewEvent)
    )


def test_a_case_becomes_records_that_the_public_may_see(load):
    said = load()
    allegation = Allegation.objects.published().get(key="alba-matter")
    assert (allegation.severity, allegation.link, allegation.tag) == (5, 3, 1)
    assert str(allegation.written_at.date()) == str(allegation.published_at.date()) == "2021-12-01"
    assert allegation.proceedings.get().steps.get().recorded_at.date() == date(2021, 12, 1)
    assert Citation.objects.get(key="alba-matter-copy").derived_from.key == "alba-matter-paper"
    assert Candidacy.objects.published().get().nominated_by_country == "NO"
    assert CoalitionLetter.objects.published().get().candidacies.get() == Candidacy.objects.get()
    assert list(Candidate.objects.called("ألبا")) == list(Candidate.objects.called("alba")) != []
    assert "allegations          1 new" in said
    assert "Done in" in said


def test_review_is_written_down_for_the_two_people_of_the_file(load):
    load()
    events = ReviewEvent.objects.filter(allegation__key="alba-matter").order_by("id")
    assert [(event.step, event.left, event.reached, event.by.username) for event in events] == [
        ("submit", "draft", "in review", "ann"),
        ("publish", "in review", "published", "pat"),
    ]
    assert {str(event.at.date()) for event in events} == {"2021-12-01"}


def test_the_people_of_a_file_cannot_sign_in(load):
    load()
    ann = User.objects.get(username="ann")
    assert (ann.get_full_name(), ann.is_active, ann.has_usable_password()) == ("Ann Author", False, False)


def test_a_known_account_is_used_as_it_is(load):
    pat = factories.person(username="pat", first_name="Patricia")
    load()
    pat.refresh_from_db()
    assert (pat.is_active, pat.first_name) == (True, "Patricia")
    assert Election.objects.get().published_by == pat


def test_every_grade_is_a_grading_with_its_reason_author_and_day(load):
    load()
    gradings = Grading.objects.order_by("scale")
    assert [(row.scale, row.value, row.reason) for row in gradings] == [
        ("credibility", "2", "first-hand"),
        ("link", "3", "as superior"),
        ("reliability", "B", "usually right"),
        ("severity", "5", "torture"),
    ]
    assert {(row.graded_by.username, str(row.graded_at.date())) for row in gradings} == {("ann", "2021-12-01")}
    assert Grading.objects.get(scale="link").basis.key == "alba-matter-paper"


def test_the_second_time_there_is_nothing_to_do_and_nothing_is_written(load):
    load()
    with CaptureQueriesContext(connection) as queries:
        said = load()
    assert "Nothing to do." in said
    assert writes(queries) == []


def test_a_dry_run_says_the_plan_and_writes_nothing(load):
    with CaptureQueriesContext(connection) as queries:
        said = load(SMALL, "--dry-run")
    assert "candidacies          1 new" in said
    assert writes(queries) == []
    assert count_of_everything() == 0


def test_ten_mistakes_are_named_together_and_nothing_is_changed(load):
    kinds = ["own publisher", "same page", "no EDTF", "no script", "no country", "unknown code", "reply to two"]
    kinds += ["two chosen", "resolved how", "dangling"]
    lines = refusal(load, changed(*(ONE_MISTAKE[kind][:2] for kind in kinds)))
    assert lines[-1] == "10 mistakes; nothing was changed."
    assert len(lines) == 11
    assert count_of_everything() == 0


def test_an_author_who_would_publish_is_refused_with_the_line(load):
    text = changed(("username: pat", "username: ann"))
    (line, _) = refusal(load, text)
    assert f"case.yaml:{line_of(text, 'published_by:')}: published_by: “ann” is the author too" in line


def test_a_changed_headline_is_shown_old_and_new_before_it_is_written(load):
    draft = changed(("    headline: A", "    published: false\n    headline: A"))
    load(draft)
    text = draft.replace("A witness alleges torture", "A witness alleges ill-treatment")

    said = load(text, "--dry-run")
    assert "allegation “alba-matter”: headline “A witness alleges torture” → “A witness alleges ill-treatment”" in said
    assert "allegations          1 changed" in said
    assert Allegation.objects.get().headline == "A witness alleges torture"

    with CaptureQueriesContext(connection) as queries:
        load(text)
    assert Allegation.objects.get().headline == "A witness alleges ill-treatment"
    assert {sql.split('"')[1] for sql in writes(queries)} == {"allegations_allegation", "vetting_currentassessment"}


def test_a_change_to_what_is_public_is_answered_for_by_the_publisher(load):
    load()
    load(changed(("A witness alleges torture", "A witness alleges ill-treatment")))
    event = ReviewEvent.objects.filter(allegation__key="alba-matter").first()
    assert (event.step, event.by.username, event.reason) == ("publish", "pat", "Changed by a case file: headline.")


def test_a_draft_is_published_when_the_file_asks_for_it(load):
    load(changed(("    headline: A", "    published: false\n    headline: A")))
    allegation = Allegation.objects.get()
    assert (allegation.state, allegation.is_published, ReviewEvent.objects.filter(allegation=allegation).count()) == (
        State.DRAFT,
        False,
        0,
    )
    said = load()
    assert "published false → true" in said
    assert Allegation.objects.published().get() == allegation


def test_what_is_public_is_not_changed_as_a_draft(load):
    load()
    text = changed(("    headline: A witness", "    published: false\n    headline: Some witness"))
    (line, *_) = refusal(load, text)
    assert f"{line_of(text, '- key: alba-matter')}: allegations[0]: is published already" in line
    assert Allegation.objects.get().headline == "A witness alleges torture"


def test_a_new_grade_is_a_new_grading_and_keeps_the_old_one(load):
    load()
    load(changed(("{grade: 5, reason: torture}", "{grade: 4, reason: ill-treatment}")))
    gradings = Allegation.objects.get().gradings.filter(scale="severity")
    assert [(row.value, row.reason) for row in gradings] == [("4", "ill-treatment"), ("5", "torture")]
    assert Allegation.objects.get().severity == 4
    assert gradings[0].graded_at > gradings[1].graded_at


def test_another_reason_for_the_same_grade_is_a_grading_too(load):
    load()
    said = load(changed(("reason: usually right", "reason: corrects errors")))
    assert "reliability_reason “usually right” → “corrects errors”" in said
    assert Source.objects.get(key="paper").gradings.count() == 2
    said = load(changed(("reason: usually right", "reason: corrects errors"), ("first-hand", "an eyewitness")))
    assert "citation “alba-matter-paper”: reason of credibility “first-hand” → “an eyewitness”" in said
    assert Grading.objects.filter(scale="credibility").count() == 2


def test_what_vanished_from_the_file_is_named_and_left_alone(load):
    load()
    said = load(changed(("      - {text: ألبا, script: Arab, kind: primary}\n", "")))
    assert "name “ألبا” stands in the database, not in the file; left alone" in said
    assert CandidateName.objects.filter(text="ألبا").exists()


def test_what_others_entered_in_a_form_is_named_and_left_alone(load):
    load()
    factories.allegation(Candidate.objects.get(), headline="Entered in a form")
    assert "allegation “Entered in a form” stands in the database, not in the file; left alone" in load()


def test_fields_that_the_file_does_not_state_keep_what_a_form_put_there(load):
    load()
    Candidate.objects.update(description="Entered in a form.")
    assert "Nothing to do." in load()
    assert Candidate.objects.get().description == "Entered in a form."


def test_a_source_that_a_form_made_is_the_same_source_by_its_address(load):
    known = factories.source(url="https://news.example.org/story?utm_source=x", title="Seen before")
    said = load()
    assert "source “paper”: key nothing → “paper”, title “Seen before” → “A story”" in said
    assert Source.objects.get(key="paper").pk == known.pk


def test_a_source_under_another_key_is_refused(load):
    load()
    Source.objects.filter(key="copy").update(key="elsewhere")
    (line, *_) = refusal(load, SMALL)
    assert "stands in the database under the key “elsewhere”; use that key." in line


def test_another_address_under_a_known_key_is_refused(load):
    load()
    (line, *_) = refusal(load, changed(("https://copies.example.org/story", "https://copies.example.org/other")))
    assert "another address needs a key of its own" in line


def test_the_author_of_a_row_cannot_publish_it_through_a_file(load):
    load(changed(("    headline: A", "    published: false\n    headline: A")))
    swapped = changed(("username: ann, name: Ann Author", "username: x, name: X"), ("username: pat", "username: ann"))
    (line, *_) = refusal(load, swapped)
    assert "was written by “ann”, who cannot publish it" in line


def test_a_retracted_allegation_is_not_changed_and_an_unchanged_one_stays_retracted(load):
    load()
    Allegation.objects.update(state=State.RETRACTED, state_reason="mistaken identity")
    assert "Nothing to do." in load()
    (line, *_) = refusal(load, changed(("A witness alleges torture", "Something else")))
    assert "is retracted in the database; a case file changes it no more" in line
    assert Allegation.objects.get().state == State.RETRACTED


def test_add_only_creates_what_is_missing_and_changes_nothing(load):
    load()
    said = load(
        changed(("A witness alleges torture", "Something else"), ("name: Signatory", "name: Another")), "--add-only"
    )
    assert "signatures           1 new" in said
    assert Allegation.objects.get().headline == "A witness alleges torture"
    assert {row.name for row in CoalitionLetter.objects.get().signatures.all()} == {"Signatory", "Another"}


def test_an_interrupted_load_leaves_nothing_behind(load, monkeypatch):
    monkeypatch.setattr("allegations.importing.case.take_steps", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load()
    assert count_of_everything() == 0


def test_a_refusal_of_the_workflow_is_told_and_nothing_is_written(load, monkeypatch):
    load(changed(("    headline: A", "    published: false\n    headline: A")))
    Source.objects.update(state=codes.LinkState.GONE)
    (line,) = refusal(load, SMALL)
    assert "was not applied: The source of every citation is gone" in line
    assert not Allegation.objects.get().is_published


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("loadcase", str(tmp_path / "none.yaml"))


def test_a_progress_bar_shows_on_a_terminal_only(tmp_path):
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    file, terminal, plain = tmp_path / "case.yaml", Terminal(), StringIO()
    file.write_text(SMALL, "utf-8")
    call_command("loadcase", str(file), stdout=StringIO(), stderr=terminal)
    assert terminal.getvalue().rstrip().endswith("[##############################] 27/27")
    file.write_text(changed(("name: Signatory", "name: Another")), "utf-8")
    call_command("loadcase", str(file), stdout=StringIO(), stderr=plain)
    assert plain.getvalue() == ""


# The schema and the models say the same


def fields_of_schema():
    """Every field of the schema with the model field that it fills."""
    for kind in (*CANDIDATES_KINDS, *EVIDENCE_KINDS):
        for part in parts_for(kind):
            for name, described in part["properties"].items():
                if name in kind.columns:
                    grade = described.get("properties", {}).get("grade") if name in kind.grades else None
                    yield kind, name, resolved(grade or described), kind.model._meta.get_field(name)


def parts_for(kind):
    top = SCHEMA["properties"]
    lists = [(top[kind.section], kind.section)] if kind.section else []
    for place in kind.places:
        outer = next(k for k in (*CANDIDATES_KINDS, *EVIDENCE_KINDS) if k.name == place.within)
        lists += [(part["properties"][place.list_name], place.list_name) for part in parts_for(outer)]
    return [resolved(described.get("items", described)) for described, _ in lists]


def resolved(described):
    if "$ref" in described:
        return SCHEMA["$defs"][described["$ref"].rpartition("/")[2]] | described
    return described


def test_every_kind_and_field_of_the_models_stands_in_the_schema():
    editable = {
        (kind.name, field.name)
        for kind in (*CANDIDATES_KINDS, *EVIDENCE_KINDS)
        for field in kind.model._meta.concrete_fields
        if field.editable and field.name in kind.columns and not field.primary_key and field.name != kind.numbered
    }
    assert editable - {("source", "reliability_reason")} <= {(kind.name, name) for kind, name, *_ in fields_of_schema()}


def test_codes_and_lengths_of_the_schema_are_those_of_the_models():
    for kind, name, described, field in fields_of_schema():
        where = f"{kind.name}.{name}"
        if field.choices and "oneOf" in described:
            codes_in_file = {branch["const"]: branch["title"] for branch in described["oneOf"]}
            assert codes_in_file == {code: str(label) for code, label in field.choices}, where
        elif field.max_length and described.get("type") == "string" and "enum" not in described:
            assert described.get("maxLength", described.get("pattern")) is not None, where
            assert described.get("maxLength", 0) <= field.max_length, where


def test_countries_of_the_schema_are_those_of_the_models():
    assert SCHEMA["$defs"]["country"]["enum"] == sorted(COUNTRIES)


def test_every_field_of_the_schema_is_described():
    example = json.loads(json.dumps(SCHEMA))
    for path, _, part in walk(SCHEMA, {}, example):
        assert part.get("description"), path
    for _, name, described, _ in fields_of_schema():
        assert described.get("description"), name


# Grades that two people gave


def second_grading(value: str) -> Grading:
    """Another person's grade of the severity of the small case, given now."""
    matter = Allegation.objects.get(key="alba-matter")
    first = Grading.objects.get(allegation=matter, scale="severity")
    given = {"part": Part.SECOND, "first": first.pk, "by": factories.editor(), "reason": "As I read it."}
    return give(matter, Grading.Scale.SEVERITY, value, **given)


@pytest.mark.parametrize(("value", "stands"), [("5", 5), ("3", 3)])
def test_a_grade_that_two_people_gave_is_not_given_anew_by_the_same_file(load, value, stands):
    load()
    second_grading(value)
    said = load()

    assert "allegations          1 unchanged" in said
    assert Grading.objects.filter(scale="severity").count() == 2
    assert Allegation.objects.get(key="alba-matter").severity == stands


def test_a_grade_on_which_two_differ_waits_for_its_resolution_and_another_field_is_changed(load):
    load()
    second_grading("3")
    load(
        changed(
            ("severity: {grade: 5, reason: torture}", "severity: {grade: 4, reason: less}"), ("It is alleged.", "New.")
        )
    )

    matter = Allegation.objects.get(key="alba-matter")
    assert (matter.summary, matter.severity) == ("New.", 3)
    assert Grading.objects.filter(scale="severity").count() == 2


def test_a_grade_on_which_two_agree_is_changed_by_a_file_that_gives_another(load):
    load()
    second_grading("5")
    load(changed(("severity: {grade: 5, reason: torture}", "severity: {grade: 4, reason: less}")))

    assert Allegation.objects.get(key="alba-matter").severity == 4
    assert list(Grading.objects.filter(scale="severity").order_by("pk").values_list("value", "part")) == [
        ("5", "first"),
        ("5", "second"),
        ("4", "first"),
    ]
