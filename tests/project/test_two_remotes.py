"""A test set that only CI can open: two remotes, and a clone that may read one of them."""

from pathlib import Path

import polars as pl
import pytest

from lab.data.schema import ORIGIN

from .test_life import folder, lab
from .using import CARD, SEARCH, InUse, commit

pytestmark = pytest.mark.weekly

TESTSET = "TS-2026-12"
RAW = "data/raw/biopsies.csv"


def with_two_remotes(project: InUse, remotes: Path) -> None:
    """What the how-to says: a file of one's own, and the held-out rows in a remote of their own."""
    train, rows, labels = (
        project.table(f"data/{name}") for name in ("train", "heldout/rows", "heldout/labels")
    )
    held = rows.join(labels, on="id").select(train.columns)
    pl.concat([train, held]).drop(ORIGIN).sort("id").write_csv(project.root / RAW)
    project.change("params.yaml", "source: sample ", "source: file ")
    project.change("params.yaml", "file: data/raw/data.csv", f"file: {RAW}")
    project.change("dvc.yaml", "      - data/raw\n", f"      - {RAW}\n")
    for name in ("rows", "labels"):
        out = f"      - data/heldout/{name}.parquet"
        project.change("dvc.yaml", f"{out}\n", f"{out}:\n          remote: sealed\n")
    for name in ("shared", "sealed"):
        (remotes / name).mkdir()
        project.ok("uv", "run", "dvc", "remote", "add", name, str(remotes / name))
    project.ok("uv", "run", "dvc", "remote", "default", "shared")
    project.ok("uv", "run", "dvc", "add", RAW)
    with (project.root / f"{RAW}.dvc").open("a", encoding="utf-8") as pointer:
        pointer.write("  remote: sealed\n")
    project.change(
        f"{folder(project, CARD)}/index.md", "testset: TS-2026-11", f"testset: {TESTSET}"
    )
    project.repro()


def clone(project: InUse, target: Path) -> InUse:
    """A clone of its branch, in the same environment."""
    project.ok("git", "clone", "--quiet", ".", str(target))
    (target / ".venv").symlink_to((project.root / ".venv").resolve())
    with (target / ".git/info/exclude").open("a", encoding="utf-8") as ignored:
        ignored.write(".venv\n")
    return InUse(target)


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_who_has_no_sealed_remote_does_all_but_judge(working: InUse, tmp_path: Path):
    sealed, away = tmp_path / "sealed", tmp_path / "away"
    with_two_remotes(working, tmp_path)
    commit(working, "Data")
    working.ok("uv", "run", "dvc", "push")
    assert files_in(sealed) == 3  # the rows, their labels, and the file that holds both
    sealed.rename(away)

    developer = clone(working, tmp_path / "developer")
    dvc = ("uv", "run", "--no-sync", "dvc")
    developer.ok(*dvc, "pull", "--allow-missing")
    assert not list((developer.root / "data/heldout").glob("*.parquet"))
    developer.change("params.yaml", *SEARCH)
    ran = developer.run(*dvc, "repro", "--allow-missing")
    assert (ran.code, ran.stages()) == (0, ["train", "evaluate"]), ran.output
    lab(developer, "testset", "register", TESTSET)
    commit(developer, "Register")
    lab(developer, "start", CARD)
    commit(developer, "Start")
    developer.ok(*dvc, "push")
    refused = developer.run("uv", "run", "--no-sync", "lab", "judge", CARD)
    assert refused.code == 3, refused.output
    assert "let CI judge if only CI may read them" in refused.output

    away.rename(sealed)
    ci = clone(developer, tmp_path / "ci")
    ci.ok(*dvc, "pull")
    assert lab(ci, "judge", CARD).startswith("Supported (confirmatory).")
    commit(ci, "Judge")
    ci.ok(*dvc, "push")
    assert files_in(sealed) == 6  # the two tables of the opening, and their listing
    fresh = clone(ci, tmp_path / "fresh")
    fresh.ok(*dvc, "pull")
    assert "verdicts computed again: 1." in lab(fresh, "audit")
