"""Could the test set decide what a hypothesis promises? Asked before it starts."""

from ..errors import LabError
from ..records.store import Record, Store


def reach_of(store: Store, record: Record) -> list[str]:
    """For each criterion, how many examples it needs, of how many there are.

    Raises:
        LabError: the test set is not registered, or could never support a criterion.
    """
    from ..evidence.criteria import CriterionError, parse_criterion
    from ..evidence.power import reach
    from .locks import alpha, promised_texts

    name = record.front.evaluation.testset
    testset = store.testsets.get(name)
    if testset is None:
        raise LabError(
            f"{name} is not registered: run the pipeline, then lab testset register {name}"
        )
    if testset.retired:
        raise LabError(
            f"{name} is retired ({testset.retired.why}): name another test set in "
            f"`evaluation` of {record.path}."
        )
    if testset.source == "dummy":
        raise LabError(
            f"{name} holds dummy data, and random rows prove nothing: set `data.source` in "
            "params.yaml, run the pipeline, and register the real examples under another name."
        )
    rate = float(alpha(store, name))
    said = []
    for text in promised_texts(record.front):
        try:
            one = parse_criterion(text)
        except CriterionError:
            continue  # CRI001 says so
        possible, sentence = reach(
            one,
            testset.task,
            testset.examples,
            testset.smallest,
            testset.positives,
            rate,
            testset.unit is not None,
        )
        if not possible:
            raise LabError(f"{record.id} cannot be decided on {name}: {sentence}.")
        said.append(sentence)
    return said
