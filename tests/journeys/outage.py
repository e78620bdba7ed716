"""Makes sources on hosts of their own: `python -m tests.journeys.outage PORT COUNT`."""

import sys

import django

django.setup()

from allegations.actions.evidence import source_for  # noqa: E402
from allegations.models import Source  # noqa: E402

LATER = "2099-01-01T00:00:00Z"


def main():
    port, count = map(int, sys.argv[1:])
    for number in range(count):
        source_for(f"http://h{number}.outage.example:{port}/story?{number}")
    Source.objects.update(next_check_at=LATER)


if __name__ == "__main__":
    main()
