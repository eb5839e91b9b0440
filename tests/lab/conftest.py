"""A small project on the disk, as `lab` finds one after the pipeline has run."""

import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st
from playing import Play
from proving import Proof, Repository, write_proof_project
from sealing import Sealed, repro, write_sealed_project
from watching import run_pipeline

SAMPLES = (
    "ann",
    "B.o-1",
    "HYP-20260714-a",
    "0.6",
    "1",
    ".05",
    "TS-2026-07-b",
    "2026-12-25",
    "REC001",
)
FILES = {
    "stages/1-requirements/README.md": "# Requirements\n\nWhat we need.\n",
    "stages/1-requirements/templates/REQ.md": "---\nid: REQ-YYYYMMDD-slug\n---\n",
    "stages/1-requirements/REQ-20260701-sort-mail/index.md": """\
---
id: REQ-20260701-sort-mail
title: Sort the mail
tldr: Letters wait too long.
created: "2026-07-01T09:00:00Z"
owner: ann
customer_outcome: People get an answer on the same day
kpis:
  - {name: read_late, means: letters read after a day or more, better: lower}
history:
  - {at: "2026-07-01T09:00:00Z", by: ann, to: draft}
  - {at: "2026-07-02T09:00:00Z", by: ann, to: accepted}
---

## Why

Nobody reads them.
""",
    "stages/1-requirements/REQ-20260701-sort-mail/log/20260703T090000Z-ann.md": "# Asked\n",
    "team/README.md": "# Team\n\nWho we are.\n",
    "team/people.yml": """\
people:
  - {handle: ann, name: Ann Example, roles: [product owner]}
  - {handle: bo, name: B, roles: [data scientist]}
""",
    "dvc.yaml": """\
plots:
  - recall:
      title: Share of each class
      template: bar_horizontal
      x: recall
      y: {evaluation/plots/recall.csv: class}
""",
    "evaluation/plots/recall.csv": "recall,class\n0.5,letter\n0.875,parcel\n",
    "evaluation/metrics.json": json.dumps(
        {
            "source": "sample",
            "examples": 171,
            "candidate": {"recall": 0.8125, "roc_auc": 0.9375},
            "status_quo": {"recall": 0.6875},
        }
    ),
    "evaluation/lift.json": json.dumps(
        {
            "unit": "EUR per letter",
            "examples": 398,
            "random": -1.25,
            "status_quo": 2.5,
            "perfect": 4.75,
            "potential": 2.25,
            "risk": 3.75,
        }
    ),
    "mkdocs.yml": """\
site_name: Mail &amp; more
site_description: Sorts <b>mail</b>.
docs_dir: build/pages
site_dir: build/site
theme: {name: mkdocs}
validation: {anchors: warn}
markdown_extensions: [admonition, tables]
""",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a small project, free to be changed."""
    folder = tmp_path / "project"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def fronts() -> Callable[[type], st.SearchStrategy[dict[str, Any]]]:
    """Front matter that fits a type, as plain data."""
    return cache(lambda kind: fitting(msgspec.inspect.type_info(kind)))


def fitting(kind: Any) -> st.SearchStrategy[Any]:
    """Plain data that fits a type."""
    match kind:
        case msgspec.inspect.Metadata():
            return fitting(kind.type)
        case msgspec.inspect.StructType():
            every = {field.encode_name: fitting(field.type) for field in kind.fields}
            needed = {field.encode_name for field in kind.fields if field.required}
            return st.fixed_dictionaries(
                {name: every[name] for name in needed},
                optional={name: every[name] for name in every if name not in needed},
            )
        case msgspec.inspect.ListType():
            least = kind.min_length or 0
            return st.lists(fitting(kind.item_type), min_size=least, max_size=least + 1)
        case msgspec.inspect.DictType():
            inner = fitting(kind.value_type)
            return st.dictionaries(fitting(kind.key_type), inner, min_size=1, max_size=2)
        case msgspec.inspect.UnionType():
            return st.one_of([fitting(one) for one in kind.types])
        case msgspec.inspect.LiteralType():
            return st.sampled_from(kind.values)
        case msgspec.inspect.StrType(pattern=str()):
            return st.sampled_from([one for one in SAMPLES if re.search(kind.pattern, one)])
        case msgspec.inspect.StrType():
            return st.sampled_from(["a", "to do", "größer"])
        case msgspec.inspect.DateTimeType():
            return st.sampled_from(["2026-07-14T09:00:00Z", "2026-12-31T23:59:59.5Z"])
        case msgspec.inspect.IntType():
            return st.integers(kind.ge, kind.le or 999)
        case msgspec.inspect.FloatType():
            return st.sampled_from([0.5, 10, 33.25, 100.0])
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.NoneType():
            return st.none()
    return st.sampled_from([None, True, 3, "text", [1], {"seeds": [1, 2]}])


@pytest.fixture(scope="session")
def unproved(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Path:
    """A project under git whose pipeline has run. Do not change it: copy it."""
    root = tmp_path_factory.mktemp("unproved") / "project"
    write_proof_project(root)
    made = Repository(root)
    made.run(wrong=6)
    made.git("init", "--quiet", "--template=", "--initial-branch=main")
    made.commit("Begin")
    return root


@pytest.fixture
def proof(
    unproved: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Proof:
    """A project under git whose pipeline has run, free to be changed."""
    shutil.copytree(unproved, tmp_path / "project")
    return Proof(tmp_path / "project", monkeypatch, capsys)


@pytest.fixture(scope="session")
def unopened(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Path:
    """A project under git whose held-out set is sealed. Do not change it: copy it."""
    root = tmp_path_factory.mktemp("unopened") / "project"
    write_sealed_project(root)
    made = Repository(root)
    made.git("init", "--quiet", "--template=", "--initial-branch=main")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("PYTHONPATH", str(root / "src"))
        repro(root)
    made.commit("Begin")
    return root


@pytest.fixture
def sealed(
    unopened: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Sealed:
    """A project under git whose held-out set is sealed, free to be changed."""
    shutil.copytree(unopened, tmp_path / "project")
    return Sealed(tmp_path / "project", monkeypatch, capsys)


@pytest.fixture
def watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Play:
    """A project whose pipeline has run."""
    play = Play(tmp_path / "project", monkeypatch, capsys)
    run_pipeline(play)
    return play
