"""`lab challenge`: newer data, a test set of their own, the same recipe against the champion."""

import pytest
from proving import HYP, Proof

from lab.errors import LabError
from lab.proof.judgement import rehearsed
from lab.records.store import read_store


@pytest.fixture
def live(proof: Proof, monkeypatch: pytest.MonkeyPatch) -> Proof:
    """A project whose first hypothesis became the champion, and newer data."""
    monkeypatch.setattr("lab.commands.challenge.is_up_to_date", lambda project: True)
    proof.locked().tested().judged()
    proof.write("params.yaml", f"task: binary\nevaluate: {{champion: {HYP}}}\n")
    proof.commit("Promote")
    proof.at("2026-12-14T09:00:00Z")
    proof.run("newer", first=1_000)
    return proof


def test_a_challenger_is_a_hypothesis_on_rows_of_its_own(live: Proof):
    said = live.lab("challenge", "--by", "ann")
    assert "wrote team/testsets/TS-2026-12.yml: 400 held-out rows" in said
    (card,) = (path.parent for path in live.root.glob("stages/4-*/HYP-20261214-*/index.md"))
    text = (card / "index.md").read_text("utf-8")
    assert "\n  - recall > champion\n" in text
    assert "testset: TS-2026-12" in text
    assert "change: data" in text
    live.lab("prioritise", card.name, "1", "--by", "ann")
    said = live.lab("start", card.name, "--by", "ann")
    assert "It took slot 1 of TS-2026-12" in said


def test_criteria_can_be_chosen(live: Proof):
    live.lab("challenge", "--testset", "TS-2026-12-b", "--criterion", "recall >= champion - 0.01",
             "--by", "ann")  # fmt: skip
    (path,) = live.root.glob("stages/4-*/HYP-20261214-*/index.md")
    text = path.read_text("utf-8")
    assert "\n  - recall >= champion - 0.01\n" in text
    assert "TS-2026-12-b" in text


def test_the_same_rows_are_no_fresh_set(live: Proof):
    live.run("same")
    assert "these examples are registered as TS-2026-11" in live.refused("challenge")


def test_what_has_to_be_there(proof: Proof, monkeypatch: pytest.MonkeyPatch):
    assert "there is no champion to challenge" in proof.refused("challenge")
    proof.locked().tested().judged()
    proof.write("params.yaml", f"task: binary\nevaluate: {{champion: {HYP}}}\n")
    assert "unknown metric" in proof.refused("challenge", "--criterion", "magic > 0.5")
    monkeypatch.setattr("lab.commands.challenge.is_up_to_date", lambda project: False)
    assert "`uv run dvc repro` first" in proof.refused("challenge")


def test_a_champion_of_other_rows_does_not_stop_the_rehearsal(live: Proof):
    """It has said nothing of the development rows, and will be asked when the set is opened."""
    live.lab("challenge", "--by", "ann")
    (path,) = live.root.glob("stages/4-*/HYP-20261214-*/index.md")
    live.lab("prioritise", path.parent.name, "1", "--by", "ann")
    live.lab("start", path.parent.name, "--by", "ann")
    store = read_store(live.root)
    record = store.find(path.parent.name)
    rehearsed(store, record, store.testsets["TS-2026-12"])
    text = path.read_text("utf-8").replace("recall > champion", "latency_ms < champion")
    path.write_text(text, "utf-8")
    store = read_store(live.root)
    with pytest.raises(LabError, match="cannot be computed on the development rows"):
        rehearsed(store, store.find(path.parent.name), store.testsets["TS-2026-12"])
