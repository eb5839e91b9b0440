"""Links between records: which kinds each of them may lead to, and how it is called from there."""

from ..records.kinds import KINDS
from .lanes import CARDS

EVERY = tuple(KINDS)
TARGETS = {
    "NEED": {"answers": ("REQ",)},
    "LIFT": {"answers": ("NEED",)},
    "PROP": {"answers": ("NEED",)},
    "ROLL": {"answers": ("REP",), "requirements": ("REQ",)},
    "INC": {"answers": ("ROLL",)},
    "REP": {"proposal": ("PROP",)},
    **{
        kind: {
            "proposal": ("PROP",),
            "follows": CARDS,
            "depends_on": EVERY,
            "unblocks": EVERY,
        }
        for kind in CARDS
    },
}
BACK = {
    "answers": "answered by",
    "requirements": "served by",
    "proposal": "part of it",
    "follows": "followed by",
    "supersedes": "replaced by",
    "depends_on": "needed by",
    "unblocks": "freed by",
}
