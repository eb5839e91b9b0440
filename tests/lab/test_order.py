"""The product owner's order, in which no two cards tie, and concerns that stay until answered."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import HYP, Play

from lab.process.cards import shifted
from lab.records.store import read_store


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


def ranks(play: Play) -> dict[str, int]:
    """The rank of each open card, by the end of its id."""
    store = read_store(play.root)
    return {
        card.id.rpartition("-")[2]: card.front.priority.rank
        for card in store.of("HYP", "SPK")
        if card.front.priority and card.lane != "done"
    }


@pytest.fixture
def four(play: Play) -> Play:
    """Cards of the ranks 1 (the hypothesis), 2, 3 and 5."""
    for name, rank in (("one", 2), ("two", 3), ("three", 5)):
        play.lab("new", "SPK", f"Question {name}", "--question", "Can we?")
        play.lab("prioritise", f"question-{name}", str(rank))
    return play


def test_a_card_comes_into_the_place_of_another_and_nothing_ties(four: Play):
    four.lab("new", "SPK", "Question four", "--question", "Can we?")
    said = four.lab("prioritise", "question-four", "1")
    assert f"  {HYP} makes room: 2.\n" in said
    assert ranks(four) == {"four": 1, "tumours": 2, "one": 3, "two": 4, "three": 5}
    assert "makes room" not in four.lab("prioritise", "question-four", "6")
    assert ranks(four) == {"tumours": 2, "one": 3, "two": 4, "three": 5, "four": 6}


def test_a_card_comes_before_another(four: Play):
    four.lab("prioritise", "question-three", "--before", "question-one")
    assert ranks(four) == {"tumours": 1, "three": 2, "one": 3, "two": 4}
    said = four.refused("prioritise", "question-three")
    assert "say which place" in said
    assert "say which place" in four.refused(
        "prioritise", "question-three", "1", "--before", "linear"
    )
    four.lab("new", "SPK", "Question four", "--question", "Can we?")
    said = four.refused("prioritise", "question-three", "--before", "question-four")
    assert "has no priority" in said


def test_nothing_makes_room_for_a_card_that_may_not_move(four: Play):
    four.team_of_three()
    assert "only they set priorities" in four.refused("prioritise", "linear", "2", "--by", "bob")


@given(st.lists(st.integers(1, 8), max_size=6), st.integers(1, 8))
def test_whatever_the_order_was_the_new_rank_is_free(others: list[int], rank: int):
    cards: list[Any] = [
        SimpleNamespace(
            id=f"SPK-{number}",
            lane="to do",
            front=SimpleNamespace(priority=SimpleNamespace(rank=place)),
        )
        for number, place in enumerate(others)
    ]
    store: Any = SimpleNamespace(of=lambda *_: cards, records={card.id: card for card in cards})
    new: Any = SimpleNamespace(id="SPK-new")
    before = {card.id: card.front.priority.rank for card in cards}
    moved = {card.id: place for card, place in shifted(store, new, rank)}
    after = before | moved
    assert rank not in after.values()
    assert all(place > before[id_] for id_, place in moved.items())
    inside = [place for place in after.values() if rank < place <= max(moved.values(), default=0)]
    assert len(inside) == len({*inside})
    for one in after:  # whoever came first still does
        for other in after:
            if before[one] < before[other]:
                assert after[one] < after[other] or after[other] > max(moved.values(), default=0)


def test_a_concern_stays_until_it_is_answered(play: Play):
    play.lab("prioritise", "linear", "1", "--concern", "May doctors see it?")
    play.lab("prioritise", "linear", "1", "--concern", "Who pays?")
    play.lab("start", "linear")
    play.judge("refuted")
    play.tick()
    words = ["review", "linear", "--approve", "--learned", "Size is enough."]
    assert "FLO020 a concern of ann has no answer" in play.refused(*words)
    assert f'lab answer {HYP} "…"' in play.lab("status")
    assert "has 2 open concerns: say which one." in play.refused("answer", "linear", "No.")
    said = play.lab("answer", "linear", "Only the order of their list.", "--number", "1")
    assert "ann asked: May doctors see it?" in said
    play.lab("answer", "linear", "The clinic.")
    assert "has no concern that waits" in play.refused("answer", "linear", "The clinic.")
    assert "answer: The clinic." in play.text(HYP)
    play.lab(*words)


def test_there_is_no_such_concern(play: Play):
    play.lab("prioritise", "linear", "1", "--concern", "Who pays?")
    assert "has no concern 7, only 1" in play.refused("answer", "linear", "x", "--number", "7")
