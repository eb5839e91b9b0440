"""Where an option of the command line is written in the front matter of a record."""

from ..proof.locks import LOCKED

# A kind without that field does not take the option.
PLACES = {
    "tldr": "tldr",
    "proposal": "proposal",
    "answers": "answers",
    "follows": "follows",
    "question": "question",
    "kpi": "kpi",
    "size": "size",
    "timebox": "timebox",
    "believe": "story.we_believe",
    "result": "story.will_result_in",
    "value": "story.in_order_to",
    "reduces": "story.reduces",
    "criterion": "criteria",
    "guardrail": "guardrails",
    "prior": "prior",
    "testset": "evaluation.testset",
    "seed": "evaluation.seeds",
    "change": "change",
}
AMENDABLE = {option: place for option, place in PLACES.items() if place.partition(".")[0] in LOCKED}
