"""What a team of eight did in half a year: fifty-odd records of all kinds, in every state.

Three iterations are closed, one runs. The clinic's product went live after the second one, and was
taken back once; a second rollout failed its split test. In October another product owner came.
Whatever is not in order on the last day is meant so: see `LOOSE_ENDS`.
"""

import random
from datetime import datetime, timedelta
from pathlib import Path

from lab.records.edits import stamp

from .cards import EARLY, OUTCOME, explorations, hypothesis, spikes, tasks
from .ideas import FIRST, FOURTH, SECOND, THIRD
from .world import Life, World, moment, set_up, workday

NOW = moment("11-19 12:00")  # a Thursday
PEOPLE = """\
people:
  - {handle: eve, name: Eve Okafor, roles: [sponsor], backups: [gus]}
  - handle: pia
    name: Pia Lindqvist
    roles: [product owner]
    backups: [ann]
    until: "2026-10-18"
  - handle: gus
    name: Gus Abara
    roles: [{role: product owner, from: "2026-10-19"}, software engineer]
    backups: [eve]
    from: "2026-07-01"
  - {handle: ann, name: Ann Example, roles: [data scientist], backups: [bob]}
  - {handle: bob, name: Bob Müller, roles: [data scientist], backups: [ann, cem]}
  - {handle: cem, name: Cem Öztürk, roles: [machine-learning engineer], backups: [dee]}
  - {handle: dee, name: 吉田 Dee, roles: [data engineer, platform engineer], backups: [cem]}
  - {handle: fay, name: Fay O'Neill, roles: [software engineer], backups: []}
"""
WAIVERS = """\
waivers:
  - rule: TEA004
    record: team/people.yml
    reason: Fay is the only one who knows the laboratory's screens until the spring.
    owner: gus
    until: "2027-03-01T09:00:00Z"
"""


# All that `lab check` warns of on the last day: a card that is over its time box.
LOOSE_ENDS = ["FLO004"]


def make_world(template: Path, root: Path) -> World:
    """The project as it is on the last day; everything in it is committed."""
    world = set_up(template, root)
    world.write("team/people.yml", PEOPLE)
    world.write("team/waivers.yml", WAIVERS)
    world.now = moment("07-01 08:00")
    world.lab("pia", "forge", "codeowners")
    world.commit("A fresh project")
    world.play(
        _foundations(world),
        _iteration(world, "first-triage", "07-06 09:00", "Do thirty measurements sort biopsies "
                   "better than one?", "07-28 15:00", "invest", "passed"),
        _iteration(world, "doctors-screen", "08-03 09:00", "Which answer would doctors use?",
                   "08-26 15:00", "deploy", "passed"),
        _iteration(world, "second-hospital", "09-07 09:00", "Does it hold in the other hospital?",
                   "09-30 15:00", "pivot", "not passed"),
        _iteration(world, "both-scanners", "11-02 09:00", "Can one model serve both scanners?"),
        *(hypothesis(world, one, "first-triage") for one in FIRST),
        *(hypothesis(world, one, "doctors-screen") for one in SECOND),
        *(hypothesis(world, one, "second-hospital") for one in THIRD),
        *(hypothesis(world, one, "both-scanners") for one in FOURTH),
        *spikes(world),
        *explorations(world),
        *tasks(world),
        *_retros(world),
        _launch(world),
        _failed_launch(world),
        _retirement(world),
        _handover(world),
    )  # fmt: skip
    world.now = NOW
    world.back_to_the_real_one()
    world.commit("The last day")
    return world


def _foundations(world: World) -> Life:
    """Requirements, a needs assessment, a lift; later the requirements are written anew."""
    yield moment("07-01 09:00")
    world.lab("ann", "testset", "list")
    kpis = {"name": "tumours_read_late", "means": "per 100 malignant biopsies", "better": "lower"}
    req = world.new("pia", "REQ", "Read the most worrying biopsies first", "worrying-first",
                    customer_outcome=OUTCOME, tldr="Biopsies wait in two queues. Some tumours "
                    "land in the slow one. We want fewer of them there.", **kpis)  # fmt: skip
    yield moment("07-01 15:00")
    world.lab("eve", "review", req, "--approve")
    need = world.new("ann", "NEED", "A rule of thumb sorts biopsies today", "one-number-rule",
                     "--answers", req, "--tldr", "One number decides which queue a biopsy joins; "
                     "it is wrong for one tumour in eight.")  # fmt: skip
    _weigh(world, need)
    yield moment("07-02 10:00")
    world.lab("pia", "review", need, "--approve")
    lift = world.new("ann", "LIFT", "A perfect order would be worth 4 points per biopsy",
                     "perfect-order", "--answers", need, "--kpi", "tumours_read_late", "--tldr",
                     "Between the rule of today and a perfect order lie 4 points for each "
                     "biopsy.")  # fmt: skip
    world.lab("ann", "lift", lift)
    yield moment("07-02 16:00")
    world.lab("pia", "review", lift, "--approve")
    world.commit("Foundations")
    yield moment("10-20 09:00")
    world.lab("ann", "lift", lift, "--realised", "6.2")
    world.commit("Measure the lift in use")
    yield moment("10-26 09:00")
    newer = world.new("gus", "REQ", "Two hospitals read the most worrying biopsies first",
                      "two-hospitals", customer_outcome=OUTCOME + " in both hospitals",
                      supersedes=req, tldr="The second hospital joins, and its scanner is another "
                      "one.", **kpis)  # fmt: skip
    yield moment("10-26 15:00")
    world.lab("eve", "review", newer, "--approve")
    again = world.new("bob", "NEED", "Two scanners do not measure the same", "two-scanners",
                      "--answers", newer, "--tldr", "The same biopsy gets another radius in the "
                      "other hospital.")  # fmt: skip
    _weigh(world, again)
    yield moment("10-27 15:00")
    world.lab(world.product_owner, "review", again, "--approve")
    second = world.new("bob", "LIFT", "What the second hospital could gain", "second-hospital",
                       "--answers", again, "--kpi", "tumours_read_late", "--tldr",
                       "We have not estimated it yet.")  # fmt: skip
    world.commit(f"Write {second}")


def _weigh(world: World, need: str) -> None:
    world.change(need, "| | | | |", "| keep the rule | no | costs nothing | wrong too often |\n"
                 "| two rules | no | easy to explain | nobody agrees on the second |\n"
                 "| a linear model | yes | uses it all | has to be watched |")  # fmt: skip


def _iteration(
    world: World, slug: str, start: str, question: str,
    end: str | None = None, choice: str = "", gate: str = "",
) -> Life:  # fmt: skip
    """A proposal, accepted; at the end a report with a decision."""
    yield moment(start)
    need = "one-number-rule" if start < "10" else "two-scanners"
    prop = world.new(
        "ann", "PROP", question.replace("?", ", in three weeks"), slug, "--answers", need,
        "--question", question, "--kpi", "tumours_read_late", "--timebox", "15", "--tldr",
        f"Three weeks for one question: {question} Whatever comes out is written down.",
        criterion="recall > 0.85", then="show it to three more doctors",
        primary="recall", secondary="[precision, roc_auc, log_loss]", guardrail="[precision]",
        design_session=f'{{at: "{stamp(moment(start))}", attended: [ann, bob, cem]}}',
        **{"else": "keep the rule of today"},
    )  # fmt: skip
    yield workday(moment(start), 1)
    world.lab(world.product_owner, "review", prop, "--approve")
    world.commit(f"Accept {prop}")
    if end is None:
        yield moment("11-19 09:00")
        report = world.filled("ann", world.lab("ann", "report", prop), tldr="A draft.")
        world.commit(f"Begin {report}")
        return
    yield moment(end)
    report = world.filled(
        "ann", world.lab("ann", "report", prop), tldr=f"{question} This is what three weeks "
        "showed, what it means for the clinic, and what we suggest.",
    )  # fmt: skip
    world.change(report, "## Customer outcome", f"## Customer outcome\n\nIt serves {OUTCOME}.\n")
    yield workday(moment(end), 2)
    world.lab("eve", "decide", report, choice, "--gate", gate, "--gate-because",
              "The doctors have seen it at work, and say so.", "--because",
              "The clinic gains more than it costs." if gate == "passed" else
              "The other scanner has to be understood first.",
              "--attended", "eve,ann,bob,cem", "--next", "What would doctors do with it?",
              *(() if gate == "passed" else (
                  "--not-deployed", "Nobody trusts it with the other scanner yet.",
                  "--revisit-on", "2026-12-01")))  # fmt: skip
    world.commit(f"Decide {report}")


def _retros(world: World) -> list[Life]:
    def retro(day: str, title: str) -> Life:
        yield moment(day)
        owner = world.product_owner
        id_ = world.new(owner, "RET", title, title.partition(":")[0].lower(), tldr=f"{title}.",
                        attendance=f"[eve, {owner}, ann, bob, cem, dee]",
                        what="Show it to a doctor every week",
                        due='"2026-12-04T09:00:00Z"')  # fmt: skip
        world.lab("ann", "review", id_, "--approve")
        world.commit(f"Hold {id_}")
        yield workday(moment(day), 10)
        world.lab("ann", "action", id_, "1", "--done", "Dr Okafor came on two Thursdays.")
        world.commit(f"Act on {id_}")

    return [
        retro("07-31 14:00", "July: smaller cards"),
        retro("08-28 14:00", "August: doctors in every review"),
        retro("09-28 14:00", "September: write the settings down"),
        retro("10-28 14:00", "October: one queue for both hospitals"),
    ]


def _launch(world: World) -> Life:
    """A rollout after the second report, and what went wrong."""
    yield moment("09-01 11:00")
    roll = _rollout(world, "The new order for one desk, then for all", "one-desk-first")
    yield moment("09-02 10:00")
    world.lab("pia", "review", roll, "--approve")
    world.lab("pia", "rollout", roll, "widen", "--why", "forty biopsies on paper, as expected")
    world.commit("Roll out")
    for day, share in (("09-09 10:00", 25), ("09-16 10:00", 50), ("09-30 10:00", 100)):
        yield moment(day)
        _count(world, roll, moment("09-02 00:00"), fewer=0.12)
        said = world.lab("pia", "rollout", roll, "widen", "--why", "fewer wait than at the others")
        assert f"{share} % of the users" in said
        world.commit(f"Widen to {share} %")
    yield moment("10-08 09:00")
    words = ("rollout", roll, "revert", "--why", "the order is upside down")
    world.lab("dee", *words)
    inc = world.new("dee", "INC", "For two hours the order was upside down", "upside-down",
                    "--answers", roll, "--kpi", "tumours_read_late", "--tldr",
                    "A change of the export turned the order round; five biopsies were late.",
                    noticed_at='"2026-10-08T08:00:00Z"', reverted_at='"2026-10-08T08:20:00Z"',
                    learned="The sign of a score is tested nowhere.")  # fmt: skip
    yield moment("10-09 10:00")
    world.lab("pia", "review", inc, "--approve")
    for _ in range(4):
        world.lab("pia", "rollout", roll, "widen", "--why", "the sign is tested now")
    world.commit("Look back at the incident")
    yield moment("11-16 10:00")
    world.new("cem", "INC", "The screen was slow on Monday", "slow-monday", "--answers", roll,
              "--kpi", "tumours_read_late", "--tldr", "Answers took nine seconds instead of one.",
              noticed_at='"2026-11-16T08:00:00Z"')  # fmt: skip


def _failed_launch(world: World) -> Life:
    """A rollout that its split test takes back."""
    yield moment("10-12 11:00")
    roll = _rollout(world, "The new order at night, too", "at-night")
    yield moment("10-13 10:00")
    world.lab("pia", "review", roll, "--approve")
    world.lab("pia", "rollout", roll, "widen", "--why", "it went well by day")
    world.commit("Roll out at night")
    yield moment("10-22 10:00")
    _count(world, roll, moment("10-13 00:00"), fewer=-0.15)
    widen = ("rollout", roll, "widen", "--why", "as agreed")
    code, _, refused = world.type("gus", *widen)
    assert code == 1
    assert "`tumours_read_late <= control` is refuted" in refused
    world.lab("gus", "rollout", roll, "revert", "--why", "more wait than without it")
    inc = world.new("cem", "INC", "At night more tumours waited", "at-night", "--answers", roll,
                    "--kpi", "tumours_read_late", "--tldr", "At night nobody reads the fast "
                    "queue, so the new order only moved the wait.",
                    noticed_at='"2026-10-22T09:00:00Z"', reverted_at='"2026-10-22T10:00:00Z"',
                    learned="A queue that nobody reads has no order.")  # fmt: skip
    yield moment("10-23 10:00")
    world.lab("gus", "review", inc, "--approve")
    world.commit("Take it back")


def _rollout(world: World, title: str, slug: str) -> str:
    """A rollout with a split test; its id."""
    report = next(world.root.glob("stages/5-reports/REP-202608*")).name
    roll = world.new("cem", "ROLL", title, slug, "--answers", report, "--tldr", "One desk in ten "
                     "first, then more of them, and back with one click.",
                     kpi="tumours_read_late", gate="a week without a complaint",
                     rollback="one click, ten minutes", alarm="above 12 in a week wakes cem",
                     )  # fmt: skip
    claim = '{claim: "tumours_read_late <= control", expects: -0.1}'
    table = f"stages/6-deployment/{roll}/late.csv"
    world.change(roll, "monitors:\n", f"test: {{table: {table}, claims: [{claim}]}}\nmonitors:\n")
    return roll


def _count(world: World, roll: str, since: datetime, fewer: float) -> None:
    """The table of a split test, from its first day to yesterday."""
    told, rows = random.Random(roll), ["day,arm,kpi,n,sum"]
    for day in range((world.now - since).days):
        on = f"{since + timedelta(days=day):%Y-%m-%d}"
        for arm, rate in (("control", 0.2), ("treatment", 0.2 - fewer)):
            late = sum(told.random() < rate for _ in range(60))
            rows.append(f"{on},{arm},tumours_read_late,60,{late}")
    world.write(f"stages/6-deployment/{roll}/late.csv", "\n".join([*rows, ""]))


def _retirement(world: World) -> Life:
    """The first test set has answered enough."""
    yield moment("10-01 09:00")
    world.lab("dee", "testset", "retire", EARLY, "--why", "ten questions were asked of it")
    world.commit(f"Retire {EARLY}")


def _handover(world: World) -> Life:
    """Another product owner plans what Pia has begun."""
    yield moment("10-19 08:00")
    world.lab("gus", "forge", "codeowners")
    world.commit("Gus owns the product")
    yield moment("11-03 10:00")
    plan = world.lab("gus", "plan")
    assert "Can one model serve both scanners?" in plan
    assert "Pia" not in plan
