"""A portfolio of 200 projects with 50 records each: reading them, and building the one site.

`uvx nox -s benchmark` makes them from the work tree in a folder that it throws away. Of each
project only what `lab` reads is there. The time is the processor's, the median of three runs:
`lab export` of one project, `lab portfolio` over the exports, and over the projects themselves.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from rendering import copy, snapshot  # noqa: E402

from benchmarks.made import NOW, make_records  # noqa: E402

PROJECTS, RECORDS, RUNS = 200, 50, 3
LAB = (sys.executable, "-m", "lab")


def main() -> None:
    """Measure, and print a table in Markdown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = copy(snapshot(folder / "template"), folder / "one")
        make_records(one, RECORDS)
        shutil.rmtree(one / "api", ignore_errors=True)
        (projects := folder / "projects").mkdir()
        (exports := folder / "exports").mkdir()
        for number in range(PROJECTS):
            there = projects / f"p{number:03}"
            shutil.copytree(one, there)
            answers = there / ".copier-answers.yml"
            text = answers.read_text(encoding="utf-8")
            named = text.replace('"My ML project"', f'"Project {number:03}"')
            answers.write_text(named, encoding="utf-8")
        rows = {"`lab export`, one project": [processor(one, "export", "--out", str(exports / "x"))
                                              for _ in range(RUNS)]}  # fmt: skip
        for there in projects.iterdir():
            processor(there, "export", "--out", str(exports / f"{there.name}.json"))
        for what, places in (("exports", exports), ("projects", projects)):
            out = str(folder / f"site-of-{what}")
            rows[f"`lab portfolio` over {PROJECTS} {what}"] = [
                processor(folder, "portfolio", str(places), "--out", out) for _ in range(RUNS)
            ]
        size = sum(file.stat().st_size for file in exports.glob("*.json")) / PROJECTS
        pages = sum(path.stat().st_size for path in Path(out, "site").glob("*.html")) / 1e6
    print(f"{PROJECTS} projects of {RECORDS} records; an export has {size / 1000:.0f} kB, the "
          f"site's pages {pages:.1f} MB.\n")  # fmt: skip
    print("| what | seconds |\n|---|---:|")
    for what, times in rows.items():
        print(f"| {what} | {statistics.median(times):.1f} |")


def processor(folder: Path, *words: str) -> float:
    """Seconds of the processor that a command takes."""
    before = sum(os.times()[2:4])
    environment = os.environ | {"LAB_NOW": NOW, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run([*LAB, *words], cwd=folder, env=environment, check=True, capture_output=True)
    return sum(os.times()[2:4]) - before


if __name__ == "__main__":
    main()
