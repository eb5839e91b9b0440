"""Colour and columns in a terminal, plain and stable text in a pipe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import terminal
from lab.terminal import as_typed, clean, clean_lines, cut, style, table, width_of


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch):
    """Let the output be a terminal."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(terminal.sys.stdout, "isatty", lambda: True, raising=False)


HEADER = ("id", "lane", "title")
ROWS = [["HYP-1", "to do", "A linear model finds tumours"], ["SPK-22", "done", "Labels"]]


def test_a_pipe_gets_tabs_and_whole_cells(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "20")
    rows = [["a", "two\twords\n", "x" * 300], ["\x1b[31mb", "", "y"]]
    assert table(HEADER, rows) == [f"a\ttwo words\t{'x' * 300}", " [31mb\t\ty"]
    assert style("x", "bold") == "x"


def test_a_terminal_gets_columns_and_a_header(screen, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert table(HEADER, ROWS, columns=40) == [
        "id      lane   title",
        "HYP-1   to do  A linear model finds tum…",
        "SPK-22  done   Labels",
    ]
    assert table((), ROWS[1:], indent="  ", columns=40) == ["  SPK-22  done  Labels"]
    assert table(HEADER, [], columns=40) == []


def test_a_narrow_window_gets_blocks(screen, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    rows = [["HYP-20261105-linear-model", "to do", "", "A linear model finds tumours"]]
    assert table((*HEADER, ""), rows, indent=" ", columns=21) == [
        " HYP-20261105-linear-model",
        "   to do",
        "   A linear model fi…",
    ]
    assert table((), [["id", ""]], columns=5) == ["id"]


def test_colour_is_for_terminals_that_want_it(screen, monkeypatch: pytest.MonkeyPatch):
    assert style("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"
    assert style("x") == "x"
    monkeypatch.setenv("TERM", "dumb")
    assert style("x", "red") == "x"
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert style("x", "red") == "\x1b[31mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert style("x", "red") == "x"


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("日本語", 6),
        ("ｱ", 1),
        ("e\u0301", 1),  # an accent of its own
        ("❤\ufe0f", 1),
        ("🎉", 2),
        ("\u0645\u06cc\u200c\u062e", 3),  # a joiner has no width
    ],
)
def test_the_width_is_that_on_the_screen(text: str, width: int):
    assert width_of(text) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("abc", 1, "…"),
    ],
)
def test_what_is_too_long_is_cut(text: str, width: int, shown: str):
    assert cut(text, width) == shown


@given(st.text(), st.integers(1, 40))
def test_a_cut_text_fits(text: str, width: int):
    assert width_of(cut(text, width)) <= width


def test_nothing_steers_the_terminal():
    assert clean("a\x1b[2J\tb\r\n c\x07\u202e\x9b31m") == "a [2J b c   31m"
    assert clean_lines("a\r\nb\rc\n\td\x1b]0;x\x07") == "a\nb\nc\n    d ]0;x "
    assert clean("👩\u200d🔬") == "👩\u200d🔬"


@given(st.text(st.characters()))
def test_what_is_cleaned_holds_no_control_character(text: str):
    allowed = {"\u200c", "\u200d"}
    for one in clean(text) + clean_lines(text).replace("\n", ""):
        assert one in allowed or not unicodedata.category(one).startswith("C"), repr(one)
        assert unicodedata.category(one) not in ("Zl", "Zp")


def test_without_a_screen_nobody_is_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(terminal.sys.stdin, "isatty", lambda: True, raising=False)
    assert not terminal.can_ask()


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("lab review HYP-1 --approve", "uv run lab review HYP-1 --approve"),
        ("lab amend A, or lab close A", "uv run lab amend A, or uv run lab close A"),
        ("`lab check` says why", "`uv run lab check` says why"),
        ("write it, then: lab start X", "write it, then: uv run lab start X"),
        ("uv run lab setup", "uv run lab setup"),
        ("the lab measured it", "the lab measured it"),
    ],
)
def test_commands_can_be_pasted_where_lab_is_not_on_the_path(
    text: str, typed: str, monkeypatch: pytest.MonkeyPatch
):
    assert as_typed(text) == text
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/usr/bin")
        assert as_typed(text) == typed
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    assert as_typed(text) == typed
