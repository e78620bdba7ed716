"""From the way in which a transfer ended to the failure it stands for, in words."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import pycurl

from allegations.links.exchange import Failure, Stopped
from allegations.links.guard import Phase

# X509_V_ERR_* of OpenSSL; every other certificate fault is one of trust. libcurl compares the name first, and by
# itself: then OpenSSL has said nothing (0) or not been asked (1).
NAMES_ANOTHER = (Failure.TLS_NAME, "The site’s certificate is for another name.")
CERTIFICATE_FAULTS = {
    0: NAMES_ANOTHER,
    1: NAMES_ANOTHER,
    9: (Failure.TLS_EXPIRED, "The site’s certificate is not valid yet."),
    10: (Failure.TLS_EXPIRED, "The site’s certificate has expired."),
    62: NAMES_ANOTHER,
    64: (Failure.TLS_NAME, "The site’s certificate is for another address."),
}
UNTRUSTED = (Failure.TLS_UNTRUSTED, "The site’s certificate is not signed by anyone we trust.")
WANTS_CERTIFICATE = (Failure.TLS_CLIENT_CERTIFICATE, "The server asks visitors for a certificate.")
NO_ENCRYPTION = (Failure.TLS_PROTOCOL, "No encrypted connection could be agreed on.")
DROPPED = (Failure.CONNECT_RESET, "The server dropped the connection.")
CUT_SHORT = (Failure.CUT_SHORT, "The answer broke off before its end.")
OWN_NETWORK = (Failure.OWN_FAULT, "Our own network or machine could not open a connection.")
CONNECT_FAULTS = {
    errno.ECONNREFUSED: (Failure.CONNECT_REFUSED, "The server refused the connection."),
    errno.ECONNRESET: DROPPED,
    errno.EPIPE: DROPPED,
    errno.ETIMEDOUT: (Failure.CONNECT_TIMEOUT, "The server did not take the connection in time."),
    errno.EHOSTUNREACH: (Failure.CONNECT_UNREACHABLE, "The server cannot be reached."),
} | dict.fromkeys(
    (
        errno.ENETUNREACH, errno.ENETDOWN, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM,
        errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT,
    ),
    OWN_NETWORK,
)  # fmt: skip
LATE = {
    Phase.NAME: CONNECT_FAULTS[errno.ETIMEDOUT],
    Phase.CONNECT: CONNECT_FAULTS[errno.ETIMEDOUT],
    Phase.ANSWER: (Failure.SLOW, "The server took too long to answer."),
}
CLIENT_CERTIFICATE = 98  # CURLE_SSL_CLIENTCERT, which pycurl does not name
TLS_ENDS = {pycurl.E_SSL_CONNECT_ERROR, pycurl.E_SSL_CIPHER, pycurl.E_SSL_CERTPROBLEM, CLIENT_CERTIFICATE}
# The first: to libcurl all is well when a connection ends before, or inside, the head of an answer.
DROPS = {pycurl.E_OK, pycurl.E_GOT_NOTHING, pycurl.E_SEND_ERROR, pycurl.E_RECV_ERROR, pycurl.E_PARTIAL_FILE}
OURS = {
    pycurl.E_OUT_OF_MEMORY, pycurl.E_FAILED_INIT, pycurl.E_SSL_CACERT_BADFILE, pycurl.E_COULDNT_RESOLVE_HOST,
    pycurl.E_WRITE_ERROR, pycurl.E_ABORTED_BY_CALLBACK,
}  # fmt: skip


@dataclass(frozen=True)
class End:
    """How a transfer ended: libcurl’s code and words, the system’s error number, and OpenSSL’s verdict.

    `certificate_wanted` tells that the server asked who we are.
    """

    code: int
    words: str = ""
    errno: int = 0
    verdict: int = 0
    certificate_wanted: bool = False


def diagnose(end: End, phase: Phase, *, answered: bool) -> Stopped:
    """Return the outcome of a transfer that failed in this phase, after the head of the answer or before it."""
    return Stopped(*(_of_tls(end, answered) or _of_the_answer(end, phase, answered)))


def late(phase: Phase) -> Stopped:
    """Return the outcome of a request whose time ran out in this phase."""
    return Stopped(*LATE[phase])


def _of_tls(end: End, answered: bool) -> tuple[Failure, str] | None:
    if end.code == pycurl.E_PEER_FAILED_VERIFICATION:
        return CERTIFICATE_FAULTS.get(end.verdict, UNTRUSTED)
    if end.certificate_wanted and not answered and end.code in TLS_ENDS | DROPS:
        return WANTS_CERTIFICATE
    if end.code in TLS_ENDS:
        return CONNECT_FAULTS.get(end.errno, NO_ENCRYPTION)
    return None


def _of_the_answer(end: End, phase: Phase, answered: bool) -> tuple[Failure, str]:
    if end.code == pycurl.E_OPERATION_TIMEDOUT:
        return LATE[phase]
    if end.code == pycurl.E_COULDNT_CONNECT:
        return CONNECT_FAULTS.get(
            end.errno, (Failure.CONNECT_UNREACHABLE, "No connection to the server could be made.")
        )
    if end.code == pycurl.E_URL_MALFORMAT:
        return Failure.REFUSED_URL, "The address cannot be asked."
    if end.code in OURS:
        return Failure.OWN_FAULT, "Our own fault: the request could not be made."
    if answered:
        return CUT_SHORT
    return DROPPED if end.code in DROPS else (Failure.PROTOCOL, "The server’s answer is not valid HTTP.")
