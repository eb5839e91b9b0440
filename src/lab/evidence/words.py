"""A judgement in plain words, with the numbers beside them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..numerals import apart, number, signed
from .criteria import parse_criterion
from .recipes import seeds_needed

if TYPE_CHECKING:  # they load numpy, and the site needs the words alone
    from .judge import Judgement
    from .result import Result
    from .verdict import Decided, Opening, Verdict

POLICIES = {
    "perfect": "the best decision in every case",
    "status_quo": "decisions as they are made today",
    "random": "decisions drawn at random",
    "potential": "what a model may gain at most: perfect less status quo",
    "risk": "what a useless one would cost: status quo less random",
}
HEADLINES = {
    "supported": "Supported",
    "refuted": "Refuted: a result like any other, and it costs no one a model that does not work",
    "inconclusive": "Inconclusive: these examples cannot tell",
    None: "No verdict",
}


def headline(verdict: str | None) -> str:
    """The verdict in a few words."""
    return HEADLINES[verdict]


def explained(judgement: "Judgement") -> Iterator[str]:
    """One line for each criterion, and below it what it means."""
    width = max(len(result.criterion) for result in judgement.results)
    for result in judgement.results:
        role = " (guardrail)" if result.role == "guardrail" else ""
        yield f"{result.criterion:{width}}  {result.status}{role}"
        yield f"    {sentence(result, judgement.alpha)}"
    if about := about_seeds(judgement, judgement.alpha):
        yield about


def about_seeds(judged: "Judgement | Verdict", alpha: float) -> str:
    """What a verdict is about, and which seeds count as one; empty in one of format 1."""
    if judged.claim is None:
        return ""
    sentences = [
        f"The seeds {_listed(group)} predict the same for every example, so they count as one."
        for group in judged.alike
        if len(group) > 1
    ]
    count = len(judged.alike)
    if judged.claim == "recipe":
        sentences.append(f"This is about the recipe, as {count} seeds show it.")
    else:
        these = f"these {count} seeds" if count > 1 else "this one model"
        sentences.append(
            f"This is about {these}, not about the recipe: at this error rate, what holds for a "
            f"recipe takes {seeds_needed(alpha)} seeds that predict differently."
        )
    return " ".join(sentences)


PARTED = {
    "time": (
        " The rows come after all that were trained on. The intervals take them as independent of "
        "each other: that a whole week or month may differ is not in them."
    ),
    "column": " Which rows are held out was said by a column of the data, and by no rule.",
}


def about_opening(opening: "Opening | None") -> str:
    """How the held-out rows of a verdict were asked."""
    if opening is None:
        return (
            "The held-out rows were on show: the pipeline predicts them, so whoever works on the "
            "model may have seen these numbers before."
        )
    kept = {
        "landlock": "Landlock kept it from the sealed files",
        None: "nothing on that machine kept it from the sealed files",
    }[opening.enclosed]
    said = (
        "The test set was sealed, and opened for this verdict: the predict command saw its rows "
        f"without their target, and {kept}."
    )
    return said + PARTED.get(opening.parted, "")


def _listed(seeds: Sequence[int]) -> str:
    *first, last = map(str, seeds)
    return f"{', '.join(first)} and {last}"


def sentence(result: "Result | Decided", alpha: float) -> str:
    """What was found about one criterion, for a reader who is not technical."""
    if result.status == "error" or result.estimate is None:
        return f"It could not be computed: {result.reason}."
    if result.method == "ballot":
        votes = f"{number(round(result.estimate))} of {number(result.n)} who voted said yes"
        return f"{votes}; {result.reason}." if result.reason else f"{votes}."
    if not has_numbers(result):
        return f"{_on_its_side(result, alpha)}."
    estimate, lower, upper = _numbers(result)
    what = f"the {_name(result)} is {estimate}"
    if result.reference:
        better = "above" if result.estimate >= 0 else "below"
        reference = result.reference.replace("_", " ")
        what = f"the {_name(result)} is {estimate.lstrip('+-')} {better} that of the {reference}"
    sure = f"{100 * (1 - alpha):.{6 if alpha > 1e-6 else 15}g} % sure"
    above = ">" in parse_criterion(result.criterion).op
    it = "the difference" if result.reference else "it"
    bound, other = (lower, upper) if above else (upper, lower)
    side, far = ("above", "below") if above else ("below", "above")
    basis = f"{number(result.n)} examples, {result.method}"
    bar = bar_as_typed(result)
    if result.status == "met":
        rest = f"we can be {sure} that {it} is {side} {bound}; the bar is {bar}"
        if result.threshold in (result.lower, result.upper):  # of a sealed set, told in steps
            rest = f"we can be {sure} that {it} is {side} the bar, {bar}"
    elif result.status == "missed":
        rest = f"we can be at least {sure} that {it} is {far} {other}; the bar is {bar}"
    else:
        rest = f"{it} may lie anywhere from {lower} to {upper}; the bar is {bar}"
        if result.reason:
            rest += f"; {result.reason}"
        if result.needed_n:
            rest += f"; about {number(result.needed_n)} examples would settle it"
        elif not result.reason:
            rest += "; more examples alone would not settle it"
    rest += _resting(result)
    return f"{what[0].upper()}{what[1:]} ({basis}): {rest}."


def found(result: "Result | Decided") -> str:
    """The estimate and its bounds, or how many said yes; a difference has its sign."""
    if result.estimate is None:
        return "?"
    if result.method == "ballot":
        return f"{number(round(result.estimate))} of {number(result.n)} said yes"
    if not has_numbers(result):
        return "not told"
    estimate, lower, upper = _numbers(result)
    return f"{estimate} ({lower} to {upper})"


def bar_as_typed(result: "Result | Decided") -> str:
    """The bar of a result, as the author of its criterion typed it."""
    return parse_criterion(result.criterion).bar


def _numbers(result: "Result | Decided") -> list[str]:
    """Estimate, lower and upper bound, with digits that tell them from the bar."""
    shown = apart(result.estimate, result.lower, result.upper, result.threshold)[:3]
    return [signed(text) for text in shown] if result.reference else shown


def has_numbers(result: "Result | Decided") -> bool:
    """Is more told of a result than on which side of the bar it is?"""
    return not result.estimate == result.lower == result.upper == result.threshold


def _on_its_side(result: "Result | Decided", alpha: float) -> str:
    """What is told of a test set that tells no numbers: on which side of the bar the truth is."""
    sure, bar = f"{100 * (1 - alpha):g} % sure", bar_as_typed(result)
    what = f"the {_name(result)}"
    if result.reference:
        what += f" less that of the {result.reference.replace('_', ' ')}"
    above = ">" in parse_criterion(result.criterion).op
    if result.status == "unclear":
        return f"It cannot be told on which side of {bar} {what} is ({number(result.n)} examples)"
    side = "above" if above == (result.status == "met") else "below"
    return f"We can be {sure} that {what} is {side} {bar} ({number(result.n)} examples)"


def _resting(result: "Result | Decided") -> str:
    """What is taken for granted where a single example may count any amount."""
    if result.status != "met" or not (rests_on := result.rests_on):
        return ""
    what = "difference" if result.reference else "example"
    return (
        f"; this rests on cases that nobody has seen: the {100 * rests_on.unseen:.2g} % that so "
        f"few examples can miss have to be, on average, less than {rests_on.times:.3g} times as "
        f"far on the bad side as the worst {what} of these"
    )


def _name(result: "Result | Decided") -> str:
    name = result.metric.replace("_", " ")
    return f"{name} where {result.slice}" if result.slice else name


def statuses(results: "Sequence[Result | Decided]") -> str:
    """How many are met, missed and unclear."""
    counts = {
        status: sum(result.status == status for result in results)
        for status in ("met", "missed", "unclear", "error")
    }
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count)
