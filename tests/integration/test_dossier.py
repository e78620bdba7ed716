"""The dossier of an election: frozen once, the same bytes for ever, and silent on what was retracted since."""

import io
import json
import zipfile
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.actions.links.store import archive
from allegations.actions.review import take_step
from allegations.links.archive.store import StoreError
from allegations.models import Source, StoredFile
from allegations.workflow import Step
from candidates.dates import words
from candidates.models import Election
from tests import factories
from tests.integration import api
from vetting.dossier import freezing
from vetting.dossier.freezing import NotFrozen, differences, freeze, freeze_due
from vetting.models import Dossier, DossierFile

pytestmark = pytest.mark.django_db

CANARY = "Of this draft nobody may read"


@pytest.fixture
def today():
    return timezone.now().date()


@pytest.fixture
def world(today):
    """A published election with one of everything, whose vote is today, and drafts beside it."""
    made = api.world()
    Election.objects.filter(pk=made.election.pk).update(voted_earliest=today, voted_latest=today)
    with evidence_change():
        made.unscored = factories.candidacy(contest=made.contest)
        factories.allegation(made.unscored.candidate, link=1, headline="Context alone")
        factories.allegation(made.candidate, published=False, headline=CANARY)
        factories.candidacy(published=False, contest=made.contest, name=CANARY)
        factories.citation(allegation=made.allegation, published=False, source=factories.source(title=CANARY))
    return made


def pages_of(dossier):
    page = dossier.get_absolute_url()
    return page, f"{page}dossier.zip", f"{page}manifest.jsonl"


def fetched(client, dossier):
    """The bytes of the download, and its files by path."""
    answer = client.get(pages_of(dossier)[1])
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    data = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return data, {name: bundle.read(name) for name in bundle.namelist()}


def listed(client, dossier):
    lines = map(json.loads, client.get(pages_of(dossier)[2]).content.splitlines())
    return {line["path"]: line for line in lines}


def test_it_holds_every_published_record_and_each_assessment_with_its_vector(client, world, today):
    dossier = freeze(Election.objects.get(pk=world.election.pk))
    _, files = fetched(client, dossier)

    post = world.contest.slug
    expected = {
        "README.txt", "dossier.json", "manifest.jsonl", "withheld.json", "method/1.0.json", "election.json",
        f"allegations/{world.allegation.pk}.json", f"letters/{world.letter.slug}.json",
        f"sources/{world.source.pk}.json",
        *(f"{folder}/{post}/{row.candidate.slug}.json" for folder in ("candidacies", "assessments")
          for row in (world.candidacy, world.unscored)),
        *(f"candidates/{row.candidate.slug}.json" for row in (world.candidacy, world.unscored)),
    }  # fmt: skip
    told = {name for name in files if not name.startswith("sources/")}
    assert told | {f"sources/{world.source.pk}.json"} == expected | {
        f"allegations/{row.pk}.json" for row in world.unscored.candidate.allegations.all()
    }
    assert len(files) - len(told) == Source.objects.published().count()
    found = json.loads(files[f"assessments/{post}/{world.candidate.slug}.json"])["profile"]
    assert (found["as_of"], found["known"], found["version"], found["score"]) == (str(today), str(today), "1.0", 22)
    assert found["vector_sha256"] == sha256(found["vector"].encode()).hexdigest()
    unscored = json.loads(files[f"assessments/{post}/{world.unscored.candidate.slug}.json"])["profile"]
    assert unscored["status"] == "NOT ASSESSED"
    assert unscored["score"] is unscored["band"] is unscored["i90"] is unscored["confidence"] is None
    assert json.loads(files[f"sources/{world.source.pk}.json"])["copies"][0]["sha256"]
    record = json.loads(files[f"allegations/{world.allegation.pk}.json"])
    served = client.get(api.address("allegations", world.allegation.pk)).content.decode()
    assert record == json.loads(served.replace("http://testserver", ""))
    assert CANARY not in b"".join(files.values()).decode()


def test_the_manifest_lists_each_file_and_its_hash_stands_on_the_page_of_the_election(client, world):
    dossier = freeze(world.election)
    _, files = fetched(client, dossier)
    lines = listed(client, dossier)

    assert lines.keys() == files.keys() - {"manifest.jsonl", "withheld.json"}
    assert list(lines) == sorted(lines)
    for path, line in lines.items():
        assert (line["size"], line["sha256"]) == (len(files[path]), sha256(files[path]).hexdigest())
    digest = sha256(files["manifest.jsonl"]).hexdigest()
    for page in (world.election.get_absolute_url(), pages_of(dossier)[0]):
        assert digest in client.get(page).content.decode()
    assert json.loads(files["withheld.json"]) == []


def test_the_download_is_the_same_bytes_whatever_changes_later(client, world, editor):
    dossier = freeze(world.election)
    before, _ = fetched(client, dossier)
    tag = client.get(pages_of(dossier)[1])["ETag"]

    with evidence_change():
        factories.proceeding(world.allegation, "charged", forum="R")
        factories.allegation(world.candidate)
    Election.objects.filter(pk=world.election.pk).update(title="Another title")

    assert fetched(client, dossier)[0] == before
    assert client.get(pages_of(dossier)[1], headers={"if-none-match": tag}).status_code == 304
    assert differences(dossier) == []


@pytest.mark.parametrize("noun", ["allegation", "letter"])
def test_what_was_retracted_since_is_kept_and_shown_no_more(client, world, editor, noun):
    record = getattr(world, noun)
    words = record.summary if noun == "letter" else record.headline
    dossier = freeze(world.election)
    tag = client.get(pages_of(dossier)[1])["ETag"]
    assert words in b"".join(fetched(client, dossier)[1].values()).decode()
    before = listed(client, dossier)

    take_step(Step.RETRACT, record=record, by=editor, reason="It was another person.")

    answer = client.get(pages_of(dossier)[1], headers={"if-none-match": tag})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-cache")
    _, files = fetched(client, dossier)
    told = {one["path"]: one for one in json.loads(files["withheld.json"])}
    name = getattr(record, "slug", None) or record.pk
    assert f"{noun}s/{name}.json" in told
    assert not told.keys() & files.keys()
    assert words not in b"".join(files.values()).decode()
    day, reason = str(timezone.now().date()), "It was another person."
    assert {told[f"{noun}s/{name}.json"][key] for key in ("retracted_on", "reason")} == {day, reason}
    page = client.get(pages_of(dossier)[0]).content.decode()
    assert reason in page
    assert words not in page
    assert listed(client, dossier) == before
    assert differences(dossier) == []


def test_with_a_retracted_matter_go_the_assessment_that_counted_it_and_its_sources(client, world, editor):
    dossier = freeze(world.election)
    post = world.contest.slug
    take_step(Step.RETRACT, record=world.allegation, by=editor, reason="Not so.")

    _, files = fetched(client, dossier)
    told = {one["path"] for one in json.loads(files["withheld.json"])}

    own = f"assessments/{post}/{world.candidate.slug}.json", f"sources/{world.source.pk}.json"
    assert {*own} <= told
    assert f"assessments/{post}/{world.unscored.candidate.slug}.json" in files


def test_what_was_retracted_before_is_in_it_as_its_tombstone(client, world, editor):
    take_step(Step.RETRACT, record=world.allegation, by=editor, reason="Not so.")
    _, files = fetched(client, freeze(world.election))

    tombstone = json.loads(files[f"allegations/{world.allegation.pk}.json"])
    assert (tombstone["state"], tombstone["reason"]) == ("retracted", "Not so.")
    assert world.allegation.headline not in b"".join(files.values()).decode()


def test_a_late_dossier_has_the_assessments_of_the_vote_and_withholds_one_that_counts_a_retracted_matter(
    client, world, editor, today
):
    vote = today - timedelta(1)
    Election.objects.filter(pk=world.election.pk).update(voted_earliest=vote, voted_latest=vote)
    with connection.cursor() as cursor:  # on record the day before, and retracted since
        for table in ("candidates_candidate", "allegations_allegation", "allegations_citation"):
            cursor.execute(
                f"UPDATE {table} SET published_at = published_at - interval '2 days' "
                "WHERE published_at > now() - interval '1 day'"
            )
    take_step(Step.RETRACT, record=world.allegation, by=editor, reason="Not so.")

    (dossier,) = [one for one in freeze_due(today) if one.election_id == world.election.pk]
    _, files = fetched(client, dossier)

    assert (dossier.day, dossier.made_at.date()) == (vote, today)
    assert f"with the records of {words(str(today))}" in client.get(world.election.get_absolute_url()).content.decode()
    counted = f"assessments/{world.contest.slug}/{world.candidate.slug}.json"
    assert counted in {one["path"] for one in json.loads(files["withheld.json"])}
    other = json.loads(files[f"assessments/{world.contest.slug}/{world.unscored.candidate.slug}.json"])
    assert (other["profile"]["as_of"], other["profile"]["known"]) == (str(vote), str(vote))


def test_it_is_frozen_on_the_day_of_the_vote_and_once(world, today):
    voted = {"voted_earliest": today, "voted_latest": today}
    later, draft = factories.contest().election, factories.contest(published=False).election
    unknown = factories.contest().election
    Election.objects.filter(pk=later.pk).update(voted_latest=today + timedelta(1))
    Election.objects.filter(pk=unknown.pk).update(voted_earliest=None, voted_latest=None)
    Election.objects.filter(pk=draft.pk).update(**voted)
    Election.objects.exclude(pk__in=[world.election.pk, later.pk, draft.pk, unknown.pk]).update(
        voted_latest=today + timedelta(9)
    )

    assert [one.election for one in freeze_due(today)] == [world.election]
    assert freeze_due(today) == []
    assert [one.election for one in freeze_due(today + timedelta(1))] == []  # by the clock it has not come


def test_one_made_before_the_vote_does_not_stand_for_the_one_of_the_vote(world, today):
    freeze(world.election, today - timedelta(1))
    assert [(one.election, one.day) for one in freeze_due(today)] == [(world.election, today)]


def test_one_that_fails_holds_up_no_other(world, today, monkeypatch, caplog):
    other = factories.contest().election
    Election.objects.filter(pk=other.pk).update(voted_earliest=today, voted_latest=today)
    real = freezing.files_of

    def files_of(election, *args):
        if election == world.election:
            raise RuntimeError("no")
        return real(election, *args)

    monkeypatch.setattr(freezing, "files_of", files_of)
    assert [one.election for one in freeze_due(today)] == [other]
    assert f"The dossier of {world.election.slug} could not be frozen" in caplog.text


def test_a_candidacy_that_cannot_be_assessed_is_in_it_without_a_profile_and_holds_up_no_other(client, world, caplog):
    row = world.unscored
    type(row).objects.filter(pk=row.pk).update(key="énorme")  # no name that a vector takes
    dossier = freeze(world.election)
    _, files = fetched(client, dossier)

    post = world.contest.slug
    assert json.loads(files[f"assessments/{post}/{row.candidate.slug}.json"])["profile"] is None
    assert json.loads(files[f"assessments/{post}/{world.candidate.slug}.json"])["profile"]["score"] == 22
    assert f"Candidacy {row.pk} cannot be assessed" in caplog.text
    assert differences(dossier) == []


def test_its_rows_are_never_changed(world):
    dossier = freeze(world.election)
    for table, column in (("dossier", "entries"), ("dossierfile", "tells_of")):
        for change in (f"UPDATE vetting_{table} SET {column} = {column}", f"DELETE FROM vetting_{table}"):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                connection.cursor().execute(change)
    with pytest.raises(NotFrozen, match="already"):
        freeze(world.election)
    assert Dossier.objects.get() == dossier


# Verification


def alter(key, change):
    """Change the bytes of a file in the archive, as nobody should."""
    path = archive().folder / key
    path.chmod(0o600)
    path.write_bytes(change(path.read_bytes()))


def verify(capsys, *args):
    capsys.readouterr()
    call_command("freeze", "--verify", *args)
    return capsys.readouterr().out


def test_verify_says_that_all_files_hold(capsys, world):
    dossier = freeze(world.election)
    assert verify(capsys) == f"Dossier of {world.election.slug} of {dossier.day}: all {dossier.entries} files hold.\n"
    assert verify(capsys, world.election.slug).endswith("files hold.\n")


@pytest.mark.parametrize("kind", ["election.json", "manifest.jsonl"])
def test_verify_names_a_file_of_which_one_bit_is_another(capsys, world, kind):
    dossier = freeze(world.election)
    file = dossier.manifest if kind == "manifest.jsonl" else dossier.files.get(path=kind).file
    alter(file.key, lambda data: bytes([data[0] ^ 1]) + data[1:])

    with pytest.raises(CommandError, match="1 of 1 dossiers differ"):
        verify(capsys)
    assert f"  {kind}: {file.key}: It is not what was stored.\n" in capsys.readouterr().out


def test_verify_names_a_file_that_is_gone_one_that_was_added_and_one_that_was_exchanged(world):
    dossier = freeze(world.election)
    rows = {row.path: row for row in dossier.files.select_related("file")}
    (archive().folder / rows["README.txt"].file.key).unlink()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE vetting_dossierfile DISABLE TRIGGER append_only")
    other = rows["dossier.json"].file
    DossierFile.objects.filter(pk=rows["election.json"].pk).update(file=other)
    DossierFile.objects.create(dossier=dossier, path="extra.json", file=other)

    found = differences(dossier)

    assert found[0].startswith("README.txt: ")
    assert found[1:] == [
        "election.json: The manifest lists another size or SHA-256.",
        "extra.json: The manifest does not list it.",
    ]


def test_verify_computes_each_assessment_again_from_its_vector(world, monkeypatch):
    """Were the method not what it was, or the number not that of the vector, it would be said."""
    real = freezing.files_of

    def files_of(*args):
        for file in real(*args):
            if file.path == f"assessments/{world.contest.slug}/{world.candidate.slug}.json":
                file = type(file)(file.path, file.data.replace(b'"score": 22', b'"score": 2'), file.tells_of)
            yield file

    monkeypatch.setattr(freezing, "files_of", files_of)
    found = differences(freeze(world.election))
    assert found == [f"assessments/{world.contest.slug}/{world.candidate.slug}.json: Its vector gives another score."]


# Edges


def test_a_dossier_is_as_public_as_its_election(client, world):
    dossier = freeze(world.election)
    assert all(client.get(page).status_code == 200 for page in pages_of(dossier))
    Election.objects.filter(pk=world.election.pk).update(published_at=None, published_by=None)
    assert {client.get(page).status_code for page in pages_of(dossier)} == {404}


def test_there_is_none_of_another_day(client, world):
    freeze(world.election)
    for day in ("2021-1-1", "20211125", "never", "2021-11-25"):
        for ending in ("", "dossier.zip", "manifest.jsonl"):
            assert client.get(f"/elections/{world.election.slug}/dossiers/{day}/{ending}").status_code == 404


def test_a_file_that_an_audit_found_damaged_is_left_out_and_named(client, world):
    dossier = freeze(world.election)
    file = dossier.files.get(path="election.json").file
    StoredFile.objects.filter(pk=file.pk).update(fault="changed", fault_at=timezone.now())
    _, files = fetched(client, dossier)
    assert [one["path"] for one in json.loads(files["withheld.json"])] == ["election.json"]
    assert "election.json" not in files


def test_into_an_archive_that_is_empty_though_it_was_filled_nothing_is_frozen(world):
    (archive().folder / "lost+found").rmdir()

    with pytest.raises(StoreError, match="empty or away"):
        freeze(world.election)
    assert not Dossier.objects.exists()
    assert list(archive().folder.iterdir()) == []


def test_while_the_archive_is_away_the_page_stands_and_the_download_says_so(client, world):
    dossier = freeze(world.election)
    (archive().folder / dossier.manifest.key).rename(archive().folder / "elsewhere")
    assert client.get(pages_of(dossier)[0]).status_code == 200
    for page in pages_of(dossier)[1:]:
        answer = client.get(page)
        assert (answer.status_code, answer["Retry-After"]) == (503, "300")


@pytest.mark.parametrize("more", [0, 9])
def test_page_and_download_cost_the_same_whatever_they_hold(client, world, django_assert_max_num_queries, more):
    with evidence_change():
        for _ in range(more):
            factories.allegation(factories.candidacy(contest=world.contest).candidate)
    dossier = freeze(world.election)
    for page, most in zip(pages_of(dossier), (8, 8, 1), strict=True):
        with django_assert_max_num_queries(most):
            answer = client.get(page)
            assert b"".join(answer.streaming_content if answer.streaming else [answer.content])


def test_by_hand(capsys, world, today):
    call_command("freeze", world.election.slug, "--day", str(today - timedelta(1)))
    made = Dossier.objects.get()
    assert capsys.readouterr().out == (
        f"Dossier of {world.election.slug} of {made.day}: {made.entries} files, "
        f"manifest SHA-256 {made.manifest.sha256}.\n"
    )


def test_what_cannot_be_frozen_is_refused():
    slug = factories.contest().election.slug
    for args, sentence in (
        (["nothing"], "There is no election “nothing”."),
        (["--day", "2021-11-25"], "A day goes with an election"),
        ([slug, "--day", "2999-01-01"], "2999-01-01 has not come yet"),
    ):
        with pytest.raises(CommandError, match=sentence) as error:
            call_command("freeze", *args)
        assert error.value.returncode == 2


def test_a_draft_is_not_frozen():
    with pytest.raises(NotFrozen, match="is not published"):
        freeze(factories.contest(published=False).election, date(2021, 11, 25))
