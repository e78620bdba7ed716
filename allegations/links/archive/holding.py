"""What a source remembers of the files that the archive holds of it, and what of them is to be taken anew.

`kept` is the answer that revisit records refer to, `captured` the digest of the last copy and `captured_as` which file
of these bytes it is. An audit notes what it finds damaged: `spoilt` has the number of the file to be written next, by
digest, and `record_spoilt` tells that answers were lost. `doubted` is the last copy that came while the link was in
doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allegations.links.archive.layout import payload_number

Memory = Mapping[str, Any]
Copy = tuple[str, str]  # its digest and its name


def anew(memory: Memory) -> bool:
    """Tell whether the last answer has to come again in full, because what we kept of it is damaged.

    >>> anew({"captured": "ab"}), anew({"captured": "ab", "spoilt": {"ab": 2}})
    (False, True)
    >>> anew({"captured": "ab", "captured_as": 2, "spoilt": {"ab": 2}})
    False
    """
    captured = memory.get("captured")
    return bool(memory.get("record_spoilt")) or (captured is not None and not _stands(memory, captured))


def is_held(memory: Memory, sha256: str, *, in_doubt: bool) -> bool:
    """Tell whether the archive has a sound copy of these bytes already, as far as the source remembers.

    What came in doubt is held for as long as the doubt lasts; afterwards it is taken as any page.
    """
    if sha256 == memory.get("captured"):
        return _stands(memory, sha256)
    return in_doubt and sha256 == memory.get("doubted")


def number_of(memory: Memory, sha256: str) -> int:
    """Return which file of these bytes is written next: one behind all that were found damaged."""
    number: int = memory.get("spoilt", {}).get(sha256, 1)
    return number


def spoil(memory: Memory, key: str, sha256: str, *, of_answers: bool) -> dict[str, Any]:
    """Return the memory once this file was found damaged: no later record refers to it, and its bytes come anew."""
    if of_answers:
        return {**memory, "kept": None, "record_spoilt": True}
    return {**memory, "spoilt": {**memory.get("spoilt", {}), sha256: payload_number(key) + 1}}


def mend(memory: Memory, sha256: str, *, of_answers: bool) -> dict[str, Any]:
    """Return the memory once this file is whole again."""
    if of_answers:
        return {**memory, "record_spoilt": False}
    return {**memory, "spoilt": {digest: n for digest, n in memory.get("spoilt", {}).items() if digest != sha256}}


def after_check(
    memory: Memory, earlier: Memory | None, copy: tuple[str, str] | None, *, doubted: bool
) -> dict[str, Any]:
    """Return what is remembered after a check that kept this answer whole, and this copy (its digest and its name)."""
    told = {
        "kept": earlier or memory.get("kept"),
        "record_spoilt": bool(memory.get("record_spoilt")) and earlier is None,
        "captured": memory.get("captured"),
        "captured_as": memory.get("captured_as", 1),
        "doubted": memory.get("doubted") if doubted else None,
        "spoilt": memory.get("spoilt", {}),
    }
    if copy is None:
        return told
    sha256, key = copy
    return told | ({"doubted": sha256} if doubted else {"captured": sha256, "captured_as": payload_number(key)})


def _stands(memory: Memory, sha256: str) -> bool:
    number: int = memory.get("captured_as", 1)
    return number >= number_of(memory, sha256)
