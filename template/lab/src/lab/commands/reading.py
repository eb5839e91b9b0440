"""`lab list`, `lab show`, `lab board`, `lab status`: what there is."""

import argparse
from typing import Any

from ..errors import LabError
from ..records.kinds import KINDS
from ..records.store import Record, Store, links
from ..rules import clock
from ..rules.board import Lane, Tile, board, rhythm, tile, waiting_for
from ..rules.lanes import ACCEPTED, CARDS, DONE
from ..terminal import clean, is_terminal, style, table
from .using import here, print_json

NO_TIME_BOX = "-"


def list_records(typed: argparse.Namespace) -> int:
    """Records, one in each line."""
    _, store = here()
    found = [record for record in store.records.values() if _wanted(record, typed)]
    found.sort(key=lambda one: (list(KINDS).index(one.kind.code), one.id))
    if typed.ids:
        for id_ in [record.id for record in found] + sorted(store.unread):
            print(id_)
        return 0
    if typed.json:
        print_json([_summary(record, store) for record in found])
        return 0
    rows = [
        [one.id, one.lane, one.front.owner, f"{clock.age(one.front, store.now)} d", one.front.title]
        for one in found
    ]
    for line in table(("id", "lane", "owner", "age", "title"), rows):
        print(line)
    if is_terminal():
        print(style(f"{len(found)} of {len(store.records)} records", "dim"))
        if store.unread:
            print(f"{len(store.unread)} more cannot be read: `lab check` says why.")
    return 0


def _wanted(record: Record, typed: argparse.Namespace) -> bool:
    kind = typed.kind
    finished = record.lane in (DONE, ACCEPTED)
    return (
        (not kind or record.kind.code in [one.upper() for one in kind])
        and (not typed.owner or record.front.owner == typed.owner.removeprefix("@"))
        and (not typed.lane or typed.lane.lower() in record.lane)
        and (not typed.open or not finished)
    )


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
    for name, value in _facts(record, store):
        print(f"  {style(f'{name:<12}', 'dim')} {value}")
    for name, ids in back.items():
        print(f"  {style(f'{name:<12}', 'dim')} {', '.join(ids)}")
    print()
    print(record.body.strip())
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
            facts.append(("blocked", clean(card.blocked)))
        if waiting := waiting_for(record, store):
            facts.append(("waited for", ", ".join(waiting)))
    if record.kind.code == "HYP":
        story = front.story
        facts += [
            ("we believe", clean(story.we_believe)),
            ("will result", clean(story.will_result_in)),
            ("in order to", clean(story.in_order_to)),
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
        facts.append(("learned", clean(front.learned)))
    if record.log:
        facts.append(("log", f"{len(record.log)} entries"))
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
        return 0
    if text := rhythm(store):
        print(style(text, "bold"))
    for lane in lanes:
        _print_lane(lane)
    if store.unread:
        print(f"{len(store.unread)} records cannot be read: `lab check` says why.")
    return 0


def _print_lane(lane: Lane) -> None:
    if not is_terminal():
        for card in lane.cards:
            print("\t".join([lane.name, card.id, card.owner, _age(card), _box(card), _flags(card)]))
        return
    count = f"{len(lane.cards)}/{lane.limit}" if lane.limit else str(len(lane.cards))
    full = bool(lane.limit and len(lane.cards) > lane.limit)
    print(style(f"{lane.name}  {count}", "bold", *(["red"] if full else [])))
    rows = [
        [card.id, card.owner, _age(card), _box(card), _flags(card), card.title]
        for card in lane.cards
    ]
    header = ("id", "owner", "age", "time box", "", "title")
    for line in table(header, rows)[1:]:
        print(f"  {line}")
    print()


def _age(card: Tile) -> str:
    return f"{card.age} d"


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
    from ..rules.attention import needs

    _, store = here()
    found = needs(store)
    if typed.who:
        handle = typed.who.removeprefix("@")
        if store.handles and handle not in store.handles:
            raise LabError(f"{handle} is not in team/people.yml ({', '.join(store.handles)}).")
        found = [need for need in found if handle in need.who]
    if typed.json:
        print_json(found)
        return 0
    if not found and is_terminal():
        print("Nothing waits for a decision.")
    rows = [
        [f"{need.since:%Y-%m-%d}", ", ".join(need.who), need.record, f"{need.what} -> {need.do}"]
        for need in found
    ]
    for line in table(("since", "who", "record", "what waits, and what to type"), rows):
        print(line)
    if store.unread:
        print(f"{len(store.unread)} records cannot be read: `lab check` says why.")
    return 0
