"""The team: roles, backups, who is asked for help; and what every newcomer reads first."""

from ...process.iterations import open_iterations
from ...records.document import Document
from ..layout import Page
from ..links import place_of
from ..prose import prose
from ..world import World

TEAM = "team/README.md"
AGREED = {
    "Working agreement": "team/working-agreement.md",
    "Definition of done": "team/definition-of-done.md",
}


def team_page(document: Document, world: World) -> Page:
    """Who is here, who can stand in, and who was asked for help; then the team's own words."""
    asked = [need for need in world.needs if need.what == "was asked for help in the log"]
    words = prose(document.body.replace("# Team\n", "", 1), place_of(TEAM, world))
    here = world.store.team()
    shown = {
        "asked": asked,
        "groups": any(person.group for person in here),
        "words": words,
        "members": here,
        "others": [person.handle for person in world.store.people if person not in here],
    }
    return Page("team.md", "Team", shown)


def start_page(world: World) -> Page:
    """The first quarter of an hour of somebody new."""
    shown = {
        "requirements": world.requirements,
        "running": open_iterations(world.store),
        "owner": world.store.with_role("product owner"),
        "agreed": [(name, path) for name, path in AGREED.items() if path in world.files],
    }
    return Page("start.md", "Start here", shown, hide=("toc",))
