"""TEA: who works here, by which numbers, with which exceptions."""

from collections import Counter
from collections.abc import Iterator

from ..process import codeowners
from ..process.clock import retro_due
from ..process.lanes import CARDS, DONE
from ..records.people import PEOPLE, Held
from ..records.store import Record, Store
from ..records.team import POLICY, WAIVERS
from ..records.texts import read_strictly
from .registry import RULES, UNWAIVABLE, Found, rule


@rule("TEA001", remedy="Compare team/people.yml with its JSON Schema, lab/schemas/people.json.")
def people(store: Store) -> Iterator[Found]:
    """team/people.yml says who works here, strictly.

    Owners, reviewers and deciders are looked up in it.
    """
    if not store.people and not any(finding.code == "TEA001" for finding in store.findings):
        yield Found(
            "the file is missing", 1, "List everybody with handle, name and roles.", None, PEOPLE
        )


@rule("TEA002", remedy="Give somebody the role `product owner`; it may be one of several.")
def product_owner(store: Store) -> Iterator[Found]:
    """Somebody is the product owner.

    Without one nobody says what comes first, and nobody speaks for the customer.
    """
    if store.people and not store.with_role("product owner"):
        yield Found("nobody is the product owner", ("people",), path=PEOPLE)


@rule(
    "TEA003",
    remedy="Give everybody a `group`, so that each group can deliver on its own.",
    level="warning",
)
def small_groups(store: Store) -> Iterator[Found]:
    """No group is larger than the largest in team/policy.yml: seven people, if nobody changed it.

    Above that people no longer know what the others do, and a stand-up becomes a meeting.
    """
    most = store.policy.largest_group
    sizes = Counter(person.group for person in store.team())
    for group, size in sizes.items():
        if size > most:
            name = f"the group {group}" if group else "the team"
            yield Found(
                f"{name} has {size} people, and {most} is the most", ("people",), path=PEOPLE
            )


@rule(
    "TEA004",
    remedy="Name under `backups` who has done this work at least once.",
    level="warning",
    high="error",
)
def backups(store: Store) -> Iterator[Found]:
    """Everybody has a backup who knows the work.

    What only one person can do stops when that person is ill. A team of one has nobody to ask.
    """
    if store.alone:
        return
    team = {person.handle for person in store.team()}
    for number, person in enumerate(store.people):
        if person.handle not in team:
            continue
        at = ("people", number, "backups")
        others = [handle for handle in person.backups if handle != person.handle]
        unknown = [handle for handle in others if handle not in store.handles]
        if unknown:
            yield Found(f"nobody has the handle {unknown[0]}", at, path=PEOPLE)
        elif not team & {*others}:
            yield Found(f"nobody can stand in for {person.handle}", at, path=PEOPLE)


@rule("TEA005", remedy="Compare team/policy.yml with its JSON Schema, lab/schemas/policy.json.")
def policy(store: Store) -> Iterator[Found]:
    """team/policy.yml holds the team's numbers, strictly, and names rules and groups that exist.

    A missing key has its default. A misspelt one would be a rule that the team believes to have.
    """
    known = {person.group for person in store.people}
    for group in store.policy.groups:
        if group not in known:
            remedy = "Write it as people.yml does, or take it out."
            yield Found(f"nobody is in the group {group}", ("groups", group), remedy, None, POLICY)
    for code in store.policy.levels:
        if code not in RULES:
            yield Found(
                f"unknown rule {code}",
                ("levels", code),
                "`lab check --list` shows all.",
                None,
                POLICY,
            )
        elif code in UNWAIVABLE:
            remedy = "Take the line out: the other rules rest on this one."
            yield Found(f"{code} is always taken as it is", ("levels", code), remedy, None, POLICY)


@rule("TEA006", remedy="Fix what was waived, or agree on a new date.")
def waivers(store: Store) -> Iterator[Found]:
    """A waiver names a rule and a record that exist, and its end date is not over.

    Honest about what does not fit, for a while. An exception without an end is a rule that
    nobody wrote down.
    """
    for number, waiver in enumerate(store.waivers):
        at = ("waivers", number)
        if waiver.rule not in RULES:
            yield Found(f"unknown rule {waiver.rule}", (*at, "rule"), path=WAIVERS)
        elif waiver.rule in UNWAIVABLE:
            yield Found(f"{waiver.rule} cannot be waived", (*at, "rule"), path=WAIVERS)
        elif not _exists(waiver.record, store):
            yield Found(
                f"{waiver.record} is neither a record nor a file", (*at, "record"), path=WAIVERS
            )
        elif store.handles and waiver.owner not in store.handles:
            yield Found(f"nobody has the handle {waiver.owner}", (*at, "owner"), path=WAIVERS)
        elif waiver.until <= store.now:
            yield Found(
                f"the waiver of {waiver.rule} for {waiver.record} ended on {waiver.until:%Y-%m-%d}",
                (*at, "until"),
                path=WAIVERS,
            )


def _exists(name: str, store: Store) -> bool:
    """Is this the id of a record, or the path of a file?"""
    if name in store.records or name in store.unread:
        return True
    try:
        return (store.root / name).is_file()
    except (OSError, ValueError):  # no system would take it for a name
        return False


@rule("TEA007", remedy='Hold one: `lab new RET "…"`.', level="warning")
def retros(store: Store) -> Iterator[Found]:
    """The last retro is not longer ago than team/policy.yml says: 31 days, if nobody changed it.

    It looks wider than one experiment. It counts from the first card that was started.
    """
    due = retro_due(store)
    if due and store.now > due:
        ago = (store.now - due).days + store.policy.reminders.retro
        held = (
            "the last retro was"
            if store.of("RET")
            else "no retro was held, and the first card started"
        )
        yield Found(f"{held} {ago} days ago", 1, path="team/retros/README.md")


@rule("TEA008", remedy="Give each person one entry.")
def one_entry_each(store: Store) -> Iterator[Found]:
    """Every handle stands in team/people.yml once.

    Two people behind one handle could review their own work.
    """
    seen: set[str] = set()
    for number, person in enumerate(store.people):
        if person.handle.lower() in seen:
            yield Found(
                f"{person.handle} stands here twice", ("people", number, "handle"), path=PEOPLE
            )
        seen.add(person.handle.lower())


@rule("TEA009", remedy="Run `lab forge codeowners`, and commit it.", level="warning", high="error")
def owners(store: Store) -> Iterator[Found]:
    """CODEOWNERS asks those for reviews who have the roles in team/people.yml.

    Whoever joined, left or changed roles is otherwise never asked, or asked for ever. A team that
    writes the file itself takes the two marks out.
    """
    text, _ = read_strictly(store.root / codeowners.PATH)
    if not store.people or text is None or not codeowners.has_marks(text):
        return
    if text != codeowners.renewed(text, store.people, store.now):
        line = text.split("\n").index(codeowners.BEGIN) + 1
        yield Found("it is not what team/people.yml says", line, path=codeowners.PATH)


@rule(
    "TEA010",
    remedy="Give it to somebody who is here: write their handle into `owner`.",
    level="warning",
)
def owned_by_somebody_here(store: Store) -> Iterator[Found]:
    """An open card belongs to somebody who is on the team.

    Whoever has left does not finish it, and nobody else knows that it waits.
    """
    team = {person.handle for person in store.team()}
    for record in store.of(*CARDS):
        owner = record.front.owner
        if record.lane != DONE and owner in store.handles and owner not in team:
            yield Found(f"{owner} is not on the team", ("owner",), record=record)


@rule("TEA011", remedy="Correct the days: the first comes before the last.")
def spans(store: Store) -> Iterator[Found]:
    """What has a first and a last day in team/people.yml begins before it ends.

    Who did what is judged by who people were then, and these days say it.
    """
    for number, person in enumerate(store.people):
        at = ("people", number)
        spans = {at: person}
        spans |= {(*at, "away", n): absence for n, absence in enumerate(person.away)}
        spans |= {
            (*at, "roles", n): held for n, held in enumerate(person.roles) if isinstance(held, Held)
        }
        for where, span in spans.items():
            if span.begin and span.until and span.until < span.begin:
                yield Found(f"it ends on {span.until}, before {span.begin}", where, path=PEOPLE)


@rule("TEA012", "RET", remedy='Say it with `lab action {id} N --done "…"`.')
def actions_that_ended(record: Record, store: Store) -> Iterator[Found]:
    """An action of a retro that is not open any more says what came of it.

    The next retro begins with it: what helped is kept, and what did not is known.
    """
    for number, action in enumerate(record.front.actions):
        if action.state != "open" and not action.result:
            yield Found(f"an action is {action.state}, and nobody says how", ("actions", number))
