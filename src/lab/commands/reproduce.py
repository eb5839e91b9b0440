"""`lab reproduce`: the pipeline run again, and whether it writes what is committed."""

import argparse
import os
from collections.abc import Iterator

from .. import git
from ..data.pipeline import CANDIDATE, DVC_LOCK, OPENINGS, digest_in_pointer, md5_of_output
from ..errors import LabError
from ..evidence.verdict import Verdict, path_of, verdict_of
from ..forge.place import place_of
from ..project import Project
from ..proof.cache import cache_of, set_aside
from ..proof.forgery import stages_in, sums_of
from ..proof.history import History
from ..proof.old_texts import outputs_in
from ..proof.reproduction import (
    Stopwatch,
    cost,
    differences,
    is_scheduled,
    keep_measured,
    measured,
)
from ..records.store import Store, read_store
from ..terminal import style
from ..ticker import Ticker
from .parser import Command
from .session import project_here

REMEDY = "Run `uv run dvc repro`, look at what changed, and commit it."


def arguments(command: Command) -> None:
    """It takes none."""
    command.describe(
        "Run the whole pipeline from what is committed, taking nothing from a cache that somebody "
        "could have filled, and compare what it writes with the dvc.lock, metrics and plots of the "
        "last commit. Then predict the held-out rows again for each verdict about these models. "
        "The bytes of models may differ, what they answer may not. It costs a whole training, and "
        "says how long the last one took here. With `reproduce: scheduled` in team/policy.yml, a "
        "CI job that is about a change leaves it to the schedule. "
        "Exit codes: 0 holds, 1 does not, 3 the sealed files are not on this machine.",
        "lab reproduce",
        run,
    )


def run(typed: argparse.Namespace) -> int:
    """Run the pipeline, and say what it writes otherwise than the last commit has it.

    Raises:
        LabError: nothing is committed to compare with, or the pipeline is broken.
    """
    project = project_here()
    store, history = read_store(project.root), History(project.root)
    if not _is_due(store, history):
        return 0
    committed = history.show("HEAD", DVC_LOCK) if history.exists else None
    if committed is None:
        raise LabError(
            f"{DVC_LOCK} is not committed, so there is nothing to compare with. {REMEDY}"
        )
    _holds_no_cache(project)
    _bring_data(project)
    _run_pipeline(project)
    again = (project.root / DVC_LOCK).read_text(encoding="utf-8")
    found = [*differences(committed, again), *_changed(project, again)]
    if not found:
        found += _openings(project, store, committed)
    for line in found:
        print(f"{style('differs', 'red')} {line}. {REMEDY}")
    if not found:
        print(f"{style('holds', 'green')}: the pipeline writes what is committed.")
    return 1 if found else 0


def _is_due(store: Store, history: History) -> bool:
    """Is it for this run to reproduce? In CI the policy decides, by hand it always is."""
    place = place_of(os.environ)
    if place is None or place.occasion == "request":
        return True
    scheduled = is_scheduled(store, history)
    if place.occasion == "change" and scheduled:
        print(
            "Nothing was trained: the reproduction is due on the schedule, as team/policy.yml "
            f"says (`reproduce: scheduled`); when it was green last is told at {place.schedules}."
        )
        return False
    if place.occasion == "schedule" and not scheduled:
        print("Nothing is due on a schedule: each change is reproduced in its own pipeline.")
        return False
    return True


def _run_pipeline(project: Project) -> None:
    """Run every stage beside an empty cache, and say before and after what that costs.

    Raises:
        LabError: a stage failed.
    """
    watch, earlier = Stopwatch(), measured(project.root)
    print(
        f"A fresh run took {cost(earlier)} last time."
        if earlier
        else "How long a fresh run takes was not measured on this machine yet.",
        flush=True,
    )

    def hear(line: str) -> None:
        watch.hear(line)
        ticker.turn_to(watch.begun[-1][0])
        ticker.say(line)

    with set_aside(project.root), Ticker() as ticker:
        ended = project.run("dvc", "repro", "--force", "--no-run-cache", heard=hear)
    if ended.code:
        raise LabError("The pipeline is broken: fix what it names, and run `uv run dvc repro`.")
    taken = watch.stop()
    keep_measured(project.root, taken)
    print(f"The fresh run took {cost(taken)}.", flush=True)


def _openings(project: Project, store: Store, committed: str) -> Iterator[str]:
    """Verdicts about the committed models, whose predictions do not come out again."""
    from ..proof.repetition import predicted_otherwise

    model = outputs_in(committed).get(CANDIDATE)
    for record in store.of("HYP"):
        verdict = verdict_of(record, store) if record.judged else None
        if not isinstance(verdict, Verdict) or verdict.opening is None:
            continue
        if verdict.opening.model != model:
            continue  # it is about earlier models
        print(f"predicting again what {record.id} was judged on", flush=True)
        if fault := predicted_otherwise(store, record, verdict):
            yield f"{path_of(record)}: {fault}"


def _holds_no_cache(project: Project) -> None:
    """Nobody committed what DVC would take for the work of a stage."""
    cache = cache_of(project.root)
    if project.root.resolve() not in cache.resolve().parents:
        return
    if held := git.entries(git.run(project.root, "ls-files", "-z", "--", str(cache))):
        raise LabError(
            f"git holds {held[0]}, a part of DVC's cache: whoever fills that decides what comes "
            "out. Take it out: `git rm -r --cached .dvc/cache`."
        )


def _bring_data(project: Project) -> None:
    """The team's own data from DVC's remote: git holds only their names.

    A cache that somebody filled could hold other content under the name of what was committed, so
    the files themselves are compared. What openings wrote is left out: it is predicted again.
    """
    found = git.entries(git.run(project.root, "ls-files", "-z", "*.dvc"))
    named = [pointer for pointer in found if not pointer.startswith(f"{OPENINGS}/")]
    if named and (ended := project.run("dvc", "pull", *named)).code:
        raise LabError(
            f"DVC cannot bring the data:\n{ended.tail()}\n"
            "See that its remote can be read from here."
        )
    for pointer in named:
        place = (project.root / pointer).with_suffix("")
        digest = digest_in_pointer((project.root / pointer).read_text("utf-8"))
        if place.exists() and digest not in (None, md5_of_output(place)):
            raise LabError(
                f"{place.relative_to(project.root)} is not what {pointer} names: whatever DVC's "
                "cache or remote holds under that name is something else."
            )


def _changed(project: Project, lock: str) -> list[str]:
    """Outputs that git itself keeps, such as metrics, and that are not as committed."""
    outputs = [path for stage in stages_in(lock).values() for path in sums_of(stage, "outs")]
    differing = ("diff", "-z", "--name-only", "--relative", "HEAD", "--", *outputs)
    changed = git.entries(git.run(project.root, *differing))
    return [f"{path} is not what the pipeline writes" for path in changed]
