"""The arguments of the verbs that decide criteria: what they need, and what a verdict allows."""

from .values import text
from .verb import Verbs, add_by, add_id, add_json, add_option, add_verb


def testset(verbs: Verbs) -> None:
    """`lab testset`: to register, to list and to retire."""
    group = verbs.add_parser(
        "testset",
        help="register, list and retire test sets",
        description="A test set is registered before anybody asks it anything. Its error rate is "
        "shared by its budget of hypotheses; each of them takes a slot when it is started.",
        epilog="example: lab testset register TS-2026-11",
        allow_abbrev=False,
    )
    actions = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    verb = add_verb(
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
    add_by(verb)
    verb = add_verb(
        actions,
        "list",
        "commands.judging:list_testsets",
        "show who used which slot",
        "Show the ledger: each test set, and which hypothesis took which slot of its budget.",
        "lab testset list",
    )
    add_json(verb)
    verb = add_verb(
        actions,
        "retire",
        "commands.judging:retire",
        "use a test set no more",
        "Retire a test set: no hypothesis is started on it any more.",
        'lab testset retire TS-2026-11 --why "its budget is used up"',
    )
    verb.add_argument("testset", metavar="TS", type=text, help="its name")
    add_option(verb, "--why", "TEXT", "why", required=True)
    add_by(verb)


def vote(verbs: Verbs) -> None:
    """`lab vote`: the answer to a criterion."""
    verb = add_verb(
        verbs,
        "vote",
        "commands.voting:vote",
        "answer a criterion that a panel decides",
        "Say yes or no to a criterion such as panel(team) >= 3 of 5, while the card is in test "
        "hypothesis. Each voter has a file of their own; after the verdict nobody votes.",
        'lab vote clear-words yes --why "I would sign this letter"',
    )
    add_id(verb)
    verb.add_argument("answer", choices=("yes", "no"))
    verb.add_argument(
        "criterion", metavar="CRITERION", type=text, nargs="?", help="which, if it has several"
    )
    add_option(verb, "--why", "TEXT", "why")
    verb.add_argument("--replace", action="store_true", help="instead of what you said before")
    add_by(verb)


def judge(verbs: Verbs) -> None:
    """`lab judge`: which hypothesis."""
    verb = add_verb(
        verbs,
        "judge",
        "commands.judging:judge",
        "compute the verdict of a hypothesis",
        "Decide the locked criteria on what the pipeline wrote, write verdict.json, and move the "
        "card on to its review. A verdict is computed; nobody types it.",
        "lab judge boosted-trees",
    )
    add_id(verb)
    add_json(verb)
    add_by(verb)


def try_criteria(verbs: Verbs) -> None:
    """`lab try`: criteria, tables and error rate, without a record."""
    verb = add_verb(
        verbs,
        "try",
        "commands.judging:try_criteria",
        "decide criteria on tables, without a record",
        "Decide criteria on the tables of the pipeline, or on any others of the same shape. The "
        "answer is exploratory: nothing was locked beforehand.",
        'lab try "precision > 0.95" "recall > 0.70"',
    )
    verb.add_argument("criteria", metavar="CRITERION", nargs="+", help="such as recall > 0.85")
    add_option(verb, "--guardrail", "TEXT", "repeat it", action="append")
    verb.add_argument("--examples", metavar="FILE", help="else evaluation/examples.parquet")
    verb.add_argument("--predictions", metavar="FILE", help="else evaluation/predictions.parquet")
    verb.add_argument("--alpha", default="0.05", metavar="A", help="error rate (0.05)")
    verb.add_argument(
        "--budget", type=int, default=1, metavar="K", help="questions that share it (1)"
    )
    verb.add_argument("--task", choices=("binary", "multiclass", "regression"))
    verb.add_argument("--unit", metavar="COLUMN", help="the column whose rows belong together")
    add_json(verb)


def promote(verbs: Verbs) -> None:
    """`lab promote`: whose candidate."""
    verb = add_verb(
        verbs,
        "promote",
        "commands.promoting:promote",
        "make the judged candidate the champion",
        "Keep the model of a supported and reviewed hypothesis as the champion. From then on "
        "`champion` is a reference that later candidates are compared with.",
        "lab promote boosted-trees",
    )
    add_id(verb)
