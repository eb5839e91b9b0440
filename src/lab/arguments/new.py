"""The arguments of the verb that makes a record."""

from typing import Any

from .values import CHANGES, REDUCES, SIZES, days, seed, text
from .verb import Verbs, add_by, add_option, add_verb


def new(verbs: Verbs) -> None:
    """`lab new`: the kind, the title, and what else can be said of a record at once."""
    verb = add_verb(
        verbs,
        "new",
        "commands.new:new",
        "make a record from its template",
        "Make a record of any kind in the folder of its stage. KIND is REQ, NEED, LIFT, PROP, "
        "HYP, SPK, EDA, TASK, REP, ROLL, INC, RET or its name. What is not given is asked for "
        "in a terminal, or left as <…> to fill in.",
        'lab new HYP "Boosted trees find more tumours" --criterion "recall > 0.85" '
        '--guardrail "precision >= status_quo - 0.02"',
    )
    verb.add_argument("kind", metavar="KIND", type=text, help="the kind of record")
    verb.add_argument("title", metavar="TITLE", nargs="*", help="what it is about, in one line")
    verb.add_argument(
        "--from-issue", metavar="FILE", help="take what an issue's form says; options come first"
    )
    add_option(verb, "--slug", "NAME", "the last part of the id, instead of the title's words")
    add_option(verb, "--tldr", "TEXT", "a plain summary of at most 60 words")
    add_option(verb, "--proposal", "ID", "the proposal that it belongs to")
    add_option(verb, "--answers", "ID", "the document that it answers")
    add_option(verb, "--follows", "ID", "the finished card that it takes up")
    add_option(verb, "--question", "TEXT", "of a spike or a proposal")
    add_option(verb, "--kpi", "NAME", "a KPI of the requirements")
    verb.add_argument("--size", choices=SIZES, help="T-shirt size")
    verb.add_argument("--timebox", type=days, metavar="DAYS", help="working days")
    add_hypothesis_options(verb)
    verb.add_argument("--change", choices=CHANGES, help="what the experiment changes")
    verb.add_argument("--no-input", action="store_true", help="ask nothing, even in a terminal")
    add_by(verb)


def add_hypothesis_options(verb: Any) -> None:
    """What a hypothesis claims and how it is tested: given when it is made, or amended."""
    add_option(verb, "--believe", "TEXT", "story: we believe that …")
    add_option(verb, "--result", "TEXT", "story: … will result in …")
    add_option(verb, "--value", "TEXT", "story: … in order to …")
    verb.add_argument("--reduces", choices=REDUCES, help="story")
    add_option(verb, "--criterion", "TEXT", "what would prove it; repeat it", action="append")
    add_option(verb, "--guardrail", "TEXT", "what must not get worse; repeat it", action="append")
    add_option(verb, "--prior", "P", "how likely you think it is: 0.6")
    add_option(verb, "--testset", "TS", "the test set: TS-2026-11")
    verb.add_argument("--seed", type=seed, action="append", metavar="N", help="repeat it")
