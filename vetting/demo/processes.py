"""The processes of the demo: two web servers, one worker, one beat, and the steps before them."""

from __future__ import annotations

import errno
import http
import http.client
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from vetting.demo.environment import ARCHIVE_HOST, PROJECT
from vetting.embedded.place import Place, settle
from vetting.embedded.postgres import Postgres
from vetting.embedded.redis import Redis
from vetting.supervisor.account import Account, can_enter, can_run, current_account, unprivileged_account
from vetting.supervisor.errors import CannotStart
from vetting.supervisor.orphans import MARK
from vetting.supervisor.service import Service

HOST = "127.0.0.1"
ARCHIVE_HOSTS = (HOST, "::1")  # what a browser may take “localhost” for
NO_SUCH_ADDRESS = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
SERVER = (
    "-m", "granian", "--interface=wsgi", f"--host={HOST}", "--http=1", "--no-ws", "--blocking-threads=4",
    "--workers-kill-timeout=5", "--respawn-failed-workers",
)  # fmt: skip


@dataclass(frozen=True)
class Processes:
    """What runs with the given environment, which `furnish` has completed."""

    environment: Mapping[str, str]

    @cached_property
    def var(self) -> Path:
        return Path(self.environment["VAR_DIR"])

    @cached_property
    def port(self) -> int:
        return port_number(self.environment["PORT"])

    @cached_property
    def archive_port(self) -> int:
        port = port_number(self.environment["ARCHIVE_PORT"], "ARCHIVE_PORT")
        if port == self.port:
            raise CannotStart(f"PORT and ARCHIVE_PORT are both {port}; the archived copies need a port of their own.")
        return port

    @cached_property
    def place(self) -> Place:
        return settle(self.var)

    @cached_property
    def account(self) -> Account:
        """Whom our own Python runs as: root gives up its rights where the other account can read Python."""
        account = unprivileged_account(self.var)
        imports = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); import django, granian, vetting"
        works = can_enter(self.var, account) and can_run([sys.executable, "-c", imports], account)
        return account if works else current_account()

    def servers(self) -> list[Service]:
        """Return the embedded servers, leaving out those that the environment names elsewhere."""
        postgres, redis = Postgres(self.place, {}), Redis(self.place)
        used = (self.environment["DATABASE_URL"], self.environment["REDIS_URL"])
        return [self._marked(server.service()) for server in (postgres, redis) if server.url in used]

    def prepare(self) -> Service:
        """Return the step before the others: it runs to its end."""
        return self._python("prepare", "manage.py", "demo_prepare")

    def beat(self) -> Service:
        schedule = str(self.var / "beat-schedule")
        return self._python("beat", "-m", "celery", "-A", "vetting.celery", "beat", "-s", schedule, "--pidfile=")

    def worker(self) -> Service:
        worker = self._python(
            "worker", "-m", "celery", "-A", "vetting.celery", "worker", "--pool=prefork", "--concurrency=2",
            "--queues=links,reading,vetting,celery", "--without-gossip", "--without-mingle", "--loglevel=INFO",
        )  # fmt: skip
        return replace(worker, stop_within=30)  # a check under way ends by itself before that

    def web(self) -> Service:
        web = self._python("web", *SERVER, f"--port={self.port}", "--workers=2", "vetting.wsgi:application")
        return replace(web, is_ready=lambda: answers(self.port, "/healthz/ready"))

    def copies(self) -> Service:
        """Return the web server of the archived copies, which answers under no other name than theirs."""
        port = self.archive_port
        copies = self._python("copies", *SERVER, f"--port={port}", "--workers=1", "vetting.wsgi:application")
        return replace(
            copies,
            environment={**copies.environment, "ALLOWED_HOSTS": ARCHIVE_HOST},
            is_ready=lambda: answers(port, "/", host=f"{ARCHIVE_HOST}:{port}", status=http.HTTPStatus.NOT_FOUND),
        )

    def _python(self, name: str, *arguments: str) -> Service:
        home = {} if self.account.is_ours else {"HOME": str(self.var)}
        service = Service(
            name=name,
            command=(sys.executable, *arguments),
            account=self.account,
            folder=PROJECT,
            environment={**self.environment, **home, "PYTHONUNBUFFERED": "1"},
        )
        return self._marked(service)

    def _marked(self, service: Service) -> Service:
        return replace(service, environment={**service.environment, MARK: str(self.var)})


def port_number(text: str, setting: str = "PORT") -> int:
    """Return the port that `text` names, or raise CannotStart."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"{setting} is “{text}”; write a number from 1 to 65535.")
    return int(text)


def claim_port(port: int, setting: str = "PORT", hosts: Sequence[str] = (HOST,)) -> None:
    """Raise CannotStart unless servers of ours could listen on `port` of these addresses now."""
    for host in hosts:
        try:
            _try_port(host, port)
        except PermissionError:
            raise CannotStart(f"Only root may use port {port}. Choose a higher one: {setting}=8001 make demo") from None
        except OSError as error:
            if error.errno in NO_SUCH_ADDRESS:
                continue
            raise CannotStart(
                f"Port {port} is busy: another program listens on it. "
                f"Stop that program, or choose another port: {setting}={port + 1} make demo"
            ) from None


def _try_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections just closed do not count
        probe.bind((host, port))


def answers(port: int, path: str, *, host: str = "", status: int = http.HTTPStatus.OK) -> bool:
    """Tell whether the web server on `port`, asked under the name `host`, answers `path` with `status`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        return connection.getresponse().status == status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
