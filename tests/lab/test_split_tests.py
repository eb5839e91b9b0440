"""A rollout with a split test: looked at, widened by what it shows, and computed again."""

import numpy as np
import polars as pl
import pytest
from playing import Play
from test_rollouts import accept, drafted

from lab.data.arms import read_arms
from lab.errors import LabError
from lab.evidence.split_test import parse_claim

WHY = ("--why", "as the test says", "--by", "bob")
TEST = """\
test:
  table: data/split.csv
  claims:
    - {claim: "letters_read >= control + 0.01", expects: 0.05}
    - {claim: "minutes <= control + 0.5", expects: -1}
"""


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.team_of_three()
    return play


@pytest.fixture
def rollout(play: Play) -> str:
    name = drafted(play)
    play.change(name, "history:\n", f"{TEST}history:\n")
    accept(play, name)
    play.at("2026-11-24T09:00:00Z")
    return name


def days(play: Play, effect: float, number: int = 20, n: int = 200) -> None:
    """A table of so many days, in which the model reads so much more than the control."""
    random = np.random.default_rng(4)
    rows = []
    for day in range(number):
        for arm, rate, mean in (("control", 0.6, 9.0), ("treatment", 0.6 + effect, 8.0)):
            at = f"2026-11-{day + 1:02}"
            read = int((random.random(n) < rate).sum())
            minutes = random.normal(mean, 2.0, n)
            rows.append((at, arm, "letters_read", n, read, read))
            rows.append((at, arm, "minutes", n, minutes.sum(), (minutes**2).sum()))
    columns = ["day", "arm", "kpi", "n", "sum", "sum_of_squares"]
    (play.root / "data").mkdir(exist_ok=True)
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(play.root / "data/split.csv")


def test_a_rollout_climbs_as_far_as_its_test_carries_it(play: Play, rollout: str):
    said = play.lab("rollout", rollout, "widen", *WHY)  # nobody has met the model yet
    assert "is widened: 10 % of the users." in said
    days(play, effect=0.06, number=3)
    said = play.lab("rollout", rollout, "look")
    assert "letters_read >= control + 0.01  open\n" in said
    assert " of 1,200 units until 2026-11-03: a difference of " in said
    assert "0.05 was hoped for" in said
    for share in (25, 50):
        assert f"is widened: {share} %" in play.lab("rollout", rollout, "widen", *WHY)
    assert "seen:" in play.text(rollout)
    refused = play.refused("rollout", rollout, "widen", *WHY)
    assert "widened to 100 % of the users, and `letters_read >= control + 0.01` is open" in refused
    days(play, effect=0.06, number=28)
    assert "is widened: 100 % of the users." in play.lab("rollout", rollout, "widen", *WHY)


def test_a_refuted_claim_stops_it(play: Play, rollout: str):
    play.lab("rollout", rollout, "widen", *WHY)
    days(play, effect=-0.06)
    refused = play.refused("rollout", rollout, "widen", *WHY)
    assert "and `letters_read >= control + 0.01` is refuted" in refused
    assert "is reverted" in play.lab("rollout", rollout, "revert", *WHY)


def test_what_was_seen_is_computed_again(play: Play, rollout: str):
    play.lab("rollout", rollout, "widen", *WHY)
    days(play, effect=0.06)
    play.lab("rollout", rollout, "widen", *WHY)
    assert "REP027" not in play.type("check").out
    days(play, effect=-0.06)  # the table says something else now
    found = play.type("check").out
    assert "REP027" in found
    assert "does not show what it is said to have shown of `letters_read" in found
    days(play, effect=0.06)
    test = TEST.replace("control + 0.01", "control - 0.01")
    play.change(rollout, TEST, test)  # an easier claim
    assert "without a look at `letters_read >= control - 0.01`" in play.type("check").out


def test_a_table_that_is_elsewhere_is_not_compared(play: Play, rollout: str):
    play.lab("rollout", rollout, "widen", *WHY)
    days(play, effect=0.06)
    play.lab("rollout", rollout, "widen", *WHY)
    (play.root / "data/split.csv").unlink()
    assert "REP027" not in play.type("check").out
    assert "data/split.csv is missing" in play.refused("rollout", rollout, "widen", *WHY)


@pytest.mark.parametrize(
    ("told", "row"),
    [
        ("write `day` as 2026-11-30", "yesterday,control,k,10,5"),
        ("neither control nor treatment", "2026-11-01,b,k,10,5"),
        ("is no count among `n`", "2026-11-01,control,k,10,11"),
        ("is no count among `n`", "2026-11-01,control,k,10,2.5"),
        ("no whole number from 0 on", "2026-11-01,control,k,1.5,1"),
        ("a gap or a number that is not finite", "2026-11-01,control,k,10,"),
        ("is there twice", "2026-11-01,control,k,10,1\n2026-11-01,control,k,10,2"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path, told: str, row: str):
    path = tmp_path / "split.csv"
    path.write_text(f"day,arm,kpi,n,sum\n2026-11-01,treatment,k,10,5\n{row}\n", encoding="utf-8")
    with pytest.raises(LabError, match=told):
        read_arms(path)


def test_squares_that_cannot_be_are_refused(tmp_path):
    path = tmp_path / "split.csv"
    path.write_text(
        "day,arm,kpi,n,sum,sum_of_squares\n2026-11-01,control,k,10,50,100\n", encoding="utf-8"
    )
    with pytest.raises(LabError, match="less than such a `sum` allows"):
        read_arms(path)


@pytest.mark.parametrize(
    "text", ["letters >= 0.5", "letters >= champion", "letters", "a b > control"]
)
def test_what_is_no_claim(text: str):
    assert parse_claim(text) is None


def test_a_claim_is_read():
    claim = parse_claim("  letters_read<=control - 1e-3 ")
    assert claim is not None
    assert (claim.kpi, claim.more, claim.bar) == ("letters_read", False, -0.001)
