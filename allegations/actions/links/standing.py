"""Whether a copy that was read stands for its page as evidence, and what stands against it."""

from __future__ import annotations

from allegations.actions.links.comparing import UNCOMPARED, Outcome
from allegations.actions.links.windows import database_now
from allegations.links.archive.gate import Fetched, quality
from allegations.links.judgement import Klass
from allegations.links.texts import Failure, Level, Reading
from allegations.models import Capture

GIVEN_UP = "Reading it was begun several times and never came to an end."
# What stands in for the page is no evidence of it: the accepted copy goes on to stand.
NOT_THE_PAGE = {
    Level.PAYWALLED: "Only a part of the page is shown; the accepted copy stands.",
    Level.REPLACED: "It shows something else than the accepted copy.",
}
NOT_COMPARED = "It came in place of the accepted copy, and their texts cannot be compared."
TLS_FAULTS = frozenset({"TLS_EXPIRED", "TLS_UNTRUSTED", "TLS_NAME"})


def judge(copy: Capture, found: Outcome) -> None:
    """Write down whether a copy stands as evidence, and what stands against it or is to be known of it."""
    reading, change = found.reading, found.change
    judged = quality(_fetched(copy), str(reading.text))
    reasons = [*copy.quality_reasons, *judged.reasons]  # what the check itself has said against it comes first
    if reading.failure and (reading.sentence == GIVEN_UP or not _stands_unread(copy, reading)):
        reasons.insert(0, reading.sentence)
    if change and change.level in NOT_THE_PAGE:
        reasons.append(NOT_COMPARED if UNCOMPARED in change.marks else NOT_THE_PAGE[change.level])
    copy.quality = Capture.Quality.NOT_EVIDENCE if reasons else Capture.Quality.EVIDENCE
    copy.quality_reasons = [words[:300] for words in (*reasons, *judged.notes)]
    copy.read_at = database_now()
    copy.save(update_fields=["quality", "quality_reasons", "read_at"])


def _stands_unread(copy: Capture, reading: Reading) -> bool:
    """Images and scanned documents stand for what they show though no text can be read from them."""
    media_type = copy.media_type.lower()
    of_an_image = reading.failure is Failure.UNREADABLE and media_type.startswith("image/")
    return of_an_image or (reading.failure is Failure.PDF_UNPARSED and media_type.startswith("application/pdf"))


def _fetched(copy: Capture) -> Fetched:
    check = copy.check_made
    verdict = check.verdict if check else "OK"
    klass = Klass(check.klass) if check else Klass.ALIVE
    if verdict in TLS_FAULTS and copy.tls_verified is False:
        verdict, klass = "OK", Klass.ALIVE  # what came was looked at when it was kept; only its sender is unproven
    return Fetched(
        verdict=verdict,
        klass=klass,
        status=check.status if check else 200,
        whole=not copy.truncated,
        media_type=copy.media_type,
        tls_verified=copy.tls_verified,
        downgraded=any("http:" in str(hop.get("location") or "")[:5] for hop in (check.hops if check else ())),
    )
