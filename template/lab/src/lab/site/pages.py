"""Pages as text: pure functions from what was read to Markdown."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import PurePosixPath
from typing import Any

from ..records.document import Document
from .charts import Plot, draw, plain
from .gauge import lift_gauge

TABLE_ROWS = 20  # of a chart's data; the file holds the rest
HIDDEN = {"id", "title", "tldr", "state", "history", "estimate"}  # shown elsewhere on the page


def text(value: object) -> str:
    """A value as Markdown that shows it letter by letter, whatever is in it."""
    shown = plain(str(value))
    return re.sub(r"[^\w ,/%]|_", lambda found: f"&#{ord(found[0])};", shown)


def front_matter(title: str) -> str:
    """The builder's own front matter: the page's title, safe where a theme does not escape it."""
    return f"---\ntitle: {json.dumps(escape(plain(title)), ensure_ascii=False)}\n---\n\n"


def _lead(summary: object) -> list[str]:
    """The paragraph below the title, where there is one."""
    shown = text(summary or "")
    return [shown, "{ .lab-lead }", ""] if shown else []


def record_page(document: Document, log: Sequence[PurePosixPath] = ()) -> str:
    """A record: its summary and its data first, then the story as it was written, then its log."""
    front = document.front
    facts = {"id": front.get("id"), "state": state(front)} | {
        key: value for key, value in front.items() if key not in HIDDEN
    }
    rows = [
        f'<tr><th scope="row">{_name(key)}</th><td>{_shown(value)}</td></tr>'
        for key, value in facts.items()
        if value not in (None, [], {}, "")
    ]
    return "\n".join(
        [
            front_matter(str(front.get("title") or front.get("id") or "Untitled")),
            *_lead(front.get("tldr")),
            f'<table class="lab-facts">{"".join(rows)}</table>',
            "",
            *_gauge(front),
            document.body.lstrip("\n"),
            *(["## Log", ""] if log else []),
            *(f"- [{text(entry.stem)}]({entry})" for entry in log),
            "",
        ]
    )


def _gauge(front: Mapping[str, Any]) -> list[str]:
    """The drawing of an estimated lift, where the record has one."""
    match front:
        case {"estimate": {"random": dict(), "status_quo": dict(), "perfect": dict()} as estimate}:
            measured = front.get("realised")
            realised = measured.get("value") if isinstance(measured, dict) else None
            try:
                drawn, numbers = lift_gauge(estimate, realised), _estimated(estimate)
            except (KeyError, TypeError, ValueError):  # `lab check` says what is wrong with it
                return []
            figure = [f'<div class="lab-figure">{drawn}</div>', ""] if drawn else []
            return [*figure, *numbers, ""]
    return []


def _estimated(estimate: Mapping[str, Any]) -> list[str]:
    """The numbers of an estimated lift, and what they rest on."""
    names = ("perfect", "status_quo", "random", "potential", "risk")
    rows = [
        f"| {_name(name)} | {estimate[name]['value']:.3f} "
        f"| {estimate[name]['low']:.3f} to {estimate[name]['high']:.3f} |"
        for name in names
        if name in estimate
    ]
    return [
        f"| | {text(estimate['unit'])} | 95 % interval |",
        "|---|---:|---:|",
        *rows,
        "",
        f"Estimated from {text(estimate['examples'])} cases ({text(estimate['source'])} data).",
    ]


def stage_page(document: Document, records: Sequence[tuple[PurePosixPath, Document]]) -> str:
    """A stage: what it is for, as its README says, and the records that lie in it."""
    listed = [_entry(path, record.front) for path, record in records]
    section = "\n".join(["", "## Records", "", *(listed or ["None yet."]), ""])
    return document.body.rstrip("\n") + "\n" + section


def _entry(path: PurePosixPath, front: Mapping[str, Any]) -> str:
    """One line of a stage's list: title, state, owner, and the summary below."""
    title = text(front.get("title") or path.parent.name)
    parts = [f"[{title}]({path})", text(state(front))]
    parts += [text(front["owner"])] if front.get("owner") else []
    summary = f"<br>{text(front['tldr'])}" if front.get("tldr") else ""
    return f"- {' · '.join(parts)}{summary}"


def state(front: Mapping[str, Any]) -> str:
    """Where a record stands: the last entry of its history."""
    match front.get("history"):
        case [*_, {"to": str(lane)}]:
            return lane
    return "new"


def home_page(
    name: str, description: str, metrics: Mapping[str, Any], lift: Mapping[str, Any]
) -> str:
    """The first page: what the project is for, where it stands, and where to go on."""
    return "\n".join(
        [
            front_matter(name) + f"# {text(name)}",
            "",
            *_lead(description),
            *_warning(metrics),
            "## Where the model stands",
            "",
            *_compared(metrics),
            "",
            f"On {metrics['examples']} held-out examples that no model has seen. "
            "[Charts and what they are made of](results.md).",
            "",
            "## What a model could add",
            "",
            *_lift(lift),
            "",
        ]
    )


def results_page(metrics: Mapping[str, Any], lift: Mapping[str, Any], plots: Iterable[Plot]) -> str:
    """Every metric and every plot that the pipeline wrote."""
    parts = [
        front_matter("Results") + "\n".join(_warning(metrics)),
        f"Measured on {metrics['examples']} held-out examples. The candidate's metrics are means "
        "over its seeds; the charts show the first seed.",
        "",
        *_compared(metrics),
        "",
        "## Expected lift",
        "",
        *_lift(lift),
        "",
    ]
    for plot in plots:
        parts += [f"## {text(plot.title)}", "", f'<div class="lab-figure">{draw(plot)}</div>', ""]
        parts += [*_data_tables(plot), ""]
    return "\n".join(parts)


def _warning(metrics: Mapping[str, Any]) -> list[str]:
    if metrics["source"] != "dummy":
        return []
    return [
        '!!! warning "Dummy data"',
        "",
        "    These numbers come from random rows. They show that the pipeline runs, nothing else.",
        "",
    ]


def _compared(metrics: Mapping[str, Any]) -> list[str]:
    candidate, status_quo = metrics["candidate"], metrics["status_quo"]
    rows = [
        f"| {text(name)} | {value:.3f} | "
        + (f"{status_quo[name]:.3f} |" if name in status_quo else "|")
        for name, value in candidate.items()
    ]
    return ["| metric | candidate | status quo |", "|---|---:|---:|", *rows]


def _lift(lift: Mapping[str, Any]) -> list[str]:
    means = {
        "random": "decisions at random",
        "status_quo": "decisions as they are made today",
        "perfect": "every decision right",
        "potential": "what a model may gain: perfect less status quo",
        "risk": "what a bad model may lose: status quo less random",
    }
    rows = [f"| {key.replace('_', ' ')} | {lift[key]:.3f} | {means[key]} |" for key in means]
    return [
        f"| | {text(lift['unit'])} | |",
        "|---|---:|---|",
        *rows,
        "",
        f"From the labels of {lift['examples']} training examples and the value of each decision "
        "in `params.yaml`; no model is needed for it.",
    ]


def _data_tables(plot: Plot) -> list[str]:
    """The numbers of a chart, folded away: one table for all series with the same x."""
    columns: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for label, line in plot.series.items():
        columns.setdefault(tuple(x for x, _ in line), {})[label] = [y for _, y in line]
    return [_data_table(plot, xs, ys) for xs, ys in columns.items()]


def _data_table(plot: Plot, xs: Sequence[str], ys: Mapping[str, Sequence[str]]) -> str:
    """A long table is thinned evenly, and says so."""
    step = max(1, -(-len(xs) // TABLE_ROWS))
    header = _cells("th", [plot.x_label, *ys])
    rows = [_cells("td", row) for row in list(zip(xs, *ys.values(), strict=True))[::step]]
    which = f"all {len(xs)} rows" if step == 1 else f"one in {step} of {len(xs)} rows"
    summary = f"The data: {which} of {', '.join(plot.files)}"
    return (
        f"<details><summary>{escape(plain(summary))}</summary>"
        f"<table>{header}{''.join(rows)}</table></details>"
    )


def _cells(kind: str, values: Iterable[str]) -> str:
    """One row of a table in HTML."""
    return f"<tr>{''.join(f'<{kind}>{escape(plain(value))}</{kind}>' for value in values)}</tr>"


def _shown(value: Any) -> str:
    """A front-matter value in one cell of a table."""
    if isinstance(value, Mapping):
        known = [(key, item) for key, item in value.items() if item is not None]
        return "<br>".join(f"{_name(key)}: {_shown(item)}" for key, item in known)
    if isinstance(value, list):
        counted = all(isinstance(item, int) for item in value)
        return (", " if counted else "<br>").join(_shown(item) for item in value)
    return text(value)


def _name(key: object) -> str:
    return text(str(key).replace("_", " "))
