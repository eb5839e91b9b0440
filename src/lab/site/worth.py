"""What the candidate's decisions are worth: the KPI on the pipeline's tables, with its interval.

The bootstrap takes longer than all pages together, and its libraries longer still. So the answer is
kept beside the pages, under the digests of everything that it depends on.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ..data.pipeline import md5_of, table_path, vouched_for
from ..errors import LabError

KEPT = Path("build/candidate.json")
INPUTS = ("params.yaml", "schema.yaml")


@dataclass(frozen=True)
class Worth:
    """The mean value of one decision of the candidate, its 95 % interval, and n examples."""

    value: float
    low: float
    high: float
    n: int


def read_worth(root: Path, task: str | None) -> Worth | None:
    """What the candidate is worth; None if the tables do not say, or dvc.lock does not vouch.

    Args:
        root: the project.
        task: what the model decides.
    """
    paths = [table_path(root, name) for name in ("examples", "predictions")]
    if not all(path.is_file() for path in paths):
        return None
    try:
        digests = [vouched_for(root, path) for path in paths]
        digests += [md5_of(root / name) for name in INPUTS if (root / name).is_file()]
    except (LabError, OSError):
        return None
    kept = _kept(root / KEPT, digests)
    if kept is not None:
        return kept.get("worth") and Worth(**kept["worth"])
    try:
        worth = _computed(root, task, *paths)
    except LabError:
        worth = None
    content = {"digests": digests, "worth": asdict(worth) if worth else None}
    (root / KEPT).parent.mkdir(parents=True, exist_ok=True)
    (root / KEPT).write_text(json.dumps(content), encoding="utf-8")
    return worth


def _kept(path: Path, digests: list[str]) -> dict | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(content, dict) and content.get("digests") == digests
    return content if known else None


def _computed(root: Path, task: str | None, examples: Path, predictions: Path) -> Worth | None:
    from ..data.kpi import kpi_of
    from ..data.schema import unit_of
    from ..data.tables import read_tables
    from ..evidence.comparison import effects

    kpi = kpi_of(root)
    if kpi is None:
        return None
    tables = read_tables(examples, predictions, task, unit_of(root))
    (effect,) = effects(tables, None, ("kpi",), kpi)
    result = effect.now
    if result.estimate is None or result.lower is None or result.upper is None:
        return None
    return Worth(result.estimate, result.lower, result.upper, result.n)
