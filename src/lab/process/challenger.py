"""A challenger: the champion's recipe, trained again on newer data, as a hypothesis."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..records.store import Record, Store
from .lanes import DONE
from .one_page import page_of

ON_FULL = (
    "Why we believe it",
    "What we will do",
    "How we will know",
    "What happens next",
    "Concerns of the product owner",
)


def champion_of(store: Store, params: Mapping[str, Any]) -> Record | None:
    """The hypothesis whose model is the champion, as params.yaml names it; None if none is."""
    evaluate = params.get("evaluate")
    name = evaluate.get("champion") if isinstance(evaluate, dict) else None
    record = store.get(name) if isinstance(name, str) else None
    return record if record and record.kind.code == "HYP" else None


def values_of(
    champion: Record, proposal: Record, testset: str, criteria: Sequence[str], store: Store
) -> dict[str, Any]:
    """The front matter of a challenger's hypothesis, by its place.

    Args:
        champion: the hypothesis whose model is to be beaten.
        proposal: the iteration that the card belongs to.
        testset: the name of a set that no model has seen.
        criteria: what has to hold; none for the primary metric above the champion's.
        store: the project.
    """
    metrics, card = proposal.front.metrics, champion.front
    values = {
        "proposal": proposal.id,
        "tldr": (
            "We train the model that is in use again on newer data, and compare both on rows that "
            "neither has seen. If the new one is not better, nothing changes."
        ),
        "story.we_believe": "the same recipe, trained on newer data",
        "story.will_result_in": f"a better {metrics.primary} than the champion's on new rows",
        "story.in_order_to": card.story.in_order_to,
        "story.reduces": "risk",
        "change": "data",
        "size": "S",
        "timebox": 3,
        "prior": "0.5",
        "criteria": [*criteria] or [f"{metrics.primary} > champion"],
        "guardrails": [f"{metric} >= champion - 0.02" for metric in metrics.guardrail],
        "evaluation.testset": testset,
        "evaluation.seeds": [*range(1, store.policy.evidence.seeds + 1)],
    }
    if champion.lane == DONE:
        values["follows"] = champion.id
    return values


def sections_of(
    champion: Record, proposal: Record, testset: str, examples: int, store: Store
) -> dict[str, str]:
    """What stands below the headings; the light track has none."""
    if page_of(proposal, store):
        return {}
    texts = (
        f"The model of {champion.id} was trained on older data. What it has not seen may have "
        "moved since: only a comparison on new rows tells.",
        "Train the recipe as it stands on all rows that are there now. Nothing else changes.",
        f"On {testset}: {examples} held-out rows that neither model was trained on, and that no "
        "hypothesis has asked. Each criterion compares both models row by row.",
        "Supported: the new model is promoted. Refuted or inconclusive: the champion stays, and "
        "the next data bring the next challenger.",
        "None yet.",
    )
    return dict(zip(ON_FULL, texts, strict=True))
