"""What is written into records: a change, or a new record, by which no rule is newly broken.

Changes are made in memory, every rule is asked before and after, and whatever is newly broken
is why they are refused. A change by which a record promises something is refused for all that is
wrong in it: afterwards it could not be put right.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

from ..errors import LabError
from ..records import files
from ..records.edits import Change, change
from ..records.finding import Finding, RefusedError
from ..records.kinds import Kind
from ..records.record import INDEX, parse_record
from ..records.store import Record, Store
from .run import check


@dataclass(frozen=True)
class Done:
    """A record as a command leaves it, and what the rules newly remark."""

    record: Record
    notes: tuple[Finding, ...] = ()


def carry_out(
    store: Store,
    record: Record,
    changes: Sequence[Change],
    what: str,
    commits: bool = False,
    more: Callable[[str], str] | None = None,
) -> Done:
    """Write changes of a record, if no rule is newly broken by them.

    Args:
        store: the project as it is.
        record: the record that changes.
        changes: what to change in its front matter.
        what: the refusal's first words, such as "HYP-… was not started".
        commits: does the record promise something from now on? Then nothing in it may be wrong,
            not even what was wrong before.
        more: what is written into the text besides.

    Raises:
        RefusedError: a rule forbids it.
        LabError: the file cannot be changed safely.
    """
    path = store.root / record.path
    before = files.read_whole(path)
    try:
        text = change(before.decode("utf-8"), changes)
    except LabError as error:
        raise LabError(f"{record.path}: {error}") from None
    text = more(text) if more else text
    done = tried(store, record, text, what, commits=commits)
    files.replace(path, before, text)
    return done


def see_that_it_may_stand(
    store: Store, record: Record, changes: Sequence[Change], what: str, commits: bool = False
) -> Record:
    """See that changes will be carried out, before others are made for their sake.

    Returns:
        The record as it will be.

    Raises:
        RefusedError: a rule forbids them.
        LabError: the file cannot be changed safely.
    """
    text = files.read_whole(store.root / record.path).decode("utf-8")
    return tried(store, record, change(text, changes), what, commits=commits).record


def see_that_clean(
    store: Store, record: Record, what: str, later: tuple[str, ...], changes: Sequence[Change] = ()
) -> None:
    """See that nothing is wrong in a record, before something is done that cannot be undone.

    Args:
        store: the project as it is.
        record: the record.
        what: the refusal's first words.
        later: what the codes of those rules begin with that hold only once it is done.
        changes: what is going to change in its front matter.

    Raises:
        RefusedError: an error is found in the record.
    """
    text = change((store.root / record.path).read_text("utf-8"), changes)
    changed, faults = parse_record(text, record.path)
    if changed is None:
        raise RefusedError(what, faults)
    changed = msgspec.structs.replace(changed, log=record.log, judged=record.judged)
    after = check(replace(store, records={**store.records, record.id: changed})).findings
    wrong = [finding for finding in _errors_of(record, after) if not finding.code.startswith(later)]
    if wrong:
        raise RefusedError(what, wrong)


def make(store: Store, kind: Kind, id_: str, text: str) -> Done:
    """Write a record that does not exist yet, if no rule is newly broken by it.

    Raises:
        RefusedError: a rule forbids it.
        LabError: the file cannot be written.
    """
    path = f"{kind.folder}/{id_}/{INDEX}"
    done = tried(store, None, text, f"{id_} was not made", path)
    files.create(store.root / path, text)
    return done


def tried(
    store: Store,
    record: Record | None,
    text: str,
    what: str,
    path: str = "",
    commits: bool = False,
) -> Done:
    """What would stand there if a record had this text; nothing is written.

    Args:
        store: the project as it is.
        record: the record that would have the text; None if it is a new one.
        text: the whole text of its file.
        what: the refusal's first words.
        path: where a new record would lie.
        commits: may nothing be wrong in it, not even what was wrong before?

    Raises:
        RefusedError: the rules newly find an error, or any in a record that commits.
    """
    changed, faults = parse_record(text, record.path if record else path)
    if changed is None:
        raise RefusedError(what, faults)
    if record:  # what lies beside the text stays
        changed = msgspec.structs.replace(changed, log=record.log, judged=record.judged)
    touched = (changed.path,)  # what follows for other records is for their owners
    renewed = replace(store, records={**store.records, changed.id: changed})
    after = check(renewed, changed=touched).findings
    new = _newly(check(store, changed=touched).findings, after) if after else []
    errors = [finding for finding in new if finding.level == "error"]
    if commits:
        errors += [finding for finding in _errors_of(changed, after) if finding not in errors]
    if errors:
        raise RefusedError(what, errors)
    return Done(changed, tuple(new))


def _errors_of(record: Record, findings: Sequence[Finding]) -> list[Finding]:
    """The errors that were found in a record's folder."""
    return [
        finding
        for finding in findings
        if finding.level == "error" and finding.path.startswith(f"{record.folder}/")
    ]


def _newly(before: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """What was not found before.

    Numbers do not count: a lane that held five cards of three and now holds four is not newly
    broken, and whoever fixes a little must not be refused.
    """
    known = Counter(map(_key, before))
    new = []
    for finding in after:
        if known[_key(finding)]:
            known[_key(finding)] -= 1
        else:
            new.append(finding)
    return new


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.path, re.sub(r"(?<![\w-])[0-9]+(?![\w-])", "#", finding.message)
