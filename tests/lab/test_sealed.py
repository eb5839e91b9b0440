"""Attacks on a sealed held-out set: each is refused, red or exploratory with its reason."""

import json
import re
import shutil
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
import yaml
from playing import PROP
from proving import INDEX, VERDICT
from sealing import DATA, HYP, OPENING, Sealed

from lab.evidence.verdict import read
from lab.proof.judgement import judged
from lab.proof.locks import free_slot
from lab.records.store import read_store

PEOPLE = "team/people.yml"
AMENDED = ("--why", "It matters more", "--impact", "Another bar", "--results-seen", "no")


def bent(sealed: Sealed, *names: str) -> None:
    """Let the judge see nothing of what some functions would tell it, and judge."""
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(name, lambda *_: [])
        sealed.judged()


def weaker_status_quo(sealed: Sealed) -> None:
    sealed.revise("params.yaml", "size > 80", "size > 99")


def other_values(sealed: Sealed) -> None:
    sealed.revise("params.yaml", "good: {bad: -5", "good: {bad: -1")


def larger_panel(sealed: Sealed) -> None:
    sealed.revise(PEOPLE, "roles: [machine-learning engineer]", "roles: [sponsor]")


def other_items(sealed: Sealed) -> None:
    sealed.write("team/items/form.txt", "\n".join(f"item-{number}" for number in range(5)))


def other_champion(sealed: Sealed) -> None:
    sealed.revise("params.yaml", "champion: null", "champion: HYP-20261101-weak")


def test_an_honest_opening_holds(sealed: Sealed):
    found = sealed.opened()
    assert (found["verdict"], found["mode"]) == ("supported", "confirmatory"), found["reasons"]
    assert {"model", "champion", "enclosed", "dry_run"} <= set(found["opening"])
    sealed.green()


@pytest.mark.parametrize(
    ("criterion", "change", "said"),
    [
        ("recall > status_quo + 0.3", weaker_status_quo, "`status_quo` in params.yaml"),
        ("kpi > 1", other_values, "`lift` in params.yaml, what a decision is worth"),
        ("panel(sponsor) >= 2 of 2", larger_panel, "who is on the panel of the sponsor"),
        ("share(form) > 0.5", other_items, "the items in team/items/form.txt"),
        ("recall > champion", other_champion, "the champion"),
    ],
)
@pytest.mark.parametrize("by", ["start", "amend"])
def test_what_the_answer_depends_on_changes_after_the_lock(
    sealed: Sealed, criterion: str, change: Callable[[Sealed], None], said: str, by: str
):
    sealed.write("team/items/form.txt", "\n".join(f"item-{number}" for number in range(99)))
    sealed.revise(PEOPLE, "roles: [data scientist], backups", "roles: [sponsor], backups")
    sealed.change(PROP, "secondary: [precision]", "secondary: [precision, kpi]")
    if by == "start":
        sealed.change(HYP, "  - precision > 0.50\n", f"  - {criterion}\n")
        sealed.commit("Promise")
        sealed.locked()
    else:
        sealed.locked()
        sealed.lab("amend", "linear", "--guardrail", criterion, *AMENDED)
        sealed.commit("Amend")
    change(sealed)
    sealed.repro()
    sealed.commit("Change")
    assert f"{said} changed since" in sealed.refused("judge", "linear")
    if "share" in criterion or "panel" in criterion or "champion" in criterion:
        return  # the bent judge has no votes, results or champion to count
    bent(sealed, "lab.proof.judgement.broken_terms")
    sealed.exposed(f"{said} changed between the lock and the verdict")


@pytest.mark.parametrize("terms", ["null", "{}"])
def test_a_lock_whose_terms_were_taken_out(sealed: Sealed, terms: str):
    sealed.lab("testset", "register", "TS-2026-11")
    sealed.commit("Register")
    sealed.lab("start", "linear")
    text = sealed.text(HYP)
    head, _, tail = text.partition("terms:")
    _, _, rest = tail.partition("}")
    sealed.write(INDEX, f"{head}terms: {terms}{rest}")
    sealed.commit("Start")
    assert "changed since" in sealed.refused("judge", "linear")
    bent(sealed, "lab.proof.judgement.broken_terms")
    sealed.exposed("changed between the lock and the verdict")


def with_champion(sealed: Sealed) -> None:
    """Let today's candidate be the champion."""
    folder = sealed.root / "models/champion"
    shutil.copytree(sealed.root / "models/candidate", folder)
    source = sealed.git("rev-parse", "HEAD")
    (folder / "champion.json").write_text(json.dumps({"source": source}), "utf-8")
    sealed.dvc("add", "models/champion")
    sealed.revise("params.yaml", "champion: null", f"champion: {HYP}")
    sealed.repro()
    sealed.commit("Promote")


def test_the_champion_is_predicted_by_the_source_of_its_own_commit(sealed: Sealed):
    with_champion(sealed)
    sealed.locked()
    sealed.revise("src/tiny/features.py", "return size", "return 100 - size")
    sealed.repro()
    sealed.commit("Turn round")
    sealed.judged()
    said = pl.read_parquet(sealed.root / OPENING / "predictions.parquet")
    size = rows_held_out(sealed)
    for model, turned in (("champion", False), ("candidate", True)):
        part = said.filter(model=model, seed=1).join(size, on="id")
        assert np.allclose(part["score"] * 100, part["size"]) is not turned


def test_another_champion_on_the_disk_than_the_committed_one(sealed: Sealed):
    with_champion(sealed)
    sealed.locked()
    sealed.write("models/champion/seed-1", '{"bar": 99}')
    assert "is not what models/champion.dvc names" in sealed.refused("judge", "linear")


def test_a_candidate_that_is_worth_less_than_the_status_quo_says_so(sealed: Sealed):
    assert "is worth" not in sealed.type("data", "score").out
    sealed.revise("params.yaml", "size > 80", "size > 50")
    sealed.revise("params.yaml", "bar: 50", "bar: 90")
    assert sealed.type("data", "train").code == 0
    said = sealed.type("data", "score").out
    assert re.search(
        r"note: .* candidate is worth -\d[\d.]* points, one of the status quo \d", said
    )


def test_a_model_may_be_a_folder(sealed: Sealed):
    sealed.revise("src/tiny/train.py", 'Path(job["model"]).write', 'place(job["model"]).write')
    sealed.revise("src/tiny/train.py", "\nbar =", IN_A_FOLDER)
    sealed.revise("src/tiny/predict.py", 'Path(job["model"])', 'Path(job["model"], "bar.json")')
    sealed.repro()
    sealed.commit("Keep models in folders")
    with_champion(sealed)
    sealed.opened()
    said = pl.read_parquet(sealed.root / OPENING / "predictions.parquet")
    assert set(said.filter(seed=1)["model"]) == {"candidate", "champion"}
    assert sealed.audit() == []


IN_A_FOLDER = """
def place(model):
    Path(model).mkdir()
    return Path(model, "bar.json")

bar ="""


def rows_held_out(sealed: Sealed) -> pl.DataFrame:
    return pl.read_parquet(sealed.root / "data/heldout/rows.parquet").select("id", "size")


def test_a_rewritten_slice_is_another_test_set(sealed: Sealed):
    sealed.locked()
    rows = pl.read_csv(sealed.root / DATA).with_columns(age=pl.lit(1))
    rows.write_csv(sealed.root / DATA)
    sealed.repro()
    sealed.commit("Make everybody young")
    assert "are not those of TS-2026-11" in sealed.refused("judge", "linear")


def test_a_slice_that_is_rewritten_in_what_was_opened_comes_out_otherwise(sealed: Sealed):
    sealed.opened()
    path = sealed.root / OPENING / "examples.parquet"
    pl.read_parquet(path).with_columns(age=pl.lit(1)).write_parquet(path)
    forged(sealed)
    assert sealed.audit() == []
    said = sealed.type("reproduce")
    assert said.code == 1
    assert "its examples are not the held-out rows" in said.out


def test_predictions_that_are_overwritten_with_the_labels_come_out_otherwise(sealed: Sealed):
    sealed.opened()
    folder = sealed.root / OPENING
    truth = pl.read_parquet(folder / "examples.parquet").select("id", "y")
    said = pl.read_parquet(folder / "predictions.parquet").join(truth, on="id")
    mine = pl.col("model") == "candidate"
    perfect = said.with_columns(label=pl.when(mine).then("y").otherwise("label")).drop("y")
    perfect.sort("model", "seed", "id").write_parquet(folder / "predictions.parquet")
    forged(sealed)
    assert sealed.audit() == []
    said = sealed.type("reproduce")
    assert said.code == 1
    assert "predicted again, the candidate says something else" in said.out


def forged(sealed: Sealed) -> None:
    """Let the judge compute a verdict on tables that were changed, as if they were an opening's."""
    store = read_store(sealed.root)
    record = store.find("linear")
    opening = read((sealed.root / VERDICT).read_text("utf-8")).opening
    sealed.git("rm", "--quiet", "--cached", VERDICT)
    (sealed.root / VERDICT).unlink()
    sealed.git("reset", "--quiet", "--soft", "HEAD~1")
    sealed.dvc("add", OPENING)
    sealed.write(VERDICT, judged(store, record, "bob", opening=opening).text)
    sealed.commit("Judge")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("data/heldout.json", '"examples": 576', '"examples": 5760'),
        ("data/heldout.json", '"within": 0', '"within": 1'),
    ],
)
def test_an_edited_summary_is_not_registered(sealed: Sealed, path: str, old: str, new: str):
    sealed.revise(path, old, new)
    assert "is not what the pipeline wrote" in sealed.refused("testset", "register", "TS-2026-11")


@pytest.mark.parametrize(
    "changes",
    [{"model": "0" * 32 + ".dir"}, {"champion": "HYP-20261101-other"}, {"enclosed": None}],
)
def test_what_a_verdict_says_of_its_opening_is_typed_anew(sealed: Sealed, changes: dict):
    found = sealed.opened()
    opening = found["opening"] | changes
    if opening == found["opening"]:
        opening |= {"enclosed": "landlock"}
    sealed.reseal(opening=opening)
    sealed.commit("Type")
    codes = {one[0] for one in sealed.audit()}
    assert "AUD003" in codes
    assert codes == {"AUD003"} | (set() if "enclosed" in changes else {"AUD007"})


def test_a_pointer_to_other_tables(sealed: Sealed):
    sealed.opened()
    pointer = f"{OPENING}.dvc"
    text = (sealed.root / pointer).read_text("utf-8")
    sealed.write(pointer, re.sub("[0-9a-f]{32}", "0" * 32, text))
    sealed.commit("Point elsewhere")
    sealed.exposed("does not hold the tables that it names")


def test_a_locked_card_that_was_deleted_turns_the_check_red(sealed: Sealed):
    sealed.locked()
    shutil.rmtree((sealed.root / INDEX).parent)
    sealed.commit("Forget it")
    assert [one[0] for one in sealed.check() if one[1] == INDEX] == ["AUD004"]


def registered_again(sealed: Sealed, salt: str, name: str = "TS-2026-12") -> str:
    """Split with another salt, and register what is held out then."""
    sealed.revise("params.yaml", 'salt: "1"', f'salt: "{salt}"')
    sealed.repro()
    sealed.at("2026-11-24T09:00:00Z")
    sealed.lab("testset", "register", name)
    return f"team/testsets/{name}.yml"


def test_test_sets_that_overlap_share_one_budget_at_the_first_ones_rates(sealed: Sealed):
    sealed.locked()
    sealed.write("team/policy.yml", 'reviewers: 1\nevidence: {alpha: "0.49", budget: 1}\n')
    path = registered_again(sealed, "2")
    sealed.commit("Register")
    text = (sealed.root / path).read_text("utf-8")
    assert 'alpha: "0.05"' in text
    assert "budget: 10" in text
    assert "shares: [TS-2026-11]" in text
    assert sealed.audit() == []
    store = read_store(sealed.root)
    assert free_slot(store, "TS-2026-12") == 2
    assert "shares rows, and so slots, with TS-2026-11" in sealed.lab("testset", "list")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("shares: [TS-2026-11]", "shares: []", "it has rows of TS-2026-11, and hides it"),
        ('alpha: "0.05"', 'alpha: "0.49"', "and another error rate or budget"),
        ("sketch: [", "sketch: [0000000000000000, ", "its `sketch` is not what data/heldout.json"),
        ("examples: ", "examples: 1", "its `examples` is not what data/heldout.json"),
    ],
)
def test_a_registration_that_is_committed_otherwise_than_it_was_made(
    sealed: Sealed, old: str, new: str, said: str
):
    sealed.locked()
    sealed.revise(registered_again(sealed, "2"), old, new)
    sealed.commit("Register")
    sealed.exposed(said, "AUD006")


def test_rows_on_show_are_no_test_set_where_one_is_sealed(sealed: Sealed):
    sealed.locked()
    (sealed.root / "data/heldout.json").unlink()
    sealed.revise("dvc.lock", "data/heldout.json", "data/elsewhere.json")
    assert "TS-2026-11 is sealed" in sealed.refused("testset", "register", "TS-2026-12")
    text = (sealed.root / "team/testsets/TS-2026-11.yml").read_text("utf-8")
    for old, new in (("sealed: true", "sealed: false"), ("2026-11", "2026-12"), ("v2:", "v1:")):
        text = text.replace(old, new)
    sealed.write("team/testsets/TS-2026-12.yml", text)
    sealed.commit("Show")
    sealed.exposed("its rows are on show, and TS-2026-11 was sealed", "AUD006")


def test_nothing_is_reproduced_beside_a_cache_that_somebody_committed(sealed: Sealed):
    before = {path for path in (sealed.root / ".dvc/cache").rglob("*") if path.is_file()}
    assert sealed.type("reproduce").code == 0
    assert before <= {*(sealed.root / ".dvc/cache").rglob("*")}
    sealed.git("add", "--force", ".dvc/cache")
    sealed.commit("Share it")
    assert "git holds .dvc/cache/" in sealed.refused("reproduce")


def test_data_that_a_planted_cache_brought(sealed: Sealed):
    sealed.write("data/raw.dvc", f"outs:\n- md5: {'0' * 32}.dir\n  path: raw\n")
    sealed.commit("Point")
    assert "data/raw is not what data/raw.dvc names" in sealed.refused("reproduce")


def test_rows_that_another_command_parted_are_not_registered(sealed: Sealed):
    sealed.revise("dvc.lock", "lab data split", "python easy_rows.py")
    said = sealed.refused("testset", "register", "TS-2026-11")
    assert "was made by `python easy_rows.py`" in said


def test_rows_that_were_trained_on_under_another_salt_are_no_confirmation(sealed: Sealed):
    sealed.commit("Train")
    sealed.revise("params.yaml", 'salt: "1"', 'salt: "2"')
    sealed.repro()
    sealed.opened()
    (reason,) = sealed.verdict()["reasons"]
    assert "some of its held-out rows were training rows of the split in " in reason
    sealed.green()
    sealed.revise("params.yaml", 'salt: "2"', 'salt: "3"')
    sealed.repro()
    said = sealed.lab("testset", "register", "TS-2026-12")
    assert "held-out rows were training rows of the split in " in said


def test_a_split_that_is_turned_round_and_back_between_lock_and_verdict(sealed: Sealed):
    sealed.locked()
    for old, new in (("1", "2"), ("2", "1")):
        sealed.revise("params.yaml", f'salt: "{old}"', f'salt: "{new}"')
        sealed.repro()
        sealed.commit(f"Salt {new}")
    sealed.judged()
    assert "were training rows of the split in " in sealed.verdict()["reasons"][0]


def test_a_new_split_after_the_verdict_does_not_change_it(sealed: Sealed):
    assert sealed.opened()["mode"] == "confirmatory"
    registered_again(sealed, "2")
    sealed.commit("Part anew")
    assert sealed.audit() == []


def test_the_slot_of_a_card_that_is_given_up_stays_taken(sealed: Sealed):
    sealed.locked()
    sealed.lab("close", "linear", "--why", "No time", "--learned", "Nothing yet")
    sealed.commit("Give up")
    assert free_slot(read_store(sealed.root), "TS-2026-11") == 2
    assert f"slot 1\t{HYP}\tabandoned" in sealed.lab("testset", "list")


def test_a_set_is_registered_and_a_card_is_locked_before_any_model_exists(sealed: Sealed):
    for made in ("models", "evaluation", "data/oof.parquet"):
        path = sealed.root / made
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    content = yaml.safe_load((sealed.root / "dvc.lock").read_text("utf-8"))
    content["stages"] = {"data": content["stages"]["data"]}
    sealed.write("dvc.lock", yaml.safe_dump(content))
    sealed.commit("Part the data")
    sealed.locked()
    sealed.repro()
    sealed.commit("Train")
    sealed.judged()
    assert sealed.verdict()["mode"] == "confirmatory"
    sealed.green()


def test_rows_that_are_copied_under_new_ids_count_once(sealed: Sealed):
    """Each row ten times: on both sides of the split, since a new id falls where it falls."""
    raw = pl.read_csv(sealed.root / DATA)
    honest = len(rows_held_out(sealed))
    copies = [raw.with_columns(id=pl.col("id") + f"-again-{turn}") for turn in range(9)]
    pl.concat([raw, *copies]).write_csv(sealed.root / DATA)
    sealed.revise("params.yaml", "test_share: 0.5", "test_share: 0.05")
    sealed.repro()
    sealed.lab("testset", "register", "TS-2026-11")
    summary = json.loads((sealed.root / "data/heldout.json").read_text("utf-8"))
    held = rows_held_out(sealed)
    assert len(held) == len(held.unique("size")) == summary["examples"] < honest
    trained = pl.read_parquet(sealed.root / "data/train.parquet")
    assert not trained.join(held, on="size", how="inner").height
    assert summary["copies"]["within"] > 0
    assert summary["copies"]["across"] > 0
