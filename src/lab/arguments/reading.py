"""The arguments of the verbs that show what is written."""

from .verb import Verbs, add_id, add_json, add_option, add_verb


def list_records(verbs: Verbs) -> None:
    """`lab list`: which records."""
    verb = add_verb(
        verbs,
        "list",
        "commands.reading:list_records",
        "list records",
        "List records, one in each line: id, lane, owner, days in the lane, title.",
        "lab list --kind HYP --open",
    )
    add_option(verb, "--kind", "KIND", "only these; repeat it", action="append")
    add_option(verb, "--lane", "LANE", "only in this lane; a part of it is enough")
    add_option(verb, "--owner", "HANDLE", "only of this person")
    verb.add_argument("--open", action="store_true", help="only what is not done or accepted")
    verb.add_argument("--ids", action="store_true", help="ids alone, of broken records, too")
    add_json(
        verb,
        "a list; each has id, kind, title, lane, owner, created, since, outcome, path",
    )


def show(verbs: Verbs) -> None:
    """`lab show`: one record."""
    verb = add_verb(
        verbs,
        "show",
        "commands.reading:show",
        "show one record",
        "Show a record: its data, what links to it, and its story.",
        "lab show boosted-trees",
    )
    add_id(verb)
    add_json(
        verb,
        "what list has, and front, linked_from, log, body, and card as on the board",
    )


def show_board(verbs: Verbs) -> None:
    """`lab board`: for people, or for programs."""
    verb = add_verb(
        verbs,
        "board",
        "commands.reading:show_board",
        "show the six lanes",
        "Show the board: each lane with its limit, each card with its owner, its days in the "
        "lane and what is left of its time box; what others wait for comes first.",
        "lab board",
    )
    add_json(
        verb,
        "rhythm, and lanes; each has name, limit and cards; each card has id, kind, title, owner, "
        "lane, age, timebox, used, left, rank, blocked, waited_for_by, outcome",
    )


def status(verbs: Verbs) -> None:
    """`lab status`: for whom."""
    verb = add_verb(
        verbs,
        "status",
        "commands.reading:status",
        "show what waits for whom",
        "Show what needs a decision, from whom, since when, and what to type.",
        "lab status --for ann",
    )
    add_option(verb, "--for", "HANDLE", "only what waits for them", dest="who")
    add_json(verb, "a list; each has what, who, since, record, do")
