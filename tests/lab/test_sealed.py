"""Attacks on a sealed held-out set: each is refused, red or exploratory with its reason."""

from collections.abc import Callable

import pytest
from playing import PROP
from proving import INDEX
from sealing import HYP, Sealed

PEOPLE = "team/people.yml"
AMENDED = ("--why", "It matters more", "--impact", "Another bar", "--results-seen", "no")


def bent(sealed: Sealed, *names: str) -> None:
    """Let the judge see nothing of what some functions would tell it, and judge."""
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(name, lambda *_: [])
        sealed.judged()


def weaker_status_quo(sealed: Sealed) -> None:
    sealed.revise("params.yaml", "size > 80", "size > 99")


def other_values(sealed: Sealed) -> None:
    sealed.revise("params.yaml", "good: {bad: -5", "good: {bad: -1")


def larger_panel(sealed: Sealed) -> None:
    sealed.revise(PEOPLE, "roles: [machine-learning engineer]", "roles: [sponsor]")


def other_items(sealed: Sealed) -> None:
    sealed.write("team/items/form.txt", "\n".join(f"item-{number}" for number in range(5)))


def other_champion(sealed: Sealed) -> None:
    sealed.revise("params.yaml", "champion: null", "champion: HYP-20261101-weak")


def test_an_honest_opening_holds(sealed: Sealed):
    found = sealed.opened()
    assert (found["verdict"], found["mode"]) == ("supported", "confirmatory"), found["reasons"]
    assert set(found["opening"]) == {"model", "champion", "enclosed", "dry_run"}
    sealed.green()


@pytest.mark.parametrize(
    ("criterion", "change", "said"),
    [
        ("recall > status_quo + 0.3", weaker_status_quo, "`status_quo` in params.yaml"),
        ("kpi > 1", other_values, "`lift` in params.yaml, what a decision is worth"),
        ("panel(sponsor) >= 2 of 2", larger_panel, "who is on the panel of the sponsor"),
        ("share(form) > 0.5", other_items, "the items in team/items/form.txt"),
        ("recall > champion", other_champion, "the champion"),
    ],
)
@pytest.mark.parametrize("by", ["start", "amend"])
def test_what_the_answer_depends_on_changes_after_the_lock(
    sealed: Sealed, criterion: str, change: Callable[[Sealed], None], said: str, by: str
):
    sealed.write("team/items/form.txt", "\n".join(f"item-{number}" for number in range(99)))
    sealed.revise(PEOPLE, "roles: [data scientist], backups", "roles: [sponsor], backups")
    sealed.change(PROP, "secondary: [precision]", "secondary: [precision, kpi]")
    if by == "start":
        sealed.change(HYP, "  - precision > 0.50\n", f"  - {criterion}\n")
        sealed.commit("Promise")
        sealed.locked()
    else:
        sealed.locked()
        sealed.lab("amend", "linear", "--guardrail", criterion, *AMENDED)
        sealed.commit("Amend")
    change(sealed)
    sealed.repro()
    sealed.commit("Change")
    assert f"{said} changed since" in sealed.refused("judge", "linear")
    if "share" in criterion or "panel" in criterion or "champion" in criterion:
        return  # the bent judge has no votes, results or champion to count
    bent(sealed, "lab.proof.judgement.broken_terms")
    sealed.exposed(f"{said} changed between the lock and the verdict")


@pytest.mark.parametrize("terms", ["null", "{}"])
def test_a_lock_whose_terms_were_taken_out(sealed: Sealed, terms: str):
    sealed.lab("testset", "register", "TS-2026-11")
    sealed.commit("Register")
    sealed.lab("start", "linear")
    text = sealed.text(HYP)
    head, _, tail = text.partition("terms:")
    _, _, rest = tail.partition("}")
    sealed.write(INDEX, f"{head}terms: {terms}{rest}")
    sealed.commit("Start")
    assert "changed since" in sealed.refused("judge", "linear")
    bent(sealed, "lab.proof.judgement.broken_terms")
    sealed.exposed("changed between the lock and the verdict")
