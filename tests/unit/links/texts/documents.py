"""PDFs made by hand: sound ones of some pages, and broken or hostile ones."""

from __future__ import annotations

import zlib


def document(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1, with a right table of them."""
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, trailer, table)
    return bytes(data)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), extra, content)


def packed(content: bytes) -> bytes:
    return stream(zlib.compress(content, 9), b"/Filter/FlateDecode")


def lines_of(lines: tuple[str, ...]) -> bytes:
    shown = b"".join(
        b"(%s) Tj 0 -14 Td\n" % line.encode("latin-1").replace(b"(", b"\\(").replace(b")", b"\\)") for line in lines
    )
    return b"BT /F1 11 Tf 72 770 Td\n" + shown + b"ET"


def paper(*pages: tuple[str, ...], trailer: bytes = b"", salt: bytes = b"") -> bytes:
    """Return a sound PDF of these pages, each of some lines; `salt` changes its bytes and nothing else."""
    count = len(pages)
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(en-GB)>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for n, lines in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (5 + 2 * n)
        )
        objects.append(packed(lines_of(lines)))
    objects.append(b"<</Producer(%s)>>" % salt)
    return document(*objects, trailer=b"/Info %d 0 R" % len(objects) + trailer)


LETTER = (
    (
        "Regional Court, Second Chamber                    CR-2019/1187",
        "The court finds that the defendant was not present when the two",
        "engineers were detained, and that he did not order their deten-",
        "tion. He is therefore acquitted of count 1.",
        "",
        "On count 2 the court finds him guilty and sentences him to a term",
        "of 18 months, which is suspended.",
        "1",
    ),
    (
        "Regional Court, Second Chamber                    CR-2019/1187",
        "The costs of the proceedings are borne by the State as far as the",
        "defendant was acquitted.",
        "2",
    ),
    ("Regional Court, Second Chamber                    CR-2019/1187", "Done on 3 March 2020.", "3"),
)

CIRCULAR_PREVIOUS = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\nxref\n0 1\n0000000000 65535 f \n"
    b"trailer\n<</Size 3/Root 1 0 R/Prev 60>>\nstartxref\n60\n%%EOF"
)
CIRCULAR_PAGES = document(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>")
CIRCULAR_OBJECT = document(b"1 0 R", b"1 0 R")
MANY_PAGES = document(
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[%s]/Count 400000>>" % (b"3 0 R " * 400_000),
    b"<</Type/Page/Parent 2 0 R>>",
)
NESTED = document(b"<</Type/Catalog/Pages 2 0 R>>", b"[" * 200_000 + b"]" * 200_000)


def bomb(megabytes: int) -> bytes:
    """Return a page whose content unpacks to so many megabytes of drawing."""
    content = b"BT /F1 1 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj 0 -1 Td " * (megabytes * 18_000) + b"ET"
    return document(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
        packed(content),
    )
