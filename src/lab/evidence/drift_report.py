"""What `lab monitor` has found, as a sentence, as data and as a document: counts, never a row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..data.live import Live
from ..data.reference import TRAINING, Answers, Training
from . import drift
from .watch import Watched

FORMAT = 1
SPECIAL = re.compile(r"[\\`*{}\[\]<>|&!#~$]|(?<!\w)_|_(?!\w)")
SHOWN = 10  # versions of the model
HEADER = ("status", "column", "PSI", "p", "missing", "what")


def code_of(columns: Sequence[Watched]) -> int:
    """The exit code: 0 nothing drifted, 1 something did or is broken, 3 that cannot be told."""
    if any(column.drifted or column.not_allowed for column in columns):
        return 1
    return 3 if any(column.unclear for column in columns) else 0


def sentence(columns: Sequence[Watched], rows: int) -> str:
    """What was found, for a reader who is not technical."""
    drifted = sum(column.drifted for column in columns)
    broken = sum(bool(column.not_allowed) for column in columns)
    unclear = [column for column in columns if column.unclear]
    clauses = []
    if drifted:
        clauses.append(f"{drifted} of {len(columns)} columns {_have(drifted)} drifted")
    if broken:
        holds = "holds" if broken == 1 else "hold"
        clauses.append(f"{broken} {holds} values that schema.yaml does not allow")
    if unclear:
        enough = [column.needed for column in unclear if column.needed]
        about = f" (about {max(enough)} would do)" if len(enough) == len(unclear) else ""
        few = "1 row is" if rows == 1 else f"{rows} rows are"
        clauses.append(f"{few} too few to tell about {len(unclear)}{about}")
    if not clauses:
        return f"Nothing has drifted: {rows} rows look like the training data."
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}."


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def cells(column: Watched) -> tuple[str, ...]:
    """A column as the row of a table."""
    broken = [f"{count} {what}" for what, count in column.not_allowed.items()]
    needed = f"{column.rows} rows" + (f", about {column.needed} needed" if column.needed else "")
    parts = [*broken, column.change or "", needed if column.unclear else ""]
    before = f", was {_percent(column.missing_before)}"
    changed = before if _percent(column.missing) != _percent(column.missing_before) else ""
    return (
        column.status,
        column.column,
        "" if column.index is None else f"{column.index:.2f}",
        "" if column.p is None else "below 0.001" if column.p < 0.001 else f"{column.p:.3f}",
        f"{_percent(column.missing)}{changed}",
        "; ".join(part for part in parts if part),
    )


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "below 0.1 %"
    return f"{100 * share:.1f} %" if share else "0 %"


def document(
    columns: Sequence[Watched],
    live: Live,
    training: Training,
    answers: Answers | None,
    alpha: float,
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything that was found, as data.

    Args:
        columns: what was found about each.
        live: the rows that were looked at.
        training: what inputs were compared with.
        answers: what answers were compared with.
        alpha: the error rate of the report.
        about: what the command knows: when, by whom, for which rollout, from which logs.
    """
    models = dict(list(live.models.items())[:SHOWN])
    return {
        "format": FORMAT,
        **about,
        "found": sentence(columns, len(live)),
        "alpha": alpha,
        "limit": drift.LIMIT,
        "rows": len(live),
        "first": live.first,
        "last": live.last,
        "left_out": dict(live.left_out),
        "models": models,
        "compared_with": {
            "training": {"path": TRAINING, "md5": training.digest, "rows": training.rows},
            "answers": None
            if answers is None
            else {
                "path": answers.path,
                "md5": answers.digest,
                "model": answers.model,
                "seed": answers.seed,
                "rows": len(answers),
            },
        },
        "columns": [{"status": column.status, **asdict(column)} for column in columns],
    }


def page(columns: Sequence[Watched], found: Mapping[str, Any]) -> str:
    """The same for people, as Markdown."""
    answers = found["compared_with"]["answers"]
    training = found["compared_with"]["training"]
    against = f"{training['rows']} training rows"
    if answers:
        against += (
            f"; {answers['rows']} held-out answers of the {answers['model']}, "
            f"seed {answers['seed']}"
        )
    left_out = "; ".join(f"{count} {why}" for why, count in found["left_out"].items())
    models = "; ".join(f"{version} ({count})" for version, count in found["models"].items())
    facts = {
        "rows": str(found["rows"]),
        "from": _moment(found["first"]),
        "to": _moment(found["last"]),
        "left out": left_out,
        "model": models,
        "compared with": against,
        "logs": "; ".join(found["logs"]),
        "by": found["by"] or "",
    }
    lines = [
        f"# Monitoring on {found['at']:%Y-%m-%d at %H:%M} UTC",
        "",
        found["found"],
        "",
        *(f"- **{name}:** {_plain(value)}" for name, value in facts.items() if value),
        "",
        "## Columns",
        "",
        f"| {' | '.join(HEADER)} |",
        "|---|---|---:|---:|---|---|",
        *(f"| {' | '.join(_plain(cell) for cell in cells(column))} |" for column in columns),
        "",
        "A column has drifted when two things say so: its population stability index is at least "
        f"{drift.LIMIT:g}, and p, adjusted for all comparisons of this report, is at most "
        f"{found['alpha']:g}. It is broken when it holds what schema.yaml does not allow.",
        "",
    ]
    return "\n".join(lines)


def _moment(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _plain(text: str) -> str:
    """A text as Markdown that shows it letter by letter, in a table too."""
    one_line = "".join(letter if letter.isprintable() else " " for letter in text)
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", one_line)
