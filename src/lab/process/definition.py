"""The team's definition of done: what of it fits a card, and what of it a card has."""

import re
from datetime import datetime

from ..records.body import UNTICKED
from ..records.store import Record, Store
from ..records.texts import read_strictly

PATH, HEADING = "team/definition-of-done.md", "Definition of done"
GROUP = re.compile(r"\*\*(.+?)\*\*\s*")
LINE = re.compile(r"[ \t]*[-*+] \[[ xX]\] +(.+)")
ANOTHER = re.compile(
    r"\b(?:(?:some|any)(?:one|body) (?:else|other)|another person|other than the owner)\b",
    re.IGNORECASE,
)  # what a team of one has nobody for
KINDS = {"HYP": "hypothesis", "TASK": "change"}  # a word of the group for that kind of card


def groups(store: Store, at: datetime | None = None) -> dict[str, list[str]]:
    """The lines of the team's definition by the bold line above them, in its order.

    A team that is one person, now or at another moment, has none that ask for somebody else.
    """
    alone = is_alone(store, at)
    text, _ = read_strictly(store.root / PATH)
    found: dict[str, list[str]] = {}
    here = ""
    for line in (text or "").splitlines():
        if group := GROUP.fullmatch(line.strip()):
            here = group[1]
        elif (box := LINE.fullmatch(line)) and not (alone and ANOTHER.search(line)):
            found.setdefault(here, []).append(box[1].strip())
    return found


def is_alone(store: Store, at: datetime | None) -> bool:
    """Is the team one person, now or at another moment?"""
    return len(store.team(at)) == 1


def left_unticked(record: Record, store: Store) -> int | None:
    """Where below its heading a card that is done has a box without a tick, by its line from 0.

    What asks for somebody else may stay so, if nobody else was there when the card was done.
    """
    _, below = record.headings().get(HEADING, (0, ""))
    alone = is_alone(store, record.front.history[-1].at)
    for number, line in enumerate(below.split("\n")):
        if UNTICKED.match(line) and not (alone and ANOTHER.search(line)):
            return number
    return None


def inserted(text: str, record: Record, store: Store) -> str:
    """The text of a card with the team's list below its heading, if none is there yet."""
    if record.kind.code not in KINDS:
        return text
    lists = [
        "\n".join([f"**{title}**", "", *(f"- [ ] {line}" for line in lines)])
        for number, (title, lines) in enumerate(groups(store).items())
        if number == 0 or KINDS[record.kind.code] in title.lower()
    ]
    _, below = record.headings().get(HEADING, (0, ""))
    if not lists or any(LINE.fullmatch(line) for line in below.splitlines()):
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    agreed = "\n\n".join(lists).replace("\n", end)
    head, heading, rest = text.partition(f"{end}## {HEADING}{end}")
    if not heading:
        return f"{text.rstrip()}{end}{end}## {HEADING}{end}{end}{agreed}{end}"
    return f"{head}{heading}{end}{agreed}{end}{rest}"


def missing(record: Record, store: Store) -> list[str]:
    """Lines of the first group, for every card, that one does not have, with or without a box."""
    _, below = record.headings().get(HEADING, (0, ""))
    written = _plain(below)
    for_every_card = next(iter(groups(store, record.front.history[-1].at).values()), [])
    return [line for line in for_every_card if _plain(line) not in written]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
