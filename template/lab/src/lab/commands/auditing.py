"""`lab audit`: what git's history proves, and what it cannot."""

import argparse
import sys

from ..rules.audit import TITLES, audit
from ..rules.run import Report
from ..terminal import style
from .checking import FORMATS
from .using import here, print_findings

LIMITS = """\
What no history can prove: whether somebody looked at the test set in private, or tried ideas
that were never written down. Whoever may force-push the default branch can rewrite all of it."""


def run(typed: argparse.Namespace) -> int:
    """Prove from the first-parent history that no goalpost moved."""
    _, store = here()
    replay = None
    judged = [record for record in store.of("HYP") if record.judged]
    if not typed.no_replay and judged:
        from ..rules.replay import replayed

        replay = replayed
        if sys.stderr.isatty():
            print(f"computing {len(judged)} verdicts again", file=sys.stderr)
    report = Report(tuple(audit(store, replay)))
    if typed.format != "text":
        FORMATS[typed.format](report, len(store.records))
        return report.code
    print_findings(report.findings)
    if report.code == 0:
        locked = sum(record.front.lock is not None for record in store.of("HYP"))
        done = f", {len(judged)} verdicts computed again" if replay else ""
        print(f"{style('holds', 'green')}: {locked} locked hypotheses{done}.")
        for code, title in TITLES.items():
            print(f"  {code} {title}")
    print()
    print(LIMITS)
    return report.code
