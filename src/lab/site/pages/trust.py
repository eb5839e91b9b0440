"""Trust: what the test sets have spent, how well we guess, what is excused, what is unproved."""

from ...evidence import calibration
from ...proof.locks import ledger
from ...records.testsets import TestSet
from ..markup import attribute, count, page, said, table
from ..parts import by_id, day, held_out, person
from ..world import World

HERE = "trust.md"
ENOUGH = 5


def trust_page(world: World) -> str:
    """What speaks for the numbers of this site, and what does not."""
    return page(
        "Trust",
        "## Test sets and what they have spent",
        *_ledger(world),
        "## How well we guess beforehand",
        _calibration(world),
        "## What is excused for now",
        _waivers(world),
        "## What cannot be proved",
        _unproved(world),
        hide=("toc",),
    )


def _ledger(world: World) -> list[str]:
    taken = ledger(world.store)
    if not world.store.testsets:
        return ["<p>No test set is registered yet, so no verdict can be confirmatory.</p>"]
    return [_testset(one, taken.get(one.id, {}), world) for one in world.store.testsets.values()]


def _testset(one: TestSet, taken: dict[int, list[str]], world: World) -> str:
    cells = []
    for slot in range(1, max(one.budget, *taken, 0) + 1):
        ids = taken.get(slot, [])
        names = "<br>".join(by_id(id_, world, HERE) for id_ in ids)
        ends = ", ".join(_end(id_, world) for id_ in ids)
        if ids:
            cells.append([str(slot), names, attribute(ends)])
    retired = f" Retired {day(one.retired.at)}: {said(one.retired.why)}" if one.retired else ""
    spent = (
        f"<p><strong>{attribute(one.id)}</strong>: {len(taken)} of {one.budget} slots taken; "
        f"{held_out(one)}. "
        f"An error rate of {attribute(one.alpha)} is shared by all slots. Registered "
        f"{day(one.registered.at)} by {person(one.registered.by, world)}.{retired}</p>"
    )
    shown = table(["slot", "hypothesis", "verdict"], cells, label=f"Slots of {one.id}")
    return f"<div>{spent}{shown if cells else ''}</div>"


def _end(id_: str, world: World) -> str:
    """What became of a hypothesis that has taken a slot."""
    if id_ in world.verdicts:
        return world.verdicts[id_].verdict
    record = world.store.get(id_)
    return (record.front.outcome if record else None) or "not judged yet"


def _calibration(world: World) -> str:
    pairs = calibration.decided(world.store)
    if len(pairs) < ENOUGH:
        return (
            f"<p>{count(len(pairs), 'hypothesis was', 'hypotheses were')} supported or refuted. "
            f"From {ENOUGH} on, this shows if what we held likely turned out to be true.</p>"
        )
    rows = [
        [
            f"{100 * one.low:.0f} to {100 * one.high:.0f} %",
            f"{one.supported} of {one.n}",
            f"{100 * one.share:.0f} %",
            f"{100 * one.expected:.0f} %",
        ]
        for one in calibration.bands(pairs)
    ]
    head = ["held likely beforehand", "supported", "share", "expected"]
    expected, true = sum(prior for prior, _ in pairs), sum(held for _, held in pairs)
    finding = (
        f'<p class="lab-finding">Of {len(pairs)} hypotheses that were supported or refuted, '
        f"{true} were supported; beforehand we expected {expected:.1f}.</p>"
    )
    score = calibration.brier(pairs)
    about = (
        f'<p class="lab-note">n = {len(pairs)} hypotheses. Brier score {score:.3f}: 0 is perfect, '
        "0.25 is what always saying 50 % gives.</p>"
    )
    return f"<div>{finding}{table(head, rows, label='Calibration of priors')}{about}</div>"


def _waivers(world: World) -> str:
    if not world.store.waivers:
        return "<p>Nothing: no rule is waived.</p>"
    rows = [
        [
            f"<code>{attribute(one.rule)}</code>",
            by_id(one.record, world, HERE),
            said(one.reason),
            person(one.owner, world),
            f"{day(one.until)}{' (over)' if one.until <= world.store.now else ''}",
        ]
        for one in world.store.waivers
    ]
    return table(["rule", "record", "reason", "owner", "until"], rows, label="Waivers")


def _unproved(world: World) -> str:
    items = [
        f"<li>{by_id(id_, world, HERE)}: its verdict does not hold, {attribute(why)}</li>"
        for id_, why in world.unsound.items()
    ]
    items += [f"<li>{_named(one.path, world)}{attribute(one.message)}</li>" for one in world.proofs]
    explored = [one for one in world.verdicts.values() if one.mode == "exploratory"]
    items += [
        f"<li>{by_id(one.id, world, HERE)} is exploratory: {attribute('; '.join(one.reasons))}</li>"
        for one in explored
    ]
    if not items:
        return (
            "<p>Nothing that git's history can show: every lock came before its result, and no "
            "promise was moved. <code>uv run lab audit</code> also computes each verdict again.</p>"
        )
    return f"<ul>{''.join(items)}</ul>"


def _named(path: str, world: World) -> str:
    parts = path.split("/")
    id_ = parts[-2] if len(parts) > 1 else ""
    known = world.store.get(id_)
    if known:
        return f"{by_id(id_, world, HERE)}: "
    return "" if path == "." else f"<code>{attribute(path)}</code>: "
