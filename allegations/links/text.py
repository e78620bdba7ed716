"""Text from outside, made fit to be stored: whole Unicode characters and no NUL, as PostgreSQL and UTF-8 ask for."""

from __future__ import annotations

import re

UNFIT = re.compile("[\x00\ud800-\udfff]")
ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


def fit(text: str) -> str:
    """Return `text` with U+FFFD in place of each surrogate and each NUL.

    >>> fit("caf\\udce9")
    'caf\ufffd'
    """
    return text if text.isprintable() else UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def percent_escaped(text: str) -> str:
    """Return an address with the bytes that are no UTF-8 (PEP 383 surrogates) written as browsers ask for them.

    >>> percent_escaped("/caf\\udce9")
    '/caf%E9'
    """
    return ESCAPED_BYTE.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", text)
