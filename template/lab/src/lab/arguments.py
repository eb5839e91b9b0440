"""The verbs, their arguments and their help texts."""

import argparse
from typing import Any

CHANGES = ("setup", "algorithm", "feature", "data", "explain")


class _Version(argparse.Action):
    """Look the version up only when it is asked for: that takes longer than anything else here."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"lab {version('agile-ml-lab')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line; `run` of what it gives is `module:function`."""
    parser = argparse.ArgumentParser(
        prog="lab",
        description="The process tool of this project: it keeps the records of what we believe, "
        "try and learn, and checks that they hold.",
        epilog="Each verb says more: lab start --help",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for add in (
        _setup, _new, _list, _show, _board, _status, _prioritise, _start, _log, _block, _unblock,
        _amend, _move, _review, _close, _decide, _check, _selftest, _site, _completion,
    ):  # fmt: skip
        add(verbs)
    return parser


Verbs = Any  # what argparse gives for sub-commands has no public name


def _verb(verbs: Verbs, name: str, run: str, says: str, more: str, example: str) -> Any:
    """One verb: `run` is the module and the function behind it, imported when it is called."""
    verb = verbs.add_parser(
        name,
        help=says,
        description=more,
        epilog=f"example: {example}",
        allow_abbrev=False,
    )
    verb.set_defaults(run=run)
    return verb


def _id(verb: Any) -> None:
    verb.add_argument("id", metavar="ID", help="any part of a record's id")


def _by(verb: Any) -> None:
    verb.add_argument("--by", metavar="HANDLE", help="who you are; else LAB_BY, or whom git knows")


def _json(verb: Any) -> None:
    verb.add_argument("--json", action="store_true", help="print JSON, for programs")


def _setup(verbs: Verbs) -> None:
    _verb(
        verbs,
        "setup",
        "commands.setup:setup",
        "turn a fresh copy into a working repository",
        "Make the git repository and the environment, run the pipeline and the checks, "
        "build the site, install the hooks, make the first commit. It can be run again safely.",
        "uv run lab setup",
    )


def _new(verbs: Verbs) -> None:
    verb = _verb(
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
    verb.add_argument("kind", metavar="KIND", help="the kind of record")
    verb.add_argument("title", metavar="TITLE", nargs="*", help="what it is about, in one line")
    verb.add_argument("--slug", help="the last part of the id, instead of the title's words")
    verb.add_argument("--tldr", metavar="TEXT", help="a plain summary of at most 60 words")
    verb.add_argument("--proposal", metavar="ID", help="the proposal that it belongs to")
    verb.add_argument("--answers", metavar="ID", help="the document that it answers")
    verb.add_argument("--follows", metavar="ID", help="the finished card that it takes up")
    verb.add_argument("--question", metavar="TEXT", help="of a spike")
    verb.add_argument("--size", choices=("XS", "S", "M", "L", "XL"), help="T-shirt size")
    verb.add_argument("--timebox", type=int, metavar="DAYS", help="working days")
    _hypothesis_options(verb)
    verb.add_argument("--change", choices=CHANGES, help="what the experiment changes")
    verb.add_argument("--no-input", action="store_true", help="ask nothing, even in a terminal")
    _by(verb)


def _hypothesis_options(verb: Any) -> None:
    verb.add_argument("--believe", metavar="TEXT", help="story: we believe that …")
    verb.add_argument("--result", metavar="TEXT", help="story: … will result in …")
    verb.add_argument("--value", metavar="TEXT", help="story: … in order to …")
    verb.add_argument("--reduces", choices=("risk", "uncertainty", "cost"), help="story")
    verb.add_argument(
        "--criterion", action="append", metavar="TEXT", help="what would prove it; repeat it"
    )
    verb.add_argument(
        "--guardrail", action="append", metavar="TEXT", help="what must not get worse; repeat it"
    )
    verb.add_argument("--prior", metavar="P", help="how likely you think it is: 0.6")
    verb.add_argument("--testset", metavar="TS", help="the test set: TS-2026-11")
    verb.add_argument("--seed", type=int, action="append", metavar="N", help="repeat it")


def _list(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "list",
        "commands.reading:list_records",
        "list records",
        "List records, one in each line: id, lane, owner, days in the lane, title.",
        "lab list --kind HYP --open",
    )
    verb.add_argument("--kind", action="append", metavar="KIND", help="only these; repeat it")
    verb.add_argument("--lane", metavar="LANE", help="only in this lane; a part of it is enough")
    verb.add_argument("--owner", metavar="HANDLE", help="only of this person")
    verb.add_argument("--open", action="store_true", help="only what is not done or accepted")
    verb.add_argument("--ids", action="store_true", help="ids alone, of broken records, too")
    _json(verb)


def _show(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "show",
        "commands.reading:show",
        "show one record",
        "Show a record: its data, what links to it, and its story.",
        "lab show boosted-trees",
    )
    _id(verb)
    _json(verb)


def _board(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "board",
        "commands.reading:show_board",
        "show the six lanes",
        "Show the board: each lane with its limit, each card with its owner, its days in the "
        "lane and what is left of its time box; what others wait for comes first.",
        "lab board",
    )
    _json(verb)


def _status(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "status",
        "commands.reading:status",
        "show what waits for whom",
        "Show what needs a decision, from whom, since when, and what to type.",
        "lab status --for ann",
    )
    verb.add_argument("--for", dest="who", metavar="HANDLE", help="only what waits for them")
    _json(verb)


def _prioritise(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "prioritise",
        "commands.doing:prioritise",
        "put a card in order, as the product owner",
        "Set the priority of a card; 1 comes first. Only a product owner does. A concern is "
        "written into the card for its owner to answer.",
        'lab prioritise boosted-trees 1 --concern "May doctors see the score?"',
    )
    _id(verb)
    verb.add_argument("rank", metavar="RANK", type=_rank, help="1 comes first")
    verb.add_argument("--concern", metavar="TEXT", help="a business concern")
    _by(verb)


def _rank(text: str) -> int:
    rank = int(text)
    if rank < 1:
        raise ValueError
    return rank


def _start(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "start",
        "commands.doing:start",
        "begin to work on a card; a hypothesis is locked",
        "Move a card from to do into its working lane. A hypothesis is locked: its story, "
        "criteria, guardrails, evaluation, prior and time box can then only be amended openly.",
        "lab start boosted-trees",
    )
    _id(verb)
    _by(verb)


def _log(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "log",
        "commands.doing:log",
        "write into a card's research log",
        "Write an entry: what was tried, what was seen. @handle asks somebody for help. Without "
        "a text it is read from the standard input.",
        'lab log boosted-trees "Depth 3 is enough. @bob, is mean_area measured twice?"',
    )
    _id(verb)
    verb.add_argument("text", metavar="TEXT", nargs="*", help="the entry, in Markdown")
    _by(verb)


def _block(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "block",
        "commands.doing:block",
        "say that something is in a card's way",
        "Block a card: its time box stands still, and the board shows it first.",
        'lab block boosted-trees --why "the labels of May are missing"',
    )
    _id(verb)
    verb.add_argument("--why", metavar="TEXT", required=True, help="what is in its way")
    _by(verb)


def _unblock(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "unblock",
        "commands.doing:unblock",
        "say that a card's way is free",
        "Unblock a card: its time box runs on.",
        "lab unblock boosted-trees",
    )
    _id(verb)


def _amend(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "amend",
        "commands.doing:amend",
        "change openly what a start has fixed",
        "Change locked fields of a card, on record. After results were seen, the verdict is "
        "exploratory. A time box is extended at most once.",
        'lab amend boosted-trees --timebox 8 --why "two days lost to the cluster" '
        '--impact "none on the criteria" --results-seen no',
    )
    _id(verb)
    verb.add_argument("--why", metavar="TEXT", required=True, help="why it has to change")
    verb.add_argument("--impact", metavar="TEXT", required=True, help="what that means")
    verb.add_argument(
        "--results-seen", choices=("yes", "no"), required=True, help="by anybody, before"
    )
    verb.add_argument("--timebox", type=int, metavar="DAYS", help="working days")
    _hypothesis_options(verb)
    _by(verb)


def _closing_options(verb: Any) -> None:
    verb.add_argument("--outcome", metavar="OUTCOME", help="how it ended; a verdict is computed")
    verb.add_argument("--answer", metavar="TEXT", help="of a spike")
    verb.add_argument("--learned", metavar="TEXT", help="one sentence, whatever the outcome")
    verb.add_argument(
        "--not-shipped", metavar="TEXT", help="why a supported hypothesis ends without an update"
    )


def _move(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "move",
        "commands.doing:move",
        "move a record into another lane",
        "Move a record. LANE is a name, a part of it, or its number. The rules say which steps "
        "are possible.",
        'lab move label-check review --outcome feasible --answer "Yes, in two days"',
    )
    _id(verb)
    verb.add_argument("lane", metavar="LANE", help="the lane")
    _closing_options(verb)
    _by(verb)


def _review(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "review",
        "commands.doing:review",
        "approve a card or a document, or ask for changes",
        "Say of a card in a review lane, or of a draft, that it may go on, or what has to change "
        "(one lane back). Cards are reviewed by others than their owner.",
        'lab review boosted-trees --changes "the log does not say which depth"',
    )
    _id(verb)
    says = verb.add_mutually_exclusive_group(required=True)
    says.add_argument("--approve", action="store_true", help="it may go on")
    says.add_argument("--changes", metavar="TEXT", help="what has to change")
    verb.add_argument("--why", metavar="TEXT", help="a word about it")
    _closing_options(verb)
    _by(verb)


def _close(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "close",
        "commands.doing:close",
        "end a card early: abandoned, or not shipped",
        "Move a card straight to done, with what was learned. An abandoned card is no failure; "
        "one from which nothing was learned is.",
        'lab close boosted-trees --why "the labels never came" --learned "Ask for labels first"',
    )
    _id(verb)
    verb.add_argument("--why", metavar="TEXT", help="why it is abandoned")
    _closing_options(verb)
    _by(verb)


def _decide(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "decide",
        "commands.doing:decide",
        "take the decision on a report, which closes its iteration",
        "Write the stakeholders' decision into a report and accept it.",
        'lab decide first-triage pivot --gate "not passed" --because "recall is unclear"',
    )
    _id(verb)
    verb.add_argument("choice", choices=("invest", "pivot", "deploy", "pause", "stop"))
    verb.add_argument("--because", metavar="TEXT", required=True, help="why, in a sentence")
    verb.add_argument("--gate", choices=("passed", "not passed"), help="how the gate fell")
    verb.add_argument("--next", metavar="TEXT", help="the question for the next iteration")
    verb.add_argument("--not-deployed", metavar="TEXT", help="why a good model does not ship")
    verb.add_argument(
        "--revisit-on", metavar="DAY", type=_day, help="when to look again: 2027-03-01"
    )
    _by(verb)


def _day(text: str) -> str:
    from datetime import date

    return f"{date.fromisoformat(text)}T00:00:00Z"


def _check(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "check",
        "commands.checking:check_project",
        "check that everything written holds",
        "Ask every rule. Exit codes: 0 holds, 1 does not, 2 wrong usage, 3 could not verify.",
        "lab check --explain FLO004",
    )
    verb.add_argument(
        "--format",
        choices=("text", "github", "gitlab", "json"),
        default="text",
        help="for people, for annotations, or for programs",
    )
    verb.add_argument("--select", action="append", metavar="CODE", help="only this rule; repeat it")
    verb.add_argument("--explain", metavar="CODE", help="say what a rule is for, and stop")
    verb.add_argument("--list", action="store_true", help="list all rules, and stop")


def _selftest(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "selftest",
        "commands.checking:selftest",
        "prove that every rule bites",
        "Break every rule in a project made for it, and expect exactly that rule to speak. Your "
        "own project is not touched.",
        "lab selftest --verbose",
    )
    verb.add_argument("--verbose", action="store_true", help="show every case")


def _site(verbs: Verbs) -> None:
    site = verbs.add_parser(
        "site",
        help="build the site that people read",
        description="The site that people read, made from the records and the results.",
        epilog="example: lab site build",
    )
    _verb(
        site.add_subparsers(title="actions", metavar="ACTION", required=True),
        "build",
        "commands.site:build",
        "write the pages and build them, strictly",
        "Write every page to build/pages and build the site in build/site. "
        "A broken link is an error.",
        "lab site build",
    )


def _completion(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "completion",
        "commands.completion:completion",
        "print a completion script for a shell",
        "Print a script that completes verbs, options and the ids of records.",
        'eval "$(lab completion bash)"',
    )
    verb.add_argument("shell", choices=("bash", "zsh", "fish", "tcsh", "powershell"))
