"""The one reader of web addresses: what may be asked at all, and how an address is written down."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from urllib.parse import quote, unquote, urljoin

from allegations.links.addresses import PUBLIC, AddressPolicy

LONGEST_URL = 2048  # of what a person enters
LONGEST_REDIRECT = 16_384  # sign-in and consent carry whole documents in the address
DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING = frozenset({"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid"})
# RFC 6761, RFC 6762, RFC 8375 and names that only mean something inside a network.
INSIDE_NAMES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".onion")
# Second-level names under which registries of countries sell; below them a site has three labels.
SHARED_SECOND_LEVELS = frozenset(
    ["ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gub", "mil", "ne", "net", "or", "org", "nic", "nom"]
)
LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*\Z")
NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
AUTHORITY = re.compile(r"(?i)https?://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)")
LOOK_ALIKE_DOTS = re.compile("[\u3002\uff0e\uff61]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
SPOKEN_PATH = "/%:@!$&'()*+,;=~-._"
SESSION_NAMES = re.compile(
    r"(?i)(?:^|[;?&/])(?:j?session_?id|phpsessid|aspsessionid\w*|cfid|cftoken|sid|session|token|access_token"
    r"|x-amz-signature|x-goog-signature|signature|expires)="
)
SESSION_PATH = re.compile(r"(?i)/\(s\([a-z0-9]{20,}\)\)/")


class Refused(StrEnum):
    """On which ground an address was refused."""

    FORM = "form"
    SCHEME = "scheme"
    PORT = "port"
    PLACE = "place"
    LENGTH = "length"  # of a redirect alone


class UrlRefused(ValueError):
    """An address that will not be asked; `str()` tells a reviewer why."""

    def __init__(self, kind: Refused, words: str) -> None:
        super().__init__(words)
        self.kind = kind


@dataclass(frozen=True)
class Url:
    """A web address in its parts, every one in plain ASCII; `str()` joins them, the default port left out."""

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    def __str__(self) -> str:
        return self.origin + self.target

    @cached_property
    def origin(self) -> str:
        """Return scheme, host and port as they are written together, without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def target(self) -> str:
        """Return path and query as they are asked for."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def host_key(self) -> str:
        """Return the name under which we are polite to this host."""
        return self.host.removeprefix("www.")


def is_literal(host: str) -> bool:
    """Tell whether a host that `parse` accepted is an address in digits, not a name.

    >>> is_literal("8.8.8.8"), is_literal("2606:4700::1111"), is_literal("news.example")
    (True, True, False)
    """
    return ":" in host or _looks_numeric(host)


def parse(text: str, policy: AddressPolicy = PUBLIC, longest: int = LONGEST_URL) -> Url:
    """Read a web address or raise `UrlRefused`; the query is kept as it stands, the fragment dropped.

    >>> str(parse("HTTPS://Müller.Example:443/a b#c"))
    'https://xn--mller-kva.example/a%20b'
    """
    text = text.strip(" ")
    if len(text) > longest:
        raise UrlRefused(Refused.FORM, f"The address is longer than {longest} characters.")
    _refuse_form(text)
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in DEFAULT_PORTS:
        raise UrlRefused(Refused.SCHEME, "Only addresses that begin with http:// or https:// can be checked.")
    if not rest.startswith("//"):
        raise UrlRefused(Refused.FORM, "The address lacks the two slashes after http:.")
    place, _, query = rest[2:].partition("#")[0].partition("?")
    authority, slash, path = place.partition("/")
    host, port = _host_and_port(authority, scheme, policy)
    return Url(scheme, host, port, _escaped(_without_dots(slash + path)), _escaped(query, SPOKEN_PATH + "?"))


def canonical(text: str, policy: AddressPolicy = PUBLIC) -> str:
    """Return the form in which an address is stored and compared, or raise `UrlRefused`.

    >>> canonical("HTTP://News.Example:80?utm_source=x&id=7&fbclid=1#top")
    'http://news.example/?id=7'
    """
    url = parse(text, policy)
    kept = [pair for pair in url.query.split("&") if pair and not _tracks(pair)]
    return str(Url(url.scheme, url.host, url.port, url.path, "&".join(kept)))


def followed(base: Url, location: str, policy: AddressPolicy = PUBLIC) -> Url:
    """Return where a redirect from `base` leads, or raise `UrlRefused`."""
    try:
        target = urljoin(str(base), location.strip())
        if len(target) > LONGEST_REDIRECT:
            raise UrlRefused(Refused.LENGTH, f"It redirects to an address of more than {LONGEST_REDIRECT} characters.")
        return parse(target, policy, LONGEST_REDIRECT)
    except UrlRefused:
        raise
    except ValueError as error:
        raise UrlRefused(Refused.FORM, "The address cannot be read.") from error


def host_key(text: str) -> str:
    """Return the name under which we are polite to a host: its ASCII name without “www.”.

    >>> host_key("https://WWW.Example.org:443/a"), host_key("not a web address")
    ('example.org', '')
    """
    authority = AUTHORITY.match(text)
    return authority[1].strip("[]").rstrip(".").lower().removeprefix("www.") if authority else ""


@lru_cache(4096)
def site(host: str) -> str:
    """Return the part of a host name that one owner registers, as far as its shape tells.

    >>> site("archive.court.example.org"), site("news.bbc.co.uk"), site("10.0.0.1")
    ('example.org', 'bbc.co.uk', '10.0.0.1')
    """
    labels = host.removeprefix("www.").split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED_SECOND_LEVELS
    return ".".join(labels[-3 if shared else -2 :])


def ephemeral(text: str) -> str | None:
    """Say why an address will stop working for others (it names one visitor's session), or return None.

    >>> ephemeral("https://court.example/docket;jsessionid=AB12?id=3")
    'The address carries a visitor’s session (jsessionid) and may stop working.'
    >>> ephemeral("https://court.example/docket?id=3") is None
    True
    """
    if found := SESSION_NAMES.search(text):
        name = found[0].strip(";?&/=").lower()
        return f"The address carries a visitor’s session ({name}) and may stop working."
    if SESSION_PATH.search(text):
        return "The address carries a visitor’s session in its path and may stop working."
    return None


def probe_url(text: str, token: str, policy: AddressPolicy = PUBLIC) -> str:
    """Return an address beside `text` that cannot exist, to learn how a host says “not found”.

    >>> probe_url("https://news.example/2020/story?id=1", "q7x")
    'https://news.example/2020/q7x'
    """
    url = parse(text, policy)
    return str(Url(url.scheme, url.host, url.port, f"{url.path.rpartition('/')[0]}/{token}"))


def _refuse_form(text: str) -> None:
    authority = text.partition("://")[2].split("/", 1)[0]
    if CONTROL.search(text) or UNSAFE.search(authority):
        raise UrlRefused(Refused.FORM, "The address holds a control character or a space.")
    if "\\" in text.partition("?")[0]:
        raise UrlRefused(Refused.FORM, "The address holds a backslash, which browsers read differently.")


def _host_and_port(authority: str, scheme: str, policy: AddressPolicy) -> tuple[str, int]:
    if "@" in authority:
        raise UrlRefused(Refused.FORM, "The address holds a user name or password.")
    if "%" in authority:
        raise UrlRefused(Refused.FORM, "The host name holds a percent sign.")
    if authority.startswith("["):
        literal, closed, after = authority[1:].partition("]")
        if not closed or (after and not after.startswith(":")):
            raise UrlRefused(Refused.FORM, "The host name cannot be read.")
        host, port_text = literal, after[1:]
    else:
        host, _, port_text = authority.partition(":")
    port = _port(port_text, scheme)
    read = _ipv6(host, port, policy) if authority.startswith("[") else _host(host, port, policy)
    if port not in policy.ports:  # said last: that an address is inside a network says more than its port
        raise UrlRefused(Refused.PORT, NOT_A_WEB_PORT.format(port))
    return read, port


NOT_A_WEB_PORT = "Port {} is not a web port; only 80 and 443 are asked."


def _port(text: str, scheme: str) -> int:
    if not text:
        return DEFAULT_PORTS[scheme]
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
        raise UrlRefused(Refused.PORT, NOT_A_WEB_PORT.format(text[:12]))
    return int(text)


def _ipv6(text: str, port: int, policy: AddressPolicy) -> str:
    try:
        ip = str(ipaddress.IPv6Address(text))
    except ValueError as error:
        raise UrlRefused(Refused.FORM, "The host is not a valid IPv6 address.") from error
    return _public(ip, port, policy)


def _host(text: str, port: int, policy: AddressPolicy) -> str:
    host = (text if text.isascii() else _composed(text)).lower().removesuffix(".")
    if _looks_numeric(host):
        return _ipv4(host, port, policy)
    name = _ascii_name(host)
    if f".{name}".endswith(INSIDE_NAMES):
        raise UrlRefused(Refused.PLACE, f"{name} is a name inside a network, not on the public web.")
    if "." not in name:
        raise UrlRefused(Refused.PLACE, "The host name has no dot, so it is not on the public web.")
    return name


def _composed(text: str) -> str:
    host = unicodedata.normalize("NFC", text)
    if unicodedata.normalize("NFKC", host) != host or LOOK_ALIKE_DOTS.search(host):
        raise UrlRefused(Refused.FORM, "The host name uses look-alike characters for plain ones.")
    return host


def _looks_numeric(host: str) -> bool:
    """Tell whether a browser would read `host` as IPv4 (WHATWG URL: its last label is a number)."""
    return bool(NUMBER.fullmatch(host.rpartition(".")[2]))


def _ipv4(host: str, port: int, policy: AddressPolicy) -> str:
    try:
        ip = str(ipaddress.IPv4Address(host))
    except ValueError as error:
        raise UrlRefused(Refused.PLACE, f"{host} is an unusual spelling of an IP address.") from error
    return _public(ip, port, policy)


def _public(ip: str, port: int, policy: AddressPolicy) -> str:
    words = None if policy.allows(ip, port) else policy.place(ip)
    if words:
        raise UrlRefused(Refused.PLACE, f"The address is not on the public web: {words}.")
    return ip


def _ascii_name(host: str) -> str:
    name = host if host.isascii() and "xn--" not in host else _encoded(host)
    if len(name) > 253 or not NAME.match(name):
        raise UrlRefused(Refused.FORM, "The host name is not a valid domain name.")
    return name


def _encoded(host: str) -> str:
    import idna  # only here: its tables take long to load, and few names need them

    try:
        return idna.encode(host).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise UrlRefused(Refused.FORM, "The host name is not a valid domain name.") from error


def _without_dots(path: str) -> str:
    """Resolve “.” and “..” segments (RFC 3986 section 5.2.4); an empty path is “/”."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    ends_in_folder = segments[-1] in (".", "..")
    return "/" + "/".join(kept) + ("/" if ends_in_folder and kept else "")


def _escaped(text: str, safe: str = SPOKEN_PATH) -> str:
    return quote(STRAY_PERCENT.sub("%25", text), safe=safe)


def _tracks(pair: str) -> bool:
    name = unquote(pair.partition("=")[0]).lower()
    return name.startswith("utm_") or name in TRACKING
