"""Which addresses a fetch may connect to."""

import doctest
import errno
import socket

import pytest

from allegations.links import addresses
from allegations.links.addresses import PUBLIC, AddressPolicy, is_own, refusal

from .asking import NamesFromTable, ask, policy_for

SPECIAL = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.7", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:8.8.8.8",
    "::127.0.0.1", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1",
    "64:ff9b:1:7f00:0:100::", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1",
    "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "3fff:fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
METADATA = [
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
]
ORDINARY = ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "198.20.0.1", "2606:4700::1111", "2a00:1450::1"]


def test_examples_in_the_module_hold():
    assert doctest.testmod(addresses).failed == 0


@pytest.mark.parametrize("address", SPECIAL)
def test_a_special_address_is_refused(address):
    assert refusal(address)


@pytest.mark.parametrize("address", ORDINARY)
def test_an_ordinary_address_is_accepted(address):
    assert refusal(address) is None


@pytest.mark.parametrize("address", METADATA)
def test_no_policy_allows_a_metadata_service(address):
    pair = f"[{address}]:80" if ":" in address else f"{address}:80"

    assert "metadata" in AddressPolicy(allow=frozenset({pair})).refusal(address, 80)


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "①②⑦.0.0.1", "", "localhost"])
def test_what_is_no_address_is_refused(spelling):
    assert "not an internet address" in refusal(spelling)
    assert AddressPolicy(allow=frozenset({"127.0.0.1:80"})).refusal(spelling, 80)


@pytest.mark.parametrize(
    ("address", "port", "refused"),
    [
        ("127.0.0.1", 8123, False),
        ("127.0.0.1", 8124, True),
        ("127.0.0.2", 8123, True),
        ("::ffff:127.0.0.1", 8123, True),
        ("8.8.8.8", 8123, True),
        ("8.8.8.8", 443, False),
    ],
)
def test_a_policy_lifts_the_rule_for_exactly_its_pairs(address, port, refused):
    policy = AddressPolicy(allow=frozenset({"127.0.0.1:8123"}), is_own=lambda _: False)

    assert bool(policy.refusal(address, port)) is refused


@pytest.mark.parametrize("pair", ["127.0.0.1", "localhost:80", "127.0.0.1:http"])
def test_a_policy_with_an_unreadable_pair_is_an_error_at_once(pair):
    with pytest.raises(ValueError):
        AddressPolicy(allow=frozenset({pair}))


@pytest.fixture
def without_ipv6(monkeypatch):
    """A machine whose kernel knows no IPv6."""
    real = socket.socket

    class OnlyIpv4(real):
        def __init__(self, family=-1, *more, **named):
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(family, *more, **named)

    monkeypatch.setattr(socket, "socket", OnlyIpv4)


def test_a_machine_without_ipv6_has_no_such_address(without_ipv6):
    assert not is_own("2a00:1450:4001:80b::200e")
    assert PUBLIC.refusal("2a00:1450:4001:80b::200e", 80) is None
    assert is_own("127.0.0.1")


def test_a_host_with_both_kinds_of_address_is_asked_where_there_is_no_ipv6(server, monkeypatch, without_ipv6):
    monkeypatch.setattr(addresses, "WEB_PORTS", frozenset({80, 443, server.port}))
    both = NamesFromTable(**{"news.example": ["2606:2800:21f::1", "127.0.0.1"]})
    asked = ask(f"http://news.example:{server.port}/ok", policy_for(server), resolver=both)

    assert (asked.status, asked.failure, asked.hops[0].address) == (200, None, "127.0.0.1")


def test_a_machine_that_is_out_of_sockets_takes_no_address_for_foreign(monkeypatch):
    def out_of_them(*_given):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(socket, "socket", out_of_them)
    with pytest.raises(OSError, match="open files"):
        is_own("8.8.8.8")


def test_own_addresses_are_refused():
    assert is_own("127.0.0.1")
    assert not is_own("8.8.8.8")
    assert AddressPolicy(own=frozenset({"8.8.8.8"})).refusal("8.8.8.8", 443) == "8.8.8.8 is one of our own addresses"
    assert AddressPolicy(is_own=lambda address: address == "8.8.4.4").refusal("8.8.4.4", 443)


def test_the_public_policy_asks_whether_an_address_is_ours():
    assert PUBLIC.is_own is is_own
    assert socket.inet_aton("8.8.8.8")
    assert PUBLIC.refusal("8.8.8.8", 443) is None
