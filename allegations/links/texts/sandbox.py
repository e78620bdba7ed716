"""Reading in a child process that is killed when it takes too long or too much, and replaced by a new one."""

from __future__ import annotations

import os
import queue
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from allegations.links.texts.blocks import Text
from allegations.links.texts.children import Child, Ended, TookTooLong
from allegations.links.texts.frames import Broken, asked_data, framed, reading_from, text_data
from allegations.links.texts.readings import Asked, Failure, Reading

CHILD = "allegations.links.texts.child"
MEMORY_BYTES = 512 * 1024 * 1024
START_S = 30.0
LARGEST = 100_000_000  # bytes of one body that is read


class ReaderUnavailable(Exception):
    """No child could be started: a fault of our own, not of what was to be read."""


@dataclass(frozen=True)
class Bounds:
    """How much one job may take: seconds for a page or a comparison, seconds for a PDF, bytes of memory.

    After `jobs` jobs a child is replaced, so that nothing adds up in it.
    """

    page_s: float = 10.0
    pdf_s: float = 20.0
    memory_bytes: int = MEMORY_BYTES
    jobs: int = 1000


@dataclass(frozen=True)
class Job:
    """Something to read: a decoded body, its headers, and what is asked about it."""

    data: bytes
    content_type: str = ""
    url: str = ""
    content_language: str = ""
    asked: Asked | None = None


class Reader:
    """Reads and compares in one child, for one thread at a time. The child starts with the first job.

    >>> with Reader() as reader:
    ...     reader.read(b"<p>The general was not charged with anything.", "text/html").text.lines
    ('The general was not charged with anything.',)
    """

    def __init__(self, bounds: Bounds | None = None, *, module: str = CHILD) -> None:
        self._bounds = bounds or Bounds()
        self._module = module
        self._child: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child; the next job starts another one."""
        self._end(kill=False)

    def read(
        self,
        data: bytes,
        content_type: str = "",
        url: str = "",
        *,
        content_language: str = "",
        asked: Asked | None = None,
    ) -> Reading:
        """Read a decoded body; with `asked`, also compare it with a baseline and look for quotes in it.

        Never raises for what was read.
        """
        if len(data) > LARGEST:
            return Reading(
                failure=Failure.UNREADABLE, sentence=f"It is longer than {LARGEST} bytes, more than we read."
            )
        is_pdf = content_type.lower().startswith("application/pdf") or data.startswith(b"%PDF-")
        head: dict[str, Any] = {"content_type": content_type, "url": url, "content_language": content_language}
        parts = [data]
        if asked is not None:
            head["asked"] = asked_data(asked)
        if asked is not None and asked.baseline is not None:
            head["baseline"], baseline = text_data(asked.baseline)
            parts.append(baseline)
        return self.ask("read", head, *parts, seconds=self._bounds.pdf_s if is_pdf else self._bounds.page_s)

    def compare(self, after: Text, asked: Asked) -> Reading:
        """Compare a text that was read before with a baseline; the reading's `change` is the outcome."""
        (baseline, before), (head, body) = text_data(asked.baseline or Text()), text_data(after)
        said = {"asked": asked_data(asked), "baseline": baseline, "after": head}
        return self.ask("compare", said, before, body, seconds=self._bounds.page_s)

    def ask(self, do: str, head: Mapping[str, Any], *parts: bytes, seconds: float) -> Reading:
        """Have one job done; a child that somebody else killed is no answer, so it is tried once more."""
        frame = framed({**head, "do": do, "seconds": seconds}, *parts)
        try:
            return self._try(frame, seconds)
        except Ended as ended:
            if ended.code != -signal.SIGKILL:
                return _failed(ended.code)
        try:
            return self._try(frame, seconds)
        except Ended as ended:
            return _failed(ended.code)

    def _try(self, frame: Sequence[bytes], seconds: float) -> Reading:
        child = self._ready()
        fit = False
        try:
            answer, parts = child.exchange(frame, seconds)
            child.served += 1
            fit = "memory" not in answer and child.served < self._bounds.jobs
            return _failed_of(Failure.MEMORY) if "memory" in answer else reading_from(answer, *parts)
        except TookTooLong:
            return _failed_of(Failure.TIME)
        except (Broken, KeyError, TypeError, ValueError):
            return _failed_of(Failure.CRASHED)
        finally:  # whatever else comes, such as the time limit of a task: a child in an unknown state is of no use
            if not fit:
                self._end(kill=True)

    def _ready(self) -> Child:
        """Return a living child of this very process."""
        child = self._child
        if child is not None and child.owner == os.getpid() and child.is_alive():
            return child
        self._end(kill=True)
        child = Child(self._module, self._bounds.memory_bytes)
        fit = False
        try:
            fit = child.exchange((), START_S)[0].get("ready") is True
        except (Ended, TookTooLong, Broken) as error:
            raise ReaderUnavailable("The process that reads pages did not start.") from error
        finally:
            if not fit:
                child.close(kill=True)
        if not fit:
            raise ReaderUnavailable("The process that reads pages answers with something else.")
        self._child = child
        return child

    def _end(self, *, kill: bool) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close(kill=kill)


SENTENCES = {
    Failure.MEMORY: "Reading it took more memory than is allowed.",
    Failure.TIME: "Reading it took longer than is allowed.",
    Failure.CRASHED: "The process that read it ended without an answer.",
}


def _failed_of(failure: Failure) -> Reading:
    return Reading(failure=failure, sentence=SENTENCES[failure])


def _failed(code: int | None) -> Reading:
    """Return the reading of a child that ended so: 77 is its word for no memory, SIGXCPU the system’s for no time."""
    return _failed_of({77: Failure.MEMORY, -signal.SIGXCPU: Failure.TIME}.get(code or 0, Failure.CRASHED))


class Readers:
    """Several readers, for as many threads at a time as there are children.

    A child ends with the thread that started it (PR_SET_PDEATHSIG); whoever reads next starts another one. Threads
    that stay, such as those of `read_all`, keep theirs.
    """

    def __init__(self, count: int, bounds: Bounds | None = None, *, module: str = CHILD) -> None:
        self._all = [Reader(bounds, module=module) for _ in range(count)]
        self._idle: queue.LifoQueue[Reader] = queue.LifoQueue()
        for reader in self._all:
            self._idle.put(reader)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all children, after what they are at."""
        self._threads.shutdown()
        for reader in self._all:
            reader.close()

    def read(self, job: Job) -> Reading:
        """Read with the next idle child; wait for one."""
        with self._one() as reader:
            return reader.read(
                job.data, job.content_type, job.url, content_language=job.content_language, asked=job.asked
            )

    def compare(self, after: Text, asked: Asked) -> Reading:
        """Compare a text that was read before with a baseline, with the next idle child."""
        with self._one() as reader:
            return reader.compare(after, asked)

    @contextmanager
    def _one(self) -> Iterator[Reader]:
        reader = self._idle.get()
        try:
            yield reader
        finally:
            self._idle.put(reader)

    def read_all(self, jobs: Iterable[Job]) -> list[Reading]:
        """Read all of them, as many at a time as there are children; the answers are in the order of the jobs."""
        return list(self._threads.map(self.read, jobs))
