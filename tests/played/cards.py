"""How cards live: from the day on which they are written to wherever they come."""

from collections.abc import Sequence
from datetime import datetime

from .ideas import Idea
from .world import Life, World, moment, workday, workday_before

OUTCOME = "a patient with a malignant biopsy hears the result sooner"
EARLY, LATE = "TS-2026-07", "TS-2026-09"
EXAMPLES_IN = {EARLY: 240, LATE: 293}
TLDR = (
    "We believe that {}. If it holds, fewer tumours wait in the slow queue; "
    "if not, we stop looking there. A pathologist still reads every biopsy."
)


def hypothesis(world: World, idea: Idea, prop: str) -> Life:
    """A card from its first day to wherever it comes."""
    begin, by = moment(idea.start), idea.owner
    early = prop in ("first-triage", "doctors-screen") or "early" in idea.extra
    testset = EARLY if early else LATE
    rows = EXAMPLES_IN[testset]
    yield workday_before(begin)
    card = world.new(
        by, "HYP", idea.title, idea.slug, "--proposal", prop, "--testset", testset,
        "--size", idea.size, "--timebox", str(idea.timebox), "--change", idea.change,
        "--believe", idea.title[0].lower() + idea.title[1:],
        "--result", "more tumours in the fast queue", "--value", OUTCOME,
        "--reduces", "uncertainty", "--prior", idea.prior,
        "--tldr", TLDR.format(idea.title[0].lower() + idea.title[1:]),
        *(("--follows", idea.follows) if idea.follows else ()),
        *(word for text in idea.criteria for word in ("--criterion", text)),
        *(word for text in idea.guardrails for word in ("--guardrail", text)),
    )  # fmt: skip
    if "unprioritised" in idea.extra:
        return
    concern = ("--concern", "May patients be told?") if idea.size == "L" else ()
    world.lab(
        world.product_owner, "prioritise", card, "3" if idea.end == "to do" else "1", *concern
    )
    if "waits" in idea.extra:
        world.change(
            card, "outcome: null", "depends_on: [HYP-20261109-two-scanners]\noutcome: null"
        )
    if idea.end == "to do":
        return
    yield begin
    if not (world.root / f"team/testsets/{testset}.yml").exists():
        world.experiment(f"before {testset}", 0, 0, rows)
        world.lab("dee", "testset", "register", testset)
        world.commit(f"Register {testset}")
    world.lab(by, "start", card, "--agreed", world.product_owner)
    world.commit(f"Start {card}")
    yield workday(begin, 1)
    world.lab(by, "log", card, "First look: the training rows only. Nothing surprising yet.")
    yield from _on_the_way(world, idea, card, begin)
    if idea.end == "test":
        return
    yield workday(begin, idea.days)
    if idea.end == "abandoned":
        world.lab(
            by, "close", card, "--why", "there are no hands for it", "--learned", idea.learned
        )
        world.commit(f"Close {card}")
        return
    world.experiment(card, idea.missed or 0, idea.alarms, rows)
    world.commit(f"Run {card}")
    panel = any("panel" in text for text in idea.criteria)
    world.lab(by, "judge", card, *(("--panel-closed", "Cem is at sea.") if panel else ()))
    world.commit(f"Judge {card}")
    if idea.end == "judged":
        return
    yield from _reviewed(world, idea, card, rows, workday(begin, idea.days + 1))


def _on_the_way(world: World, idea: Idea, card: str, begin: datetime) -> Life:
    """What happens while a card is tested."""
    by = idea.owner
    if any("panel" in one for one in idea.criteria):
        voters = (world.product_owner, "ann", "bob", "dee", "fay")[
            : 2 if "ballots" in idea.extra else 5
        ]
        for number, voter in enumerate(voters):
            world.lab(voter, "vote", card, "no" if number == 1 else "yes", "--why",
                      "I would look at the doubtful ones first.")  # fmt: skip
        world.commit(f"Vote on {card}")
    if "asks" in idea.extra:
        for day in (2, 3, 4, 6):
            yield workday(begin, day)
            world.lab(by, "log", card, f"Day {day}: the archive answers slowly.\n\n"
                      "| year | biopsies |\n|---|---:|\n| 2018 | 40 |\n| 2019 | 52 |\n\n"
                      "@dee, can the export run at night?")  # fmt: skip
    if "blocked" in idea.extra:
        yield workday(begin, 2)
        world.lab(by, "block", card, "--why", "the slides are at the other hospital")
    if "extended" in idea.extra:
        yield workday(begin, 1)
        world.lab(by, "amend", card, "--timebox", "8", "--why", "two days lost to the cluster",
                  "--impact", "none on the criteria", "--results-seen", "no")  # fmt: skip
        world.commit(f"Amend {card}")
    if "seen" in idea.extra:
        yield workday(begin, 2)
        world.lab(by, "amend", card, "--criterion", "recall > 0.80", "--why",
                  "0.85 was a slip of the pen", "--impact", "an easier bar",
                  "--results-seen", "yes")  # fmt: skip
        world.commit(f"Amend {card}")


def _reviewed(world: World, idea: Idea, card: str, rows: int, when: datetime) -> Life:
    """From the review to done, as far as the card comes."""
    reviewer = "bob" if idea.owner == "ann" else "ann"
    yield when
    learned = ("--learned", idea.learned)
    unshipped = ("--not-shipped", "Doctors want to see why.") if idea.end == "not shipped" else ()
    if idea.size == "L":
        world.lab(reviewer, "review", card, "--changes", "Say which depth was tried.")
        yield workday(when, 1)
        world.experiment(card, idea.missed or 0, idea.alarms, rows)
        world.lab(idea.owner, "judge", card)
        world.commit(f"Judge {card} again")
        world.lab(idea.owner, "answer", card, "Yes, by their doctor, and not by the list.")
    world.tick(card)
    world.lab(reviewer, "review", card, "--approve", *learned, *unshipped)
    world.commit(f"Review {card}")
    if idea.end == "update" or "update model" not in world.body(card).read_text("utf-8"):
        return
    yield workday(when, 2)
    world.lab(idea.owner, "move", card, "code review update model")
    if idea.end == "update review":
        return
    yield workday(when, 3)
    world.lab(reviewer, "review", card, "--approve", "--why", "Clean.")
    if "champion" in idea.extra:
        world.crown(card)
    world.commit(f"Ship {card}")


def _short_card(
    world: World, kind: str, slug: str, title: str, start: str, days: int | None, by: str,
    *options: str, ends: Sequence[str] = (), lane: str = "review",
) -> Life:  # fmt: skip
    """A card of another kind; `days` is how long it is in work, None for not begun."""
    begin = moment(start)
    yield workday_before(begin)
    card = world.new(by, kind, title, slug, "--size", "S", "--timebox", "3", "--tldr",
                     f"{title}: a few days for what others wait for.", *options)  # fmt: skip
    world.lab(world.product_owner, "prioritise", card, "2")
    if days is None:
        return
    yield begin
    world.lab(by, "start", card)
    world.lab(by, "log", card, "Begun.")
    if lane == "working":
        return
    yield workday(begin, days)
    if not ends:
        world.lab(by, "close", card, "--why", "the question went away", "--learned",
                  "Ask twice whether somebody still waits.")  # fmt: skip
        return
    world.lab(by, "move", card, "review", *ends)
    if lane == "in review":
        return
    yield workday(begin, days + 1)
    world.tick(card)
    world.lab("ann" if by != "ann" else "cem", "review", card, "--approve", "--learned",
              f"{title}: easier than we had thought.")  # fmt: skip
    world.commit(f"Finish {card}")


def spikes(world: World) -> list[Life]:
    def spike(slug: str, title: str, *more: object, outcome: str = "feasible", **kept: str) -> Life:
        ends = ("--outcome", outcome, "--answer", "Yes, for nine of ten.") if outcome else ()
        return _short_card(world, "SPK", slug, title, *more, "--question", f"{title}?",  # type: ignore[arg-type]
                           ends=ends, **kept)  # type: ignore[arg-type]  # fmt: skip

    return [
        spike("night-export", "Can the archive be exported at night", "07-07 09:00", 2, "dee"),
        spike("one-number", "Can the laboratory's screen show one number", "08-05 09:00", 1, "fay"),
        spike("phone-photos", "Do photos of a slide suffice", "09-09 09:00", 2, "bob",
              outcome="not feasible"),
        spike("cheaper-reader", "Would a cheaper reader do", "09-10 09:00", 2, "cem", outcome=""),
        spike("scanner-settings", "Who knows the scanner's settings", "11-16 10:00", 1, "dee",
              "--proposal", "both-scanners", lane="in review"),
    ]  # fmt: skip


def explorations(world: World) -> list[Life]:
    def look(slug: str, title: str, *more: object, **kept: object) -> Life:
        return _short_card(world, "EDA", slug, title, *more,  # type: ignore[arg-type]
                           ends=("--outcome", "explored"), **kept)  # type: ignore[arg-type]  # fmt: skip

    return [
        look("archive", "What is in the archive", "07-08 09:00", 2, "ann"),
        look("two-radii", "How far apart the two radii are", "10-28 09:00", 2, "bob"),
        look("missing-slides", "Which slides are missing", "11-18 09:00", None, "cem",
             "--proposal", "both-scanners"),
    ]  # fmt: skip


def tasks(world: World) -> list[Life]:
    def task(slug: str, title: str, *more: object, **kept: object) -> Life:
        return _short_card(world, "TASK", slug, title, *more,  # type: ignore[arg-type]
                           ends=("--outcome", "delivered"), **kept)  # type: ignore[arg-type]  # fmt: skip

    return [
        task("interface-stub", "A stub answers the laboratory", "07-20 09:00", 2, "fay"),
        task("queue-service", "The queue is sorted by a service", "08-24 09:00", 3, "cem"),
        task("drift-alarm", "An alarm when the inputs drift", "10-05 09:00", 3, "dee"),
        task("one-click-back", "One click takes the model back", "10-12 09:00", 2, "fay"),
        task("radius-correction", "The radius is corrected at the door", "11-18 09:00", 1, "cem",
             lane="working"),
    ]  # fmt: skip
