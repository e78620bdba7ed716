"""A ZIP file as a stream: the same files give the same bytes on any machine, and one file at a time is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

MODE = 0o644 << 16
UNIX = 3
EARLIEST = (1980, 1, 1, 0, 0, 0)  # before it the format has no dates


class _Drained(BytesIO):
    """A file that is taken away piece by piece, and still tells its place from the start of the whole."""

    taken = 0

    def tell(self) -> int:
        return self.taken + super().tell()

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place that has not been taken away yet; the format only goes back to the head of its last file."""
        return self.taken + super().seek(place - self.taken if whence == 0 else place, whence)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        data = self.getvalue()
        self.taken += len(data)
        super().seek(0)
        self.truncate()
        return data


def packed(files: Iterable[tuple[str, bytes]], moment: datetime) -> Iterator[bytes]:
    """Yield a ZIP file of these files in their order, all dated `moment`, piece by piece.

    Nothing is compressed: two versions of a compressor give different bytes.
    """
    dated = max(EARLIEST, moment.astimezone(UTC).timetuple()[:6])
    out = _Drained()
    with ZipFile(out, "w", ZIP_STORED) as bundle:
        for path, data in files:
            head = ZipInfo(path, dated)
            head.external_attr, head.create_system = MODE, UNIX
            bundle.writestr(head, data)
            yield out.take()
    yield out.take()
