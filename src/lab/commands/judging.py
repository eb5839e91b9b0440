"""`lab judge`, `lab try`, `lab testset`: what held-out examples say."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..evidence.verdict import path_of
from ..process import moves
from ..process.lanes import CODE_REVIEW, TEST
from ..project import find_project
from ..proof.history import History
from ..proof.locks import ledger
from ..records import files, testsets
from ..records.store import Record, Store, read_store
from ..rules import writes as writing
from ..terminal import is_terminal, style
from .using import begin, begin_new, here, print_json, print_notes, progress


def judge(typed: argparse.Namespace) -> int:
    """Compute the verdict of a hypothesis, write it, and move the card."""
    store, record, by = begin(typed)
    _can_be_judged(record)
    _lock_is_committed(store, record)
    from ..evidence.words import explained, headline
    from ..proof.judgement import judged

    history = History(store.root)
    commit = history.id_of("HEAD") if history.exists else None
    case = judged(store, record, by, commit, progress)
    if case.judgement.verdict is None:
        for line in explained(case.judgement):
            print(line)
        raise LabError(f"{record.id} has no verdict: mend what could not be computed.")
    _write(store, record, case.text, case.judgement.verdict, by)
    if typed.json:
        import json

        print_json(json.loads(case.text))
        return 0
    print(style(f"{headline(case.judgement.verdict)} ({case.mode}).", "bold"))
    for reason in case.reasons:
        print(f"  exploratory because {reason}")
    print()
    for line in explained(case.judgement):
        print(line)
    print()
    print(f"wrote {path_of(record)}; the card is in `{CODE_REVIEW}`.")
    from ..proof.audit import of_this_change

    if any(record.id in one.path for one in of_this_change(read_store(store.root, store.now))):
        print("  This branch holds the lock, too: merge the lock before this verdict.")
    print(f"  Next: somebody else reviews it: lab review {record.id} --approve --learned …")
    return 0


def _can_be_judged(record: Record) -> None:
    if record.kind.code != "HYP":
        raise LabError(f"{record.id} is a {record.kind.means}; only hypotheses are judged.")
    if not record.front.lock:
        raise LabError(
            f"{record.id} is not locked: what would prove it has to be fixed first, with "
            f"`lab start {record.id}`. To look without a record: lab try."
        )
    if record.lane != TEST:
        raise LabError(f"{record.id} is in `{record.lane}`; it is judged in `{TEST}`.")


def _lock_is_committed(store: Store, record: Record) -> None:
    """Git has to know the promise before the answer."""
    from ..proof.audit import uncommitted

    if missing := uncommitted(store.root, record):
        raise LabError(
            f"the {missing} of {record.id} is not committed yet, so nobody could tell that it came "
            f'first: git add {record.path} team && git commit -m "Start {record.id}", then judge.'
        )


def _write(store: Store, record: Record, text: str, verdict: str, by: str) -> None:
    """The verdict beside the card, and the card in its next lane; both or neither."""
    from ..records.edits import Change

    path = store.root / path_of(record)
    before = files.read_whole(path) if path.exists() else None
    if before is None:
        files.create(path, text)
    else:
        files.replace(path, before, text)
    try:
        fresh = read_store(store.root, store.now)
        changes = [
            Change(("outcome",), verdict),
            *moves.step(record, CODE_REVIEW, by, store),
        ]
        done = writing.carry_out(
            fresh, fresh.find(record.id), changes, f"{record.id} was not judged"
        )
    except BaseException:  # whatever it was, a verdict without its card is none
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
        raise
    print_notes(done.notes)


def try_criteria(typed: argparse.Namespace) -> int:
    """Decide criteria on tables, without a record; always exploratory."""
    from ..data.pipeline import kpi_of, shares_of, table_path, unit_of
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
    if any(one.metric not in ("share", "panel") for one in (*criteria, *guardrails)):
        tables = read_tables(
            Path(typed.examples) if typed.examples else table_path(root, "examples"),
            Path(typed.predictions) if typed.predictions else table_path(root, "predictions"),
            typed.task or (read_store(root).task if project else None),
            typed.unit or (unit_of(root) if project else None),
        )
    alpha = _share_of(typed.alpha, typed.budget)
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
                "alpha": alpha,
                "resamples": found.resamples,
                "seed": found.seed,
                "results": found.results,
            }
        )
    else:
        print(style(f"{headline(found.verdict)} (exploratory: nothing was locked).", "bold"))
        print()
        for line in explained(found):
            print(line)
    return 0 if found.verdict else 1


def _share_of(alpha: str, budget: int) -> float:
    from math import isfinite

    try:
        rate = float(alpha)
    except ValueError:
        rate = 0.0
    if not (isfinite(rate) and 0 < rate < 0.5) or budget < 1:
        raise LabError("--alpha is an error rate such as 0.05, and --budget at least 1.")
    return rate / budget


def register(typed: argparse.Namespace) -> int:
    """Write down what a test set is, before anybody asks it anything."""
    store, by = begin_new(typed)
    id_ = typed.testset or f"TS-{store.now:%Y-%m}"
    from ..proof.registration import register_testset

    found = register_testset(store, id_, by)
    print(f"wrote {testsets.path_of_testset(id_)}")
    print(
        f"  {found['examples']} examples, {found['smallest']} in the smallest class or units; "
        f"{found['budget']} hypotheses share an error rate of {found['alpha']}."
    )
    return 0


def list_testsets(typed: argparse.Namespace) -> int:
    """The ledger: who used which slot of which test set."""
    _, store = here()
    taken = ledger(store)
    listed = [
        {"testset": one, "slots": dict(sorted(taken.get(one.id, {}).items()))}
        for one in store.testsets.values()
    ]
    if typed.json:
        print_json(listed)
        return 0
    for line in _lines(store, listed):
        print(line)
    if not listed and is_terminal():
        print("No test set is registered: lab testset register")
    return 0


def _lines(store: Store, listed: Sequence[dict[str, Any]]) -> list[str]:
    lines = []
    for entry in listed:
        one, taken = entry["testset"], entry["slots"]
        state = f", retired {one.retired.at:%Y-%m-%d}: {one.retired.why}" if one.retired else ""
        lines.append(
            f"{one.id}\t{one.examples} examples\t{len(taken)} of {one.budget} slots used"
            f"\talpha {one.alpha}{state}"
        )
        for slot, ids in taken.items():
            for id_ in ids:
                outcome = store.records[id_].front.outcome or store.records[id_].lane
                lines.append(f"  slot {slot}\t{id_}\t{outcome}")
    return lines


def retire(typed: argparse.Namespace) -> int:
    """No hypothesis is started on a test set any more."""
    from ..records.edits import Change, change_yaml

    store, by = begin_new(typed)
    if typed.testset not in store.testsets:
        known = ", ".join(store.testsets) or "none"
        raise LabError(f"{typed.testset} is not registered (known: {known}).")
    if store.testsets[typed.testset].retired:
        raise LabError(f"{typed.testset} is retired already.")
    path = store.root / testsets.path_of_testset(typed.testset)
    before = files.read_whole(path)
    said = {"at": store.now, "by": by, "why": typed.why}
    files.replace(path, before, change_yaml(before.decode(), [Change(("retired",), said)]))
    print(f"{typed.testset} is retired: {typed.why}")
    return 0
