"""The versions of the method, each pinned to its published files by hash: an old number stays what it was.

A version is a parameter file, a frozen module with the thresholds that the file has no room for, and
published cases. The arithmetic that versions of one major number share stands in the other modules;
the cases hold it to its numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from vetting.risk import cirp_1_0
from vetting.risk.parameters import Parameters, read
from vetting.risk.rules import Rules

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Published:
    """One version: since when it is in force, its frozen module, and the SHA-256 of each of its files."""

    since: date
    module: str
    rules: Rules
    parameters_sha256: str
    module_sha256: str
    cases_sha256: str


CURRENT = "1.0"
VERSIONS: Mapping[str, Published] = {
    "1.0": Published(
        since=date.min,  # the first version answers for every day before it too
        module="cirp_1_0.py",
        rules=cirp_1_0.RULES,
        parameters_sha256="5ae0712746968f4309d535b1c733fdd9cf8721725a145c3ec1a82a28440a7187",
        module_sha256="c106eaae7f79ef411fecdcfa6b9db32f9a3c7cb8623ef511f7e9297e7596d855",
        cases_sha256="91d5be27cb1b2ef45c2391b3afac0521fa925c16394e244b7d12781e1f8b891c",
    ),
}
"""Every version once published; none of them ever changes (2.10)."""


class VersionError(ValueError):
    """The version is unknown, or its parameter file is not the published one."""


@cache
def parameters(version: str = CURRENT, folder: Path | None = None) -> Parameters:
    """Return the parameters of `version`; raise VersionError when its file is not the pinned one."""
    published = _published(version)
    content = ((folder or FOLDER) / f"params-v{version}.json").read_bytes()
    if sha256(content).hexdigest() != published.parameters_sha256:
        raise VersionError(f"The parameter file of version {version} is not the one that was published.")
    return read(content.decode(), published.rules)


def version_on(known: date) -> str:
    """Return the version in force on a day of knowledge (2.9)."""
    return max((name for name, each in VERSIONS.items() if each.since <= known), key=lambda name: VERSIONS[name].since)


def as_json(version: str = CURRENT) -> dict[str, Any]:
    """Return all numbers of a version as JSON: its parameter file, and its thresholds under "RULES".

    This is what the script in the browser computes with, which holds no weight of its own.
    """
    method = parameters(version)
    return {**method.ranges, "RULES": asdict(method.rules)}


def differences(before: str, after: str) -> list[tuple[str, Any, Any]]:
    """Return the parameters and thresholds of two versions that differ: their names, and the value in each.

    None stands for what a version does not have. Raises VersionError.
    """
    old, new = dict(_leaves("", as_json(before))), dict(_leaves("", as_json(after)))
    names = [*old, *(name for name in new if name not in old)]
    return [(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each plain value in a document, named by the way to it."""
    found = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list | tuple) else None
    )
    if found is None:
        yield name, value
        return
    for key, each in found:
        yield from _leaves(f"{name}.{key}" if name else str(key), each)


def _published(version: str) -> Published:
    if version not in VERSIONS:
        raise VersionError(f"The method has no version {version}; known are {', '.join(VERSIONS)}.")
    return VERSIONS[version]
