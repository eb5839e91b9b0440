"""What the champion promised, and so what has to hold while its model is served."""

from collections.abc import Iterator, Sequence

from ..data.schema import mapping_in
from ..errors import LabError
from ..evidence.criteria import Criterion, CriterionError, parse_criterion
from ..process.challenger import champion_of
from ..records.store import Store
from .locks import promised_texts

UNFIT = ("share", "panel", "latency_ms", "model_mb")  # labels say nothing of these


def to_hold(texts: Sequence[str] | None, store: Store) -> list[Criterion]:
    """The criteria that labels of live answers can decide.

    Args:
        texts: what was asked for; none for what the champion's hypothesis promised.
        store: the project.

    Raises:
        LabError: a criterion is outside the grammar, or labels cannot decide it; or there is none.
    """
    try:
        criteria = [parse_criterion(text) for text in texts or ()]
    except CriterionError as error:
        raise LabError(str(error)) from None
    if unfit := [criterion for criterion in criteria if not _is_fit(criterion)]:
        raise LabError(f"labels do not decide `{unfit[0].text}`: name a metric and a number.")
    criteria = criteria or [criterion for criterion in _promised(store) if _is_fit(criterion)]
    if not criteria:
        raise LabError('say what has to hold: --criterion "recall > 0.8"')
    return criteria


def _is_fit(criterion: Criterion) -> bool:
    return not criterion.reference and criterion.metric not in UNFIT


def _promised(store: Store) -> Iterator[Criterion]:
    """The criteria and guardrails of the hypothesis whose model is the champion."""
    record = champion_of(store, mapping_in(store.root / "params.yaml"))
    if record is None:
        return
    for text in promised_texts(record.front):
        try:
            yield parse_criterion(text)
        except CriterionError:
            continue  # CRI001 says so
