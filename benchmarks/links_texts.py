"""Our check with every page read and compared with what it said before, in children that can be killed.

`python -m benchmarks.links_texts PORT FOLDER PART PARTS` as in `links_check`, with the server on its second edition;
`python -m benchmarks.links_texts FOLDER` reads the first edition beforehand and keeps what it said.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from collections import Counter
from pathlib import Path

from allegations.links.collector import collect_seldom
from allegations.links.exchange import Exchange
from allegations.links.texts.readings import Asked, read
from allegations.links.texts.sandbox import Job, Readers
from benchmarks.links_check import Checking, mine
from benchmarks.links_world import Address, Writer, addresses, change_of

CHILDREN = 2
LEVELS = {"cosmetic": "cosmetic", "addition": "substantive", "word": "critical", "replaced": "replaced"}
KEPT = "earlier.pickle"


def prepare(folder: Path) -> None:
    """Read the first edition of every page and keep its text, with the quote and the name that rest on it."""
    write, kept = Writer(), {}
    for address in addresses():
        reading = read(write.page(address.number), "text/html; charset=utf-8")
        quote = write.quote(address.number)
        kept[address.number] = Asked(
            reading.text, (quote,), (quote.split()[6],), reading.text.language, reading.text_sha256
        )
    (folder / KEPT).write_bytes(pickle.dumps(kept))


class Reading(Checking):
    """The checks of one process, whose pages are read and compared while the next batches are asked."""

    def __init__(self, port: int, folder: Path, readers: Readers) -> None:
        super().__init__(port, folder)
        self.readers = readers
        self.earlier: dict[int, Asked] = pickle.loads((folder / KEPT).read_bytes())
        self.wrong: Counter[str] = Counter()

    async def all(self, taken: list[list[Address]]) -> None:
        """Check these batches; the children start while the first of them are asked."""
        first = [Job(b"<p>Nothing was said.</p>", "text/html")] * CHILDREN
        await asyncio.gather(asyncio.to_thread(self.readers.read_all, first), super().all(taken))

    async def _finish(self, batch: list[Address], exchanges: list[Exchange]) -> None:
        self._write(batch, exchanges)
        found = [
            (address, exchange)
            for address, exchange in zip(batch, exchanges, strict=True)
            if exchange.status == 200 and exchange.payload
        ]
        jobs = [self._job(address, exchange) for address, exchange in found]
        readings = await asyncio.to_thread(self.readers.read_all, jobs)
        for (address, exchange), reading in zip(found, readings, strict=True):
            exchange.payload.close()
            level = str(reading.change.level) if reading.change else str(reading.failure)
            if level != LEVELS[change_of(address.number)]:
                self.wrong[f"{change_of(address.number)}: {level}"] += 1

    def _job(self, address: Address, exchange: Exchange) -> Job:
        body = b"".join(exchange.payload.decoded())
        kind = exchange.headers.get("content-type", "")
        return Job(body, kind, exchange.final_url, asked=self.earlier[address.number])


def main() -> None:
    if len(sys.argv) == 2:
        prepare(Path(sys.argv[1]))
        return
    port, folder, part, parts = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    with Readers(CHILDREN) as readers:
        reading = Reading(port, folder, readers)
        collect_seldom()
        asyncio.run(reading.all(mine(part, parts)))
    right = reading.found["right"] - reading.wrong.total()
    does = f"the same, text and change in {CHILDREN} children"
    print(json.dumps({**reading.found, "right": right, "wrong": reading.wrong, "does": does}))


if __name__ == "__main__":
    main()
