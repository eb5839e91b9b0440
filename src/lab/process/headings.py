"""The headings that have to be filled: questions that experienced teams ask."""

from ..records.store import Record, Store
from .lanes import ACCEPTED, DONE, is_draft
from .one_page import page_of

BY_THE_START = {
    "HYP": ("Why we believe it", "What we will do", "How we will know", "What happens next"),
    "SPK": ("Why we ask", "What we will try", "When we stop"),
    "EDA": ("What we want to know",),
    "TASK": ("What and why", "How we will show it", "How it is tested"),
    "REQ": (
        "Customer and outcome",
        "Business hypothesis",
        "Kind of model",
        "KPIs",
        "Where this comes from",
        "Limits",
    ),
    "NEED": (
        "Problem",
        "Stakeholders",
        "Success metrics",
        "Alternatives",
        "Is a model needed?",
        "Expected lift",
        "Feasibility",
    ),
    "LIFT": (
        "What each decision is worth",
        "Perfect, status quo, random",
        "Potential and risk",
        "Is there enough headroom?",
    ),
    "PROP": (
        "Question and gate",
        "Data sets",
        "Target and labels",
        "Features",
        "Algorithms",
        "Baseline",
        "Metrics",
        "Hypotheses",
        "Feasibility",
        "Infrastructure",
        "Model interface",
        "Risks and rewards",
    ),
    "REP": (
        "What we asked and what we did",
        "What it means",
        "Gate",
        "Lessons",
        "Customer outcome",
        "Next iteration",
        "Decision",
    ),
    "ROLL": (
        "What goes live",
        "Split test",
        "Way back",
        "Monitoring",
        "People in the loop",
        "Retraining",
    ),
    "INC": ("What users saw", "How we noticed", "What we did", "Why it happened"),
    "RET": ("What held us back", "Does our way of working still fit?", "What we change"),
}
ON_ONE_PAGE = {  # an iteration that began with a proposal of one page
    "PROP": ("Why", "For whom", "Alternatives"),
    "HYP": (),
    "REP": ("What it means", "Lessons"),
}
BY_THE_END = {"SPK": ("What we found",), "EDA": ("Data looked at", "Findings", "Hypotheses raised")}
MAY_BE_NOTHING = ("Hypotheses raised", "Next iteration")  # where "none" is an answer


def required(record: Record, store: Store) -> tuple[str, ...]:
    """The headings of a record that need something below them by now.

    A draft needs none, and nor does a card that was abandoned.
    """
    if is_draft(record) or getattr(record.front, "outcome", None) == "abandoned":
        return ()
    code = record.kind.code
    ended = BY_THE_END.get(code, ()) if record.lane in (DONE, ACCEPTED) else ()
    if code in ON_ONE_PAGE and page_of(record, store):
        return ON_ONE_PAGE[code]
    return BY_THE_START[code] + ended
