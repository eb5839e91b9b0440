"""What a new record says where nobody does: what it belongs to, its time box, its test set."""

from collections.abc import Mapping
from typing import Any

from ..errors import LabError
from ..records.ids import KPI_NAME, find_id
from ..records.kinds import Kind
from ..records.store import Record, Store
from .iterations import is_open, requirements_of
from .lanes import ACCEPTED, CARDS
from .links import TARGETS
from .one_page import page_of

KPI = "<kpi_name>"  # as the templates write it


def links_of(values: Mapping[str, Any], kind: Kind, store: Store) -> dict[str, Any]:
    """The records that a new one points to: as given, or the only one that it can be.

    Args:
        values: what was given, by its place in the front matter.
        kind: of the new record.
        store: the project.

    Raises:
        LabError: nothing was given, and it could be none or several.
    """
    found: dict[str, Any] = {}
    if "follows" in values:
        found["follows"] = _named(values["follows"], CARDS, store)
    name = next(
        (link for link in ("answers", "proposal") if link in kind.front.__struct_fields__), None
    )
    if name is None:
        return found
    targets = TARGETS[kind.code][name]
    if name in values:
        found |= {name: _named(values[name], targets, store)}
        return found | _requirements(found, kind, store)
    found |= {name: _usual_target(name, targets[0], kind, store)}
    return found | _requirements(found, kind, store)


def _requirements(links: Mapping[str, Any], kind: Kind, store: Store) -> dict[str, Any]:
    """What a rollout serves, where its iteration began with one page and one REQ can be meant."""
    report = store.get(links.get("answers"))
    if kind.code != "ROLL" or report is None or page_of(report, store) is None:
        return {}
    found = _candidates("REQ", store)
    return {"requirements": found[0].id} if len(found) == 1 else {}


def _named(part: str, kinds: tuple[str, ...], store: Store) -> str:
    """The id that a part stands for, among records of these kinds if it is one of theirs."""
    ids = [record.id for record in store.of(*kinds)]
    if any(part.lower() in id_.lower() for id_ in ids):
        return find_id(part, ids)
    return store.find(part).id


def _usual_target(name: str, target: str, kind: Kind, store: Store) -> str | None:
    """What a record belongs to if nobody says it.

    Raises:
        LabError: it could be none, or several.
    """
    found = _candidates(target, store)
    if len(found) == 1:
        return found[0].id
    if kind.code in ("SPK", "EDA"):
        return None
    if not found:
        raise LabError(
            f"{kind.code} records belong to a {target} record, and there is none that is open: "
            f'make it first with lab new {target} "…", or name one with --{name}.'
        )
    shown = "".join(f"\n    --{name} {record.id}" for record in found)
    raise LabError(f"it could belong to {len(found)} records: say to which one.{shown}")


def _candidates(target: str, store: Store) -> list[Record]:
    """What a new record may belong to: accepted, if any is, and not closed."""
    superseded = {id_ for link, id_ in store.pointing if link == "supersedes"}
    found = [record for record in store.of(target) if record.id not in superseded]
    if target == "PROP":
        found = [record for record in found if record.lane != ACCEPTED or is_open(record, store)]
    accepted = [record for record in found if record.lane == ACCEPTED]
    return accepted or found


def about_its_kpi(template: str, values: Mapping[str, Any], store: Store) -> str:
    """A template about the requirements' first KPI, if the record rests on some."""
    target = store.get(values.get("requirements") or values.get("answers"))
    requirements = requirements_of(target, store) if target else None
    name = requirements.front.kpis[0].name if requirements else KPI
    return template.replace(KPI, name) if KPI_NAME.fullmatch(name) else template


def usual_testset(store: Store) -> str:
    """The test set that the newest hypothesis uses; else the newest one; else this month's.

    A retired set is offered to nobody.
    """
    retired = {id_ for id_, testset in store.testsets.items() if testset.retired}
    cards = [card for card in store.of("HYP") if card.front.evaluation.testset not in retired]
    if cards:
        return max(cards, key=lambda card: card.front.created).front.evaluation.testset
    known = [testset for testset in store.testsets.values() if not testset.retired]
    newest = max(known, key=lambda testset: testset.registered.at, default=None)
    return newest.id if newest else f"TS-{store.now:%Y-%m}"


def usual_box(values: Mapping[str, Any], kind: Kind, store: Store) -> int:
    """The time box of a card, in working days, as the policy has it for its kind."""
    boxes = store.policy.timeboxes
    if kind.code == "HYP":
        return getattr(boxes, values.get("change", "algorithm"))
    return {"SPK": boxes.spike, "EDA": boxes.exploration, "TASK": boxes.task}[kind.code]
