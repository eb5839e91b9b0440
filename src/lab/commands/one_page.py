"""What `lab new` asks for in the light track: a page, and the hypotheses that follow it."""

import argparse
from collections.abc import Mapping
from typing import Any

from ..errors import LabError
from ..process.one_page import page_of
from ..records.kinds import Kind
from ..records.store import Record, Store
from ..records.templates import PLACEHOLDER
from .options import Arguments, add_option
from .questions import ask, must_be_decidable, told_by

SECTIONS = {
    "why": ("Why", "what goes wrong today, or what is to be gained"),
    "for_whom": ("For whom", "who is better off if it works"),
    "instead": ("Alternatives", "what would do without a model, and why not that"),
}
GATE = {
    "gate.criterion": "It goes on if, such as recall > 0.85",
    "gate.then": "Then we",
    "gate.else": "Otherwise we",
}
LONGEST_TLDR = 60  # words, as REC010 has it


def add_options(command: Arguments) -> None:
    """What a proposal says before anybody tries anything."""
    for name, (_, says) in SECTIONS.items():
        flag = f"--{name.replace('_', '-')}"
        add_option(command, flag, "TEXT", f"of a proposal of one page: {says}")
    add_option(command, "--gate", "CRITERION", "of a proposal: it goes on if this is met")
    add_option(command, "--then", "TEXT", "of a proposal: what is done if the gate is passed")
    add_option(command, "--otherwise", "TEXT", "of a proposal: what is done if it is not")


def is_wanted(kind: Kind, typed: argparse.Namespace, store: Store) -> bool:
    """Is a new record a proposal of one page?

    In the light track it is, unless it answers a needs assessment or begins as a copy of one that
    does.

    Raises:
        LabError: options of such a page are given for another record.
    """
    like = store.find(typed.like) if typed.like else None
    light = (
        kind.code == "PROP"
        and store.policy.track == "light"
        and not typed.answers
        and (like is None or page_of(like, store) is not None)
    )
    given = [name.replace("_", "-") for name in SECTIONS if getattr(typed, name)]
    if given and not light:
        raise LabError(
            f"--{given[0]} is for a proposal of one page, in the light track (team/policy.yml): "
            "leave it out, and write it below its heading."
        )
    return light


def proposal(
    values: Mapping[str, Any], title: str, typed: argparse.Namespace, store: Store, asked: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """The front matter of a page, and what stands below its headings.

    Args:
        values: what the options say, by its place in the front matter.
        title: of the page; it is its question, too, if no other is given.
        typed: the options; those of the sections are read here.
        store: the project.
        asked: may the rest be asked for?

    Raises:
        LabError: the gate can never be decided.
    """
    from ..evidence.criteria import parse_criterion
    from ..evidence.metrics import METRICS

    if gate := values.get("gate.criterion"):
        must_be_decidable(gate, store)
    answers = {name: getattr(typed, name) for name in SECTIONS}
    found = dict(values)
    if typed.like:
        return found, _below(answers)
    if asked:
        print("A few questions, a sentence each; press Enter to leave one for later.")
        for name, (heading, says) in SECTIONS.items():
            answers[name] = answers[name] or ask(f"  {heading}: {says}? ")
        decidable = told_by(lambda text: must_be_decidable(text, store))
        for place, words in GATE.items():
            check = decidable if place == "gate.criterion" else None
            if place not in found and (answer := ask(f"  {words}: ", check)):
                found[place] = answer
    usual = {"question": title}
    gate = found.get("gate.criterion")
    if gate and (metric := parse_criterion(gate).metric) in METRICS:
        usual["metrics.primary"] = metric
    if summary := _short(answers["why"], answers["for_whom"]):
        usual["tldr"] = summary
    return usual | found, _below(answers)


def _below(answers: Mapping[str, str | None]) -> dict[str, str]:
    return {SECTIONS[name][0]: text for name, text in answers.items() if text}


def known_of(page: Record, title: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a hypothesis says by its title and its page: the gate is the criterion.

    Args:
        page: the proposal of one page.
        title: of the hypothesis.
        values: what the options say, by its place in the front matter.
    """
    gate = page.front.gate.criterion
    criteria = values.get("criteria") or ([] if PLACEHOLDER.search(gate) else [gate])
    found = {"story.we_believe": title, "size": "M"}
    if criteria:
        found |= {"criteria": criteria, "story.will_result_in": " and ".join(criteria)}
    return found | dict(values)


def summed_up(values: Mapping[str, Any]) -> dict[str, Any]:
    """A hypothesis whose story is its summary, if it has no other."""
    story = [
        values.get(f"story.{name}") for name in ("we_believe", "will_result_in", "in_order_to")
    ]
    if not all(story):
        return dict(values)
    told = _short(story[0], "We expect {}, in order to {}".format(*story[1:]))
    return ({"tldr": told} if told else {}) | dict(values)


def _short(*texts: str | None) -> str:
    """Texts as one paragraph, if it is short enough for a summary."""
    told = " ".join(text if text[-1] in ".!?" else f"{text}." for text in texts if text)
    return told if len(told.split()) <= LONGEST_TLDR else ""
