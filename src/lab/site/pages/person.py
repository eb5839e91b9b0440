"""A page for each person: what waits for them, as `lab status --for` says it, and their cards."""

from ...process.lanes import CARDS, DONE
from ...records.people import Person
from ..layout import Page
from ..links import page_of_person
from ..world import World


def person_pages(world: World) -> dict[str, Page]:
    """The page of everybody whom team/people.yml knows, by its path."""
    return {page_of_person(person.handle): _page(person, world) for person in world.store.people}


def _page(person: Person, world: World) -> Page:
    cards = [record for record in world.lines_of(*CARDS) if record.front.owner == person.handle]
    shown = {
        "person": person,
        "roles": person.roles_at(world.store.now),
        "waiting_for": world.waiting_for(person.handle),
        "open_cards": [card for card in cards if card.lane != DONE],
        "done_cards": [card for card in cards if card.lane == DONE],
    }
    return Page("person.md", person.name, shown, hide=("navigation", "toc"))
