"""How long it takes to read and compare a page, as ratios to parsing its markup and to trafilatura in the same run.

Run with `python -m benchmarks.texts`. Says so where trafilatura is not installed (it needs lxml_html_clean).
"""

import gc
import random
import time
import timeit
from functools import partial

from allegations.links.texts import Asked, Job, Readers, read
from allegations.links.texts.maintext import main_text
from allegations.links.texts.metadata import metadata
from allegations.links.texts.walking import parse
from tests.unit.links.texts import more_samples  # noqa: F401 (its pages are among the samples)
from tests.unit.links.texts.samples import SAMPLES

try:
    import trafilatura
except ImportError:
    trafilatura = None

HTML = "text/html; charset=utf-8"
NEWS = next(sample for sample in SAMPLES if sample.name == "news")
QUOTES = ("They held us for 19 days in a room without a window", "the case is politically motivated")


def page(noise: int, told: str = "charged") -> str:
    """Return a news page of about 20 KB with 26 paragraphs of its own, 40 menu entries and 25 teasers."""
    chance = random.Random(noise)
    paragraphs = "".join(
        f"<p>The court of appeal heard on day {n} that the general, who was {told} in May, had"
        f" <a href='/{n}'>ordered</a> the detention of two men, according to <b>the file</b>,"
        f" and that nobody asked why.</p>\n"
        for n in range(26)
    )
    menu = "".join(
        f"<li class='menu-item item-{n}'><a class='link' href='/{n}'>Section {n}</a></li>" for n in range(40)
    )
    teasers = "".join(
        f"<div class='card teaser'><div class='image'><img src='/{chance.random()}.jpg' alt=''></div><div class='body'>"
        f"<a href='/{n}'><h3>Some other story, number {n}</h3></a>"
        f"<span>{chance.randrange(9)} hours ago</span></div></div>"
        for n in range(25)
    )
    markup = NEWS.build(noise).replace("<h2>Why the case", f"{paragraphs}<h2>Why the case")
    return markup.replace("</nav>", f"<ul>{menu}</ul></nav>").replace("</main>", f"<div>{teasers}</div></main>")


def milliseconds(call, number: int) -> float:
    """Return the processor time of one call, the best of nine rounds."""
    gc.collect()
    return min(timeit.repeat(call, number=number, repeat=9, timer=time.process_time)) / number * 1000


def speed() -> None:
    markup = page(0)
    root = parse(markup)
    same, changed = page(1).encode(), page(1, "cleared").encode()
    first = read(markup.encode(), HTML)
    asked = Asked(first.text, QUOTES, ("Tarek Mansouri",), "en", first.text_sha256)
    rows = [
        ("parsing its markup with lxml", partial(parse, markup), 50),
        ("main text of a parsed page", partial(main_text, root), 50),
        ("metadata of a parsed page", partial(metadata, root), 50),
        ("parsing and main text", lambda: main_text(parse(markup)), 50),
        ("reading a first copy, with its hashes", partial(read, markup.encode(), HTML), 30),
        ("reading and comparing, only ads changed", partial(read, same, HTML, asked=asked), 30),
        ("reading and comparing, every paragraph changed", partial(read, changed, HTML, asked=asked), 5),
    ]
    if trafilatura is not None:
        extract = partial(trafilatura.extract, markup, include_comments=False)
        rows += [("trafilatura, fast", partial(extract, fast=True), 5), ("trafilatura, as it comes", extract, 5)]
    taken = {name: milliseconds(call, number) for name, call, number in rows}
    ours = taken["parsing and main text"]
    length = sum(map(len, first.text.lines)) / 1000
    print(f"A page of {len(markup) / 1000:.0f} kB, {length:.1f} kB of it text; CPU of one process")
    for name, each in taken.items():
        print(f"  {name:<48}{each:>8.3f} ms {each / ours:>7.2f} x")
    change = read(changed, HTML, asked=asked).change
    print(f"  (every paragraph changed: {change.level}, {len(change.edits)} edits)")


def quality() -> None:
    """Print how much of what pages say is found, and how much of what stands around it is left out."""
    print(f"{len(SAMPLES)} pages with {sum(len(s.gold) for s in SAMPLES)} sentences to find and "
          f"{sum(len(s.junk) for s in SAMPLES)} pieces to leave out")  # fmt: skip
    readers = {"ours": lambda markup: "\n".join(block.text for block in main_text(parse(markup)))}
    if trafilatura is not None:
        readers["trafilatura"] = lambda markup: trafilatura.extract(markup, include_comments=False) or ""
        readers["trafilatura, fast"] = lambda markup: (
            trafilatura.extract(markup, include_comments=False, fast=True) or ""
        )
    for name, reader in readers.items():
        texts = {sample.name: " ".join(reader(sample.build(0)).split()) for sample in SAMPLES}
        found = [" ".join(one.split()) in texts[sample.name] for sample in SAMPLES for one in sample.gold]
        left = [one not in texts[sample.name] for sample in SAMPLES for one in sample.junk]
        print(f"  {name:<24} found {sum(found) / len(found):.3f}   left out {sum(left) / len(left):.3f}")


def throughput(pages: int = 1200) -> None:
    """Print how many pages a second two children read and compare, one in twenty of them changed."""
    first = read(page(0).encode(), HTML)
    asked = Asked(first.text, QUOTES, ("Tarek Mansouri",), "en", first.text_sha256)
    jobs = [Job(page(n, "cleared" if n % 20 == 0 else "charged").encode(), HTML, asked=asked) for n in range(pages)]
    with Readers(2) as readers:
        readers.read_all(jobs[:4])
        began, ours = time.perf_counter(), time.process_time()
        readings = readers.read_all(jobs)
        took, ours = time.perf_counter() - began, time.process_time() - ours
    levels = ", ".join(sorted({str(reading.change.level) for reading in readings}))
    print(f"Two children: {pages / took:.0f} pages a second ({levels})")
    print(f"  {'in this process':<48}{ours / pages * 1000:>8.3f} ms")


def main() -> None:
    if trafilatura is None:
        print("trafilatura is not installed; only our own figures follow.")
    speed()
    quality()
    throughput()


if __name__ == "__main__":
    main()
