"""Watching that an answer comes fast enough: its head in its time, then a minimum of body in every window of time."""

from __future__ import annotations

from allegations.links.answer import Answer
from allegations.links.diagnosis import late
from allegations.links.exchange import Failure, Limits, Stopped
from allegations.links.guard import Guard


class Pace:
    """The watch over one transfer from `began` on, by the loop's clock; somebody is to `look` when it is `due`.

    Windows follow one another from the moment at which the head had come.
    """

    def __init__(self, guard: Guard, answer: Answer, limits: Limits, began: float) -> None:
        self._guard, self._answer, self._limits = guard, answer, limits
        self._head_due = began + limits.header_s
        self._window_from: float | None = None
        self._before = 0
        self.due = min(self._head_due, began + limits.rate_window_s)

    def look(self, now: float) -> Stopped | None:
        """Return why the answer is too slow, or put off `due`."""
        if self._answer.head_at is not None:
            return self._look_at_body(self._answer.head_at, now)
        if now >= self._head_due:
            return late(self._guard.phase)
        self.due = min(self._head_due, now + self._limits.rate_window_s)
        return None

    def _look_at_body(self, head_at: float, now: float) -> Stopped | None:
        limits, came = self._limits, self._answer.body.wire
        window_ends = (head_at if self._window_from is None else self._window_from) + limits.rate_window_s
        if now < window_ends:
            self.due = window_ends
            return None
        if came - self._before < limits.rate_bytes * limits.rate_window_s:
            return Stopped(Failure.SLOW, f"The answer came slower than {limits.rate_bytes:.0f} bytes a second.")
        self._window_from, self._before, self.due = now, came, now + limits.rate_window_s
        return None
