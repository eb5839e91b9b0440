"""From nothing to a trained, tested, checked and rendered project: where the time goes.

`uvx nox -s benchmark` makes a default project from the work tree, in a folder that it
throws away, and measures each phase beside the floor: the interpreter starting, and
scikit-learn being imported, which three of the five stages cannot do without. Package
caches are warm, the project's environment is new. The ratios matter, not the seconds.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from project.using import InUse  # noqa: E402
from rendering import copy, snapshot  # noqa: E402

STAGES = ("split", "train", "score", "lift")
Phase = tuple[str, float]


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="repetitions of each phase")
    runs = parser.parse_args().runs
    totals, phases = [], []
    with tempfile.TemporaryDirectory() as folder:
        template = snapshot(Path(folder) / "template")
        for number in range(runs):
            project = Path(folder) / f"project-{number}"
            print(f"run {number + 1} of {runs}", file=sys.stderr)
            totals.append(_whole(template, project))
            phases.append(_phases(project))
    _print("From nothing to done", _medians(totals))
    _print("Each phase on its own, a second time", _medians(phases))


def _whole(template: Path, project: Path) -> list[Phase]:
    """What a person waits for: the copy, then `uv run lab setup`."""
    copied = _seconds(lambda: copy(template, project))
    set_up = _timed(project, "uv", "run", "--python", sys.executable, "lab", "setup")
    return [("copier copy", copied), ("lab setup", set_up), ("together", copied + set_up)]


def _phases(project: Path) -> list[Phase]:
    """The floor, and each part of `lab setup` by itself."""
    python = str(project / ".venv/bin/python")
    commands = {
        "floor: python starts": (python, "-c", "pass"),
        "floor: python imports scikit-learn": (python, "-c", "import sklearn"),
        "uv sync, nothing to do": ("uv", "sync", "--quiet"),
        **{f"stage {name}": ("uv", "run", "lab", "data", name) for name in STAGES},
        "dvc repro, nothing to do": ("uv", "run", "dvc", "repro"),
        "dvc repro, everything": ("uv", "run", "dvc", "repro", "--force"),
        "lint": ("uv", "run", "nox", "-s", "lint"),
        "types": ("uv", "run", "nox", "-s", "types"),
        "tests": ("uv", "run", "nox", "-s", "tests"),
        "site": ("uv", "run", "lab", "site", "build"),
    }
    return [(name, _timed(project, *command)) for name, command in commands.items()]


def _timed(project: Path, *command: str) -> float:
    return _seconds(lambda: InUse(project).ok(*command))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _medians(runs: Sequence[Sequence[Phase]]) -> list[Phase]:
    return [
        (phase[0][0], statistics.median(seconds for _, seconds in phase))
        for phase in zip(*runs, strict=True)
    ]


def _print(title: str, phases: Sequence[Phase]) -> None:
    floor = dict(phases).get("floor: python imports scikit-learn")
    print(f"\n{title}\n")
    print("| phase | seconds |" + (" times the import |" if floor else ""))
    print("|---|---:|" + ("---:|" if floor else ""))
    for name, seconds in phases:
        ratio = f" {seconds / floor:.1f} |" if floor else ""
        print(f"| {name} | {seconds:.1f} |{ratio}")


if __name__ == "__main__":
    main()
