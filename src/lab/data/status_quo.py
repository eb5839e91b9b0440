"""How it is decided today: the rule that a model has to beat."""

import polars as pl

from ..errors import LabError
from .schema import Shape

WHERE = "status_quo.rule in params.yaml"


def decide(rows: pl.DataFrame, rule: str, shape: Shape) -> pl.Series:
    """Apply the rule to each row.

    Args:
        rows: one row per example, with the schema's columns.
        rule: an SQL expression over features and slices, written by the team in params.yaml.
        shape: names the target and its values.

    Returns:
        One decision per row: a class (text), or a number for a regression.

    Raises:
        LabError: the rule cannot be read, names an unknown column, or answers with something
            that the target cannot be.
    """
    try:
        decided = rows.select(shape.names).select(pl.sql_expr(rule).alias("decision"))["decision"]
    except pl.exceptions.PolarsError as error:
        raise LabError(f"{WHERE} does not work: {str(error).splitlines()[0]}") from None
    if len(decided) == 1 < len(rows):
        decided = pl.repeat(decided[0], len(rows), eager=True).alias("decision")
    allowed = shape.target.categories
    if allowed is None:
        decided = decided.cast(pl.Float64, strict=False)
    elif strange := sorted(set(decided.drop_nulls().cast(pl.String)) - set(allowed)):
        raise LabError(
            f"{WHERE} answers {strange[0]!r}, which is not one of: {', '.join(allowed)}."
        )
    if decided.null_count():
        raise LabError(f"{WHERE} leaves {decided.null_count()} rows without a decision.")
    return decided
