#!/usr/bin/env python
"""Run a management command."""

import os
import sys

from django.core.management import execute_from_command_line

from vetting.demo.environment import furnish
from vetting.management.commands.demo import Command as Demo
from vetting.supervisor.errors import CannotStart

# These work without a server, so nobody need name one; those who do are heard.
WITHOUT_SERVERS = {"checklink", "assess"}
NO_SERVERS = {
    "SECRET_KEY": "signs-nothing",
    "DATABASE_URL": "postgres://nobody@database.invalid/none",
    "REDIS_URL": "redis://redis.invalid:6379/0",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vetting.settings")
    if sys.argv[1:2] == ["demo"]:
        demo()
    elif sys.argv[1:2] and sys.argv[1] in WITHOUT_SERVERS:
        for name, value in NO_SERVERS.items():
            os.environ.setdefault(name, value)
        execute_from_command_line(sys.argv)
    else:
        execute_from_command_line(sys.argv)


def demo() -> None:
    """Start the processes of the demo from one that never loads the applications itself."""
    try:
        furnish(sys.argv[2:], os.environ)
    except CannotStart as refusal:
        sys.exit(str(refusal))
    Demo().run_from_argv(sys.argv)


if __name__ == "__main__":
    main()
