"""Slices: which examples a condition such as [age < 30] keeps."""

from collections.abc import Callable, Sequence

import numpy as np

from ..data.tables import Tables
from .criteria import Condition
from .ratios import NoValueError

COMPARE: dict[str, Callable[[np.ndarray, float | str], np.ndarray]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
TRUTH: dict[float | str, float] = {"false": 0.0, "true": 1.0}  # as tables hold them


def rows_of(conditions: Sequence[Condition], tables: Tables) -> np.ndarray:
    """Which examples a slice keeps, shape (n,).

    Raises:
        NoValueError: it names a column that is not there or has gaps, compares text with a
            number, or keeps nothing.
    """
    kept = np.ones(len(tables), dtype=bool)
    for condition in conditions:
        name, op, value = condition.column, condition.op, condition.value
        if name not in tables.columns:
            known = ", ".join(tables.columns) or "none"
            raise NoValueError(
                f"the examples have no column `{name}` (they have {known}); "
                "name it under evaluate.slices in params.yaml"
            )
        column = tables.columns[name]
        textual = column.dtype.kind in "OUST"
        if not textual and value in TRUTH:
            value = TRUTH[value]
        gaps = int((column == "").sum() if textual else np.isnan(column).sum())
        if gaps:
            raise NoValueError(f"`{name}` is missing in {gaps} examples")
        if textual and op in ("==", "!=") and isinstance(value, float):
            value = f"{value:g}"
        if textual != isinstance(value, str) or (textual and op not in ("==", "!=")):
            raise NoValueError(f"`{name}` cannot be compared with {condition.value} by {op}")
        kept &= COMPARE[op](column, value)
    if not kept.any():
        raise NoValueError("no example is in this part")
    return kept
