"""The self-test breaks every rule, and is broken here itself."""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lab.cli import main
from lab.evidence.metrics import METRICS
from lab.process import clock
from lab.records.finding import Finding
from lab.records.kinds import KINDS
from lab.records.store import Store, read_store
from lab.rules import selftest
from lab.rules.families import FAMILIES, all_rules
from lab.rules.registry import RULES, Found
from lab.rules.run import Report, check
from lab.rules.selftest import CLEAN, NOW, Case, Outcome, read_cases, run_selftest

CODES = sorted(all_rules())
MODULES = FAMILIES
Run = Callable[..., Iterator[Found]]


def problems(*codes: str) -> list[str]:
    return [f"{one.name}: {one.problem}" for one in run_selftest(codes) if one.problem]


def outcomes(monkeypatch: pytest.MonkeyPatch, code: str, *cases: Case) -> list[Outcome]:
    """What becomes of these cases of a rule."""
    monkeypatch.setattr(selftest, "read_cases", lambda: {code: list(cases)})
    return [one for one in run_selftest([code]) if one.code == code and one.name != "its cases"]


def instead(monkeypatch: pytest.MonkeyPatch, code: str, run: Run) -> None:
    """Put something else in the place of a rule."""
    monkeypatch.setitem(RULES, code, replace(RULES[code], run=run))


def test_the_clean_project_is_clean_and_holds_every_kind() -> None:
    store = read_store(CLEAN, NOW)
    assert check(store) == Report(())
    assert {record.kind.code for record in store.records.values()} == {*KINDS}
    assert len(store.people) == 3
    assert store.testsets


@pytest.mark.parametrize("code", CODES)
def test_each_rule_speaks_when_it_is_broken_and_only_then(code: str) -> None:
    cases = read_cases()[code]
    assert any(case.bad for case in cases)
    assert any(case.good for case in cases)
    assert problems(code) == []


def test_there_are_cases_of_no_other_rule() -> None:
    assert sorted(read_cases()) == CODES


def test_cases_do_not_depend_on_those_before(monkeypatch: pytest.MonkeyPatch) -> None:
    backwards = {code: cases[::-1] for code, cases in read_cases().items()}
    monkeypatch.setattr(selftest, "read_cases", lambda: backwards)
    assert problems() == []


def test_the_command_says_that_all_rules_bite(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest"]) == 0
    assert f"All {len(CODES)} rules bite" in capsys.readouterr().out


# ---------------------------------------------------------------------------
# Is everything that a rule can say provoked, and well said?
# ---------------------------------------------------------------------------


@dataclass
class Heard:
    """What all rules said in all cases, and from which lines of their code."""

    findings: set[Finding]
    lines: set[tuple[str, int]]


@pytest.fixture(scope="module")
def heard() -> Heard:
    one = Heard(set(), set())

    def noted(module: ModuleType) -> Callable[..., Found]:
        def found(*given: Any, **named: Any) -> Found:
            one.lines.add((module.__name__, sys._getframe(1).f_lineno))
            return Found(*given, **named)

        return found

    def asked(store: Store) -> Report:
        report = check(store)
        one.findings.update(report.findings)
        return report

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selftest, "check", asked)
        for module in MODULES:
            patch.setattr(module, "Found", noted(module))
        list(run_selftest())
    return one


def test_every_place_where_a_rule_speaks_is_reached(heard: Heard) -> None:
    silent = [
        f"{module.__name__}:{call.lineno}"
        for module in MODULES
        for call in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Found"
        and not any(
            name == module.__name__ and call.lineno <= line <= (call.end_lineno or call.lineno)
            for name, line in heard.lines
        )
    ]
    assert silent == []


def test_every_finding_is_a_clause_and_every_remedy_a_sentence(heard: Heard) -> None:
    assert {one.code for one in heard.findings} == {*CODES}
    for one in heard.findings:
        assert not one.message.endswith("."), one
        first = one.message.split()[0]
        assert first[0] == first[0].lower() or first[:3] == first[:3].upper(), one  # but codes, ids
        assert one.remedy.endswith((".", "?", "…")), one
        first = one.remedy.split()[0]
        assert first[0] == first[0].upper() or first in {*METRICS, "share"}, one
        assert "{" not in one.remedy, one


# ---------------------------------------------------------------------------
# The self-test notices rules that are wrong.
# ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_a_rule_that_never_speaks_is_noticed(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(root: Path, now: Any) -> Store:
        store = read_store(root, now)
        return replace(store, findings=tuple(one for one in store.findings if one.code != code))

    instead(monkeypatch, code, lambda *_: iter(()))
    monkeypatch.setattr(selftest, "read_store", deaf)
    run = [one for one in run_selftest([code]) if one.name.startswith("bad: ") and not one.skipped]
    assert run
    assert all(one.problem for one in run)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_that_always_speaks_is_noticed(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def loud(*about: Any) -> Iterator[Found]:
        yield Found("something is wrong", 1, path="params.yaml")

    instead(monkeypatch, code, loud)
    found = problems(code)
    assert len(found) == 1
    assert f"{code} speaks, too: something is wrong" in found[0]


def test_a_rule_that_speaks_too_early_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    used = clock.days_used
    monkeypatch.setattr(clock, "days_used", lambda *given: used(*given) + 1)
    assert any("good: a hypothesis on day 5 of 5" in one for one in problems("FLO004"))


def too_large(record: Any, store: Store) -> Iterator[Found]:
    """FLO008, as it is."""
    return RULE.run(record, store)


RULE = all_rules()["FLO008"]


def renamed(record: Any, store: Store) -> Iterator[Found]:
    return (one._replace(message="the card is too large") for one in too_large(record, store))


def misplaced(record: Any, store: Store) -> Iterator[Found]:
    return (one._replace(at=("owner",)) for one in too_large(record, store))


def twice(record: Any, store: Store) -> Iterator[Found]:
    return (one for one in too_large(record, store) for _ in range(2))


def crashing(record: Any, store: Store) -> Iterator[Found]:
    if [*too_large(record, store)]:
        raise KeyError("size")
    return iter(())


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (renamed, 'it says "the card is too large", and not "the card is XL and was started"'),
        (misplaced, "index.md:6, and not of size: XL"),
        (twice, "1 findings are expected, and it says: the card is XL and was started"),
        (crashing, "a rule crashed: KeyError('size')"),
    ],
)
def test_a_rule_that_speaks_wrongly_is_noticed(
    run: Run, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, "FLO008", run)
    found = problems("FLO008")
    assert found
    assert all(one.startswith("bad: ") for one in found)
    assert said in found[0]


def test_a_rule_of_another_level_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "FLO007", replace(RULES["FLO007"], low="note"))
    assert problems("FLO007") == [
        "bad: a card without a priority at low risk: "
        "its level is note: the card was started without a priority"
    ]


def test_another_rule_that_speaks_with_it_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "FLO007", too_large)
    assert "FLO007 speaks, too: the card is XL and was started" in problems("FLO008")[0]


def test_a_rule_without_cases_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "read_cases", lambda: {"FLO999": [Case(good="nothing")]})
    assert problems("FLO008", "FLO999") == [
        "its cases: none of them is bad",
        "its cases: none of them is good",
        "its cases: there is no such rule",
    ]


# ---------------------------------------------------------------------------
# It notices cases that are wrong, and says which it could not run.
# ---------------------------------------------------------------------------

XL = {"in": "screen", "replace": "size: S", "with": "size: XL"}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"in": "screen", "replace": "ann", "with": "eve"}, '"ann" stands 3 times in'),
        ({"in": "screen", "replace": "anne", "with": "eve"}, '"anne" stands 0 times in'),
        ({"in": "HYP-", "replace": "size: S", "with": "size: XL"}, "HYP- stands for 5 files"),
        ({"in": "nothing", "replace": "size: S", "with": "size: XL"}, "nothing stands for 0 files"),
        ({"remove": "stages/7"}, "stages/7 is not there"),
        ({"relock": "stamp"}, "stamp/index.md has no lock"),
        (XL | {"wiht": ""}, "is no step"),
        ({"burn": "screen"}, "is no step"),
    ],
)
def test_a_step_that_does_not_fit_is_noticed(
    step: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = outcomes(monkeypatch, "FLO008", Case(bad="a step", do=[step], says="XL"))
    assert one.problem is not None
    assert one.problem.startswith("the case itself is wrong: ")
    assert said in one.problem


@pytest.mark.parametrize(
    "case",
    [
        Case(do=[XL], says="XL"),
        Case(bad="both", good="both", do=[XL], says="XL"),
        Case(bad="what it says is not said", do=[XL]),
        Case(good="a place of nothing", at="size: XL"),
    ],
)
def test_a_case_that_expects_nothing_certain_is_noticed(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = outcomes(monkeypatch, "FLO008", case)
    assert one.problem == "the case itself is wrong: it has to be either bad, with `says`, or good"


def test_a_rule_that_should_speak_with_it_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(bad="XL", do=[XL], says="XL", also=["FLO007"])
    (one,) = outcomes(monkeypatch, "FLO008", case)
    assert one.problem == "FLO007 should speak, too"


def test_what_a_machine_cannot_do_is_skipped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any) -> None:
        raise OSError("no symbolic links")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    monkeypatch.setattr(Path, "chmod", lambda *given: None)
    skipped = [one for one in run_selftest(["REC001"]) if one.skipped]
    assert {one.skipped for one in skipped} == {
        "no symbolic links can be made here",
        "whoever runs this may read everything",
    }
    assert len(skipped) == 7
    assert problems("REC001") == []
