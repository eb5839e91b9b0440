"""The page of criteria and metrics, made from the grammar and from the table of metrics."""

from collections.abc import Iterator, Mapping

from lab.evidence import criteria
from lab.evidence.metrics import TASKS, Metric

HEAD = """\
<!-- Written by docs/generate from src/lab/evidence: change it there. -->

# Criteria and metrics

## How a criterion is written

| form | example | decided by |
|---|---|---|
"""
DECIDED_BY = {  # by the beginning of a form
    "metric[slice] op value": "the predictions of the held-out rows, of the examples of that part",
    "metric[slice] op reference": "the paired difference to the reference",
    "share": "how many items pass a scripted check",
    "panel": "ballots: `lab vote`",
}
GRAMMAR = """
The part in square brackets and the margin may be left out. `op` is one of {ops}. References are
{references}. A slice compares columns of `examples.parquet` (`evaluate.slices` in
`params.yaml`) by `<`, `<=`, `>`, `>=`, `==` or `!=` with a number or a word; several comparisons
are joined by `and`.

Each hypothesis has at least one criterion, which says what would prove it, and at least one
guardrail, which says what must not get worse. The grammar is the same. What becomes of them is told
in [Verdicts](verdicts.md).

## Metrics

Names and values are scikit-learn's.
"""
TAIL = """
`latency_ms` and `model_mb` are what your predict command measured: columns of that name that it
writes beside `id`, `label` and `score`. Results of a scripted check are read from
`evaluation/checks/NAME.csv`, with the columns `id` and `passed` (1 or 0); its items are listed in
`team/items/NAME.txt`, one id in each line, before the lock.
"""


def criteria_page(metrics: Mapping[str, Metric]) -> str:
    """The forms of a criterion with an example of each, and every metric by the tasks it is for."""
    lines: list[str] = [HEAD.rstrip("\n")]
    for form, example in _forms(criteria.__doc__ or ""):
        criteria.parse_criterion(example)  # an example that is none fails here
        by = next(says for start, says in DECIDED_BY.items() if form.startswith(start))
        lines.append(f"| `{form}` | `{example}` | {by} |")
    references = " and ".join(f"`{name}`" for name in criteria.REFERENCES)
    ops = ", ".join(f"`{op}`" for op in criteria.OPS)
    lines.append(GRAMMAR.format(ops=ops, references=references))
    for tasks in dict.fromkeys(metric.tasks for metric in metrics.values()):
        title = "all tasks" if tasks == TASKS else " and ".join(tasks)
        lines += [f"### {title[0].upper()}{title[1:]}", ""]
        lines += ["| metric | what it says | values | better | in `sklearn.metrics` |"]
        lines += ["|---|---|---|---|---|"]
        lines += [_row(metric) for metric in metrics.values() if metric.tasks == tasks]
        lines.append("")
    return "\n".join(lines) + TAIL


def _forms(grammar: str) -> Iterator[tuple[str, str]]:
    """Each form of the grammar with its example, as the module's docstring lists them."""
    for line in grammar.splitlines():
        form, gap, example = line.strip().partition("   ")
        if gap and line.startswith("    "):
            yield form, example.strip()


def _row(metric: Metric) -> str:
    better = "larger" if metric.larger_is_better else "smaller"
    function = f"`{metric.function}`" if metric.function else "-"
    return f"| `{metric.name}` | {metric.says} | {metric.range} | {better} | {function} |"
