"""One child process that reads, and the two pipes to it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from allegations.links.texts.frames import LENGTHS, lengths, opened

PROJECT = Path(__file__).resolve().parents[3]
PIECE = 1 << 16  # bytes; a pipe holds no more


class Ended(Exception):
    """The child is gone; `code` is how it ended (negative: by which signal)."""

    def __init__(self, code: int | None) -> None:
        super().__init__()
        self.code = code


class TookTooLong(Exception):
    """The child did not answer in time."""


class Child:
    """One process and the pipes to it."""

    def __init__(self, module: str, memory_bytes: int) -> None:
        self.owner = os.getpid()
        self.served = 0
        self._process = subprocess.Popen(  # noqa: S603 (our own module, with numbers)
            [sys.executable, "-s", "-m", module, str(memory_bytes), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={"PYTHONPATH": str(PROJECT), "PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def exchange(self, pieces: Sequence[bytes], seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        """Send a frame and return the head and the parts of the answer; raise when none comes in time."""
        until = time.monotonic() + seconds
        unsent = [memoryview(piece) for piece in pieces if piece]
        came = bytearray()
        due = LENGTHS.size
        poll = select.poll()
        poll.register(self._from, select.POLLIN)
        if unsent:
            poll.register(self._to, select.POLLOUT)
        while len(came) < due or unsent:
            left = until - time.monotonic()
            if left <= 0:
                raise TookTooLong
            for fd, _ in poll.poll(left * 1000):
                if fd == self._from:
                    came += self._receive()
                elif unsent and not self._send(unsent):
                    poll.unregister(self._to)
            if due == LENGTHS.size and len(came) >= due:
                head, body = lengths(bytes(came[:due]))
                due += head + body
        return opened(bytes(came))

    def _receive(self) -> bytes:
        piece = os.read(self._from, PIECE)
        if not piece:
            raise Ended(self._code())
        return piece

    def _send(self, unsent: list[memoryview]) -> bool:
        """Send what the pipe takes; tell whether anything is left. A broken pipe shows when the answer is awaited."""
        try:
            sent = os.writev(self._to, unsent)
        except BlockingIOError:
            return True
        except BrokenPipeError:
            unsent.clear()
            return False
        while unsent and sent >= len(unsent[0]):
            sent -= len(unsent.pop(0))
        if unsent:
            unsent[0] = unsent[0][sent:]
        return bool(unsent)

    def _code(self) -> int | None:
        """Return how the child ended; it has closed its pipe, so it is about to."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(2.0)
        return None

    def close(self, *, kill: bool) -> None:
        """End the child and wait for it; a child of another process is only let go of."""
        streams = (self._process.stdin, self._process.stdout)
        if self.owner != os.getpid():
            self._process.returncode = 0  # not ours to wait for
        elif kill:
            self._process.kill()
        for stream in streams:
            if stream:
                stream.close()
        if self._process.returncode is None:
            try:
                self._process.wait(2.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
