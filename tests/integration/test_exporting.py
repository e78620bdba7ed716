"""Evidence to take away where a copy came after another of the same bytes: a lost one, or one that came in doubt."""

import io
import json
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from allegations.actions.links import keeping
from allegations.actions.links.exporting import copies_of, evidence_of, write_evidence
from allegations.links.archive.reading import members
from allegations.links.archive.wacz import BundleRefused
from tests import factories
from tests.integration.web import check, flip, path_of, serve, small_web, story

from .test_taken_anew import audit, own_leases  # noqa: F401 (a fixture of every test here)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(settings):
    with small_web(settings) as server:
        allegation = factories.allegation(factories.candidacy().candidate, cited=0)
        for path in ("/story", "/other"):
            serve(server, path, story(title=path), etag='"one"')
            factories.citation(source=factories.source(url=server.url(path)), allegation=allegation)
        check()
        yield allegation.candidate


def taken_anew(person):
    """Lose the copy of one source and let it be taken again; return the source."""
    source = next(copy.source for copy in evidence_of(person) if copy.source.url.endswith("/story"))
    path_of(source.captures.get().file).unlink()
    audit()
    check()
    return source


@pytest.fixture
def as_it_was_written(monkeypatch):
    """Records of copies that refer to others, as there are in archives already."""
    real = keeping._entry
    monkeypatch.setattr(
        keeping, "_entry", lambda one, begun_at, _earlier: real(one, begun_at, one.source.memory.get("kept"))
    )


def bundle(copies):
    out = io.BytesIO()
    written = write_evidence(out, copies, title="Sources")
    with zipfile.ZipFile(out) as opened:
        pages = [json.loads(line) for line in opened.read("pages/pages.jsonl").splitlines()[1:]]
        return written, pages, opened.read("indexes/index.cdx").decode().splitlines()


def records_of(capture):
    """The records of the check that brought a copy."""
    made = capture.check_made
    with path_of(made.warc).open("rb") as warc:
        return list(members(warc, made.warc_offset, made.warc_length))


def test_a_copy_that_was_taken_anew_needs_no_other_record(person):
    source = taken_anew(person)

    written, pages, index = bundle(copies_of([source]))

    assert (written.pages, written.left_out, len(pages)) == (1, (), 1)
    assert ["revisit" in line for line in index] == [False]


def test_what_is_asked_again_refers_to_the_record_that_was_taken_anew(person):
    source = taken_anew(person)
    source.refresh_from_db()
    ids = {one.opening.fields["warc-record-id"] for one in records_of(source.captures.order_by("pk").last())}
    assert source.memory["kept"]["record_id"] in ids


def test_the_record_that_a_copy_refers_to_is_in_the_bundle(person, as_it_was_written):
    source = taken_anew(person)

    written, pages, index = bundle(copies_of([source]))

    assert (written.pages, written.left_out) == (1, ())
    assert sorted("revisit" in line for line in index) == [False, True]
    assert [page["url"] for page in pages] == [source.url]


def test_a_copy_whose_record_is_lost_is_left_out_and_said_so(person, as_it_was_written, tmp_path):
    source = taken_anew(person)
    first = source.captures.order_by("pk").first()
    [answer] = [one for one in records_of(first) if one.opening.fields["warc-type"] == "response"]
    flip(first.check_made.warc, answer)
    audit()
    out, err = tmp_path / "evidence.wacz", StringIO()
    kept = [copy for copy in evidence_of(person) if copy.source_id == source.pk]
    assert kept

    with pytest.raises(CommandError, match="1 copies are not in the bundle"):
        call_command("evidence", person.slug, out=out, stdout=StringIO(), stderr=err)

    assert "/story" in err.getvalue()
    with zipfile.ZipFile(out) as opened:
        assert "/story" not in opened.read("pages/pages.jsonl").decode()


def test_a_refused_bundle_is_told_in_words(person, tmp_path, monkeypatch):
    def refuse(*_args, **_named):
        raise BundleRefused("The bundle lacks something.")

    monkeypatch.setattr("allegations.actions.links.exporting.write_wacz", refuse)
    with pytest.raises(CommandError, match="lacks something"):
        call_command("evidence", person.slug, out=tmp_path / "evidence.wacz")
    assert not [*tmp_path.glob("evidence*")]
