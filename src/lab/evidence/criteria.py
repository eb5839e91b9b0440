"""The grammar of criteria.

    metric[slice] op value                      precision > 0.95
    metric[slice] op reference ± margin         recall[age < 30] >= champion - 0.02
    share(check) op value                       share(standard_form) >= 0.95
    panel(role) >= k of n                       panel(data scientist) >= 3 of 5

`op` is one of > >= < <=, a reference is champion or status_quo, and a slice compares columns
of evaluation/examples.parquet with numbers, words, true or false, joined by `and`. A column whose
name is no word stands in quotes: recall["education-num" < 8].
"""

import difflib
import re
from dataclasses import dataclass
from functools import cache
from math import isinf
from typing import Literal, get_args

from .metrics import METRICS, Metric

Op = Literal[">", ">=", "<", "<="]
OPS = get_args(Op)
REFERENCES = ("champion", "status_quo")
NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
WHOLE = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*(?:\((?P<argument>[^()]*)\)|\[(?P<slice>.*)\])?"
    r"\s*(?P<op>>=|<=|==|!=|=|>|<|≥|≤)?\s*(?P<right>.*?)\s*"
)
RIGHT = re.compile(
    rf"(?:(?P<value>{NUMBER})(?:\s+of\s+(?P<of>[0-9]+))?"
    rf"|(?P<reference>[A-Za-z_]\w*)(?:\s*(?P<sign>[-+\u2212])\s*(?P<margin>{NUMBER}))?)"
)
CONDITION = re.compile(
    rf"\s*(?:(?P<column>[A-Za-z_]\w*)|\"(?P<quoted>[^\"]+)\")\s*(?P<op>==|!=|>=|<=|>|<)\s*"
    rf"(?:(?P<number>{NUMBER})|\"(?P<text>[^\"]*)\"|(?P<word>[A-Za-z_][\w-]*))\s*"
)
AND = re.compile(r"\band\b(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")  # not inside of quotes


@dataclass(frozen=True)
class Condition:
    """One comparison of a slice: a column with a number or a text."""

    column: str
    op: str
    value: float | str


@dataclass(frozen=True)
class Criterion:
    """A criterion, parsed. `value` is the bar, or k of a panel; `margin` has its sign.

    `bar` is the bar as its author typed it: of a reference, the margin.
    """

    text: str
    metric: str
    op: Op
    argument: str | None = None
    slice: tuple[Condition, ...] = ()
    value: float | None = None
    of: int | None = None
    reference: str | None = None
    margin: float = 0.0
    bar: str = "0"


class CriterionError(ValueError):
    """A text that is not a criterion: what is wrong with it, and what would be right."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem, self.remedy = problem, remedy


@cache
def parse_criterion(text: str) -> Criterion:
    """A criterion from its text.

    Raises:
        CriterionError: it is outside the grammar; the message names the place.
    """
    found = WHOLE.fullmatch(text)
    if not found:
        raise CriterionError(f"`{text}` is not a criterion.", "Write it like `precision > 0.95`.")
    name, argument = found["name"], found["argument"]
    if name in ("share", "panel"):
        if not (argument or "").strip():
            wanted = "the name of a check" if name == "share" else "a role"
            raise CriterionError(
                f"`{text}` does not say which.", f"Put {wanted} into brackets: {name}(…)."
            )
    elif argument is not None:
        raise CriterionError(
            f"`{name}({argument})` is not a metric.", f"A slice has square brackets: {name}[…]."
        )
    elif name not in METRICS:
        near = difflib.get_close_matches(name, [*METRICS, "share", "panel"], 1)
        hint = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(METRICS)}."
        raise CriterionError(f"unknown metric `{name}`.", hint)
    op = _op(found["op"], text)
    right = RIGHT.fullmatch(found["right"])
    if not right:
        what = f"`{found['right']}`" if found["right"] else "nothing"
        raise CriterionError(
            f"after {op} stands {what}.",
            "Put a number there, or champion or status_quo with or without a margin.",
        )
    if any(isinf(float(right[part] or 0)) for part in ("value", "margin")):
        raise CriterionError(f"`{right[0]}` is too large.", "Put a finite number there.")
    if name == "panel":
        return _panel(text, argument or "", op, right)
    if right["of"]:
        raise CriterionError(f"`{right[0]}` is for a panel.", f"Give {name} one number.")
    return Criterion(
        text,
        name,
        op,
        argument.strip() if argument else None,
        _slice(found["slice"]),
        float(right["value"]) if right["value"] else None,
        None,
        _reference(right["reference"]),
        _margin(right),
        right["value"] or f"{right['sign'] or ''}{right['margin'] or 0}",
    )


def _op(op: str | None, text: str) -> Op:
    match op:
        case ">" | ">=" | "<" | "<=":
            return op
        case None:
            raise CriterionError(f"`{text}` compares nothing.", "Write it like `precision > 0.95`.")
    better = {"≥": ">=", "≤": "<="}.get(op, "> or >=")
    raise CriterionError(f"`{op}` cannot be decided.", f"Write {better}.")


def _panel(text: str, role: str, op: Op, right: re.Match[str]) -> Criterion:
    if op != ">=" or not right["of"]:
        raise CriterionError(
            f"`{text}` is not a ballot.", f"Write it like `panel({role}) >= 3 of 5`."
        )
    least, of = float(right["value"]), int(right["of"])
    if not least.is_integer() or not 1 <= least <= of:
        raise CriterionError(
            f"{right['value']} of {of} cannot be decided.", f"Ask for 1 to {of} of {of}."
        )
    return Criterion(text, "panel", op, role.strip(), value=least, of=of, bar=right["value"])


def _reference(name: str | None) -> str | None:
    if name is None or name in REFERENCES:
        return name
    near = difflib.get_close_matches(name, REFERENCES, 1)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known are {' and '.join(REFERENCES)}."
    raise CriterionError(f"unknown reference `{name}`.", hint)


def _margin(right: re.Match[str]) -> float:
    if not right["margin"]:
        return 0.0
    return float(right["margin"]) * (1 if right["sign"] == "+" else -1)


def _slice(text: str | None) -> tuple[Condition, ...]:
    if text is None:
        return ()
    conditions = []
    for part in AND.split(text):
        found = CONDITION.fullmatch(part)
        if not found:
            raise CriterionError(
                f"`{part.strip()}` is not a part of the examples.", "Write it like [age < 30]."
            )
        value = found["text"] if found["text"] is not None else found["word"]
        if value is None:
            value = float(found["number"])
        conditions.append(Condition(found["column"] or found["quoted"], found["op"], value))
    return tuple(conditions)


def problem_with(criterion: Criterion, task: str | None) -> tuple[str, str] | None:
    """Why a well-formed criterion can never decide anything, and what to do; None if it can."""
    if criterion.metric == "share":
        metric = Metric("share", ())
    elif criterion.metric == "panel":
        return None
    else:
        metric = METRICS[criterion.metric]
        if task and task not in metric.tasks:
            suited = ", ".join(name for name, other in METRICS.items() if task in other.tasks)
            return f"`{metric.name}` is not for a {task} task", f"Take one of {suited}."
    if criterion.reference:
        return None
    bar, low, high = criterion.value or 0.0, metric.low, metric.high
    if "<" in criterion.op:  # mirrored, so that larger is what is wanted
        bar, low, high = -bar, _mirrored(high), _mirrored(low)
    strictly = "=" not in criterion.op
    if high is not None and (bar > high or (strictly and bar == high)):
        why = "can never hold"
    elif bar == high:
        why = "can never be shown, whatever the examples"
    elif low is not None and (bar < low or (not strictly and bar == low)):
        why = "always holds"
    else:
        return None
    return f"`{criterion.text}` {why}", f"{metric.name} is {metric.range}: choose a bar inside."


def _mirrored(limit: float | None) -> float | None:
    return None if limit is None else -limit
