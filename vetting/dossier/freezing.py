"""Freezing: a dossier is made once, on the day of the vote or by hand, and computed again whenever somebody asks."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from allegations.actions.links.store import archive, require_filled, was_filled
from allegations.links.archive.layout import payload_key
from allegations.links.archive.store import StoreError
from allegations.models import StoredFile
from candidates.fields import latest
from candidates.models import Candidacy, Election
from vetting.dossier.contents import File, assessed, files_of
from vetting.dossier.manifest import NAME, Entry, entry, written
from vetting.models import Dossier, DossierFile, without_dossier
from vetting.risk.cursor import VectorError
from vetting.risk.engine import assess_vector
from vetting.risk.versions import version_on

logger = logging.getLogger(__name__)

DIGITS = 9  # to which a number must come out again; the last ones differ from machine to machine


class NotFrozen(Exception):
    """A dossier that cannot be made; its message says why."""


def freeze(election: Election, day: date | None = None) -> Dossier:
    """Freeze what is published about an election, with the assessments of a day; the vote's by default, or today's.

    Its evidence cannot change meanwhile: whoever changes it waits for the few seconds. Raises NotFrozen or StoreError.
    """
    with transaction.atomic():
        election = Election.objects.select_for_update(no_key=True).get(pk=election.pk)
        made = timezone.now()
        day = day or min(latest(election, "voted") or made.date(), made.date())
        _may_freeze(election, day, made.date())
        own = Candidacy.objects.filter(contest__election=election).order_by("pk")
        list(own.select_for_update(no_key=True).values_list("pk"))
        files = list(files_of(election, day, made, version_on(day)))
        manifest = written(entry(file.path, file.data) for file in files)
        kept = _keep([*(file.data for file in files), manifest])
        dossier = Dossier.objects.create(
            election=election, day=day, made_at=made, manifest=kept[manifest], entries=len(files)
        )
        DossierFile.objects.bulk_create(_rows(dossier, files, kept))
    return dossier


def freeze_due(today: date) -> list[Dossier]:
    """Freeze the elections whose vote has come; one that fails is logged, tried again, and holds up no other."""
    found = []
    for election in without_dossier(today):
        try:
            found.append(freeze(election, latest(election, "voted")))
        except NotFrozen:
            continue  # somebody else froze it meanwhile
        except Exception:
            logger.exception("The dossier of %s could not be frozen.", election.slug)
    return found


def _may_freeze(election: Election, day: date, today: date) -> None:
    if not election.is_published:
        raise NotFrozen(f"{election.slug} is not published; a dossier holds only what is.")
    if day > today:
        raise NotFrozen(f"{day} has not come yet (today is {today}).")
    if Dossier.objects.filter(election=election, day=day).exists():
        raise NotFrozen(f"There is a dossier of {election.slug} of {day} already; what is frozen stays as it is.")


def _keep(contents: Iterable[bytes]) -> dict[bytes, StoredFile]:
    """Put these bytes into the archive, each under its SHA-256 and once; the archive seals and verifies them."""
    by_key = {payload_key(sha256(data).hexdigest()): data for data in contents}
    require_filled(filled=was_filled())
    refused = archive().put_all({key: io.BytesIO(data) for key, data in by_key.items()})
    if refused:
        raise next(iter(refused.values()))
    now = timezone.now()
    StoredFile.objects.bulk_create(
        (
            StoredFile(
                key=key,
                kind=StoredFile.Kind.PAYLOAD,
                sha256=key.rpartition("/")[2],
                size=len(data),
                stored_at=now,
            )
            for key, data in by_key.items()
        ),
        ignore_conflicts=True,
    )
    rows = {row.key: row for row in StoredFile.objects.filter(key__in=by_key)}
    return {data: rows[key] for key, data in by_key.items()}


def _rows(dossier: Dossier, files: Iterable[File], kept: dict[bytes, StoredFile]) -> Iterator[DossierFile]:
    for file in files:
        yield DossierFile(dossier=dossier, path=file.path, file=kept[file.data], tells_of=list(file.tells_of))


# Computing again


def read(file: StoredFile) -> bytes:
    """Return the bytes of a file of the archive; raise StoreError when they are not what was kept."""
    with archive().open(file.key) as opened:
        data = opened.read(file.size + 1)
    if sha256(data).hexdigest() != file.sha256:
        raise StoreError(f"{file.key}: It is not what was stored.")
    return data


def differences(dossier: Dossier) -> list[str]:
    """Compute a dossier again from its stored files and say what differs; an empty list means that it holds.

    The manifest from the files, the digest of each, and each assessment from its vector.
    """
    rows = list(dossier.files.select_related("file").order_by("path"))
    found, entries = [], []
    for row in rows:
        try:
            data = read(row.file)
        except StoreError as error:
            found.append(f"{row.path}: {error}")
            continue
        entries.append(entry(row.path, data))
        if row.path.startswith("assessments/") and (fault := _fault_of(data)):
            found.append(f"{row.path}: {fault}")
    return found + list(_of_manifest(dossier, entries, whole=len(entries) == len(rows)))


def _of_manifest(dossier: Dossier, entries: list[Entry], *, whole: bool) -> Iterator[str]:
    try:
        listed = read(dossier.manifest)
    except StoreError as error:
        yield f"{NAME}: {error}"
        return
    if whole and written(entries) == listed and len(entries) == dossier.entries:
        return
    lines = {json.loads(line)["path"]: line for line in listed.splitlines()}
    found = {each.path: each.line.rstrip() for each in entries}
    for path in sorted(lines.keys() | found.keys()):
        if path not in lines:
            yield f"{path}: The manifest does not list it."
        elif path in found and found[path] != lines[path]:
            yield f"{path}: The manifest lists another size or SHA-256."
        elif path not in found and whole:
            yield f"{path}: The manifest lists it, and the dossier has no such file."
    if len(lines) != dossier.entries:
        yield f"{NAME}: It lists {len(lines)} files, and the dossier was made of {dossier.entries}."


def _fault_of(data: bytes) -> str:
    """What is wrong with a stored assessment; empty when its vector gives it again."""
    stored = json.loads(data)["profile"]
    if stored is None:
        return ""  # it could not be assessed when it was frozen
    try:
        again = assess_vector(stored["vector"])
    except VectorError as error:
        return f"Its vector cannot be read: {error}"
    found = assessed(again)
    wrong = sorted(name for name in found if _rounded(_plain(found[name])) != _rounded(stored.get(name)))
    return f"Its vector gives another {' and another '.join(wrong)}." if wrong else ""


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value
