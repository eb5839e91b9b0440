"""What git shows of a rollout: its split test stayed, and its ladder was only added to."""

import pytest
from proving import Proof

ROLL = "stages/6-deployment/ROLL-20261101-one-clinic/index.md"
TEST = 'test: {table: data/split.csv, claims: [{claim: "letters >= control", expects: 0.1}]}\n'
FIRST = '  - {at: "2026-11-24T09:00:00Z", by: bob, did: widened, step: 1, why: a quiet week}\n'
SECOND = FIRST.replace("24T", "28T").replace("step: 1", "step: 2")


def rollout(proof: Proof, test: str = TEST, ladder: str = "") -> None:
    climbed = f"ladder:\n{ladder}" if ladder else ""
    proof.write(
        ROLL, f"---\nid: ROLL-20261101-one-clinic\n{test}{climbed}---\n\n## What goes live\n"
    )
    proof.commit()


@pytest.fixture
def begun(proof: Proof) -> Proof:
    rollout(proof)
    rollout(proof, TEST.replace("0.1", "0.2"))  # nobody has met the model yet
    rollout(proof, ladder=FIRST)
    rollout(proof, ladder=FIRST + SECOND)
    return proof


def test_a_ladder_that_is_added_to(begun: Proof):
    assert not [finding for finding in begun.audit() if finding[0] == "AUD010"]


@pytest.mark.parametrize(
    ("told", "test", "ladder"),
    [
        ("its split test was changed", TEST.replace("letters", "pages"), FIRST + SECOND),
        ("its split test was changed", "", FIRST + SECOND),
        ("an entry of its ladder was changed", TEST, FIRST),
        ("an entry of its ladder was changed", TEST, FIRST.replace("quiet", "loud") + SECOND),
    ],
)
def test_what_was_decided_is_not_rewritten(begun: Proof, told: str, test: str, ladder: str):
    rollout(begun, test, ladder)
    begun.red("AUD010", ROLL, told)


def test_a_test_that_was_changed_and_put_back_is_seen(begun: Proof):
    rollout(begun, TEST.replace("letters", "pages"), FIRST + SECOND)
    rollout(begun, TEST, FIRST + SECOND)
    begun.red("AUD010", ROLL, "its split test was changed")


def test_a_rollout_that_has_begun_is_not_deleted(begun: Proof):
    (begun.root / ROLL).unlink()
    begun.commit()
    begun.red("AUD010", ROLL, "a rollout that has begun was deleted")
