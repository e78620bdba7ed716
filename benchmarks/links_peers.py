"""LinkChecker and linkinator as their users run them: installed into a throwaway folder, each at its best setting."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.links_measure import Failed, Run, best, measured, say
from benchmarks.links_server import Site
from benchmarks.links_world import addresses

# LinkChecker waits between two requests of a host, also where the server welcomes it, unless told how many it may make.
LINKCHECKER_SETTINGS = "[checking]\nmaxrequestspersecond=1000000\n"
INSTALL_S = 180


@dataclass(frozen=True)
class Peer:
    """A program to compare with: how to get it and run it, what it calls a good link, which settings to try.

    `command` is given the program, the address of a page with all links, and how many links to ask at once.
    `verdicts` reads from what the program said whether each path is good.
    """

    name: str
    asks: str
    install: Callable[[Path], Path]
    command: Callable[[Path, str, int], list[str]]
    verdicts: Callable[[str], Mapping[str, bool]]
    widths: tuple[int, ...]


def compare(site: Site, folder: Path) -> list[Run]:
    """Return the best run of each peer that can be installed; say of the others why not."""
    runs = []
    for peer in PEERS:
        try:
            runs.append(best_run(peer, peer.install(folder), site))
        except (Failed, OSError, subprocess.SubprocessError) as error:
            print(f"{peer.name} could not be measured: {error}", flush=True)
    return runs


def best_run(peer: Peer, program: Path, site: Site) -> Run:
    """Return the run with the least processor time of all settings; its wall time is the shortest of all."""
    version = measured([str(program), "--version"]).said[0].split("\n")[0].removeprefix(peer.name).split()[0]
    start = measured(peer.command(program, f"http://127.0.0.1:{site.port}/one.html", 1), good=(0, 1))
    runs = []
    for width in peer.widths:
        runs.append(_run(peer, program, site, width))
        say(f"{peer.name}, {width} at once: {runs[-1].per_s:,.0f} URL/s, {runs[-1].cpu_ms:.3f} CPU-ms/URL")
    named = {"name": f"{peer.name} {version} ({peer.asks})", "start_cpu_s": start.cpu_s}
    _, width = min(zip(runs, peer.widths, strict=True), key=lambda tried: tried[0].usage.cpu_s)
    return replace(best(runs), **named, again=lambda: replace(_run(peer, program, site, width), **named))


def _run(peer: Peer, program: Path, site: Site, width: int) -> Run:
    site.forget()
    usage = measured(peer.command(program, f"http://127.0.0.1:{site.port}/index.html", width), good=(0, 1))
    verdicts = peer.verdicts(usage.said[0])
    meant = {address.path: address.stands for address in addresses()}
    right = sum(verdicts.get(path) is stands for path, stands in meant.items())
    return Run(peer.name, usage, site.served(), len(verdicts.keys() & meant.keys()), right)


def install_linkchecker(folder: Path) -> Path:
    """Make an environment of its own for LinkChecker and return the program."""
    home = folder / "linkchecker"
    if not (home / "bin" / "linkchecker").exists():
        say("installing LinkChecker")
        _must([sys.executable, "-m", "venv", str(home)])
        _must([str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "LinkChecker"])
    (home / "settings.ini").write_text(LINKCHECKER_SETTINGS)
    return home / "bin" / "linkchecker"


def install_linkinator(folder: Path) -> Path:
    """Install linkinator into a folder of its own and return the program."""
    home = folder / "linkinator"
    program = home / "node_modules" / ".bin" / "linkinator"
    if not program.exists():
        if not (npm := shutil.which("npm")):
            raise Failed("there is no npm on this machine")
        say("installing linkinator")
        home.mkdir(parents=True, exist_ok=True)
        _must([npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(home), "linkinator"])
    return program


def _must(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {(done.stderr or done.stdout)[-600:]}")


def _linkchecker(program: Path, page: str, width: int) -> list[str]:
    settings = program.parents[1] / "settings.ini"
    words = ["-f", str(settings), "-r1", "-t", str(width), "--no-status", "--verbose", "-ocsv", page]
    return [str(program), *words]


def _linkinator(program: Path, page: str, width: int) -> list[str]:
    return [str(program), "--concurrency", str(width), "--format", "json", "--verbosity", "info", page]


def _linkchecker_verdicts(said: str) -> dict[str, bool]:
    lines = [line for line in said.splitlines() if line and not line.startswith("#")]
    rows = csv.DictReader(lines, delimiter=";")
    return {urlsplit(row["urlname"]).path: row["valid"] == "True" for row in rows if row["urlname"]}


def _linkinator_verdicts(said: str) -> dict[str, bool]:
    links = json.loads(said[said.index("{") :])["links"]
    return {urlsplit(link["url"]).path: link["state"] == "OK" for link in links}


PEERS = (
    Peer(
        "LinkChecker",
        "GET, body not read",
        install_linkchecker,
        _linkchecker,
        _linkchecker_verdicts,
        widths=(50, 100),
    ),
    Peer("linkinator", "HEAD", install_linkinator, _linkinator, _linkinator_verdicts, widths=(50, 100, 200)),
)
