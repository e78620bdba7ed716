"""What the archive holds: files that never change, each with its digest, and the daily manifests over them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class StoredFile(models.Model):
    """A file of the archive. Its name, digest and size never change (a trigger); `fault` says what an audit found.

    `unlike` is told by the check of the chain, which compares rows with manifests; all others by reading the file.
    """

    class Kind(models.TextChoices):
        WARC = "warc", "answers of one batch of checks"
        PAYLOAD = "payload", "body of one answer"
        MANIFEST = "manifest", "manifest of one day"
        TIMESTAMP = "timestamp", "timestamp of a manifest"

    class Fault(models.TextChoices):
        MISSING = "missing", "missing"
        CHANGED = "changed", "not what was stored"
        UNREADABLE = "unreadable", "unreadable"
        UNLIKE = "unlike", "not as the manifest of its day lists it"

    key = models.CharField(max_length=300, unique=True, help_text="Its name in the store.")
    kind = models.CharField(max_length=20, choices=Kind)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    records = models.PositiveIntegerField(default=0, help_text="Of a WARC file: how many records it has.")
    stored_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True, help_text="When its digest was last computed again.")
    fault = models.CharField(max_length=20, choices=Fault, blank=True)
    fault_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["stored_at", "key"]
        indexes = [
            models.Index(fields=["stored_at"], name="stored_file_day"),
            models.Index(models.F("verified_at").asc(nulls_first=True), "id", name="stored_file_to_verify"),
        ]
        constraints = [
            models.CheckConstraint(name="stored_file_digest_is_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="stored_file_fault_and_when",
                condition=Q(fault="", fault_at__isnull=True) | (~Q(fault="") & Q(fault_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class DayManifest(models.Model):
    """One day of the archive: the Merkle root of what was stored, chained to the day before. Append-only.

    `chain` is SHA-256 over the chain of the day before, the root and the day.
    """

    day = models.DateField(primary_key=True)
    entries = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class DayTimestamp(models.Model):
    """A third party's word (RFC 3161) that a day's manifest existed at a moment. Append-only."""

    manifest = models.ForeignKey(DayManifest, on_delete=models.PROTECT, related_name="timestamps")
    authority = models.CharField(max_length=300)
    stated_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["manifest", "stated_at"]
        constraints = [
            models.UniqueConstraint(fields=["manifest", "authority"], name="day_timestamp_once_an_authority"),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.stated_at:%Y-%m-%d %H:%M}"


class DayFault(models.Model):
    """What the last check of the chain found wrong with a day of the archive; every check writes these rows anew.

    `about` names the file. The sources are those that a fault of a single file concerns; a fault of the day or of its
    timestamp concerns every source of which a copy was stored on it.
    """

    class Kind(models.TextChoices):
        DAY = "day", "the day is missing, or does not hold"
        STAMP = "stamp", "a timestamp of the day does not hold"
        UNLIKE = "unlike", "the database knows a file otherwise than its manifest"
        UNKNOWN = "unknown", "the database does not know a file of its manifest"
        UNLISTED = "unlisted", "a file is in no manifest"

    day = models.DateField()
    kind = models.CharField(max_length=20, choices=Kind)
    about = models.CharField(max_length=300)
    words = models.CharField(max_length=500)
    found_at = models.DateTimeField()
    sources = models.ManyToManyField("allegations.Source", related_name="day_faults")

    class Meta:
        ordering = ["day", "about", "id"]
        constraints = [
            models.UniqueConstraint(fields=["day", "kind", "about", "words"], name="day_fault_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.about}: {self.words}"
