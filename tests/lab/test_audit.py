"""The audit in the honest version, and where it cannot prove anything."""

from proving import INDEX, Proof


def test_the_honest_way_holds(proof: Proof):
    proof.locked().tested().judged()
    assert proof.verdict()["verdict"] == "supported"
    assert proof.verdict()["mode"] == "confirmatory"
    proof.green()
    said = proof.lab("audit")
    assert said.startswith("holds: 1 locked hypotheses, 1 verdicts computed again.\n")
    assert "What no history can prove" in said
