"""What `lab` says of a fresh project: its records, its policy, its templates and its texts."""

import dataclasses
import itertools
import json
import re
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from rendering import CHOICES, Answers

from lab.cli import main
from lab.commands.parser import build_parser
from lab.evidence.criteria import parse_criterion
from lab.proof.start import start
from lab.records.edits import change
from lab.records.kinds import KINDS
from lab.records.store import Record, Store, read_store
from lab.records.team import Policy, Waivers
from lab.records.testsets import Registered, TestSet
from lab.rules import writes as writing
from lab.rules.run import check

from . import faults
from .reading import parsed, read_yaml, texts

Render = Callable[[Answers], Path]

ON_THE_FIRST_DAY = datetime(2026, 11, 6, tzinfo=UTC)
YEARS_LATER = datetime(2036, 2, 29, tzinfo=UTC)
STRICTNESS = {
    "low": {"alpha": "0.10", "seeds": 3, "reviewers": 1, "sliced": False, "review": 3},
    "medium": {"alpha": "0.05", "seeds": 3, "reviewers": 1, "sliced": False, "review": 2},
    "high": {"alpha": "0.01", "seeds": 5, "reviewers": 2, "sliced": True, "review": 1},
}


def _combinations() -> list[dict[str, Any]]:
    """Each task at each risk; ways of working and stage 6 take turns, so that all pairs occur."""
    pairs = itertools.cycle(itertools.product(CHOICES["way_of_working"], CHOICES["deployment"]))
    return [
        {"task": task, "risk": risk, "way_of_working": way, "deployment": deployment}
        for (task, risk), (way, deployment) in zip(
            itertools.product(CHOICES["task"], CHOICES["risk"]), pairs, strict=False
        )
    ]


@pytest.fixture(
    scope="module",
    params=_combinations(),
    ids=lambda answers: f"{answers['task']}-{answers['risk']}",
)
def answers(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


@pytest.fixture(scope="module")
def project(answers: dict[str, Any], render: Render) -> Path:
    return render(answers)


@pytest.fixture(scope="module")
def store(project: Path) -> Store:
    return read_store(project, ON_THE_FIRST_DAY)


@pytest.fixture(scope="module")
def card(store: Store) -> Record:
    """The example hypothesis."""
    (record,) = store.of("HYP")
    return record


def test_every_pair_of_way_and_stage_6_occurs() -> None:
    pairs = {(one["way_of_working"], one["deployment"]) for one in _combinations()}
    assert len(pairs) == 4


# The policy.


def test_everything_is_read_without_a_finding(store: Store, answers: Answers) -> None:
    assert store.findings == ()
    assert store.unread == frozenset()
    assert sorted(record.kind.code for record in store.records.values()) == [
        *("HYP", "NEED", "PROP", "REQ")
    ]
    assert store.task == answers["task"]


def test_the_policy_is_as_strict_as_the_risk_is_high(store: Store, answers: Answers) -> None:
    policy = store.policy
    assert (policy.risk, policy.way_of_working) == (answers["risk"], answers["way_of_working"])
    assert {
        "alpha": policy.evidence.alpha,
        "seeds": policy.evidence.seeds,
        "reviewers": policy.reviewers,
        "sliced": policy.evidence.sliced_guardrail,
        "review": policy.reminders.review,
    } == STRICTNESS[answers["risk"]]


def test_what_a_policy_leaves_out_is_what_it_says_at_medium_risk(
    store: Store, answers: Answers
) -> None:
    """An old project may lack a key that a later version adds."""
    if answers["risk"] == "medium":
        assert store.policy == Policy(way_of_working=answers["way_of_working"], track="light")


def test_a_policy_names_every_key_that_there_is(project: Path) -> None:
    said = parsed(project)["team/policy.yml"]
    known = json.loads(msgspec.json.encode(Policy()))
    assert {*said} == {*known}
    for name, value in known.items():
        if isinstance(value, dict):
            assert {*said[name]} == {*value}, name


# The records.


@pytest.mark.parametrize("now", [ON_THE_FIRST_DAY, YEARS_LATER], ids=["first day", "years later"])
def test_a_fresh_project_holds(project: Path, now: datetime) -> None:
    report = check(read_store(project, now))
    assert [one for one in report.findings if one.level != "note"] == []
    assert report.code == 0
    assert report.waived == ()


def test_the_example_can_be_started(store: Store, card: Record) -> None:
    """Every rule that guards a start is asked, at the strictness of this risk."""
    ready = with_its_testset(store, card)
    changes = start(ready, card, card.front.owner).changes
    text = change((store.root / card.path).read_text(encoding="utf-8"), changes)
    notes = writing.tried(ready, card, text, "the example was not started").notes
    assert {one.level for one in notes} <= {"note"}


def with_its_testset(store: Store, card: Record) -> Store:
    """The project after `lab testset register`."""
    testset = TestSet(
        id=card.front.evaluation.testset,
        registered=Registered(at=store.now, by=card.front.owner),
        task="binary",
        examples=300,
        smallest=100,
        digest="v1:0",
        alpha=store.policy.evidence.alpha,
        budget=store.policy.evidence.budget,
    )
    return dataclasses.replace(store, testsets={testset.id: testset})


def test_the_example_speaks_of_the_seeds_of_the_pipeline(project: Path, card: Record) -> None:
    seeds = parsed(project)["params.yaml"]["train"]["seeds"]
    assert card.front.evaluation.seeds == seeds
    assert len(seeds) == STRICTNESS[parsed(project)["team/policy.yml"]["risk"]]["seeds"]
    assert (f"seeds 1 to {len(seeds)} in" if len(seeds) > 3 else "seeds 1, 2 and 3 in") in card.body


def test_the_example_slices_by_columns_that_the_pipeline_keeps(
    project: Path, card: Record, answers: Answers
) -> None:
    said = parsed(project)
    kept = set(said["params.yaml"]["evaluate"]["slices"])
    assert kept <= set(said["schema.yaml"]["columns"])
    sliced = [
        condition.column
        for text in (*card.front.criteria, *card.front.guardrails)
        for condition in parse_criterion(text).slice
    ]
    assert set(sliced) <= kept
    assert bool(sliced) is (answers["risk"] == "high")


def test_the_example_counts_what_must_hold(card: Record) -> None:
    number = len(card.front.criteria) + len(card.front.guardrails)
    assert f"All {['three', 'four', 'five'][number - 3]} must hold" in card.body


# JSON Schemas, for editors.


SCHEMA = re.compile(r"^# yaml-language-server: \$schema=(\S+)$", re.MULTILINE)


def test_every_record_and_template_names_its_schema(project: Path) -> None:
    read = texts(project)
    wanted = [
        path for path in read if re.search(r"^[st].*/(index|templates/[A-Z]+(\.light)?)\.md$", path)
    ]
    wanted += ["team/people.yml", "team/policy.yml"]
    for path in wanted:
        found = SCHEMA.search(read[path])
        assert found, path
        kind = re.search(r"/([A-Z]+)[-.]", path)
        schema = (project / path).parent / found[1]
        assert schema.is_file(), path
        assert schema.stem == (kind[1] if kind else Path(path).stem)
        if "/templates/" not in path:
            jsonschema.validate(parsed(project)[path], json.loads(schema.read_text("utf-8")))


# The templates.


@pytest.fixture
def copied(render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which a person works."""
    project = shutil.copytree(render({}), tmp_path / "project")
    monkeypatch.chdir(project)
    monkeypatch.setenv("LAB_NOW", ON_THE_FIRST_DAY.isoformat())
    monkeypatch.delenv("LAB_BY", raising=False)
    return project


def test_lab_new_takes_the_template_of_every_kind(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for code, kind in KINDS.items():
        title = f"A word about {kind.means}"
        assert main(["new", code, title, "--no-input"]) == 0, capsys.readouterr().err
        (made,) = copied.glob(f"{kind.folder}/{code}-20261106-*/index.md")
        assert f"title: {title}\n" in made.read_text(encoding="utf-8")
    assert main(["check"]) == 0
    store = read_store(copied, ON_THE_FIRST_DAY)
    assert len(store.records) == 4 + len(KINDS)


def test_every_template_belongs_to_a_kind(render: Render) -> None:
    templates = {
        (path.parent.parent.relative_to(render({})).as_posix(), path.stem)
        for path in render({}).glob("*/**/templates/*.md")
    }
    short = {(KINDS[code].folder, f"{code}.light") for code in ("PROP", "HYP")}
    assert templates == short | {(kind.folder, code) for code, kind in KINDS.items()}


@pytest.mark.parametrize(
    ("risk", "track"), [("low", "light"), ("medium", "light"), ("high", "full")]
)
def test_a_team_begins_light_unless_somebody_may_come_to_harm(
    render: Render, risk: str, track: str
) -> None:
    """At first, team/people.yml holds one person."""
    assert parsed(render({"risk": risk}))["team/policy.yml"]["track"] == track


@pytest.mark.parametrize("code", ["ROLL", "INC"])
def test_without_stage_6_its_kinds_are_refused(
    code: str,
    render: Render,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = shutil.copytree(render({"deployment": False}), tmp_path / "project")
    monkeypatch.chdir(project)
    assert main(["new", code, "To everybody", "--answers", "first-triage", "--no-input"]) == 1
    said = capsys.readouterr().err
    assert f"this project has no {KINDS[code].means} ({code})" in said
    assert "copier update" in said
    assert not (project / "stages/6-deployment").exists()


# What people read.


def test_every_command_in_a_text_is_one_of_lab(project: Path) -> None:
    found = [
        f"{path}: {fault}"
        for path, text in texts(project).items()
        if path.endswith(".md") and path != "lab/CHANGELOG.md"  # history: it names what is gone
        for fault in faults.of_commands(text)
    ]
    assert found == []


def test_the_stages_say_how_to_make_each_of_their_kinds(render: Render) -> None:
    read = texts(render({}))
    for code, kind in KINDS.items():
        made = "uv run lab report " if code == "REP" else f"uv run lab new {code} "
        assert made in read[f"{kind.folder}/README.md"] or (
            kind.folder == "stages/4-experiments"
            and f"`{code}`" in read[f"{kind.folder}/README.md"]
        )


def test_the_commands_of_the_stages_work_in_their_order(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that make a record are run; those that change one have to find it."""
    ran = []
    for path in [*sorted(copied.glob("stages/*/README.md")), copied / "team/retros/README.md"]:
        for block in faults.FENCE.findall(path.read_text(encoding="utf-8")):
            for command in faults.IN_FENCE.findall(block):
                words = shlex.split(command)[1:]
                if words[0] == "new":
                    assert main([*words, "--no-input"]) == 0, capsys.readouterr().err
                elif words[0] == "report":
                    assert main(words) == 0, capsys.readouterr().err
                else:
                    typed = build_parser().parse_args(words)
                    assert read_store(copied, ON_THE_FIRST_DAY).find(typed.id)
                ran.append(words[0])
    assert ran.count("new") == 8
    assert {"review", "prioritise", "report", "decide"} < set(ran)


def test_the_waiver_in_the_text_about_the_team_is_one(render: Render) -> None:
    (example,) = re.findall(
        r"^```yaml\n(.*?)^```$", texts(render({}))["team/README.md"], re.M | re.S
    )
    waivers = msgspec.convert(read_yaml(example), Waivers).waivers
    assert [one.rule for one in waivers] == ["FLO004"]
