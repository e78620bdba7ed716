"""A captured page made fit for a frame: what a browser follows under every policy is put out of use."""

from __future__ import annotations

import re

from allegations.links.charsets import decoded

# Tags and the names of attributes stand in the text of a page as they are, never as references, so these find each one.
# Browsers connect to the host of a frame before the policy that forbids the frame is asked, and to that of a link in
# the head (“preconnect”) without asking; and a link that is clicked leads on, in a new tab if not in the frame.
# An animation of a picture in the page (SMIL) gives a link its address anew; what it animates may be a reference.
REPLACED = (
    (re.compile(r"<(/?)iframe(?=[\s/>])", re.IGNORECASE), r"<\1noframes"),  # read in the same way, and never shown
    (re.compile(r"<frame(?=[\s/>])", re.IGNORECASE), "<meta"),
    (re.compile(r"(?<=[\s/\"':])href(?=\s*=)", re.IGNORECASE), "data-href"),
    (re.compile(r"(?<=[\s/\"'])attributeName(?=\s*=)", re.IGNORECASE), "data-attribute"),
)


def framed(page: bytes, media_type: str, address: str) -> bytes:
    """Return a page as UTF-8, to be served as that, whatever it was written in and says of itself.

    >>> page = b"<title>Proc\\xe8s</title><LINK rel=preconnect HREF=//x><iframe src=//x></iframe>"
    >>> framed(page, "text/html; charset=latin1", "").decode()
    '<title>Procès</title><LINK rel=preconnect data-href=//x><noframes src=//x></noframes>'
    """
    text = decoded(page, media_type, address)
    for pattern, harmless in REPLACED:
        text = pattern.sub(harmless, text)
    return text.encode("utf-8", "replace")
