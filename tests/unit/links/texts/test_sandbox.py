"""Reading in a child process: what it brings, what it may not do, and that nothing of it outlasts a limit."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from allegations.links.texts import (
    Asked,
    Bounds,
    Failure,
    Job,
    Level,
    Reader,
    Readers,
    ReaderUnavailable,
    read,
)

from . import documents
from .samples import SAMPLES

HTML = "text/html; charset=utf-8"
PATIENT = Bounds(page_s=60, pdf_s=60)  # other tests may run beside these
HOSTILE = "tests.unit.links.texts.hostile_child"
PAGE = b"<html lang=en><title>The case</title><p>The court heard two witnesses on Tuesday.</p></html>"
TEXT = ("The court heard two witnesses on Tuesday.",)


@pytest.fixture(scope="module")
def reader():
    """The real reader."""
    with Reader(PATIENT) as one:
        yield one


@pytest.fixture(scope="module")
def hostile():
    """A reader whose child can be asked to misbehave."""
    with Reader(Bounds(page_s=60, memory_bytes=300_000_000), module=HOSTILE) as one:
        yield one


def attempt(hostile, what):
    return hostile.ask("attempt", {"what": what}, seconds=60).sentence


def is_running(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


# What it brings


@pytest.mark.parametrize("sample", SAMPLES[:5], ids=str)
def test_a_child_reads_as_this_process_does(reader, sample):
    first, second = sample.build(0).encode(), sample.build(3).replace("19", "20").encode()
    baseline = read(first, HTML)
    asked = Asked(baseline.text, (sample.gold[3],), ("Tarek Mansouri",), "en", baseline.text_sha256)

    assert reader.read(first, HTML, "https://a.example/") == read(first, HTML, "https://a.example/")
    assert reader.read(second, HTML, asked=asked) == read(second, HTML, asked=asked)


def test_quotes_are_looked_for_in_the_child_without_a_baseline(reader):
    page, asked = b"<p>The general was not charged with anything.", Asked(quotes=("not charged", "never heard of it"))
    assert reader.read(page, HTML, asked=asked) == read(page, HTML, asked=asked)
    assert reader.read(page, HTML, asked=asked).quotes_absent == (1,)


def test_a_child_compares_two_texts(reader):
    before, after = (read(page.encode(), HTML).text for page in ("<p>He was charged.</p>", "<p>He was cleared.</p>"))
    change = reader.compare(after, Asked(before)).change

    assert (change.level, change.reasons[0]) == (Level.CRITICAL, "The word “charged” became “cleared”.")


def test_a_child_reads_documents(reader):
    reading = reader.read(documents.paper(*documents.LETTER), "application/pdf")

    assert (reading.failure, reading.text.pages, reading.metadata.language) == ("", 3, "en-GB")
    assert [block.text for block in reading.text.blocks] == [
        "The court finds that the defendant was not present when the two engineers were detained, and that he did not"
        " order their detention. He is therefore acquitted of count 1.",
        "On count 2 the court finds him guilty and sentences him to a term of 18 months, which is suspended.",
        "The costs of the proceedings are borne by the State as far as the defendant was acquitted.",
        "Done on 3 March 2020.",
    ]


def test_every_charset_can_be_read_in_a_child(reader):
    for charset, word in (
        ("cp1256", "لم يحضر"),
        ("gb18030", "没有出席"),
        ("big5", "沒有出席"),
        ("koi8-r", "не явился"),
        ("iso-8859-15", "déjà"),
        ("shift_jis", "いいえ"),
    ):
        page = f"<p>{word}, and more.</p>".encode(charset)
        assert reader.read(page, f"text/html; charset={charset}").text.lines == (f"{word}, and more.",)
    assert reader.read(PAGE, "text/html; charset=no-such-charset").text.lines == TEXT


@pytest.mark.parametrize(
    ("data", "content_type", "failure", "words"),
    [
        (b"\x89PNG\r\n", "image/png", "UNREADABLE", "neither a page nor a document (image/png)"),
        (b"\x00\x01\x02", "", "UNREADABLE", "of no stated kind"),
        (b"", "application/pdf", "PDF_UNPARSED", "no PDF that can be read"),
        (b"%PDF-1.4 and no more", "", "PDF_UNPARSED", "no PDF that can be read"),
        (documents.CIRCULAR_PREVIOUS, "application/pdf", "PDF_UNPARSED", "PDF"),
        (documents.CIRCULAR_PAGES, "application/pdf", "PDF_UNPARSED", "cyclic"),
        (documents.CIRCULAR_OBJECT, "application/pdf", "PDF_UNPARSED", "damaged"),
        (documents.MANY_PAGES, "application/pdf", "PDF_UNPARSED", "PDF"),
        (documents.NESTED, "application/pdf", "PDF_UNPARSED", "damaged"),
        (documents.bomb(100), "application/pdf", "PDF_UNPARSED", "Limit"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_cannot_be_read_says_so(reader, data, content_type, failure, words):
    reading = reader.read(data, content_type)

    assert (reading.failure, reading.text.blocks) == (failure, ())
    assert words in reading.sentence
    assert reader.read(PAGE, HTML).text.lines == TEXT


def test_plain_text_is_read_in_paragraphs(reader):
    assert reader.read(b"One line\nand the next.\r\n\r\nAnother one.", "text/plain").text.lines == (
        "One line and the next.",
        "Another one.",
    )


def test_six_megabytes_of_paragraphs_give_text(reader):
    said = "The witness saw nothing that night. " * 3
    reading = reader.read(f"<p>{said}".encode() * 55_000, HTML)

    assert (reading.failure, reading.text.cut, reading.text.lines[0]) == ("", True, said.strip())


def test_a_body_larger_than_all_limits_is_not_read(reader, monkeypatch):
    monkeypatch.setattr("allegations.links.texts.sandbox.LARGEST", 10)

    assert reader.read(PAGE, HTML).failure is Failure.UNREADABLE


# What it may not do


@pytest.mark.parametrize("what", ["file", "write", "socket", "unix socket", "process", "lift"])
def test_a_child_opens_nothing(hostile, what):
    assert attempt(hostile, what).startswith("refused: ")


def test_a_child_starts_no_process(hostile):
    assert "refused" in attempt(hostile, "process")
    assert attempt(hostile, "fork") == "refused: BlockingIOError"


def test_a_child_is_nobody_and_gains_no_privileges(hostile):
    assert attempt(hostile, "user") in {"65534", str(os.geteuid() or "")}
    assert attempt(hostile, "privileges") == "1"


def test_a_child_is_told_nothing_of_this_process(monkeypatch):
    monkeypatch.setenv("SECRET_OF_OURS", "x")
    with Reader(module=HOSTILE) as reader:
        told = attempt(reader, "environment")

    assert "PYTHONPATH" in told
    assert "SECRET_OF_OURS" not in told


def test_a_page_that_asks_for_files_gets_none(reader):
    page = b"""<!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>
    <html xmlns:xi="http://www.w3.org/2001/XInclude"><head><link rel="stylesheet" href="file:///etc/passwd"></head>
    <body><xi:include href="file:///etc/passwd" parse="text"/><p>The court heard &f; two witnesses.</p></body></html>"""
    for kind in (HTML, "application/xhtml+xml", "text/xml"):
        reading = reader.read(page, kind)
        assert reading.failure == ""
        assert "root:" not in str(reading)
        assert "The court heard" in str(reading.text)


# Limits


def test_a_job_that_eats_memory_is_ended_and_says_so(hostile):
    reading = hostile.ask("eat", {}, seconds=60)

    assert (reading.failure, reading.sentence) == (Failure.MEMORY, "Reading it took more memory than is allowed.")
    assert hostile.read(PAGE, HTML).text.lines == TEXT


def test_a_page_that_needs_too_much_memory_says_so():
    with Reader(Bounds(page_s=60, memory_bytes=110_000_000)) as reader:
        reading = reader.read(b"<p class=a>The witness saw nothing at all." * 120_000, HTML)

        assert reading.failure is Failure.MEMORY
        assert reader.read(PAGE, HTML).text.lines == TEXT


def test_a_job_that_takes_time_is_ended_and_says_so(hostile):
    began = time.monotonic()
    reading = hostile.ask("spin", {}, seconds=0.3)

    assert (reading.failure, reading.sentence) == (Failure.TIME, "Reading it took longer than is allowed.")
    assert time.monotonic() - began < 20  # where it would have span for 30
    assert hostile.read(PAGE, HTML).text.lines == TEXT


def test_a_page_has_less_time_than_a_document(monkeypatch):
    reader = Reader(Bounds(page_s=1.5, pdf_s=3.0))
    monkeypatch.setattr(reader, "ask", lambda do, head, *parts, seconds: seconds)

    assert reader.read(PAGE, HTML) == 1.5
    assert reader.read(b"%PDF-1.4", "") == reader.read(b"", "application/pdf; x=y") == 3


def test_the_system_too_ends_a_job_that_computes_too_long(hostile):
    left = [float(hostile.ask("attempt", {"what": "seconds"}, seconds=7).sentence) for _ in range(2)]

    assert all(7 < seconds < 10 for seconds in left)


@pytest.mark.parametrize(
    ("signal_", "failure"),
    [
        (signal.SIGXCPU, Failure.TIME),
        (signal.SIGSEGV, Failure.CRASHED),
        (signal.SIGKILL, Failure.CRASHED),
    ],
)
def test_a_child_that_dies_at_work_is_replaced(hostile, signal_, failure):
    assert hostile.ask("end", {"signal": int(signal_)}, seconds=60).failure is failure
    assert hostile.read(PAGE, HTML).text.lines == TEXT


def test_an_answer_that_is_none_counts_as_a_crash(hostile):
    assert hostile.ask("ramble", {}, seconds=60).failure is Failure.CRASHED
    assert hostile.read(PAGE, HTML).text.lines == TEXT


def test_a_child_that_somebody_kills_is_replaced(hostile):
    idle = int(attempt(hostile, "pid"))
    os.kill(idle, signal.SIGKILL)
    assert hostile.read(PAGE, HTML).text.lines == TEXT

    busy = int(attempt(hostile, "pid"))
    threading.Timer(0.2, os.kill, (busy, signal.SIGKILL)).start()
    assert hostile.ask("sleep", {}, seconds=3).failure is Failure.TIME  # it was tried again, and slept again
    assert not is_running(busy)


def test_a_child_is_replaced_after_so_many_jobs():
    with Reader(Bounds(jobs=2), module=HOSTILE) as reader:
        pids = [attempt(reader, "pid") for _ in range(4)]

    assert pids[0] == pids[1] != pids[2] == pids[3]


class Interruption(BaseException):
    """As a worker raises when the time of a task is up."""


def test_an_interrupted_job_leaves_no_half_answer_behind(hostile):
    def interrupt(*_):
        raise Interruption

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(Interruption):
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            hostile.ask("sleep", {}, seconds=60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert hostile.read(PAGE, HTML).text.lines == TEXT


# Processes


def test_a_closed_reader_leaves_no_process():
    with Reader(module=HOSTILE) as reader:
        pid = int(attempt(reader, "pid"))
        assert is_running(pid)

    assert not Path(f"/proc/{pid}").exists()
    assert reader.read(PAGE, HTML).text.lines == TEXT
    reader.close()


def test_a_child_does_not_outlive_its_parent():
    code = (
        "import os, signal; from allegations.links.texts import Reader\n"
        f"reader = Reader(module={HOSTILE!r})\n"
        "print(reader.ask('attempt', {'what': 'pid'}, seconds=60).sentence, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[4])
    until = time.monotonic() + 60
    while is_running(done.stdout.strip()) and time.monotonic() < until:
        time.sleep(0.02)

    assert done.stdout.strip()
    assert not is_running(done.stdout.strip())


def in_a_worker(pipe, inherited):
    """What a prefork worker does: a daemonic process, which may have no children of its own kind."""
    with Reader() as reader:
        pipe.send((reader.read(PAGE, HTML).text.lines, inherited.read(PAGE, HTML).text.lines))
    inherited.close()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork")
def test_a_daemonic_worker_can_read_and_its_parent_goes_on(hostile):
    pid = attempt(hostile, "pid")
    ours, theirs = multiprocessing.Pipe()
    worker = multiprocessing.get_context("fork").Process(target=in_a_worker, args=(theirs, hostile), daemon=True)
    worker.start()

    assert ours.poll(60)
    assert ours.recv() == (TEXT, TEXT)
    worker.join(60)
    assert attempt(hostile, "pid") == pid
    worker.close()
    ours.close()
    theirs.close()


def test_several_children_answer_in_the_order_of_the_jobs():
    pages = [f"<p>This is the page of number {n}, and of no other one.</p>".encode() for n in range(40)]
    with Readers(2) as readers:
        found = readers.read_all(Job(page, HTML) for page in pages)
        alone = readers.read(Job(PAGE, HTML))

    assert [reading.text.lines for reading in found] == [(page.decode()[3:-4],) for page in pages]
    assert alone.text.lines == TEXT


def test_a_child_that_does_not_start_is_our_own_fault(capfd):
    with Reader(module="tests.unit.links.texts.no_such_child") as reader, pytest.raises(ReaderUnavailable):
        reader.read(PAGE, HTML)

    assert "no_such_child" in capfd.readouterr().err
