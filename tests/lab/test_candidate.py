"""The worth of the candidate: computed from the tables, once, and only where DVC vouches."""

import shutil
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.site import worth as candidate
from lab.site.worth import KEPT, read_worth

LIFT = "task: binary\nlift: {unit: points, correct: 1, wrong: -5}\n"


@pytest.fixture
def judged(unproved: Path, tmp_path: Path) -> Path:
    """A project whose candidate misses 6 of 400 examples with every seed."""
    root = shutil.copytree(unproved, tmp_path / "judged")
    (root / "params.yaml").write_text(LIFT)
    return root


def test_it_is_the_mean_value_of_a_decision(judged: Path):
    worth = read_worth(judged, "binary")
    assert worth is not None
    assert worth.n == 400
    assert worth.value == pytest.approx((394 * 1 + 6 * -5) / 400)
    # Plus and minus two standard errors; the judge's bootstrap allows for an unseen case more.
    error = (6 * (1 - 6 / 400) * 36 / 400 / 400) ** 0.5
    assert worth.value - 4 * error < worth.low < worth.value - 1.5 * error
    assert worth.value + 1.2 * error < worth.high <= 1


def test_it_is_computed_again_only_when_something_changed(
    judged: Path, monkeypatch: pytest.MonkeyPatch
):
    first = read_worth(judged, "binary")

    def refuse(*_: object) -> None:
        raise AssertionError("it was computed again")

    with monkeypatch.context() as patch:
        patch.setattr(candidate, "_computed", refuse)
        assert read_worth(judged, "binary") == first
        (judged / "params.yaml").write_text(LIFT.replace("-5", "-10"))
        with pytest.raises(AssertionError, match="computed again"):
            read_worth(judged, "binary")
    dearer = read_worth(judged, "binary")
    assert dearer is not None
    assert dearer.value == pytest.approx((394 * 1 + 6 * -10) / 400)
    (judged / KEPT).write_text("{")
    assert read_worth(judged, "binary") == dearer


def test_tables_that_nobody_vouches_for_are_worth_nothing(judged: Path):
    lock = judged / "dvc.lock"
    lock.write_text(lock.read_text().replace("md5: ", "md5: 0"))
    assert read_worth(judged, "binary") is None
    assert not (judged / KEPT).exists()


def test_without_a_value_function_or_tables_there_is_nothing(
    judged: Path, monkeypatch: pytest.MonkeyPatch
):
    (judged / "params.yaml").write_text("task: binary\n")
    assert read_worth(judged, "binary") is None
    (judged / "params.yaml").write_text(LIFT)

    def broken(*_: object) -> None:
        raise LabError("a table is broken")

    monkeypatch.setattr(candidate, "_computed", broken)
    assert read_worth(judged, "binary") is None
    shutil.rmtree(judged / "evaluation")
    assert read_worth(judged, "binary") is None
