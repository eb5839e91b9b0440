"""verdict.json: what the judge found, on what evidence, in a form that can be replayed."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ..records.canonical import digest_of
from ..records.front import Part, Time
from ..records.record import verdict_beside
from ..records.store import Record, Store
from ..records.team import Tell
from ..records.texts import read_strictly

FORMAT = 2  # 1 did not name the tool, and resampled all that is no proportion
Claim = Literal["recipe", "these seeds"]


class Table(Part, frozen=True, kw_only=True):
    """A table that the judge read: its path and its content, as DVC names it."""

    path: str
    md5: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]


class RestsOn(Part, frozen=True, kw_only=True):
    """What a bound rests on; the fields are those of the judge's."""

    unseen: float
    times: float


class Decided(Part, frozen=True, kw_only=True):
    """What became of one criterion; the fields are those of the judge's result."""

    criterion: str
    role: Literal["criterion", "guardrail"]
    metric: str
    slice: str | None
    status: Literal["met", "missed", "unclear"]
    n: int
    estimate: float
    lower: float
    upper: float
    threshold: float
    reference: str | None
    method: str
    needed_n: int | None
    reason: str | None
    seeds: int
    rests_on: RestsOn | None = None


class Tool(Part, frozen=True, kw_only=True):
    """The tool that computed a verdict; `commit` is None where nothing proves one."""

    version: str
    commit: str | None
    digest: Annotated[str, Meta(pattern=r"^v1:[0-9a-f]{64}$")]


class Opening(Part, frozen=True, kw_only=True):
    """How a sealed test set was opened.

    `model` is the content of models/candidate, as DVC names it. `champion` is the hypothesis whose
    model was asked, too. `enclosed` says what kept the predict command from the sealed files; None
    if nothing did. `dry_run` counts the training rows that were predicted before. `tells` says how
    fine the numbers of the verdict are. `parted` says by what the held-out rows were chosen.
    """

    model: str
    champion: str | None
    enclosed: Literal["landlock"] | None
    dry_run: int
    tells: Tell = "steps"
    parted: Literal["name", "time", "column"] = "name"


class Verdict(Part, frozen=True, kw_only=True):
    """The whole verdict. `seal` is a digest of everything else in it.

    `opening` is None where the held-out rows were on show: in a project whose pipeline predicts
    them. `model` is what params.yaml calls the model that was judged; None if it calls it nothing,
    or the verdict is of an earlier version. `tool` is None in a verdict of format 1 alone, which
    has no `claim`, no `alike` and no `rests_on`.
    """

    format: Literal[1, 2]
    id: str
    verdict: Literal["supported", "refuted", "inconclusive"]
    mode: Literal["confirmatory", "exploratory"]
    reasons: list[str]
    at: Time
    by: str
    digest: str
    testset: str
    testset_digest: str
    slot: int
    alpha: str
    resamples: int
    seed: int
    results: Annotated[list[Decided], Meta(min_length=1)]
    commit: str | None
    tables: list[Table]
    counted: dict[str, list[int]]
    status_quo: dict[str, float | None]
    tool: Tool | None = None
    claim: Claim | None = None
    alike: tuple[tuple[int, ...], ...] = ()
    opening: Opening | None = None
    model: str | None = None
    seal: str


def seal_of(content: dict[str, Any]) -> str:
    """The digest of a verdict without its seal."""
    return digest_of({key: value for key, value in content.items() if key != "seal"})


def written(content: dict[str, Any]) -> str:
    """The text of a verdict file, sealed."""
    plain = msgspec.to_builtins(content, enc_hook=_plain)
    return json.dumps(plain | {"seal": seal_of(plain)}, indent=2, ensure_ascii=False) + "\n"


def read(text: str) -> Verdict:
    """A verdict from the text of its file.

    Raises:
        ValueError: it is none, or its seal is broken; the message says which.
    """
    try:
        content = json.loads(text)
        verdict = msgspec.convert(content, Verdict)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise ValueError(f"it is not what the judge writes ({error})") from None
    if ("tool" in content, verdict.tool is not None) != (verdict.format > 1,) * 2:
        raise ValueError("it is not what the judge writes (only format 1 names no tool)")
    if content["seal"] != seal_of(content):
        raise ValueError("its seal is broken: somebody changed it after the judge")
    return verdict


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a verdict")


def by_tool(verdicts: Iterable[Verdict]) -> dict[Tool | None, list[Verdict]]:
    """Verdicts by the tool that computed them, the latest tool first; None did not say so yet."""
    groups: dict[Tool | None, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda verdict: verdict.at, reverse=True):
        groups.setdefault(verdict.tool, []).append(verdict)
    return groups


def path_of(record: Record) -> str:
    """Where a card's verdict lies."""
    return verdict_beside(record.path)


def verdict_of(record: Record, store: Store) -> Verdict | str:
    """A card's verdict, or what is wrong with its file."""
    text, faults = read_strictly(store.root / path_of(record))
    if text is None:
        return faults[0].message
    try:
        return read(text)
    except ValueError as error:
        return str(error)
