"""`lab new`: a record from its template."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from ..errors import LabError
from ..process import defaults, report_draft, retro_draft
from ..process.lanes import CARDS
from ..process.one_page import page_of
from ..records.document import read_text
from ..records.ids import LONGEST_SLUG, dated, faults_of, new_id
from ..records.issues import OPTIONS, read_issue, with_sections
from ..records.kinds import KINDS, Kind
from ..records.store import Record, Store
from ..records.templates import filled, template_of
from ..rules import writes
from ..terminal import as_typed, can_ask, clean
from . import one_page
from .options import (
    CHANGES,
    FIELDS,
    REDUCES,
    SIZES,
    add_by,
    add_hypothesis_options,
    add_option,
    days,
    one_line,
)
from .output import print_made
from .parser import Command
from .questions import ask, ask_several, must_be_decidable, one_of, told_by
from .session import begin_new, kind_of

LONGEST_TITLE = 200
STORY = {
    "story.we_believe": "We believe that",
    "story.will_result_in": "will result in",
    "story.in_order_to": "in order to",
}
CHOICES = {"size": SIZES, "change": CHANGES, "reduces": REDUCES}


def arguments(command: Command) -> None:
    """The kind, the title, and what else can be said of a record at once."""
    command.describe(
        "Make a record of any kind in the folder of its stage. KIND is REQ, NEED, LIFT, PROP, "
        "HYP, SPK, EDA, TASK, REP, ROLL, INC, RET or its name. What is not given is asked for "
        "in a terminal, or left as <…> to fill in.",
        'lab new HYP "Boosted trees find more tumours" --criterion "recall > 0.85" '
        '--guardrail "precision >= status_quo - 0.02"',
        run,
    )
    command.add_argument("kind", metavar="KIND", type=one_line, help="the kind of record")
    command.add_argument("title", metavar="TITLE", nargs="*", help="what it is about, in one line")
    command.add_argument(
        "--from-issue", metavar="FILE", help="take what an issue's form says; options come first"
    )
    add_option(command, "--slug", "NAME", "the last part of the id, instead of the title's words")
    add_option(command, "--tldr", "TEXT", "a plain summary of at most 60 words")
    add_option(command, "--proposal", "ID", "the proposal that it belongs to")
    add_option(command, "--answers", "ID", "the document that it answers")
    add_option(command, "--follows", "ID", "the finished card that it takes up")
    add_option(command, "--like", "ID", "of a proposal: an earlier one that it begins as a copy of")
    add_option(command, "--question", "TEXT", "of a spike or a proposal")
    add_option(command, "--kpi", "NAME", "a KPI of the requirements")
    one_page.add_options(command)
    command.add_argument("--size", choices=SIZES, help="T-shirt size")
    command.add_argument("--timebox", type=days, metavar="DAYS", help="working days")
    add_hypothesis_options(command)
    command.add_argument("--change", choices=CHANGES, help="what the experiment changes")
    command.add_argument("--no-input", action="store_true", help="ask nothing, even in a terminal")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Make a record of any kind."""
    store, by = begin_new(typed)
    kind = kind_of(typed.kind)
    template = template_of(kind, store.root)
    sections = _take_issue(typed, kind) if typed.from_issue else {}
    values = _given(typed, kind)
    asked = can_ask() and not typed.no_input
    title = _title(typed, kind, asked)
    id_ = _id(kind, title, typed.slug, store)
    light = one_page.is_wanted(kind, typed, store)
    if not light:
        values |= defaults.links_of(values, kind, store)
    page = page_of(store.find(values["proposal"]), store) if kind.code == "HYP" else None
    if light or page:
        template = template_of(kind, store.root, light=True)
    if light:
        values, texts = one_page.proposal(values, title, typed, store, asked)
        sections |= texts
    elif kind.code == "HYP":
        values = _hypothesis(values, store, asked, page, title)
    if kind.code in CARDS:
        values.setdefault("timebox", defaults.usual_box(values, kind, store))
    if typed.like:
        template, values = _like(store.find(typed.like), kind, template, values)
    template = defaults.about_its_kpi(template, values, store)
    if kind.code == "RET":
        values |= {"attendance": store.present() or [by]}
        front, fence, body = template.partition("\n---\n")
        template = front + fence + report_draft.with_sections(body, retro_draft.sections(store))
    text = with_sections(filled(template, id_, title, by, store.now, values), sections)
    print_made(writes.make(store, kind, id_, text))
    print(as_typed(f"  Next: {_next(kind, id_, light=light or page is not None)}"))
    return 0


def _take_issue(typed: argparse.Namespace, kind: Kind) -> dict[str, str]:
    """Let an issue say what the command line leaves open; what is left of it, by heading.

    Raises:
        LabError: it cannot be read, or says something that cannot be taken.
    """
    issue = read_issue(read_text(Path(typed.from_issue)))
    typed.title = typed.title or [issue.title]
    sections = dict(issue.sections)
    for heading, option in OPTIONS.items():
        answer = issue.options.get(option)
        if answer is None:
            continue
        if FIELDS[option].partition(".")[0] not in kind.front.__struct_fields__:
            lines = [answer] if isinstance(answer, str) else [f"- {line}" for line in answer]
            sections[heading] = "\n".join(lines)
        elif getattr(typed, option) is None:
            setattr(typed, option, _as_typed(option, heading, answer))
    return sections


def _as_typed(option: str, heading: str, answer: str | list[str]) -> Any:
    """What an issue says, as if it had been typed."""
    if isinstance(answer, list):
        return [clean(line) for line in answer]
    if option in CHOICES and answer not in CHOICES[option]:
        known = ", ".join(CHOICES[option])
        raise LabError(f'below "{heading}" the issue says "{clean(answer)}": it is one of {known}.')
    try:
        return days(answer) if option == "timebox" else clean(answer)
    except argparse.ArgumentTypeError as error:
        raise LabError(f'below "{heading}" of the issue: {error}.') from None


def _title(typed: argparse.Namespace, kind: Kind, asked: bool) -> str:
    title = clean(" ".join(typed.title)).strip()
    if not title and asked:
        title = ask("Title, one line: ") or ""
    if not title:
        raise LabError(f'say what it is about: lab new {kind.code} "a title of one line"')
    if len(title) > LONGEST_TITLE:
        raise LabError(
            f"the title has {len(title)} characters, and {LONGEST_TITLE} is the most: "
            "make it shorter; there is room for more in the text."
        )
    return title


def _id(kind: Kind, title: str, slug: str | None, store: Store) -> str:
    id_ = new_id(kind.code, title, store.now) if slug is None else dated(kind.code, slug, store.now)
    if slug is not None and faults_of(id_):
        raise LabError(
            f'"{slug}" is no slug: use small letters, digits and dashes, '
            f"at most {LONGEST_SLUG} characters."
        )
    taken = {known.lower() for known in (*store.records, *store.unread)}
    if id_.lower() in taken or (store.root / kind.folder / id_).exists():
        raise LabError(f"{id_} exists already: choose another title, or a name with --slug.")
    return id_


def _given(typed: argparse.Namespace, kind: Kind) -> dict[str, Any]:
    """What the options say, by its place in the front matter.

    Raises:
        LabError: an option is for records of another kind.
    """
    values: dict[str, Any] = {}
    for option, place in FIELDS.items():
        if (value := getattr(typed, option)) is None:
            continue
        if place.partition(".")[0] not in kind.front.__struct_fields__:
            raise LabError(
                f"--{option} is not for a {kind.code} ({kind.means}), which has no "
                f"`{place.partition('.')[0]}`: leave it out."
            )
        values[place] = value
    return values


def _hypothesis(
    values: dict[str, Any], store: Store, asked: bool, page: Record | None, title: str
) -> dict[str, Any]:
    """The story, the criteria and the rest of a hypothesis, asked for in a terminal.

    Where its iteration began with one page, what that says already is not asked for again.
    """
    for place in ("criteria", "guardrails"):
        for text in values.get(place, ()):
            must_be_decidable(text, store)
    if page:
        values = one_page.known_of(page, title, values)
        values.setdefault("timebox", defaults.usual_box(values, KINDS["HYP"], store))
    if asked:
        values = _asked(values, store)
    if page:
        values = one_page.summed_up(values)
    seeds = list(range(1, store.policy.evidence.seeds + 1))
    usual = {"evaluation.testset": defaults.usual_testset(store), "evaluation.seeds": seeds}
    return usual | values


def _asked(values: dict[str, Any], store: Store) -> dict[str, Any]:
    """What the options leave open, as somebody answers it."""
    answers: dict[str, Any] = {}
    if not {*STORY, "criteria", "guardrails", "size", "timebox"} <= set(values):
        print("A few questions; press Enter to leave one for later.")
    for place, words in STORY.items():
        if place not in values:
            answers[place] = ask(f"  {words}: ")
    decidable = told_by(lambda text: must_be_decidable(text, store))
    for place, words in (
        ("criteria", "A criterion, such as precision > 0.95"),
        ("guardrails", "A guardrail, such as recall >= status_quo - 0.02"),
    ):
        if place not in values:
            answers[place] = ask_several(f"  {words}: ", "  Another one: ", decidable)
    if "size" not in values:
        answers["size"] = ask(f"  Size, {' '.join(SIZES)} (M): ", one_of(SIZES))
    if "timebox" not in values:
        usual = defaults.usual_box(values, KINDS["HYP"], store)
        box = ask(f"  Time box, in working days ({usual}): ", told_by(days))
        answers["timebox"] = int(box) if box else usual
    return values | {place: answer for place, answer in answers.items() if answer}


def _like(
    known: Record, kind: Kind, template: str, values: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """A template and values with what an earlier proposal has said, where nothing else is given.

    Raises:
        LabError: it is no proposal, or the new record is none.
    """
    if kind.code != "PROP" or known.kind.code != "PROP":
        raise LabError("--like is for a new proposal, and names an earlier one.")
    front, fence, _ = template.partition("\n---\n")
    old = known.front
    taken = {
        "question": old.question,
        "timebox": old.timebox,
        "baseline": old.baseline,
        "metrics": msgspec.to_builtins(old.metrics),
        "gate": msgspec.to_builtins(old.gate),
    }
    return front + fence + known.body, taken | values


def _next(kind: Kind, id_: str, light: bool) -> str:
    if light and kind.code == "PROP":
        return f'fill in what is still <…>, then: lab new HYP "…" --proposal {id_}'
    if light:
        return f"fill in what is still <…>, then: lab start {id_}"
    if kind.code in CARDS:
        return f"fill in what is still <…>, then: lab prioritise {id_} 1; lab start {id_}"
    if kind.code == "REP":
        return f"write it, then have it decided: lab decide {id_} CHOICE --because …"
    return f"write it, then have it accepted: lab review {id_} --approve"
