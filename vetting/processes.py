"""Recomputing beside other processes: each takes some candidacies at a time, with a connection of its own."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import django

RARELY = 100_000  # container objects made between two looks for cycles


def recomputed(parts: Sequence[list[int]], processes: int = 1) -> Iterator[tuple[list[int], Counter[str]]]:
    """Recompute candidacies, named by id, part by part in so many processes; yield each part with what became of it.

    The parts come out in their order; what `recompute` returns says what became of one.
    """
    if processes == 1:
        with rarely_collecting():
            yield from zip(parts, map(_recompute, parts), strict=True)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin) as executor:
        yield from zip(parts, executor.map(_recompute, parts), strict=True)


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Look for cycles of objects rarely: the rows of a batch form none, and looking took a third of its time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(RARELY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _begin() -> None:
    """Set up a new process, which ends with its work."""
    django.setup()
    gc.freeze()
    gc.set_threshold(RARELY)


def _recompute(candidacies: Sequence[int]) -> Counter[str]:
    from vetting.assessments import recompute  # only once Django is set up

    return recompute(candidacies)
