"""The arguments of the verbs that write documents: the lift, the report, and what is monitored."""

from .values import day
from .verb import Verbs, add_by, add_id, add_json, add_option, add_verb


def lift(verbs: Verbs) -> None:
    """`lab lift`: from which decisions, or what was measured."""
    verb = add_verb(
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
    add_json(verb)


def report(verbs: Verbs) -> None:
    """`lab report`: of which iteration."""
    verb = add_verb(
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
    add_by(verb)


def decide(verbs: Verbs) -> None:
    """`lab decide`: the choice, its reason, and what follows from it."""
    verb = add_verb(
        verbs,
        "decide",
        "commands.doing:decide",
        "take the decision on a report, which closes its iteration",
        "Write the stakeholders' decision into a report and accept it.",
        'lab decide first-triage pivot --gate "not passed" --because "recall is unclear"',
    )
    add_id(verb)
    verb.add_argument("choice", choices=("invest", "pivot", "deploy", "pause", "stop"))
    add_option(verb, "--because", "TEXT", "why, in a sentence", required=True)
    verb.add_argument("--gate", choices=("passed", "not passed"), help="how the gate fell")
    add_option(verb, "--next", "TEXT", "the question for the next iteration")
    add_option(verb, "--not-deployed", "TEXT", "why a good model does not ship")
    verb.add_argument(
        "--revisit-on", metavar="DAY", type=day, help="when to look again: 2027-03-01"
    )
    add_by(verb)


def monitor(verbs: Verbs) -> None:
    """`lab monitor`: which rows, of which days, for which rollout."""
    verb = add_verb(
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
    add_option(verb, "--rollout", "ID", "any part of a rollout's id; else the only one there is")
    verb.add_argument("--since", metavar="DAY", type=day, help="from this day on: 2026-11-01")
    verb.add_argument("--until", metavar="DAY", type=day, help="up to and with this day")
    add_json(verb, "what the report holds")
    add_by(verb)
