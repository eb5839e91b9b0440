"""`lab testset`: what a test set is, who used which slot of it, and its end."""

import argparse
from collections.abc import Sequence
from typing import Any

from ..errors import LabError
from ..proof.locks import ledger
from ..records import files, testsets
from ..records.edits import Change, change_yaml
from ..records.store import Store
from ..terminal import as_typed, is_terminal
from .options import add_by, add_json, add_option, one_line
from .output import print_json
from .parser import Command
from .session import begin_new, here


def arguments(command: Command) -> None:
    """To register, to list and to retire."""
    command.describe(
        "A test set is registered before anybody asks it anything. Its error rate is shared by "
        "its budget of hypotheses; each of them takes a slot when it is started.",
        "lab testset register TS-2026-11",
    )
    action = command.action("register", "write down what a test set is")
    action.describe(
        "Register the held-out examples that the pipeline wrote, under a name. As long as no "
        "commit holds a registration, it can be made again, as after a change of schema.yaml.",
        "lab testset register TS-2026-11",
        register,
    )
    action.add_argument(
        "testset",
        metavar="TS",
        type=one_line,
        nargs="?",
        help="its name; else that of a new one, or made of the month",
    )
    add_by(action)
    action = command.action("list", "show who used which slot")
    action.describe(
        "Show the ledger: each test set, and which hypothesis took which slot of its budget.",
        "lab testset list",
        list_testsets,
    )
    add_json(action)
    action = command.action("retire", "use a test set no more")
    action.describe(
        "Retire a test set: no hypothesis is started on it any more.",
        'lab testset retire TS-2026-11 --why "its budget is used up"',
        retire,
    )
    action.add_argument("testset", metavar="TS", type=one_line, help="its name")
    add_option(action, "--why", "TEXT", "why", required=True)
    add_by(action)


def register(typed: argparse.Namespace) -> int:
    """Write down what a test set is, before anybody asks it anything."""
    store, by = begin_new(typed)
    from ..proof.registration import is_new, register_testset
    from ..proof.trained import trained_before

    news = (id_ for id_, testset in store.testsets.items() if is_new(store, testset))
    id_ = typed.testset or next(news, f"TS-{store.now:%Y-%m}")
    found = register_testset(store, id_, by)
    print(f"wrote {testsets.path_of_testset(id_)}")
    print(
        f"  {found['examples']} examples, {found['smallest']} in the smallest class or units; "
        f"{found['budget']} hypotheses share an error rate of {found['alpha']}."
    )
    if trained := trained_before(store.root, found.get("sketch", [])):
        print(f"  note: {trained}, so its verdicts will be exploratory: put `split` in")
        print("  params.yaml back, or hold out rows that nobody has trained on.")
    return 0


def list_testsets(typed: argparse.Namespace) -> int:
    """The ledger: who used which slot of which test set."""
    _, store = here()
    taken = ledger(store)
    listed = [
        {"testset": testset, "slots": dict(sorted(taken.get(testset.id, {}).items()))}
        for testset in store.testsets.values()
    ]
    if typed.json:
        print_json(listed)
        return 0
    for line in _lines(store, listed):
        print(line)
    if not listed and is_terminal():
        print(as_typed("No test set is registered: lab testset register"))
    return 0


def _lines(store: Store, listed: Sequence[dict[str, Any]]) -> list[str]:
    lines = []
    for entry in listed:
        testset, taken = entry["testset"], entry["slots"]
        retired = testset.retired
        state = f", retired {retired.at:%Y-%m-%d}: {retired.why}" if retired else ""
        lines.append(
            f"{testset.id}\t{testset.examples} examples\t"
            f"{len(taken)} of {testset.budget} slots used\talpha {testset.alpha}{state}"
        )
        if testset.shares:
            lines.append(f"  shares rows, and so slots, with {', '.join(testset.shares)}")
        for slot, ids in taken.items():
            for id_ in ids:
                outcome = store.records[id_].front.outcome or store.records[id_].lane
                lines.append(f"  slot {slot}\t{id_}\t{outcome}")
    return lines


def retire(typed: argparse.Namespace) -> int:
    """No hypothesis is started on a test set any more."""
    store, by = begin_new(typed)
    if typed.testset not in store.testsets:
        known = ", ".join(store.testsets) or "none"
        raise LabError(f"{typed.testset} is not registered (known: {known}).")
    if store.testsets[typed.testset].retired:
        raise LabError(f"{typed.testset} is retired already.")
    path = store.root / testsets.path_of_testset(typed.testset)
    before = files.read_whole(path)
    retired = {"at": store.now, "by": by, "why": typed.why}
    files.replace(path, before, change_yaml(before.decode(), [Change(("retired",), retired)]))
    print(f"{typed.testset} is retired: {typed.why}")
    return 0
