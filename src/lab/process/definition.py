"""The team's definition of done: what of it fits a card, and what of it a card has."""

import re

from ..records.store import Record, Store
from ..records.texts import read_strictly

PATH, HEADING = "team/definition-of-done.md", "Definition of done"
GROUP = re.compile(r"\*\*(.+?)\*\*\s*")
LINE = re.compile(r"[ \t]*[-*+] \[[ xX]\] +(.+)")
KINDS = {"HYP": "hypothesis", "TASK": "change"}  # a word of the group for that kind of card


def groups(store: Store) -> dict[str, list[str]]:
    """The lines of the team's definition by the bold line above them, in its order."""
    text, _ = read_strictly(store.root / PATH)
    found: dict[str, list[str]] = {}
    here = ""
    for line in (text or "").splitlines():
        if group := GROUP.fullmatch(line.strip()):
            here = group[1]
        elif box := LINE.fullmatch(line):
            found.setdefault(here, []).append(box[1].strip())
    return found


def for_every_card(store: Store) -> list[str]:
    """The lines of the first group: those that hold for each card."""
    return next(iter(groups(store).values()), [])


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
    """Lines for every card that a card does not have, with or without their box."""
    _, below = record.headings().get(HEADING, (0, ""))
    written = _plain(below)
    return [line for line in for_every_card(store) if _plain(line) not in written]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
