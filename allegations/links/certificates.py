"""Who a server said it is: the certificate of a finished transfer, as it is kept."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime

import pycurl

from allegations.links.exchange import Certificate
from allegations.links.text import fit

LONGEST = 500  # characters of a name


def certificate(curl: pycurl.Curl) -> Certificate | None:
    """Return the server’s own certificate, or None where it did not come so far or cannot be read."""
    chain = curl.getinfo_raw(pycurl.INFO_CERTINFO)
    # A field that libcurl wrote without a colon is no pair.
    return read(dict(field for field in chain[0] if isinstance(field, tuple))) if chain else None


def read(fields: dict[bytes, bytes]) -> Certificate | None:
    """Return the certificate that libcurl describes in these fields, or None where they cannot be read."""
    try:
        der = ssl.PEM_cert_to_DER_cert(fields[b"Cert"].decode())
        return Certificate(
            subject=_name(fields, b"Subject") or _name(fields, b"X509v3 Subject Alternative Name"),
            issuer=_name(fields, b"Issuer"),
            not_after=_moment(fields[b"Expire date"].decode()),
            sha256=hashlib.sha256(der).hexdigest(),
        )
    except (KeyError, ValueError, OverflowError):
        return None


def _name(fields: dict[bytes, bytes], of: bytes) -> str:
    return fit(fields.get(of, b"").decode("utf-8", "replace"))[:LONGEST]


def _moment(text: str) -> str:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC).isoformat()
