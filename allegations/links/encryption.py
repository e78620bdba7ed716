"""How a connection was encrypted: what libcurl tells of a handshake, in the names of WARC-Protocol and of IANA."""

from __future__ import annotations

import re

from allegations.links.exchange import Encryption

HANDSHAKE = re.compile(rb"SSL connection using TLSv(1(?:\.[123])?) / (\S+)")
# OpenSSL’s own names for the suites up to TLS 1.2 leave out that of the key exchange by RSA, and CBC.
SUITE = re.compile(
    r"(?:(?P<exchange>(?:EC)?DHE)-(?P<proof>RSA|ECDSA)-)?"
    r"(?:AES(?P<bits>128|256)-(?P<mode>GCM-)?SHA(?P<digest>\d*)|CHACHA20-POLY1305)"
)


def told(words: bytes) -> Encryption | None:
    """Return what a line of libcurl’s trace tells of a finished handshake, or None where it tells of something else.

    >>> told(b"SSL connection using TLSv1.2 / AES128-SHA / [blank] / UNDEF\\n")
    Encryption(protocol='tls/1.2', cipher_suite='TLS_RSA_WITH_AES_128_CBC_SHA')
    """
    found = HANDSHAKE.match(words)
    if found is None:
        return None
    version = found[1].decode()
    return Encryption(f"tls/{version if '.' in version else '1.0'}", _suite(found[2].decode("latin-1")))


def _suite(name: str) -> str | None:
    """Return IANA’s name for a cipher suite that OpenSSL names so, or None where we know of none."""
    if name.startswith("TLS_"):
        return name  # since TLS 1.3 the two are the same
    found = SUITE.fullmatch(name)
    if found is None:
        return None
    keys = f"{found['exchange']}_{found['proof']}" if found["exchange"] else "RSA"
    if not found["bits"]:
        return f"TLS_{keys}_WITH_CHACHA20_POLY1305_SHA256"
    return f"TLS_{keys}_WITH_AES_{found['bits']}_{'GCM' if found['mode'] else 'CBC'}_SHA{found['digest']}"
