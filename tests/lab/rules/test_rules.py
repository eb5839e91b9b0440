"""Every rule is broken on purpose, and exactly that rule has to find it."""

import ast
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import violations
from violations import (
    CLEAN,
    NOW,
    NotHereError,
    difference,
    files_of,
    lay,
    problem,
    read_cases,
    read_clean,
)

from lab.evidence.metrics import METRICS
from lab.records.finding import Finding
from lab.records.kinds import KINDS
from lab.records.store import Store, read_store
from lab.rules.families import all_rules
from lab.rules.registry import Found
from lab.rules.run import Report, check

CODES = sorted(all_rules())

FAMILIES = [
    sys.modules[name] for name in sorted({rule.run.__module__ for rule in all_rules().values()})
]


@dataclass
class Run:
    """All cases, one after the other in the same folder, and what was heard meanwhile.

    `problems` and `findings` are by code and name of a case; `lines` are those of the rules' code
    that found something.
    """

    root: Path
    problems: dict[tuple[str, str], str | None] = field(default_factory=dict)
    findings: dict[tuple[str, str], tuple[Finding, ...]] = field(default_factory=dict)
    lines: set[tuple[str, int]] = field(default_factory=set)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run(tmp_path_factory.mktemp("rules"))
    lay(run.root, {}, read_clean())
    heard: list[Finding] = []

    def noted(module: ModuleType) -> Callable[..., Found]:
        def found(*args: Any, **named: Any) -> Found:
            run.lines.add((module.__name__, sys._getframe(1).f_lineno))
            return Found(*args, **named)

        return found

    def asked(store: Store) -> Report:
        report = check(store)
        heard[:] = report.findings
        return report

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(violations, "check", asked)
        for module in FAMILIES:
            patch.setattr(module, "Found", noted(module))
        for code, cases in read_cases().items():
            for case in cases:
                try:
                    run.problems[code, case.name] = problem(code, case, run.root)
                    run.findings[code, case.name] = tuple(heard)
                except NotHereError:
                    continue
    return run


def test_the_clean_project_is_clean_and_holds_every_kind() -> None:
    store = read_store(CLEAN, NOW)
    assert check(store) == Report(())
    assert {record.kind.code for record in store.records.values()} == {*KINDS}
    assert len(store.people) == 3
    assert store.testsets


def test_there_are_cases_of_every_rule_and_of_no_other() -> None:
    assert sorted(read_cases()) == CODES
    names = [(code, case.name) for code, cases in read_cases().items() for case in cases]
    assert len({*names}) == len(names)


@pytest.mark.parametrize("code", CODES)
def test_each_rule_finds_what_is_bad_and_nothing_else(code: str, run: Run) -> None:
    cases = read_cases()[code]
    assert any(case.bad for case in cases)
    assert any(case.good for case in cases)
    problems = {name: text for (own, name), text in run.problems.items() if own == code and text}
    assert problems == {}


@pytest.mark.parametrize("code", CODES)
def test_a_rule_that_finds_nothing_is_noticed(code: str, run: Run) -> None:
    bad = [
        (case, run.findings[code, case.name])
        for case in read_cases()[code]
        if case.bad and (code, case.name) in run.findings
    ]
    assert bad
    for case, findings in bad:
        others = [finding for finding in findings if finding.code != code]
        assert difference(code, case, others, run.root), case.name


def test_what_a_case_changes_is_undone(run: Run) -> None:
    assert files_of(run.root) == read_clean()
    assert check(read_store(run.root, NOW)) == Report(())


def test_every_place_where_a_rule_finds_something_is_reached(run: Run) -> None:
    silent = [
        f"{module.__name__}:{call.lineno}"
        for module in FAMILIES
        for call in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Found"
        and not any(
            name == module.__name__ and call.lineno <= line <= (call.end_lineno or call.lineno)
            for name, line in run.lines
        )
    ]
    assert silent == []


def test_every_finding_is_a_clause_and_every_remedy_a_sentence(run: Run) -> None:
    findings = {finding for group in run.findings.values() for finding in group}
    assert {finding.code for finding in findings} == {*CODES}
    for finding in findings:
        assert not finding.message.endswith("."), finding
        first = finding.message.split()[0]  # in small letters, but for codes and ids
        assert first[0] == first[0].lower() or first[:3] == first[:3].upper(), finding
        assert finding.remedy.endswith((".", "?", "…")), finding
        first = finding.remedy.split()[0]
        assert first[0] == first[0].upper() or first in {*METRICS, "share"}, finding
        assert "{" not in finding.remedy, finding
