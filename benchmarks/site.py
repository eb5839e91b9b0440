"""The site of 50, 500 and 2,000 records: our pages, the builder, and a rebuild while serving.

`uvx nox -s benchmark` makes projects from the work tree in a folder that it throws away, and
takes the time of our page generation and of the builder apart, beside the builder alone on as
many plain pages: one heading and three paragraphs each. All of them take turns in every run, and
their time is the processor's, which other work on the machine changes least. The ratios matter,
not the seconds. While the site is served, it is the time that a person waits.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from played.world import run_pipeline  # noqa: E402
from rendering import copy, snapshot  # noqa: E402

from benchmarks.made import NOW, SENTENCE, make_records  # noqa: E402

SIZES = (50, 500, 2_000)
SERVED = 500  # records of the project that is served
CHANGES = 5  # while it is served
GENERATE = """
import os
from pathlib import Path
from lab.site.build import write_pages
before = os.times()
write_pages(Path.cwd())
print(sum(os.times()[:4]) - sum(before[:4]))
"""
MKDOCS = (sys.executable, "-m", "mkdocs")
PLAIN = "plain.yml"
ROWS = {
    "floor": "the builder, plain pages",
    "pages": "our pages",
    "builder": "the builder, our pages",
    "whole": "`lab site build`",
}
Times = dict[str, dict[int, float]]


def main() -> None:
    """Measure, and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="repetitions of each command")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        projects = _projects(Path(folder))
        counts = {size: _plain_pages(project) for size, project in projects.items()}
        _print(_measured(projects, runs), counts)
        _print_serving(_changes(projects[SERVED]))


def _projects(folder: Path) -> dict[int, Path]:
    """A project of each size, whose pipeline has run and whose pages are written."""
    (folder / "template").mkdir()
    first = copy(snapshot(folder / "template"), folder / "first", {"package_name": "my_ml_project"})
    run_pipeline(first)
    projects = {}
    for size in SIZES:
        print(f"making {size} records", file=sys.stderr)
        projects[size] = shutil.copytree(first, folder / f"of-{size}")
        make_records(projects[size], size)
        _run([sys.executable, "-c", GENERATE], projects[size])
    return projects


def _plain_pages(project: Path) -> int:
    """As many plain pages as ours, with settings that differ in nothing else; how many."""
    pages, plain = project / "build/pages", project / "build/plain"
    count = len(list(pages.rglob("*.md")))
    shutil.copytree(pages / "assets", plain / "assets")
    names = [f"{number // 100}/{number}.md" for number in range(count - 1)]
    for name in names:
        (plain / name).parent.mkdir(exist_ok=True)
        (plain / name).write_text(f"# Page {name}\n\n" + f"{SENTENCE}\n\n" * 3, encoding="utf-8")
    links = "\n".join(f"- [Page {name}]({name})" for name in names)
    (plain / "index.md").write_text(f"# All pages\n\n{links}\n", encoding="utf-8")
    settings = (project / "mkdocs.yml").read_text("utf-8")
    settings = re.sub(r"(?m)^nav:\n(?:[ \t].*\n|\n)+", "nav: [index.md]\n\n", settings)
    settings = re.sub(r"(?m)^not_in_nav:.*\n(?:[ \t].*\n|\n)+", "not_in_nav: /*/\n\n", settings)
    settings = settings.replace("build/pages", "build/plain").replace(
        "site_dir: build/site", "site_dir: build/plain-site"
    )
    (project / PLAIN).write_text(settings, encoding="utf-8")
    return count


def _measured(projects: Mapping[int, Path], runs: int) -> Times:
    """Medians in seconds, by what was done and size; they take turns in every run."""
    taken: dict[tuple[str, int], list[float]] = {}
    for number in range(runs):
        for size, project in projects.items():
            print(f"run {number + 1} of {runs}, {size} records", file=sys.stderr)
            build = (*MKDOCS, "build", "--strict", "--clean", "--quiet")
            floor, _ = _run([*build, "--config-file", PLAIN], project)
            shutil.rmtree(project / "build/pages")
            _, said = _run([sys.executable, "-c", GENERATE], project)
            builder, _ = _run(build, project)
            shutil.rmtree(project / "build/pages")
            whole, _ = _run([sys.executable, "-m", "lab", "site", "build"], project)
            found = {"floor": floor, "pages": float(said), "builder": builder, "whole": whole}
            for name, seconds in found.items():
                taken.setdefault((name, size), []).append(seconds)
    return {
        name: {size: statistics.median(taken[name, size]) for size in projects} for name in ROWS
    }


def _changes(project: Path) -> list[float]:
    """Seconds from saving a record until its page, as it is served, holds the change."""
    cards = sorted(project.glob("stages/4-experiments/HYP-*/index.md"))[:CHANGES]
    taken = []
    with _serving(project) as address:
        for number, card in enumerate(cards):
            print(f"change {number + 1} of {CHANGES}", file=sys.stderr)
            page = f"{address}{card.parent.relative_to(project).as_posix()}/index.html"
            word = f"Changed{number}"
            text = card.read_text("utf-8")
            began = time.perf_counter()
            card.write_text(f"{text}\n{word}\n", encoding="utf-8")
            _wait_for(page, word)
            taken.append(time.perf_counter() - began)
    return taken


@contextmanager
def _serving(project: Path) -> Generator[str]:
    """`lab site serve`, from when its first page is there; the address."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{one.getsockname()[1]}"
    command = [sys.executable, "-m", "lab", "site", "serve", "--address", address]
    server = subprocess.Popen(command, cwd=project, env=_settings(), stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://{address}/index.html", "</html>")
        yield f"http://{address}/"
    finally:
        server.send_signal(signal.SIGINT)  # as somebody who presses Ctrl+C
        server.wait()


def _wait_for(url: str, word: str, patience: float = 120) -> None:
    """Ask for a page until it holds a word."""
    until = time.perf_counter() + patience
    while time.perf_counter() < until:
        try:
            with urllib.request.urlopen(url, timeout=patience) as answer:
                if word in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    sys.exit(f"{url} does not hold {word} after {patience} s")


def _run(command: Sequence[str], folder: Path) -> tuple[float, str]:
    """Processor seconds of a command, which has to succeed, and what it printed."""
    before = os.times()
    ended = subprocess.run(
        command, cwd=folder, env=_settings(), stdout=subprocess.PIPE, encoding="utf-8"
    )
    after = os.times()
    if ended.returncode:
        sys.exit(f"{' '.join(command)}: {ended.stdout[-2_000:]}")
    spent = after.children_user + after.children_system
    return spent - before.children_user - before.children_system, ended.stdout


def _settings() -> dict[str, str]:
    """The environment, with a clock that stands still."""
    return dict(os.environ) | {"LAB_NOW": NOW, "NO_MKDOCS_2_WARNING": "1"}


def _print(times: Times, counts: Mapping[int, int]) -> None:
    sizes = list(SIZES)
    print("\nSeconds of the processor, by number of records\n")
    print(f"| what | {' | '.join(f'{size:,}' for size in sizes)} |")
    print(f"|---|{'---:|' * len(sizes)}")
    print(f"| pages that are built | {' | '.join(f'{counts[size]:,}' for size in sizes)} |")
    for name, what in ROWS.items():
        print(f"| {what} | {' | '.join(f'{times[name][size]:.1f}' for size in sizes)} |")
    for name, other in (("pages", "builder"), ("builder", "floor"), ("whole", "floor")):
        cells = [f"{times[name][size] / times[other][size]:.2f}" for size in sizes]
        print(f"| {ROWS[name]}, times {ROWS[other]} | {' | '.join(cells)} |")
    small, middle, large = (times["whole"][size] for size in sizes)
    early = (middle - small) / (sizes[1] - sizes[0])
    late = (large - middle) / (sizes[2] - sizes[1])
    print(f"\nA record of `lab site build` costs {late / early:.2f} times as much", end=" ")
    print(f"between {sizes[1]:,} and {sizes[2]:,} as between {sizes[0]:,} and {sizes[1]:,}.")


def _print_serving(taken: Sequence[float]) -> None:
    print(f"\nWhile {SERVED} records are served, a change of one is on its page after", end=" ")
    print(f"{statistics.median(taken):.1f} s ({min(taken):.1f} to {max(taken):.1f} s).")


if __name__ == "__main__":
    main()
