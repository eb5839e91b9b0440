"""A rule that is wrong is noticed by its cases, and so is a case that is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from violations import NOW, Case, CaseError, NotHereError, lay, problem, read_cases, read_clean

from lab.process import clock
from lab.records.store import Store
from lab.rules.families import all_rules
from lab.rules.registry import RULES, Found

Run = Callable[..., Iterator[Found]]
XL = {"in": "screen", "replace": "size: S", "with": "size: XL"}
RULE = all_rules()["FLO008"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean project; each case is undone."""
    folder = tmp_path_factory.mktemp("violations")
    lay(folder, {}, read_clean())
    return folder


def problems(code: str, root: Path) -> dict[str, str]:
    """The cases of a rule that are not as expected."""
    pairs = ((case.name, problem(code, case, root)) for case in read_cases()[code])
    return {name: text for name, text in pairs if text}


def instead(monkeypatch: pytest.MonkeyPatch, code: str, run: Run) -> None:
    """Put something else in the place of a rule."""
    monkeypatch.setitem(RULES, code, replace(RULES[code], run=run))


def test_a_rule_that_always_finds_something_is_noticed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loud(*about: Any) -> Iterator[Found]:
        yield Found("something is wrong", 1, path="params.yaml")

    instead(monkeypatch, "FLO007", loud)
    clean = Case(good="the clean project", now=NOW)
    assert problem("FLO007", clean, root) is not None
    assert problem("FLO008", clean, root) == (
        "FLO007 was found, too: something is wrong (params.yaml:1)"
    )


def test_a_rule_that_finds_something_too_early_is_noticed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = clock.days_used
    monkeypatch.setattr(clock, "days_used", lambda *args: used(*args) + 1)
    assert "good: a hypothesis on day 5 of 5" in problems("FLO004", root)


def too_large(record: Any, store: Store) -> Iterator[Found]:
    """FLO008, as it is."""
    return RULE.run(record, store)


def renamed(record: Any, store: Store) -> Iterator[Found]:
    return (found._replace(message="the card is too large") for found in too_large(record, store))


def misplaced(record: Any, store: Store) -> Iterator[Found]:
    return (found._replace(at=("owner",)) for found in too_large(record, store))


def twice(record: Any, store: Store) -> Iterator[Found]:
    return (found for found in too_large(record, store) for _ in range(2))


def crashing(record: Any, store: Store) -> Iterator[Found]:
    if [*too_large(record, store)]:
        raise KeyError("size")
    return iter(())


@pytest.mark.parametrize(
    ("run", "text"),
    [
        (renamed, 'it says "the card is too large", and not "the card is XL and was started"'),
        (misplaced, "index.md:6, and not size: XL"),
        (twice, "1 findings are expected, not: the card is XL and was started"),
        (crashing, "a rule crashed: KeyError('size')"),
    ],
)
def test_a_rule_that_is_wrong_is_noticed(
    run: Run, text: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, "FLO008", run)
    found = problems("FLO008", root)
    assert found
    assert all(name.startswith("bad: ") for name in found)
    assert text in next(iter(found.values()))


def test_a_rule_of_another_level_is_noticed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "FLO007", replace(RULES["FLO007"], low="note"))
    assert problems("FLO007", root) == {
        "bad: a card without a priority at low risk": (
            "its level is note: the card was started without a priority"
        )
    }


def test_another_rule_that_finds_it_too_is_noticed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, "FLO007", too_large)
    assert "FLO007 was found, too: the card is XL" in next(iter(problems("FLO008", root).values()))


def test_a_rule_that_should_find_it_too_is_missed(root: Path) -> None:
    case = Case(bad="XL", do=[XL], says="XL", also=["FLO007"])
    assert problem("FLO008", case, root) == "FLO007 should be found, too"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ({"in": "screen", "replace": "ann", "with": "eve"}, '"ann" stands 3 times in'),
        ({"in": "screen", "replace": "anne", "with": "eve"}, '"anne" stands 0 times in'),
        ({"in": "HYP-", "replace": "size: S", "with": "size: XL"}, "HYP- stands for 5 files"),
        ({"in": "nothing", "replace": "size: S", "with": "size: XL"}, "nothing stands for 0 files"),
        ({"remove": "stages/7"}, "stages/7 is not there"),
        ({"relock": "stamp"}, "stamp/index.md has no lock"),
        (XL | {"wiht": ""}, "is not a step"),
        ({"burn": "screen"}, "is not a step"),
    ],
)
def test_a_step_that_does_not_fit_is_noticed(step: dict[str, str], text: str, root: Path) -> None:
    with pytest.raises(CaseError) as error:
        problem("FLO008", Case(bad="a step", do=[step], says="XL"), root)
    assert text in str(error.value)


@pytest.mark.parametrize(
    "case",
    [
        Case(do=[XL], says="XL"),
        Case(bad="both", good="both", do=[XL], says="XL"),
        Case(bad="what it says is not expected", do=[XL]),
        Case(good="a place of nothing", at="size: XL"),
    ],
)
def test_a_case_that_expects_nothing_certain_is_noticed(case: Case, root: Path) -> None:
    with pytest.raises(CaseError, match="it has to be either bad, with `says`, or good"):
        problem("FLO008", case, root)


def test_what_a_machine_cannot_do_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise OSError("no symbolic links")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    monkeypatch.setattr(Path, "chmod", lambda *args: None)
    reasons, passed = [], 0
    for case in read_cases()["REC001"]:
        try:
            assert problem("REC001", case, root) is None
            passed += 1
        except NotHereError as error:
            reasons.append(str(error))
    assert {*reasons} == {
        "no symbolic links can be made here",
        "whoever runs this may read everything",
    }
    assert len(reasons) == 7
    assert passed
