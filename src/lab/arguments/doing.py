"""The arguments of the verbs that change a card."""

from typing import Any

from .new import add_hypothesis_options
from .values import days, rank, text
from .verb import Verbs, add_by, add_id, add_option, add_verb


def prioritise(verbs: Verbs) -> None:
    """`lab prioritise`: which rank, and what the product owner worries about."""
    verb = add_verb(
        verbs,
        "prioritise",
        "commands.doing:prioritise",
        "put a card in order, as the product owner",
        "Set the priority of a card; 1 comes first. Only a product owner does. A concern is "
        "written into the card for its owner to answer.",
        'lab prioritise boosted-trees 1 --concern "May doctors see the score?"',
    )
    add_id(verb)
    verb.add_argument("rank", metavar="RANK", type=rank, help="1 comes first")
    add_option(verb, "--concern", "TEXT", "a business concern")
    add_by(verb)


def start(verbs: Verbs) -> None:
    """`lab start`: which card, and who begins."""
    verb = add_verb(
        verbs,
        "start",
        "commands.doing:start",
        "begin to work on a card; a hypothesis is locked",
        "Move a card from to do into its working lane. A hypothesis is locked: its story, "
        "criteria, guardrails, evaluation, prior and time box can then only be amended openly.",
        "lab start boosted-trees",
    )
    add_id(verb)
    add_by(verb)


def log(verbs: Verbs) -> None:
    """`lab log`: the text of an entry."""
    verb = add_verb(
        verbs,
        "log",
        "commands.doing:log",
        "write into a card's research log",
        "Write an entry: what was tried, what was seen. @handle asks somebody for help. Without "
        "a text it is read from the standard input.",
        'lab log boosted-trees "Depth 3 is enough. @bob, is mean_area measured twice?"',
    )
    add_id(verb)
    verb.add_argument("text", metavar="TEXT", nargs="*", help="the entry, in Markdown")
    add_by(verb)


def block(verbs: Verbs) -> None:
    """`lab block`: why."""
    verb = add_verb(
        verbs,
        "block",
        "commands.doing:block",
        "say that something is in a card's way",
        "Block a card: its time box stands still, and the board shows it first.",
        'lab block boosted-trees --why "the labels of May are missing"',
    )
    add_id(verb)
    add_option(verb, "--why", "TEXT", "what is in its way", required=True)
    add_by(verb)


def unblock(verbs: Verbs) -> None:
    """`lab unblock`: which card."""
    verb = add_verb(
        verbs,
        "unblock",
        "commands.doing:unblock",
        "say that a card's way is free",
        "Unblock a card: its time box runs on.",
        "lab unblock boosted-trees",
    )
    add_id(verb)
    add_by(verb)


def amend(verbs: Verbs) -> None:
    """`lab amend`: why, what it means, and the new values."""
    verb = add_verb(
        verbs,
        "amend",
        "commands.doing:amend",
        "change openly what a start has fixed",
        "Change locked fields of a card, on record. After results were seen, the verdict is "
        "exploratory. A time box is extended at most once.",
        'lab amend boosted-trees --timebox 8 --why "two days lost to the cluster" '
        '--impact "none on the criteria" --results-seen no',
    )
    add_id(verb)
    add_option(verb, "--why", "TEXT", "why it has to change", required=True)
    add_option(verb, "--impact", "TEXT", "what that means", required=True)
    verb.add_argument(
        "--results-seen", choices=("yes", "no"), required=True, help="by anybody, before"
    )
    verb.add_argument("--timebox", type=days, metavar="DAYS", help="working days")
    add_hypothesis_options(verb)
    add_by(verb)


def move(verbs: Verbs) -> None:
    """`lab move`: which lane, and what a card says of its end."""
    verb = add_verb(
        verbs,
        "move",
        "commands.doing:move",
        "move a record into another lane",
        "Move a record. LANE is a name, a part of it, or its number. The rules say which steps "
        "are possible.",
        'lab move label-check review --outcome feasible --answer "Yes, in two days"',
    )
    add_id(verb)
    verb.add_argument("lane", metavar="LANE", type=text, help="the lane")
    _add_closing_options(verb)
    add_by(verb)


def review(verbs: Verbs) -> None:
    """`lab review`: approval, or what has to change."""
    verb = add_verb(
        verbs,
        "review",
        "commands.doing:review",
        "approve a card or a document, or ask for changes",
        "Say of a card in a review lane, or of a draft, that it may go on, or what has to change "
        "(one lane back). Cards are reviewed by others than their owner.",
        'lab review boosted-trees --changes "the log does not say which depth"',
    )
    add_id(verb)
    says = verb.add_mutually_exclusive_group(required=True)
    says.add_argument("--approve", action="store_true", help="it may go on")
    add_option(says, "--changes", "TEXT", "what has to change")
    add_option(verb, "--why", "TEXT", "a word about it")
    _add_closing_options(verb)
    add_by(verb)


def close(verbs: Verbs) -> None:
    """`lab close`: why, and what was learned."""
    verb = add_verb(
        verbs,
        "close",
        "commands.doing:close",
        "end a card early: abandoned, or not shipped",
        "Move a card straight to done, with what was learned. An abandoned card is no failure; "
        "one from which nothing was learned is.",
        'lab close boosted-trees --why "the labels never came" --learned "Ask for labels first"',
    )
    add_id(verb)
    add_option(verb, "--why", "TEXT", "why it is abandoned")
    _add_closing_options(verb)
    add_by(verb)


def _add_closing_options(verb: Any) -> None:
    add_option(verb, "--outcome", "OUTCOME", "how it ended; a verdict is computed")
    add_option(verb, "--answer", "TEXT", "of a spike")
    add_option(verb, "--learned", "TEXT", "one sentence, whatever the outcome")
    add_option(verb, "--not-shipped", "TEXT", "why a supported hypothesis ends without an update")
