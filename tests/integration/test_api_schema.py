"""The schema of the API is true, committed, and lists every field by name."""

import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import yaml
from django.core.management import call_command
from django.utils import timezone
from drf_spectacular.renderers import OpenApiYamlRenderer
from jsonschema import Draft202012Validator
from rest_framework import serializers

from allegations.models import Allegation, CoalitionLetter
from allegations.workflow import State
from tests import factories
from tests.integration import api
from tests.integration.api import LISTS, address
from vetting.api import serializers as shapes
from vetting.api.schema import document

SNAPSHOT = Path(__file__).resolve().parents[2] / "docs/api/openapi.yml"
REFRESH = "python manage.py spectacular --validate --fail-on-warn --file docs/api/openapi.yml"


def test_the_schema_is_valid_and_leaves_nothing_open(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "openapi.yml"))


def test_the_committed_schema_is_the_one_that_is_served():
    served = OpenApiYamlRenderer().render(document(), renderer_context={}).decode()
    assert served == SNAPSHOT.read_text(), f"The API changed. If that is meant: {REFRESH}"


def operation(path):
    return document()["paths"][path]["get"]


def strict(schema):
    """The schema as a validator that knows all components and forbids a field that none of them names."""
    components = document()["components"]["schemas"]
    components = {
        name: {"additionalProperties": "properties" not in found} | found for name, found in components.items()
    }
    return Draft202012Validator({**schema, "components": {"schemas": components}})


def assert_true(path, answer):
    content = operation(path)["responses"][str(answer.status_code)]["content"]
    schema = content[answer["Content-Type"]]["schema"]
    assert [error.message for error in strict(schema).iter_errors(answer.json())] == []


RECORDS = {
    "elections": "{slug}", "contests": "{id}", "candidates": "{slug}", "candidacies": "{id}", "allegations": "{id}",
    "letters": "{slug}", "sources": "{id}",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_every_answer_is_as_the_schema_says(client, name):
    world = api.world()
    whole = api.details(world)[name]
    assert_true(address(name), client.get(address(name)))
    assert_true(address(name, RECORDS[name]), client.get(whole))
    assert_true(address(name), client.get(address(name), {"colour": "red"}))
    assert_true(address(name, RECORDS[name]), client.get(whole[:-5] + ("0000/" if name != "contests" else "9999/")))


@pytest.mark.django_db
@pytest.mark.parametrize("scored", [True, False])
def test_every_summary_is_as_the_schema_says(client, scored):
    candidate = (api.world().candidacy if scored else factories.candidacy()).candidate
    answer = client.get(address("candidates", candidate.slug, "summary"))
    assert_true(address("candidates", "{slug}", "summary"), answer)


@pytest.mark.django_db
def test_the_root_and_every_tombstone_are_as_the_schema_says(client):
    world = api.world()
    for model in (Allegation, CoalitionLetter):
        model.objects.update(state=State.RETRACTED, state_reason="Not so.", state_since=timezone.now())
    assert_true(address(), client.get(address()))
    for name in ("allegations", "letters"):
        assert_true(address(name), client.get(address(name)))
        assert_true(address(name, RECORDS[name]), client.get(api.details(world)[name]))


@pytest.mark.django_db
def test_the_bare_least_is_as_the_schema_says(client):
    candidacy = factories.candidacy()
    least = {"severity": None, "link": None}
    row = factories.allegation(candidacy.candidate, **least)
    factories.source(reliability="")
    factories.letter(candidacy)
    for name in LISTS:
        assert_true(address(name), client.get(address(name)))
    assert_true(address("allegations", "{id}"), client.get(address("allegations", row.pk)))


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/vnd.oai.openapi"),
        ("application/yaml", "application/yaml"),
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("application/json", "application/json"),
    ],
)
def test_the_schema_is_served_as_what_is_asked_for(client, accept, media_type):
    answer = client.get(address("schema"), headers={"accept": accept})
    assert answer["Content-Type"].split(";")[0] == media_type
    assert yaml.safe_load(answer.content)["openapi"].startswith("3.1")
    assert answer["ETag"]


def every_serializer():
    for module in iter_modules(shapes.__path__, f"{shapes.__name__}."):
        for _, found in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(found, serializers.Serializer) and found.__module__.startswith("vetting."):
                yield found


def test_every_serializer_names_each_field_and_takes_none_in():
    found = set(every_serializer())
    assert len(found) > 25
    for serializer in found:
        meta = getattr(serializer, "Meta", None)
        if hasattr(meta, "model"):
            assert isinstance(meta.fields, tuple)
            assert not hasattr(meta, "exclude")


NEVER = {"written_by", "published_by", "name_keys", "lease_token", "memory", "note", "reviewer", "evidence_revision"}


def test_no_field_names_a_reviewer_or_the_machinery():
    components = document()["components"]["schemas"].values()
    fields = {field for schema in components for field in schema.get("properties", ())}
    assert len(fields) > 90
    assert not fields & NEVER
