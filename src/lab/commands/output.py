"""What several commands print: findings, JSON, notes, and how far they are."""

import json
import sys
from typing import Any

from ..records.finding import Finding
from ..records.store import Store
from ..rules.writes import Done
from ..terminal import JOINERS, as_typed, clean, clean_lines, count, style

LEVELS = {"error": "red", "unverified": "red", "warning": "yellow", "note": "cyan"}


def print_json(value: Any) -> None:
    """One JSON document; times as the records write them, and nothing that steers a terminal."""
    import msgspec

    plain = msgspec.to_builtins(value, enc_hook=str)
    text = json.dumps(plain, indent=2, ensure_ascii=not _takes_unicode())
    print(
        "".join(
            letter if letter in f"\n{JOINERS}" or letter.isprintable() else _escaped(letter)
            for letter in text
        )
    )


def _takes_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().startswith("utf")


def _escaped(letter: str) -> str:
    """A character as JSON escapes it."""
    return json.dumps(letter)[1:-1]


def print_findings(findings: tuple[Finding, ...] | list[Finding]) -> None:
    """Findings for a person: place, code, what is wrong, what to do."""
    for finding in findings:
        level = "" if finding.level == "error" else f" {finding.level}:"
        place = style(f"{clean(finding.path)}:{finding.line}:", "bold")
        code = style(finding.code, LEVELS[finding.level])
        print(f"{place} {code}{level} {clean_lines(finding.message)}")
        print(style(f"    {clean_lines(as_typed(finding.remedy))}", "dim"))


def print_made(done: Done) -> None:
    """A new record, and what is amiss with it; what is only still to be filled in goes unsaid."""
    print(f"wrote {done.record.path}")
    print_notes(tuple(finding for finding in done.notes if finding.level != "note"))


def print_notes(findings: tuple[Finding, ...]) -> None:
    """What the rules remark about something that was done."""
    for finding in findings:
        text = clean(f"{finding.message}. {as_typed(finding.remedy)}")
        print(f"  {style(finding.level, LEVELS[finding.level])} {finding.code}: {text}")


def say_unread(store: Store) -> None:
    """Say beside the output that some records are missing from it."""
    if unread := len(store.unread):
        why = as_typed("`lab check` says why")
        print(f"{count(unread, 'record')} cannot be read: {why}.", file=sys.stderr)


def progress(done: int, of: int) -> None:
    """How far the resampling is, on a line of its own, for a person who waits."""
    if sys.stderr.isatty():
        end = "\r" if done < of else "\n"
        print(f"resampling: {100 * done // of} %", end=end, file=sys.stderr, flush=True)
