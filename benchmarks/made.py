"""Many records that hold: iterations of twenty, made from a project's own example and templates.

Each iteration has requirements, a needs assessment, a lift, a proposal, cards of all four kinds
with their logs, a report and a retro. All but the last are closed, with three hypotheses that
were judged in each. In the last one, cards stand in every lane that is open, within the limits of
the policy.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playing import verdict_text

from lab.process.lanes import CARDS, DONE, lanes_of
from lab.proof.locks import digest
from lab.records.edits import Change, change
from lab.records.kinds import KINDS
from lab.records.record import parse_record
from lab.records.testsets import path_of_testset, written

NOW = "2026-11-20T12:00:00Z"
AGREED = Path(__file__).parents[1] / "template/team/definition-of-done.md"
ITERATION = (
    *("REQ", "NEED", "PROP", "REP", "HYP", "HYP", "SPK", "HYP", "TASK", "HYP"),
    *("RET", "LIFT", "HYP", "EDA", "HYP", "HYP", "SPK", "HYP", "TASK", "HYP"),
)
# Where the cards of the open iteration stand, in their order; the others wait in `to do`.
AT_WORK = {"HYP": [2, 2, 2], "SPK": [3, 3], "EDA": [3], "TASK": [2, 3]}
TOKEN = "i0000"  # the number of an iteration, in ids
PEOPLE = """\
people:
  - {handle: ann, name: Ann, roles: [product owner, data scientist], backups: [bea]}
  - {handle: bea, name: Bea, roles: [sponsor, machine-learning engineer], backups: [ann]}
"""
# How the first hypotheses of a closed iteration ended; the others were abandoned.
JUDGED = ("refuted", "supported", "inconclusive")
JUDGED_AT = "2026-01-08T10:00:00Z"
SENTENCE = "We looked at it together, and this is what we found worth keeping for the next time."
Texts = Mapping[tuple[str, int, bool], str]


def make_records(project: Path, count: int) -> None:
    """Replace the example records of a binary project by `count` others, which hold."""
    texts = _texts(project)
    for folder in project.glob("stages/*/*-*-*"):
        _remove(folder)
    (project / "team/people.yml").write_text(PEOPLE, encoding="utf-8")
    iterations = -(-count // len(ITERATION))
    places = [
        (iteration, number) for iteration in range(iterations) for number in range(len(ITERATION))
    ]
    for iteration, number in places[:count]:
        closed = iteration < iterations - 1
        _write(project, texts, iteration, number, closed)
    for iteration in range(iterations):
        path = project / path_of_testset(_testset(f"i{iteration:04}"))
        path.parent.mkdir(exist_ok=True)
        path.write_text(written(_registration(path.stem)), encoding="utf-8")


def _write(project: Path, texts: Texts, iteration: int, number: int, closed: bool) -> None:
    code = ITERATION[number]
    text = texts[code, number, closed].replace(TOKEN, f"i{iteration:04}")
    folder = project / KINDS[code].folder / _id(code, number).replace(TOKEN, f"i{iteration:04}")
    folder.mkdir(parents=True)
    if "digest: pending" in text:
        record, faults = parse_record(text, f"{KINDS[code].folder}/{folder.name}/index.md")
        assert record, faults
        text = text.replace("digest: pending", f"digest: {digest(record.front)}")
    (folder / "index.md").write_text(text, encoding="utf-8")
    if closed and (outcome := _judged(code, number)):
        record, faults = parse_record(text, f"{KINDS[code].folder}/{folder.name}/index.md")
        assert record, faults
        digest_of_set = _registration(record.front.evaluation.testset)["digest"]
        said = verdict_text(record, outcome, JUDGED_AT, "ann", digest_of_set)
        (folder / "verdict.json").write_text(said, encoding="utf-8")
    if code in CARDS:
        (folder / "log").mkdir()
        entry = folder / "log/20260108T090000Z-ann.md"
        entry.write_text(f"{SENTENCE}\n", encoding="utf-8")


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _id(code: str, number: int) -> str:
    return f"{code}-20260105-{TOKEN}-record-{number}"


def _judged(code: str, number: int) -> str | None:
    """The verdict of the hypothesis at a place in a closed iteration, if it was judged."""
    turn = ITERATION[:number].count("HYP")
    return JUDGED[turn] if code == "HYP" and turn < len(JUDGED) else None


def _testset(token: str) -> str:
    return f"TS-2026-01-{token}"


def _registration(id_: str) -> dict[str, Any]:
    return {
        "id": id_,
        "registered": {"at": "2026-01-05T08:00:00Z", "by": "ann"},
        "task": "binary",
        "source": "sample",
        "examples": 293,
        "smallest": 107,
        "positives": 107,
        "unit": None,
        "digest": f"v1:{hashlib.sha256(id_.encode()).hexdigest()}",
        "alpha": "0.05",
        "budget": 10,
        "retired": None,
    }


def _texts(project: Path) -> dict[tuple[str, int, bool], str]:
    """The text of each place in an iteration, in one that is closed and in one that is open."""
    examples = {
        path.parent.name.partition("-")[0]: path.read_text(encoding="utf-8")
        for path in project.glob("stages/*/*-*-*/index.md")
    }
    templates = {
        path.stem: re.sub(r"<!--.*?-->", SENTENCE, path.read_text(encoding="utf-8"))
        for path in project.glob("*/**/templates/*.md")
    }
    bases = templates | examples
    return {
        (code, number, closed): _text(bases[code], code, number, closed)
        for number, code in enumerate(ITERATION)
        for closed in (True, False)
    }


def _text(base: str, code: str, number: int, closed: bool) -> str:
    if code == "REP" and closed:
        places = [place for place in range(len(ITERATION)) if _judged(ITERATION[place], place)]
        base = f"{base.rstrip()}\n\nSee {', '.join(_id('HYP', place) for place in places)}.\n"
    done = "".join(
        f"{line.replace('[ ]', '[x]')}\n"
        for line in AGREED.read_text(encoding="utf-8").partition("**A hypothesis**")[0].split("\n")
        if line.startswith("- ")
    )
    text = base.replace("- [ ]", "- [x]").replace("Nothing is ticked yet.", done)
    if code == "TASK":
        text = f"{text.rstrip()}\n\n{done}"
    values = {
        "id": _id(code, number),
        "title": f"Record {number} of iteration {TOKEN}",
        "tldr": "One plain paragraph for a reader who is not technical, about what we believe.",
        "created": "2026-01-05T09:00:00Z",
        "owner": "ann",
        **dict(_fields(code, number, closed)),
    }
    changes = [Change(tuple(name.split(".")), value) for name, value in values.items()]
    return change(text, changes)


def _fields(code: str, number: int, closed: bool) -> Iterator[tuple[str, Any]]:
    """What a record of an iteration says, beside its title."""
    numbers = {kind: ITERATION.index(kind) for kind in ITERATION}
    ids = {kind: _id(kind, numbers[kind]) for kind in numbers}
    links = {
        **{"NEED": ("answers", "REQ"), "LIFT": ("answers", "NEED"), "PROP": ("answers", "NEED")},
        **dict.fromkeys(("HYP", "SPK", "EDA", "REP"), ("proposal", "PROP")),
    }
    if code in links:
        name, target = links[code]
        yield name, ids[target]
    if code == "LIFT":
        yield "kpi", "tumours_read_late"
    if code == "RET":
        yield "attendance", ["ann", "bea"]
        action = {"what": "Smaller cards", "owner": "ann", "due": "2026-12-01T09:00:00Z"}
        yield "actions", [action]
        yield "created", "2026-11-05T09:00:00Z"
    if code not in CARDS:
        yield from _document(code, closed)
    if code in CARDS:
        yield from _card(code, number, closed, ids)


def _document(code: str, closed: bool) -> Iterator[tuple[str, Any]]:
    made = "2026-11-05" if code == "RET" else "2026-01-05"
    accepted = "2026-02-02T09:00:00Z" if code == "REP" else f"{made}T10:00:00Z"
    by = "bea" if code == "REQ" else "ann"
    steps = [{"at": f"{made}T09:00:00Z", "by": "ann", "to": "draft"}]
    if code != "REP" or closed:
        steps.append({"at": accepted, "by": by, "to": "accepted"})
    yield "history", steps
    if code == "REP" and closed:
        yield "decision.choice", "stop"
        yield "decision.by", "ann"
        yield "decision.on", accepted
        yield "decision.because", "The rule is good enough for now."
        yield "gate", "passed"
        yield "not_deployed", "Nobody asked for it yet."
        yield "revisit_on", "2027-01-04T09:00:00Z"
        yield "next", "What do the late ones have in common?"


def _card(code: str, number: int, closed: bool, ids: Mapping[str, str]) -> Iterator:
    turn = ITERATION[:number].count(code)
    lanes = lanes_of(code)
    working, review = lanes[1:3]
    started = "2026-01-06T09:00:00Z" if closed else "2026-11-20T09:00:00Z"
    steps = [{"at": "2026-01-05T09:00:00Z", "by": "ann", "to": lanes[0]}]
    reach = len(lanes) if closed else (AT_WORK[code] + [1] * len(ITERATION))[turn]
    if reach > 1:
        steps.append({"at": started, "by": "ann", "to": working})
        yield "priority", {"rank": turn + 1, "by": "ann", "at": "2026-01-05T09:30:00Z"}
    outcome = {"HYP": "abandoned", "SPK": "feasible", "EDA": "explored", "TASK": "delivered"}[code]
    judged = _judged(code, number) if closed else None
    if judged:
        outcome = judged
        steps.append({"at": JUDGED_AT, "by": "ann", "to": review})
    if judged == "supported":
        yield "not_shipped", "Nobody asked for it yet."
    if reach > 2 and code != "HYP":
        steps.append({"at": started.replace("09:", "10:"), "by": "ann", "to": review})
    if closed:
        steps.append({"at": "2026-01-08T12:00:00Z", "by": "ann", "to": DONE})
        yield "learned", "The labels decide more than the model."
        if code != "HYP" or judged:
            said = {"at": "2026-01-08T11:00:00Z", "by": "bea", "lane": review, "says": "approve"}
            yield "reviews", [said]
    if closed or (reach > 2 and code != "HYP"):
        yield "outcome", outcome
    if code == "SPK":
        yield "question", "Can we get them in time?"
        if closed:
            yield "answer", "Yes, in two days."
    if code == "HYP":
        yield "evaluation.testset", _testset(TOKEN)
        if reach > 1:
            lock = {"at": started, "by": "ann", "digest": "pending"}
            yield "lock", lock | {"alpha": "0.005", "slot": turn + 1}
        if turn == 3:
            yield "depends_on", [ids["SPK"]]
    yield "history", steps
