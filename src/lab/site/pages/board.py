"""The board: six lanes, what others wait for first."""

from ...process.board import board, rhythm
from ...process.lanes import DONE
from ..layout import Page
from ..world import World


def board_page(world: World) -> Page:
    """All lanes with their cards."""
    lanes = board(world.store)
    proposals = {
        card.id: world.store.get(
            getattr(world.store.records[card.id].front, "proposal", None) or ""
        )
        for lane in lanes
        for card in lane.cards
    }
    shown = {
        "lanes": lanes,
        "pace": rhythm(world.store),
        "done": DONE,
        "iterations": {id_: found.front.title for id_, found in proposals.items() if found},
    }
    return Page("board.md", "Board", shown, hide=("navigation", "toc"))
