"""Keyed random numbers that any language can reproduce: the counter form of SplitMix64.

u(key, n) = (mix(seed + (n + 1) * 0x9E3779B97F4A7C15) >> 11) * 2**-53, where seed is the first eight
bytes, big endian, of the SHA-256 of the key (Steele, Lea and Flood 2014).
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

GOLDEN_GAMMA = 0x9E3779B97F4A7C15
FIRST_FACTOR = 0xBF58476D1CE4E5B9
SECOND_FACTOR = 0x94D049BB133111EB
WORD = 2**64 - 1


def seed(key: str) -> int:
    """Return the 64 bits that a key starts from."""
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big")


def uniform(key: str, n: int) -> float:
    """Return the n-th number of a key, counted from 0; at least 0 and below 1."""
    z = (seed(key) + (n + 1) * GOLDEN_GAMMA) & WORD
    z = ((z ^ (z >> 30)) * FIRST_FACTOR) & WORD
    z = ((z ^ (z >> 27)) * SECOND_FACTOR) & WORD
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53


def uniforms(key: str, count: int) -> NDArray[np.float64]:
    """Return the first `count` numbers of a key, 0 or more, the same bit for bit as `uniform` gives them (2.7)."""
    z = np.uint64(seed(key)) + steps(count)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(FIRST_FACTOR)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(SECOND_FACTOR)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53


@cache
def steps(count: int) -> NDArray[np.uint64]:
    """Return how far from the seed each of the first `count` numbers lies, modulo 2**64."""
    return np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN_GAMMA)
