"""Whether the pipeline, run again, writes what is committed: two contents of dvc.lock."""

import copy
from typing import Any

import pytest
import yaml

from lab.proof.reproduction import differences

LOCK: dict[str, Any] = {
    "schema": "2.0",
    "stages": {
        "data": {
            "cmd": "python -m x.data",
            "deps": [{"path": "src/x/data.py", "hash": "md5", "md5": "d1", "size": 1}],
            "params": {"params.yaml": {"data.source": "sample"}},
            "outs": [{"path": "data/all.parquet", "hash": "md5", "md5": "o1", "size": 1}],
        },
        "train": {
            "cmd": "python -m x.train",
            "deps": [{"path": "data/all.parquet", "hash": "md5", "md5": "o1", "size": 1}],
            "outs": [
                {"path": "models/1.skops", "hash": "md5", "md5": "m1", "size": 1},
                {"path": "evaluation/scores.parquet", "hash": "md5", "md5": "s1", "size": 1},
            ],
        },
    },
}


def found(**changes: Any) -> list[str]:
    """The differences after changes: `train_outs_1_md5="x"` goes down the path that it names."""
    again = copy.deepcopy(LOCK)
    for path, value in changes.items():
        *way, last = [int(one) if one.isdecimal() else one for one in path.split("__")]
        place: Any = again["stages"]
        for one in way:
            place = place[one]
        place[last] = value
    return list(differences(yaml.safe_dump(LOCK), yaml.safe_dump(again)))


def test_the_same_twice_holds():
    assert found() == []


def test_another_output_is_named_with_its_stage():
    assert found(train__outs__1__md5="s2") == [
        "evaluation/scores.parquet is not what `train` writes"
    ]


def test_the_bytes_of_a_model_do_not_count():
    """Saving twice gives other bytes; what it answers is in the predictions."""
    assert found(train__outs__0__md5="m2") == []


@pytest.mark.parametrize(
    "change",
    [
        {"data__deps__0__md5": "d2"},
        {"data__params": {"params.yaml": {"data.source": "file"}}},
        {"data__cmd": "python -m x.data --fast"},
    ],
    ids=["code", "parameter", "command"],
)
def test_a_stage_whose_input_has_changed_was_not_run(change: dict[str, Any]):
    assert found(**change) == ["`data` was not run after what it depends on had changed"]


def test_what_follows_from_another_stage_is_said_once():
    """The input of `train` is the output of `data`: that is where the difference begins."""
    assert found(data__outs__0__md5="o2", train__deps__0__md5="o2") == [
        "data/all.parquet is not what `data` writes"
    ]


def test_a_stage_that_was_never_committed_was_not_run():
    without = copy.deepcopy(LOCK)
    del without["stages"]["train"]
    said = list(differences(yaml.safe_dump(without), yaml.safe_dump(LOCK)))
    assert said == ["`train` was not run after what it depends on had changed"]


@pytest.mark.parametrize("text", ["", "stages: 1\n", "- a\n", "\0"])
def test_a_lock_file_that_says_nothing_holds_no_stage(text: str):
    said = list(differences(text, yaml.safe_dump(LOCK)))
    assert len(said) == len(LOCK["stages"])
