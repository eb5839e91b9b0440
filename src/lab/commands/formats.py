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
    for waived in report.waived:
        finding = waived.finding
        print(
            f"{finding.path}:{finding.line}: {finding.code} waived until {waived.until} "
            f"by {waived.owner}: {waived.reason}"
        )
    counts = {
        level: sum(finding.level == level for finding in report.findings)
        for level in ("error", "unverified", "warning", "note")
    }
    found = [
        f"{count} {level}{'s' * (count != 1 and level != 'unverified')}"
        for level, count in counts.items()
        if count
    ]
    verdict = {0: style("holds", "green"), 1: style("does not hold", "red")}.get(
        report.code, style("could not be verified", "red")
    )
    print(f"{records} records, {len(all_rules())} rules: {', '.join([verdict, *found])}")


def _as_github(report: Report, records: int) -> None:
    """Workflow commands: annotations on the lines of a pull request."""
    commands = {"error": "error", "unverified": "error", "warning": "warning", "note": "notice"}
    for finding in report.findings:
        text = _escaped(f"{finding.message}. {finding.remedy}")
        print(
            f"::{commands[finding.level]} file={_escaped(finding.path, True)},line={finding.line},"
            f"title={finding.code}::{text}"
        )


def _escaped(text: str, property_: bool = False) -> str:
    """A text as a value of a workflow command."""
    for letter, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(letter, code)
    return text.replace(":", "%3A").replace(",", "%2C") if property_ else text


def _as_gitlab(report: Report, records: int) -> None:
    """GitLab's code quality report."""
    severities = {"error": "major", "unverified": "blocker", "warning": "minor", "note": "info"}
    print_json(
        [
            {
                "description": f"{finding.code}: {finding.message}. {finding.remedy}",
                "check_name": finding.code,
                "fingerprint": _fingerprint(finding),
                "severity": severities[finding.level],
                "location": {"path": finding.path, "lines": {"begin": finding.line}},
            }
            for finding in report.findings
        ]
    )


def _fingerprint(finding: Finding) -> str:
    """The same for the same finding, wherever its line moves to."""
    text = f"{finding.code}\0{finding.path}\0{finding.message}"
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _as_json(report: Report, records: int) -> None:
    print_json(
        {
            "holds": report.code == 0,
            "records": records,
            "findings": [dataclasses.asdict(finding) for finding in report.findings],
            "waived": [dataclasses.asdict(waived) for waived in report.waived],
        }
    )


FORMATS: dict[str, Callable[[Report, int], None]] = {
    "text": _as_text,
    "github": _as_github,
    "gitlab": _as_gitlab,
    "json": _as_json,
}
