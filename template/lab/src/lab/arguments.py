"""The verbs, their arguments and their help texts."""

import argparse
from typing import Any

from .argument_types import CHANGES, REDUCES, SIZES, answer, day, days, rank, seed, text


class _Help(argparse.HelpFormatter):
    """Help whose example stays in one line, so that it can be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("example: "):
            return indent + text
        return super()._fill_text(text, width, indent)


class _Verb(argparse.ArgumentParser):
    """A verb whose options may stand before, between and after its words.

    By itself, argparse takes a text that may be left out as left out as soon as an option comes
    first: `lab log ID --by ann "text"`.
    """

    _mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        optional = any(one.nargs in ("*", "?") for one in self._get_positional_actions())
        if self._mixing or not optional:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False


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
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True, parser_class=_Verb)
    for add in (
        _setup, _new, _list, _show, _board, _status, _prioritise, _start, _log, _block, _unblock,
        _amend, _vote, _judge, _move, _review, _close, _promote, _report, _decide, _try, _testset,
        _lift, _monitor, _check, _audit, _reproduce, _selftest, _site, _forge, _drift, _preflight,
        _update, _completion,
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
        formatter_class=_Help,
        allow_abbrev=False,
    )
    verb.set_defaults(run=run)
    return verb


def _option(verb: Any, flag: str, metavar: str, says: str, **more: Any) -> None:
    """An option that takes a text of one line."""
    verb.add_argument(flag, metavar=metavar, type=text, help=says, **more)


def _id(verb: Any) -> None:
    verb.add_argument("id", metavar="ID", type=text, help="any part of a record's id")


def _by(verb: Any) -> None:
    _option(verb, "--by", "HANDLE", "who you are; else LAB_BY, or whom git knows")


def _json(verb: Any, holds: str = "") -> None:
    verb.add_argument(
        "--json",
        action="store_true",
        help=f"print JSON, for programs{': ' if holds else ''}{holds}",
    )


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
    verb.add_argument("kind", metavar="KIND", type=text, help="the kind of record")
    verb.add_argument("title", metavar="TITLE", nargs="*", help="what it is about, in one line")
    verb.add_argument(
        "--from-issue", metavar="FILE", help="take what an issue's form says; options come first"
    )
    _option(verb, "--slug", "NAME", "the last part of the id, instead of the title's words")
    _option(verb, "--tldr", "TEXT", "a plain summary of at most 60 words")
    _option(verb, "--proposal", "ID", "the proposal that it belongs to")
    _option(verb, "--answers", "ID", "the document that it answers")
    _option(verb, "--follows", "ID", "the finished card that it takes up")
    _option(verb, "--question", "TEXT", "of a spike or a proposal")
    _option(verb, "--kpi", "NAME", "a KPI of the requirements")
    verb.add_argument("--size", choices=SIZES, help="T-shirt size")
    verb.add_argument("--timebox", type=days, metavar="DAYS", help="working days")
    _hypothesis_options(verb)
    verb.add_argument("--change", choices=CHANGES, help="what the experiment changes")
    verb.add_argument("--no-input", action="store_true", help="ask nothing, even in a terminal")
    _by(verb)


def _hypothesis_options(verb: Any) -> None:
    _option(verb, "--believe", "TEXT", "story: we believe that …")
    _option(verb, "--result", "TEXT", "story: … will result in …")
    _option(verb, "--value", "TEXT", "story: … in order to …")
    verb.add_argument("--reduces", choices=REDUCES, help="story")
    _option(verb, "--criterion", "TEXT", "what would prove it; repeat it", action="append")
    _option(verb, "--guardrail", "TEXT", "what must not get worse; repeat it", action="append")
    _option(verb, "--prior", "P", "how likely you think it is: 0.6")
    _option(verb, "--testset", "TS", "the test set: TS-2026-11")
    verb.add_argument("--seed", type=seed, action="append", metavar="N", help="repeat it")


def _list(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "list",
        "commands.reading:list_records",
        "list records",
        "List records, one in each line: id, lane, owner, days in the lane, title.",
        "lab list --kind HYP --open",
    )
    _option(verb, "--kind", "KIND", "only these; repeat it", action="append")
    _option(verb, "--lane", "LANE", "only in this lane; a part of it is enough")
    _option(verb, "--owner", "HANDLE", "only of this person")
    verb.add_argument("--open", action="store_true", help="only what is not done or accepted")
    verb.add_argument("--ids", action="store_true", help="ids alone, of broken records, too")
    _json(
        verb,
        "a list; each has id, kind, title, lane, owner, created, since, outcome, path",
    )


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
    _json(
        verb,
        "what list has, and front, linked_from, log, body, and card as on the board",
    )


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
    _json(
        verb,
        "rhythm, and lanes; each has name, limit and cards; each card has id, kind, title, owner, "
        "lane, age, timebox, used, left, rank, blocked, waited_for_by, outcome",
    )


def _status(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "status",
        "commands.reading:status",
        "show what waits for whom",
        "Show what needs a decision, from whom, since when, and what to type.",
        "lab status --for ann",
    )
    _option(verb, "--for", "HANDLE", "only what waits for them", dest="who")
    _json(verb, "a list; each has what, who, since, record, do")


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
    verb.add_argument("rank", metavar="RANK", type=rank, help="1 comes first")
    _option(verb, "--concern", "TEXT", "a business concern")
    _by(verb)


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
    _option(verb, "--why", "TEXT", "what is in its way", required=True)
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
    _by(verb)


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
    _option(verb, "--why", "TEXT", "why it has to change", required=True)
    _option(verb, "--impact", "TEXT", "what that means", required=True)
    verb.add_argument(
        "--results-seen", choices=("yes", "no"), required=True, help="by anybody, before"
    )
    verb.add_argument("--timebox", type=days, metavar="DAYS", help="working days")
    _hypothesis_options(verb)
    _by(verb)


def _closing_options(verb: Any) -> None:
    _option(verb, "--outcome", "OUTCOME", "how it ended; a verdict is computed")
    _option(verb, "--answer", "TEXT", "of a spike")
    _option(verb, "--learned", "TEXT", "one sentence, whatever the outcome")
    _option(verb, "--not-shipped", "TEXT", "why a supported hypothesis ends without an update")


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
    verb.add_argument("lane", metavar="LANE", type=text, help="the lane")
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
    _option(says, "--changes", "TEXT", "what has to change")
    _option(verb, "--why", "TEXT", "a word about it")
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
    _option(verb, "--why", "TEXT", "why it is abandoned")
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
    _option(verb, "--because", "TEXT", "why, in a sentence", required=True)
    verb.add_argument("--gate", choices=("passed", "not passed"), help="how the gate fell")
    _option(verb, "--next", "TEXT", "the question for the next iteration")
    _option(verb, "--not-deployed", "TEXT", "why a good model does not ship")
    verb.add_argument(
        "--revisit-on", metavar="DAY", type=day, help="when to look again: 2027-03-01"
    )
    _by(verb)


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


def _audit(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "audit",
        "commands.auditing:run",
        "prove from git's history that no goalpost moved",
        "Go through the first-parent history: locks before results, promises unchanged, records "
        "kept, outputs unforged; and compute every verdict again from its evidence. "
        "Exit codes: 0 holds, 1 does not, 3 could not verify.",
        "lab audit",
    )
    verb.add_argument("--no-replay", action="store_true", help="do not compute verdicts again")
    verb.add_argument(
        "--format",
        choices=("text", "github", "gitlab", "json"),
        default="text",
        help="for people, for annotations, or for programs",
    )


def _reproduce(verbs: Verbs) -> None:
    _verb(
        verbs,
        "reproduce",
        "commands.reproducing:run",
        "prove that the pipeline writes what is committed",
        "Run whatever of the pipeline is not in DVC's cache, and compare what it writes with the "
        "dvc.lock, metrics and plots of the last commit. The bytes of models may differ, what "
        "they answer may not. Exit codes: 0 holds, 1 does not.",
        "lab reproduce",
    )


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


def _vote(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "vote",
        "commands.voting:vote",
        "answer a criterion that a panel decides",
        "Say yes or no to a criterion such as panel(team) >= 3 of 5, while the card is in test "
        "hypothesis. Each voter has a file of their own; after the verdict nobody votes.",
        'lab vote clear-words yes --why "I would sign this letter"',
    )
    _id(verb)
    verb.add_argument("answer", choices=("yes", "no"))
    verb.add_argument(
        "criterion", metavar="CRITERION", type=text, nargs="?", help="which, if it has several"
    )
    _option(verb, "--why", "TEXT", "why")
    verb.add_argument("--replace", action="store_true", help="instead of what you said before")
    _by(verb)


def _judge(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "judge",
        "commands.judging:judge",
        "compute the verdict of a hypothesis",
        "Decide the locked criteria on what the pipeline wrote, write verdict.json, and move the "
        "card on to its review. A verdict is computed; nobody types it.",
        "lab judge boosted-trees",
    )
    _id(verb)
    _json(verb)
    _by(verb)


def _try(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "try",
        "commands.judging:try_criteria",
        "decide criteria on tables, without a record",
        "Decide criteria on the tables of the pipeline, or on any others of the same shape. The "
        "answer is exploratory: nothing was locked beforehand.",
        'lab try "precision > 0.95" "recall > 0.70"',
    )
    verb.add_argument("criteria", metavar="CRITERION", nargs="+", help="such as recall > 0.85")
    _option(verb, "--guardrail", "TEXT", "repeat it", action="append")
    verb.add_argument("--examples", metavar="FILE", help="else evaluation/examples.parquet")
    verb.add_argument("--predictions", metavar="FILE", help="else evaluation/predictions.parquet")
    verb.add_argument("--alpha", default="0.05", metavar="A", help="error rate (0.05)")
    verb.add_argument(
        "--budget", type=int, default=1, metavar="K", help="questions that share it (1)"
    )
    verb.add_argument("--task", choices=("binary", "multiclass", "regression"))
    verb.add_argument("--unit", metavar="COLUMN", help="the column whose rows belong together")
    _json(verb)


def _testset(verbs: Verbs) -> None:
    testset = verbs.add_parser(
        "testset",
        help="register, list and retire test sets",
        description="A test set is registered before anybody asks it anything. Its error rate is "
        "shared by its budget of hypotheses; each of them takes a slot when it is started.",
        epilog="example: lab testset register TS-2026-11",
        allow_abbrev=False,
    )
    actions = testset.add_subparsers(title="actions", metavar="ACTION", required=True)
    verb = _verb(
        actions,
        "register",
        "commands.judging:register",
        "write down what a test set is",
        "Register the held-out examples that the pipeline wrote, under a name.",
        "lab testset register TS-2026-11",
    )
    verb.add_argument(
        "testset", metavar="TS", type=text, nargs="?", help="its name; else made of the month"
    )
    _by(verb)
    verb = _verb(
        actions,
        "list",
        "commands.judging:list_testsets",
        "show who used which slot",
        "Show the ledger: each test set, and which hypothesis took which slot of its budget.",
        "lab testset list",
    )
    _json(verb)
    verb = _verb(
        actions,
        "retire",
        "commands.judging:retire",
        "use a test set no more",
        "Retire a test set: no hypothesis is started on it any more.",
        'lab testset retire TS-2026-11 --why "its budget is used up"',
    )
    verb.add_argument("testset", metavar="TS", type=text, help="its name")
    _option(verb, "--why", "TEXT", "why", required=True)
    _by(verb)


def _promote(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "promote",
        "commands.promoting:promote",
        "make the judged candidate the champion",
        "Keep the model of a supported and reviewed hypothesis as the champion. From then on "
        "`champion` is a reference that later candidates are compared with.",
        "lab promote boosted-trees",
    )
    _id(verb)


def _lift(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "lift",
        "commands.lifting:lift",
        "estimate what a better decision could be worth",
        "Estimate the value of perfect, of today's and of random decisions, from labels and "
        "today's decisions, before any modelling. With the ID of a LIFT record the estimate is "
        "written into it; after the launch, --realised writes what was measured.",
        "lab lift",
    )
    verb.add_argument("id", metavar="ID", nargs="?", help="any part of a LIFT record's id")
    verb.add_argument("--decisions", metavar="FILE", help="else evaluation/decisions.parquet")
    verb.add_argument("--realised", type=float, metavar="VALUE", help="measured after the launch")
    _json(verb)


def _monitor(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "monitor",
        "commands.monitoring:monitor",
        "compare live inputs and answers with the training data",
        "Look for inputs that schema.yaml does not allow, and for drift of inputs, scores and "
        "predictions; write a report beside the rollout, else into evaluation/monitoring. LOG is "
        "a prediction log of the model API, or a CSV or Parquet table with a column for each "
        "feature. Exit codes: 0 nothing drifted, 1 something did or is broken, 2 wrong usage, "
        "3 could not verify.",
        "lab monitor predictions.jsonl --since 2026-11-01",
    )
    verb.add_argument("log", metavar="LOG", nargs="+", help="rows that came in")
    _option(verb, "--rollout", "ID", "any part of a rollout's id; else the only one there is")
    verb.add_argument("--since", metavar="DAY", type=day, help="from this day on: 2026-11-01")
    verb.add_argument("--until", metavar="DAY", type=day, help="up to and with this day")
    _json(verb, "what the report holds")
    _by(verb)


def _report(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "report",
        "commands.reporting:report",
        "assemble the draft of an iteration's report",
        "Make a REP draft from the cards and verdicts of an iteration: what was done, results "
        "beside the status quo, the gate, what was raised. Its numbers are references.",
        "lab report first-triage",
    )
    verb.add_argument("id", metavar="ID", nargs="?", help="any part of a proposal's id")
    verb.add_argument("--title", metavar="TEXT", help="its title, else made of the question")
    _by(verb)


def _site(verbs: Verbs) -> None:
    site = verbs.add_parser(
        "site",
        help="build the site that people read",
        description="The site that people read, made from the records and the results.",
        epilog="example: lab site build",
    )
    actions: Verbs = site.add_subparsers(title="actions", metavar="ACTION", required=True)
    _verb(
        actions,
        "build",
        "commands.site:build",
        "write the pages and build them, strictly",
        "Write every page to build/pages and build the site in build/site. "
        "A broken link is an error.",
        "lab site build",
    )
    verb = _verb(
        actions,
        "serve",
        "commands.site:serve",
        "show the site while you write",
        "Serve the site on this machine, and build what changed whenever a record, a table or a "
        "setting does; the browser reloads by itself. Only `site build` has a complete search.",
        "lab site serve",
    )
    verb.add_argument(
        "--address", metavar="HOST:PORT", default="127.0.0.1:8000", help="default: %(default)s"
    )


def _forge(verbs: Verbs) -> None:
    forge = verbs.add_parser(
        "forge",
        help="speak on GitHub or GitLab, from a CI job",
        description="What CI says where the team reviews and plans. The job's own variables say "
        "where that is; GITHUB_TOKEN or GITLAB_TOKEN opens it. Outside of CI the text is printed.",
        epilog="example: lab forge comment",
        allow_abbrev=False,
    )
    actions: Verbs = forge.add_subparsers(title="actions", metavar="ACTION", required=True)
    _verb(
        actions,
        "comment",
        "commands.forging:comment",
        "say on a pull request what it does",
        "Keep one comment on the pull request or merge request: what it does to each metric "
        "against the default branch, guardrails, verdicts, locks taken, time boxes, and what to "
        "look at. Without a token that may write, the text goes to the job's summary.",
        "lab forge comment",
    )
    _verb(
        actions,
        "remind",
        "commands.forging:remind",
        "keep an issue about what is due",
        "Open, update or close one issue for the product owner: time boxes, reviews and reports "
        "that are due.",
        "lab forge remind",
    )
    _verb(
        actions,
        "update",
        "commands.forging:update",
        "offer a new version of the template",
        "Try an update on a copy, and say what it would bring: in a pull request, if nothing has "
        "to be settled and TEMPLATE_TOKEN may push and open one; else in one issue.",
        "lab forge update",
    )
    _verb(
        actions,
        "codeowners",
        "commands.forging:codeowners",
        "write who is asked for which review",
        "Write the lines of CODEOWNERS between its two marks, from the roles in team/people.yml. "
        "What stands around them is yours.",
        "lab forge codeowners",
    )
    _verb(
        actions,
        "labels",
        "commands.forging:labels",
        "make the labels that forms and reminders use",
        "Make the labels that are missing; those that are there stay as they are.",
        "lab forge labels",
    )


def _drift(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "drift",
        "commands.updating:drift",
        "show the template's files that you have changed",
        "Compare the files that the template owns with those that its version makes. "
        "Exit codes: 0 none is changed, 1 one is, 2 wrong usage, 3 could not verify.",
        "lab drift --diff",
    )
    verb.add_argument("--diff", action="store_true", help="show the changes line by line")
    _json(verb, "a list; each has path and how")


def _preflight(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "preflight",
        "commands.updating:preflight",
        "say what an update of the template would do",
        "Try the update on a copy of the last commit, and say what would conflict, be kept or be "
        "new. Your project is not touched. Exit codes: 0 nothing to settle, 1 something, "
        "2 wrong usage, 3 could not verify.",
        "lab preflight --data api=true",
    )
    _update_options(verb)
    _json(verb, "before, after, notes, needs_trust, conflicts, kept, added, left, changed")


def _update(verbs: Verbs) -> None:
    verb = _verb(
        verbs,
        "update",
        "commands.updating:run",
        "take in a later version of the template",
        "Update the template's part of the project, from a clean work tree. Nothing is committed: "
        "look at it, then commit it or throw it away. Exit codes: 0 done, 1 done with something "
        "to settle, 2 wrong usage, 3 not done and nothing changed.",
        "lab update --data deployment=true",
    )
    _update_options(verb)
    verb.add_argument(
        "--new-files", choices=("yes", "no"), help="add files that would be yours; else it asks"
    )
    _json(verb, "before, after, notes, conflicts, kept, added, left, changed")


def _update_options(verb: Any) -> None:
    _option(verb, "--to", "VERSION", "a tag or a commit of the template; else the newest version")
    verb.add_argument(
        "--data",
        metavar="NAME=ANSWER",
        type=answer,
        action="append",
        help="answer a question otherwise than before; repeat it",
    )
    verb.add_argument(
        "--trust", action="store_true", help="let the template run its migrations, if it has some"
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
