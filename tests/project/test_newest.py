"""Drift is seen here before users see it: every package at its newest release."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rendering import Answers

from .using import InUse, find_pythons

KEPT = ("mkdocs",)  # 2.0 drops plug-ins and themes as we know them: a decision, not a drift


@pytest.mark.newest
def test_the_newest_of_everything_still_gives_a_working_project(
    fresh: Callable[[Answers], Path],
):
    project = InUse(fresh({}))
    bound = re.compile(r'"([A-Za-z0-9_.\[\]-]+)~=([0-9.]+)"')
    free = bound.sub(
        lambda found: found[0] if found[1] in KEPT else f'"{found[1]}>={found[2]}"',
        project.text("pyproject.toml"),
    )
    (project.root / "pyproject.toml").write_text(free, encoding="utf-8")
    project.ok("uv", "lock", "--upgrade")
    python = list(find_pythons().values())[-1]
    said = project.ok("uv", "run", "--python", python, "lab", "setup")
    assert "Ready in" in said
    assert project.json("evaluation/metrics.json")["candidate"]["roc_auc"] > 0.9
