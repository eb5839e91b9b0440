"""A small project under git whose pipeline has run, and a team that plays a hypothesis in it.

Nothing is trained: the tables are written by a few lines, dvc.lock names their digests, and
DVC's cache holds copies, as after `dvc repro`.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playing import HYP, THREE, Play, write_project

from lab.evidence.verdict import written
from lab.proof.exhibits import read_exhibits
from lab.proof.judgement import decided, findings
from lab.records.store import read_store

CARD = f"stages/4-experiments/{HYP}"
INDEX, VERDICT = f"{CARD}/index.md", f"{CARD}/verdict.json"
TS = "team/testsets/TS-2026-11.yml"
EXAMPLES, PREDICTIONS = "evaluation/examples.parquet", "evaluation/predictions.parquet"
N, SEEDS = 400, (1, 2, 3)
GUARDRAIL = "recall >= status_quo - 0.02"


__all__ = ["HYP", "Proof", "Repository", "of_another_user", "tables", "write_proof_project"]


def of_another_user(patch: pytest.MonkeyPatch) -> None:
    """Let git take every repository for that of another user, and trust none."""
    patch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


@dataclass
class Repository:
    """A folder under git, and perhaps with a pipeline whose outputs DVC knows."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def git(self, *words: str, where: Path | None = None) -> str:
        """Run git; what it prints."""
        done = subprocess.run(["git", *words], cwd=where or self.root, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def commit(self, message: str = "Something") -> str:
        """Commit everything; the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def run(self, code: str = "a", wrong: int = 2, **changes: Any) -> None:
        """Let the pipeline write its tables, and dvc.lock name them.

        Args:
            code: stands for everything that the pipeline reads.
            wrong: how many positive examples the candidate misses.
            changes: arguments of `tables`.
        """
        (self.root / "evaluation").mkdir(exist_ok=True)
        examples, predictions = tables(wrong, **changes)
        examples.write_parquet(self.root / EXAMPLES)
        predictions.write_parquet(self.root / PREDICTIONS)
        self.write("evaluation/metrics.json", json.dumps({"recall": 1 - 2 * wrong / N}))
        self.name_outputs(code)

    def name_outputs(self, code: str = "a") -> None:
        """Do what `dvc commit -f` does: name what lies in evaluation/, and keep a copy."""
        outs = []
        for path in sorted((self.root / "evaluation").rglob("*.*")):
            digest = self.keep(path)
            outs.append(f"    - path: {path.relative_to(self.root).as_posix()}\n")
            outs.append(
                f"      hash: md5\n      md5: {digest}\n      size: {path.stat().st_size}\n"
            )
        self.write(
            "dvc.lock",
            "schema: '2.0'\nstages:\n  evaluate:\n    cmd: python -m pipeline.evaluate\n"
            "    deps:\n    - path: src/model.py\n      hash: md5\n"
            f"      md5: {_md5(code.encode())}\n"
            "    params:\n      params.yaml:\n        rate: 1e-05\n    outs:\n" + "".join(outs),
        )

    def keep(self, path: Path) -> str:
        """Put a file into DVC's cache; its digest."""
        digest = _md5(path.read_bytes())
        copy = self.cached(digest)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        return digest

    def cached(self, digest: str) -> Path:
        """Where DVC's cache keeps a content."""
        return self.root / ".dvc/cache/files/md5" / digest[:2] / digest[2:]

    def digest(self, path: str = PREDICTIONS) -> str:
        """The digest of a file as it is."""
        return _md5((self.root / path).read_bytes())


@dataclass
class Proof(Play, Repository):
    """A team of three whose project is under git; bob owns the hypothesis."""

    def __post_init__(self) -> None:
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            self.patch.delenv(name, raising=False)
        self.patch.setenv("LAB_BY", "bob")
        self.patch.chdir(self.root)
        self.at("2026-11-23T09:00:00Z")  # a Monday

    def locked(self) -> "Proof":
        """Register the test set, start the card, and commit both."""
        self.lab("testset", "register", "TS-2026-11")
        self.commit("Register")
        self.lab("start", "linear")
        self.commit("Start")
        return self

    def tested(self, code: str = "b", wrong: int = 1, **changes: Any) -> "Proof":
        """Run the pipeline with a new model, and commit what it wrote."""
        self.run(code, wrong, **changes)
        self.commit("Run")
        return self

    def judged(self) -> "Proof":
        """Have it judged, and commit the verdict."""
        self.lab("judge", "linear")
        self.commit("Judge")
        return self

    def audit(self, *options: str) -> list[tuple[str, str, str]]:
        """Code, path and message of each finding of the audit; nothing on the disk changes."""
        return self._findings("audit", *options)

    def check(self) -> list[tuple[str, str, str]]:
        """The same of the check, but for notes and warnings."""
        return self._findings("check")

    def _findings(self, *words: str) -> list[tuple[str, str, str]]:
        before = self.files()
        said = self.type(*words, "--format", "json")
        assert self.files() == before
        found = json.loads(said.out)["findings"]
        bad = _bad(found)
        levels = {one["level"] for one in bad}
        assert said.code == (1 if "error" in levels else 3 if bad else 0), said
        for one in bad:
            assert one["remedy"].endswith((".", "`")), one
            assert not one["message"].endswith("."), one
        return [(one["code"], one["path"], one["message"]) for one in bad]

    def red(self, code: str, path: str, message: str, remedy: str = "") -> None:
        """The audit finds exactly this."""
        found = self.audit()
        assert [(one[0], one[1]) for one in found] == [(code, path)], found
        assert message in found[0][2], found
        (said,) = _bad(json.loads(self.said[-1].out)["findings"])
        assert remedy in said["remedy"], said

    def green(self) -> None:
        """The audit and the check find nothing."""
        assert self.audit() == []
        assert self.check() == []

    def verdict(self) -> dict[str, Any]:
        """The content of the verdict."""
        return json.loads((self.root / VERDICT).read_text("utf-8"))

    def reseal(self, **changes: Any) -> None:
        """Write another verdict, sealed as by somebody who has read the source."""
        self.write(VERDICT, written(self.verdict() | changes))

    def as_first_release_wrote_it(self) -> None:
        """Replace the verdict with one of format 1."""
        store = read_store(self.root)
        record = store.find("linear")
        exhibits = read_exhibits(store, record, store.testsets["TS-2026-11"])
        found = findings(record, decided(record, exhibits, format_=1), exhibits, 1)
        newer = ("tool", "claim", "alike")
        old = {key: value for key, value in self.verdict().items() if key not in newer}
        self.write(VERDICT, written(old | found | {"format": 1}))


def tables(
    wrong: int,
    seeds: Sequence[int] = SEEDS,
    champion: Sequence[int] = (),
    source: str | None = "sample",
    first: int = 0,
    flipped: int = 0,
    ids: Sequence[int] = range(N),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Examples and predictions; `wrong` of the first positive ones are missed.

    Args:
        wrong: how many positive examples the candidate misses.
        seeds: those of the candidate.
        champion: seeds of a champion.
        source: of the data; None for no such column.
        first: what the ids begin with.
        flipped: how many labels are other than they were.
        ids: which rows there are, in which order.
    """
    y = {row: int(row % 2 == 0) for row in ids}
    for row in list(ids)[:flipped]:
        y[row] = 1 - y[row]
    examples = pl.DataFrame(
        {"id": [f"case-{first + row}" for row in ids], "y": [y[row] for row in ids]}
        | {"age": [20 + row % 50 for row in ids]}
    )
    if source:
        examples = examples.with_columns(source=pl.lit(source))
    runs = [("candidate", seed, wrong) for seed in seeds]
    runs += [("champion", seed, 8) for seed in champion] + [("status_quo", 0, 30)]
    rows = []
    for model, seed, missed in runs:
        for row in ids:
            label = 0 if row % 2 == 0 and row < 2 * missed else int(row % 2 == 0)
            rows.append((f"case-{first + row}", model, seed, label, 0.1 + 0.8 * label))
    names = ["id", "model", "seed", "label", "score"]
    return examples, pl.DataFrame(rows, schema=names, orient="row")


def write_proof_project(root: Path) -> None:
    """The project of a `Proof`, before its pipeline has run."""
    write_project(root)
    (root / TS).unlink()
    for name, text in {
        "team/people.yml": THREE,
        "team/policy.yml": "reviewers: 1\n",
        ".gitignore": "/evaluation/*.parquet\n/.dvc/cache/\n",
        ".dvc/config": "[core]\n    analytics = false\n",
        "dvc.yaml": "stages: {evaluate: {cmd: python -m pipeline.evaluate}}\n",
        "params.yaml": "task: binary\nrate: 1e-5\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    index = root / INDEX
    text = index.read_text("utf-8")
    assert f"  - {GUARDRAIL}\n" in text
    text = text.replace(f"  - {GUARDRAIL}\n", "  - precision > 0.50\n").replace(
        "owner: ann", "owner: bob"
    )
    index.write_text(text, encoding="utf-8")


def _bad(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings that are more than a remark."""
    return [finding for finding in findings if finding["level"] in ("error", "unverified")]


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
