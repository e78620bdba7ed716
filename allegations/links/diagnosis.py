"""From an exception of the network library to the failure it stands for, in words."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator

import aiohttp

from allegations.links.exchange import Failure, Stopped
from allegations.links.guard import Phase

# X509_V_ERR_* of OpenSSL; every other certificate fault is one of trust.
CERTIFICATE_FAULTS = {
    9: (Failure.TLS_EXPIRED, "The site’s certificate is not valid yet."),
    10: (Failure.TLS_EXPIRED, "The site’s certificate has expired."),
    62: (Failure.TLS_NAME, "The site’s certificate is for another name."),
    64: (Failure.TLS_NAME, "The site’s certificate is for another address."),
}
UNTRUSTED = (Failure.TLS_UNTRUSTED, "The site’s certificate is not signed by anyone we trust.")
CONNECT_FAULTS = {
    errno.ECONNREFUSED: (Failure.CONNECT_REFUSED, "The server refused the connection."),
    errno.ECONNRESET: (Failure.CONNECT_RESET, "The server dropped the connection."),
    errno.EPIPE: (Failure.CONNECT_RESET, "The server dropped the connection."),
    errno.ETIMEDOUT: (Failure.CONNECT_TIMEOUT, "The server did not take the connection in time."),
    errno.EHOSTUNREACH: (Failure.CONNECT_UNREACHABLE, "The server cannot be reached."),
} | dict.fromkeys(
    (errno.ENETUNREACH, errno.ENETDOWN, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL),
    (Failure.OWN_FAULT, "Our own network or machine could not open a connection."),
)
LATE = {
    Phase.NAME: (Failure.DNS_TEMPFAIL, "The name could not be looked up in time."),
    Phase.CONNECT: (Failure.CONNECT_TIMEOUT, "The server did not take the connection in time."),
    Phase.ANSWER: (Failure.SLOW, "The server took too long to answer."),
}


def diagnose(error: Exception, phase: Phase) -> Stopped:
    """Return the outcome that `error` stands for when it came in this phase of a request."""
    if isinstance(error, TimeoutError):
        return Stopped(*LATE[phase])
    if tls := [link for link in _chain(error) if isinstance(link, ssl.SSLError)]:
        return Stopped(*_tls_fault(tls[-1]))  # the first are aiohttp's own, without the code
    if isinstance(error, aiohttp.InvalidURL):
        return Stopped(Failure.REFUSED_URL, "The address cannot be asked.")
    if isinstance(error, aiohttp.ClientPayloadError):
        return Stopped(Failure.CUT_SHORT, "The answer broke off before its end.")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Stopped(Failure.CONNECT_RESET, "The server dropped the connection.")
    if isinstance(error, OSError):
        return Stopped(*_connect_fault(error))
    return Stopped(Failure.PROTOCOL, "The server’s answer is not valid HTTP.")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _tls_fault(error: ssl.SSLError) -> tuple[Failure, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return CERTIFICATE_FAULTS.get(error.verify_code, UNTRUSTED)
    if "CERTIFICATE_REQUIRED" in str(getattr(error, "reason", "")):
        return Failure.TLS_CLIENT_CERTIFICATE, "The server asks visitors for a certificate."
    return Failure.TLS_PROTOCOL, "No encrypted connection could be agreed on."


def _connect_fault(error: OSError) -> tuple[Failure, str]:
    unclear = (Failure.CONNECT_UNREACHABLE, "No connection to the server could be made.")
    return CONNECT_FAULTS.get(error.errno or 0, unclear)
