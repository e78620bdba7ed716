"""Makes one check as a worker would: `manage.py checklink https://news.example/story`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allegations.actions.links.once import Once, check_once, scripted

USAGE = 2


class Command(BaseCommand):
    help = "Checks addresses once, as a worker would, and prints the exchange, its signals and the verdict."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("urls", nargs="+", metavar="URL")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument(
            "--allow",
            action="append",
            default=[],
            metavar="HOST:PORT",
            help="lift the address rule for exactly this address (an IP address and a port) in this run",
        )
        parser.add_argument(
            "--resolve",
            action="append",
            default=[],
            metavar="NAME:PORT:ADDR[,ADDR…]",
            help="the answers for a name; `;` parts successive look-ups",
        )
        parser.add_argument("--baseline", type=Path, metavar="FILE", help="an earlier body, to compare with")
        parser.add_argument("--no-robots", action="store_true", help="do not ask for robots.txt first")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = check_once(
                options["urls"],
                allow=options["allow"],
                resolver=scripted(options["resolve"]) if options["resolve"] else None,
                robots=not options["no_robots"],
                baseline=options["baseline"].read_bytes() if options["baseline"] else None,
            )
        except OSError as error:
            raise CommandError(f"{options['baseline']} cannot be read: {error.strerror}.", returncode=USAGE) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=USAGE) from error
        for once in found:
            self.stdout.write(json.dumps(once.as_json(), ensure_ascii=False) if options["json"] else told(once))
        sys.stdout.flush()


def told(once: Once) -> str:
    """Return a check in words."""
    exchange, judgement = once.exchange, once.judgement
    lines = [exchange.url]
    for hop in exchange.hops:
        onwards = f" → {hop.location}" if hop.location else ""
        lines.append(f"  {hop.status or 'no answer'}  {hop.url}{onwards}  [{hop.address or 'not connected'}]")
    lines.append(f"  verdict  {judgement.verdict} ({judgement.klass.value})")
    lines += [f"  signal   {signal}" for signal in judgement.signals]
    if exchange.payload_sha256:
        lines.append(f"  body     {exchange.decoded_bytes:,} bytes, SHA-256 {exchange.payload_sha256}")
    if exchange.tls_verified is not None:
        lines.append(f"  TLS      {'verified' if exchange.tls_verified else 'not verified'}")
    if exchange.truncated:
        lines.append(f"  cut      {exchange.truncated}")
    if once.change:
        lines.append(f"  change   {once.change.level}")
        lines += [f"           {reason}" for reason in once.change.reasons]
    lines.append(f"  took     {exchange.timings.total_ms:.0f} ms")
    return "\n".join(lines)
