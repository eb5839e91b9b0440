"""`lab testset`: registered before anybody asks it anything, with a ledger of who asked."""

import json

import pytest
from proving import EXAMPLES, HYP, PREDICTIONS, TS, Proof, tables

from lab.proof.locks import alpha
from lab.records.store import read_store


def test_a_test_set_is_registered(proof: Proof):
    said = proof.lab("testset", "register", "TS-2026-11")
    assert said == (
        f"wrote {TS}\n  400 examples, 200 in the smallest class or units; "
        "10 hypotheses share an error rate of 0.05.\n"
    )
    found = read_store(proof.root).testsets["TS-2026-11"]
    assert (found.examples, found.smallest, found.positives) == (400, 200, 200)
    assert (found.task, found.source, found.unit) == ("binary", "sample", None)
    assert (found.registered.by, found.alpha, found.budget) == ("bob", "0.05", 10)
    assert alpha(read_store(proof.root), "TS-2026-11") == "0.005"
    proof.commit("Register")
    proof.green()


def test_a_name_is_made_of_the_month(proof: Proof):
    assert proof.lab("testset", "register").startswith("wrote team/testsets/TS-2026-11.yml\n")


@pytest.mark.parametrize("name", ["TS-26-11", "ts-2026-11", "TS-2026-11/x", "../TS-2026-11", "TS"])
def test_wrong_names(proof: Proof, name: str):
    assert "is no name of a test set" in proof.refused("testset", "register", name)


def test_a_name_is_used_once(proof: Proof):
    proof.lab("testset", "register", "TS-2026-11")
    proof.commit("Register")
    assert "is registered already" in proof.refused("testset", "register", "TS-2026-11")


def test_what_is_not_committed_is_registered_again(proof: Proof):
    """As long as schema.yaml is being decided, nobody relies on a registration."""
    proof.lab("testset", "register", "TS-2026-11-first")
    before = read_store(proof.root).testsets["TS-2026-11-first"]
    proof.run("b", flipped=1)
    assert "TS-2026-11-first.yml" in proof.lab("testset", "register")
    after = read_store(proof.root).testsets
    assert [*after] == ["TS-2026-11-first"]
    assert after["TS-2026-11-first"].digest != before.digest
    proof.commit("Register")
    proof.green()
    proof.run("b", flipped=2)
    assert "is registered already" in proof.refused("testset", "register", "TS-2026-11-first")


def test_only_the_order_of_the_rows_is_free(proof: Proof):
    proof.lab("testset", "register", "TS-2026-11")
    proof.run("b", ids=range(399, -1, -1))
    assert "registered as TS-2026-11" in proof.refused("testset", "register", "TS-2026-12")
    proof.run("b", flipped=1)
    proof.lab("testset", "register", "TS-2026-12")


@pytest.mark.parametrize("path", [EXAMPLES, PREDICTIONS])
def test_without_tables(proof: Proof, path: str):
    (proof.root / path).unlink()
    assert f"{path} is missing" in proof.refused("testset", "register", "TS-2026-11")


def test_tables_that_the_pipeline_did_not_write(proof: Proof):
    tables(0, flipped=3)[0].write_parquet(proof.root / EXAMPLES)
    said = proof.refused("testset", "register", "TS-2026-11")
    assert f"{EXAMPLES} is not what the pipeline wrote" in said


def test_nothing_starts_on_dummy_data(proof: Proof):
    proof.run("b", source="dummy")
    proof.lab("testset", "register", "TS-2026-11")
    assert "holds dummy data" in proof.refused("start", "linear")


def test_nothing_starts_on_what_is_not_registered(proof: Proof):
    said = proof.refused("start", "linear")
    assert "TS-2026-11 is not registered: run the pipeline" in said


def test_nothing_starts_that_could_never_be_supported(proof: Proof):
    proof.run("b", ids=range(20))
    proof.lab("testset", "register", "TS-2026-11")
    said = proof.refused("start", "linear")
    assert "cannot be decided on TS-2026-11" in said
    assert "at least 33 are needed" in said


def test_nothing_starts_at_an_error_rate_that_nobody_can_keep(proof: Proof):
    proof.lab("testset", "register", "TS-2026-11")
    path = proof.root / "team/testsets/TS-2026-11.yml"
    path.write_text(path.read_text("utf-8").replace('alpha: "0.05"', 'alpha: ".0"'), "utf-8")
    assert "an error rate of 0 for one hypothesis is below 1e-12" in proof.refused(
        "start", "linear"
    )


def test_the_ledger(proof: Proof):
    assert proof.lab("testset", "list") == ""
    proof.locked()
    said = proof.lab("testset", "list")
    assert said == (
        "TS-2026-11\t400 examples\t1 of 10 slots used\talpha 0.05\n"
        f"  slot 1\t{HYP}\ttest hypothesis\n"
    )
    proof.tested().judged()
    assert f"  slot 1\t{HYP}\tsupported\n" in proof.lab("testset", "list")
    (entry,) = json.loads(proof.lab("testset", "list", "--json"))
    assert entry["slots"] == {"1": [HYP]}
    assert entry["testset"]["id"] == "TS-2026-11"
    proof.lab("testset", "retire", "TS-2026-11", "--why", "worn out")
    assert "alpha 0.05, retired 2026-11-23: worn out" in proof.lab("testset", "list")


def test_a_test_set_is_retired(proof: Proof):
    proof.locked()
    said = proof.lab("testset", "retire", "TS-2026-11", "--why", "worn out", "--by", "ann")
    assert said == "TS-2026-11 is retired: worn out\n"
    assert 'retired: {at: "2026-11-23T09:00:00Z", by: ann, why: worn out}' in (
        (proof.root / TS).read_text("utf-8")
    )
    words = ("testset", "retire", "TS-2026-11", "--why", "again")
    assert "is retired already" in proof.refused(*words)
    assert "is not registered (known: TS-2026-11)" in (
        proof.refused("testset", "retire", "TS-2025-01", "--why", "x")
    )
    proof.misused("testset", "retire", "TS-2026-11")


def test_a_card_that_is_at_work_is_still_judged_on_a_retired_test_set(proof: Proof):
    proof.locked()
    proof.at("2026-11-24T09:00:00Z")
    proof.lab("testset", "retire", "TS-2026-11", "--why", "worn out")
    proof.commit("Retire")
    proof.tested().judged()
    assert proof.verdict()["mode"] == "confirmatory"
    proof.green()


def test_a_card_that_changes_its_test_set_keeps_its_slot(proof: Proof):
    proof.locked()
    proof.run("b", wrong=1, first=1000)
    proof.lab("testset", "register", "TS-2026-12")
    honest = ("--why", "better labels", "--impact", "none", "--results-seen", "no")
    proof.lab("amend", "linear", "--testset", "TS-2026-12", *honest)
    proof.commit("Amend")
    ledger = json.loads(proof.lab("testset", "list", "--json"))
    assert [one["slots"] for one in ledger] == [{"1": [HYP]}, {}]
    proof.tested(first=1000).judged()
    assert proof.verdict()["reasons"] == ["it was locked on another test set"]
    proof.green()
