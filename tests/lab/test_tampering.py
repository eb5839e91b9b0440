"""Every way to cheat that git, the tables or the records can prove, each on a real repository.

Each test first sees the honest version hold, and then the forged one turn red: with the code,
the file, what is wrong and what to do about it.
"""

import shutil

import polars as pl
import pytest
from proving import CARD, EXAMPLES, HYP, INDEX, PREDICTIONS, TS, VERDICT, Proof, tables

from lab.proof.locks import digest
from lab.records.store import read_store


@pytest.fixture
def locked(proof: Proof) -> Proof:
    return proof.locked()


@pytest.fixture
def tested(locked: Proof) -> Proof:
    return locked.tested()


@pytest.fixture
def judged(tested: Proof) -> Proof:
    tested.judged()
    tested.green()
    return tested


def fresh_digest(proof: Proof) -> str:
    """The digest over the fields as they are now."""
    return digest(read_store(proof.root).records[HYP].front)


def lower_the_bar(proof: Proof, relock: bool = False) -> None:
    """The bar of recall, and perhaps a digest in the lock that fits it."""
    before = read_store(proof.root).records[HYP].front.lock
    proof.change(HYP, "  - recall > 0.85", "  - recall > 0.45")
    if relock and before:
        proof.change(HYP, before.digest, fresh_digest(proof))


# ---------------------------------------------------------------------------
# Tables.
# ---------------------------------------------------------------------------


def test_an_edited_table_is_not_judged(tested: Proof):
    rows = pl.read_parquet(tested.root / PREDICTIONS)
    rows.with_columns(label=pl.lit(1)).write_parquet(tested.root / PREDICTIONS)
    said = tested.refused("judge", "linear")
    assert f"{PREDICTIONS} is not what the pipeline wrote" in said
    assert "dvc repro" in said


def test_an_edited_table_does_not_change_what_was_judged(judged: Proof):
    rows = pl.read_parquet(judged.root / PREDICTIONS)
    rows.with_columns(label=pl.lit(0)).write_parquet(judged.root / PREDICTIONS)
    judged.green()  # the evidence comes from DVC's cache


def test_a_table_that_was_edited_in_the_cache_is_none(judged: Proof):
    copy = judged.cached(judged.digest())
    (judged.root / PREDICTIONS).unlink()
    copy.write_bytes(copy.read_bytes()[:-1] + b"?")
    judged.red("AUD007", VERDICT, f"the {PREDICTIONS} that it rests on", "uv run dvc pull")
    assert judged.said[-1].code == 3


def test_an_edited_metrics_file_changes_nothing(tested: Proof):
    tested.write("evaluation/metrics.json", '{"recall": 1.0}')
    tested.judged()
    assert [one["estimate"] for one in tested.verdict()["results"]][1] == pytest.approx(199 / 200)
    tested.green()
    tested.write("evaluation/metrics.json", '{"recall": 0.0}')
    tested.green()


def test_dvc_commit_over_a_forged_table(tested: Proof):
    tested.run("b", wrong=0)  # the same code that had missed one
    tested.commit("Nothing to see")
    forged = f"{PREDICTIONS} changed in {tested.git('rev-parse', 'HEAD')[:10]}, and nothing that"
    tested.red("AUD005", "dvc.lock", forged, "uv run dvc repro --force")


def test_dvc_commit_over_a_forged_table_before_it_is_committed(tested: Proof):
    tested.green()
    tested.run("b", wrong=0)
    where = f"{PREDICTIONS} changed in the work tree, and nothing that the stage `evaluate`"
    tested.red("AUD005", "dvc.lock", where)
    assert [one[0] for one in tested.check()] == ["AUD005"]


def test_dvc_commit_over_a_forged_table_on_a_branch_that_is_merged(locked: Proof):
    locked.git("switch", "--quiet", "--create", "work")
    locked.tested()
    locked.green()
    locked.run("b", wrong=0)
    locked.commit("Forge")
    locked.git("switch", "--quiet", "main")
    locked.git("merge", "--quiet", "--no-ff", "--message", "Merge", "work")
    locked.red("AUD005", "dvc.lock", f"{PREDICTIONS} changed in")


def test_dependencies_in_another_order_hide_no_forgery(tested: Proof):
    tested.run("b", wrong=0)
    text = (tested.root / "dvc.lock").read_text("utf-8")
    tested.write(
        "dvc.lock", text.replace("rate: 1e-05", "'rate': 1e-05").replace("    cmd: ", "    cmd:  ")
    )
    tested.commit()
    tested.red("AUD005", "dvc.lock", f"{PREDICTIONS} changed in")


def test_the_same_rows_in_other_bytes_are_no_forgery(tested: Proof):
    rows = pl.read_parquet(tested.root / PREDICTIONS)
    rows.write_parquet(tested.root / PREDICTIONS, compression="uncompressed")
    tested.name_outputs("b")
    tested.commit("Another release of the library")
    tested.green()


def test_a_link_to_a_forged_table(tested: Proof):
    forged = tested.root.parent / "forged.parquet"
    tables(0)[1].write_parquet(forged)
    kept = tested.root.parent / "kept.parquet"
    (tested.root / PREDICTIONS).rename(kept)
    (tested.root / PREDICTIONS).symlink_to(forged)
    assert "is not what the pipeline wrote" in tested.refused("judge", "linear")
    (tested.root / PREDICTIONS).unlink()
    (tested.root / PREDICTIONS).symlink_to(kept)  # as DVC itself may link its cache
    tested.judged()
    tested.green()


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({"seeds": (1, 2)}, "the candidate's seed 3 is missing"),
        ({"seeds": (1, 2, 3, 4)}, "the candidate has a seed 4 that was not registered"),
        ({"seeds": (1, 2), "champion": (3,)}, "the candidate's seed 3 is missing"),
    ],
)
def test_seeds_that_were_not_promised(locked: Proof, run: dict, said: str):
    locked.tested(**run)
    before = locked.files()
    told = locked.type("judge", "linear")
    assert told.code == 1
    assert said in told.out
    assert "has no verdict" in told.err
    assert locked.files() == before
    locked.tested(code="c").judged()
    locked.green()


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({"source": "dummy"}, "the tables hold dummy data"),
        ({"first": 1000}, "are not those of TS-2026-11"),
        ({"flipped": 1}, "are not those of TS-2026-11"),
        ({"ids": range(399)}, "are not those of TS-2026-11"),
        ({"source": "file"}, "TS-2026-11 was registered for sample data"),
    ],
)
def test_other_examples_than_the_registered_ones(locked: Proof, run: dict, said: str):
    locked.tested(**run)
    assert said in locked.refused("judge", "linear")
    locked.tested(code="c", ids=range(399, -1, -1)).judged()  # only the order is another one
    locked.green()


# ---------------------------------------------------------------------------
# Verdicts.
# ---------------------------------------------------------------------------


def test_a_hand_typed_outcome(tested: Proof):
    tested.change(HYP, "outcome: null", "outcome: supported")
    found = tested.check()
    assert ("EVD001", INDEX, "the outcome is supported, and there is no verdict.json") in found


def test_a_refuted_card_that_calls_itself_abandoned(locked: Proof):
    locked.tested(wrong=120).judged()
    locked.green()
    locked.change(HYP, "outcome: refuted", "outcome: abandoned")
    assert ("EVD001", INDEX, "there is a verdict, and the outcome is abandoned") in locked.check()


def test_a_hand_typed_verdict(tested: Proof):
    tested.write(VERDICT, '{"verdict": "supported"}')
    tested.commit()
    tested.red("AUD007", VERDICT, "it is not what the judge writes", "Put back")
    assert [one[0] for one in tested.check()] == ["EVD002"]


def test_an_edited_verdict(judged: Proof):
    text = (judged.root / VERDICT).read_text("utf-8")
    judged.write(VERDICT, text.replace('"n": 200', '"n": 2000', 1))
    assert ("EVD002", VERDICT, "its seal is broken: somebody changed it after the judge") in (
        judged.check()
    )
    assert ("AUD003", VERDICT, "the verdict was changed in the work tree") in judged.audit()


@pytest.fixture
def refuted(locked: Proof) -> Proof:
    locked.tested(wrong=120).lab("judge", "linear")
    assert locked.verdict()["verdict"] == "refuted"
    return locked


def test_a_verdict_that_was_typed_and_sealed(refuted: Proof):
    honest = refuted.verdict()
    better = [one | {"status": "met", "lower": 0.9, "upper": 1.0} for one in honest["results"]]
    refuted.reseal(verdict="supported", results=better)
    refuted.change(HYP, "outcome: refuted", "outcome: supported")
    assert refuted.check() == []  # it fits together, and only its evidence knows better
    refuted.commit("Judge")
    refuted.red("AUD007", VERDICT, "computed again it is refuted, and it says supported")
    refuted.reseal(**honest)
    refuted.change(HYP, "outcome: supported", "outcome: refuted")
    refuted.red("AUD003", VERDICT, "the verdict was changed in the work tree")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"resamples": 1}, "computed again, its `resamples` is another one"),
        ({"seed": 7}, "computed again, its `seed` is another one"),
        ({"counted": {"x": [1]}}, "computed again, its `counted` is another one"),
        ({"status_quo": {}}, "computed again, its `status_quo` is another one"),
        ({"reasons": ["no reason"]}, "its mode is confirmatory, and its reasons do not fit"),
        ({"slot": 2}, "it differs from the card in the slot"),
        ({"digest": "v1:0"}, "it differs from the card in what was promised"),
        ({"tables": []}, "it does not name the two tables of the pipeline"),
        (
            {"tables": [{"path": "../x", "md5": "0" * 32}, {"path": PREDICTIONS, "md5": "0" * 32}]},
            "it does not name the two tables of the pipeline",
        ),
    ],
)
def test_a_detail_of_a_verdict_that_was_changed_and_sealed(tested: Proof, changes: dict, said: str):
    tested.lab("judge", "linear")
    tested.reseal(**changes)
    tested.commit("Judge")
    tested.red("AUD007", VERDICT, said)


def test_an_exploratory_verdict_that_calls_itself_confirmatory(locked: Proof):
    honest = ("--why", "x", "--impact", "y", "--results-seen", "yes")
    locked.lab("amend", "linear", "--timebox", "5", *honest)
    locked.commit("Amend")
    locked.tested().lab("judge", "linear")
    assert locked.verdict()["mode"] == "exploratory"
    locked.commit("Judge")
    locked.green()
    locked.reseal(mode="confirmatory", reasons=[])
    found = locked.audit()
    assert ("AUD003", VERDICT, "the verdict was changed in the work tree") in found
    said = "it calls itself confirmatory, and is not: it was amended after results had been seen"
    assert ("AUD007", VERDICT, said) in found
    assert "EVD003" in [one[0] for one in locked.check()]


def test_the_verdict_of_another_run(tested: Proof):
    better = {"examples": tested.digest(EXAMPLES), "predictions": tested.digest()}
    tested.tested(code="c", wrong=120).lab("judge", "linear")
    found = tested.verdict()["tables"]
    found[1]["md5"] = better["predictions"]
    tested.reseal(tables=found)
    tested.commit("Judge")
    tested.red("AUD007", VERDICT, f"which brought it, does not hold the {PREDICTIONS}")


def test_the_verdict_of_another_card(judged: Proof):
    other = f"{CARD}-again"
    shutil.copytree(judged.root / CARD, judged.root / other)
    index = judged.root / other / "index.md"
    text = index.read_text("utf-8").replace(HYP, f"{HYP}-again").replace("slot: 1}", "slot: 2}")
    index.write_text(text, encoding="utf-8")
    found = judged.check()
    assert ("EVD002", f"{other}/verdict.json", "it is not about this card") in found
    assert ("AUD002", f"{other}/verdict.json") in [one[:2] for one in found]


def test_a_verdict_that_is_deleted(judged: Proof):
    kept = (judged.root / VERDICT).read_bytes()
    (judged.root / VERDICT).unlink()
    judged.red("AUD004", VERDICT, "the verdict was deleted in the work tree", "git restore")
    assert "AUD004" in [one[0] for one in judged.check()]
    where = judged.commit("Clean up")[:10]
    judged.red("AUD004", VERDICT, f"the verdict was deleted in {where}")
    (judged.root / VERDICT).write_bytes(kept)
    judged.commit("Put it back")
    judged.green()


def test_a_verdict_that_is_deleted_and_computed_on_better_tables(judged: Proof):
    (judged.root / VERDICT).unlink()
    judged.git("checkout", "HEAD~1", "--", INDEX)
    judged.commit("Clean up")
    judged.tested(code="c", wrong=0).lab("judge", "linear")
    assert judged.verdict()["reasons"] == ["it was judged before"]
    judged.reseal(mode="confirmatory", reasons=[])
    judged.commit("Judge")
    judged.red("AUD003", VERDICT, "the verdict was changed in")


# ---------------------------------------------------------------------------
# Goalposts.
# ---------------------------------------------------------------------------


def test_a_lowered_bar(tested: Proof):
    lower_the_bar(tested)
    said = tested.refused("judge", "linear")
    assert "is not what was locked" in said
    assert "lab amend" in said
    tested.red(
        "AUD003", INDEX, "`criteria` changed in the work tree without an amendment", "Put back"
    )
    assert {one[0] for one in tested.check()} == {"LCK002", "AUD003"}
    where = tested.commit("Tidy up")[:10]
    tested.red("AUD003", INDEX, f"`criteria` changed in {where} without an amendment")
    tested.change(HYP, "  - recall > 0.45", "  - recall > 0.85")
    tested.commit("Put it back")
    tested.judged()
    tested.green()


def test_a_lowered_bar_with_a_new_digest_in_the_lock(tested: Proof):
    lower_the_bar(tested, relock=True)
    assert [one[:2] for one in tested.check()] == [("AUD003", INDEX)]
    tested.red("AUD003", INDEX, "the lock itself was changed in the work tree")
    assert "the lock of" in tested.refused("judge", "linear")
    where = tested.commit("Tidy up")[:10]
    tested.red("AUD003", INDEX, f"the lock itself was changed in {where}")
    tested.lab("judge", "linear")  # git holds this lock now; the audit still knows the first
    tested.commit("Judge")
    tested.red("AUD003", INDEX, f"the lock itself was changed in {where}")


def test_a_lock_that_is_written_again_from_the_start(tested: Proof):
    text = tested.git("show", "HEAD~2:" + INDEX)
    tested.write(INDEX, text.replace("  - recall > 0.85", "  - recall > 0.45") + "\n")
    tested.at("2026-11-24T09:00:00Z")
    tested.lab("start", "linear")
    tested.commit("Start")
    tested.red("AUD003", INDEX, "the lock itself was changed in")


def test_a_bar_that_was_low_only_when_it_was_judged(tested: Proof):
    honest = tested.text(HYP)
    lower_the_bar(tested, relock=True)
    tested.commit("Lower")
    tested.lab("judge", "linear")
    where = tested.commit("Judge")[:10]
    tested.write(INDEX, honest)
    tested.commit("Put it back")
    assert ("AUD003", INDEX) in [one[:2] for one in tested.audit()], where


def test_a_higher_error_rate_in_the_lock(proof: Proof):
    proof.lab("testset", "register", "TS-2026-11")
    proof.lab("start", "linear")
    proof.change(HYP, 'alpha: "0.005"', 'alpha: "0.05"')
    proof.commit("Start")
    said = "the lock has an error rate of 0.05, and a slot of TS-2026-11 has 0.005"
    proof.red("AUD003", INDEX, said)
    proof.tested()
    assert "has an error rate of 0.05" in proof.refused("judge", "linear")


def test_a_renamed_record(judged: Proof):
    new = f"{CARD}-two"
    judged.git("mv", CARD, new)
    text = (judged.root / new / "index.md").read_text("utf-8")
    (judged.root / new / "index.md").write_text(text.replace(HYP, f"{HYP}-two"), "utf-8")
    where = judged.commit("Rename")[:10]
    found = judged.audit()
    assert ("AUD004", INDEX, f"it was locked, and was deleted or renamed in {where}") in found


def test_a_deleted_record(judged: Proof):
    shutil.rmtree(judged.root / CARD)
    judged.red("AUD004", INDEX, "it was locked, and was deleted or renamed in the work tree")
    assert "AUD004" in [one[0] for one in judged.check()]
    judged.commit("Clean up")
    judged.red("AUD004", INDEX, "it was locked, and was deleted or renamed in", "git restore")
    judged.git("checkout", "HEAD~1", "--", CARD)
    judged.commit("Put it back")
    judged.green()


def test_a_record_that_is_deleted_and_made_anew(locked: Proof):
    text = locked.git("show", f"HEAD~1:{INDEX}")
    shutil.rmtree(locked.root / CARD)
    locked.commit("Clean up")
    locked.write(INDEX, text.replace("  - recall > 0.85", "  - recall > 0.45") + "\n")
    locked.at("2026-11-24T09:00:00Z")
    locked.lab("start", "linear")
    locked.commit("Start")
    locked.tested().judged()
    locked.red("AUD004", INDEX, "it was locked, deleted in", "Done is final")


# ---------------------------------------------------------------------------
# Order.
# ---------------------------------------------------------------------------


def both_at_once(proof: Proof) -> None:
    """Lock and judge in the work tree, by going round what `lab judge` asks for."""
    proof.lab("start", "linear")
    proof.commit("For a moment")
    proof.run("b", wrong=1)
    proof.lab("judge", "linear")


@pytest.fixture
def registered(proof: Proof) -> Proof:
    proof.lab("testset", "register", "TS-2026-11")
    proof.commit("Register")
    return proof


def test_lock_and_verdict_in_the_work_tree(registered: Proof):
    both_at_once(registered)
    registered.git("reset", "--quiet", "--soft", "HEAD~1")
    said = "the lock and the verdict come in one change in the work tree"
    assert registered.check() == [("AUD002", VERDICT, said)]
    registered.red("AUD002", VERDICT, said, "Commit and merge the lock first")


def test_lock_and_verdict_in_one_commit(registered: Proof):
    both_at_once(registered)
    registered.git("reset", "--quiet", "--soft", "HEAD~1")
    where = registered.commit("Start and judge")[:10]
    said = f"the lock and the verdict come in one change in {where}"
    registered.red("AUD002", VERDICT, said, "Start a new card that `follows` it")


def test_lock_and_verdict_on_one_branch(registered: Proof):
    registered.git("switch", "--quiet", "--create", "work")
    both_at_once(registered)
    assert "This branch holds the lock, too" in registered.said[-1].out
    registered.commit("Judge")
    said = "the lock and the verdict come in one change on this branch"
    assert registered.check() == [("AUD002", VERDICT, said)]
    registered.red("AUD002", VERDICT, said, "Commit and merge the lock first")
    registered.git("switch", "--quiet", "main")
    registered.git("merge", "--quiet", "--no-ff", "--message", "Merge", "work")
    registered.red("AUD002", VERDICT, "the lock and the verdict come in one change in")


def test_lock_and_verdict_in_one_squash_merge(registered: Proof):
    registered.git("switch", "--quiet", "--create", "work")
    both_at_once(registered)
    registered.commit("Judge")
    registered.git("switch", "--quiet", "main")
    registered.git("merge", "--quiet", "--squash", "work")
    where = registered.commit("All of it")[:10]
    registered.red("AUD002", VERDICT, f"the lock and the verdict come in one change in {where}")


def test_a_lock_that_is_merged_before_the_verdict(registered: Proof):
    registered.git("switch", "--quiet", "--create", "lock")
    registered.lab("start", "linear")
    registered.commit("Start")
    registered.git("switch", "--quiet", "main")
    registered.git("merge", "--quiet", "--squash", "lock")
    registered.commit("Start, squashed")
    registered.git("switch", "--quiet", "lock")  # on which it goes on
    registered.tested().judged()
    registered.green()
    registered.git("switch", "--quiet", "main")
    theirs = ("--strategy-option", "theirs")  # the squashed lines conflict with the same ones
    registered.git("merge", "--quiet", "--no-ff", *theirs, "--message", "Merge", "lock")
    registered.green()


def test_a_squash_that_erases_the_order(judged: Proof):
    judged.git("reset", "--quiet", "--soft", "HEAD~3")
    where = judged.commit("All of it")[:10]
    judged.red("AUD002", VERDICT, f"the lock and the verdict come in one change in {where}")


def test_a_bar_that_is_lowered_in_one_squashed_commit(judged: Proof):
    lower_the_bar(judged, relock=True)
    judged.reseal(digest=fresh_digest(judged))
    judged.git("reset", "--quiet", "--soft", "HEAD~3")
    judged.commit("All of it")
    found = judged.audit()
    assert ("AUD002", VERDICT) in [one[:2] for one in found]


def test_a_rebase_that_turns_the_order_round(judged: Proof):
    tip = judged.git("rev-parse", "HEAD")
    judged.git("reset", "--quiet", "--hard", "HEAD~3")  # after the registration
    judged.git("checkout", tip, "--", VERDICT)
    where = judged.commit("Judge")[:10]
    judged.git("checkout", tip, "--", ".")
    judged.commit("Start")
    found = judged.audit()
    assert ("AUD002", VERDICT, f"it came in {where}, and the lock after it") in found
    assert f"dvc.lock of {where}, which brought it, does not hold the" in found[1][2]


def test_a_rebase_that_keeps_the_order(locked: Proof):
    locked.git("switch", "--quiet", "--create", "work")
    locked.tested().judged()
    locked.git("switch", "--quiet", "main")
    locked.write("notes.txt", "Meanwhile.\n")
    locked.commit("Meanwhile")
    locked.git("switch", "--quiet", "work")
    locked.git("rebase", "--quiet", "main")
    locked.green()
    locked.git("switch", "--quiet", "main")
    locked.git("merge", "--quiet", "--ff-only", "work")
    locked.green()


def test_the_verdicts_of_others_that_are_merged_into_a_branch(locked: Proof):
    locked.git("switch", "--quiet", "--create", "work", "HEAD~1")  # before the lock
    locked.write("notes.txt", "Mine.\n")
    locked.commit("Mine")
    locked.git("switch", "--quiet", "main")
    locked.tested().judged()
    locked.git("switch", "--quiet", "work")
    locked.git("merge", "--quiet", "--message", "Catch up", "main")
    locked.green()


def test_a_clock_that_was_set_back_does_not_matter(registered: Proof):
    registered.patch.setenv("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z")
    registered.patch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    registered.lab("start", "linear")
    registered.commit("Start")
    registered.patch.setenv("GIT_COMMITTER_DATE", "2000-01-01T00:00:00Z")
    registered.tested().judged()
    registered.green()
    registered.git("reset", "--quiet", "--soft", "HEAD~3")
    registered.patch.setenv("GIT_COMMITTER_DATE", "2031-01-01T00:00:00Z")
    registered.commit("All of it")
    registered.red("AUD002", VERDICT, "the lock and the verdict come in one change")


# ---------------------------------------------------------------------------
# Amendments.
# ---------------------------------------------------------------------------

HONEST = ("--why", "the bar was a slip", "--impact", "a lower bar")


def amend(proof: Proof, seen: str = "no") -> None:
    bars = ("--criterion", "precision > 0.85", "--criterion", "recall > 0.45")
    proof.lab("amend", "linear", *bars, *HONEST, "--results-seen", seen)


def test_an_amendment_that_is_taken_out(locked: Proof):
    honest = locked.text(HYP)
    amend(locked, "yes")
    locked.commit("Amend")
    locked.green()
    locked.write(INDEX, honest)
    locked.red("AUD003", INDEX, "an amendment was changed or taken out in the work tree")
    where = locked.commit("Tidy up")[:10]
    locked.tested().judged()
    locked.red("AUD003", INDEX, f"an amendment was changed or taken out in {where}")


def test_an_amendment_that_is_edited(locked: Proof):
    amend(locked, "yes")
    locked.commit("Amend")
    locked.change(HYP, "results_seen: true", "results_seen: false")
    where = locked.commit("Tidy up")[:10]
    locked.red("AUD003", INDEX, f"an amendment was changed or taken out in {where}", "Put back")


def test_an_amendment_that_hides_what_it_changed(locked: Proof):
    lower_the_bar(locked)
    locked.lab("amend", "linear", "--timebox", "5", *HONEST, "--results-seen", "no")
    locked.commit("Amend")
    locked.red("AUD003", INDEX, "the amendments do not say what was changed in")


def amend_in_secret(proof: Proof) -> None:
    """Amend while the verdict is out of sight; the verb refuses it otherwise."""
    said = proof.type("amend", "linear", "--timebox", "5", *HONEST, "--results-seen", "no")
    assert (said.code, "EVD002" in said.err) == (1, True)
    kept = (proof.root / VERDICT).read_bytes()
    (proof.root / VERDICT).unlink()
    proof.lab("amend", "linear", "--timebox", "5", *HONEST, "--results-seen", "no")
    (proof.root / VERDICT).write_bytes(kept)


def test_an_amendment_after_the_verdict(judged: Proof):
    amend_in_secret(judged)
    where = judged.commit("Amend")[:10]
    found = judged.audit()
    said = f"amendment 1 came after the verdict in {where}, and says that no results had been seen"
    assert ("AUD003", INDEX, said) in found


def test_an_amendment_after_the_verdict_with_the_clock_set_back(tested: Proof):
    tested.at("2026-11-25T09:00:00Z")
    tested.judged()
    tested.at("2026-11-24T09:00:00Z")
    amend_in_secret(tested)
    tested.commit("Amend")
    assert ("AUD003", INDEX) in [one[:2] for one in tested.audit()]


def test_an_amendment_and_the_verdict_in_one_change(tested: Proof):
    amend(tested)
    assert "the amendment of" in tested.refused("judge", "linear")
    tested.commit("For a moment")
    tested.lab("judge", "linear")
    tested.git("reset", "--quiet", "--soft", "HEAD~1")
    tested.commit("Amend and judge")
    said = "an amendment and the verdict come in one change"
    assert [(one[0], one[1]) for one in tested.audit() if said in one[2]] == [("AUD002", VERDICT)]


def test_results_that_had_been_seen_after_all(tested: Proof):
    amend(tested)  # after the predictions had been committed
    where = tested.commit("Amend")[:10]
    tested.green()  # nobody can tell yet which predictions will be judged
    tested.judged()
    said = f"amendment 1 says that no results had been seen in {where}, and the predictions"
    tested.red("AUD003", INDEX, said)


def test_an_honest_amendment(locked: Proof):
    amend(locked)
    locked.commit("Amend")
    locked.tested().judged()
    assert locked.verdict()["mode"] == "confirmatory"
    locked.green()


# ---------------------------------------------------------------------------
# Test sets.
# ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("digest: v1:", "digest: v1:0", "digest"),
        ("budget: 10", "budget: 20", "budget"),
        ('alpha: "0.05"', 'alpha: "0.5"', "alpha"),
        ("unit: null", "unit: age", "unit"),
        ("task: binary", "task: regression", "task"),
    ],
)
def test_an_edited_registration(locked: Proof, old: str, new: str, key: str):
    text = (locked.root / TS).read_text("utf-8")
    assert old in text
    locked.write(TS, text.replace(old, new, 1))
    found = [one for one in locked.audit() if one[0] == "AUD006"]
    assert found == [("AUD006", TS, f"`{key}` of a test set was changed in the work tree")]
    where = locked.commit("Tidy up")[:10]
    found = [one for one in locked.audit() if one[0] == "AUD006"]
    assert found == [("AUD006", TS, f"`{key}` of a test set was changed in {where}")]
    locked.write(TS, text)
    locked.commit("Put it back")
    locked.green()


def test_a_deleted_registration(judged: Proof):
    text = (judged.root / TS).read_text("utf-8")
    (judged.root / TS).unlink()
    found = judged.audit()
    assert ("AUD006", TS, "a registered test set was deleted in the work tree") in found
    judged.commit("Clean up")
    judged.write(TS, text)
    judged.commit("Put it back")
    judged.green()


def test_a_second_name_for_the_same_examples(locked: Proof):
    said = locked.refused("testset", "register", "TS-2026-12")
    assert "these examples are registered as TS-2026-11" in said
    text = (locked.root / TS).read_text("utf-8")
    locked.write("team/testsets/TS-2026-12.yml", text.replace("TS-2026-11", "TS-2026-12"))
    told = "its examples are registered as TS-2026-11, too"
    locked.red("AUD006", "team/testsets/TS-2026-12.yml", told, "a second budget")
    assert [one[0] for one in locked.check()] == ["AUD006"]


def test_a_test_set_that_is_registered_after_the_lock(registered: Proof):
    registered.lab("start", "linear")
    text = (registered.root / TS).read_text("utf-8")
    registered.git("reset", "--quiet", "--soft", "HEAD~1")
    (registered.root / TS).unlink()
    registered.commit("Start")
    registered.write(TS, text)  # it says that it was there before
    where = registered.commit("Register")[:10]
    said = f"TS-2026-11 was registered only after the lock in {where}"
    registered.red("AUD006", INDEX, said, "Start a new card")


def test_a_test_set_that_was_retired_before_the_lock(registered: Proof):
    registered.at("2026-11-25T09:00:00Z")
    registered.lab("testset", "retire", "TS-2026-11", "--why", "worn out")
    registered.commit("Retire")
    assert "TS-2026-11 is retired (worn out)" in registered.refused("start", "linear")
    text = (registered.root / TS).read_text("utf-8")
    registered.write(TS, text.partition("retired:")[0] + "retired: null\n")
    registered.at("2026-11-24T09:00:00Z")  # the clock says that it was still in use
    registered.lab("start", "linear")
    registered.write(TS, text)
    registered.commit("Start")
    registered.red("AUD006", INDEX, "TS-2026-11 was retired before the lock")
    text = (registered.root / TS).read_text("utf-8")
    head, _, _ = text.partition("retired:")
    registered.write(TS, head + "retired: null\n")
    found = registered.audit()
    assert ("AUD006", TS, "it was retired, and is not any more in the work tree") in found


def another(proof: Proof, number: int, slot: int) -> str:
    """One hypothesis more, locked in a slot."""
    id_ = f"{HYP}-{number}"
    text = proof.text(HYP).replace(HYP, id_).replace("slot: 1,", f"slot: {slot},")
    text = text.replace("A linear model", f"Model {number}", 1)
    proof.write(f"{CARD}-{number}/index.md", text)
    return id_


def test_the_eleventh_use_of_a_budget_of_ten(locked: Proof):
    honest = locked.git("show", f"HEAD~1:{INDEX}").replace(HYP, "HYP-20261105-eleventh") + "\n"
    locked.write("team/policy.yml", "reviewers: 1\nwip: {test hypothesis: null}\n")
    for number in range(2, 11):
        another(locked, number, number)
    locked.commit("Ten of them")
    locked.green()
    locked.write("stages/4-experiments/HYP-20261105-eleventh/index.md", honest)
    locked.commit("Eleventh")
    said = locked.refused("start", "eleventh")
    assert "LCK003 slot 11 of TS-2026-11 is beyond its budget of 10" in said
    another(locked, 11, 11)
    found = locked.check()
    where = f"{CARD}-11/index.md"
    assert found == [("LCK003", where, "slot 11 of TS-2026-11 is beyond its budget of 10")]


def test_two_branches_that_took_the_same_slot(locked: Proof):
    id_ = another(locked, 2, 1)
    locked.commit("Merge")
    said = f"slot 1 of TS-2026-11 is taken by {HYP}"
    assert locked.check() == [("LCK003", f"{CARD}-2/index.md", said)]
    locked.tested().lab("judge", HYP)
    assert locked.verdict()["mode"] == "exploratory"
    assert "slot 1 of TS-2026-11 is used by 2 hypotheses" in locked.verdict()["reasons"]
    locked.lab("close", id_, "--why", "the slot is taken", "--learned", "Pull first")
    assert "LCK003" not in [one[0] for one in locked.check()]  # the remedy helps


# ---------------------------------------------------------------------------
# Values.
# ---------------------------------------------------------------------------


def test_a_value_function_that_changes_after_the_lock(proof: Proof):
    lift = "lift: {{value: {{'1': {{'1': {value}, '0': -10}}, '0': {{'1': -1, '0': 0}}}}}}\n"
    proof.write("params.yaml", "task: binary\n" + lift.format(value=10))
    target = "target: {name: y, values: ['0', '1'], positive: '1'}\n"
    proof.write("schema.yaml", target)
    prop = "stages/3-proposals/PROP-20261104-first-triage-model/index.md"
    text = (proof.root / prop).read_text("utf-8")
    proof.write(prop, text.replace("secondary: [precision]", "secondary: [precision, kpi]"))
    proof.change(HYP, "  - recall > 0.85", "  - kpi > 1")
    proof.commit("Value")
    proof.locked().tested()
    proof.green()
    proof.write("params.yaml", "task: binary\n" + lift.format(value=1000))
    proof.commit("Dearer tumours")
    refused = proof.refused("judge", "linear")
    assert f"`lift` in params.yaml, what a decision is worth changed since {HYP}" in refused
    proof.patch.setattr("lab.proof.judgement.broken_terms", lambda *_: [])  # a tool that was bent
    proof.judged()
    assert {(code, path) for code, path, _ in proof.audit()} == {
        ("AUD003", "params.yaml"),
        ("AUD007", f"{CARD}/verdict.json"),
    }


def test_the_value_function_may_change_after_the_verdict(judged: Proof):
    judged.write("params.yaml", "task: binary\nlift: {cost_of_error: 5}\n")
    judged.commit("Later")
    judged.green()


def test_nothing_of_the_machine_leads_the_audit_astray(judged: Proof):
    judged.patch.setenv("GIT_DIR", str(judged.root.parent))
    judged.patch.setenv("GIT_WORK_TREE", str(judged.root.parent))
    assert judged.audit() == []


def test_a_commit_that_was_put_over_another_one(judged: Proof):
    judged.git("reset", "--quiet", "--soft", "HEAD~3")
    squashed = judged.commit("All of it")
    judged.git("replace", squashed, "HEAD@{1}")  # here, git shows the honest history
    judged.red("AUD002", VERDICT, f"the lock and the verdict come in one change in {squashed[:10]}")


def test_grafts_do_not_lead_the_audit_astray(judged: Proof):
    root = judged.git("rev-list", "--max-parents=0", "HEAD")
    path = judged.root / ".git/info"
    path.mkdir(exist_ok=True)
    (path / "grafts").write_text(f"{judged.git('rev-parse', 'HEAD')} {root}\n")
    assert judged.audit() == []


def test_a_bar_that_was_put_where_known_predictions_pass(proof: Proof):
    """First the result, then the promise: git knows, whatever the verdict calls itself."""
    proof.lab("testset", "register", "TS-2026-11")
    proof.commit("Register")
    proof.tested()
    proof.lab("start", "linear")
    proof.commit("Start")
    said = proof.lab("judge", "linear")
    assert said.startswith("Supported (exploratory).")
    assert "its predictions were committed before it was locked" in said
    proof.commit("Judge")
    proof.green()
    proof.reseal(mode="confirmatory", reasons=[])
    found = proof.audit()
    assert ("AUD007", VERDICT) in [one[:2] for one in found]
    assert any("predictions were committed before it was locked" in one[2] for one in found)


def test_known_predictions_in_other_bytes(proof: Proof):
    proof.run("b", wrong=1)
    proof.commit("Run")
    proof.locked()
    said = pl.read_parquet(proof.root / PREDICTIONS)
    other = said.with_columns(note=pl.lit("x"), score=pl.col("score") + 1e-9).reverse()
    other.write_parquet(proof.root / PREDICTIONS, compression="gzip")
    proof.name_outputs("c")
    proof.commit("Run again")
    proof.lab("judge", "linear")
    assert proof.verdict()["mode"] == "exploratory"
    assert proof.verdict()["reasons"] == ["its predictions were committed before it was locked"]
