"""An authority of timestamps (RFC 3161) that is nothing but openssl, and a server that answers with its word."""

from __future__ import annotations

import subprocess
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[answers]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """A certificate authority with one timestamping authority under it."""

    folder: Path

    def openssl(self, *words: str, given: bytes | None = None) -> bytes:
        return subprocess.run(["openssl", *words], input=given, capture_output=True, check=True, timeout=20).stdout

    def found(self, name: str) -> Authority:
        self.folder.mkdir()
        (self.folder / "serial").write_text("01\n")
        (self.folder / "config").write_text(CONFIG.format(folder=self.folder))
        self._certify("ca", name, "-x509", "-days", "30", "-extensions", "ca")
        self._certify(
            "tsa",
            "tsa",
            "-x509",
            "-days",
            "30",
            "-extensions",
            "tsa",
            "-CA",
            self.of("ca.pem"),
            "-CAkey",
            self.of("ca.key"),
        )
        return self

    def _certify(self, name: str, subject: str, *words: str) -> None:
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", self.of(f"{name}.key"))
        self.openssl(
            "req", *words, *key, "-subj", f"/CN={subject}", "-out", self.of(f"{name}.pem"), "-config", self.of("config")
        )

    def of(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def root(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()

    def answer(self, asked: bytes) -> bytes:
        (self.folder / "query").write_bytes(asked)
        signer = ("-signer", self.of("tsa.pem"), "-inkey", self.of("tsa.key"), "-chain", self.of("ca.pem"))
        return self.openssl(
            "ts", "-reply", "-queryfile", self.of("query"), "-config", self.of("config"), "-section", "answers", *signer
        )


class StampServer:
    """Stamps what is posted to it, or answers with what a test says, while the `with` block runs."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.asked: list[bytes] = []
        self.instead: bytes | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.netloc = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.netloc}/"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stamps = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                stamps.asked.append(body)
                answer = stamps.authority.answer(body) if stamps.instead is None else stamps.instead
                self.send_response(200)
                self.send_header("content-type", "application/timestamp-reply")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        return Handler

    def __enter__(self) -> StampServer:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
