"""While folds are predicted, no command of the team's can look the labels up."""

import pytest
from sealing import Sealed

from lab import enclosure
from lab.enclosure import is_possible

LOOK_UP = """\
    import pathlib
    try:
        pathlib.Path({path!r}).read_bytes()
        seen = "read it"
    except PermissionError:
        seen = "was refused"
    with open("seen.txt", "a") as file:
        print(__name__, seen, file=file)
"""
PREDICT, TRAIN = "src/tiny/predict.py", "src/tiny/train.py"


def looked_up(sealed: Sealed, module: str, path: str) -> set[str]:
    """What a command that tries to read a file at each job has seen."""
    begin = 'Path(sys.argv[1]).read_text())["jobs"]:\n'
    sealed.revise(module, begin, begin + LOOK_UP.format(path=path))
    sealed.repro()
    return {line.split(" ", 1)[1] for line in (sealed.root / "seen.txt").read_text().splitlines()}


@pytest.mark.skipif(not is_possible(), reason="this system has no Landlock")
@pytest.mark.parametrize("module", [TRAIN, PREDICT], ids=["train", "predict"])
@pytest.mark.parametrize("path", ["data/train.parquet", "data/raw/data.csv"])
def test_the_training_table_and_the_raw_file_are_out_of_sight(
    sealed: Sealed, module: str, path: str
):
    assert looked_up(sealed, module, path) == {"was refused"}


@pytest.mark.skipif(not is_possible(), reason="this system has no Landlock")
def test_predicting_cannot_read_what_training_was_given(sealed: Sealed):
    begin = 'Path(sys.argv[1]).read_text())["jobs"]:\n'
    path = 'str(pathlib.Path(job["rows"]).parent / "labelled/train.parquet")'
    sealed.revise(PREDICT, begin, begin + LOOK_UP.replace("{path!r}", path))
    sealed.repro()
    assert {*(sealed.root / "seen.txt").read_text().splitlines()} == {"__main__ was refused"}


def test_where_nothing_can_enclose_a_command_it_is_said(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch
):
    assert "kept the two commands from the labels" not in sealed.lab("data", "train")
    monkeypatch.setattr(enclosure, "is_possible", lambda: False)
    assert "nothing on this system kept the two commands" in sealed.lab("data", "train")
