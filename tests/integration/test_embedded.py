"""The embedded PostgreSQL and Redis: private, lasting, and startable wherever the project lies."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import psycopg2
import pytest
from redis import Redis as Client

from tests.machine import (
    PROJECT,
    as_ordinary_user,
    eventually,
    family,
    network_listeners,
    open_folder,
    ordinary_account,
)
from vetting.embedded import place as places
from vetting.embedded import postgres as postgres_module
from vetting.embedded import redis as redis_module
from vetting.embedded.place import LONGEST_SOCKET, private_folder, settle
from vetting.embedded.postgres import ROLE, UNSAFE_BUT_FAST, WHEEL, Postgres, forget_dead_server, wheel_tree
from vetting.embedded.redis import Redis, find_server
from vetting.supervisor.account import current_account
from vetting.supervisor.errors import CannotStart
from vetting.supervisor.house import House

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has no rights to give up")


@pytest.fixture
def folder():
    with open_folder() as folder:
        yield folder


@pytest.fixture
def house(folder):
    house = House(folder, say=print)
    yield house
    house.stop()


@pytest.fixture(scope="module")
def running():
    """Both servers, for the tests that only look at them."""
    with open_folder() as folder:
        place = settle(folder / "var")
        postgres, redis, house = Postgres(place, UNSAFE_BUT_FAST), Redis(place), House(folder, say=print)
        house.start(postgres.service())
        house.start(redis.service())
        yield postgres, redis, house
        house.stop()


def ask(postgres, query, role=ROLE, database=ROLE):
    connection = psycopg2.connect(host=str(postgres.place.sockets), user=role, dbname=database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def start_postgres(house, var, settings=UNSAFE_BUT_FAST):
    postgres = Postgres(settle(var), settings)
    house.start(postgres.service())
    return postgres


def test_nothing_listens_on_the_network(running):
    _, _, house = running

    processes = [one for each in house.running.values() for one in family(each.process.pid)]

    assert len(processes) > 3
    assert network_listeners(processes) == []


def test_servers_run_without_the_rights_of_root(running):
    postgres, _, house = running

    uids = {process.uids().effective for each in house.running.values() for process in family(each.process.pid)}

    assert uids == {ordinary_account().uid} == {postgres.place.account.uid}


def test_everything_is_closed_to_other_accounts(running):
    postgres, redis, _ = running

    closed = [postgres.place.sockets, postgres.data, redis.socket, postgres.place.sockets / ".s.PGSQL.5432"]

    assert [path.stat().st_mode & 0o077 for path in closed] == [0, 0, 0, 0]


def test_the_project_is_no_superuser_and_its_text_is_unicode(running):
    postgres, _, _ = running

    assert ask(postgres, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    assert ask(postgres, "SHOW server_encoding") == [("UTF8",)]
    assert ask(postgres, "SELECT lower('ÉŁ')") == [("éł",)]


def test_nobody_is_trusted_without_proof(running):
    postgres, _, _ = running

    methods = ask(postgres, "SELECT DISTINCT type, auth_method FROM pg_hba_file_rules", "postgres", "postgres")

    assert methods == [("local", "peer")]


@as_root
def test_the_account_of_the_servers_is_no_superuser(running):
    postgres, _, _ = running
    psql = f"import psycopg2; psycopg2.connect(host='{postgres.place.sockets}', dbname='postgres', user='postgres')"

    tried = subprocess.run(as_ordinary_user(sys.executable, "-c", psql), capture_output=True, text=True)

    assert "authentication failed" in tried.stderr


def test_redis_evicts_nothing_and_writes_everything_down(running):
    _, redis, _ = running
    with Client(unix_socket_path=str(redis.socket), decode_responses=True) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        writing = client.config_get("append*")
    assert (writing["appendonly"], writing["appendfsync"]) == ("yes", "everysec")


def test_data_is_kept_over_a_restart(house, folder):
    postgres = start_postgres(house, folder / "var")
    redis = Redis(postgres.place)
    house.start(redis.service())
    ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
    with Client(unix_socket_path=str(redis.socket)) as client:
        client.set("kept", "7")
    house.stop()

    again = start_postgres(house, folder / "var")
    house.start(Redis(again.place).service())

    assert ask(again, "SELECT number FROM kept") == [(7,)]
    with Client(unix_socket_path=str(redis.socket)) as client:
        assert client.get("kept") == b"7"


def test_postgres_recovers_from_being_killed(house, folder):
    postgres = start_postgres(house, folder / "var", settings={})
    ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
    killed = house.running.pop("postgres").process
    killed.kill()
    killed.wait()

    again = start_postgres(house, folder / "var", settings={})

    assert (again.data / "postmaster.pid").exists()
    assert ask(again, "SELECT number FROM kept") == [(7,)]


def test_postgres_waits_for_what_is_left_of_a_killed_server(house, folder):
    start_postgres(house, folder / "var")
    running = house.running.pop("postgres")
    child = family(running.process.pid)[1]
    child.suspend()  # it holds the server's memory
    running.process.kill()
    running.process.wait()
    log, refused = house.logs / "postgres.log", "pre-existing shared memory block"
    release = Thread(target=lambda: (eventually(lambda: refused in log.read_text()), child.resume()))
    release.start()

    again = start_postgres(house, folder / "var")

    release.join()
    assert refused in log.read_text()
    assert ask(again, "SELECT 1") == [(1,)]


def test_a_process_number_that_was_given_again_is_no_server(tmp_path):
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n")

    forget_dead_server(tmp_path)

    assert not (tmp_path / "postmaster.pid").exists()


def test_a_living_server_is_not_forgotten(running):
    postgres, _, _ = running

    forget_dead_server(postgres.data)

    assert (postgres.data / "postmaster.pid").exists()


def test_sockets_of_a_deep_folder_lie_in_a_short_private_one(house, folder):
    postgres = start_postgres(house, folder / ("deep" * 30) / "var")

    sockets = postgres.place.sockets

    assert postgres.data.is_relative_to(folder)
    assert len(os.fsencode(sockets / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    house.stop()
    shutil.rmtree(sockets)


@as_root
def test_root_can_start_where_no_other_account_can_go(house, folder, monkeypatch):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(places, "ELSEWHERE", folder)

    postgres = start_postgres(house, closed / "project" / "var")

    assert postgres.place.data.parent == folder
    assert ask(postgres, "SELECT 1") == [(1,)]


@as_root
def test_programs_that_the_account_cannot_reach_are_copied(house, folder, monkeypatch):
    closed, tree = folder / "closed", wheel_tree()
    shutil.copytree(tree, closed / tree.parent.name / tree.name)
    shutil.copytree(tree.parents[1] / f"{WHEEL}.libs", closed / f"{WHEEL}.libs")
    shutil.copy(find_server(), closed / "redis-server")
    closed.chmod(0o700)
    monkeypatch.setattr(postgres_module, "wheel_tree", lambda: closed / tree.parent.name / tree.name)
    monkeypatch.setattr(redis_module, "find_server", lambda: closed / "redis-server")
    place = settle(folder / "var")
    services = [Postgres(place, UNSAFE_BUT_FAST).service(), Redis(place).service()]

    for service in services:
        house.start(service)

    assert [Path(service.command[0]).is_relative_to(place.data) for service in services] == [True, True]
    assert ask(Postgres(place, {}), "SELECT 1") == [(1,)]


def test_a_folder_made_by_someone_else_is_refused(folder):
    trap = folder / "sockets"
    trap.mkdir(mode=0o777)
    trap.chmod(0o777)

    with pytest.raises(CannotStart, match="must be a folder of"):
        private_folder(trap, current_account())


def test_a_link_is_not_taken_for_a_private_folder(folder):
    (folder / "target").mkdir(mode=0o700)
    (folder / "sockets").symlink_to(folder / "target")

    with pytest.raises(CannotStart, match="must be a folder of"):
        private_folder(folder / "sockets", current_account())


def test_an_ordinary_user_can_start_them(folder):
    os.chown(folder, ordinary_account().uid, -1)
    script = [sys.executable, "tests/services.py", "--", sys.executable, "-c", "import os; print(os.environ)"]

    done = subprocess.run(
        as_ordinary_user(*script),
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "postgres://vetting@/vetting" in done.stdout
    assert list(folder.iterdir()) == []


def test_a_throwaway_run_returns_the_exit_code_of_its_command():
    done = subprocess.run([sys.executable, "tests/services.py", "--", "sh", "-c", "exit 7"], cwd=PROJECT)

    assert done.returncode == 7
