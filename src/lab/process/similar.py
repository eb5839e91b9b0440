"""Hypotheses that say nearly the same: so that nobody tests twice what is known."""

import re

from ..records.store import Record, Store

COMMON = """
a all an and any are as at be believe better by can do for from has have in is it its model more of
on or our over so than that the their them this to use using we will with
"""
COMMON_WORDS = frozenset(COMMON.split())
WORD = re.compile(r"[^\W_]+")
ENDING = re.compile(r"(?<=\w\w\w)(?:es|(?<!s)s|ing|ed|e)$")
NEAR = 0.5


def words(text: str) -> frozenset[str]:
    """The words that carry a claim, without the endings that come and go."""
    found = [word for word in WORD.findall(text.lower()) if word not in COMMON_WORDS]
    return frozenset(ENDING.sub("", word) for word in found) - COMMON_WORDS


def similar(store: Store, title: str, claim: str = "") -> list[Record]:
    """Up to three hypotheses that share half of the words of a title or a claim, closest first.

    Two sets of words are compared by what they share, over the smaller of the two (the overlap
    coefficient), so that a short title matches a long one.
    """
    wanted = [words(text) for text in (title, claim) if words(text)]
    scored = []
    for record in store.of("HYP"):
        own = [words(record.front.title), words(record.front.story.we_believe)]
        score = max((_overlap(one, other) for one in wanted for other in own if other), default=0.0)
        if score >= NEAR:
            scored.append((score, record))
    scored.sort(key=lambda pair: (-pair[0], pair[1].id))
    return [record for _, record in scored[:3]]


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller > 1 else float(one == other)
