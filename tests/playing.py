"""A small project with a team of one or three, and a person who types `lab` in it."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import pytest
from filling import filled_in

from lab.cli import main
from lab.evidence.verdict import written
from lab.proof.locks import promised
from lab.records.store import Record, read_store

TEMPLATE = Path(__file__).parents[1] / "template"
HYP = "HYP-20261105-linear-model-finds-tumours"
PROP = "PROP-20261104-first-triage-model"
SAMPLES = (
    "stages/1-requirements/REQ-20261102-triage-biopsies",
    "stages/2-needs-assessment/NEED-20261103-triage-biopsies",
    f"stages/3-proposals/{PROP}",
    f"stages/4-experiments/{HYP}",
)
ANN = "  - {handle: ann, name: Ann Example, roles: [product owner, data scientist]}\n"
THREE = f"""\
people:
{ANN}\
  - {{handle: bob, name: Bob Müller, roles: [data scientist], backups: [cem]}}
  - {{handle: cem, name: Cem, roles: [machine-learning engineer], backups: [bob]}}
"""
TESTSET = """\
id: TS-2026-11
registered: {at: "2026-11-05T08:00:00Z", by: ann}
task: binary
examples: 293
smallest: 107
positives: 107
digest: "0"
alpha: "0.05"
budget: 10
"""


@dataclass
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Play:
    """Somebody at the keyboard, in a project of their own."""

    root: Path
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    said: list[Said] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("LAB_BY", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            self.patch.delenv(name, raising=False)
        write_project(self.root)
        self.patch.chdir(self.root)
        self.at("2026-11-23T09:00:00Z")  # a Monday

    def at(self, now: str) -> None:
        """Let it be this time."""
        self.patch.setenv("LAB_NOW", now)

    def team_of_three(self, reviewers: int = 1) -> None:
        """Let ann, bob and cem work here; ann is the product owner, bob owns the hypothesis."""
        self.write("team/people.yml", THREE)
        self.write("team/policy.yml", f"reviewers: {reviewers}\n")
        self.change(HYP, "owner: ann", "owner: bob")

    def lab(self, *words: str) -> str:
        """Type a command that has to succeed; what it prints."""
        said = self.type(*words)
        assert said.code == 0, said.err
        return said.out

    def refused(self, *words: str) -> str:
        """Type a command that has to fail and to change nothing; its message."""
        before = self.files()
        said = self.type(*words)
        assert said.code == 1, said
        assert said.out == "", said
        assert said.err.startswith("lab: ")
        assert self.files() == before
        return said.err

    def misused(self, *words: str) -> str:
        """Type a command that argparse refuses, with exit code 2; its last line."""
        before = self.files()
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = self.capture.readouterr()
        assert (ended.value.code, out) == (2, "")
        assert err.startswith("usage: lab")
        assert self.files() == before
        return err.splitlines()[-1]

    def type(self, *words: str) -> Said:
        """Type a command."""
        self.capture.readouterr()
        code = main(words)
        said = Said(code, *self.capture.readouterr())
        self.said.append(said)
        return said

    def files(self) -> dict[str, bytes]:
        """Every file of the project, but for git's index, which `git diff` itself refreshes."""
        return {
            name: path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and (name := path.relative_to(self.root).as_posix()) != ".git/index"
        }

    def path(self, id_: str) -> Path:
        """The index of a record."""
        (found,) = self.root.glob(f"*/*/{id_}/index.md")
        return found

    def text(self, id_: str) -> str:
        """The text of a record."""
        return self.path(id_).read_text("utf-8")

    def write(self, path: str, text: str) -> None:
        """Write a file of the project."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def change(self, id_: str, old: str, new: str) -> None:
        """Change the text of a record by hand."""
        text = self.text(id_)
        assert old in text, old
        self.path(id_).write_text(text.replace(old, new), encoding="utf-8")

    def fill_in(self, id_: str, **texts: str) -> None:
        """Write what a template leaves open, as a person would."""
        text = filled_in(self.text(id_), "2026-11-23T09:00:00Z", fields=texts)
        self.path(id_).write_text(text, encoding="utf-8")

    def judge(self, verdict: str, id_: str = HYP, by: str = "ann") -> None:
        """Let a hypothesis have a verdict, with made-up numbers, and move on to its review."""
        moment = "2026-11-24T09:00:00Z"
        self.at(moment)
        record = read_store(self.root).records[id_]
        (self.path(id_).parent / "verdict.json").write_text(
            verdict_text(record, verdict, moment, by)
        )
        self.change(id_, "outcome: null", f"outcome: {verdict}")
        text = self.text(id_)
        step = f'  - {{at: "{moment}", by: {by}, to: code review hypothesis}}\noutcome:'
        self.path(id_).write_text(text.replace("outcome:", step, 1), encoding="utf-8")

    def tick(self, id_: str = HYP) -> None:
        """Tick the definition of done."""
        text = self.text(id_)
        head, _, _ = text.partition("## Definition of done")
        agreed = (self.root / "team/definition-of-done.md").read_text("utf-8")
        every, _, _ = agreed.partition("**A hypothesis**")
        ticked = "".join(f"{line}\n" for line in every.split("\n") if line.startswith("- "))
        done = f"## Definition of done\n\n{ticked.replace('[ ]', '[x]')}"
        self.path(id_).write_text(head + done, encoding="utf-8")


def verdict_text(
    record: Record, verdict: str, moment: str, by: str, testset_digest: str = "0"
) -> str:
    """The text of a verdict file whose numbers lead to its word."""
    lower, upper, status = {
        "supported": (0.9, 0.95, "met"),
        "refuted": (0.1, 0.2, "missed"),
        "inconclusive": (0.1, 0.95, "unclear"),
    }[verdict]
    card = record.front
    every = [("criterion", one) for one in card.criteria]
    every += [("guardrail", one) for one in card.guardrails]
    results = [
        {"criterion": text, "role": role, "metric": text.split()[0], "slice": None}
        | {"status": status, "n": 107, "estimate": (lower + upper) / 2, "lower": lower}
        | {"upper": upper, "threshold": 0.85, "reference": None, "method": "exact"}
        | {"needed_n": None, "reason": None, "seeds": 3}
        for role, text in every
    ]
    content = {"format": 1, "id": record.id, "verdict": verdict, "mode": "confirmatory"}
    content |= {"reasons": [], "at": moment, "by": by, "digest": promised(card)}
    content |= {
        "testset": card.evaluation.testset,
        "testset_digest": testset_digest,
        "slot": card.lock.slot,
    }
    content |= {"alpha": card.lock.alpha, "resamples": 2000, "seed": 1, "results": results}
    content |= {"commit": None, "tables": [], "counted": {}, "status_quo": {}}
    return written(content)


def write_project(root: Path) -> None:
    """The sample project of the template, with a team of one."""
    for source in (*TEMPLATE.glob("stages/*/templates"), *TEMPLATE.glob("team/*/templates")):
        shutil.copytree(source, root / source.relative_to(TEMPLATE))
    for place in SAMPLES:
        text = (
            (TEMPLATE / place / "index.md.jinja")
            .read_text("utf-8")
            .replace('"{{ handle }}"', "ann")
        )
        text = jinja2.Template(text, keep_trailing_newline=True).render(handle="ann", risk="medium")
        (root / place).mkdir(parents=True)
        (root / place / "index.md").write_text(text, encoding="utf-8")
    for name, text in {
        "dvc.yaml": "",
        "params.yaml": "task: binary\n",
        "team/people.yml": f"people:\n{ANN}",
        "team/policy.yml": "reviewers: 1\n",
        "team/definition-of-done.md": (TEMPLATE / "team/definition-of-done.md").read_text("utf-8"),
        "team/testsets/TS-2026-11.yml": TESTSET,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
