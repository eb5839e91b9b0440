"""How findings are printed: for people, for the two forges, and for programs."""

import dataclasses
import hashlib
from collections.abc import Callable

from ..records.finding import Finding
from ..rules.families import all_rules
from ..rules.run import Report
from ..terminal import style
from .output import print_findings, print_json


def _as_text(report: Report, records: int) -> None:
    print_findings(report.findings)
    for one in report.waived:
        place = f"{one.finding.path}:{one.finding.line}"
        print(f"{place}: {one.finding.code} waived until {one.until} by {one.owner}: {one.reason}")
    counts = {
        level: sum(one.level == level for one in report.findings)
        for level in ("error", "unverified", "warning", "note")
    }
    said = [
        f"{count} {level}{'s' * (count != 1 and level != 'unverified')}"
        for level, count in counts.items()
        if count
    ]
    verdict = {0: style("holds", "green"), 1: style("does not hold", "red")}.get(
        report.code, style("could not be verified", "red")
    )
    print(f"{records} records, {len(all_rules())} rules: {', '.join([verdict, *said])}")


def _as_github(report: Report, records: int) -> None:
    """Workflow commands: annotations on the lines of a pull request."""
    commands = {"error": "error", "unverified": "error", "warning": "warning", "note": "notice"}
    for one in report.findings:
        text = _escaped(f"{one.message}. {one.remedy}")
        print(
            f"::{commands[one.level]} file={_escaped(one.path, True)},line={one.line},"
            f"title={one.code}::{text}"
        )


def _escaped(text: str, property_: bool = False) -> str:
    """A text as a value of a workflow command."""
    for one, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(one, code)
    return text.replace(":", "%3A").replace(",", "%2C") if property_ else text


def _as_gitlab(report: Report, records: int) -> None:
    """GitLab's code quality report."""
    severities = {"error": "major", "unverified": "blocker", "warning": "minor", "note": "info"}
    print_json(
        [
            {
                "description": f"{one.code}: {one.message}. {one.remedy}",
                "check_name": one.code,
                "fingerprint": _fingerprint(one),
                "severity": severities[one.level],
                "location": {"path": one.path, "lines": {"begin": one.line}},
            }
            for one in report.findings
        ]
    )


def _fingerprint(one: Finding) -> str:
    """The same for the same finding, wherever its line moves to."""
    return hashlib.sha256(f"{one.code}\0{one.path}\0{one.message}".encode()).hexdigest()[:40]


def _as_json(report: Report, records: int) -> None:
    print_json(
        {
            "holds": report.code == 0,
            "records": records,
            "findings": [dataclasses.asdict(one) for one in report.findings],
            "waived": [dataclasses.asdict(one) for one in report.waived],
        }
    )


FORMATS: dict[str, Callable[[Report, int], None]] = {
    "text": _as_text,
    "github": _as_github,
    "gitlab": _as_gitlab,
    "json": _as_json,
}
