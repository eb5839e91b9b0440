"""`lab lift`: what a better decision could be worth."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LabError
from ..evidence.words import POLICIES
from ..numerals import KEPT, exact, number, rounded, signed
from ..records.edits import Change
from ..records.store import Record, Store
from ..rules import writes
from ..terminal import count, style
from .options import add_json
from .output import print_json, print_notes, progress
from .parser import Command
from .session import here

if TYPE_CHECKING:  # it loads numpy, and a command is imported for its help, too
    from ..data.decisions import Decisions
    from ..evidence.bounds import Bounds

SMALL = 0.1


def arguments(command: Command) -> None:
    """From which decisions, or what was measured."""
    command.describe(
        "Estimate the value of perfect, of today's and of random decisions, from labels and "
        "today's decisions, before any modelling. With the ID of a LIFT record the estimate is "
        "written into it; after the launch, --realised writes what was measured.",
        "lab lift",
        run,
    )
    command.add_argument("id", metavar="ID", nargs="?", help="any part of a LIFT record's id")
    command.add_argument("--decisions", metavar="FILE", help="else evaluation/decisions.parquet")
    command.add_argument(
        "--realised", type=float, metavar="VALUE", help="measured after the launch"
    )
    add_json(command)


def run(typed: argparse.Namespace) -> int:
    """Estimate the lift, or write down what was measured after the launch."""
    _, store = here()
    record = store.find(typed.id) if typed.id else None
    if record and record.kind.code != "LIFT":
        raise LabError(f"{record.id} is a {record.kind.means}; the estimate belongs to a LIFT.")
    if typed.realised is None:
        _estimate(typed, store, record)
    elif record is None:
        raise LabError("say which record: lab lift ID --realised VALUE")
    else:
        _realised(typed.realised, store, record)
    return 0


def _realised(value: float, store: Store, record: Record) -> None:
    """Write what was measured after the launch, and show it beside what was expected."""
    changes = [Change(("realised",), {"at": store.now, "value": value})]
    done = writes.carry_out(store, record, changes, f"{record.id} was not changed")
    print(f"{record.id}: {exact(value)} was realised.")
    if (estimate := record.front.estimate) is not None:
        expected, gained = estimate.potential.value, value - estimate.status_quo.value
        print(
            f"  Expected at most {number(expected)} {estimate.unit} above the status quo; "
            f"realised: {signed(number(gained))}."
        )
        if value > estimate.perfect.value:
            print(
                "  That is more than a perfect model could reach: are both in the same unit, for "
                "the same kind of cases? If so, estimate the lift again, from today's labels."
            )
    print_notes(done.notes)


def _estimate(typed: argparse.Namespace, store: Store, record: Record | None) -> None:
    """Estimate the lift from labels and today's decisions; into the record, if there is one."""
    from ..data.decisions import read_decisions
    from ..data.kpi import kpi_of, unit_of_kpi
    from ..data.pipeline import table_path
    from ..data.schema import unit_of
    from ..evidence.lift import expected_lift

    kpi = kpi_of(store.root)
    if kpi is None:
        raise LabError("params.yaml says nothing of what a decision is worth: add `lift`.")
    together = unit_of(store.root)
    if typed.decisions:
        path = Path(typed.decisions)
        together = kpi.capacity.per if kpi.capacity and kpi.capacity.per else together
    elif fault := kpi.not_estimated(together):
        raise LabError(f"the lift cannot be estimated: {fault}.")
    else:
        path = table_path(store.root, "decisions")
    decisions = read_decisions(path, kpi.columns, together)
    lift = expected_lift(decisions, kpi, progress)
    unit = unit_of_kpi(store.root)
    estimate: dict[str, Any] = {
        "at": store.now,
        "unit": unit,
        "source": decisions.source,
        "examples": len(decisions.y),
        **{
            name: {
                "value": rounded(bounds.estimate, KEPT),
                "low": rounded(bounds.lower, KEPT),
                "high": rounded(bounds.upper, KEPT),
            }
            for name, bounds in lift.items()
        },
    }
    if typed.json:
        print_json(estimate)
    else:
        _print(lift, unit, decisions.source, _counted(decisions, together))
    if record is None:
        return
    if decisions.source == "dummy":
        raise LabError("dummy data say nothing about worth: the record was left as it is.")
    changes = [Change(("estimate",), estimate)]
    done = writes.carry_out(store, record, changes, f"{record.id} was not changed")
    print(f"wrote the estimate into {record.path}")
    print_notes(done.notes)


def _counted(decisions: "Decisions", together: str | None) -> str:
    """How many cases there are, and of how many units that were resampled as a whole."""
    units = (
        "" if decisions.unit is None else f" in {decisions.unit.max() + 1} units of `{together}`"
    )
    return f"{count(len(decisions.y), 'case')}{units}"


def _print(lift: Mapping[str, "Bounds"], unit: str, source: str, cases: str) -> None:
    print(style(f"Expected lift, in {unit}, from {cases} ({source} data)", "bold"))
    for name, means in POLICIES.items():
        bounds = lift[name]
        label = name.replace("_", " ")
        interval = f"({number(bounds.lower)} to {number(bounds.upper)})"
        print(f"  {label:11} {number(bounds.estimate):>9}  {interval:22} {means}")
    span = lift["perfect"].estimate - lift["random"].estimate
    if span > 0:
        print(_gauge(lift["random"].estimate, lift["status_quo"].estimate, span))
        reached = 1 - lift["potential"].estimate / span
        print(f"  Of what lies between random and perfect, {100 * reached:.0f} % is reached today.")
        if 1 - reached < SMALL:
            print("  The headroom is small: that is a good reason not to start.")
        if lift["risk"].estimate < 0:
            print("  Today's decisions are worse than random ones: look at the rule first.")


def _gauge(random: float, today: float, span: float, width: int = 40) -> str:
    """Where the status quo lies between random and perfect, drawn in one line."""
    place = max(0, min(width - 1, round((today - random) / span * (width - 1))))
    return f"  random |{'-' * place}#{'-' * (width - 1 - place)}| perfect   (#: the status quo)"
