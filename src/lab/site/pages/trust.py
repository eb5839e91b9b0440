"""Trust: what the test sets have spent, how well we guess, what is excused, what is unproved.

Each heading of the page is one function here that gives its values, and one block of the template.
"""

from typing import Any

from ...errors import LabError
from ...evidence import calibration
from ...evidence.verdict import by_tool
from ...proof.locks import ledger
from ...proof.tool import tool_in_use
from ...records.store import Store
from ...records.testsets import TestSet
from ..layout import Page
from ..world import World

ENOUGH = 5  # hypotheses that were decided


def trust_page(world: World) -> Page:
    """What speaks for the numbers of this site, and what does not."""
    shown = _testsets(world) | _tools(world) | _guesses(world) | _unproved(world)
    return Page("trust.md", "Trust", shown, hide=("toc",))


def _testsets(world: World) -> dict[str, Any]:
    """Each test set with its slots: the hypotheses in each, and what became of them."""
    taken = ledger(world.store)
    testsets = []
    for testset in world.store.testsets.values():
        slots = {
            slot: [(id_, _end(id_, world)) for id_ in ids]
            for slot, ids in sorted(taken.get(testset.id, {}).items())
        }
        testsets.append((testset, slots, _copies(testset, world.store)))
    return {"testsets": testsets}


def _copies(testset: TestSet, store: Store) -> str | None:
    """How many copies of rows were found, if the set is the one that the pipeline holds out now."""
    from ...data.heldout import read_summary  # it loads polars

    if not testset.sealed:
        return None
    try:
        summary = read_summary(store.root)
    except LabError:
        return None
    if summary.digest != testset.digest:
        return None
    within, across, near = (summary.copies[name] for name in ("within", "across", "near"))
    if not (within or across or near):
        return "No row was found twice."
    done = "were taken out" if testset.copies == "drop" else "stayed, so verdicts are exploratory"
    return (
        f"Copies of rows: {within} among the held-out rows, and {across} training rows with the "
        f"inputs of a held-out one; they {done}. {near} held-out rows are nearly the same as a "
        "training row."
    )


def _end(id_: str, world: World) -> str:
    """What became of a hypothesis that has taken a slot."""
    if id_ in world.verdicts:
        broken = ", which does not hold" if id_ in world.unsound else ""
        return f"{world.verdicts[id_].verdict}{broken}"
    record = world.store.get(id_)
    return (record.front.outcome if record else None) or "not judged yet"


def _tools(world: World) -> dict[str, Any]:
    """The tool that made this site, and the verdicts by the tool that computed each."""
    return {"tool": tool_in_use(), "judged_by": by_tool(world.verdicts.values())}


def _guesses(world: World) -> dict[str, Any]:
    """How likely hypotheses were held beforehand, beside what they turned out to be."""
    pairs = calibration.decided(world.store)
    if len(pairs) < ENOUGH:
        return {"decided": len(pairs), "enough": ENOUGH, "bands": None}
    return {
        "decided": len(pairs),
        "expected": sum(prior for prior, _ in pairs),
        "came_true": sum(held for _, held in pairs),
        "bands": calibration.bands(pairs),
        "brier": calibration.brier(pairs),
    }


def _unproved(world: World) -> dict[str, Any]:
    """What git cannot show, each with the record or the file that it is about."""
    proofs = []
    for finding in world.proofs:
        folder = finding.path.rpartition("/")[0].rpartition("/")[2]
        proofs.append((folder if world.store.get(folder) else None, finding))
    explored = [verdict for verdict in world.verdicts.values() if verdict.mode == "exploratory"]
    return {"proofs": proofs, "explored": explored}
