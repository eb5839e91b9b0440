"""What only the page of a hypothesis has: the claim, the verdict, the goalposts, the evidence."""

from ...evidence.verdict import Decided, Verdict
from ...evidence.words import sentence
from ...process.iterations import report_of
from ...proof.goalposts import goalposts
from ...records.store import Record
from ..intervals import interval_chart
from ..markup import attribute, figure, note, said
from ..parts import by_id, chip, day, found, people, person, to_record
from ..world import World

HEADINGS = {
    "supported": "Supported: every criterion and guardrail is met",
    "refuted": "Refuted: {missed} missed what was asked",
    "inconclusive": "Inconclusive: these examples cannot tell about {unclear}",
}


def before(record: Record, world: World) -> list[str]:
    """What stands before the story."""
    return [_story(record), *_result(record, world), "## Goalposts", timeline(record, world)]


def after(record: Record, world: World) -> list[str]:
    """What stands after the story."""
    verdict = world.verdicts.get(record.id)
    return [
        *(["## Evidence", _evidence(verdict, world)] if verdict else []),
        *_answers(record, world),
        "## What followed",
        _followed(record, world),
    ]


def _story(record: Record) -> str:
    story = record.front.story
    return (
        '<div class="lab-story">'
        f"<p><span>We believe that</span> {said(story.we_believe)}</p>"
        f"<p><span>will result in</span> {said(story.will_result_in)}</p>"
        f"<p><span>in order to</span> {said(story.in_order_to)}</p>"
        f"<p><span>It reduces</span> {attribute(story.reduces)}. "
        f"Held true beforehand with a probability of {attribute(record.front.prior)}.</p></div>"
    )


def _result(record: Record, world: World) -> list[str]:
    unsound = world.unsound.get(record.id)
    mark = ""
    if unsound:
        why = f"<strong>This verdict does not hold:</strong> {attribute(unsound)}."
        mark = f'<p class="lab-stale">{why}</p>'
    if record.id in world.verdicts:
        return ["## Result", mark, chart(record, world)]
    if mark:
        return ["## Result", mark]
    return ["## What would prove it", _promise(record)]


def _promise(record: Record) -> str:
    front = record.front
    rows = [("criterion", one) for one in front.criteria]
    rows += [("guardrail", one) for one in front.guardrails]
    items = "".join(f"<li><code>{attribute(one)}</code> ({role})</li>" for role, one in rows)
    state = "locked, and cannot move" if front.lock else "not locked yet"
    return (
        f'<ul class="lab-plain">{items}</ul>'
        f"<p>All of them have to hold, on the held-out examples of "
        f"{attribute(front.evaluation.testset)}. They are {state}.</p>"
    )


def chart(record: Record, world: World) -> str:
    """Each criterion's interval beside its bar, and the numbers in a table."""
    verdict = world.verdicts.get(record.id)
    if verdict is None:
        return note("Not judged yet: there is nothing to draw.")
    rows = []
    drawings = []
    for one in verdict.results:
        today = verdict.status_quo.get(one.criterion)
        drawings.append(
            f'<div class="lab-criterion"><p><code>{attribute(one.criterion)}</code> '
            f"{chip(one.status)}{' guardrail' if one.role == 'guardrail' else ''}</p>"
            f"{'' if one.method == 'ballot' else interval_chart(one, today)}"
            f"{note(attribute(sentence(one, float(verdict.alpha))))}</div>"
        )
        rows.append(
            [
                f"<code>{attribute(one.criterion)}</code>",
                attribute(one.status),
                found(one),
                "" if today is None else f"{today:.3f}",
                str(one.n),
                attribute(one.method),
            ]
        )
    head = ["criterion", "status", "estimate and bounds", "status quo", "n", "method"]
    most = max(one.n for one in verdict.results)
    about = (
        f"{attribute(verdict.mode.capitalize())}: {most} held-out examples of "
        f"{attribute(verdict.testset)}, error rate {attribute(verdict.alpha)}. The dashed line is "
        "what was asked, the shaded side is the wanted one."
    )
    return figure(_finding(verdict), "".join(drawings), about, head, rows)


def _finding(verdict: Verdict) -> str:
    def named(status: str) -> str:
        found = [one for one in verdict.results if one.status == status]
        return ", ".join(f"<code>{attribute(one.criterion)}</code>" for one in found)

    words = HEADINGS[verdict.verdict].format(missed=named("missed"), unclear=named("unclear"))
    return f"{words}."


def main_result(verdict: Verdict) -> Decided:
    """The result that a verdict is remembered by: what decided against it, or else the first."""
    statuses = {"refuted": "missed", "inconclusive": "unclear", "supported": "met"}
    wanted = statuses[verdict.verdict]
    return next((one for one in verdict.results if one.status == wanted), verdict.results[0])


def timeline(record: Record, world: World) -> str:
    """When the bar was set, moved and met, each with the commit that holds it."""
    items = []
    for one in goalposts(record, world.verdicts.get(record.id), world.past):
        marks = [day(one.at), person(one.by, world)]
        if one.commit:
            marks.append(f"commit <code>{attribute(one.commit)}</code>")
        elif world.past and one.what in ("locked", "amended", "judged"):
            marks.append("not committed yet")
        if one.results_seen:
            marks.append("results had been seen")
        why = f"<br>{said(one.why)}" if one.why else ""
        items.append(f"<li><strong>{one.what}</strong> {' · '.join(marks)}{why}</li>")
    return f'<ol class="lab-timeline">{"".join(items)}</ol>'


def _evidence(verdict: Verdict, world: World) -> str:
    commit = verdict.commit or ""
    tables = "".join(
        f"<li><code>{attribute(one.path)}</code>, MD5 <code>{attribute(one.md5)}</code></li>"
        for one in verdict.tables
    )
    reasons = "".join(f"<li>{attribute(one)}</li>" for one in verdict.reasons)
    why = f"<p>It is exploratory because:</p><ul>{reasons}</ul>" if reasons else ""
    steps = [f"git switch --detach {commit}", "uv run dvc checkout", "uv run dvc repro"]
    again = "".join(f"{attribute(one)}&#10;" for one in (steps if commit else []))
    rerun = (
        f'<p>Run what made the evidence again:</p><pre tabindex="0"><code>{again}</code></pre>'
        if again
        else ""
    )
    where = f", on commit <code>{attribute(commit[:10])}</code>" if commit else ""
    read = f"<p>The judge read:</p><ul>{tables}</ul>" if tables else ""
    return (
        f"<p>Judged {day(verdict.at)}, at the request of {person(verdict.by, world)}{where}: slot "
        f"{verdict.slot} of {attribute(verdict.testset)}, with an error rate of "
        f"{attribute(verdict.alpha)}.</p>{why}{read}{rerun}"
        "<p>Compute every verdict again from its evidence: <code>uv run lab audit</code>.</p>"
    )


def _answers(record: Record, world: World) -> list[str]:
    """What reviewers and the product owner said."""
    words = {"approve": "approved", "changes": "asks for changes"}
    said_ = [
        f"<li>{person(one.by, world)}: {words[one.says]}"
        f" ({attribute(one.lane)}, {day(one.at)}){f'. {said(one.why)}' if one.why else ''}</li>"
        for one in record.front.reviews
    ]
    concerns = [
        f"<li>{person(one.by, world)} is concerned: {said(one.what)} "
        f"{'Answer: ' + said(one.answer) if one.answer else 'Not answered yet.'}</li>"
        for one in record.front.concerns
    ]
    if not said_ and not concerns:
        return []
    return ["## Reviews and concerns", f"<ul>{''.join([*said_, *concerns])}</ul>"]


def _followed(record: Record, world: World) -> str:
    """The decision of the report, and the cards that follow this one."""
    here, store = record.path, world.store
    proposal = store.get(record.front.proposal)
    report = report_of(proposal, store) if proposal else None
    lines = []
    if report:
        decision = report.front.decision
        what = (
            f"{chip(decision.choice)} by {people([decision.by], world)}: {said(decision.because)}"
            if decision.choice and decision.by
            else "It waits for a decision."
        )
        lines.append(f"<li>Report {to_record(report, here)}. {what}</li>")
    for later in store.pointing.get(("follows", record.id), ()):
        lines.append(f"<li>Followed by {by_id(later.id, world, here)}</li>")
    if record.front.not_shipped:
        lines.append(f"<li>Not shipped: {said(record.front.not_shipped)}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else "<p>Nothing yet.</p>"
