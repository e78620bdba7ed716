"""A version 1.1 of the method, for tests of what two versions make of one candidacy."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

from vetting.risk import versions


@contextmanager
def second_version(folder: Path, **others: Any) -> Iterator[str]:
    """Let there be a version 1.1, not in force yet: an allegation that nobody has examined weighs more.

    `others` are further parameters that it has, and 1.0 has not or otherwise.
    """
    published = json.loads((versions.FOLDER / "params-v1.0.json").read_text())
    changed = published | {"version": "1.1", "STAGE": published["STAGE"] | {"K0": [0.45, 0.55, 0.6]}} | others
    (folder / "params-v1.0.json").write_bytes((versions.FOLDER / "params-v1.0.json").read_bytes())
    (folder / "params-v1.1.json").write_text(json.dumps(changed))
    digest = sha256((folder / "params-v1.1.json").read_bytes()).hexdigest()
    row = replace(versions.VERSIONS["1.0"], since=date.max, parameters_sha256=digest)
    with patch.dict(versions.VERSIONS, {"1.1": row}), patch.object(versions, "FOLDER", folder):
        versions.parameters.cache_clear()
        yield "1.1"
    versions.parameters.cache_clear()
