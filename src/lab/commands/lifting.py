"""`lab lift`: what a better decision could be worth."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..data.pipeline import kpi_of, table_path, unit_of_kpi
from ..errors import LabError
from ..evidence.bounds import Bounds
from ..evidence.lift import expected_lift, read_decisions
from ..evidence.words import number
from ..records.edits import Change
from ..records.store import Record
from ..rules import writes as writing
from ..terminal import style
from .using import here, print_json, print_notes, progress

MEANS = {
    "perfect": "every decision right",
    "status_quo": "decisions as they are made today",
    "random": "decisions drawn at random",
    "potential": "what a model may gain at most: perfect less status quo",
    "risk": "what a useless one would cost: status quo less random",
}
SMALL = 0.1


def lift(typed: argparse.Namespace) -> int:
    """Estimate the lift, or write down what was measured after the launch."""
    _, store = here()
    record = store.find(typed.id) if typed.id else None
    if record and record.kind.code != "LIFT":
        raise LabError(f"{record.id} is a {record.kind.means}; the estimate belongs to a LIFT.")
    if typed.realised is not None:
        if record is None:
            raise LabError("say which record: lab lift ID --realised VALUE")
        changes = [Change(("realised",), {"at": store.now, "value": typed.realised})]
        done = writing.carry_out(store, record, changes, f"{record.id} was not changed")
        print(f"{record.id}: {typed.realised:g} was realised.")
        _beside(record, typed.realised)
        print_notes(done.notes)
        return 0
    kpi = kpi_of(store.root)
    if kpi is None:
        raise LabError("params.yaml says nothing of what a decision is worth: add `lift`.")
    given = typed.decisions
    path = Path(given) if given else table_path(store.root, "decisions")
    decisions = read_decisions(path)
    found = expected_lift(decisions, kpi, progress)
    unit = unit_of_kpi(store.root)
    estimate: dict[str, Any] = {
        "at": store.now,
        "unit": unit,
        "source": decisions.source,
        "examples": len(decisions.y),
        **{
            name: {
                "value": _short(one.estimate),
                "low": _short(one.lower),
                "high": _short(one.upper),
            }
            for name, one in found.items()
        },
    }
    if typed.json:
        print_json(estimate)
    else:
        _print(found, unit, decisions.source, len(decisions.y))
    if record:
        if decisions.source == "dummy":
            raise LabError("dummy data say nothing about worth: the record was left as it is.")
        changes = [Change(("estimate",), estimate)]
        done = writing.carry_out(store, record, changes, f"{record.id} was not changed")
        print(f"wrote the estimate into {record.path}")
        print_notes(done.notes)
    return 0


def _short(value: float) -> float:
    return round(value, 6)


def _print(found: Mapping[str, Bounds], unit: str, source: str, n: int) -> None:
    print(style(f"Expected lift, in {unit}, from {n} cases ({source} data)", "bold"))
    for name, means in MEANS.items():
        one = found[name]
        label = name.replace("_", " ")
        interval = f"({number(one.lower)} to {number(one.upper)})"
        print(f"  {label:11} {number(one.estimate):>8}  {interval:22} {means}")
    span = found["perfect"].estimate - found["random"].estimate
    if span > 0:
        print(_gauge(found["random"].estimate, found["status_quo"].estimate, span))
        reached = 1 - found["potential"].estimate / span
        print(f"  Of what lies between random and perfect, {100 * reached:.0f} % is reached today.")
        if 1 - reached < SMALL:
            print("  The headroom is small: that is a good reason not to start.")
        if found["risk"].estimate < 0:
            print("  Today's decisions are worse than random ones: look at the rule first.")


def _gauge(random: float, today: float, span: float, width: int = 40) -> str:
    """Where the status quo lies between random and perfect, drawn in one line."""
    place = max(0, min(width - 1, round((today - random) / span * (width - 1))))
    return f"  random |{'-' * place}#{'-' * (width - 1 - place)}| perfect   (#: the status quo)"


def _beside(record: Record, realised: float) -> None:
    estimate = record.front.estimate
    if estimate is None:
        return
    gained = realised - estimate.status_quo.value
    print(
        f"  Expected at most {number(estimate.potential.value)} {estimate.unit} above the status "
        f"quo; realised: {number(gained)}."
    )
