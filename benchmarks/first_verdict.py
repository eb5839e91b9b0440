"""From a file to the first judged hypothesis: what is typed, and how long it takes.

`uv run python benchmarks/first_verdict.py` sets a default project of the committed template up, and
then types what a person has to (tests/first_verdict.py): `lab data use`, a page, a hypothesis, a
start, a commit with its hooks, and `lab judge`. The set-up does not count. Files are of packages.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from first_verdict import Question, commands, first_verdict, sentences  # noqa: E402
from project.using import InUse, set_up  # noqa: E402
from rendering import DEFAULTS, copy, snapshot  # noqa: E402

FILES = {
    "penguins.csv": (
        *("palmerpenguins==0.1.5", "palmerpenguins/data/penguins.csv", "--target species"),
        *("accuracy > 0.8", "balanced_accuracy >= status_quo"),
    ),
    "Caravan.csv": (
        *("ISLP==0.4.0", "ISLP/data/Caravan.csv", "--target Purchase --positive Yes"),
        *("roc_auc > 0.6", "balanced_accuracy >= status_quo"),
    ),
}


def main() -> None:
    """Print a table for each file."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        template = snapshot(folder / "template")
        project = copy(template, folder / "project", DEFAULTS)
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        fresh = set_up(project, python)
        for name, (package, inside, options, criterion, guardrail) in FILES.items():
            file = _fetched(package, inside, folder)
            question = Question(file, options, criterion, guardrail)
            print(f"\n{name}: {len(commands(question))} commands, {len(sentences())} sentences\n")
            _measure(fresh.copy(folder / "copy"), question)


def _fetched(package: str, inside: str, folder: Path) -> Path:
    home = folder / package.partition("=")[0]
    install = ("uv", "pip", "install", "--quiet", "--no-deps", "--target", str(home), package)
    subprocess.run(install, check=True)
    return home / inside


def _measure(project: InUse, question: Question) -> None:
    """One row for each command: the wall, and what it took of a processor."""
    last = [time.perf_counter(), _processor()]
    rows: list[tuple[str, float, float]] = []

    def seen(command: tuple[str, ...], _: str) -> None:
        now = [time.perf_counter(), _processor()]
        words = command[2:] if command[0] == "uv" else command
        short = " ".join(words[: 3 if words[1] in ("data", "new") else 2])
        rows.append((short, now[0] - last[0], now[1] - last[1]))
        last[:] = now

    verdict = first_verdict(project, question, seen)
    print("| typed | seconds | of a processor |\n|---|---:|---:|")
    for short, wall, processor in rows:
        print(f"| `{short}` | {wall:.1f} | {processor:.1f} |")
    print(f"| together | {sum(row[1] for row in rows):.1f} | {sum(row[2] for row in rows):.1f} |")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"\n{verdict['verdict']}, {verdict['mode']}; no process took more than {most:.1f} GB.")


def _processor() -> float:
    """Seconds of a processor that programs which have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
