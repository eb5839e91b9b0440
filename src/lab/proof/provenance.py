"""Whether the tool that judges is the one that the project's template version names.

Three things have to agree: what the answers, the pin and uv.lock name; what is installed; and
what each verdict says of the tool that computed it. And who judges does not change the judge: a
step of the history holds a verdict or another tool, never both.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ..evidence.verdict import Verdict, path_of, verdict_of
from ..records.answers import ANSWERS
from ..records.finding import Finding
from ..records.kinds import EXPERIMENTS
from ..records.store import Store
from .history import BRANCH, WORK_TREE, History, Past
from .pins import LOCK, NAME, NAMING, PYPROJECT, Pins, faults_of_pins, read_pins, same_address
from .tool import FOLDER, Installed, digest_of_files, files_in, files_in_wheel, read_installed

NAMED, APART = "AUD008", "AUD009"
VERDICTS = rf"{EXPERIMENTS}/HYP-[^/]+/verdict\.json"
WANTED = "|".join((VERDICTS, *(name.replace(".", r"\.") for name in NAMING)))
RESTORE = "Put back what the update wrote: `git restore --source COMMIT pyproject.toml uv.lock`."
SET_UP = "Let `uv run lab setup` put the wheel into the project."
INSTALL = f"Install the pinned one: `uv sync --reinstall-package {NAME}`."
UPDATE = "Let the update write it: `uv run lab update`."
OWN_CHANGE = (
    "If the template has moved, merge that alone, by somebody who answers for it; "
    "else put the address back."
)
SEPARATE = "Take one of them out: update the tool in one change, and judge in another."
AGAIN = "Put back what the judge wrote, or judge with the tool that the project names."


def read_naming(history: History, of_change: bool = False) -> Past:
    """The versions of verdicts and of the files that name the tool.

    Raises:
        GitError: a part of the history cannot be read.
    """
    read = history.change if of_change else history.past
    return read(WANTED, EXPERIMENTS, *NAMING)


def faults_of_naming(past: Past) -> Iterator[Finding]:
    """What files and history say against the tool that the project names."""
    versions = past.versions(ANSWERS)
    if not versions:
        return
    if versions[-1].text is None:
        message = f"it was deleted {versions[-1].where}, so nothing names the tool any more"
        yield _fault(ANSWERS, message, "Restore it from git.")
        return
    now = pins_at(past, past.last)
    yield from _moved(past)
    has_lock = past.at(LOCK, past.last) is not None
    waits = now.template and now.template.way == "vendored" and now.commit  # as Copier leaves it
    remedy = SET_UP if waits else ""
    found = [_fault(path, message, remedy) for path, message in faults_of_pins(now, has_lock)]
    yield from found or _swapped(past, now)
    yield from _judged_and_changed(past)


def faults_of_use(root: Path, past: Past) -> Iterator[Finding]:
    """Where the tool that runs now is not the one that the project names."""
    pins = pins_at(past, past.last)
    if pins.template is None:
        return  # a fault of its own, or a folder that was never made from the template
    installed = read_installed()
    if installed.way == "folder":
        message = f"the tool in use is {_place(installed)}, and no installed version of it"
    elif installed.changed:
        files = ", ".join(installed.changed[:3]) + (" …" if len(installed.changed) > 3 else "")
        message = f"files of the installed tool were changed: {files}"
    else:
        message = _other_than_named(root, pins, installed)
    if message:
        yield Finding(".", 1, NAMED, message, INSTALL)


def faults_of_verdicts(store: Store, past: Past, history: History) -> Iterator[Finding]:
    """Where a verdict says that another tool computed it than the one that its commit names."""
    for record in store.of("HYP"):
        verdict = verdict_of(record, store) if record.judged else None
        versions = past.versions(path_of(record))
        if not isinstance(verdict, Verdict) or not versions:
            continue
        pins, where = pins_at(past, versions[-1].step), versions[-1].where
        if not (pins.template and pins.template.way):
            continue  # the project did not name its tool yet
        if verdict.tool is None:
            message = f"it names no tool, and the project did {where}"
            yield Finding(path_of(record), 1, APART, message, AGAIN)
        elif not _names(verdict, pins, history, where):
            message = (
                f"it was computed by {NAME} {verdict.tool.version} "
                f"({(verdict.tool.commit or verdict.tool.digest)[:10]}), and the project named "
                f"{pins.commit or pins.version or 'none'} {where}"
            )
            yield Finding(path_of(record), 1, APART, message, AGAIN)


def pins_at(past: Past, step: int) -> Pins:
    """What the project says of its tool after a step."""
    return read_pins(lambda path: past.at(path, step))


def _moved(past: Past) -> Iterator[Finding]:
    """Another template is for people to decide: red until it is merged, remarked from then on."""
    before: str | None = None
    for version in past.versions(ANSWERS):
        template = read_pins({ANSWERS: version.text}.get).template
        if template is None:
            continue
        if before and not same_address(before, template.address):
            message = f"the template was {before}, and is {template.address} {version.where}"
            level = "error" if version.where in (BRANCH, WORK_TREE) else "warning"
            yield Finding(ANSWERS, 1, NAMED, message, OWN_CHANGE, level)
        before = template.address


def _swapped(past: Past, now: Pins) -> Iterator[Finding]:
    """One version of the template names one tool, from when the project names it in full.

    What is committed between an update and the set-up that completes it is not that yet.
    """
    key = _content(now)
    steps = sorted({version.step for name in NAMING for version in past.versions(name)})
    for step in steps:
        earlier = pins_at(past, step)
        has_lock = past.at(LOCK, step) is not None
        if key and earlier.template == now.template and not any(faults_of_pins(earlier, has_lock)):
            if not _content(earlier) & key:
                path = LOCK if now.commit is None else PYPROJECT
                where = past.versions(path)[-1].where
                message = (
                    f"the pinned tool became another one {where}, and the template's version "
                    "stayed the same"
                )
                yield _fault(path, message)
            return


def _content(pins: Pins) -> frozenset[str]:
    """What is in the pinned tool, as its commit, the digests of its wheel or its version say."""
    if pins.commit or not pins.version:
        return frozenset({pins.commit} if pins.commit else ())
    return (pins.locked and pins.locked.hashes) or frozenset({pins.version})


def _judged_and_changed(past: Past) -> Iterator[Finding]:
    for path in past.paths(VERDICTS):
        for version in past.versions(path):
            before, after = pins_at(past, version.step - 1), pins_at(past, version.step)
            named = before.template and after.template and after.template.way
            if version.text is not None and named and before != after:
                message = f"the verdict and another tool come in one change {version.where}"
                yield Finding(path, 1, APART, message, SEPARATE)


def _other_than_named(root: Path, pins: Pins, installed: Installed) -> str | None:
    """Why what is installed is not what is pinned; None if it is."""
    if pins.wheel:
        return _other_than_wheel(root / pins.wheel, pins, installed)
    if pins.commit:
        same = installed.way == "git" and installed.commit == pins.commit
        named = f"commit {pins.commit[:10]}"
    else:
        same = installed.way == "index" and installed.version == pins.version
        named = f"version {pins.version} of a package index"
    return None if same else f"the tool in use is {_place(installed)}, and the pin is {named}"


def _other_than_wheel(wheel: Path, pins: Pins, installed: Installed) -> str | None:
    try:
        files = files_in_wheel(wheel)
        known = f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
    except (OSError, ValueError) as error:
        return f"{pins.wheel} is not the tool: {error}"
    if not pins.locked or known not in pins.locked.hashes:
        return f"{pins.wheel} is not the file whose digest stands in {LOCK}"
    if digest_of_files(files) != digest_of_files(files_in(FOLDER)):
        return f"the tool in use is {_place(installed)}, and not what {pins.wheel} holds"
    return None


def _names(verdict: Verdict, pins: Pins, history: History, where: str) -> bool:
    """Is the tool of a verdict the one that was pinned when it came?"""
    assert verdict.tool
    if pins.commit:
        return verdict.tool.commit == pins.commit
    if verdict.tool.version != pins.version:
        return False
    content = history.content(where, pins.wheel) if pins.wheel else None
    if content is None:
        return not pins.wheel
    try:
        return digest_of_files(files_in_wheel(content)) == verdict.tool.digest
    except ValueError:
        return False


def _place(installed: Installed) -> str:
    if installed.way == "folder":
        return f"the folder {installed.address}"
    if installed.commit:
        return f"commit {installed.commit[:10]} of {installed.address}"
    return f"version {installed.version} from {installed.address or 'a package index'}"


def _fault(path: str, message: str, remedy: str = "") -> Finding:
    if not remedy:
        remedy = UPDATE if path == ANSWERS else RESTORE
    return Finding(path, 1, NAMED, message, remedy)
