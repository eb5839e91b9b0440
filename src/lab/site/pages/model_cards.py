"""Model card and data card, from what the records and the tables hold.

The headings follow M. Mitchell et al., Model Cards for Model Reporting (2019), and T. Gebru et
al., Datasheets for Datasets (2021), as far as a project has written down what they ask.
"""

from collections.abc import Mapping

from ..markup import attribute, page, said, table
from ..parts import chip, day, held_out, stale_note, to_record
from ..world import World
from . import results

HERE = "cards.md"


def cards_page(world: World) -> str:
    """The model as it stands, and the data that it learned from."""
    return page(
        "Model and data",
        results.warning(world),
        "## Model card",
        _model(world),
        stale_note(world.metrics.stale),
        results.compared(world),
        "## Data card",
        _data(world),
        _columns(world),
    )


def _model(world: World) -> str:
    store = world.store
    train = world.params.get("train")
    name = train.get("model") if isinstance(train, Mapping) else None
    items = [f"<li>Kind: {said(store.task)}</li>"] if store.task else []
    if name:
        items.append(f"<li>Candidate: {said(name)}, as <code>params.yaml</code> says</li>")
    items += [
        f"<li>Made for: {said(one.front.customer_outcome)} ({to_record(one, HERE)})</li>"
        for one in world.lines_of("REQ")
        if one.id not in world.replaced
    ]
    evaluate = world.params.get("evaluate")
    champion = evaluate.get("champion") if isinstance(evaluate, Mapping) else None
    holder = store.get(champion) if isinstance(champion, str) else None
    items.append(
        f"<li>Champion: the model of {to_record(holder, HERE)}</li>"
        if holder
        else "<li>Champion: none was promoted yet</li>"
    )
    for verdict in sorted(world.verdicts.values(), key=lambda one: (one.at, one.id))[-5:]:
        record = store.records[verdict.id]
        items.append(
            f"<li>{chip(verdict.verdict)} {to_record(record, HERE)}, {attribute(verdict.mode)}, "
            f"{day(verdict.at)}</li>"
        )
    items += [
        f"<li>Regressed: {to_record(one, HERE)}, {day(one.front.noticed_at)}</li>"
        for one in world.lines_of("INC")
    ]
    return f"<ul>{''.join(items)}</ul>"


def _data(world: World) -> str:
    target = world.schema.get("target")
    items = []
    if isinstance(target, Mapping):
        means = target.get("description")
        items.append(
            f"<li>Target: <code>{attribute(target.get('name'))}</code>"
            f"{f', {said(means)}' if means else ''}</li>"
        )
        if target.get("positive") is not None:
            items.append(f"<li>Positive class: {said(target['positive'])}</li>")
    if world.schema.get("unit"):
        items.append(
            f"<li>Rows belong together by <code>{attribute(world.schema['unit'])}</code></li>"
        )
    items.append(f"<li>Source of the evaluation: {said(world.metrics.values['source'])} data</li>")
    items += [
        f"<li>Test set {attribute(one.id)}: {held_out(one)}, registered "
        f"{day(one.registered.at)}</li>"
        for one in world.store.testsets.values()
    ]
    items += [f"<li>Explored: {to_record(one, HERE)}</li>" for one in world.lines_of("EDA")]
    return f"<ul>{''.join(items)}</ul>"


def _columns(world: World) -> str:
    columns = world.schema.get("columns")
    if not isinstance(columns, Mapping):
        return ""
    rows = []
    for name, about in columns.items():
        known = about if isinstance(about, Mapping) else {}
        allowed = ", ".join(
            str(one) for one in known.get("values") or ()
        ) or f"{known.get('min', '')} to {known.get('max', '')}".strip(" to")
        rows.append(
            [
                f"<code>{attribute(name)}</code>",
                attribute(known.get("type", "")),
                said(allowed),
                attribute(known.get("unit") or ""),
                said(known.get("description", "")),
            ]
        )
    head = ["column", "type", "allowed", "unit", "what it is"]
    return table(head, rows, "lab-wide", "Columns of the data")
