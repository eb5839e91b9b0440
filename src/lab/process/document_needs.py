"""What documents ask for: a report, an acceptance, another look."""

from collections.abc import Iterator

from ..records.store import Store
from ..records.templates import PLACEHOLDER
from .iterations import (
    cards_of,
    ends_on,
    open_iterations,
    replaced_by,
    report_of,
    requirements_of,
)
from .lanes import DONE, DRAFT
from .need import Need, begin_of, of_owner


def reports(store: Store) -> Iterator[Need]:
    """Iterations whose time is over, and that nobody has reported on."""
    for proposal in open_iterations(store):
        end = ends_on(proposal, store)
        if end is None or store.now.date() <= end:
            continue
        report, over = report_of(proposal, store), f"the iteration's time box ended on {end}, and "
        if report is None:
            do = f"lab report {proposal.id}"
            yield of_owner(proposal, store, f"{over}there is no report", begin_of(end), do)
        elif PLACEHOLDER.search(report.yaml):
            what, do = f"{over}its report is not written yet", f"write {report.path}"
            yield of_owner(report, store, what, begin_of(end), do)


def drafts(store: Store) -> Iterator[Need]:
    """Documents that are written and wait for their signature or their decision."""
    roles = {"REQ": "sponsor"}
    words = {"REP": "waits for a decision"}
    for record in store.of("REQ", "NEED", "LIFT", "PROP", "REP", "ROLL", "RET"):
        if record.lane != DRAFT or PLACEHOLDER.search(record.yaml):
            continue
        code = record.kind.code
        who = store.with_role(roles.get(code, "product owner")) or store.with_role("product owner")
        command = "decide {} CHOICE --because …" if code == "REP" else "review {} --approve"
        yield Need(
            words.get(code, "waits to be accepted"),
            tuple(who),
            record.front.history[-1].at,
            record.id,
            f"lab {command.format(record.id)}",
        )


def overtaken(store: Store) -> Iterator[Need]:
    """Open iterations on requirements that were replaced, and cards of a stopped one."""
    owners = tuple(store.with_role("product owner"))
    for proposal in open_iterations(store):
        requirements = requirements_of(proposal, store)
        newer = replaced_by(requirements, store) if requirements else None
        if requirements and newer:
            what = f"rests on {requirements.id}, which {newer.id} replaces"
            do = f"lab decide {proposal.id} stop --because …, or a new NEED that supersedes its own"
            yield Need(what, owners, newer.front.history[-1].at, proposal.id, do)
    for proposal in store.of("PROP"):
        stopped = proposal.front.stopped
        if stopped is None:
            continue
        for card in cards_of(proposal, store):
            if card.lane != DONE:
                do = f"lab close {card.id} --why … --learned …"
                yield of_owner(card, store, "its iteration was stopped", stopped.at, do)
        if report_of(proposal, store) is None:
            do = f"lab report {proposal.id}"
            yield of_owner(proposal, store, "was stopped, without a report", stopped.at, do)


def revisits(store: Store) -> Iterator[Need]:
    """What was to be looked at again by now."""
    owners = tuple(store.with_role("product owner"))
    for record in store.records.values():
        again = record.front.revisit_on
        later = any((link, record.id) in store.pointing for link in ("follows", "supersedes"))
        if again and again <= store.now and not later:
            do = f"lab show {record.id}"
            yield Need("was to be looked at again", owners, again, record.id, do)
