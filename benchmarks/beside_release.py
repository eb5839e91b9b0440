"""Copy, set-up and update beside the last release, in one run.

`uvx nox -s benchmark` makes a default project from the newest version in `releases.yml` and one
from the work tree, by turns, in a folder that it throws away; sets each up; and updates each to a
version that changes one line. Package caches are warm. The ratios matter, not the seconds.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from project.using import InUse  # noqa: E402
from rendering import git, release, snapshot  # noqa: E402
from update.releases import RELEASES, commit_of  # noqa: E402

Cost = tuple[float, float]  # seconds of the wall clock, and of the processors
PHASES = ("copier copy", "lab setup", "lab update")


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="repetitions of each phase")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        templates = {
            RELEASES[-1]["version"]: _released(folder / "released"),
            "work tree": snapshot(folder / "work-tree"),
        }
        costs: dict[str, dict[str, list[Cost]]] = {
            version: {phase: [] for phase in PHASES} for version in templates
        }
        for number in range(runs):
            for version, template in templates.items():
                print(f"run {number + 1} of {runs}: {version}", file=sys.stderr)
                measured = _life(template, folder / f"project-{version}-{number}", number)
                for phase, cost in measured.items():
                    costs[version][phase].append(cost)
    _print(costs)


def _released(folder: Path) -> Path:
    """The template as it was released last, in a repository of its own."""
    folder.mkdir()
    packed = subprocess.run(
        ["git", "archive", commit_of(RELEASES[-1], ROOT)], cwd=ROOT, check=True, capture_output=True
    )
    subprocess.run(["tar", "-x"], cwd=folder, input=packed.stdout, check=True)
    git("init", "--quiet", cwd=folder)
    return release(folder, "v0.0.0")


def _life(template: Path, project: Path, number: int) -> Mapping[str, Cost]:
    """What a project costs: made, set up, and brought to a version that changes one line."""
    outside, inside = InUse(template), InUse(project)
    copied = _cost(
        lambda: outside.ok("uvx", "copier", "copy", "--defaults", str(template), str(project))
    )
    set_up = _cost(lambda: inside.ok("uv", "run", "--python", sys.executable, "lab", "setup"))
    with (template / "template/.editorconfig").open("a", encoding="utf-8") as file:
        file.write(f"# {number}\n")
    release(template, f"v0.{number + 1}.0")
    updated = _cost(lambda: inside.ok("uv", "run", "lab", "update"))
    return dict(zip(PHASES, (copied, set_up, updated), strict=True))


def _cost(work: Callable[[], object]) -> Cost:
    wall, processors = time.perf_counter(), _processors()
    work()
    return time.perf_counter() - wall, _processors() - processors


def _processors() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _print(costs: Mapping[str, Mapping[str, list[Cost]]]) -> None:
    before, now = costs
    print(f"| phase | {before}: wall | work tree: wall | ratio | {before}: processor |", end="")
    print(" work tree: processor | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for phase in PHASES:
        cells = []
        for clock in (0, 1):
            then, here = (
                statistics.median(cost[clock] for cost in costs[version][phase])
                for version in (before, now)
            )
            cells += [f"{then:.1f}", f"{here:.1f}", f"{here / then:.2f}"]
        print(f"| {phase} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
