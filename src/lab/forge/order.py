"""The product owner's order of cards, taken from an issue, as a pull request."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import LabError
from ..process.lanes import CARDS, DONE
from ..records.store import Record, Store
from ..update.repository import Repository
from .interface import Forge, Written, forge_at
from .place import Place
from .sticky import put_pull_request

LABEL = "order"
MARK = "<!-- lab: order -->"
LISTED = re.compile(r"^\s*(?:[-*]|[0-9]+[.)])\s+`?([A-Za-z0-9][A-Za-z0-9-]*)", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """An order of cards, the first one first: in which issue, and by whom."""

    number: int
    by: str
    cards: tuple[Record, ...]


def asked_for(forge: Forge, store: Store) -> Asked | None:
    """The newest open issue in which a product owner orders cards; None if there is none.

    Issues of others are theirs to discuss: only a product owner sets priorities.

    Raises:
        LabError: a line names no open card.
    """
    owners = store.with_role("product owner")
    issues = [issue for issue in forge.issues(LABEL) if issue.open and issue.by in owners]
    return _asked(issues[-1], store) if issues else None


def _asked(issue: Written, store: Store) -> Asked:
    names = list(dict.fromkeys(LISTED.findall(issue.text)))
    try:
        cards = [store.find(name) for name in names]
    except LabError as error:
        raise LabError(f"issue {issue.id} cannot be followed: {error}") from None
    for card in cards:
        if card.kind.code not in CARDS or card.lane == DONE:
            raise LabError(
                f"issue {issue.id} cannot be followed: {card.id} is no open card. Take it out."
            )
    return Asked(issue.id, issue.by, tuple(cards))


def is_followed(cards: Sequence[Record]) -> bool:
    """Have cards the order already in which they are listed?"""
    ranks = [card.front.priority.rank if card.front.priority else None for card in cards]
    return ranks == [*range(1, len(cards) + 1)]


def propose(writer: Place, store: Store, asked: Asked) -> str:
    """Open a pull request with the order as it stands in the work tree; its address."""
    repository = Repository(store.root)
    title = f"Order the cards as {asked.by} asks"
    text = f"As issue #{asked.number} lists them. Closes #{asked.number}."

    def push() -> None:
        repository.commit(f"{title}\n\nFrom issue {asked.number}, by `lab forge order`.")
        repository.push(f"{writer.web}.git", branch)

    branch = f"lab/order-{asked.number}"
    return put_pull_request(forge_at(writer), title, text, branch, writer.branch, push, mark=MARK)
