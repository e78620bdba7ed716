"""Manifests: what anyone can check of the archive with a copy of it, one file of code, and no network."""

import hashlib
import io
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegations.links.archive import verify
from allegations.links.archive.layout import KeyRefused, manifest_keys, payload_key
from allegations.links.archive.manifest import Entry, Manifest, make, path_to, stands_in, withdrawal
from allegations.links.archive.store import FolderStore

MONDAY = date(2021, 11, 22)
DAYS = [MONDAY + timedelta(days=number) for number in range(4)]
BODIES = {DAYS[0]: [b"one", b"two", b"three"], DAYS[1]: [], DAYS[2]: [b"four"], DAYS[3]: [b"five", b"six"]}


def stored(body: bytes) -> Entry:
    sha256 = hashlib.sha256(body).hexdigest()
    return Entry(payload_key(sha256), "payload", sha256, len(body))


def keep(folder: Path, manifest: Manifest) -> None:
    for key, data in zip(manifest_keys(manifest.day), (manifest.lines_file, manifest.root_file), strict=True):
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)


def archive(folder: Path) -> list[Manifest]:
    """Four days of an archive, the second of them empty."""
    made: list[Manifest] = []
    for day, bodies in BODIES.items():
        for body in bodies:
            FolderStore(folder).put(stored(body).key, io.BytesIO(body))
        made.append(make(day, map(stored, bodies), made[-1].chain if made else None))
        keep(folder, made[-1])
    return made


@pytest.fixture
def folder(tmp_path) -> Path:
    archive(tmp_path)
    return tmp_path


def told(folder: Path, head: str | None = None) -> list[str]:
    return [str(fault) for fault in verify.check_folder(folder, head)[0]]


def test_an_archive_that_nobody_touched_holds(folder):
    found, tally = verify.check_folder(folder)

    assert found == []
    assert (tally.days, tally.files) == (4, 6)


def test_the_hashes_are_those_of_the_standard():
    """The tree of seven leaves of RFC 6962 section 2.1.3, put together by hand."""
    lines = [bytes([number]) for number in range(7)]
    sha = lambda data: hashlib.sha256(data).digest()  # noqa: E731
    a, b, c, d, e, f, j = (sha(b"\0" + line) for line in lines)
    g, h, i = (sha(b"\1" + pair) for pair in (a + b, c + d, e + f))
    k, m = sha(b"\1" + g + h), sha(b"\1" + i + j)

    assert verify.root(lines) == sha(b"\1" + k + m)
    assert [step.sha256 for step in path_to(lines, 0)] == [b.hex(), h.hex(), m.hex()]
    assert [step.sha256 for step in path_to(lines, 6)] == [i.hex(), k.hex()]
    assert verify.root([]) == sha(b"")


def test_days_are_chained():
    first, second = make(DAYS[0], map(stored, BODIES[DAYS[0]]), None), None
    second = make(DAYS[1], [], first.chain)
    linked = bytes.fromhex(first.chain) + hashlib.sha256().digest() + b"2021-11-23"

    assert second.chain == hashlib.sha256(linked).hexdigest()


@given(st.permutations(BODIES[DAYS[0]] + BODIES[DAYS[3]]))
def test_a_manifest_does_not_depend_on_the_order_in_which_files_came(bodies):
    assert make(MONDAY, map(stored, bodies), None) == make(MONDAY, map(stored, sorted(bodies)), None)


def test_only_files_of_the_archive_stand_in_a_manifest():
    with pytest.raises(KeyRefused):
        make(MONDAY, [Entry("../etc/passwd", "payload", "ab" * 32, 1)], None)
    with pytest.raises(ValueError, match="no digest"):
        make(MONDAY, [Entry(payload_key("ab" * 32), "payload", "AB", 1)], None)


@given(st.integers(1, 40), st.data())
def test_a_line_can_be_shown_to_stand_in_its_day_and_no_other_line_can(count, data):
    lines = [b"line %d" % number for number in range(count)]
    index = data.draw(st.integers(0, count - 1))
    day_root = verify.root(lines).hex()
    path = path_to(lines, index)

    assert len(path) <= (count - 1).bit_length()
    assert stands_in(lines[index], path, day_root)
    assert not stands_in(b"forged", path, day_root)
    if count > 1:
        assert not stands_in(lines[index], path[:-1], day_root)


# Tampering


def rewrite(path: Path, change) -> None:
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(change(data))
    assert path.read_bytes() != data


def lines_of(folder: Path, day: date) -> Path:
    return folder / manifest_keys(day)[0]


def root_of(folder: Path, day: date) -> Path:
    return folder / manifest_keys(day)[1]


def test_a_file_that_changed_is_named_with_its_day(folder):
    key = stored(b"four").key
    rewrite(folder / key, lambda data: b"f0ur")

    assert told(folder) == [f"2021-11-24: {key}: the file is not what was stored: its digest differs."]


def test_a_file_that_is_gone_is_named_with_its_day(folder):
    key = stored(b"two").key
    (folder / key).unlink()

    assert told(folder) == [f"2021-11-22: {key}: the file is missing or cannot be read."]


def test_a_forged_entry_is_noticed(folder):
    rewrite(lines_of(folder, DAYS[2]), lambda data: data.replace(b'"size":4', b'"size":5'))

    assert told(folder)[0].startswith("2021-11-24: manifest/2021-11-24.jsonl: the lines are not those")


@pytest.mark.parametrize(
    "change", [lambda lines: lines[1:], lambda lines: [*lines, lines[-1]], lambda lines: lines[::-1]]
)
def test_entries_taken_away_doubled_or_reordered_are_noticed(folder, change):
    rewrite(lines_of(folder, DAYS[0]), lambda data: b"".join(change(data.splitlines(keepends=True))))

    assert any(fault.startswith("2021-11-22: manifest/2021-11-22.jsonl: the lines") for fault in told(folder))


def test_a_day_that_was_forged_with_root_and_chain_breaks_the_next(folder):
    """Whoever can rewrite one day cannot make the following one rest on it."""
    first = make(DAYS[0], map(stored, BODIES[DAYS[0]]), None)
    FolderStore(folder).put(stored(b"planted").key, io.BytesIO(b"planted"))
    keep(folder, make(DAYS[1], [stored(b"planted")], first.chain))

    assert told(folder)[0] == "2021-11-24: manifest/2021-11-24.root: it does not follow the day before it here."


def test_a_whole_chain_that_was_forged_is_noticed_by_whoever_knows_its_head(folder, tmp_path):
    head = verify.check_folder(folder)[1].chain
    made: list[Manifest] = []
    for day in DAYS:
        made.append(make(day, map(stored, BODIES[day][:1]), made[-1].chain if made else None))
        keep(folder, made[-1])

    assert told(folder) == []
    assert told(folder, head) == ["2021-11-25: manifest/2021-11-25.root: its chain is not the one that was asked for."]


def test_days_that_were_cut_off_at_the_end_are_noticed_by_whoever_knows_the_head(folder):
    head = verify.check_folder(folder)[1].chain
    for path in (lines_of(folder, DAYS[3]), root_of(folder, DAYS[3])):
        path.unlink()

    assert told(folder, head)[0].startswith("2021-11-24: ")


def test_days_that_were_cut_off_at_the_start_are_noticed(folder):
    for path in (lines_of(folder, DAYS[0]), root_of(folder, DAYS[0])):
        path.unlink()

    assert told(folder)[0] == "2021-11-23: manifest/2021-11-23.root: the days before it are missing."


def test_a_missing_day_is_named(folder):
    for path in (lines_of(folder, DAYS[1]), root_of(folder, DAYS[1])):
        path.unlink()

    assert told(folder)[0] == "2021-11-23: manifest/2021-11-23.jsonl: the day is missing."


@pytest.mark.parametrize("which", [lines_of, root_of])
def test_half_a_day_is_named(folder, which):
    which(folder, DAYS[1]).unlink()

    assert "2021-11-23: manifest/2021-11-23" in told(folder)[0]
    assert "the file is missing" in told(folder)[0]


def test_days_that_changed_places_are_noticed(folder):
    for which in (lines_of, root_of):
        one, two = which(folder, DAYS[2]), which(folder, DAYS[3])
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)

    assert "2021-11-24: manifest/2021-11-24.root: it is the root of another day (2021-11-25)." in told(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b'"root":"', b'"root":"0'),
        lambda data: data.replace(b'"chain":"', b'"chain":"0'),
        lambda data: data.replace(b'"previous":"', b'"previous":"0'),
        lambda data: data.replace(b'"entries":1', b'"entries":2'),
        lambda data: data.replace(b'"entries":1', b'"entries":null'),
        lambda data: b"[]",
        lambda data: b"5",
        lambda data: b"{",
        lambda data: b"{}",
        lambda data: b'{"root":["x"],"chain":7,"day":"2021-11-24"}',
        lambda data: b"\xff",
    ],
)
def test_a_root_file_that_was_changed_in_any_way_is_noticed(folder, change):
    rewrite(root_of(folder, DAYS[2]), change)

    assert told(folder)[0].startswith("2021-11-24: ")


@pytest.mark.parametrize(
    "line",
    [
        b'{"key":"../../etc/passwd","kind":"payload","sha256":"%s","size":1}' % (b"ab" * 32),
        b'{"key":"/etc/passwd","kind":"payload","sha256":"%s","size":1}' % (b"ab" * 32),
        b'{"key":["x"],"kind":"payload","sha256":"%s","size":1}' % (b"ab" * 32),
        b'{"key":"x","kind":"payload","sha256":"x","size":1}',
        b'{"key": "x","kind":"payload","sha256":"%s","size":1}' % (b"ab" * 32),
        b"[[[[",
        b"\xff\xfe",
    ],
)
def test_a_line_that_only_a_forger_would_write_is_a_fault_and_opens_nothing(line):
    files = forged([line])

    [fault] = verify.faults(["2021-11-22"], lambda key: io.BytesIO(files[key]))
    assert fault.day == "2021-11-22"


@pytest.mark.parametrize("order", [[1, 0], [0, 0]])
def test_lines_out_of_order_or_doubled_are_a_fault_even_under_their_own_root(order):
    lines = [stored(body).line() for body in (b"one", b"three")]
    files = forged([sorted(lines)[number] for number in order])

    [fault] = verify.faults(["2021-11-22"], lambda key: io.BytesIO(files[key]), files=False)
    assert str(fault) == "2021-11-22: line 2: the lines are out of order, or one stands twice."


def forged(lines: list[bytes]) -> dict[str, bytes]:
    """The first day of an archive as a forger would write it: root and chain fit the lines."""
    day, top = "2021-11-22", verify.root(lines)
    values = {"day": day, "entries": len(lines), "previous": verify.FIRST.hex(), "root": top.hex()}
    values["chain"] = verify.chain(verify.FIRST, top, day).hex()
    written = b"".join(line + b"\n" for line in lines)
    return {f"manifest/{day}.jsonl": written, f"manifest/{day}.root": verify.canonical(values)}


def test_what_was_withdrawn_after_review_leaves_its_name_and_digest(folder):
    taken = stored(b"two")
    (folder / taken.key).unlink()
    last = make(DAYS[3], map(stored, BODIES[DAYS[3]]), make_until(DAYS[2]).chain)
    following = make(DAYS[3] + timedelta(days=1), [withdrawal(taken)], last.chain)
    keep(folder, following)

    assert told(folder) == []
    assert taken.sha256.encode() in following.lines_file


def make_until(last: date) -> Manifest:
    made: list[Manifest] = []
    for day in [day for day in DAYS if day <= last]:
        made.append(make(day, map(stored, BODIES[day]), made[-1].chain if made else None))
    return made[-1]


def test_a_folder_without_manifests_does_not_hold(tmp_path):
    assert told(tmp_path) == ["-: manifest: there is no manifest in this folder."]


# The verifier that is carried away with a copy


def carried(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the one file alone, in a Python without any package and without this project."""
    alone = copy.parent / "verify.py"
    shutil.copy(verify.__file__, alone)
    command = [sys.executable, "-I", "-S", str(alone), str(copy), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=copy.parent, env={}, timeout=30)


def test_the_carried_verifier_says_that_a_copy_holds(folder, tmp_path):
    done = carried(shutil.copytree(folder, tmp_path / "out" / "copy"))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("4 days, 6 files, 0 faults; chain of the last day: ")


def test_the_carried_verifier_names_day_and_file_of_a_flipped_bit(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "out" / "copy")
    key = stored(b"five").key
    rewrite(copy / key, lambda data: bytes([data[0] ^ 1]) + data[1:])
    done = carried(copy)

    assert done.returncode == 1
    assert f"2021-11-25: {key}: the file is not what was stored" in done.stdout


def test_the_carried_verifier_counts_files_that_stand_in_no_manifest(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "out" / "copy")
    FolderStore(copy).put(stored(b"planted").key, io.BytesIO(b"planted"))

    assert carried(copy).stdout.endswith("(those of a day that is not over are not yet): 1\n")


def test_the_verifier_can_be_asked_by_its_name_and_for_a_head(folder, capsys):
    assert verify.main([str(folder), "--head", verify.check_folder(folder)[1].chain]) == 0
    assert verify.main([str(folder), "--head", "00"]) == 1
    assert "not the one that was asked for" in capsys.readouterr().out
