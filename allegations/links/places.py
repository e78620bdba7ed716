"""Whose turn it is within one batch: of each host one request, and of all so many."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from allegations.links.answer import Answer
from allegations.links.exchange import Deferred
from allegations.links.guard import Names
from allegations.links.waiting import FIRST_REST_S, retry_after


class Places:
    """Who may ask now: of each host one, and `at_once` in all; who waits for its host holds no place.

    A host that asks for fewer requests is asked by none that comes after.
    """

    def __init__(self, at_once: int = 1) -> None:
        self.hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.all = asyncio.Semaphore(at_once)
        self.names = Names()
        self._closed: dict[str, float] = {}

    def refuse(self, host: str) -> None:
        """Raise Deferred where the host has asked for fewer requests."""
        if host in self._closed:
            raise Deferred(self._closed[host])

    def hear(self, host: str, answer: Answer) -> None:
        """Note what an answer says of the whole host."""
        if answer.status in (429, 503) and (answer.status == 429 or "retry-after" in answer.headers):
            self._closed[host] = max(retry_after(answer.headers) or 0.0, FIRST_REST_S)
