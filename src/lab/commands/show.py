"""`lab show`: one record, its data, what links to it, its log and its story."""

import argparse

import msgspec

from ..process.board import tile, waiting_for
from ..process.lanes import CARDS
from ..process.links import BACK
from ..records.openings import read_failed_openings, told
from ..records.record import links
from ..records.store import Record, Store
from ..terminal import clean, clean_lines, count, style
from .options import add_id, add_json
from .output import print_json
from .parser import Command
from .session import here
from .summary import summary_of


def arguments(command: Command) -> None:
    """Which record."""
    command.describe(
        "Show a record: its data, what links to it, and its story.", "lab show boosted-trees", run
    )
    add_id(command)
    add_json(command, "what list has, and front, linked_from, log, body, and card as on the board")


def run(typed: argparse.Namespace) -> int:
    """One record: its data, what links to it, its log and its story."""
    _, store = here()
    record = store.find(typed.id)
    back = _back_links(record, store)
    if typed.json:
        print_json(
            summary_of(record)
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
    from ..proof.references import resolved

    print(clean_lines(resolved(record.body, store).strip()))
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
            *(("criterion", criterion) for criterion in front.criteria),
            *(("guardrail", guardrail) for guardrail in front.guardrails),
            ("test set", front.evaluation.testset),
        ]
        if front.lock:
            facts.append(("locked", f"{front.lock.at:%Y-%m-%d}, slot {front.lock.slot}"))
        failed = read_failed_openings(store.root, record.folder)
        facts += [("no verdict", told(opening)) for opening in failed]
    facts += [(name, target) for name, target in links(front)]
    if getattr(front, "outcome", None):
        facts.append(("outcome", front.outcome))
    if getattr(front, "learned", None):
        facts.append(("learned", front.learned))
    if record.log:
        facts.append(("log", count(len(record.log), "entry", "entries")))
    return facts


def _back_links(record: Record, store: Store) -> dict[str, list[str]]:
    """By kind of link, who points here."""
    found = {}
    for link, name in BACK.items():
        if records := store.pointing.get((link, record.id)):
            found[name] = sorted(linking.id for linking in records)
    return found
