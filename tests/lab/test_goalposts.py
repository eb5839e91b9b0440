"""Goalposts: each moment of a hypothesis stands with the commit that first held it."""

from pathlib import Path

from proving import HYP, Proof

from lab.evidence.verdict import verdict_of
from lab.proof.audit import read_past
from lab.proof.goalposts import Goalpost, goalposts
from lab.proof.history import History
from lab.records.store import read_store


def found(root: Path, with_git: bool = True) -> list[Goalpost]:
    store = read_store(root)
    record = store.records[HYP]
    verdict = verdict_of(record, store) if record.judged else None
    past = read_past(History(root)) if with_git else None
    assert not isinstance(verdict, str)
    return goalposts(record, verdict, past)


def test_lock_amendment_and_verdict_stand_with_their_commits(proof: Proof):
    proof.locked()
    locked = proof.git("rev-parse", "HEAD")
    proof.at("2026-11-24T09:00:00Z")
    proof.lab(
        *("amend", "linear", "--timebox", "4", "--why", "The cluster was down."),
        *("--impact", "None on the criteria.", "--results-seen", "no"),
    )
    amended = proof.commit("Amend")
    proof.at("2026-11-25T09:00:00Z")
    proof.tested().judged()
    judged = proof.git("rev-parse", "HEAD")
    (proof.root / "note.md").write_text("later")
    proof.commit("Later")
    moments = {one.what: one for one in found(proof.root)}
    assert list(moments) == ["written", "locked", "amended", "judged"]
    assert moments["locked"].commit == locked[:10]
    assert moments["amended"].commit == amended[:10]
    assert moments["judged"].commit == judged[:10]
    assert moments["amended"].why == "The cluster was down. Impact: None on the criteria."
    assert not moments["amended"].results_seen
    assert moments["judged"].why == "supported"
    assert moments["locked"].by == "bob"


def test_what_is_not_committed_has_no_commit(proof: Proof):
    proof.lab("testset", "register", "TS-2026-11")
    proof.lab("start", "linear")
    (locked,) = [one for one in found(proof.root) if one.what == "locked"]
    assert locked.commit is None
    proof.commit("Start")
    (locked,) = [one for one in found(proof.root, with_git=False) if one.what == "locked"]
    assert locked.commit is None
