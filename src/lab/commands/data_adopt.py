"""`lab data adopt`: a project of version 1.0.0 seals its held-out set."""

import argparse
import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from ..records.store import Store
from ..terminal import can_ask, count, style
from .options import add_by
from .parser import Command
from .questions import ask, one_of
from .session import begin_new

if TYPE_CHECKING:  # they load what no other command needs
    from ..update.adoption import Adoption
    from ..update.repository import Repository

SHOWN = ("config.py", "params.yaml", "pyproject.toml")  # of these, every line that changes


def describe(action: Command) -> None:
    """Whether to ask, and who acts."""
    action.describe(
        "Change a project of version 1.0.0, whose pipeline predicts the held-out rows in every "
        "run, so that the tool splits, scores and opens them, and your package trains and "
        "predicts. It shows all changes first, and asks. What you wrote stays. Exit codes: 0 done, "
        "or shown; 1 not possible, with the list of what is in the way.",
        "lab data adopt",
        run,
    )
    action.add_argument("--yes", action="store_true", help="do it without a question")
    add_by(action)


def run(typed: argparse.Namespace) -> int:
    """Show what changes; then, if somebody wants that, change it."""
    from ..update.adoption import adoption_of
    from ..update.repository import Repository
    from ..update.rewrites import see_that_all_is_committed

    store, by = begin_new(typed)
    repository = Repository(store.root)
    with repository.alone():
        see_that_all_is_committed(repository)
        adoption = adoption_of(store, _sources(repository), by)
        _show(adoption)
        if not typed.yes:
            if not can_ask():
                print("Nothing was changed. To do it: lab data adopt --yes")
                return 0
            if ask("Do it (yes or no)? ", one_of(("yes", "no"))) != "yes":
                print("Nothing was changed.")
                return 0
        _do(repository, store, adoption)
    _say_what_is_next(store, adoption)
    return 0


def _sources(repository: "Repository") -> dict[str, str]:
    """The team's Python, by path; what cannot be decoded is looked at by nobody."""
    paths = [path for path in repository.files() if path.endswith(".py")]
    return {
        path: text
        for path in paths
        if not path.startswith(("lab/", ".")) and (text := _text(repository.root / path))
    }


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None


def _show(adoption: "Adoption") -> None:
    print(style("What changes:", "bold"))
    for edit in adoption.edits:
        print(f"  {edit.path}: {edit.what}")
    for path in adoption.gone:
        print(f"  {path}: deleted, since no stage writes it any more")
    for path in adoption.kept:
        print(f"  {path}: stays as you wrote it")
    if adoption.champion:
        print(
            f"  {adoption.champion} is no reference any more (evaluate.champion): its model was "
            "trained on rows that are now held out. models/champion stays, and is served."
        )
    for edit in adoption.edits:
        if edit.before is not None and edit.after is not None and edit.path.endswith(SHOWN):
            before, after = edit.before.splitlines(), edit.after.splitlines()
            print()
            for line in difflib.unified_diff(before, after, edit.path, edit.path, "", "", 1, ""):
                print(f"  {line}")
    print()


def _do(repository: "Repository", store: Store, adoption: "Adoption") -> None:
    from ..update.rewrites import make

    make(repository, adoption.edits)
    for path in adoption.gone:
        (store.root / path).unlink(missing_ok=True)


def _say_what_is_next(store: Store, adoption: "Adoption") -> None:
    print(f"Done: {count(len(adoption.edits), 'file')} changed. Next:")
    print("  uv run dvc repro                 # development numbers, and a sealed set")
    name = f"TS-{store.now:%Y-%m}"
    name = f"{name}-sealed" if name in store.testsets else name
    print(f"  uv run lab testset register {name}")
    if adoption.waiting:
        print(f"  write `testset: {name}` into what is not started: {', '.join(adoption.waiting)}")
    print('  git add --all && git commit -m "The held-out set is sealed"')
    if adoption.unused:
        print("Nothing calls these any more. They stay; to remove them:")
        print(f"  git rm -r {' '.join(adoption.unused)}")
    print("To throw all of it away instead: git reset --hard && git clean -fd")
