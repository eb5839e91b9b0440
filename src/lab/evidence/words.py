"""A judgement in plain words, with the numbers beside them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .criteria import parse_criterion

if TYPE_CHECKING:  # they load numpy, and the site needs the words alone
    from .judge import Judgement
    from .result import Result
    from .verdict import Decided

POLICIES = {
    "perfect": "every decision right",
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
    width = max(len(one.criterion) for one in judgement.results)
    for one in judgement.results:
        role = " (guardrail)" if one.role == "guardrail" else ""
        yield f"{one.criterion:{width}}  {one.status}{role}"
        yield f"    {sentence(one, judgement.alpha)}"


def sentence(one: "Result | Decided", alpha: float) -> str:
    """What was found about one criterion, for a reader who is not technical."""
    if one.status == "error" or one.estimate is None:
        return f"It could not be computed: {one.reason}."
    if one.method == "ballot":
        said = f"{one.estimate:.0f} of {one.n} who voted said yes"
        return f"{said}; {one.reason}." if one.reason else f"{said}."
    what = f"the {_name(one)} is {number(one.estimate)}"
    if one.reference:
        better = "above" if one.estimate >= 0 else "below"
        what = (
            f"the {_name(one)} is {number(abs(one.estimate))} {better} that of the {one.reference}"
        )
        what = what.replace("status_quo", "status quo")
    sure = f"{100 * (1 - alpha):g} % sure"
    above = ">" in parse_criterion(one.criterion).op
    it = "the difference" if one.reference else "it"
    bound = one.lower if above else one.upper
    side = "above" if above else "below"
    basis = f"{one.n} examples, {one.method}"
    bar = number(one.threshold or 0.0)
    if one.status == "met":
        rest = f"we can be {sure} that {it} is {side} {number(bound)}; the bar is {bar}"
    elif one.status == "missed":
        other = one.upper if above else one.lower
        far = "below" if above else "above"
        rest = f"we can be at least {sure} that {it} is {far} {number(other)}; the bar is {bar}"
    else:
        rest = f"{it} may lie anywhere from {number(one.lower)} to {number(one.upper)}"
        rest += f"; the bar is {bar}"
        if one.reason:
            rest += f"; {one.reason}"
        if one.needed_n:
            rest += f"; about {one.needed_n} held-out examples would settle it"
        elif not one.reason:
            rest += "; more examples alone would not settle it"
    return f"{what[0].upper()}{what[1:]} ({basis}): {rest}."


def number(value: float | None) -> str:
    """A number as people read it: three digits that matter."""
    if value is None:
        return "?"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.4g}"


def _name(one: "Result | Decided") -> str:
    name = one.metric.replace("_", " ")
    return f"{name} where {one.slice}" if one.slice else name


def statuses(results: "Sequence[Result | Decided]") -> str:
    """How many are met, missed and unclear."""
    counts = {
        status: sum(one.status == status for one in results)
        for status in ("met", "missed", "unclear", "error")
    }
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count)
