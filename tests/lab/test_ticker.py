"""What runs is said while somebody waits."""

import io
import time

import pytest

from lab import ticker
from lab.ticker import CLEAR, Ticker


def test_a_terminal_shows_what_runs_and_since_when(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(ticker, "is_terminal", lambda: True)
    monkeypatch.setattr(ticker, "EVERY", 0.005)
    now = [100.0]
    with Ticker(clock=lambda: now[0]) as running:
        running.turn_to("train")
        now[0] += 7
        shown = ""
        while "train: 7 s" not in shown:
            time.sleep(0.005)
            shown += capsys.readouterr().out
        running.say("wrote models/candidate")
        running.turn_to("score")
    shown = capsys.readouterr().out
    assert f"{CLEAR}wrote models/candidate\n" in shown
    assert shown.endswith(CLEAR)
    assert running._thread is not None
    assert not running._thread.is_alive()


def test_a_pipe_gets_the_lines_alone_and_each_at_once(monkeypatch: pytest.MonkeyPatch):
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stdout", pipe)
    with Ticker() as running:
        running.turn_to("train")
        running.say("wrote models/candidate")
        assert pipe.getvalue() == "wrote models/candidate\n"
