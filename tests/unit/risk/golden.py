"""The published cases of the method, which every version must reproduce for ever."""

import json
from pathlib import Path

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())
CASES = {case["id"]: case for case in GOLDEN["cases"]}
EXACT = ("status", "score", "band", "confidence", "unscored")
NUMBERS = ("eci", "lead", "petty", "institutional", "unresolved", "finding", "final")


def under_another_name(vector):
    """Return the vector with a suffix to its slug, so that its grading errors are drawn apart."""
    start, rest = vector.split("/D:", 1)
    return f"{start}-b/D:{rest}"
