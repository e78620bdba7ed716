#!/usr/bin/env python
"""Run a management command."""

import os
import sys

from django.core.management import execute_from_command_line

from vetting.demo.environment import furnish
from vetting.management.commands.demo import Command as Demo
from vetting.supervisor.errors import CannotStart


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vetting.settings")
    if sys.argv[1:2] == ["demo"]:
        demo()
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
