"""Training that a policy leaves to the schedule, and what a fresh run costs."""

import json
from pathlib import Path

import pytest
from sealing import Sealed

POLICY = "team/policy.yml"
SCHEDULED = "reviewers: 1\nevidence: {reproduce: scheduled}\n"


@pytest.fixture
def job(sealed: Sealed, tmp_path: Path):
    """Make the next commands those of a job of GitHub, on a branch that changes main."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"repository": {"default_branch": "main"}}), "utf-8")
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "GITHUB_REPOSITORY": "team/mail",
        "GITHUB_EVENT_PATH": str(event),
    }.items():
        sealed.patch.setenv(name, value)

    def begin(event_name: str) -> None:
        sealed.patch.setenv("GITHUB_EVENT_NAME", event_name)

    return begin


def trained(sealed: Sealed) -> str:
    """What `lab reproduce` prints, if it has run every stage; else what it says instead."""
    ran = sealed.type("reproduce")
    assert ran.code == 0, ran.out
    assert ("Running stage 'train'" in ran.out) == ("holds: " in ran.out)
    return "trained" if "holds: " in ran.out else ran.out


def test_a_change_is_not_trained_again_where_the_policy_schedules_it(sealed: Sealed, job):
    sealed.write(POLICY, SCHEDULED)
    sealed.commit("Schedule")
    sealed.git("switch", "--quiet", "--create", "change")
    sealed.write("README.md", "Another word\n")
    sealed.commit("Say another word")
    job("pull_request")
    said = trained(sealed)
    assert "the reproduction is due on the schedule" in said
    assert "/team/mail/actions/workflows/reproduction.yml" in said
    job("schedule")
    assert trained(sealed) == "trained"
    job("workflow_dispatch")
    assert trained(sealed) == "trained"
    sealed.patch.delenv("GITHUB_ACTIONS")
    assert trained(sealed) == "trained"  # whoever types it wants it


def test_a_change_cannot_excuse_itself(sealed: Sealed, job):
    sealed.git("switch", "--quiet", "--create", "change")
    sealed.write(POLICY, SCHEDULED)
    sealed.commit("Schedule")
    job("pull_request")
    assert trained(sealed) == "trained"


def test_nothing_is_due_on_a_schedule_where_each_change_is_trained(sealed: Sealed, job):
    job("schedule")
    assert "Nothing is due on a schedule" in trained(sealed)


def test_the_cost_of_a_fresh_run_is_what_the_last_one_took(sealed: Sealed):
    first, second = (sealed.type("reproduce").out for _ in range(2))
    assert "was not measured on this machine yet" in first
    (took,) = [line for line in first.splitlines() if line.startswith("The fresh run took")]
    assert "train " in took
    assert took.removeprefix("The fresh run took").strip(" .") in second.splitlines()[0]


def test_the_audit_says_that_training_is_scheduled(sealed: Sealed):
    said = "what no run has reproduced yet is taken on trust"
    assert said not in sealed.lab("audit")
    sealed.write(POLICY, SCHEDULED)
    sealed.commit("Schedule")
    assert said in sealed.lab("audit")
