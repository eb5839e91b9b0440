"""`lab data use`: a file becomes the project's data, with one question before anything changes."""

import argparse
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.pipeline import RAW
from ..errors import LabError
from ..project import Project
from ..records.store import Store, read_store
from ..terminal import can_ask, clean, count, style
from ..ticker import Ticker
from .data_describe import add_files, doubts_of, inspected
from .options import add_by, add_option
from .parser import Command
from .questions import ask, one_of
from .session import begin_new

if TYPE_CHECKING:  # they load polars
    from ..data.draft import Roles
    from ..data.inspection import Inspection
    from ..update.own_data import OwnData


def describe(action: Command) -> None:
    """Which file, what is predicted, and what is known of the columns."""
    action.describe(
        "Make a file the project's data: DVC keeps it, schema.yaml is drafted with a comment for "
        "each doubt, params.yaml says how it is written, the sample's examples and test set go, "
        "the new test set is registered before any model exists, and the pipeline runs. It shows "
        "all changes first, and asks. What somebody wrote is never removed without saying so.",
        "lab data use churn.csv --target churned",
        run,
    )
    add_files(action)
    add_option(action, "--target", "COLUMN", "what is to be predicted", required=True)
    add_option(action, "--positive", "VALUE", "of two classes, the one that matters")
    action.add_argument(
        "--task",
        choices=("binary", "multiclass", "regression"),
        help="if it is another",
    )
    add_option(action, "--id", "COLUMN", "names a row; else a column that does, or made names")
    add_option(action, "--unit", "COLUMN", "rows of it stay together in the split")
    add_option(action, "--time", "COLUMN", "says when: later rows are held out")
    for flag, says in (("--slice", "judged apart, never fed to a model"), ("--ignore", "not read")):
        action.add_argument(flag, metavar="COLUMN", action="append", default=[], help=says)
    action.add_argument("--yes", action="store_true", help="do it without a question")
    add_by(action)


def run(typed: argparse.Namespace) -> int:
    """Show what changes; then, if somebody wants that, change it and run the pipeline."""
    from ..update.own_data import own_data
    from ..update.repository import Repository
    from ..update.rewrites import make, see_that_all_is_committed

    store, by = begin_new(typed)
    files = [Path(name).absolute() for name in typed.files]
    place = _place(store.root, files)
    repository = Repository(store.root)
    with repository.alone():
        see_that_all_is_committed(repository, _inside(store.root, files))
        found = inspected(typed)
        roles, classes = _roles(typed, found)
        change = own_data(store, found, roles, place, classes, by)
        for line in _preview(found, roles, change, files, place):
            print(line)
        if not typed.yes:
            if not can_ask():
                print("Nothing was changed. To do it: add --yes")
                return 0
            if ask("Do it (yes or no)? ", one_of(("yes", "no"))) != "yes":
                print("Nothing was changed.")
                return 0
        _bring(store.root, files, place)
        make(repository, change.edits)
    name = _run(Project(store.root), files, place, by)
    for line in _left_to_decide(store, roles, change, name):
        print(line)
    return 0


def _place(root: Path, files: Sequence[Path]) -> str:
    """Where the rows will be: a path, or a pattern for several files, from the project's folder."""
    raw = root / RAW
    if len(files) == 1:
        inside = raw.resolve() in files[0].resolve().parents
        path = files[0].resolve() if inside else raw / files[0].name
        return path.relative_to(root.resolve() if inside else root).as_posix()
    endings = {path.name[path.name.index(".") :] for path in files if "." in path.name}
    if len(endings) != 1:
        raise LabError(f"the files are of several kinds: {', '.join(sorted(endings))}.")
    folder = files[0].parent.name if raw in files[0].parents else "rows"
    return f"{RAW}/{folder}/*{endings.pop()}"


def _inside(root: Path, files: Sequence[Path]) -> list[str]:
    """The files that lie in the project already, from its folder."""
    return [path.relative_to(root).as_posix() for path in files if root in path.parents]


def _roles(typed: argparse.Namespace, found: "Inspection") -> "tuple[Roles, Mapping[str, int]]":
    import polars as pl

    from ..data.draft import roles_of

    values = found.rows[typed.target].drop_nulls().cast(pl.String)
    classes = dict(values.value_counts(name="times").iter_rows())
    named = {role: getattr(typed, role) for role in ("id", "unit", "time")}
    roles = roles_of(
        found.profile,
        classes,
        typed.target,
        task=typed.task,
        positive=typed.positive,
        named={role: name for role, name in named.items() if name},
        ignore=typed.ignore,
        slices=typed.slice,
    )
    return roles, classes


def _preview(
    found: "Inspection", roles: "Roles", change: "OwnData", files: Sequence[Path], place: str
) -> Iterator[str]:
    from ..data.draft import role_of

    profile = found.profile
    yield style(
        f"{files[0].name}: {count(profile.rows, 'row')}, {count(len(profile.columns), 'column')}; "
        f"a {roles.task} task, which predicts {clean(roles.target)}"
        + (f" (positive: {clean(roles.positive)})" if roles.positive else ""),
        "bold",
    )
    yield f"  id: {clean(roles.id) if roles.id else 'made from what is in a row'}"
    yield f"  unit: {clean(roles.unit) if roles.unit else 'each row is one of its own'}"
    if roles.time and (when := profile.column(roles.time)):
        yield f"  time: {clean(roles.time)}; rows from {when.middle} on are held out"
    by_role: dict[str, list[str]] = {}
    for column in profile.columns:
        if column.name not in (roles.target, roles.id, roles.unit):
            by_role.setdefault(role_of(column, roles), []).append(clean(column.name))
    for role, names in by_role.items():
        yield f"  {role}: {', '.join(names)}"
    yield from doubts_of(profile)
    yield style("What changes:", "bold")
    if place != files[0].as_posix() and not files[0].as_posix().endswith(place):
        yield f"  {place}: a copy of your {'files' if len(files) > 1 else 'file'}, kept by DVC"
    else:
        yield f"  {place}: kept by DVC"
    kept = [edit for edit in change.edits if edit.after is not None]
    yield from (f"  {edit.path}: {edit.what}" for edit in kept)
    if change.examples:
        yield f"  deleted, never edited: {', '.join(change.examples)}"
    if change.stays:
        yield f"  stays, since somebody worked on it or links to it: {', '.join(change.stays)}"
    if change.champion:
        yield (
            f"  {change.champion} is no reference any more (evaluate.champion): its model knows "
            "other columns. models/champion stays."
        )


def _bring(root: Path, files: Sequence[Path], place: str) -> None:
    """Copy files to where the pipeline reads them, if they are not there."""
    target = root / place
    for path in files:
        to = target if len(files) == 1 else target.parent / path.name
        if to.resolve() == path.resolve():
            continue
        if to.exists():
            raise LabError(f"{to.relative_to(root)} exists already: rename one of the two.")
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)


def _run(project: Project, files: Sequence[Path], place: str, by: str) -> str:
    """DVC keeps the file; the set is registered before any model exists; then all runs."""
    from ..proof.registration import register_testset
    from ..update.own_data import CONTRACT

    kept = [place] if len(files) == 1 else [str(Path(place).parent)]
    _do(project, "DVC keeps the file", "dvc", "add", "--quiet", *kept)
    _do(project, "the held-out rows are sealed", "dvc", "repro", "data")
    store = read_store(project.root)
    name = _fresh_name(store)
    found = register_testset(store, name, by)
    print(f"  registered {name}: {found['examples']} held-out rows, before any model exists")
    if (project.root / CONTRACT).is_file():
        package = f"{_package(project.root)}-api"
        _do(project, "the interface is that of your columns", package, "contract")
    _do(project, "models are trained", "dvc", "repro")
    return name


def _package(root: Path) -> str:
    from ..records.answers import read_origin

    return str(read_origin(root).answers["package_name"]).replace("_", "-")


def _fresh_name(store: Store) -> str:
    name, number = f"TS-{store.now:%Y-%m}", 1
    while name in store.testsets:
        number += 1
        name = f"TS-{store.now:%Y-%m}-{number}"
    return name


def _do(project: Project, what: str, *command: str) -> None:
    """One step, with what it wrote as it writes it."""
    print(style(f"{what}:", "bold"), " ".join(command), flush=True)

    def hear(line: str) -> None:
        if line.startswith("Running stage "):
            ticker.turn_to(line.split("'")[1])
        elif line.startswith(("wrote ", "note: ", "trained ")):
            ticker.say(f"  {line}")

    with Ticker() as ticker:
        ticker.turn_to(what)
        ended = project.run(*command, heard=hear)
    if ended.code:
        raise LabError(
            f"`{' '.join(command)}` failed:\n{ended.tail()}\n"
            "Fix what it names in schema.yaml or params.yaml, then go on: `uv run dvc repro`, and "
            "`uv run lab testset register` if `lab testset list` does not show the new set. "
            "To throw all of it away instead: git reset --hard && git clean -fd"
        )


def _left_to_decide(store: Store, roles: "Roles", change: "OwnData", name: str) -> Iterator[str]:
    yield ""
    yield style("Left to decide:", "bold")
    yield "  schema.yaml                the doubts in its comments; then `uv run dvc repro`, and"
    yield "                             `uv run lab testset register`, before you commit"
    yield "  params.yaml, status_quo    how it is decided today: now it says the same of every row"
    yield "  params.yaml, lift          what a decision is worth: agree on it first"
    if roles.unit is None and roles.time is None:
        yield "  schema.yaml, unit          do rows belong together (one customer, several visits)?"
    if change.stays:
        yield f"  {', '.join(change.stays)}: about the sample; delete what you do not need"
    yield ""
    yield "Look at it, then keep it:"
    yield "  uv run dvc metrics show"
    yield '  git add --all && git commit -m "The data are ours"'
    if store.policy.track == "light":
        yield '  uv run lab new PROP "…"     # one page: why, for whom, what else, and the gate'
    yield f'  uv run lab new HYP "…"      # on {name}'
    yield "To throw all of it away instead:"
    yield "  git reset --hard && git clean -fd && uv run dvc checkout"
