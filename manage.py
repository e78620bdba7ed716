#!/usr/bin/env python
"""Run a management command."""

import os
import sys

from django.core.management import execute_from_command_line

from vetting.demo.environment import furnish
from vetting.supervisor.errors import CannotStart


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vetting.settings")
    if sys.argv[1:2] == ["demo"]:  # the settings are read before the command runs
        try:
            furnish(sys.argv[2:], os.environ)
        except CannotStart as refusal:
            sys.exit(str(refusal))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
