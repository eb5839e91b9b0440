"""Running the rules: every finding with its line, its remedy and its level."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from ..records.finding import Finding
from ..records.lines import lines_of, nearest
from ..records.store import Record, Store
from ..records.texts import read_strictly
from .families import all_rules
from .registry import UNWAIVABLE, Found, Rule


@dataclass(frozen=True)
class Waived:
    """A finding that a waiver answers for now."""

    finding: Finding
    reason: str
    owner: str
    until: str


@dataclass(frozen=True)
class Report:
    """What the rules found, and what waivers answer for."""

    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()

    @property
    def code(self) -> int:
        """The exit code: 0 holds, 1 does not, 3 could not verify."""
        levels = {finding.level for finding in self.findings}
        return 1 if "error" in levels else 3 if "unverified" in levels else 0


def check(
    store: Store, codes: Collection[str] = (), changed: Collection[str] | None = None
) -> Report:
    """Ask every rule, or those with these codes.

    Args:
        store: the project.
        codes: of the rules that are asked; all, if there are none.
        changed: the files that a change touches; None for all of them.
    """
    rules = all_rules()
    findings = [
        finding if finding.level == "unverified" else _levelled(finding, rules, store)
        for finding in store.findings
        if not codes or finding.code in codes
    ]
    for rule in rules.values():
        if not codes or rule.code in codes:
            found = _findings(rule, store)
            findings += _for_their_owners(found, changed) if rule.in_change else found
    return _with_waivers(sorted(findings), store)


def _findings(rule: Rule, store: Store) -> Iterator[Finding]:
    level = rule.level_in(store)
    if not rule.kinds:
        for found in rule.run(store):
            yield _finding(rule, found, found.record, store, level)
        return
    for record in store.of(*rule.kinds):
        for found in rule.run(record, store):
            yield _finding(rule, found, record, store, level)


def _for_their_owners(
    findings: Iterator[Finding], changed: Collection[str] | None
) -> Iterator[Finding]:
    """Findings that are no error of a change which does not touch their records."""
    for finding in findings:
        folder = f"{finding.path.rpartition('/')[0]}/"
        touched = changed is None or any(path.startswith(folder) for path in changed)
        if finding.level == "error" and not touched:
            yield replace(finding, level="warning")
        else:
            yield finding


def _finding(rule: Rule, found: Found, record: Record | None, store: Store, level) -> Finding:
    path = found.path or (record.path if record else "")
    remedy = found.remedy or rule.remedy
    if record:
        remedy = remedy.replace("{id}", record.id)
    if isinstance(found.at, int):
        line = found.at
    elif found.path:
        text, _ = read_strictly(store.root / found.path)
        line = nearest(lines_of(text or ""), found.at)
    else:
        line = nearest(lines_of(record.yaml), found.at) if record and found.at else 1
    return Finding(path, line, rule.code, found.message, remedy, level)


def _levelled(finding: Finding, rules: dict[str, Rule], store: Store) -> Finding:
    """A finding of the loader, as seriously as the team takes its rule."""
    if finding.level != "error":
        return finding
    return replace(finding, level=rules[finding.code].level_in(store))


def _with_waivers(findings: list[Finding], store: Store) -> Report:
    active = [
        waiver
        for waiver in store.waivers
        if waiver.until > store.now and waiver.rule not in UNWAIVABLE
    ]
    kept, waived = [], []
    for finding in findings:
        for waiver in active:
            about = waiver.record in (finding.path, *finding.path.split("/"))
            if waiver.rule == finding.code and about:
                waived.append(
                    Waived(finding, waiver.reason, waiver.owner, f"{waiver.until:%Y-%m-%d}")
                )
                break
        else:
            kept.append(finding)
    return Report(tuple(kept), tuple(waived))
