"""How a reader and its child speak: frames of a JSON head and raw bytes, over two pipes. Nothing in them is code.

A text goes as raw bytes, with the kinds and lengths of its blocks in the head: JSON takes longer than all else here.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, BinaryIO

from allegations.links.texts.blocks import Block, Text
from allegations.links.texts.change import Change, Level
from allegations.links.texts.diff import Edit, Sentence
from allegations.links.texts.learning import Learnt, Lesson
from allegations.links.texts.metadata import Metadata
from allegations.links.texts.readings import Asked, Failure, Reading

LENGTHS = struct.Struct(">IQ")  # bytes of the head, bytes of the body
LONGEST_HEAD = 64_000_000
LONGEST_BODY = 160_000_000


class Broken(Exception):
    """What came over the pipe is no frame, or not the one that was due."""


def framed(head: Mapping[str, Any], *body: bytes) -> list[bytes]:
    """Return the pieces of a frame; the body is not copied."""
    data = json.dumps({**head, "parts": [len(part) for part in body]}, ensure_ascii=False).encode("utf-8", "replace")
    return [LENGTHS.pack(len(data), sum(map(len, body))) + data, *body]


def lengths(start: bytes) -> tuple[int, int]:
    """Return the length of a frame's head and body, given its first bytes."""
    head, body = LENGTHS.unpack(start)
    if head > LONGEST_HEAD or body > LONGEST_BODY:
        raise Broken("The frame is too long.")
    return head, body


def opened(frame: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return the head of a whole frame and the parts of its body."""
    size, rest = lengths(frame[: LENGTHS.size])
    begin = LENGTHS.size + size
    try:
        head = json.loads(frame[LENGTHS.size : begin])
        parts = [int(length) for length in head["parts"]]
    except (ValueError, TypeError, KeyError) as error:
        raise Broken("The head is not of the right form.") from error
    if sum(parts) != rest or min(parts, default=0) < 0:
        raise Broken("The parts are not those of the frame.")
    ends = list(accumulate(parts, initial=begin))
    return head, [frame[first:last] for first, last in pairwise(ends)]


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """Return the head of the next frame and the parts of its body; None at the end of the stream."""
    start = stream.read(LENGTHS.size)
    if not start:
        return None
    size, rest = lengths(start)
    head = json.loads(stream.read(size))
    parts = [stream.read(length) for length in head["parts"]]
    if sum(map(len, parts)) != rest:
        raise Broken("The frame broke off.")
    return head, parts


def text_data(text: Text) -> tuple[dict[str, Any], bytes]:
    """Return a text as JSON values, and the text of its blocks; lengths are in characters."""
    head = {
        **text.__dict__,
        "blocks": [block.kind for block in text.blocks],
        "lengths": [len(block.text) for block in text.blocks],
    }
    return head, "".join([block.text for block in text.blocks]).encode("utf-8", "replace")


def text_from(data: Mapping[str, Any], body: bytes) -> Text:
    """Return the text that `text_data` wrote."""
    return Text(
        blocks=tuple(_blocks(data["blocks"], data["lengths"], body.decode())),
        title=str(data["title"]),
        language=str(data["language"]),
        pages=None if data["pages"] is None else int(data["pages"]),
        free=None if data["free"] is None else bool(data["free"]),
        cut=bool(data["cut"]),
        payload_sha256=str(data["payload_sha256"]),
    )


def _blocks(kinds: Sequence[Any], lengths: Sequence[Any], text: str) -> Iterator[Block]:
    """Yield the blocks that a text is cut into; no part of it stands in two of them."""
    if sum(lengths) != len(text) or min(lengths, default=0) < 0:
        raise Broken("The lengths are not those of the text.")
    at = 0
    for kind, length in zip(kinds, lengths, strict=True):
        yield Block(str(kind), text[at : at + length])
        at += length


def asked_data(asked: Asked) -> dict[str, Any]:
    """Return what a comparison is asked with, without the baseline."""
    return {
        "quotes": list(asked.quotes),
        "names": list(asked.names),
        "language": asked.language,
        "baseline_sha256": asked.baseline_sha256,
        "volatile": [vars(place) for place in asked.volatile],
        "learns": asked.learns,
    }


def asked_from(data: Mapping[str, Any], baseline: Text | None) -> Asked:
    """Return what `asked_data` wrote, with the baseline."""
    return Asked(baseline, **{**data, "volatile": [_learnt(place) for place in data["volatile"]]})


def _learnt(data: Mapping[str, Any]) -> Learnt:
    was, became = (tuple(map(str, data[side])) for side in ("was", "became"))
    return Learnt(str(data["above"]), str(data["below"]), was, became)


def _lesson(data: Mapping[str, Any]) -> Lesson:
    return Lesson(tuple(_learnt(place) for place in data["places"]), str(data["words"]))


def _lesson_data(lesson: Lesson) -> dict[str, Any]:
    return {"places": [vars(place) for place in lesson.places], "words": lesson.words}


def change_data(change: Change) -> dict[str, Any]:
    """Return a change as JSON values."""
    return {**change.__dict__, "marks": sorted(change.marks), "edits": change.as_data()}


def change_from(data: Mapping[str, Any]) -> Change:
    """Return the change that `change_data` wrote."""
    return Change(
        level=Level(data["level"]),
        reasons=tuple(map(str, data["reasons"])),
        marks=frozenset(map(str, data["marks"])),
        edits=tuple(_edit(edit) for edit in data["edits"]),
        likeness=float(data["likeness"]),
        kept=float(data["kept"]),
        quotes_missing=tuple(map(int, data["quotes_missing"])),
        quotes_altered=tuple(map(int, data["quotes_altered"])),
        quotes_unknown=tuple(map(int, data["quotes_unknown"])),
        text_sha256=str(data["text_sha256"]),
        cut=bool(data["cut"]),
    )


def _edit(data: Mapping[str, Any]) -> Edit:
    first, second = data["at"]
    return Edit(str(data["op"]), _sentences(data["before"]), _sentences(data["after"]), (int(first), int(second)))


def _sentences(data: Sequence[Mapping[str, Any]]) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(str(one["text"]), tuple((int(start), int(end)) for start, end in one["spans"])) for one in data
    )


def reading_data(reading: Reading) -> tuple[dict[str, Any], bytes]:
    """Return a reading as JSON values, and the text of its blocks."""
    head, body = text_data(reading.text)
    data = {
        "text": head,
        "metadata": reading.metadata.as_data(),
        "text_sha256": reading.text_sha256,
        "simhash": reading.simhash,
        "change": change_data(reading.change) if reading.change else None,
        "quotes_absent": reading.quotes_absent,
        "lesson": _lesson_data(reading.lesson) if reading.lesson else None,
        "failure": reading.failure,
        "sentence": reading.sentence,
    }
    return data, body


def reading_from(data: Mapping[str, Any], body: bytes) -> Reading:
    """Return the reading that `reading_data` wrote."""
    return Reading(
        text=text_from(data["text"], body),
        metadata=Metadata.from_data(data["metadata"]),
        text_sha256=str(data["text_sha256"]),
        simhash=None if data["simhash"] is None else int(data["simhash"]),
        change=change_from(data["change"]) if data["change"] else None,
        quotes_absent=tuple(map(int, data["quotes_absent"])),
        lesson=_lesson(data["lesson"]) if data["lesson"] else None,
        failure=Failure(data["failure"]),
        sentence=str(data["sentence"]),
    )
