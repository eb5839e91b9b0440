"""`lab list`, `lab show`, `lab board`, `lab status`: what there is."""

import argparse
from typing import Any

from ..errors import LabError
from ..process import clock
from ..process.attention import Need, needs
from ..process.board import Lane, Tile, board, rhythm, tile, waiting_for
from ..process.lanes import ACCEPTED, BOARD, CARDS, DOCUMENT, DONE
from ..records.kinds import KINDS
from ..records.store import Record, Store, links
from ..terminal import clean, clean_lines, is_terminal, style, table
from .using import here, kind_of, known_handle, print_json, say_unread


def list_records(typed: argparse.Namespace) -> int:
    """Records, one in each line."""
    _, store = here()
    if typed.ids:
        for id_ in [*(one.id for one in _chosen(store, typed)), *sorted(store.unread)]:
            print(id_)
        return 0
    found = _chosen(store, typed)
    if typed.json:
        print_json([_summary(record, store) for record in found])
    else:
        rows = [
            [one.id, one.lane, front.owner, _days(clock.age(front, store.now)), front.title]
            for one in found
            for front in [one.front]
        ]
        for line in table(("id", "lane", "owner", "age", "title"), rows):
            print(line)
        if is_terminal():
            print(style(f"{len(found)} of {len(store.records)} records", "dim"))
    say_unread(store)
    return 0


def _chosen(store: Store, typed: argparse.Namespace) -> list[Record]:
    """The records that the options leave, by kind and id.

    Raises:
        LabError: an option names what does not exist.
    """
    kinds = [kind_of(one).code for one in typed.kind] if typed.kind else list(KINDS)
    lanes = _lanes(typed.lane) if typed.lane else (*BOARD, *DOCUMENT)
    owner = known_handle(typed.owner, store) if typed.owner else None
    return [
        record
        for record in store.of(*(code for code in KINDS if code in kinds))
        if record.lane in lanes
        and owner in (None, record.front.owner)
        and not (typed.open and record.lane in (DONE, ACCEPTED))
    ]


def _lanes(text: str) -> list[str]:
    """The lanes that a word stands for: the one that it names, or all that it is a part of.

    Raises:
        LabError: there is none.
    """
    every = (*BOARD, *DOCUMENT)
    wanted = " ".join(text.lower().replace("-", " ").replace("_", " ").split())
    found = [wanted] if wanted in every else [lane for lane in every if wanted in lane]
    if not found:
        raise LabError(f'"{text}" is no lane. Lanes are {", ".join(every)}.')
    return found


def _summary(record: Record, store: Store) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind.code,
        "title": record.front.title,
        "lane": record.lane,
        "owner": record.front.owner,
        "created": record.front.created,
        "since": record.front.history[-1].at,
        "outcome": getattr(record.front, "outcome", None),
        "path": record.path,
    }


def show(typed: argparse.Namespace) -> int:
    """One record: its data, what links to it, its log and its story."""
    _, store = here()
    record = store.find(typed.id)
    back = _back_links(record, store)
    if typed.json:
        import msgspec

        print_json(
            _summary(record, store)
            | {
                "front": msgspec.to_builtins(record.front),
                "linked_from": back,
                "log": list(record.log),
                "body": record.body,
            }
            | ({"card": tile(record, store)} if record.kind.code in CARDS else {})
        )
        return 0
    front = record.front
    print(style(clean(front.title), "bold"))
    print(f"{record.id} · {record.kind.means} · {record.path}")
    print()
    print(clean(front.tldr))
    print()
    facts = _facts(record, store) + [(name, ", ".join(ids)) for name, ids in back.items()]
    for name, value in facts:
        print(f"  {style(f'{name:<12}', 'dim')} {clean(value)}")
    print()
    print(clean_lines(record.body.strip()))
    return 0


def _facts(record: Record, store: Store) -> list[tuple[str, str]]:
    front = record.front
    last = front.history[-1]
    facts = [
        ("lane", f"{record.lane}, since {last.at:%Y-%m-%d} by {last.by}"),
        ("owner", front.owner),
    ]
    if record.kind.code in CARDS:
        card = tile(record, store)
        rank = f"{front.priority.rank} (by {front.priority.by})" if front.priority else "none yet"
        facts += [
            ("priority", rank),
            ("size", front.size),
            ("time box", f"{card.used} of {card.timebox} working days used"),
        ]
        if card.blocked:
            facts.append(("blocked", card.blocked))
        if waiting := waiting_for(record, store):
            facts.append(("waited for", ", ".join(waiting)))
    if record.kind.code == "HYP":
        story = front.story
        facts += [
            ("we believe", story.we_believe),
            ("will result", story.will_result_in),
            ("in order to", story.in_order_to),
            *(("criterion", one) for one in front.criteria),
            *(("guardrail", one) for one in front.guardrails),
            ("test set", front.evaluation.testset),
        ]
        if front.lock:
            facts.append(("locked", f"{front.lock.at:%Y-%m-%d}, slot {front.lock.slot}"))
    facts += [(name, target) for name, target in links(front)]
    if getattr(front, "outcome", None):
        facts.append(("outcome", front.outcome))
    if getattr(front, "learned", None):
        facts.append(("learned", front.learned))
    if record.log:
        facts.append(("log", "1 entry" if len(record.log) == 1 else f"{len(record.log)} entries"))
    return facts


def _back_links(record: Record, store: Store) -> dict[str, list[str]]:
    """By kind of link, who points here."""
    names = {
        "answers": "answered by",
        "proposal": "part of it",
        "follows": "followed by",
        "supersedes": "replaced by",
        "depends_on": "needed by",
        "unblocks": "freed by",
    }
    found = {}
    for link, name in names.items():
        if records := store.pointing.get((link, record.id)):
            found[name] = sorted(one.id for one in records)
    return found


def show_board(typed: argparse.Namespace) -> int:
    """The six lanes."""
    _, store = here()
    lanes = board(store)
    if typed.json:
        print_json({"rhythm": rhythm(store), "lanes": lanes})
    else:
        if text := rhythm(store):
            print(style(text, "bold"))
        for lane in lanes:
            _print_lane(lane)
    say_unread(store)
    return 0


def _print_lane(lane: Lane) -> None:
    facts = [
        [card.id, card.owner, _days(card.age), _box(card), _flags(card)] for card in lane.cards
    ]
    if not is_terminal():
        for line in table((), [[lane.name, *row] for row in facts]):
            print(line)
        return
    count = f"{len(lane.cards)}/{lane.limit}" if lane.limit else str(len(lane.cards))
    full = bool(lane.limit and len(lane.cards) > lane.limit)
    print(style(f"{lane.name}  {count}", "bold", *(["red"] if full else [])))
    rows = [[*row, card.title] for row, card in zip(facts, lane.cards, strict=True)]
    for line in table((), rows, indent="  "):
        print(line)
    print()


def _days(number: int) -> str:
    return f"{number} d"


def _box(card: Tile) -> str:
    if card.left is None:
        return f"{card.timebox} d" if card.lane != DONE else f"{card.used} of {card.timebox} d"
    if card.left < 0:
        return f"{-card.left} d over"
    return f"{card.left} of {card.timebox} d left"


def _flags(card: Tile) -> str:
    flags = []
    if card.waited_for_by:
        flags.append(f"waited for by {len(card.waited_for_by)}")
    if card.blocked:
        flags.append("blocked")
    if card.rank is not None and card.lane != DONE:
        flags.append(f"priority {card.rank}")
    if card.outcome:
        flags.append(card.outcome)
    return ", ".join(flags)


def status(typed: argparse.Namespace) -> int:
    """What waits for whom."""
    _, store = here()
    found = needs(store)
    if typed.who:
        handle = known_handle(typed.who, store)
        found = [need for need in found if handle in need.who]
    if typed.json:
        print_json(found)
    elif is_terminal():
        _print_needs(found)
    else:
        for line in table((), [[*_headed(need), need.what, need.do] for need in found]):
            print(line)
    say_unread(store)
    return 0


def _headed(need: Need) -> list[str]:
    """Since when, whom, and which record."""
    return [f"{need.since:%Y-%m-%d}", ", ".join(need.who) or "nobody yet", need.record]


def _print_needs(found: list[Need]) -> None:
    """What waits, each in a block whose last line can be typed."""
    for need in found:
        since, who, record = _headed(need)
        print(f"{style(since, 'dim')}  {style(clean(who), 'bold')}  {record}")
        print(f"    {clean(need.what)}")
        print(style(f"    {clean(need.do)}", "cyan"))
    if not found:
        print("Nothing waits for a decision.")
