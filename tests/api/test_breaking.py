"""A change that breaks callers is told, with the field and the caller; any other passes."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .serving import Interface

WEBSITE = {"name": "website", "contact": "@bob", "sends": ["mean_area"], "reads": ["prediction"]}
PHONE = {"name": "phone", "contact": "#phone", "sends": "all", "reads": ["score"]}


@pytest.fixture(scope="session")
def published(interface: Callable[[str], Interface], tmp_path_factory: pytest.TempPathFactory):
    """The interface on a default branch, with two callers. Do not change it: copy it."""
    copied = interface("binary").copy(tmp_path_factory.mktemp("published") / "project")
    copied.change("api/contract.yaml", lambda content: content.update(callers=[WEBSITE, PHONE]))
    copied.ok("contract")
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "Publish"),
        ("checkout", "--quiet", "-b", "change"),
    ):
        git(copied, *arguments)
    return copied


@pytest.fixture
def ours(published: Interface, tmp_path: Path) -> Interface:
    """A branch that may change the contract."""
    return published.copy(tmp_path / "project")


def git(interface: Interface, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=interface.root, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout


def column(name: str, **values: Any) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        found = content["columns"].setdefault(name, {"type": "float", "min": 0, "max": 1})
        found.update(values)

    return change


def target(**values: Any) -> Callable[[Any], None]:
    return lambda content: content["target"].update(values)


BREAKING = [
    (
        lambda content: content["columns"].pop("mean_area"),
        "request: mean_area is gone. Breaks website (ask @bob), phone (ask #phone).",
    ),
    (
        lambda content: content["columns"].pop("mean_radius"),
        "request: mean_radius is gone. Breaks phone (ask #phone).",
    ),
    (
        column("shape"),
        "request: shape is new and has to be sent. Breaks website (ask @bob), phone (ask #phone).",
    ),
    (
        column("mean_area", max=5000),
        "request: maximum of mean_area was 6000.0 and is 5000.0. Breaks website",
    ),
    (
        column("mean_area", min=10),
        "request: minimum of mean_area was 0.0 and is 10.0. Breaks website",
    ),
    (
        column("mean_area", type="integer"),
        "request: mean_area was number and is integer. Breaks website",
    ),
    (
        column("mean_area", type="category", values=["big", "small"], min=None, max=None),
        "request: mean_area was number and is string. Breaks website",
    ),
    (
        target(values=["benign", "malignant", "unclear"][1:], positive="malignant"),
        "answer: prediction may now be 'unclear'. Breaks website (ask @bob).",
    ),
]


@pytest.mark.parametrize(("change", "said"), BREAKING)
def test_a_breaking_change_needs_a_new_major_version(
    ours: Interface, change: Callable[[Any], None], said: str
):
    ours.change("schema.yaml", change)
    for arguments in (["contract"], ["contract", "--check"]):
        refused = ours.run(*arguments)
        assert refused.returncode == 1
        assert "This breaks callers of 1.0.0 without a new major version:" in refused.stderr
        assert said in refused.stderr
        assert "  POST /v1/predict, POST /v1/predict/batch, " in refused.stderr
        assert "set `version: 2.0.0` in api/contract.yaml" in refused.stderr

    ours.change("api/contract.yaml", lambda content: content.update(version="1.9.0"))
    assert ours.run("contract").returncode == 1
    ours.change("api/contract.yaml", lambda content: content.update(version="2.0.0"))
    told = ours.ok("contract")
    assert "Version 2.0.0 breaks callers of 1.0.0, and says so:" in told
    assert said in told


ADDITIVE = [
    column("mean_area", max=7000),
    column("mean_area", min=-1),
    column("mean_area", nullable=True),
    column("mean_area", description="in other words", example=3.0),
    column("shape", nullable=True),
    column("mean_area", unit="px"),
]


@pytest.mark.parametrize("change", ADDITIVE)
def test_an_additive_change_passes(ours: Interface, change: Callable[[Any], None]):
    ours.change("schema.yaml", change)
    assert "Nobody who calls by 1.0.0 is broken by 1.0.0." in ours.ok("contract")
    ours.ok("contract", "--check")


def test_another_unit_breaks_those_who_send_it(ours: Interface):
    ours.change("schema.yaml", column("mean_area", unit="mm2"))
    ours.ok("contract")
    git(ours, "commit", "--quiet", "--all", "--message", "A unit")
    ours.change("schema.yaml", column("mean_area", unit="cm2"))
    refused = ours.run("contract", "--against", "HEAD")
    assert refused.returncode == 1
    assert "mean_area was in mm2 and is in cm2. Breaks website" in refused.stderr


def test_fewer_classes_pass_and_fewer_rows_do_not(ours: Interface):
    ours.change("api/contract.yaml", lambda content: content.update(max_batch=2000))
    ours.ok("contract")
    ours.change("api/contract.yaml", lambda content: content.update(max_batch=10))
    refused = ours.run("contract")
    assert "POST /v1/predict/batch, request: maxItems of rows was 1000 and is 10." in refused.stderr
    assert "Breaks website (ask @bob), phone (ask #phone)." in refused.stderr


def test_a_field_that_may_be_missing_must_not_become_needed(ours: Interface):
    ours.change("schema.yaml", column("mean_area", nullable=True))
    ours.ok("contract")
    git(ours, "commit", "--quiet", "--all", "--message", "Gaps")
    ours.change("schema.yaml", column("mean_area", nullable=False))
    refused = ours.run("contract", "--against", "HEAD")
    assert "mean_area was null or number and is number" in refused.stderr


def test_a_version_cannot_go_down(ours: Interface):
    ours.change("api/contract.yaml", lambda content: content.update(version="0.9.0"))
    refused = ours.run("contract")
    assert refused.returncode == 1
    assert "version 0.9.0 is below 1.0.0, which callers have seen." in refused.stderr


def test_a_caller_of_a_field_that_never_was_is_a_slip(ours: Interface):
    slip = {**WEBSITE, "reads": ["scor"]}
    ours.change("api/contract.yaml", lambda content: content.update(callers=[slip]))
    refused = ours.run("contract")
    assert refused.returncode == 1
    assert "website reads 'scor', which the contract does not have." in refused.stderr
    assert "Did you mean 'score'?" in refused.stderr


def test_without_callers_nobody_is_broken(ours: Interface):
    git(ours, "checkout", "--quiet", "main")
    ours.change("api/contract.yaml", lambda content: content.update(callers=[]))
    git(ours, "commit", "--quiet", "--all", "--message", "Nobody calls")
    ours.change("schema.yaml", lambda content: content["columns"].pop("mean_area"))
    told = ours.ok("contract")
    assert "api/contract.yaml names no caller, so nobody is broken by what changes:" in told
    assert "mean_area is gone" in told


def test_a_change_does_not_get_rid_of_the_callers_it_breaks(ours: Interface):
    ours.change("api/contract.yaml", lambda content: content.update(callers=[]))
    ours.change("schema.yaml", lambda content: content["columns"].pop("mean_area"))
    refused = ours.run("contract")
    assert refused.returncode == 1
    assert "Breaks website (ask @bob)" in refused.stderr


def test_what_callers_know_is_what_the_default_branch_had(ours: Interface):
    ours.change("schema.yaml", lambda content: content["columns"].pop("mean_area"))
    ours.run("contract")
    git(ours, "commit", "--quiet", "--all", "--message", "Committed, and broken all the same")
    assert ours.run("contract", "--check").returncode == 1
    assert "mean_area is gone" in ours.run("contract", "--check").stderr


def test_a_shallow_clone_cannot_tell(ours: Interface, tmp_path: Path):
    git(ours, "commit", "--quiet", "--allow-empty", "--message", "Another")
    subprocess.run(
        [
            *("git", "clone", "--quiet", "--depth=1", "--branch=change"),
            *(ours.root.as_uri(), str(tmp_path / "shallow")),
        ],
        check=True,
    )
    git(Interface(tmp_path / "shallow"), "update-ref", "-d", "refs/remotes/origin/HEAD")
    unknown = Interface(tmp_path / "shallow").run("contract", "--check")
    assert unknown.returncode == 3
    assert "git fetch --unshallow" in unknown.stderr
    nobody = ours.run("contract", "--check", "--against", "v9")
    assert nobody.returncode == 3
    assert "git does not know v9" in nobody.stderr


def test_without_history_there_is_nobody_to_break(mine: Interface):
    assert "no callers to break" in mine.ok("contract", "--check")


def test_where_git_fails_nobody_knows(ours: Interface):
    untrusting = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    for said, environment in (
        ("detected dubious ownership", untrusting),
        ("git is not on the path", {"PATH": "/nowhere"}),
    ):
        unknown = ours.run("contract", "--check", **environment)
        assert unknown.returncode == 3, unknown
        assert said in unknown.stderr
        assert "no commit yet" not in unknown.stdout


# ---------------------------------------------------------------------------
# By a second, independent way: what was allowed is tried on the new schema.
# ---------------------------------------------------------------------------


def test_no_change_slips_through_by_a_second_way(interface: Callable[[str], Interface]):
    """Where nothing is found to break, every body that was valid is; false alarms are few."""
    program = Path(__file__).with_name("second_way.py").read_text(encoding="utf-8")
    counted = json.loads(interface("binary").python(program))
    assert counted["passed"] > 200
    assert counted["broken"] > 200
    assert counted["unharmed"] < 0.1 * counted["broken"]
