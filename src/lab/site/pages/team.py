"""The team: roles, backups, who is asked for help; and what every newcomer reads first."""

from ...process.iterations import open_iterations
from ...records.document import Document
from ..markup import attribute, lead, page, said, table
from ..parts import by_id, href, people, since, to_record
from ..places import place_of
from ..prose import prose
from ..world import World

TEAM = "team/README.md"
START = "start.md"
AGREED = {
    "Working agreement": "team/working-agreement.md",
    "Definition of done": "team/definition-of-done.md",
}


def team_page(document: Document, world: World) -> str:
    """Who is here, who can stand in, and who was asked for help; then the team's own words."""
    rows = [
        [
            f"{said(one.name)} (@{attribute(one.handle)})",
            attribute(", ".join(one.roles)),
            people(one.backups, world) if one.backups else "nobody yet",
            said(one.group) if one.group else "",
        ]
        for one in world.store.people
    ]
    groups = any(one.group for one in world.store.people)
    head = ["who", "roles", "can be stood in for by", "group"][: 4 if groups else 3]
    shown = table(head, [row[: len(head)] for row in rows], "lab-wide", "The team")
    asked = [one for one in world.needs if one.what == "was asked for help in the log"]
    items = "".join(
        f"<li>{people(one.who, world)}: {by_id(one.record, world, TEAM)}, "
        f"{since(one.since, world)}</li>"
        for one in asked
    )
    questions = f"<ul>{items}</ul>" if asked else "<p>Nobody is waiting for an answer.</p>"
    return page(
        "Team",
        shown if rows else "<p>`team/people.yml` names nobody yet.</p>",
        "## Who is asked for help",
        questions,
        "## How we have set this up",
        prose(document.body.replace("# Team\n", "", 1), place_of(TEAM, world)),
    )


def start_page(world: World) -> str:
    """The first quarter of an hour of somebody new."""
    store = world.store
    running = open_iterations(store)
    requirements = [one for one in world.lines_of("REQ") if one.id not in world.replaced]
    owner = store.with_role("product owner")
    steps = [
        ("What for?", [f"{to_record(one, START)}: {said(one.front.tldr)}" for one in requirements]),
        (
            "What is asked now?",
            [f"{to_record(one, START)}: {said(one.front.question)}" for one in running],
        ),
        (
            "What is known already?",
            [
                '<a href="learnings.html">The learnings</a>, and <a href="iterations.html">the '
                "reports with their decisions</a>"
            ],
        ),
        (
            "What is being done?",
            ['<a href="board.html">The board</a>; each card is a research log that you can read'],
        ),
        (
            "How do we work?",
            [
                *(
                    f'<a href="{href(path, START)}">{name}</a>'
                    for name, path in AGREED.items()
                    if path in world.files
                ),
                '<a href="glossary.html">The words that we use</a>',
            ],
        ),
        (
            "Whom do I ask?",
            [f"{people(owner, world)} orders the work (product owner)"] if owner else [],
        ),
    ]
    items = "".join(
        f"<li><strong>{name}</strong><ul>{''.join(f'<li>{one}</li>' for one in lines)}</ul></li>"
        for name, lines in steps
        if lines
    )
    return page(
        "Start here",
        lead("Read these from top to bottom: it takes a quarter of an hour."),
        f'<ol class="lab-start">{items}</ol>',
        "## On your machine",
        '<pre tabindex="0"><code>uv run lab setup&#10;uv run lab status&#10;'
        "uv run lab board</code></pre>",
        hide=("toc",),
    )
