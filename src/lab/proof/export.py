"""What a project believes, decides and has learned, as one document for readers outside of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from .. import git
from ..errors import LabError
from ..process.attention import needs
from ..process.lanes import CARDS, DONE
from ..process.learnings import learnings
from ..records.answers import read_origin
from ..records.record import Record
from ..records.state import About, Belief, Blocked, Lesson, Spent, State, Taken, Waiting
from ..records.store import Store
from .locks import slots
from .tool import tool_in_use


def state_of(store: Store) -> State:
    """The state of a project at the store's moment."""
    return State(
        as_of=store.now,
        tool=tool_in_use().version,
        project=_about(store),
        beliefs=[_belief(record) for record in store.of("HYP")],
        decisions=sorted(_decisions(store), key=lambda taken: taken.on, reverse=True),
        learnings=[
            Lesson(**{name: lesson[name] for name in Lesson.__struct_fields__})
            for lesson in learnings(store)
        ],
        blocked=list(_blocked(store)),
        waiting=[
            Waiting(
                what=need.what,
                who=list(need.who),
                since=need.since,
                record=need.record,
                urgent=need.urgent,
            )
            for need in needs(store)
        ],
        testsets=[
            Spent(
                id=testset.id,
                examples=testset.examples,
                budget=testset.budget,
                taken=len(slots(store, testset.id)),
                retired=testset.retired is not None,
                sealed=testset.sealed,
            )
            for testset in store.testsets.values()
        ],
        unread=len(store.unread),
    )


def _about(store: Store) -> About:
    try:
        origin = read_origin(store.root)
    except LabError:
        origin = None
    answers = origin.answers if origin else {}
    return About(
        name=str(answers.get("project_name") or store.root.resolve().name),
        description=str(answers.get("description") or ""),
        address=_address(store.root),
        commit=_commit(store.root),
        risk=store.policy.risk,
        template=without_password(origin.source) if origin else None,
        version=origin.version if origin else None,
    )


def _belief(record: Record) -> Belief:
    front = record.front
    return Belief(
        id=record.id,
        title=front.title,
        believes=f"{front.story.we_believe} will result in {front.story.will_result_in}",
        criteria=[*front.criteria, *front.guardrails],
        owner=front.owner,
        lane=record.lane,
        since=front.history[-1].at,
        prior=float(front.prior),
        testset=front.evaluation.testset,
        outcome=front.outcome,
        blocked=next((block.why for block in front.blocked if block.until is None), None),
    )


def _blocked(store: Store) -> Iterator[Blocked]:
    for record in store.of(*CARDS):
        for block in record.front.blocked if record.lane != DONE else ():
            if block.until is None:
                front = record.front
                yield Blocked(
                    id=record.id,
                    title=front.title,
                    owner=front.owner,
                    since=block.at,
                    why=block.why,
                )


def _decisions(store: Store) -> Iterator[Taken]:
    for record in store.of("REP"):
        front, decision = record.front, record.front.decision
        if decision.choice and decision.by and decision.on and decision.because:
            yield Taken(
                id=record.id,
                title=front.title,
                choice=decision.choice,
                by=decision.by,
                on=decision.on,
                because=decision.because,
                gate=front.gate,
            )


def _address(root: Path) -> str | None:
    """The repository's address as a browser takes it; None where it has none."""
    try:
        url = git.setting(root, "remote.origin.url") or ""
    except git.GitError:
        return None
    if found := re.fullmatch(r"(?:ssh://)?[\w.-]+@([\w.-]+)(?::\d+/|[:/])(?P<path>.+)", url):
        url = f"https://{found[1]}/{found['path']}"
    return without_password(url).removesuffix(".git") if url.startswith("https://") else None


def without_password(address: str) -> str:
    """An address without what somebody may have put before its host to get in."""
    parts = urlsplit(address) if "://" in address else None
    if parts is None or "@" not in parts.netloc or parts.scheme == "ssh":
        return address
    return address.replace(f"{parts.netloc.rpartition('@')[0]}@", "", 1)


def _commit(root: Path) -> str | None:
    try:
        return git.commit_id(root, "HEAD")
    except git.GitError:
        return None
