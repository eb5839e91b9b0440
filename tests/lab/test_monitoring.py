"""`lab monitor`: what it finds, how often it is wrong, and what it writes."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from playing import Play
from watching import reports, rows_of, vouch, write_log

from lab.data.live import Live
from lab.data.reference import Answers, Training
from lab.data.schema import Column, Shape
from lab.evidence.drift_report import code_of, sentence
from lab.evidence.watch import Watched, watch
from lab.records.store import read_store

ROLL = "stages/6-deployment/ROLL-20261110-to-one-clinic"
INDEX = """\
---
id: {id}
title: To one clinic
tldr: One clinic first.
owner: ann
created: "2026-11-10T09:00:00Z"
answers: REP-20261109-a
steps: []
monitors: []
history:
  - {{at: "2026-11-10T09:00:00Z", by: ann, to: draft}}
---
"""
SHAPE = Shape(
    (
        *(Column(f"number_{place}", "float", nullable=place == 1) for place in range(6)),
        *(Column(f"count_{place}", "integer") for place in range(3)),
        *(
            Column(f"kind_{place}", "category", categories=("a", "b", "c", "d"))
            for place in range(3)
        ),
    ),
    Column("y", "category", categories=("no", "yes")),
    "yes",
)


def drawn(generator: np.random.Generator, n: int, shift: float = 0.0) -> dict[str, pl.Series]:
    """Inputs of n rows: number_0 is shifted by so many standard deviations, number_1 has gaps."""
    found = {}
    for place, one in enumerate(SHAPE.inputs):
        if one.name.startswith("number"):
            values = np.exp(generator.normal(size=n)) if place else generator.normal(shift, size=n)
            found[one.name] = pl.Series(values)
        elif one.whole:
            found[one.name] = pl.Series(generator.poisson(2, size=n).astype(float))
        else:
            found[one.name] = pl.Series(generator.choice([*"abcd"], n, p=[0.6, 0.3, 0.09, 0.01]))
    gaps = pl.Series(generator.random(n) < 0.1)
    return found | {"number_1": found["number_1"].set(gaps, None)}


def compared(
    live: dict[str, pl.Series], training: dict[str, pl.Series], **answers: Any
) -> dict[str, Watched]:
    """What is found about each column, at 5 %."""
    n, m = len(live["number_0"]), len(training["number_0"])
    prediction = answers.get("prediction", pl.Series([None] * n, dtype=pl.String))
    score = answers.get("score", pl.Series([None] * n, dtype=pl.Float64))
    rows = Live(live, prediction, score, {}, None, None, {})
    before = Training(training, m, "0" * 32)
    found = watch(rows, before, answers.get("before"), SHAPE, 0.05)
    return {one.column: one for one in found}


def test_without_drift_at_most_one_report_in_twenty_raises_an_alarm():
    generator = np.random.default_rng(1)
    reports = 300
    alarms = significant = unsure = changed = 0
    for _ in range(reports):
        found = compared(drawn(generator, 400), drawn(generator, 300)).values()
        alarms += code_of([*found]) == 1
        significant += any(one.p is not None and one.p <= 0.05 for one in found)
        changed += any(one.changed for one in found)
        unsure += code_of([*found]) == 3
    assert significant <= 0.05 * reports + 3 * np.sqrt(reports * 0.05 * 0.95)
    assert alarms + changed <= significant
    assert unsure == 0


@pytest.mark.parametrize(("shift", "least"), [(0.6, 0.9), (1.0, 1.0)])
def test_a_shift_that_matters_is_found(shift: float, least: float):
    generator = np.random.default_rng(2)
    reports = 60
    seen = sum(
        compared(drawn(generator, 400, shift), drawn(generator, 300))["number_0"].drifted
        for _ in range(reports)
    )
    assert seen >= least * reports


@pytest.mark.parametrize("training", [1000, 5000])
@pytest.mark.parametrize(
    "moved",
    [
        lambda generator: generator.normal(0.3, size=5000),
        lambda generator: generator.normal(size=5000) + 3 * (generator.random(5000) < 0.1),
        lambda generator: generator.normal(size=5000) - 3 * (generator.random(5000) < 0.1),
    ],
    ids=["all by 0.3", "a tenth by 3", "a tenth by -3"],
)
def test_a_small_change_of_many_rows_is_found_and_is_no_alarm(moved: Callable, training: int):
    generator = np.random.default_rng(8)
    for _ in range(40):
        live = drawn(generator, 5000) | {"number_0": pl.Series(moved(generator))}
        found = compared(live, drawn(generator, training))
        assert found["number_0"].status == "changed"
        assert code_of([found["number_0"]]) == 0


def test_a_shift_that_does_not_matter_is_no_alarm_however_many_rows_show_it():
    generator = np.random.default_rng(3)
    found = compared(drawn(generator, 50_000, 0.1), drawn(generator, 50_000))["number_0"]
    assert found.p is not None
    assert found.p < 1e-6
    assert found.index == pytest.approx(0.01, abs=0.005)
    assert found.status == "steady"


def test_too_few_rows_are_unclear_and_say_how_many_would_do():
    generator = np.random.default_rng(4)
    training = drawn(generator, 300)
    few = compared(drawn(generator, 29, 3.0), training)["number_0"]
    assert (few.status, few.index, few.p, few.change) == ("unclear", None, None, None)
    some = compared(drawn(generator, 60), training)["number_0"]
    assert some.status == "unclear"
    assert some.needed is not None
    assert 100 < some.needed < 300
    enough = compared(drawn(generator, some.needed), training)["number_0"]
    assert enough.status == "steady"
    sure = compared(drawn(generator, 60, 3.0), training)["number_0"]
    assert sure.status == "drifted"  # what is that plain needs no more rows


def test_with_too_few_training_rows_more_live_ones_do_not_help():
    generator = np.random.default_rng(5)
    found = compared(drawn(generator, 5000), drawn(generator, 25))["number_0"]
    assert (found.status, found.needed) == ("unclear", None)


def test_gaps_drift_too():
    generator = np.random.default_rng(6)
    live, training = drawn(generator, 400), drawn(generator, 300)
    holes = pl.Series(generator.random(400) < 0.6)
    live["number_1"] = live["number_1"].set(holes, None)
    found = compared(live, training)
    assert found["number_1"].status == "drifted"
    assert found["number_1"].missing == live["number_1"].null_count() / 400
    assert not any(one.drifted for name, one in found.items() if name != "number_1")


def test_what_is_not_allowed_is_counted_exactly():
    shape = Shape(
        (
            Column("age", "integer", least=0.0, most=120.0),
            Column("weight", "float", least=0.0, nullable=True),
            Column("town", "category", categories=("north", "south")),
        ),
        Column("y", "float"),
    )
    nan = float("nan")
    live = Live(
        {
            "age": pl.Series([-1.0, 121, 120, 0.5, nan, None, 130]),
            "weight": pl.Series([None, None, -0.1, nan, 1, 2, 3]),
            "town": pl.Series(["north", "up", "south", "down", "up", None, "north"]),
        },
        pl.Series([None] * 7, dtype=pl.Float64),
        pl.Series([None] * 7, dtype=pl.Float64),
        {},
        None,
        None,
        {},
    )
    before = {"age": [30.0] * 40, "weight": [60.0] * 40, "town": ["north"] * 40}
    training = Training({name: pl.Series(one) for name, one in before.items()}, 40, "")
    found = {one.column: one.not_allowed for one in watch(live, training, None, shape, 0.05)}
    assert found == {
        "age": {"missing": 1, "no number": 1, "not whole": 1, "below 0": 1, "above 120": 2},
        "weight": {"no number": 1, "below 0": 1},
        "town": {"missing": 1, "of no known category": 3},
    }


def test_answers_are_compared_with_held_out_ones():
    generator = np.random.default_rng(7)
    live, training = drawn(generator, 300), drawn(generator, 300)
    before = Answers(
        "champion",
        1,
        pl.Series(generator.choice(["no", "yes"], 300, p=[0.7, 0.3])),
        pl.Series(generator.beta(2, 4, size=300)),
        "evaluation/predictions.parquet",
        "",
    )
    same = compared(
        live,
        training,
        prediction=pl.Series(generator.choice(["no", "yes"], 300, p=[0.7, 0.3])),
        score=pl.Series(generator.beta(2, 4, size=300)),
        before=before,
    )
    assert (same["prediction"].status, same["score"].status) == ("steady", "steady")
    other = compared(
        live,
        training,
        prediction=pl.Series(["yes", "no", "maybe"] * 100),
        score=pl.Series(generator.beta(4, 2, size=300)).extend_constant(1.5, 0),
        before=before,
    )
    assert other["prediction"].not_allowed == {"of no known category": 100}
    assert other["prediction"].drifted
    assert other["score"].drifted
    assert other["score"].role == "score"


def test_sentences():
    blank = Watched("a", "input", False, False, 99, 0, 0, {}, 0.0, 1.0, None, None)
    drifted, broken, unclear = (
        replace(blank, drifted=True),
        replace(blank, not_allowed={"missing": 2}),
        replace(blank, unclear=True, needed=200),
    )
    assert sentence([blank], 99) == "Nothing has drifted: 99 rows look like the training data."
    assert sentence([drifted, drifted, blank], 99) == "2 of 3 columns have drifted."
    assert sentence([broken, drifted], 99) == (
        "1 of 2 columns has drifted; 1 holds values that schema.yaml does not allow."
    )
    assert sentence([unclear, blank], 99) == (
        "99 rows are too few to tell about 1 (about 200 would do)."
    )
    changed = replace(blank, changed=True)
    assert sentence([changed, blank], 99) == "1 of 2 columns has changed a little."
    assert sentence([drifted, changed], 99) == "1 of 2 columns has drifted; 1 has changed a little."
    columns = (blank, changed, drifted, broken, unclear)
    assert [code_of([one]) for one in columns] == [0, 0, 1, 1, 3]


# ---------------------------------------------------------------------------
# The verb.
# ---------------------------------------------------------------------------


def test_nothing_has_drifted(watched: Play):
    write_log(watched)
    said = watched.type("monitor", "live.jsonl")
    assert (said.code, said.err) == (0, "")
    assert "Nothing has drifted: 400 rows look like the training data." in said.out
    folder = "evaluation/monitoring/20261123T090000Z"
    assert f"wrote {folder}.md" in said.out
    assert reports(watched) == [f"{folder}.json", f"{folder}.md"]
    found = json.loads((watched.root / f"{folder}.json").read_text("utf-8"))
    assert found["rows"] == 400
    assert found["models"] == {"v1": 400}
    assert (found["rollout"], found["by"], found["alpha"]) == (None, None, 0.05)
    assert found["compared_with"]["training"]["rows"] == 300
    answers = found["compared_with"]["answers"]
    assert (answers["model"], answers["seed"], answers["rows"]) == ("candidate", 1, 200)
    columns = {one["column"]: one for one in found["columns"]}
    assert set(columns) == {"age", "weight", "town", "prediction", "score"}
    assert {one["status"] for one in columns.values()} == {"steady"}


def test_drift_is_said_first_and_ends_with_1(watched: Play):
    write_log(watched, older=25)
    said = watched.type("monitor", "live.jsonl", "--by", "ann")
    assert said.code == 1
    first = said.out.splitlines()[0].split("\t")
    assert first[:2] == ["drifted", "age"]
    assert "years, was 4" in first[-1]
    assert "1 of 5 columns has drifted." in said.out
    (page,) = (name for name in reports(watched) if name.endswith(".md"))
    text = (watched.root / page).read_text("utf-8")
    assert text.startswith("# Monitoring on 2026-11-23 at 09:00 UTC\n\n1 of 5 columns has drifted.")
    assert "| drifted | age |" in text
    assert "- **by:** ann\n" in text


def test_too_few_rows_end_with_3_and_never_with_1(watched: Play):
    write_log(watched, n=20)
    said = watched.type("monitor", "live.jsonl")
    assert said.code == 3
    assert "20 rows are too few to tell about 5 (about " in said.out
    write_log(watched, n=400, stub=True)
    assert watched.type("monitor", "live.jsonl").code == 3


def test_a_report_lies_beside_its_rollout_and_is_never_overwritten(watched: Play):
    write_log(watched)
    watched.write(f"{ROLL}/index.md", INDEX.format(id=ROLL.rpartition("/")[2]))
    before = [one.message for one in read_store(watched.root).findings]
    for _ in range(2):  # within one second
        assert watched.type("monitor", "live.jsonl").code == 0
    names = reports(watched)
    assert names == [
        f"{ROLL}/monitoring/20261123T09000{second}Z.{end}"
        for second in (0, 1)
        for end in ("json", "md")
    ]
    store = read_store(watched.root)
    assert [one.message for one in store.findings] == before
    checked = json.loads(watched.type("check", "--format", "json").out)
    assert not [one for one in checked["findings"] if "monitoring" in one["path"]]
    # With a second rollout it has to be named.
    other = ROLL.replace("one", "two")
    watched.write(f"{other}/index.md", INDEX.format(id=other.rpartition("/")[2]))
    watched.at("2026-11-24T09:00:00Z")
    watched.type("monitor", "live.jsonl")
    watched.type("monitor", "live.jsonl", "--rollout", "two-clinic")
    assert {*reports(watched)} - {*names} == {
        f"{folder}/20261124T090000Z.{end}"
        for folder in ("evaluation/monitoring", f"{other}/monitoring")
        for end in ("json", "md")
    }


def test_no_value_of_a_row_is_in_a_report(watched: Play):
    write_log(watched)
    secret = {"age": 119, "weight": 123.456789, "town": "Geheimstadt"}
    line = {"request_id": "patient-4711", "features": secret, "prediction": "Krebs", "score": 0.1}
    with (watched.root / "live.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    said = watched.type("monitor", "live.jsonl")
    assert said.code == 1
    for text in [
        said.out,
        *((watched.root / name).read_text("utf-8") for name in reports(watched)),
    ]:
        assert "of no known category" in text
        assert not any(one in text for one in ("Geheim", "123.45", "4711", "Krebs"))


def test_what_others_wrote_is_shown_letter_by_letter(watched: Play):
    write_log(watched, model="</table> | *v* [a](javascript:b) \u202e\n# x")
    assert watched.type("monitor", "live.jsonl").code == 0
    (page,) = (name for name in reports(watched) if name.endswith(".md"))
    text = (watched.root / page).read_text("utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("- **model:**"))
    assert not set(line.removeprefix("- **model:**")) & set("<>|*[]\u202e")
    assert "&#60;/table&#62; &#124; &#42;v&#42;" in line


def test_days_are_chosen_and_both_ends_count(watched: Play):
    write_log(watched)
    said = watched.type(
        "monitor", "live.jsonl", "--since", "2026-11-02", "--until", "2026-11-19", "--json"
    )
    found = json.loads(said.out)
    assert found["rows"] == 360
    assert (found["first"][:10], found["last"][:10]) == ("2026-11-02", "2026-11-19")
    assert found["left_out"] == {"of another time": 40}
    assert "is no day" in watched.misused("monitor", "live.jsonl", "--since", "May")


def test_a_log_may_have_any_name(watched: Play):
    write_log(watched)
    name = "logs/live  of November (ä).jsonl.1"
    watched.write(name, (watched.root / "live.jsonl").read_text("utf-8"))
    assert json.loads(watched.type("monitor", name, "--json").out)["logs"] == [name[5:]]


def test_a_table_without_answers_needs_no_held_out_ones(watched: Play):
    (watched.root / "evaluation/predictions.parquet").unlink()
    pl.DataFrame(rows_of(3, 300)).write_csv(watched.root / "batch.csv")
    said = watched.type("monitor", "batch.csv")
    assert said.code == 0
    assert "Nothing has drifted" in said.out


def _forged(play: Play) -> None:
    pl.DataFrame(rows_of(5, 300)).write_parquet(play.root / "data/train.parquet")


def _dummy(play: Play) -> None:
    path = play.root / "data/train.parquet"
    pl.read_parquet(path).with_columns(source=pl.lit("dummy")).write_parquet(path)
    vouch(play)


def _narrow(play: Play) -> None:
    path = play.root / "data/train.parquet"
    pl.read_parquet(path).drop("town").write_parquet(path)
    vouch(play)


def _without_model(play: Play) -> None:
    path = play.root / "evaluation/predictions.parquet"
    pl.read_parquet(path).filter(pl.col("model") == "status_quo").write_parquet(path)
    vouch(play)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda play: (play.root / "data/train.parquet").unlink(), "is missing: run the pipeline"),
        (_forged, "is not what the pipeline wrote"),
        (_dummy, "holds dummy data"),
        (_narrow, "has no column town"),
        (_without_model, "holds no predictions of a model"),
        (
            lambda play: play.write("live.jsonl", "{}\n"),
            "live.jsonl:1: this line has no `features`",
        ),
        (lambda play: (play.root / "live.jsonl").unlink(), "live.jsonl is no file"),
        (lambda play: play.write("schema.yaml", "columns: 3\n"), "describes no rows"),
    ],
)
def test_what_cannot_be_verified_ends_with_3_and_writes_nothing(
    watched: Play, spoil: Callable[[Play], None], said: str
):
    write_log(watched)
    spoil(watched)
    found = watched.type("monitor", "live.jsonl")
    assert (found.code, found.out) == (3, "")
    assert found.err.startswith("lab: ")
    assert said in found.err
    assert not reports(watched)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rollout", "nothing"), "nothing"),
        (("--rollout", "first-triage"), "a report belongs to a ROLL"),
        (("--by", "eve"), "eve is not in team/people.yml"),
    ],
)
def test_what_is_named_has_to_exist(watched: Play, words: tuple[str, ...], said: str):
    write_log(watched)
    found = watched.type("monitor", "live.jsonl", *words)
    assert found.code == 3
    assert said in found.err


def test_the_champion_goes_before_the_candidate(watched: Play):
    path = watched.root / "evaluation/predictions.parquet"
    rows = pl.read_parquet(path)
    promoted = rows.filter(pl.col("model") == "candidate").with_columns(
        model=pl.lit("champion"), score=pl.lit(0.01), label=pl.lit(0)
    )
    pl.concat([rows, promoted.cast(rows.schema)]).write_parquet(path)
    vouch(watched)
    write_log(watched)
    found = json.loads(watched.type("monitor", "live.jsonl", "--json").out)
    assert found["compared_with"]["answers"]["model"] == "champion"
    drifted = {one["column"] for one in found["columns"] if one["drifted"]}
    assert drifted == {"score", "prediction"}
