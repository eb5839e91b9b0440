"""How decisions are made today: the rule that a model has to beat."""

import polars as pl

from .errors import ProjectError
from .schema import Schema


def decide(rows: pl.DataFrame, rule: str, schema: Schema) -> pl.Series:
    """Apply the rule to each row.

    Args:
        rows: one row per example, with the schema's features.
        rule: an SQL expression over the features, written by the team in `params.yaml`.
        schema: names the target and its values.

    Returns:
        One decision per row: a class (text), or a number for a regression.

    Raises:
        ProjectError: the rule cannot be read, names an unknown column, or answers with
            something that the target cannot be.
    """
    where = "status_quo.rule in params.yaml"
    try:
        decisions = rows.select(schema.features).select(pl.sql_expr(rule).alias("decision"))
    except pl.exceptions.PolarsError as error:
        raise ProjectError(f"{where} does not work: {str(error).splitlines()[0]}") from None
    decided = decisions["decision"]
    if len(decided) == 1 < len(rows):
        decided = pl.repeat(decided[0], len(rows), eager=True).alias("decision")
    target = schema.target
    if target.values is None:
        decided = decided.cast(pl.Float64, strict=False)
    elif strange := sorted(set(decided.drop_nulls().cast(pl.String)) - set(target.values)):
        raise ProjectError(
            f"{where} answers {strange[0]!r}, which is not one of: {', '.join(target.values)}."
        )
    if decided.null_count():
        raise ProjectError(f"{where} leaves {decided.null_count()} rows without a decision.")
    return decided
