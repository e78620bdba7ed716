"""One timer of the event loop for a moment that moves all the time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SLACK_S = 0.001  # so much earlier is soon enough


class Alarm:
    """Calls `ring` once at the moment that was set last; a timer set for an earlier moment stays and looks again."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
        self._loop, self._ring = loop, ring
        self._timer: asyncio.TimerHandle | None = None
        self._due: float | None = None

    def at(self, due: float | None) -> None:
        """Ring at this moment of the loop's clock, and at no other; None for never."""
        self._due = due
        if due is not None and (self._timer is None or self._timer.when() > due):
            self._set(due)

    def no_later_than(self, due: float) -> None:
        """Ring at this moment, or before it where that was asked for."""
        if self._due is None or due < self._due:
            self.at(due)

    def stop(self) -> None:
        """Never ring again."""
        if self._timer:
            self._timer.cancel()
        self._timer = self._due = None

    def _set(self, due: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._due is None:
            return
        if self._due > self._loop.time() + SLACK_S:
            self._set(self._due)
        else:
            self._due = None
            self._ring()
