"""The glossary: what our words mean, for readers who are not technical."""

from ..layout import Page
from ..world import World

WORDS = {
    "abandoned": "A card that was given up before its answer, with what was learned.",
    "alpha": "The error rate: how often a useless idea may pass by luck, over a whole test set.",
    "amendment": "A change of a promise after it was locked: on record, with why and its impact.",
    "bar": "The number that a criterion names: a threshold that a metric has to pass.",
    "baseline": "What a model is compared with: the status quo, or the champion.",
    "budget": "How many hypotheses one test set may judge before it has told too much.",
    "candidate": "The model that is being tested now.",
    "card": "One piece of work on the board: a hypothesis, a spike, an exploration or a task.",
    "champion": "The best model so far, which a new one has to beat.",
    "confirmatory": "A verdict on a promise that was locked before anybody saw a result.",
    "criterion": "A comparison that has to hold, such as recall > 0.85.",
    "data exploration": "A look at the data that ends in findings, and often in hypotheses.",
    "development numbers": "What a model says of training rows that it has not seen; no evidence.",
    "exploratory": "A verdict that suggests something and proves nothing; it says why.",
    "gate": "What was decided beforehand to follow from the result of an iteration.",
    "guardrail": "A criterion about what must not get worse.",
    "held-out examples": "Examples that no model has seen; only they can say how good it is.",
    "hypothesis": "A claim about a change, with criteria that would prove it, written down before.",
    "inconclusive": "The examples are too few to tell whether the claim holds.",
    "interval": "Where the true value lies, as far as the examples can tell.",
    "iteration": "From a proposal with one question to a report with a decision.",
    "KPI": "A number by which the customer's outcome is measured.",
    "lift": "What better decisions are worth, compared with those of today.",
    "lock": "The moment from which criteria cannot move: before the experiment.",
    "precision": "Of the cases that the model picks, the share that is right.",
    "prior": "How likely the owner held a hypothesis before it was tested.",
    "recall": "Of the cases that should be picked, the share that the model finds.",
    "refuted": "The claim does not hold: a result as good as any other.",
    "rollout": "How a model goes live, in steps that can be taken back.",
    "sealed": "Kept where no everyday work reads it; only the judge opens it, for a verdict.",
    "seed": "The number that randomness starts from; only many of them tell of a recipe.",
    "slice": "A part of the examples, such as people below 30.",
    "spike": "One question in a short time box.",
    "status quo": "How it is decided today, without the model.",
    "supported": "Every criterion holds, with the certainty that was set beforehand.",
    "test set": "Held-out examples under a name, registered before anybody asks them anything.",
    "time box": "Working days after which a card is wrapped up, satisfied or not.",
    "unclear": "A criterion whose interval lies on both sides of the bar.",
    "verdict": "What follows from the held-out examples: computed, never typed.",
    "waiver": "A rule that does not hold for one record: openly, with a reason and an end.",
    "WIP limit": "How many cards may be in a lane at once, so that they get finished.",
}


def glossary_page(world: World) -> Page:
    """Every word in the order of the alphabet."""
    words = sorted(WORDS.items(), key=lambda pair: pair[0].lower())
    return Page("glossary.md", "Glossary", {"words": words}, hide=("toc",))
