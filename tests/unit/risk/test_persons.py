"""Who a person is cannot be read by the scorer: nothing of it goes in, and no name of it stands in the code."""

import ast
import dataclasses
import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import vetting.risk
from vetting.risk import facts, records

PACKAGE = Path(vetting.risk.__file__).parent
PROJECT = PACKAGE.parents[1]

TAKEN = {
    "CandidacyFacts": "slug as_of checks known coders reply opposition support matters",
    "Checks": "done applicable",
    "Voices": "signatories countries",
    "MatterFacts": "tag severity link stage supporting refuting",
    "Stage": "code forum exoneration exoneration_forum",
    "Proceeding": "code forum on until",
    "Citation": "key grade",
}
ON_RECORD = {
    "Record": "slug matters checks answers letters",
    "Grade": "recorded code graders",
    "Matter": "recorded on until absent tag usual severity link acts citations",
    "Act": "recorded on until absent code forum",
    "Cited": "recorded on until absent key stance origin reliability credibility",
    "Check": "recorded on until absent kind lapses applies",
    "Answer": "recorded on until absent code overdue",
    "Letter": "recorded on until absent opposes signatories countries",
}


def dataclasses_in(hint):
    """Every dataclass that a type names, however deep."""
    if dataclasses.is_dataclass(hint):
        yield hint
        for inner in get_type_hints(hint).values():
            yield from dataclasses_in(inner)
    for inner in get_args(hint):
        yield from dataclasses_in(inner)


@pytest.mark.parametrize(("root", "fields"), [(facts.CandidacyFacts, TAKEN), (records.Record, ON_RECORD)])
def test_43_these_fields_are_all_that_the_scorer_takes(root, fields):
    found = {each.__name__: {field.name for field in dataclasses.fields(each)} for each in dataclasses_in(root)}

    assert found == {name: set(listed.split()) for name, listed in fields.items()}


PERSONAL = re.compile(
    r"nationalit|citizenship|religi|ethnic|gender|\bsex\b|\bage\b|\bborn\b|birth|\bparty\b|disab|language|\brace\b|home_state"
)


def identifiers(path):
    """Every name, attribute, argument, keyword and string key that a module reads."""
    for node in ast.walk(ast.parse(path.read_text())):
        for name in ("id", "attr", "arg", "name"):
            if isinstance(getattr(node, name, None), str):
                yield getattr(node, name)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            yield str(node.slice.value)


@pytest.mark.parametrize("module", sorted(PACKAGE.glob("*.py")), ids=lambda module: module.stem)
def test_43_no_module_names_what_a_person_is(module):
    assert not [name for name in identifiers(module) if PERSONAL.search(name.lower())]


def fields_of(model):
    """The database fields that the class `model` declares among the candidates."""
    tree = ast.parse((PROJECT / "candidates" / "models" / "candidate.py").read_text())
    declared = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == model)
    return {target.id for node in declared.body if isinstance(node, ast.Assign) for target in node.targets}


def test_43_no_module_reads_a_field_of_a_person():
    personal = fields_of("Candidate") - {"slug", "name", "merged_into", "objects"}
    attributes = {
        node.attr
        for module in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Attribute)
    }

    assert {"born", "office"} <= personal
    assert not personal & attributes


def test_43_the_bridge_reads_nothing_of_a_person_but_the_short_name():
    tree = ast.parse((PROJECT / "vetting" / "facts.py").read_text())
    read = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute | ast.Name)
        and getattr(node.value, "attr", getattr(node.value, "id", "")) == "candidate"
    }

    assert read == {"slug"}
