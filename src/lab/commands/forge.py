"""`lab forge`: what is said on GitHub or GitLab, from a CI job; elsewhere it is printed."""

import argparse
import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from ..errors import LabError
from ..forge.calls import ForgeError, repeated
from ..forge.interface import forge_at
from ..forge.place import Place, place_of
from ..forge.sticky import LABEL, REMINDER, put_comment, put_issue
from ..process.cards import prioritise as ranked
from ..records.document import read_text
from ..records.store import Store, read_store
from . import prioritise
from .options import add_option
from .output import say_unread
from .parser import Command
from .session import here

LABELS = (
    ("hypothesis", "5319e7", "Something that we believe, and how we would know"),
    ("spike", "0e8a16", "One question in a short time box"),
    ("task", "1d76db", "Something to build"),
    ("order", "fbca04", "The product owner's order of cards, which `lab forge order` takes over"),
    (LABEL, "c5def5", "Kept up to date by `lab forge remind`"),
)
TOKENS = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN"}


def arguments(command: Command) -> None:
    """The comment, the issues, updates, CODEOWNERS and labels."""
    command.describe(
        "What CI says where the team reviews and plans. The job's own variables say where that "
        "is; GITHUB_TOKEN or GITLAB_TOKEN opens it. Outside of CI the text is printed.",
        "lab forge comment",
    )
    action = command.action("comment", "comment on a pull request: what it does")
    action.describe(
        "Keep one comment on the pull request or merge request: what it does to each metric "
        "against the default branch, guardrails, verdicts, locks taken, time boxes, and what to "
        "look at. Without a token that may write, the text goes to the job's summary.",
        "lab forge comment",
        comment,
    )
    one_job = action.add_mutually_exclusive_group()
    add_option(
        one_job, "--write", "FILE", "write the text there and call nobody: the job has no token"
    )
    add_option(
        one_job,
        "--read",
        "FILE",
        "take the text from there: another job has made it, with the data",
    )
    action = command.action("remind", "keep an issue about what is due")
    action.describe(
        "Open, update or close one issue for the product owner: time boxes, reviews and reports "
        "that are due.",
        "lab forge remind",
        remind,
    )
    action = command.action("order", "take the product owner's order of cards from an issue")
    action.describe(
        "Read the newest open issue labelled `order` that a product owner has written, and put the "
        "cards that it lists into that order: as a pull request, if TEMPLATE_TOKEN may push and "
        "open one; else it says what to type.",
        "lab forge order",
        order,
    )
    action = command.action("update", "offer a new version of the template")
    action.describe(
        "Try an update on a copy, and say what it would bring: in a pull request, if nothing has "
        "to be settled and TEMPLATE_TOKEN may push and open one; else in one issue.",
        "lab forge update",
        update,
    )
    action = command.action("codeowners", "write who is asked for which review")
    action.describe(
        "Write the lines of CODEOWNERS between its two marks, from the roles in team/people.yml. "
        "What stands around them is yours.",
        "lab forge codeowners",
        codeowners,
    )
    action = command.action("labels", "make the labels that forms and reminders use")
    action.describe(
        "Make the labels that are missing; those that are there stay as they are.",
        "lab forge labels",
        labels,
    )


def comment(typed: argparse.Namespace) -> int:
    """Say on a change what it does, in one comment that is kept up to date."""
    place = place_of(os.environ)
    if typed.read:
        if not Path(typed.read).is_file():
            print(f"No comment was written: {typed.read} is not here, as no job has made it.")
            return 0
        text = read_text(Path(typed.read))
    else:
        text = _comment_text(place)
    if typed.write:
        Path(typed.write).write_bytes(text.encode())
        print(f"wrote {typed.write}")
        return 0
    if place is None:
        print(text)
        return 0
    if place.change is None:
        _summarised(place, text, "this job is not about a change")
        return 0
    if not place.token:
        _summarised(place, text, f"there is no {TOKENS[place.kind]}")
        return 0
    try:
        print(f"wrote {put_comment(forge_at(place), place.change, text)}")
    except ForgeError as error:
        _summarised(place, text, str(error).removesuffix("."))
        if place.guest and error.is_refusal:
            return 0  # a fork's job may not write, and its author cannot fix that
        raise
    return 0


def _comment_text(place: Place | None) -> str:
    _, store = here()
    from ..forge.comment import comment_text
    from ..proof.change import change_of

    change = change_of(store, place.base if place else None)
    say_unread(store)
    return comment_text(change, store, place.file if place else None, place.run if place else "")


def _summarised(place: Place, text: str, why: str) -> None:
    """Show a text where no comment could be written: in the job's summary, else in its log."""
    if place.summary:
        with place.summary.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
        print(f"No comment was written, because {why}; the text is in the job's summary.")
    else:
        print(text)
        print(f"No comment was written, because {why}; the text is above.")


def remind(typed: argparse.Namespace) -> int:
    """Keep one issue about what is due."""
    _, store = here()
    place = place_of(os.environ)
    from ..forge.reminder import DUE, reminder_text
    from ..process.attention import due

    text = reminder_text(due(store), place.run if place else "")
    return _kept(
        place,
        text,
        "Nothing is due.",
        lambda at: put_issue(forge_at(at), REMINDER, DUE, text, _owners(store)),
    )


def order(typed: argparse.Namespace) -> int:
    """Take the order of cards from an issue."""
    _, store = here()
    place = place_of(os.environ)
    from ..forge import order as orders
    from ..forge.offer import opened

    if place is None or not place.token:
        raise LabError("the order is taken from an issue: this runs in a job of the forge.")
    asked = orders.asked_for(forge_at(place), store)
    if asked is None or orders.is_followed(asked.cards):
        print("Nobody asks for another order.")
        return 0
    token = os.environ.get("TEMPLATE_TOKEN")
    if not token:
        print(f"{asked.by} asks for another order, and no TEMPLATE_TOKEN may propose it. Type:")
        for rank, card in enumerate(asked.cards, start=1):
            print(f"  lab prioritise {card.id} {rank}")
        return 0
    for rank, card in enumerate(asked.cards, start=1):
        now = read_store(store.root)
        record = now.find(card.id)
        prioritise.put(now, record, asked.by, rank, ranked(now, record, asked.by, rank, None))
    writer = replace(place, token=token)
    with opened(writer):
        print(f"wrote {orders.propose(writer, store, asked)}")
    return 0


def update(typed: argparse.Namespace) -> int:
    """Offer a new version of the template: in a pull request, or in an issue."""
    project, store = here()
    place = place_of(os.environ)
    from ..forge.offer import offer, opened
    from ..forge.reminder import update_text
    from ..update.merge import Wanted, tried

    token = os.environ.get("TEMPLATE_TOKEN")
    writer = replace(place, token=token) if place and token else None
    with (
        opened(writer) if writer else nullcontext(),
        tried(project, Wanted(None, {}, False, lambda new: True)) as (copy, done),
    ):
        text = update_text(done)
        return _kept(
            place,
            text,
            "The project is up to date with the template.",
            lambda at: offer(at, writer, copy, done, text, _owners(store)),
        )


def _kept(
    place: Place | None, text: str | None, nothing: str, put: Callable[[Place], str | None]
) -> int:
    """Keep what a job of the forge writes up to date, and say where it is; elsewhere show it.

    Raises:
        LabError: the job has no token.
    """
    if place is None or not place.token:
        print(text or nothing)
    if place is None:
        return 0
    if not place.token:
        raise LabError(
            f"there is no {TOKENS[place.kind]}, so no issue was written: give the job one that "
            "may write issues."
        )
    url = put(place)
    print(f"wrote {url}" if text else f"closed {url}" if url else nothing)
    return 0


def _owners(store: Store) -> list[str]:
    return list(store.with_role("product owner"))


def codeowners(typed: argparse.Namespace) -> int:
    """Write who is asked for which review, by the roles of the team."""
    from ..process.codeowners import PATH, renewed
    from ..records import files

    project, store = here()
    path = project.root / PATH
    text = read_text(path)
    wanted = renewed(text, store.people, store.now)
    if wanted == text:
        print(f"{PATH} is what team/people.yml says.")
        return 0
    files.replace(path, files.read_whole(path), wanted)
    print(f"wrote {PATH}")
    return 0


def labels(typed: argparse.Namespace) -> int:
    """Make the labels that the forms and the reminders use, where they are missing."""
    place = place_of(os.environ)
    if place is None or not place.token:
        for name, _, means in LABELS:
            print(f"{name}: {means}")
        print("No label was made: this is no job of a forge with a token.")
        return 0
    forge = forge_at(place)

    def make() -> list[str]:
        known = {name.lower() for name in forge.labels()}
        missing = [label for label in LABELS if label[0] not in known]
        for label in missing:
            forge.label(*label)
        return [name for name, _, _ in missing]

    made = repeated(make)
    print(f"made {', '.join(made)}" if made else "All labels are there.")
    return 0
