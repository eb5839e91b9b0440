"""`lab` with ten records and with ten thousand: how long, how linear, and where the time goes.

`uvx nox -s benchmark` makes projects from the work tree with 10, 200, 1,000 and 10,000 records
in a folder that it throws away, and times the installed `lab` of an environment beside two
floors: the bare interpreter starting, and the same files read by a bare Python script. The
ratios matter, not the milliseconds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from rendering import copy, snapshot  # noqa: E402

from benchmarks.made import NOW, make_records  # noqa: E402

SIZES = (10, 200, 1_000, 10_000)
READ_ALL = """
import os
for top in ("stages", "team"):
    for folder, _, names in os.walk(top):
        for name in names:
            with open(f"{folder}/{name}", "rb") as file:
                file.read()
"""
PHASES = """
import json, time
from pathlib import Path
marks = [("", time.perf_counter())]
def done(name): marks.append((name, time.perf_counter()))
import lab.commands.check
from lab.records import store as stores
from lab.records.document import split
from lab.records.fields import convert
from lab.records.kinds import KINDS
from lab.records.yaml import parse_strict
from lab.rules.families import all_rules
from lab.rules.run import check
all_rules()
done("imports")
paths = [(path, KINDS[path.parent.name.partition("-")[0]])
         for folder in stores.FOLDERS for path in Path(folder).glob("*-*-*/index.md")]
done("")
texts = [(stores.read_strictly(path)[0], kind) for path, kind in paths]
done("reading the records")
parts = [(split(text)[0], kind) for text, kind in texts]
data = [(parse_strict(front)[0], front, kind) for front, kind in parts]
done("parsing YAML, strictly")
assert all(convert(one, kind.front, front)[0] for one, front, kind in data)
done("conversion to types")
store = stores.read_store(Path.cwd())
done("all of it: `read_store`")
assert check(store).code == 0
done("asking all rules")
print(json.dumps([(name, after - before)
                  for (_, before), (name, after) in zip(marks, marks[1:]) if name]))
"""
Times = dict[str, dict[int, float]]


def main() -> None:
    """Measure, and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="repetitions of each command")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        template = snapshot(_made(Path(folder) / "template"))
        projects = {}
        for size in SIZES:
            print(f"making {size} records", file=sys.stderr)
            projects[size] = copy(template, Path(folder) / f"of-{size}")
            make_records(projects[size], size)
        binaries = _environment(Path(folder) / "environment")
        _print(_measured(projects, binaries, runs))
        _print_phases(_phases(projects[SIZES[-1]], binaries, runs))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _environment(folder: Path) -> Path:
    """An environment with the tool in it; the folder of its commands."""
    _run(["uv", "venv", "--quiet", "--python", sys.executable, str(folder)], ROOT)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    install = ["uv", "pip", "install", "--quiet", "--compile-bytecode", str(ROOT)]
    _run([*install, "--python", str(binaries / "python")], ROOT)
    return binaries


def _measured(projects: Mapping[int, Path], binaries: Path, runs: int) -> Times:
    """Medians in seconds, by command and size; the commands take turns in every run."""
    python, lab = str(binaries / "python"), str(binaries / "lab")
    commands = {
        "floor: python starts": [python, "-c", "pass"],
        "floor: python reads the files": [python, "-c", READ_ALL],
        "lab --help": [lab, "--help"],
        "lab check": [lab, "check"],
        "lab board": [lab, "board"],
    }
    taken: dict[tuple[str, int], list[float]] = {}
    for number in range(runs + 1):
        print(f"run {number} of {runs}", file=sys.stderr)
        for size, project in projects.items():
            for name, command in commands.items():
                seconds = _run(command, project)
                if number:  # the first one only warms the caches
                    taken.setdefault((name, size), []).append(seconds)
    return {
        name: {size: statistics.median(taken[name, size]) for size in projects} for name in commands
    }


def _phases(project: Path, binaries: Path, runs: int) -> dict[str, float]:
    """Medians in seconds of the parts that `lab check` is made of, in one process."""
    taken: dict[str, list[float]] = {}
    for _ in range(runs):
        said = subprocess.run(
            [str(binaries / "python"), "-c", PHASES],
            cwd=project,
            env=_settings(),
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
        for name, seconds in json.loads(said):
            taken.setdefault(name, []).append(seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _run(command: Sequence[str], folder: Path) -> float:
    """Seconds that a command takes, which has to succeed."""
    began = time.perf_counter()
    ended = subprocess.run(command, cwd=folder, env=_settings(), stdout=subprocess.PIPE)
    seconds = time.perf_counter() - began
    if ended.returncode:
        sys.exit(f"{' '.join(command)}: {ended.stdout.decode()[-2_000:]}")
    return seconds


def _settings() -> dict[str, str]:
    """The environment without what would change the tool; its clock stands still."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"LAB_NOW": NOW}


def _print(times: Times) -> None:
    sizes = list(SIZES)
    print("\nMilliseconds, by number of records\n")
    print(f"| command | {' | '.join(f'{size:,}' for size in sizes)} | one more record |")
    print(f"|---|{'---:|' * (len(sizes) + 1)}")
    for name, by_size in times.items():
        slope = (by_size[sizes[-1]] - by_size[sizes[-2]]) / (sizes[-1] - sizes[-2])
        cells = [f"{1_000 * by_size[size]:,.0f}" for size in sizes] + [f"{1_000 * slope:.3f}"]
        print(f"| {name} | {' | '.join(cells)} |")
    for name in ("lab check", "lab board"):
        floor = times["floor: python reads the files"]
        cells = [f"{times[name][size] / floor[size]:.1f}" for size in sizes]
        print(f"| {name}, times the reading | {' | '.join(cells)} | |")
    small, middle, large = (times["lab check"][size] for size in sizes[1:])
    early = (middle - small) / (sizes[2] - sizes[1])
    late = (large - middle) / (sizes[3] - sizes[2])
    print(f"\nA record of `lab check` costs {late / early:.2f} times as much", end=" ")
    print(f"between {sizes[2]:,} and {sizes[3]:,} as between {sizes[1]:,} and {sizes[2]:,}.")


def _print_phases(phases: Mapping[str, float]) -> None:
    print(f"\nWhere the time goes, with {SIZES[-1]:,} records\n")
    print("| phase | milliseconds |\n|---|---:|")
    for name, seconds in phases.items():
        print(f"| {name} | {1_000 * seconds:,.0f} |")


if __name__ == "__main__":
    main()
