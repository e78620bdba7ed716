"""Our check as a worker makes it, in one process: batches are asked, judged, hashed and written as WARC files.

`python -m benchmarks.links_check PORT FOLDER PART PARTS` takes every PARTS-th batch from PART on.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from allegations.links.addresses import AddressPolicy
from allegations.links.archive.records import Batch, Entry
from allegations.links.collector import collect_seldom
from allegations.links.exchange import Exchange
from allegations.links.fetcher import fetch_many
from allegations.links.journey import Job
from allegations.links.verdicts import judge
from benchmarks.links_world import Address, addresses, batches

AT_ONCE = 8  # batches in flight, so that one slow page does not keep the others waiting
VERDICTS = {"page": "OK", "slow": "OK", "redirect": "MOVED_PERM", "missing": "GONE_404"}
INFO = {"software": "benchmark"}


class Local:
    """Finds every host on this machine."""

    async def resolve(self, _host: str, _port: int) -> Sequence[str]:
        return ("127.0.0.1",)


class Checking:
    """The checks of one process, with what they came to."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self.policy = AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"}))
        self.places = asyncio.Semaphore(AT_ONCE)
        self.found: Counter[str] = Counter()

    async def all(self, taken: list[list[Address]]) -> None:
        """Check these batches."""
        await asyncio.gather(*(self._one(batch) for batch in taken))

    async def _one(self, batch: list[Address]) -> None:
        async with self.places:
            jobs = [Job(address.url(self.port)) for address in batch]
            exchanges = await fetch_many(
                jobs,
                user_agent="CandidateVettingLinkBot/1.0 (+https://localhost/)",
                policy=self.policy,
                resolver=Local(),
                concurrency=len(jobs),
                keep=True,
            )
            await self._finish(batch, exchanges)

    async def _finish(self, batch: list[Address], exchanges: list[Exchange]) -> None:
        self._write(batch, exchanges)
        for exchange in exchanges:
            if exchange.payload:
                exchange.payload.close()

    def _write(self, batch: list[Address], exchanges: list[Exchange]) -> None:
        """Judge a batch and write it as one WARC file with its digest as its name, on disk when this returns."""
        draft = self.folder / f"{batch[0].number}.draft"
        with draft.open("xb") as out:
            warc = Batch(out, INFO, time.time())
            for address, exchange, judged in zip(
                batch, exchanges, [judge(exchange) for exchange in exchanges], strict=True
            ):
                kept = warc.add(Entry(exchange, time.time(), judged.verdict, judged.signals, "benchmark"))
                self.found["judged"] += 1
                self.found["right"] += judged.verdict == VERDICTS[address.kind]
                self.found["kept"] += kept.answer is not None
            file = warc.end()
            os.fsync(out.fileno())
        draft.rename(self.folder / f"{file.sha256}.warc.gz")
        self.found["bytes"] += file.size


def mine(part: int, parts: int) -> list[list[Address]]:
    """Return the batches of one process of so many; of none, a single address, by which its start is measured."""
    return batches(addresses())[part::parts] if parts else [addresses()[:1]]


def main() -> None:
    port, folder, part, parts = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    collect_seldom()
    checking = Checking(port, folder)
    asyncio.run(checking.all(mine(part, parts)))
    print(json.dumps({**checking.found, "does": "GET, verdict, hash, WARC"}))


if __name__ == "__main__":
    main()
