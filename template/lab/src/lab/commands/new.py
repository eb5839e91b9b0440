"""`lab new`: a record from its template."""

import argparse
from collections.abc import Callable
from typing import Any

from ..errors import LabError
from ..records import files
from ..records.ids import LONGEST_SLUG, new_id
from ..records.kinds import KINDS, Kind
from ..records.store import Record, Store
from ..records.templates import filled, template_of
from ..rules import moves
from ..rules.checks.records import TARGETS
from ..rules.lanes import ACCEPTED
from ..rules.similar import similar
from ..terminal import can_ask
from .using import here, print_notes, who

Ask = Callable[[str, str], str]
WORDS = {kind.means.split()[0]: kind.code for kind in KINDS.values()} | {
    "lift": "LIFT",
    "exploration": "EDA",
    "task": "TASK",
    "incident": "INC",
    "rollout": "ROLL",
}
STORY = {
    "believe": ("story.we_believe", "We believe that"),
    "result": ("story.will_result_in", "will result in"),
    "value": ("story.in_order_to", "in order to"),
}


def new(typed: argparse.Namespace) -> int:
    """Make a record of any kind."""
    project, store = here()
    kind = kind_of(typed.kind)
    by = who(typed, project, store)
    title = " ".join(" ".join(typed.title).split())
    if not title and can_ask():
        title = input("Title, one line: ").strip()
    if not title:
        raise LabError(f'say what it is about: lab new {kind.code} "a title of one line"')
    id_ = _id(kind, title, typed.slug, store)
    _warn_of_similar(kind, title, typed.believe or "", store)
    values = _values(typed, kind, store)
    text = filled(template_of(kind, store.root), id_, title, by, store.now, values)
    path = f"{kind.folder}/{id_}/index.md"
    notes = moves.tried(store, None, text, f"{id_} was not made", path)
    files.create(store.root / path, text)
    print(f"wrote {path}")
    print_notes(tuple(one for one in notes if one.level != "note"))
    print(f"  Next: {_next(kind, id_)}")
    return 0


def kind_of(text: str) -> Kind:
    """The kind that a person means, by its code or its name.

    Raises:
        LabError: there is no such kind.
    """
    code = WORDS.get(text.lower(), text.upper())
    if code in KINDS:
        return KINDS[code]
    known = ", ".join(f"{kind.code} ({kind.means})" for kind in KINDS.values())
    raise LabError(f'"{text}" is no kind of record. Kinds are {known}.')


def _id(kind: Kind, title: str, slug: str | None, store: Store) -> str:
    id_ = new_id(kind.code, slug or title, store.now)
    if slug and not id_.endswith(f"-{slug}"):
        raise LabError(
            f'"{slug}" is no slug: use small letters, digits and dashes, '
            f"at most {LONGEST_SLUG} characters."
        )
    taken = {known.lower() for known in (*store.records, *store.unread)}
    if id_.lower() in taken or (store.root / kind.folder / id_).exists():
        raise LabError(f"{id_} exists already: choose another title, or a name with --slug.")
    return id_


def _warn_of_similar(kind: Kind, title: str, claim: str, store: Store) -> None:
    if kind.code != "HYP":
        return
    for record in similar(store, title, claim):
        front = record.front
        ended = f"it was {front.outcome}" if front.outcome else f"it is in `{record.lane}`"
        lesson = f": {front.learned}" if front.learned else ""
        print(f"  similar: {record.id}, {ended}{lesson}")


def _values(typed: argparse.Namespace, kind: Kind, store: Store) -> dict[str, Any]:
    """The fields that are known or can be asked for."""
    values: dict[str, Any] = {}
    if typed.tldr:
        values["tldr"] = typed.tldr
    values |= _links(typed, kind, store)
    if kind.code == "HYP":
        values |= _hypothesis(typed, store)
    else:
        _refuse_options(typed, kind)
    if hasattr(kind.front, "size"):
        values |= {
            name: value
            for name in ("size", "timebox")
            if (value := getattr(typed, name)) is not None
        }
        values.setdefault("timebox", _usual_box(typed, kind, store))
        if typed.follows:
            values["follows"] = store.find(typed.follows).id
    if kind.code == "SPK" and typed.question:
        values["question"] = typed.question
    return values


def _links(typed: argparse.Namespace, kind: Kind, store: Store) -> dict[str, Any]:
    """The record that this one answers: as given, or the only one that it can be."""
    name = next(
        (one for one in ("answers", "proposal") if one in kind.front.__struct_fields__), None
    )
    if name is None:
        return {}
    target = TARGETS[kind.code][name][0]
    given = typed.proposal or typed.answers
    if given:
        return {name: store.find(given).id}
    optional = kind.code in ("SPK", "EDA")
    found = _candidates(name, target, kind, store)
    if len(found) == 1:
        return {name: found[0].id}
    if optional:
        return {name: None}
    if not found:
        raise LabError(
            f"there is no {target} that a {kind.code} could belong to: "
            f'make it first with lab new {target} "…", or name one with --{name}.'
        )
    shown = "".join(f"\n    --{name} {one.id}" for one in found)
    raise LabError(f"it could belong to {len(found)} records: say to which one.{shown}")


def _candidates(name: str, target: str, kind: Kind, store: Store) -> list[Record]:
    """What a new record may belong to: accepted, if any is, and not closed."""
    from ..rules.iterations import is_open

    every = store.of(target)
    superseded = {target_ for link, target_ in store.pointing if link == "supersedes"}
    found = [one for one in every if one.id not in superseded]
    if target == "PROP":
        found = [one for one in found if one.lane != ACCEPTED or is_open(one, store)]
    accepted = [one for one in found if one.lane == ACCEPTED]
    return accepted or found


def _hypothesis(typed: argparse.Namespace, store: Store) -> dict[str, Any]:
    """The story, the criteria and the rest of a hypothesis, asked for in a terminal."""
    asked = can_ask() and not typed.no_input
    values: dict[str, Any] = {}
    if asked:
        print("A few questions; press Enter to leave one for later.")
    for option, (place, words) in STORY.items():
        value = getattr(typed, option) or (input(f"  {words}: ").strip() if asked else "")
        if value:
            values[place] = value
    for option, place, words in (
        ("criterion", "criteria", "A criterion, such as precision > 0.95"),
        ("guardrail", "guardrails", "A guardrail, such as recall >= status_quo - 0.02"),
    ):
        given = getattr(typed, option) or (_several(words) if asked else [])
        if given:
            values[place] = [_sound(one, store) for one in given]
    for option, place in (
        ("reduces", "story.reduces"),
        ("change", "change"),
        ("prior", "prior"),
        ("testset", "evaluation.testset"),
        ("seed", "evaluation.seeds"),
    ):
        if (value := getattr(typed, option)) is not None:
            values[place] = value
    if typed.testset is None:
        values["evaluation.testset"] = _usual_testset(store)
    return values


def _several(words: str) -> list[str]:
    given = []
    while value := input(f"  {words}: ").strip():
        given.append(value)
        words = "Another one"
    return given


def _sound(text: str, store: Store) -> str:
    """A criterion that can be decided.

    Raises:
        LabError: it cannot.
    """
    from ..evidence.criteria import CriterionError, parse_criterion, problem_with

    try:
        problem = problem_with(parse_criterion(text), store.task)
    except CriterionError as error:
        raise LabError(f"{error.problem} {error.remedy}") from None
    if problem:
        raise LabError(f"{problem[0]}. {problem[1]}")
    return text


def _usual_testset(store: Store) -> str:
    """The test set that the newest hypothesis uses, or one named after this month."""
    newest = max(store.of("HYP"), key=lambda one: one.front.created, default=None)
    return newest.front.evaluation.testset if newest else f"TS-{store.now:%Y-%m}"


def _usual_box(typed: argparse.Namespace, kind: Kind, store: Store) -> int:
    boxes = store.policy.timeboxes
    if kind.code == "HYP":
        return getattr(boxes, typed.change or "algorithm")
    return {"SPK": boxes.spike, "EDA": boxes.exploration, "TASK": boxes.task}[kind.code]


def _refuse_options(typed: argparse.Namespace, kind: Kind) -> None:
    for option in ("believe", "result", "value", "criterion", "guardrail", "change", "prior"):
        if getattr(typed, option):
            raise LabError(f"--{option} is for a hypothesis (HYP), and this is a {kind.code}.")


def _next(kind: Kind, id_: str) -> str:
    if kind.code == "HYP":
        return f"fill in what is still <…>, then: lab prioritise {id_} 1; lab start {id_}"
    if hasattr(kind.front, "size"):
        return f"fill in what is still <…>, then: lab start {id_}"
    if kind.code == "REP":
        return f"write it, then have it decided: lab decide {id_} CHOICE --because …"
    return f"write it, then have it accepted: lab review {id_} --approve"
