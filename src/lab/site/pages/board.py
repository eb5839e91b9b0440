"""The board: six lanes, what others wait for first."""

from ...process.board import board, rhythm
from ...process.lanes import DONE
from ..layout import Page
from ..world import World


def board_page(world: World) -> Page:
    """All lanes with their cards."""
    shown = {"lanes": board(world.store), "pace": rhythm(world.store), "done": DONE}
    return Page("board.md", "Board", shown, hide=("navigation", "toc"))
