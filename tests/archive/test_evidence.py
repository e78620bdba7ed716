"""What workers archive, as others' tools see it: from a checked page to a bundle, and from an archive to an offer."""

import gzip
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from allegations.actions.links import exporting, webcopies
from allegations.links import wire
from allegations.links.archive.store import FolderStore, NotStored
from allegations.models import LinkCheck, Source, StoredFile
from tests import factories
from tests.archive.conftest import tool
from tests.integration.web import check, path_of, serve, small_web, story, with_sentence
from tests.servers.hostile import AUTHORITY, HostileServer, answer, redirect
from tests.unit.links.archive.making import URL

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(settings):
    """A person with two published sources: one whose page changed, and one that moved."""
    candidacy = factories.candidacy(name="Jo Doe")
    allegation = factories.allegation(candidacy.candidate, cited=0)
    with small_web(settings) as server:
        serve(server, "/story", story(), etag='"a"')
        server.on("/old", redirect("/new", 301))
        serve(server, "/new", story(title="Patrol boats, moved"))
        server.on("/gone", answer(404, "<title>404</title>"))
        for path in ("/story", "/old", "/gone"):
            factories.citation(source=factories.source(url=server.url(path)), allegation=allegation)
        check()
        serve(server, "/story", with_sentence(1, "The general was acquitted of fraud by the court of appeal."))
        check()
    return candidacy.candidate


@pytest.mark.usefixtures("person", "secure_and_plain")
def test_what_workers_write_passes_warcio():
    files = StoredFile.objects.filter(kind="warc")
    assert files.count() > 2
    for file in files:
        checked = tool("warcio", "check", path_of(file))
        assert checked.returncode == 0, checked.stdout


@pytest.fixture
def secure_and_plain(settings, monkeypatch):
    """A page behind TLS and one that is not, each checked twice, and asked for in full both times."""
    monkeypatch.setattr(wire, "trust_store", lambda: AUTHORITY)
    with HostileServer(tls="good") as secure, HostileServer() as plain:
        settings.LINKS_ALLOW, settings.LINKS_ROBOTS = [secure.netloc, plain.netloc], False
        serve(secure, "/story", story())
        serve(plain, "/story", story(title="Sent in plain"))
        rows = [factories.source(url=server.url("/story")) for server in (secure, plain)]
        check()
        check()
    return rows


def records_of(made):
    """The heads of the records of a check, as they stand on disk."""
    stretch = path_of(made.warc).read_bytes()[made.warc_offset :][: made.warc_length]
    records = gzip.decompress(stretch).split(b"WARC/1.1\r\n")[1:]
    return [record.partition(b"\r\n\r\n")[0].decode().splitlines() for record in records]


def told_of_tls(row):
    """What the answers of all checks of a source say of their connections, by the kind of the record."""
    heads = [head for made in LinkCheck.objects.filter(source=row).order_by("pk") for head in records_of(made)]
    told = ("WARC-Protocol: ", "WARC-Cipher-Suite: ")
    return {head[0].removeprefix("WARC-Type: "): [line for line in head if line.startswith(told)] for head in heads}


def test_the_record_of_an_answer_tells_how_it_was_encrypted(secure_and_plain):
    secure, plain = map(told_of_tls, secure_and_plain)
    in_plain = ["WARC-Protocol: http/1.1"]
    encrypted = [*in_plain, "WARC-Protocol: tls/1.3", "WARC-Cipher-Suite: TLS_AES_256_GCM_SHA384"]

    assert secure == {"request": [], "response": encrypted, "metadata": [], "revisit": encrypted}
    assert plain == {"request": [], "response": in_plain, "metadata": [], "revisit": in_plain}


def test_the_evidence_about_a_person_is_a_bundle_that_py_wacz_accepts(person, tmp_path, capsys):
    out = tmp_path / "evidence.wacz"
    call_command("evidence", person.slug, out=out)
    assert "3 pages" in capsys.readouterr().out
    validated = tool("wacz", "validate", "-f", out)
    assert validated.returncode == 0, validated.stdout
    with zipfile.ZipFile(out) as bundle:
        pages = bundle.read("pages/pages.jsonl").decode()
    assert "/gone" not in pages
    assert pages.count("/story") == 2


def test_a_source_that_is_withheld_is_not_in_the_bundle(person, tmp_path):
    whole = exporting.evidence_of(person)
    withheld = Source.objects.get(url__endswith="/old")
    Source.objects.filter(pk=withheld.pk).update(state="retired")
    assert {copy.source_id for copy in whole} - {copy.source_id for copy in exporting.evidence_of(person)} == {
        withheld.pk
    }
    out = tmp_path / "evidence.wacz"
    call_command("evidence", person.slug, out=out)
    with zipfile.ZipFile(out) as bundle:
        assert "moved" not in bundle.read("pages/pages.jsonl").decode()
        assert "/new" not in bundle.read("indexes/index.cdx").decode()


def test_each_file_of_answers_is_opened_once_and_one_at_a_time(person, tmp_path, monkeypatch):
    copies = exporting.evidence_of(person)
    real, asked, most = FolderStore.open, [], []

    def noted(store, key):
        most.append(sum(not file.closed for _, file in asked))
        asked.append((key, real(store, key)))
        return asked[-1][1]

    monkeypatch.setattr(FolderStore, "open", noted)
    with (tmp_path / "evidence.wacz").open("xb") as out:
        assert exporting.write_evidence(out, [*copies, *copies], title="Sources").pages == 6
    assert sorted(key for key, _ in asked) == sorted({copy.check_made.warc.key for copy in copies})
    assert set(most) == {0}
    assert all(file.closed for _, file in asked)


def test_a_bundle_is_whole_or_not_there_and_takes_the_place_of_no_other_file(person, tmp_path, monkeypatch):
    def lost(_store, key):
        raise NotStored(key)

    out = tmp_path / "evidence.wacz"
    with monkeypatch.context() as broken, pytest.raises(CommandError, match="could not be written"):
        broken.setattr(FolderStore, "open", lost)
        call_command("evidence", person.slug, out=out)
    assert not [*tmp_path.glob("evidence*")]
    out.write_bytes(b"mine")
    with pytest.raises(CommandError, match="exists already"):
        call_command("evidence", person.slug, out=out)
    assert out.read_bytes() == b"mine"


def test_without_evidence_there_is_no_bundle(db, tmp_path):
    with pytest.raises(CommandError, match="No copy of a published source"):
        call_command("evidence", factories.candidacy().candidate.slug, out=tmp_path / "x.wacz")
    with pytest.raises(CommandError, match="no candidate"):
        call_command("evidence", "nobody", out=tmp_path / "x.wacz")


def test_a_copy_in_a_real_archive_is_offered(pywb, settings):
    settings.LINKS_ALLOW = [pywb.root.removeprefix("http://")]
    settings.WEB_ARCHIVES = f"Pywb | wayback={pywb.root}/warc | cdx={pywb.root}/warc/cdx"
    source = factories.source(url=URL)
    Source.objects.filter(pk=source.pk).update(
        state="gone", copies_due_at=timezone.now(), last_alive_at="2021-11-22T12:00:00Z"
    )
    assert webcopies.look_for_due() == 1
    copy = source.web_copies.get()
    assert (copy.archive, copy.taken_at.isoformat()) == ("Pywb", "2021-11-23T12:00:00+00:00")
    assert copy.reasons == ["There is no copy of ours to compare it with."]
