"""Case files: what is read, and what is said about every mistake."""

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegations.importing.checked import checked
from candidates.importing import reading
from candidates.importing.checks import circles
from candidates.importing.problems import CaseRefused
from candidates.importing.reading import read
from candidates.importing.stamps import stamped
from tests.case_mistakes import ONE_MISTAKE
from tests.cases import PROJECT, SCHEMA, SMALL, changed, line_of

TODAY = date(2026, 11, 24)


def check(text: str):
    return checked(text.encode(), SCHEMA, today=TODAY)


def mistakes(text: str) -> list[str]:
    with pytest.raises(CaseRefused) as refusal:
        check(text)
    return [str(problem) for problem in refusal.value.problems]


def test_a_right_file_is_read_with_the_line_of_every_field():
    document = check(SMALL)
    assert document.value["candidacies"][0]["nominated_by_country"] == "NO"
    assert document.line(("candidates", 0, "names", 1, "script")) == line_of(SMALL, "{text: ألبا")


def test_the_case_in_the_repository_is_right():
    check((PROJECT / "cases" / "interpol-2021.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("0502", "0502"),
        ("2021-11-25", "2021-11-25"),
        ("1e3", "1e3"),
        ("19", 19),
        ("-1", -1),
        ("'19'", "19"),
        ("true", True),
        ("", None),
    ],
)
def test_scalars_mean_what_they_look_like(written, value):
    read_value = read(f"field: {written}".encode()).value["field"]
    assert (read_value, type(read_value)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: [1,\nb: }", 2, "This is not YAML"),
        ("a: 1\n---\nb: 2", 2, "one YAML document"),
        ("a: 1\n? [b]\n: 2", 2, "name is plain text"),
        ("a:\n  " + "[" * 30 + "]" * 30, 2, "20 deep"),
    ],
)
def test_what_is_not_readable_is_refused_with_its_line(text, line, words):
    with pytest.raises(CaseRefused) as refusal:
        read(text.encode())
    (problem,) = refusal.value.problems
    assert problem.line == line
    assert words in problem.words


def test_another_encoding_is_refused_with_its_line():
    with pytest.raises(CaseRefused, match=r"^2: The file is not in UTF-8"):
        read(b"a: 1\nb: \xe4\n")


def test_a_file_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(CaseRefused, match="larger than"):
        read(b"a: 1234567890")


def test_an_alias_bomb_is_refused_without_being_expanded():
    bomb = "a: &a [x]\n" + "".join(
        f"{name}: &{name} [*{last}, *{last}]\n" for last, name in zip("abcdef", "bcdefg", strict=True)
    )
    document = read(bomb.encode())
    assert len(document.problems) == 12
    assert "Aliases (*a) are not read" in document.problems[0].words


@pytest.mark.parametrize("tagged", ["!!python/object/apply:os.system [ls]", "!!str text", "!own {a: b}"])
def test_tags_are_refused_and_build_no_objects(tagged):
    (problem,) = read(f"field: {tagged}".encode()).problems
    assert "YAML tags are not read" in problem.words


def test_a_field_that_stands_twice_is_named_with_both_lines():
    (problem,) = read(b"a: 1\nb: 2\na: 3").problems
    assert str(problem) == "3: a: “a” stands here a second time (first on line 1); keep one."


def test_a_hidden_control_character_is_refused_and_not_echoed():
    (problem,) = read(b'name: "a\\0\\e[31mb"').problems
    assert "control character" in problem.words
    assert not any(ord(c) < 32 for c in str(problem))


@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{},&*!?|>'\"#% \n\t~0", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    with suppress(CaseRefused):
        read(data)


@pytest.mark.parametrize(("old", "new", "path", "words"), ONE_MISTAKE.values(), ids=ONE_MISTAKE)
def test_a_mistake_is_named_with_its_field_and_what_would_be_right(old, new, path, words):
    found = [mistake.partition(": ")[2] for mistake in mistakes(changed((old, new)))]
    assert any(mistake.startswith(f"{path}: ") and words in mistake for mistake in found), found


def test_a_mistake_is_named_with_its_line():
    text = changed(("headline: A witness alleges torture", "headline:"))
    assert mistakes(text) == [
        f"{line_of(text, 'headline:')}: allegations[0].headline: needs text, not nothing.",
    ]


def test_all_mistakes_are_named_together_in_the_order_of_their_lines():
    kinds = ["own publisher", "same page", "no EDTF", "no script", "no country", "unknown code", "reply to two"]
    kinds += ["two chosen", "resolved how", "dangling"]
    found = mistakes(changed(*(ONE_MISTAKE[kind][:2] for kind in kinds)))
    assert len(found) == 10
    assert [int(mistake.partition(":")[0]) for mistake in found] == sorted(int(m.partition(":")[0]) for m in found)
    for kind in kinds:
        assert any(ONE_MISTAKE[kind][3] in mistake for mistake in found)


def test_a_draft_needs_neither_citation_nor_reply():
    check(
        changed(
            ("    headline: A witness", "    published: false\n    headline: A witness"),
            ("    kind: denial\n", "    kind: no-reply-yet\n"),
        )
    )


@pytest.mark.parametrize("text", ["", "[]", "just text", "version: 1", "organizations: {a: b}\nelection: [x]"])
def test_a_file_of_another_shape_is_refused_in_words(text):
    assert mistakes(text)


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
FIELDS = ["key", "slug", "citations", "source", "names", "published_by", "recorded", "sides", "kind", "dated", "url"]
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=30)
@given(VALUES, st.sampled_from([name for name in SCHEMA["properties"] if name != "version"]))
def test_whatever_stands_in_a_section_is_read_or_refused(value, section):
    text = json.dumps({**read(SMALL.encode()).value, section: value})
    with suppress(CaseRefused):
        check(text)


def test_what_stands_inside_a_record_takes_over_who_wrote_it_and_when():
    text = changed(("      - source: paper\n", "      - source: paper\n        recorded: 2022-01-15\n"))
    stamps = {path: stamp for path, _, stamp in stamped(check(text))}
    allegation = ("allegations", 0)
    assert str(stamps[(*allegation, "proceedings", 0, "citations", 0)].recorded) == "2021-12-01"
    assert str(stamps[(*allegation, "citations", 0)].recorded) == "2022-01-15"
    assert stamps[allegation].published_by.username == "pat"


def test_circles_are_found_once_and_what_only_leads_into_them_is_not_blamed():
    assert circles({"x": "a", "a": "b", "b": "c", "c": "a", "y": "z"}) == [["a", "b", "c"]]


def test_the_example_of_the_guide_is_right():
    guide = (PROJECT / "docs" / "guide" / "case-files.md").read_text("utf-8")
    check(guide.partition("## A small case")[2].split("```yaml\n")[1].split("```")[0])
