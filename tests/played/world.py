"""A project in which people work, with a clock that they set, a pipeline and git.

Records come from `lab` itself, typed by the members of a team; verdicts come from the judge, on
predictions of a real model. Only the models that were tried later are made up: each is the real
one, and more of the held-out tumours are missed.
"""

import contextlib
import heapq
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from filling import filled_in
from proving import EXAMPLES, PREDICTIONS, Repository
from rendering import copy

from lab.cli import main
from lab.data.heldout import read_heldout
from lab.data.jobs import PREDICT, Predicting, ask, blinded, read_predictions
from lab.data.params import read_params
from lab.data.schema import read_shape
from lab.data.status_quo import decide
from lab.data.tidy import examples_table, of_rule, predictions_table
from lab.data.training import CANDIDATE, model_of
from lab.project import Project
from lab.records.edits import stamp

ANSWERS = {
    "project_name": "Biopsies in order",
    "package_name": "my_ml_project",
    "tool": "git",  # nobody runs `lab setup`, which would make a wheel
}
STAGES = ("split", "train", "score", "lift")
Life = Generator[datetime, None, None]

SENTENCES = (
    "Half of the biopsies had been measured twice, and the two never disagreed by more than 2 %.",
    "We looked at twenty of them together with Dr Okafor, one by one.",
    "Nothing here needs more than one computer and one afternoon.",
    "`mean_radius` and `mean_perimeter` say nearly the same; we keep one of them.",
    "The rule of today is better than its reputation: it is wrong where everybody is unsure.",
    "What we did **not** look at: other microscopes, other hospitals, other years.",
    "It is a small change, but it is the one that the clinic asked for.",
    "See the [working agreement](../../../team/working-agreement.md) for how we share the queue.",
    "- first the cheap part\n- then the part that we fear\n- last a look at the groups",
    "| group | biopsies | malignant |\n|---|---:|---:|\n| small nuclei | 141 | 12 |\n"
    "| large nuclei | 152 | 95 |",
    "```python\nscores = model.predict_proba(rows)[:, 1]\nrows.filter(scores > 0.5)\n```",
    "> Whoever reads this in a year: ask for the scanner's settings first.",
    "The threshold stays where it was. Moving it would have been another question.",
    "Labels come from the pathologists' second reading; 3 of 569 were changed by it.",
)


def workday(day: datetime, count: int) -> datetime:
    """The same time, so many working days later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def workday_before(day: datetime) -> datetime:
    """The afternoon before, or that of the Friday before."""
    day -= timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(hour=16)


def moment(text: str) -> datetime:
    """A UTC time of 2026, such as 08-03 09:00."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


BEGIN = moment("07-01 08:00")


@dataclass
class World(Repository):
    """A project, and what its people do in it, one after the other."""

    now: datetime = BEGIN
    real: Mapping[str, bytes] = field(
        default_factory=dict, repr=False
    )  # tables as the pipeline wrote them

    @property
    def product_owner(self) -> str:
        """Who that is today."""
        return "pia" if self.now < moment("10-19 00:00") else "gus"

    def play(self, *lives: Life) -> None:
        """Let lives go on beside each other, each from one of its moments to the next."""
        waiting: list[tuple[datetime, int, Life]] = []
        for number, life in enumerate(lives):
            heapq.heappush(waiting, (next(life), number, life))
        while waiting:
            due, number, life = heapq.heappop(waiting)
            self.now = max(due, self.now)
            with contextlib.suppress(StopIteration):
                heapq.heappush(waiting, (next(life), number, life))

    @contextlib.contextmanager
    def clock(self) -> Generator[None]:
        """The environment of one command; a minute passes with it."""
        self.now += timedelta(minutes=1)
        before = dict(os.environ)
        told = stamp(self.now)
        os.environ |= {"LAB_NOW": told, "GIT_AUTHOR_DATE": told, "GIT_COMMITTER_DATE": told}
        try:
            with contextlib.chdir(self.root):
                yield
        finally:
            os.environ.clear()
            os.environ |= before

    def lab(self, by: str, *words: str) -> str:
        """What somebody gets to read when they type a command, which has to succeed."""
        code, out, err = self.type(by, *words)
        assert code == 0, f"{stamp(self.now)} {by}: lab {' '.join(words)}\n{err}"
        return out

    def type(self, by: str, *words: str) -> tuple[int, str, str]:
        """The exit code of a command, and what it prints."""
        out, err = io.StringIO(), io.StringIO()
        with self.clock():
            os.environ["LAB_BY"] = by
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(words)
        return code, out.getvalue(), err.getvalue()

    def commit(self, message: str = "Something") -> str:
        with self.clock():
            return super().commit(message)

    def new(self, by: str, kind: str, title: str, slug: str, *options: str, **fields: str) -> str:
        """Make a record and fill in what the options leave open; its id."""
        words = ("new", kind, title, "--slug", slug, "--no-input", *options)
        return self.filled(by, self.lab(by, *words), **fields)

    def filled(self, by: str, said: str, **fields: str) -> str:
        """Fill in a record that a verb says it wrote; its id."""
        if "tldr" in fields:
            fields["tldr"] = json.dumps(fields["tldr"])
        found = re.search(r"wrote (\S+/([^/]+)/index\.md)", said)
        assert found, said
        told = random.Random(found[2])
        # A report is short. Other records hold one or two things, some of them long.
        pool, most = (SENTENCES[:7], 1) if "/REP-" in found[1] else (SENTENCES, 2)
        text = filled_in(
            (self.root / found[1]).read_text("utf-8"),
            stamp(self.now),
            by,
            lambda: "\n\n".join(told.sample(pool, told.randint(1, most))),
            fields,
        )
        self.write(found[1], text)
        return found[2]

    def body(self, id_: str) -> Path:
        """The file of a record."""
        (path,) = self.root.glob(f"*/*/{id_}/index.md")
        return path

    def change(self, id_: str, old: str, new: str) -> None:
        """Change a record by hand."""
        text = self.body(id_).read_text("utf-8")
        assert old in text, f"{old!r} is not in {id_}:\n{text}"
        self.body(id_).write_text(text.replace(old, new), encoding="utf-8")

    def crown(self, id_: str) -> None:
        """Name a card's model as the champion, as `lab promote` does where DVC has the models."""
        params = self.root / "params.yaml"
        before, key, after = params.read_text("utf-8").partition("  champion: ")
        assert key
        params.write_text(f"{before}{key}{id_}{after.removeprefix('null')}", encoding="utf-8")

    def tick(self, id_: str) -> None:
        """Write the definition of done into a card, all of it true."""
        head, heading, _ = self.body(id_).read_text("utf-8").partition("## Definition of done\n")
        agreed = (self.root / "team/definition-of-done.md").read_text("utf-8")
        every, _, _ = agreed.partition("**A hypothesis**")
        done = "".join(
            f"{line}\n".replace("[ ]", "[x]") for line in every.split("\n") if line.startswith("- ")
        )
        self.body(id_).write_text(f"{head}{heading}\n{done}", encoding="utf-8")

    def experiment(self, name: str, missed: int, alarms: int, rows: int) -> None:
        """Let a model be tried: the real one, which misses more tumours or cries wolf more often.

        Args:
            name: stands for the code that was tried.
            missed: how many more of the malignant biopsies it takes for benign ones.
            alarms: how many more of the benign ones it takes for malignant ones.
            rows: how many of the examples are used.
        """
        examples = pl.read_parquet(self.real[EXAMPLES]).head(rows)
        truth = examples.select("id", "y")
        said = pl.read_parquet(self.real[PREDICTIONS]).join(truth, on="id", maintain_order="left")
        turned: list[str] = []
        for y, count in ((1, missed), (0, alarms)):
            turned += examples.filter(pl.col("y") == y)["id"].sort().head(count).to_list()
        wrong = (pl.col("model") == "candidate") & pl.col("id").is_in(turned)
        shade = 1 - random.Random(name).random() / 1_000  # no two models say quite the same
        said = said.with_columns(
            label=pl.when(wrong).then(1 - pl.col("y")).otherwise(pl.col("label")),
            score=pl.when(wrong).then(0.95 - pl.col("y") * 0.9).otherwise(pl.col("score") * shade),
        ).drop("y")
        examples.write_parquet(self.root / EXAMPLES)
        said.write_parquet(self.root / PREDICTIONS)
        self.name_outputs(name)

    def back_to_the_real_one(self) -> None:
        """Let the tables be those of the model that the pipeline trained."""
        for path, content in self.real.items():
            (self.root / path).write_bytes(content)
        self.name_outputs("real")


def set_up(template: Path, root: Path) -> World:
    """A fresh project whose pipeline has run, under git, without the example records."""
    copy(template, root, ANSWERS)
    run_pipeline(root)
    put_on_show(root)
    for folder in root.glob("stages/*/*-*-*"):
        shutil.rmtree(folder)
    world = World(root, real={path: (root / path).read_bytes() for path in (EXAMPLES, PREDICTIONS)})
    world.git("init", "--quiet", "--initial-branch", "main")
    world.name_outputs("first")
    return world


def run_pipeline(root: Path) -> None:
    """Run every stage of a project's pipeline in this environment, without DVC."""
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "OMP_NUM_THREADS": "1"}
    for stage in STAGES:
        command = [sys.executable, "-m", "lab", "data", stage]
        subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.PIPE)


def put_on_show(root: Path) -> None:
    """Let the tables be about the held-out rows, as those of projects of version 1.0 are.

    So a year of verdicts takes a minute and no DVC. `tests/project` opens sealed sets.
    """
    params, shape = read_params(root), read_shape(root)
    held = read_heldout(root, shape)
    asked, key = blinded(held, shape)
    asked.write_parquet(root / "rows.parquet")
    jobs = [
        Predicting(
            model_of(CANDIDATE, seed).as_posix(), "rows.parquet", shape.id, f"said-{seed}.parquet"
        )
        for seed in params.train.seeds
    ]
    file = root / "jobs.json"
    ask(Project(root), PREDICT, params.commands.predict, jobs, file, source=root / "src")
    candidate = pl.concat(
        read_predictions(root / job.to, key, shape).with_columns(seed=pl.lit(seed, pl.Int64))
        for seed, job in zip(params.train.seeds, jobs, strict=True)
    )
    today = of_rule(held[shape.id], decide(held, params.status_quo.rule, shape))
    said = {"candidate": candidate, "status_quo": today}
    examples_table(held, shape, params.evaluate.slices).write_parquet(root / EXAMPLES)
    predictions_table(said, shape).write_parquet(root / PREDICTIONS)
    for path in (file, root / "rows.parquet", *(root / job.to for job in jobs)):
        path.unlink()
