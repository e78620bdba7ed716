"""What asking for a page costs with our fetcher, as a ratio to plain aiohttp on the same server in the same run.

Run with `python -m benchmarks.http_client`; a second core lets the server keep out of the way.
"""

import asyncio
import contextlib
import hashlib
import resource
import subprocess
import sys

import pycurl

from allegations.links.addresses import AddressPolicy
from allegations.links.fetcher import Job, fetch_many

PAGES = 1536
AT_ONCE = 64
ROUNDS = 3
BODY = (b"<!doctype html><title>A day in court</title>" + b"<p>The court heard another witness on Monday.</p>" * 500)[
    :20_000
]
ANSWER = (
    b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "x1"\r\nServer: bench\r\n'
    b"Date: Fri, 27 Nov 2026 00:00:00 GMT\r\nContent-Length: %d\r\n\r\n" % len(BODY)
) + BODY


class Pages(asyncio.Protocol):
    """Gives the one page to whoever asks, and hangs up."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if data.endswith(b"\r\n\r\n"):
            self.transport.write(ANSWER)
            self.transport.close()


async def serve():
    server = await asyncio.get_running_loop().create_server(Pages, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def server():
    command = [sys.executable, "-m", "benchmarks.http_client", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield int(child.stdout.readline())
        finally:
            child.terminate()


class Here:
    """Answers for every name with this machine."""

    async def resolve(self, host, port):
        return ["127.0.0.1"]


def urls(port):
    return [f"http://h{number}.example.org:{port}/story/{number}" for number in range(AT_ONCE)]


def with_our_fetcher(port):
    """Guard, pins, limits, heads, two hashes and the whole body kept."""
    policy = AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"}))
    jobs = [Job(url) for url in urls(port)]
    asking = fetch_many(jobs, user_agent="bench", policy=policy, resolver=Here(), keep=True, concurrency=AT_ONCE)
    for exchange in asyncio.run(asking):
        assert exchange.wire_bytes == len(BODY)
        exchange.payload.close()


def with_bare_libcurl(port):
    """Nothing but the transfers, and a hash."""
    multi, left = pycurl.CurlMulti(), AT_ONCE
    for url in urls(port):
        curl = pycurl.Curl()
        curl.pieces = []
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.CONNECT_TO, [f"::127.0.0.1:{port}"])
        curl.setopt(pycurl.WRITEFUNCTION, curl.pieces.append)
        curl.setopt(pycurl.FORBID_REUSE, 1)
        multi.add_handle(curl)
    while left:
        multi.perform()
        multi.select(1.0)
        _, done, failed = multi.info_read()
        assert not failed
        for curl in done:
            hashlib.sha256(b"".join(curl.pieces)).hexdigest()
            multi.remove_handle(curl)
            curl.close()
            left -= 1
    multi.close()


def with_aiohttp(port):
    """One session for all, the shortest way that aiohttp has; no guard, no limits."""
    import aiohttp

    async def one(session, url):
        async with session.get(url) as response:
            hashlib.sha256(await response.read()).hexdigest()

    async def batch():
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
            await asyncio.gather(*(one(session, f"http://127.0.0.1:{port}/story/{n}") for n in range(AT_ONCE)))

    asyncio.run(batch())


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cost(batch, port):
    """Return the best CPU seconds a page out of some rounds."""
    return min(_round(batch, port) for _ in range(ROUNDS)) / PAGES


def _round(batch, port):
    began = cpu_s()
    for _ in range(PAGES // AT_ONCE):
        batch(port)
    return cpu_s() - began


def main():
    with server() as port:
        with_our_fetcher(port)
        ours, bare = cost(with_our_fetcher, port), cost(with_bare_libcurl, port)
        try:
            reference = cost(with_aiohttp, port)
        except ModuleNotFoundError:
            reference = None
    rows = [("aiohttp, one session, no guard", reference), ("our fetcher, all of it", ours), ("libcurl alone", bare)]
    for name, seconds in rows:
        if seconds is None:
            print(f"{name:<34} not installed: pip install aiohttp")
        else:
            ratio = f"{seconds / reference:>6.2f} x" if reference else ""
            print(f"{name:<34}{seconds * 1e3:>8.3f} CPU-ms a page {ratio}")


if __name__ == "__main__":
    asyncio.run(serve()) if sys.argv[1:] == ["serve"] else main()
