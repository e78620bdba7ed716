"""Health: living needs nothing, readiness names what is down, and neither tells versions."""

import pytest

from vetting import health


def down():
    raise ConnectionError("secret-host refused")


def test_living_asks_nothing(client, monkeypatch):
    monkeypatch.setattr(health, "PROBES", {"database": down, "redis": down})
    answer = client.get("/healthz/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


@pytest.mark.django_db
def test_ready_when_all_answer(client):
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "database": "ok", "redis": "ok"})


@pytest.mark.parametrize("name", ["database", "redis"])
def test_what_is_down_is_named_and_nothing_else_is_told(client, monkeypatch, name):
    probes = {"database": lambda: True, "redis": lambda: True} | {name: down}
    monkeypatch.setattr(health, "PROBES", probes)
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json()[name] == "down"
    assert "secret-host" not in answer.content.decode()
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_database_without_its_migrations_is_not_ready(client, monkeypatch):
    from django.db.migrations.executor import MigrationExecutor

    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    assert client.get("/healthz/ready").json()["database"] == "down"
