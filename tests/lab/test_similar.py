"""Which hypotheses are taken for similar."""

import pytest
from playing import HYP, Play

from lab.process.similar import similar, words
from lab.records.store import read_store


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The models of our tree", {"tre"}),
        ("Better trees are for classes", {"tre", "class"}),
        ("A class", {"class"}),
        ("Finding tumours, finds TUMOURS", {"find", "tumour"}),
        ("Größere Bäume", {"größer", "bäum"}),
        ("日本語 モデル", {"日本語", "モデル"}),
        ("depth_3", {"depth", "3"}),
        ("!!", set()),
    ],
)
def test_the_words_that_carry_a_claim(text: str, found: set[str]):
    assert words(text) == found


@pytest.mark.parametrize(
    ("title", "claim", "is_similar"),
    [
        ("A linear model over all measurements finds tumours", "", True),
        ("Linear tumour finder of measurements", "", True),
        ("Boosted trees find more tumours", "", True),
        ("Boosted trees need less time", "", False),
        ("Boosted trees", "logistic regression over thirty measurements", True),
        ("Tumours", "", False),  # one word alone says too little
        ("", "", False),
    ],
)
def test_what_shares_half_of_its_words_is_similar(
    play: Play, title: str, claim: str, is_similar: bool
):
    found = [one.id for one in similar(read_store(play.root), title, claim)]
    assert found == ([HYP] if is_similar else [])


def test_the_closest_three_come_first(play: Play):
    for title in (
        "Deep trees find tumours",
        "Deep trees",
        "Deep trees find",
        "Deep forests",
        "Same",
    ):
        play.lab("new", "HYP", title)
    found = [one.front.title for one in similar(read_store(play.root), "Deep trees find tumours")]
    assert found[0] == "Deep trees"  # all of its words, and the id decides between equals
    assert set(found) == {"Deep trees", "Deep trees find", "Deep trees find tumours"}
    assert [one.front.title for one in similar(read_store(play.root), "same")] == ["Same"]


def test_it_is_said_how_the_similar_one_ended(play: Play):
    play.lab("close", "linear", "--why", "no time", "--learned", "Plan: first.")
    said = play.lab("new", "HYP", "A linear model finds tumours")
    assert said.splitlines()[0] == f"  similar: {HYP}, it was abandoned: Plan: first."
    said = play.lab("new", "HYP", "A linear model over measurements")
    assert "similar: HYP-20261123-linear-model-finds-tumours, it is in `to do`" in said
