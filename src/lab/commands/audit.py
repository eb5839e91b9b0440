"""`lab audit`: what git's history proves, and what it cannot."""

import argparse
import sys

from ..proof.audit import TITLES, audit
from ..records.answers import ANSWERS
from ..records.openings import read_failed_openings, told
from ..rules.run import Report
from ..terminal import style
from .formats import FORMATS
from .options import add_format
from .output import print_findings
from .parser import Command
from .session import here

LIMITS = """\
What no history can prove:
- whether somebody looked at the held-out examples in private, tried other ideas or candidates
  that were never committed, or threw a verdict away before it was committed;
- whether predictions that lay there before the lock, and were not committed, had been looked at;
- whether a branch that was merged by rebase or fast-forward locked and judged in one go: its
  commits then look like two honest changes (`lab check` is red on such a branch);
- whether a whole first run was forged, or a later one together with the digests of what it
  read: who doubts it runs the pipeline again;
- whether a test set that is not sealed shares some of its examples with another one, or with the
  training data; and of any, whether rows that differ a little are about the same thing;
- whether the predict command was really kept from the sealed files where a verdict says so, and
  whether what dvc.yaml runs in place of `lab data split` parts rows fairly: read that file;
- whether known predictions were written again in other bytes, once no cache or remote has the old;
- whether the person behind a handle is who it says: git lets anybody write any name;
- what happened before the whole project was moved into another folder of its repository;
- whether a verdict came from a tool that was edited in one environment and then put back, or that
  other code in the environment changed while it ran: CI computes it again in one of its own;
- whether a machine of CI is what it should be: who controls it controls what it says;
- whether the template itself judges fairly: who may push there, or to the package index that the
  tool comes from, decides that (`lab drift` compares the project and its tool with the template).
Whoever may force-push the default branch can rewrite all of it."""
SCHEDULED = """\
Training is reproduced on a schedule (`reproduce: scheduled` in team/policy.yml), not for each
change: what no run has reproduced yet is taken on trust.
"""
NAMELESS = (
    f"And here, which tool should judge: there is no {ANSWERS}, so this folder was not made from "
    "the template."
)


def arguments(command: Command) -> None:
    """With verdicts or without, and how findings are printed."""
    command.describe(
        "Go through the first-parent history: locks before results, promises unchanged, records "
        "kept, outputs unforged; and compute every verdict again from its evidence. "
        "Exit codes: 0 holds, 1 does not, 3 could not verify.",
        "lab audit",
        run,
    )
    command.add_argument("--no-replay", action="store_true", help="do not compute verdicts again")
    add_format(command)


def run(typed: argparse.Namespace) -> int:
    """Prove from the first-parent history that no goalpost moved."""
    _, store = here()
    replay = None
    judged = [record for record in store.of("HYP") if record.judged]
    if not typed.no_replay and judged:
        from ..proof.replay import Replay

        replay = Replay()
        if sys.stderr.isatty():
            print(f"computing {len(judged)} verdicts again", file=sys.stderr)
    report = Report(tuple(audit(store, replay)))
    if typed.format != "text":
        FORMATS[typed.format](report, len(store.records))
        return report.code
    print_findings(report.findings)
    if report.code == 0:
        locked = sum(record.front.lock is not None for record in store.of("HYP"))
        done = f"; verdicts computed again: {len(judged)}" if replay else ""
        print(f"{style('holds', 'green')}; locked hypotheses: {locked}{done}.")
        for code, title in TITLES.items():
            print(f"  {code} {title}")
    for record in store.of("HYP"):
        for failed in read_failed_openings(store.root, record.folder):
            print(f"  opened without a verdict: {record.id}, {told(failed)}.")
    print()
    if store.policy.evidence.reproduce == "scheduled":
        print(SCHEDULED)
    print(LIMITS)
    if not (store.root / ANSWERS).exists():
        print(NAMELESS)
    return report.code
