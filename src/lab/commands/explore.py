"""`lab explore`: a notebook beside a data exploration, which cannot read the held-out rows."""

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from ..enclosure import enclosed
from ..errors import LabError
from ..programs import hand_over
from ..records import files
from ..records.document import read_text
from ..records.store import Record, Store
from .options import add_by, add_id, one_line
from .parser import Command
from .session import begin

NOTEBOOK = "explore.py"


def arguments(command: Command) -> None:
    """Of which exploration, and with what."""
    command.describe(
        f"Open the notebook of a data exploration (EDA): {NOTEBOOK} beside the record, plain "
        "Python in the form of marimo. It is made if it is not there. What is started, also "
        "another COMMAND after --, such as jupyter lab, cannot read the held-out rows and the raw "
        "file, where the system has a way (Linux).",
        "lab explore late-calls",
        run,
    )
    add_id(command)
    command.add_argument(
        "--run",
        dest="script",
        action="store_true",
        help="run the notebook to its end, without opening it",
    )
    command.add_argument(
        "command", metavar="COMMAND", nargs="*", type=one_line, help="instead of marimo, after --"
    )
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Start the notebook, or another command, where the held-out rows cannot be read."""
    store, record, _ = begin(typed)
    if record.kind.code != "EDA":
        raise LabError(
            f'{record.id} is a {record.kind.means}: make an exploration first, lab new EDA "…"'
        )
    command = typed.command
    if not command:
        notebook = _notebook(store, record)
        if find_spec("marimo") is None:
            raise LabError(
                "marimo is not installed: `uv add --dev marimo`, or name another command, as in "
                f"lab explore {record.id} -- jupyter lab"
            )
        edit = () if typed.script else ("-m", "marimo", "edit")
        command = [sys.executable, *edit, str(notebook)]
    return _out_of_reach(store.root, command)


def _notebook(store: Store, record: Record) -> Path:
    """The notebook beside a record, made from the template if it is not there."""
    path = store.root / record.folder / NOTEBOOK
    template = store.root / record.kind.folder / "templates" / NOTEBOOK
    if not path.exists():
        files.create(path, read_text(template))
        print(f"wrote {path.relative_to(store.root)}")
    return path


def _out_of_reach(root: Path, command: Sequence[str]) -> int:
    """Run a command that cannot read the held-out rows; its exit code."""
    from ..data.params import read_params
    from ..proof.cache import holding_labels

    with TemporaryDirectory(prefix="lab-explore-") as folder:
        before = enclosed(holding_labels(root, read_params(root).data), Path(folder))
        if not before:
            print("note: this system cannot keep the held-out rows out of reach; do not look.")
        return hand_over(root, [*before, *command])
