"""Which internet addresses a fetch may open a connection to, seen through every wrapping."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

WEB_PORTS = frozenset({80, 443})
NO_SUCH_FAMILY = frozenset({errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})

# IANA special-purpose registry, IPv4. Python's own `is_global` differs between releases and lets some of these pass.
REFUSED_IPV4 = tuple(
    (IPv4Network(network), words)
    for network, words in (
        ("0.0.0.0/8", "means “this network”"),
        ("10.0.0.0/8", "is private"),
        ("100.64.0.0/10", "is shared by a carrier's customers"),
        ("127.0.0.0/8", "is this computer"),
        ("169.254.0.0/16", "is link-local"),
        ("172.16.0.0/12", "is private"),
        ("192.0.0.0/24", "is set aside for protocols"),
        ("192.0.2.0/24", "is for documentation"),
        ("192.88.99.0/24", "is a former 6to4 relay"),
        ("192.168.0.0/16", "is private"),
        ("198.18.0.0/15", "is for benchmarks"),
        ("198.51.100.0/24", "is for documentation"),
        ("203.0.113.0/24", "is for documentation"),
        ("224.0.0.0/4", "is multicast"),
        ("240.0.0.0/4", "is reserved"),
    )
)
PUBLIC_IPV6 = IPv6Network("2000::/3")
REFUSED_IPV6 = tuple(
    (IPv6Network(network), words)
    for network, words in (
        ("2001::/23", "is set aside for protocols"),
        ("2001:db8::/32", "is for documentation"),
        ("2002::/16", "is a 6to4 tunnel"),
        ("3fff::/20", "is for documentation"),
    )
)
# What a cloud answers its own machines with: passwords and keys. No policy can allow these.
METADATA = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.42.42",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fd00:42::42",
    )
)
# Where an IPv6 address carries an IPv4 one: the prefix, its name, and how to take the IPv4 address out.
WRAPPINGS: tuple[tuple[IPv6Network, str, Callable[[int], int]], ...] = (
    (IPv6Network("::ffff:0:0/96"), "IPv4-mapped", lambda bits: bits & 0xFFFFFFFF),
    (IPv6Network("::/96"), "IPv4-compatible", lambda bits: bits & 0xFFFFFFFF),
    (IPv6Network("64:ff9b::/96"), "NAT64", lambda bits: bits & 0xFFFFFFFF),
    # RFC 6052 section 2.2, a /48 prefix: two bytes, the reserved byte, two bytes.
    (
        IPv6Network("64:ff9b:1::/48"),
        "local NAT64",
        lambda bits: (bits >> 48 & 0xFFFF0000) | (bits >> 40 & 0xFFFF),
    ),
    (IPv6Network("2002::/16"), "6to4", lambda bits: bits >> 80 & 0xFFFFFFFF),
    (IPv6Network("2001::/32"), "Teredo", lambda bits: ~bits & 0xFFFFFFFF),
)


def unwrap(ip: Address) -> tuple[IPv4Address, str] | None:
    """Return the IPv4 address inside an IPv6 one and the name of its wrapping, or None.

    >>> unwrap(ip_address("64:ff9b::7f00:1"))
    (IPv4Address('127.0.0.1'), 'NAT64')
    >>> unwrap(ip_address("64:ff9b:1:7f00:0:100::"))
    (IPv4Address('127.0.0.1'), 'local NAT64')
    """
    if isinstance(ip, IPv6Address):
        for network, name, take in WRAPPINGS:
            if ip in network:
                return IPv4Address(take(int(ip))), name
    return None


def is_metadata(ip: Address) -> bool:
    """Tell whether `ip` is a cloud's metadata service, wrapped or not."""
    wrapped = unwrap(ip)
    return ip in METADATA or (wrapped is not None and wrapped[0] in METADATA)


def refusal(address: str) -> str | None:
    """Say why no connection may be opened to `address`, or return None for the public internet.

    IPv4 follows a list of what is refused, IPv6 a list of what is allowed (RFC 4291 section 2.4: 2000::/3).

    >>> refusal("8.8.8.8"), refusal("2a00:1450:4001:80b::200e")
    (None, None)
    >>> refusal("127.0.0.1")
    '127.0.0.1 is this computer'
    >>> refusal("::ffff:10.0.0.1")
    '::ffff:a00:1 carries 10.0.0.1 (IPv4-mapped), which is private'
    >>> refusal("64:ff9b::8.8.8.8")
    '64:ff9b::808:808 carries 8.8.8.8 (NAT64), and wrapped addresses are refused'
    >>> refusal("169.254.169.254")
    '169.254.169.254 is a cloud metadata service'
    >>> refusal("fe80::1%eth0")
    'fe80::1%eth0 is not on the public part of IPv6'
    >>> refusal("0177.0.0.1")
    '0177.0.0.1 is not an internet address'
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return f"{address} is not an internet address"
    if is_metadata(ip):
        return f"{ip} is a cloud metadata service"
    words = _special_ipv4(ip) if isinstance(ip, IPv4Address) else _special_ipv6(ip)
    return f"{ip} {words}" if words else None


def _special_ipv4(ip: IPv4Address) -> str | None:
    return next((words for network, words in REFUSED_IPV4 if ip in network), None)


def _special_ipv6(ip: IPv6Address) -> str | None:
    if ip.is_loopback or ip.is_unspecified:
        return "is this computer"
    if wrapped := unwrap(ip):
        inner, name = wrapped
        words = _special_ipv4(inner)
        return f"carries {inner} ({name}), {f'which {words}' if words else 'and wrapped addresses are refused'}"
    if ip.scope_id or ip not in PUBLIC_IPV6:
        return "is not on the public part of IPv6"
    return next((words for network, words in REFUSED_IPV6 if ip in network), None)


def is_own(address: str) -> bool:
    """Tell whether `address` belongs to an interface of this machine: only those can be bound.

    A machine with `ip_nonlocal_bind` set binds anything and so refuses everything: it errs to the safe side. One that
    knows no addresses of this family has none of them.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        probe = socket.socket(family, socket.SOCK_DGRAM)
    except OSError as error:
        if error.errno in NO_SUCH_FAMILY:
            return False
        raise
    with probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


@cache
def _pair(text: str) -> tuple[Address, int]:
    """Read “127.0.0.1:8123” or “[::1]:8123”; raise ValueError otherwise."""
    host, _, port = text.rpartition(":")
    return ip_address(host.removeprefix("[").removesuffix("]")), int(port)


@dataclass(frozen=True)
class AddressPolicy:
    """Where a fetch may connect to: the public web, and exactly the `allow`ed address and port pairs.

    `own` holds public addresses that lead back to us though no interface has them (a load balancer, a NAT).
    """

    allow: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    is_own: Callable[[str], bool] = is_own

    def __post_init__(self) -> None:
        for text in self.allow:
            _pair(text)

    @cached_property
    def _pairs(self) -> frozenset[tuple[Address, int]]:
        return frozenset(_pair(text) for text in self.allow)

    @cached_property
    def _ours(self) -> frozenset[Address]:
        return frozenset(ip_address(text) for text in self.own)

    @property
    def ports(self) -> frozenset[int]:
        """Return every port that some address may be asked on."""
        return WEB_PORTS | self._allowed_ports if self.allow else WEB_PORTS

    @cached_property
    def _allowed_ports(self) -> frozenset[int]:
        return frozenset(port for _, port in self._pairs)

    def allows(self, address: str, port: int) -> bool:
        """Tell whether this very pair is on the list of exceptions; a metadata service never is."""
        if not self._pairs:
            return False
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return (ip, port) in self._pairs and not is_metadata(ip)

    def refusal(self, address: str, port: int) -> str | None:
        """Say why no connection may be opened to this address and port, or return None."""
        if self.allows(address, port):
            return None
        not_a_web_port = f"port {port} is not a web port" if port not in WEB_PORTS else None
        return self.place(address) or not_a_web_port

    def place(self, address: str) -> str | None:
        """Say why nothing at this address may be asked, whatever the port, or return None."""
        if words := refusal(address):
            return words
        ours = ip_address(address) in self._ours or self.is_own(address)
        return f"{address} is one of our own addresses" if ours else None


class Judge:
    """Asks a policy about each pair of address and port once; made anew for every batch, as addresses move."""

    def __init__(self, policy: AddressPolicy) -> None:
        self.policy = policy
        self._known: dict[tuple[str, int], str | None] = {}

    def refusal(self, address: str, port: int) -> str | None:
        """Say why no connection may be opened to this address and port, or return None."""
        pair = address, port
        if pair not in self._known:
            self._known[pair] = self.policy.refusal(address, port)
        return self._known[pair]


PUBLIC = AddressPolicy()
