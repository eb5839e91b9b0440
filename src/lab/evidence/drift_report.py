"""What `lab monitor` has found, as a sentence, as data and as a document: counts, never a row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..data.labels import Labelled
from ..data.live import Live
from ..data.pipeline import TRAIN
from ..data.reference import Answers, Training
from . import drift, words
from .result import Result
from .watch import Watched

FORMAT = 2
SPECIAL = re.compile(r"[\\`*{}\[\]<>|&!#~$]|(?<!\w)_|_(?!\w)")
SHOWN = 10  # versions of the model
HOLDS = {
    "missed": "no longer met",
    "met": "still met",
    "unclear": "not to be told yet",
    "error": "not to be computed",
}
HEADER = ("status", "column", "PSI", "p", "missing", "what")


def code_of(columns: Sequence[Watched], promises: Sequence[Result] = ()) -> int:
    """The exit code: 0 nothing drifted and all that was promised holds; 1 something drifted, is
    broken or holds no longer; 3 that cannot be told.
    """
    statuses = {promise.status for promise in promises}
    if "missed" in statuses or any(column.drifted or column.not_allowed for column in columns):
        return 1
    unclear = statuses & {"unclear", "error"} or any(column.unclear for column in columns)
    return 3 if unclear else 0


def sentence(columns: Sequence[Watched], rows: int, promises: Sequence[Result] = ()) -> str:
    """What was found, for a reader who is not technical."""
    about = _about_promises(promises)
    return f"{_about_columns(columns, rows)} {about}" if about else _about_columns(columns, rows)


def _about_promises(promises: Sequence[Result]) -> str:
    """What labels say of the criteria that have to hold; empty if none is asked about."""
    counts = {status: sum(promise.status == status for promise in promises) for status in HOLDS}
    said = [f"{count} {HOLDS[status]}" for status, count in counts.items() if count]
    return f"By the labels, of {len(promises)} criteria {', '.join(said)}." if promises else ""


def _about_columns(columns: Sequence[Watched], rows: int) -> str:
    drifted = sum(column.drifted for column in columns)
    changed = sum(column.changed for column in columns)
    broken = sum(bool(column.not_allowed) for column in columns)
    unclear = [column for column in columns if column.unclear]
    clauses = []
    if drifted:
        clauses.append(f"{drifted} of {len(columns)} columns {_have(drifted)} drifted")
    if changed:
        rest = "" if drifted else f" of {len(columns)} columns"
        clauses.append(f"{changed}{rest} {_have(changed)} changed a little")
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
    labelled: Labelled | None = None,
    promises: Sequence[Result] = (),
) -> dict[str, Any]:
    """Everything that was found, as data.

    Args:
        columns: what was found about each.
        live: the rows that were looked at.
        training: what inputs were compared with.
        answers: what answers were compared with.
        alpha: the error rate of the report.
        about: what the command knows: when, by whom, for which rollout, from which logs.
        labelled: the answers whose labels have arrived, if any were given.
        promises: what became of the criteria that have to hold.
    """
    models = dict(list(live.models.items())[:SHOWN])
    return {
        "format": FORMAT,
        **about,
        "found": sentence(columns, len(live), promises),
        "code": code_of(columns, promises),
        "alpha": alpha,
        "limit": drift.LIMIT,
        "rows": len(live),
        "first": live.first,
        "last": live.last,
        "left_out": dict(live.left_out),
        "models": models,
        "compared_with": {
            "training": {"path": TRAIN, "md5": training.digest, "rows": training.rows},
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
        "labels": None
        if labelled is None
        else {
            "labelled": len(labelled.tables),
            "waiting": labelled.waiting,
            "of_no_answer": labelled.strange,
            "criteria": [asdict(promise) for promise in promises],
        },
    }


def page(
    columns: Sequence[Watched], found: Mapping[str, Any], promises: Sequence[Result] = ()
) -> str:
    """The same for people, as Markdown."""
    answers = found["compared_with"]["answers"]
    training = found["compared_with"]["training"]
    against = f"{training['rows']} training rows"
    if answers:
        against += (
            f"; {answers['rows']} answers of the {answers['model']}, seed {answers['seed']}, to "
            "rows that it had not seen"
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
        f"{found['alpha']:g}. It has changed a little when p says so, and the index is below that, "
        f"but at least {drift.NEGLIGIBLE:g}. It is broken when it holds what schema.yaml does not "
        "allow.",
        "",
    ]
    return "\n".join([*lines, *_promised(promises, found)])


def promise_lines(promises: Sequence[Result], found: Mapping[str, Any]) -> list[str]:
    """What labels say, line by line: how many there are, and each criterion in a sentence."""
    labels = found["labels"]
    if labels is None:
        return []
    counted = f"{labels['labelled']} answers have a label, {labels['waiting']} wait for theirs"
    strange = labels["of_no_answer"]
    rest = f"; {strange} labels are about no answer here" if strange else ""
    said = [
        f"{promise.criterion}: {HOLDS[promise.status]}. {words.sentence(promise, found['alpha'])}"
        for promise in promises
    ]
    return [f"{counted}{rest}.", *said]


def _promised(promises: Sequence[Result], found: Mapping[str, Any]) -> list[str]:
    counted, *said = promise_lines(promises, found) or [""]
    if not counted:
        return []
    return ["## Labels", "", counted, "", *(f"- {_plain(line)}" for line in said), ""]


def _moment(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _plain(text: str) -> str:
    """A text as Markdown that shows it letter by letter, in a table too."""
    one_line = "".join(letter if letter.isprintable() else " " for letter in text)
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", one_line)
