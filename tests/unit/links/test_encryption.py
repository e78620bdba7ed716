"""What libcurl tells of a handshake, in the names that archives use: against those that openssl knows."""

import doctest
import subprocess

import pytest

from allegations.links import encryption as module
from allegations.links.encryption import told
from allegations.links.exchange import Encryption


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


def suites():
    """The cipher suites that a client offers by default: openssl’s name and IANA’s."""
    command = ["openssl", "ciphers", "-stdname", "-s", "DEFAULT:@SECLEVEL=0"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.splitlines()
    return [(line.split()[2], line.split()[0]) for line in listed]


def test_every_suite_that_is_offered_has_the_name_that_iana_gave_it():
    names = dict(suites())
    read = {name: told(f"SSL connection using TLSv1.2 / {name} / x25519 / RSASSA-PSS\n".encode()) for name in names}

    assert len(names) > 25
    assert {name: found.cipher_suite for name, found in read.items()} == names


@pytest.mark.parametrize(
    ("words", "encryption"),
    [
        (b"SSL connection using TLSv1.3 / TLS_AES_128_GCM_SHA256\n", ("tls/1.3", "TLS_AES_128_GCM_SHA256")),
        (b"SSL connection using TLSv1.1 / AES256-SHA\n", ("tls/1.1", "TLS_RSA_WITH_AES_256_CBC_SHA")),
        (b"SSL connection using TLSv1 / AES256-SHA\n", ("tls/1.0", "TLS_RSA_WITH_AES_256_CBC_SHA")),
        (b"SSL connection using TLSv1.2 / (NONE) / [blank]\n", ("tls/1.2", None)),
        (b"SSL connection using TLSv1.2 / GOST-OF-\xff\n", ("tls/1.2", None)),
    ],
)
def test_protocols_and_suites_are_named_as_far_as_they_are_known(words, encryption):
    assert told(words) == Encryption(*encryption)


@pytest.mark.parametrize(
    "words",
    [
        b"ALPN: server accepted http/1.1\n",
        b"SSL connection using unknown / AES256-SHA\n",
        b"SSL connection using TLSv1.9 / AES256-SHA\n",
        b"  subject: CN=SSL connection using TLSv1.3 / TLS_AES_128_GCM_SHA256\n",
        b"  subject: O=a\nSSL connection using TLSv1.3 / TLS_AES_128_GCM_SHA256\n",
    ],
)
def test_what_a_server_says_of_itself_is_not_taken_for_it(words):
    assert told(words) is None
