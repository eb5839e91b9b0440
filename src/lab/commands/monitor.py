"""`lab monitor`: do live inputs and answers still look like those of the training?"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LabError
from ..records import files
from ..records.monitoring import FOLDER
from ..records.store import Record, Store
from ..terminal import clean_lines, is_terminal, style, table
from .options import add_by, add_json, add_option, day
from .output import print_json, say_unread
from .parser import Command
from .session import here, known_handle

if TYPE_CHECKING:
    from ..data.labels import Labelled
    from ..evidence.criteria import Criterion
    from ..evidence.result import Result
    from ..evidence.watch import Watched

COLOURS = {
    "broken": "red",
    "drifted": "yellow",
    "changed": "blue",
    "unclear": "cyan",
    "steady": "green",
}
STEADY_SHOWN = 5


def arguments(command: Command) -> None:
    """Which rows, of which days, for which rollout."""
    command.describe(
        "Look for inputs that schema.yaml does not allow, and for drift of inputs, scores and "
        "predictions; with --labels, ask whether what was promised of the model still holds. Write "
        "a report beside the rollout, else into evaluation/monitoring. LOG is a prediction log of "
        "the model API, or a CSV or Parquet table with a column for each feature. Exit codes: "
        "0 nothing drifted, 1 something did, is broken or holds no longer, 2 wrong usage, 3 could "
        "not verify.",
        "lab monitor predictions.jsonl --since 2026-11-01",
        run,
    )
    command.add_argument("log", metavar="LOG", nargs="+", help="rows that came in")
    add_option(command, "--rollout", "ID", "any part of a rollout's id; else the only one there is")
    command.add_argument("--since", metavar="DAY", type=day, help="from this day on: 2026-11-01")
    command.add_argument("--until", metavar="DAY", type=day, help="up to and with this day")
    command.add_argument(
        "--labels", metavar="FILE", help="labels that arrived since: request_id, and the target"
    )
    add_option(
        command,
        "--criterion",
        "TEXT",
        "what has to hold, such as recall > 0.8; repeat it; else what the champion promised",
        action="append",
    )
    add_json(command, "what the report holds")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Compare, print, and write a report; 1 for drift, 3 if it could not be told."""
    try:
        return _monitor(typed)
    except LabError as error:  # its usual code, 1, would read as drift
        print(f"lab: {clean_lines(str(error))}", file=sys.stderr)
        return 3


def _monitor(typed: argparse.Namespace) -> int:
    _, store = here()
    given = typed.by or os.environ.get("LAB_BY")
    by = known_handle(given, store) if given else None
    rollout = _rollout(typed.rollout, store)
    say_unread(store)
    from ..data.labels import read_labelled
    from ..data.live import read_live
    from ..data.reference import read_answers, read_training
    from ..data.schema import read_shape
    from ..evidence.drift_report import code_of, document, page, promise_lines
    from ..evidence.watch import watch
    from ..proof.champion import to_hold

    if typed.criterion and not typed.labels:
        raise LabError("--criterion needs --labels: without labels nobody knows what holds.")
    criteria = to_hold(typed.criterion, store) if typed.labels else []
    shape = read_shape(store.root)
    training = read_training(store.root, shape)
    logs = [Path(name) for name in typed.log]
    since, last = (day and datetime.fromisoformat(day) for day in (typed.since, typed.until))
    until = last and last + timedelta(days=1)
    live = read_live(logs, shape, since, until, typed.labels is not None)
    answered = live.prediction.count() + live.score.count()
    answers = read_answers(store.root, shape) if answered else None
    alpha = float(store.policy.evidence.alpha)
    columns = watch(live, training, answers, shape, alpha)
    about = {
        "at": store.now,
        "by": by,
        "rollout": rollout.id if rollout else None,
        "logs": [path.name for path in logs],
    }
    labelled = read_labelled(Path(typed.labels), live, shape) if typed.labels else None
    promises = _promises(criteria, labelled, alpha, store)
    found = document(columns, live, training, answers, alpha, about, labelled, promises)
    path = _free(store, rollout)
    files.create(path.with_suffix(".json"), _as_json(found))
    files.create(path, page(columns, found, promises))
    if typed.json:
        print_json(found)
    else:
        _print(columns, found)
        for line in promise_lines(promises, found):
            print(line)
        print(f"wrote {path.relative_to(store.root).as_posix()}, and the same as .json")
    return code_of(columns, promises)


def _promises(
    criteria: list["Criterion"], labelled: "Labelled | None", alpha: float, store: Store
) -> tuple["Result", ...]:
    """What became of each criterion by the labels that have arrived."""
    if labelled is None:
        return ()
    from ..data.kpi import kpi_of
    from ..evidence.judge import judge

    return judge(criteria, [], labelled.tables, alpha, kpi=kpi_of(store.root)).results


def _rollout(part: str | None, store: Store) -> Record | None:
    """The rollout that is watched: the named one, or the only one there is."""
    if part is None:
        known = store.of("ROLL")
        return known[0] if len(known) == 1 else None
    record = store.find(part)
    if record.kind.code != "ROLL":
        raise LabError(f"{record.id} is a {record.kind.means}; a report belongs to a ROLL.")
    return record


def _free(store: Store, rollout: Record | None) -> Path:
    """Where the report goes: beside the rollout, or into evaluation/; nothing is overwritten."""
    folder = store.root / (rollout.folder if rollout else "evaluation") / FOLDER
    moment = store.now
    while (path := folder / f"{moment:%Y%m%dT%H%M%SZ}.md").exists():
        moment += timedelta(seconds=1)
    return path


def _as_json(found: dict[str, Any]) -> str:
    import json

    import msgspec

    plain = msgspec.to_builtins(found, enc_hook=str)
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def _print(columns: Sequence["Watched"], found: dict[str, Any]) -> None:
    from ..evidence.drift_report import HEADER, cells

    shown = list(columns)
    if is_terminal():
        loud = sum(column.status != "steady" for column in columns)
        shown = shown[: loud + STEADY_SHOWN]
    for line in table(HEADER, [cells(column) for column in shown]):
        status = line.split(maxsplit=1)[0]
        colours = [COLOURS[status]] if status in COLOURS else []
        print(style(status, *colours) + line.removeprefix(status))
    if rest := len(columns) - len(shown):
        print(f"and {rest} more that are steady")
    if is_terminal():
        print()
    for why, count in found["left_out"].items():
        print(f"left out: {count} {why}")
    print(style(found["found"], "bold"))
