"""The draft of an iteration's report, assembled from its cards and verdicts."""

from collections.abc import Sequence

from ..records.store import Record, Store
from .iterations import cards_of, requirements_of

RESULTS, DONE_WORK, GATE, OUTCOME, NEXT = (
    "Results",
    "What we asked and what we did",
    "Gate",
    "Customer outcome",
    "Next iteration",
)


def sections(proposal: Record, store: Store) -> dict[str, str]:
    """What can be said already, by heading. Every number is a reference, none is typed."""
    cards = sorted(cards_of(proposal, store), key=lambda card: card.front.created)
    found = {
        DONE_WORK: "\n\n".join([f"We asked: {proposal.front.question}", _work(cards)]),
        RESULTS: _results([card for card in cards if card.judged]),
        GATE: _gate(proposal, cards),
        NEXT: _raised(cards, store),
    }
    if requirements := requirements_of(proposal, store):
        found[OUTCOME] = f"> {requirements.front.customer_outcome}"
    return {heading: text for heading, text in found.items() if text}


def with_sections(body: str, texts: dict[str, str]) -> str:
    """A template's body with texts below its headings, before the comments that stand there."""
    lines = []
    for line in body.split("\n"):
        lines.append(line)
        heading = line.removeprefix("## ").strip() if line.startswith("## ") else None
        if heading in texts:
            lines += ["", texts[heading]]
    return "\n".join(lines)


def _link(card: Record) -> str:
    title = card.front.title.replace("|", "\\|").replace("]", "\\]")
    return f"[{title}](../../../{card.path})"


def _work(cards: Sequence[Record]) -> str:
    rows = [
        f"| {_link(card)} | {card.kind.means} | {{{{{card.id}#outcome}}}} "
        f"| {{{{{card.id}#days}}}} of {{{{{card.id}#timebox}}}} |"
        for card in cards
    ]
    return "\n".join(["| card | kind | outcome | working days |", "|---|---|---|---|", *rows])


def _results(cards: Sequence[Record]) -> str:
    if not cards:
        return "No hypothesis of this iteration was judged."
    rows = []
    for card in cards:
        count = len(card.front.criteria) + len(card.front.guardrails)
        for number in range(1, count + 1):
            key = f"{card.id}#{number}"
            rows.append(
                f"| {_link(card)} | `{{{{{key}.criterion}}}}` | {{{{{key}.estimate}}}} "
                f"| {{{{{key}.lower}}}} to {{{{{key}.upper}}}} | {{{{{key}.status_quo}}}} "
                f"| {{{{{key}.status}}}} |"
            )
    verdicts = [
        f"- {_link(card)} (`{card.id}`): **{{{{{card.id}#verdict}}}}**, {{{{{card.id}#mode}}}}."
        for card in cards
    ]
    head = "| hypothesis | criterion | estimate | bounds | status quo | |"
    return "\n".join([*verdicts, "", head, "|---|---|---:|---|---:|---|", *rows])


def _gate(proposal: Record, cards: Sequence[Record]) -> str:
    gate = proposal.front.gate
    lines = [
        f"`{gate.criterion}`: if it is passed, {gate.then}; if it is not, {gate.otherwise}.",
    ]
    for card in cards:
        texts = (*card.front.criteria, *card.front.guardrails) if card.judged else ()
        if gate.criterion in texts:
            number = texts.index(gate.criterion) + 1
            lines.append(f"{_link(card)} found it {{{{{card.id}#{number}.status}}}}.")
    return "\n\n".join(lines)


def _raised(cards: Sequence[Record], store: Store) -> str:
    ids = {card.id for card in cards}
    raised = [
        later
        for later in store.of("HYP", "SPK", "EDA")
        if later.front.follows in ids and later.id not in ids
    ]
    explored = [card for card in cards if card.kind.code == "EDA"]
    lines = [f"- {_link(card)} follows `{card.front.follows}`." for card in raised]
    lines += [f"- Hypotheses raised by {_link(card)}." for card in explored]
    return "\n".join(["Raised on the way:", "", *lines]) if lines else ""
