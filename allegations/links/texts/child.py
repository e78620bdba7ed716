"""The process that reads for others: frames on standard input, answers on standard output, and nothing else."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import pypdf

from allegations.links.texts.change import compare
from allegations.links.texts.confinement import confine, grant, load
from allegations.links.texts.folding import forget
from allegations.links.texts.frames import asked_data, asked_from, framed, read_frame, reading_data, text_from
from allegations.links.texts.readings import Asked, Failure, Reading, read

OUT_OF_MEMORY = 77  # the exit code of a child that had not even the memory to say so
Job = Callable[[Mapping[str, Any], list[bytes]], Reading]
SAMPLE = (
    b"<html lang=en><title>Sample</title><p>He was not charged on 3 May 2021 &eacute;. %s</p><p>Nobody was.</p></html>"
)
COLLECT_EVERY = 50  # jobs
LARGE = 1_000_000  # bytes of a job after which nothing of it is remembered


def read_job(head: Mapping[str, Any], parts: list[bytes]) -> Reading:
    """Read a body and look for quotes in it; with a second part, compare it with the baseline in that."""
    baseline = text_from(head["baseline"], parts[1]) if len(parts) > 1 else None
    asked = asked_from(head["asked"], baseline) if "asked" in head else None
    return read(parts[0], head["content_type"], head["url"], content_language=head["content_language"], asked=asked)


def compare_job(head: Mapping[str, Any], parts: list[bytes]) -> Reading:
    """Compare two texts."""
    before, after = text_from(head["baseline"], parts[0]), text_from(head["after"], parts[1])
    asked = asked_from(head["asked"], before)
    change = compare(
        before, after, quotes=asked.quotes, names=asked.names, language=asked.language,
        before_sha256=asked.baseline_sha256, volatile=asked.volatile,
    )  # fmt: skip
    return Reading(after, text_sha256=change.text_sha256, change=change)


JOBS: Mapping[str, Job] = {"read": read_job, "compare": compare_job}


def main(jobs: Mapping[str, Job] = JOBS) -> None:
    """Serve until standard input ends; the arguments are the memory that may be used (bytes) and the parent's id."""
    memory_bytes, parent = map(int, sys.argv[1:3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = os.fdopen(0, "rb", 1 << 16, closefd=False), os.fdopen(1, "wb", 1 << 16, closefd=False)
    logging.disable()
    load(pypdf)
    _warm_up()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # from here on nothing that a page makes us say goes into anybody's log
    confine(memory_bytes, parent)
    gc.freeze()
    gc.disable()
    _send(sink, {"ready": True})
    served = 0
    while (frame := read_frame(source)) is not None:
        if not _serve(frame, jobs, sink):
            return
        served += 1
        large = sum(map(len, frame[1])) > LARGE
        if large:
            forget()
        if large or served % COLLECT_EVERY == 0:
            del frame
            gc.collect()


def _serve(frame: tuple[dict[str, Any], list[bytes]], jobs: Mapping[str, Job], sink: BinaryIO) -> bool:
    """Do one job and answer; tell whether this process is fit for another one."""
    head, parts = frame
    grant(head["seconds"])
    try:
        answer, text = reading_data(jobs[head["do"]](head, parts))
    except MemoryError:
        return _say_memory(sink)
    except Exception as error:  # whatever a page leads to is said of that page; no other one suffers
        sentence = f"The reader could not make sense of it ({type(error).__name__})."
        answer, text = reading_data(Reading(failure=Failure.UNREADABLE, sentence=sentence))
    try:
        _send(sink, answer, text)
    except MemoryError:
        return _say_memory(sink)
    return True


def _say_memory(sink: BinaryIO) -> bool:
    try:
        _send(sink, {"memory": True})
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    return False


def _send(sink: BinaryIO, head: Mapping[str, Any], *parts: bytes) -> None:
    sink.write(b"".join(framed(head, *parts)))
    sink.flush()


def _warm_up() -> None:
    """Do each kind of work once, so that all that it needs is loaded."""
    first = read(SAMPLE % b"1", "text/html")
    asked = Asked(first.text, quotes=("He was not charged on the third of May",), names=("Jo Doe",))
    reading_data(read(SAMPLE % b"2", "text/html", "https://sample.example/", asked=asked))
    asked_data(asked)
    read(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF",
        "application/pdf",
    )


if __name__ == "__main__":
    main()
