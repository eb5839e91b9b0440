"""`lab try`: criteria decided on tables, without a record; always exploratory."""

import argparse
from pathlib import Path

from ..errors import LabError
from ..project import find_project
from ..records.store import read_store
from ..terminal import style
from .options import add_json, add_option
from .output import print_json, progress
from .parser import Command


def arguments(command: Command) -> None:
    """Criteria, tables and error rate."""
    command.describe(
        "Decide criteria on the tables of the pipeline, or on any others of the same shape. The "
        "pipeline's are of development rows: training rows, each predicted by a model that has "
        "not seen it. The answer is exploratory: nothing was locked beforehand.",
        'lab try "precision > 0.95" "recall > 0.70"',
        run,
    )
    command.add_argument("criteria", metavar="CRITERION", nargs="+", help="such as recall > 0.85")
    add_option(command, "--guardrail", "TEXT", "repeat it", action="append")
    command.add_argument("--examples", metavar="FILE", help="else evaluation/examples.parquet")
    command.add_argument(
        "--predictions", metavar="FILE", help="else evaluation/predictions.parquet"
    )
    command.add_argument("--alpha", default="0.05", metavar="A", help="error rate (0.05)")
    command.add_argument(
        "--budget", type=int, default=1, metavar="K", help="questions that share it (1)"
    )
    command.add_argument("--task", choices=("binary", "multiclass", "regression"))
    command.add_argument("--unit", metavar="COLUMN", help="the column whose rows belong together")
    add_json(command)


def run(typed: argparse.Namespace) -> int:
    """Decide criteria on tables, without a record; always exploratory."""
    from ..data.counts import shares_of
    from ..data.kpi import kpi_of
    from ..data.pipeline import is_sealed, table_path
    from ..data.schema import unit_of
    from ..data.tables import read_tables
    from ..evidence.criteria import CriterionError, parse_criterion
    from ..evidence.judge import judge as decide
    from ..evidence.words import explained, headline

    project = None if typed.examples and typed.predictions else find_project(Path.cwd())
    root = project.root if project else Path.cwd()
    try:
        criteria = [parse_criterion(text) for text in typed.criteria]
        guardrails = [parse_criterion(text) for text in typed.guardrail or ()]
    except CriterionError as error:
        raise LabError(str(error)) from None
    tables = None
    if any(criterion.metric not in ("share", "panel") for criterion in (*criteria, *guardrails)):
        tables = read_tables(
            Path(typed.examples) if typed.examples else table_path(root, "examples"),
            Path(typed.predictions) if typed.predictions else table_path(root, "predictions"),
            typed.task or (read_store(root).task if project else None),
            typed.unit or (unit_of(root) if project else None),
        )
    alpha = _share_of(typed.alpha, typed.budget)
    own = project is not None and not (typed.examples or typed.predictions)
    development = tables is not None and own and is_sealed(root)
    found = decide(
        criteria,
        guardrails,
        tables,
        alpha,
        kpi=kpi_of(root),
        shares=shares_of(root),
        progress=progress,
    )
    if typed.json:
        print_json(
            {
                "verdict": found.verdict,
                "mode": "exploratory",
                "rows": "development" if development else None,
                "alpha": alpha,
                "resamples": found.resamples,
                "seed": found.seed,
                "claim": found.claim,
                "alike": found.alike,
                "results": found.results,
            }
        )
    else:
        on = ", on development rows" if development else ""
        print(style(f"{headline(found.verdict)} (exploratory: nothing was locked{on}).", "bold"))
        print()
        for line in explained(found):
            print(line)
    return 0 if found.verdict else 1


def _share_of(alpha: str, budget: int) -> float:
    import math

    try:
        rate = float(alpha)
    except ValueError:
        rate = 0.0
    if not (math.isfinite(rate) and 0 < rate < 0.5) or budget < 1:
        raise LabError("--alpha is an error rate such as 0.05, and --budget at least 1.")
    return rate / budget
