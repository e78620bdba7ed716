"""The versions of the method, each pinned to its parameter file by hash: an old number stays what it was."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from vetting.risk.parameters import Parameters, read

CURRENT = "1.0"
VERSIONS = {
    "1.0": "5ae0712746968f4309d535b1c733fdd9cf8721725a145c3ec1a82a28440a7187",
}
"""SHA-256 of the parameter file of every version; a version once published never changes."""


class VersionError(ValueError):
    """The version is unknown, or its parameter file is not the published one."""


@cache
def parameters(version: str = CURRENT, folder: Path = Path(__file__).parent) -> Parameters:
    """Return the parameters of `version`; raise VersionError when its file is not the pinned one."""
    if version not in VERSIONS:
        raise VersionError(f"The method has no version {version}; known are {', '.join(VERSIONS)}.")
    content = (folder / f"params-v{version}.json").read_bytes()
    if sha256(content).hexdigest() != VERSIONS[version]:
        raise VersionError(f"The parameter file of version {version} is not the one that was published.")
    return read(content.decode())
