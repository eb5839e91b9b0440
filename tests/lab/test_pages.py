"""Pages: each says what the records, the verdicts and the tables hold, and nothing else."""

import json
import re
import shutil
import subprocess
from functools import partial
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown import markdown

from lab.cli import main
from lab.errors import LabError
from lab.evidence.verdict import read, written
from lab.proof.tool import tool_in_use
from lab.site import world
from lab.site.build import on_shelves, pages_of
from lab.site.worth import Worth

KEYWORDS, LENGTH, CAPITALS, SENDER = (
    f"stages/4-experiments/HYP-{name}/index.md"
    for name in ("20260109-keywords", "20260109-length", "20260127-capitals", "20260127-sender")
)
REPORT = "stages/5-reports/REP-20260121-january/index.md"
NOW = "2026-02-06T12:00:00Z"


@pytest.fixture
def project(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The clean case of the rules, with the small project's numbers."""
    monkeypatch.setenv("LAB_NOW", NOW)
    shutil.rmtree(root / "stages")
    shutil.rmtree(root / "team")
    shutil.copytree(Path(__file__).parent / "rules/cases/clean", root, dirs_exist_ok=True)
    return root


def built(project: Path) -> dict[str, str]:
    return pages_of(project, on_shelves(project))


def shown(page: str) -> str:
    """What a reader sees of a page's source, as words."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def change(project: Path, path: str, *pairs: tuple[str, str]) -> None:
    text = (project / path).read_text("utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    (project / path).write_text(text, encoding="utf-8")


def section(page: str, heading: str) -> str:
    return page.partition(f"## {heading}\n")[2].partition("\n## ")[0]


# ------------------------------------------------------------------ home


def test_home_says_what_was_decided_why_on_what_and_what_waits(project: Path):
    home = built(project)["index.md"]
    decided = shown(section(home, "Decided last"))
    assert decided.startswith("deploy decision, 2026-01-23 Words find urgent letters")
    assert "Eve Example: One desk is a small risk." in decided
    assert "The gate was passed." in decided
    order = [decided.index(word) for word in ("◐ inconclusive", "◆ refuted", "● supported")]
    assert order == sorted(order)
    assert "The recall is 0.400 (500 examples, clopper-pearson)" in decided
    waits = shown(section(home, "Needs your decision"))
    assert waits == (
        "Eve Example , Pia Example since 2026-02-04 ( 2 days ) Capital letters are a cry for "
        "help : waits for a review For one person: Eve Example (1) , Pia Example (1)"
    )
    assert "Does the sender say more than the words?" in shown(section(home, "The iteration now"))
    assert "4 working days of 10 left, until 2026-02-11." in shown(home)
    assert "Cards: 2 in work, 1 waits for a review, 1 to do, 5 done; 3 hypotheses" in shown(home)


def test_without_a_record_every_page_says_so(project: Path):
    for folder in (project / "stages").glob("*/[A-Z]*-2*"):
        shutil.rmtree(folder)
    pages = built(project)
    assert "Nothing was decided yet" in shown(pages["index.md"])
    assert "No hypothesis yet" in shown(pages["hypotheses.md"])
    assert "No iteration yet" in shown(pages["iterations.md"])


def test_the_last_decision_is_the_last_one_that_was_made(project: Path):
    newer = project / REPORT.replace("20260121-january", "20260204-later")
    newer.parent.mkdir()
    text = (project / REPORT).read_text("utf-8")
    newer.write_text(
        text.replace("REP-20260121-january", "REP-20260204-later")
        .replace("2026-01-23T09", "2026-02-05T09")
        .replace("choice: deploy", "choice: pause")
        .replace("PROP-20260107-opening", "PROP-20260126-sequel"),
        encoding="utf-8",
    )
    home = shown(section(built(project)["index.md"], "Decided last"))
    assert home.startswith("pause decision, 2026-02-05")


def test_what_is_blocked_or_over_its_box_is_said(project: Path):
    block = 'blocked: [{at: "2026-02-05T09:00:00Z", by: ann, why: No <labels>}]\noutcome: null'
    change(project, SENDER, ("timebox: 5", "timebox: 2"), ("outcome: null", block))
    pages = built(project)
    now = shown(section(pages["index.md"], "The iteration now"))
    assert "The sender tells urgent letters is blocked: No <labels>" in now
    assert "blocked: No <labels>" in shown(pages["board.md"])
    assert "blocked No <labels>, since 2026-02-05 ( 1 day )" in shown(pages[SENDER])


def test_development_numbers_are_called_so_and_have_their_intervals(project: Path):
    assert "On 171 held-out examples (sample data)." in shown(built(project)["results.md"])
    path = project / "evaluation/metrics.json"
    numbers = json.loads(path.read_text("utf-8"))
    numbers |= {"rows": "development", "interval": {"recall": {"low": 0.75, "high": 0.875}}}
    path.write_text(json.dumps(numbers), encoding="utf-8")
    for name in ("index.md", "results.md", "cards.md"):
        said = shown(built(project)[name])
        assert "metric candidate 95 % interval status quo recall 0.812 0.750 to 0.875 0.688" in said
        assert "On 171 training rows, each predicted by a model that has not seen it" in said
        assert "held-out examples (sample" not in said


def test_a_verdict_says_how_its_test_set_was_opened(project: Path):
    path = project / "stages/4-experiments/HYP-20260109-length/verdict.json"
    verdict = json.loads(path.read_text("utf-8"))
    verdict["tables"] = [{"path": "evaluation/examples.parquet", "md5": "0" * 32}]
    path.write_text(written(verdict), encoding="utf-8")
    assert "The held-out rows were on show" in shown(built(project)[LENGTH])
    tool = {"version": "2.0.7", "commit": None, "digest": "v1:" + "d" * 64}
    opening = {"model": "m.dir", "champion": None, "enclosed": "landlock", "dry_run": 50}
    opening["tells"] = "status"
    for result in verdict["results"]:  # no more is told than each status
        result |= dict.fromkeys(("estimate", "lower", "upper"), result["threshold"])
    path.write_text(
        written(verdict | {"format": 2, "tool": tool, "opening": opening}), encoding="utf-8"
    )
    said = shown(section(built(project)[LENGTH], "Evidence"))
    assert "Landlock kept it from the sealed files" in said
    assert "uv run lab reproduce" in said
    result = shown(section(built(project)[LENGTH], "Result"))
    assert "not told" in result
    assert "We can be 99.5 % sure that the recall is below" in result


def test_a_person_has_a_page_of_what_lab_status_says_waits_for_them(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    pages = built(project)
    monkeypatch.chdir(project)
    waits = {}
    for handle, name in (("ann", "Ann"), ("pia", "Pia"), ("eve", "Eve")):
        assert main(["status", "--for", handle, "--json"]) == 0
        needs = json.loads(capsys.readouterr().out)
        page = pages[f"team/people/{handle}.md"]
        listed = re.findall(r"<li>(.*?)</li>", section(page, f"What waits for {name} Example"))
        assert len(listed) == len(needs)
        for need, item in zip(needs, listed, strict=True):
            assert need["what"] in shown(item)
            assert f"uv run {need['do']}" in shown(item)
        waits[handle] = len(needs)
    assert waits["pia"]
    home = section(pages["index.md"], "Needs your decision")
    assert f'<a href="team/people/pia.html">Pia Example ({waits["pia"]})</a>' in home
    cards = shown(section(pages["team/people/ann.md"], "Open cards"))
    assert "The sender tells urgent letters" in cards


def test_a_page_says_of_which_commit_it_is_and_whether_there_is_more(project: Path):
    run = partial(subprocess.run, cwd=project, check=True, capture_output=True)
    run(["git", "init", "-q"])
    run(["git", "add", "--all"])
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    run(["git", *author, "commit", "-q", "-m", "one"])
    commit = run(["git", "rev-parse", "HEAD"]).stdout.decode()[:10]
    for page in ("index.md", "flow.md", LENGTH, "team/people/ann.md"):
        assert shown(built(project)[page]).endswith(f"As of 2026-02-06 , commit {commit} .")
    assert "Say something about this page" not in built(project)["index.md"]
    run(["git", "remote", "add", "origin", "git@github.com:team/letters.git"])
    change(project, LENGTH, ("title: Long letters", "title: Short letters"))
    pages = built(project)
    assert "with changes that are not committed" in shown(pages["index.md"])
    whole = run(["git", "rev-parse", "HEAD"]).stdout.decode().strip()
    links = re.findall(r'href="(https:.*?)"', unescape(pages[LENGTH]))
    web = "https://github.com/team/letters"
    assert f"{web}/commit/{whole}" in links
    assert f"{web}/blob/{whole}/{LENGTH}" in links
    assert f"{web}/issues/new?title=Short%20letters%20are%20urgent%3A%20" in links


# ------------------------------------------------------------------ board


def test_the_board_holds_every_card_once_in_its_lane(project: Path):
    board = built(project)["board.md"]
    lanes = dict(
        re.findall(r'<section class="lab-lane[^"]*" aria-label="(.*?)">(.*?)</section>', board)
    )
    titles = {
        name: [shown(title) for title in re.findall(r'lab-title">(.*?)</p>', lane)]
        for name, lane in lanes.items()
    }
    assert titles["to do"] == ["The stamp tells urgent letters"]
    assert titles["test hypothesis"] == ["The sender tells urgent letters"]
    assert titles["code review hypothesis"] == ["Capital letters are a cry for help"]
    assert titles["update model"] == ["Clerks see the order on their screen"]
    assert titles["code review update model"] == []
    assert len(titles["done"]) == 5
    assert "1 of 3" in lanes["test hypothesis"]


# ------------------------------------------------------------------ hypotheses


def test_every_hypothesis_is_a_row_with_its_verdict_and_effect(project: Path):
    page = built(project)["hypotheses.md"]
    rows = [shown(row) for row in re.findall(r"<tr>(.*?)</tr>", page)[1:]]
    assert len(rows) == 5
    assert [row.partition("2026-")[0].split(" counting")[0] for row in rows][-1].startswith(
        "The words"
    )
    row = "◆ refuted confirmatory 0.2 1 recall > 0.85 0.400 (0.340 to 0.460) 3 Short letters are"
    assert row in rows[3]  # 0.2 and 1 are the ends of the axis
    drawings = re.findall(r'data-group="(.*?)".*?class="lab-small".*?>([^<]*)</text></svg>', page)
    assert drawings == [("recall", "1")] * 3


def test_a_replaced_hypothesis_is_struck_through(project: Path):
    change(project, CAPITALS, ("outcome: inconclusive", "outcome: inconclusive"))
    text = (project / "stages/3-proposals/PROP-20260126-sequel/index.md").read_text("utf-8")
    newer = project / "stages/3-proposals/PROP-20260205-newer/index.md"
    newer.parent.mkdir()
    old = "PROP-20260126-sequel"
    newer.write_text(
        text.replace(f"id: {old}", f"id: PROP-20260205-newer\nsupersedes: {old}"), encoding="utf-8"
    )
    pages = built(project)
    assert "Replaced by" in shown(pages[f"stages/3-proposals/{old}/index.md"])


def test_a_judged_hypothesis_shows_each_criterion_beside_its_bar(project: Path):
    page = built(project)[KEYWORDS]
    result = section(page, "Result")
    charts = re.findall(r"<svg.*?</svg>", result)
    assert [ElementTree.fromstring(one).attrib["aria-label"] for one in charts] == [
        "recall > 0.80: met. Estimate 0.900 (0.860 to 0.940), bar: more than 0.80.",
        "latency_ms <= 50: met. Estimate 12.0 (11.0 to 13.0), bar: at most 50.",
    ]
    assert "Supported: every criterion and guardrail is met." in shown(result)
    cells = re.findall(r"<td>(.*?)</td>", result)
    assert [shown(one) for one in cells[:7]] == [
        "recall > 0.80", "met", "0.900 (0.860 to 0.940)", "", "", "500", "clopper-pearson",
    ]  # fmt: skip
    posts = shown(section(page, "Goalposts"))
    order = [posts.index(word) for word in ("written", "locked", "judged", "approved", "closed")]
    assert order == sorted(order)
    assert "deploy by Eve Example" in shown(section(page, "What followed"))


def test_one_that_is_not_judged_shows_what_would_prove_it(project: Path):
    page = built(project)[SENDER]
    assert "<svg" not in page
    assert "recall > 0.90 (criterion)" in shown(section(page, "What would prove it"))
    assert "latency_ms <= 50 (guardrail)" in shown(section(page, "What would prove it"))


def test_a_verdict_that_does_not_hold_is_marked_wherever_it_is_shown(project: Path):
    path = project / LENGTH.replace("index.md", "verdict.json")
    content = read(path.read_text("utf-8"))
    path.write_text(written({**_plain(content), "slot": 7}), encoding="utf-8")
    pages = built(project)
    assert "This verdict does not hold: it differs from the card in the slot" in shown(
        pages[LENGTH]
    )
    home = shown(pages["index.md"])
    assert "This verdict does not hold: it differs from the card in the slot" in home
    places = ("index.md", "hypotheses.md", "learnings.md", "board.md", REPORT, LENGTH)
    for name in places:
        assert "refuted does not hold" in shown(pages[name]), name
    assert "refuted, which does not hold" in shown(pages["trust.md"])
    assert "its verdict does not hold" in shown(section(pages["trust.md"], "What cannot be proved"))


def test_a_verdict_that_was_changed_is_no_number_of_any_page(project: Path):
    path = project / LENGTH.replace("index.md", "verdict.json")
    path.write_text(path.read_text("utf-8").replace('"estimate": 0.4', '"estimate": 0.777'))
    pages = built(project)
    assert not any("0.777" in page for page in pages.values())
    assert "This verdict does not hold: its seal is broken" in shown(pages[LENGTH])


def _plain(verdict: object) -> dict:
    import msgspec

    plain = msgspec.to_builtins(verdict)
    return {name: value for name, value in plain.items() if (name, value) != ("tool", None)}


def test_what_changed_since_the_one_before_and_who_became_champion(project: Path):
    run = partial(subprocess.run, cwd=project, check=True, capture_output=True)

    def judged_now(path: str) -> None:
        run(["git", "add", "--all"])
        author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        run(["git", *author, "commit", "-q", "--allow-empty", "-m", "judged"])
        commit = run(["git", "rev-parse", "HEAD"]).stdout.decode().strip()
        file = project / path.replace("index.md", "verdict.json")
        verdict = json.loads(file.read_text("utf-8"))
        file.write_text(written(verdict | {"commit": commit}), encoding="utf-8")

    run(["git", "init", "-q"])
    params, slug = project / "params.yaml", KEYWORDS.split("/")[2]
    before = params.read_text("utf-8") if params.is_file() else ""
    numbers = json.dumps({"rows": "development", "candidate": {"recall": 0.8765}})
    (project / "evaluation/metrics.json").write_text(numbers)
    params.write_text(f"{before}train: {{model: linear}}\nevaluate: {{champion: null}}\n")
    judged_now(KEYWORDS)
    params.write_text(f"{before}train: {{model: trees}}\nevaluate: {{champion: {slug}}}\n")
    judged_now(LENGTH)
    numbers = {"source": "sample", "examples": 9, "candidate": {}, "status_quo": {}}
    (project / "evaluation/metrics.json").write_text(json.dumps(numbers))
    pages = built(project)
    changed = shown(section(pages[LENGTH], "What changed since the one before"))
    assert changed.endswith("was judged: train.model linear → trees")
    assert "What changed since" not in pages[KEYWORDS]
    said = shown(section(pages["iterations.md"], "recall, one hypothesis after another"))
    assert said.count(", champion") == 1
    assert "0.900 (0.860 to 0.940) 0.876 ● supported" in said
    assert pages["iterations.md"].count('class="ring"') == 1


def test_decisions_are_a_feed_of_their_own(project: Path):
    pages = built(project)
    feed = ElementTree.fromstring(pages["decisions.xml"])
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.iter(f"{atom}entry")
    assert entry.findtext(f"{atom}title") == "Words find urgent letters, length does not: deploy"
    assert entry.findtext(f"{atom}summary") == "One desk is a small risk."
    assert entry.findtext(f"{atom}updated") == "2026-01-23T09:00:00Z"
    assert 'type="application/atom+xml" href="decisions.xml"' in pages["iterations.md"]


# ------------------------------------------------------------------ lift

LIFT = "stages/2-needs-assessment/LIFT-20260106-hours-saved/index.md"


def test_what_the_candidate_adds_stands_beside_what_could_be_added(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(world, "read_worth", lambda *_: Worth(4.3, 4.1, 4.5, 171))
    pages = built(project)
    for name in ("index.md", "lift.md"):
        assert (
            "A perfect model would add 2.25 EUR per letter to what is decided today; a useless one "
            "may cost 3.75. The candidate adds 1.80: 80 % of what is possible."
        ) in shown(pages[name])
    rows = [shown(row) for row in re.findall(r"<tr>(.*?)</tr>", pages["lift.md"])]
    starts = ("EUR per letter to the status quo", "perfect 4.75 +2.25", "status quo 2.50 decisions")
    starts += ("random -1.25 -3.75", "candidate 4.30 (4.10 to 4.50) +1.80")
    assert all(row.startswith(start) for row, start in zip(rows, starts, strict=True)), rows


@pytest.mark.parametrize(("realised", "questioned"), [(4.75, False), (4.8, True)])
def test_more_than_a_perfect_model_could_reach_is_questioned(
    project: Path,
    realised: float,
    questioned: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    values = {"random": -1, "status_quo": 2, "perfect": 4.75, "potential": 2.75, "risk": 3}
    points = ", ".join(f"{k}: {{value: {v}, low: {v}, high: {v}}}" for k, v in values.items())
    at = 'at: "2026-01-06T12:00:00Z"'
    estimate = f"{{{at}, unit: EUR, source: file, examples: 9, {points}}}"
    change(project, LIFT, ("history:", f"estimate: {estimate}\nrealised: null\nhistory:"))
    monkeypatch.chdir(project)
    assert main(["lift", "hours-saved", "--realised", str(realised)]) == 0
    printed = capsys.readouterr().out
    assert f"realised: +{realised - 2:.2f}." in printed
    assert ("more than a perfect model could reach" in printed) is questioned
    said = shown(built(project)[LIFT])
    assert ("More than a perfect model could reach." in said) is questioned
    assert f"Realised after the launch: {realised - 2:.2f} more than the status quo" in said


# ------------------------------------------------------------------ reports, learnings, trust


def test_a_report_begins_with_its_decision_and_brings_its_results(project: Path):
    page = built(project)[REPORT]
    words = shown(page)
    assert words.index("Decided: deploy by Eve Example") < words.index("Do the words of a letter")
    results = shown(section(page, "Results beside the status quo"))
    assert "recall > 0.80 0.900 (0.860 to 0.940)" in results
    assert "recall > 0.85 0.400" in results


def test_marks_and_references_in_a_report_are_filled_and_the_source_stays(project: Path):
    mark = "HYP-20260109-length"
    before = (project / REPORT).read_text("utf-8")
    text = f"{before}\nIt was {{{{{mark}#1.estimate}}}}.\n\n{{{{{mark}#chart}}}}\n"
    (project / REPORT).write_text(text, encoding="utf-8")
    page = built(project)[REPORT]
    assert "It was 0.400." in shown(page)
    assert page.count("<svg") == 2
    assert "Results beside the status quo" not in page
    assert (project / REPORT).read_text("utf-8") == text


def test_learnings_give_the_refuted_as_much_room_as_the_supported(project: Path):
    pages = built(project)
    items = re.findall(
        r"<li><p>(.*?)</p><p class=\"lab-note\">(.*?)</p></li>", pages["learnings.md"]
    )
    lessons = {shown(lesson): shown(about) for lesson, about in items}
    assert len(lessons) == 6
    assert lessons["Short letters are as urgent as long ones."].startswith("◆ refuted Long letters")
    feed = ElementTree.fromstring(pages["learnings.xml"])
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert {one.findtext(f"{atom}summary") for one in entries} == set(lessons)
    updated = [one.findtext(f"{atom}updated") or "" for one in entries]
    assert updated == sorted(updated, reverse=True)
    assert feed.findtext(f"{atom}updated") == updated[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1-requirements/REQ-20260105-urgent-letters", "customer outcome People in need get an"),
        ("1-requirements/REQ-20260105-urgent-letters", "letters_read_late urgent letters read"),
        ("3-proposals/PROP-20260107-opening", "question Do the words of a letter say that"),
        ("3-proposals/PROP-20260107-opening", "if it is passed show the order to one desk"),
        ("3-proposals/PROP-20260107-opening", "Short letters are as urgent as long ones."),
        ("3-proposals/PROP-20260107-opening", "compared with status quo"),
        ("4-experiments/SPK-20260106-scanner", "answer Yes, nine words out of ten are right."),
        ("6-deployment/ROLL-20260126-desk", "share gate to the next step way back owner 10 %"),
        ("6-deployment/INC-20260128-monday", "noticed 2026-01-28"),
    ],
)
def test_a_record_shows_what_only_its_kind_holds(project: Path, name: str, said: str):
    assert said in shown(built(project)[f"stages/{name}/index.md"])


def test_a_retro_shows_who_was_there_and_what_changes(project: Path):
    words = shown(built(project)["team/retros/RET-20260130-look-back/index.md"])
    assert "who was there" in words
    assert "what we change owner due" in words


def test_documents_beside_a_record_are_pages_and_listed_on_its_own(project: Path):
    folder = "stages/6-deployment/ROLL-20260126-desk"
    path = f"{folder}/monitoring/2026-02-05.md"
    (project / path).parent.mkdir()
    (project / path).write_text("# Drift of <inputs>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    pages = built(project)
    assert 'href="monitoring/2026-02-05.html"' in section(pages[f"{folder}/index.md"], "Documents")
    assert "# Drift of &#60;inputs&#62;" in pages[path]
    assert "| 1 | 2 |" in pages[path]


def test_trust_counts_slots_waivers_and_what_is_unproved(project: Path):
    (project / "team/waivers.yml").write_text(
        "waivers:\n  - {rule: FLO004, record: HYP-20260127-sender, reason: Labels <come>, "
        'owner: ann, until: "2026-02-10T00:00:00Z"}\n',
        encoding="utf-8",
    )
    page = built(project)["trust.md"]
    assert "TS-2026-01 : 4 of 10 slots taken; 1,300 held-out examples" in shown(page)
    excused = shown(section(page, "What is excused for now"))
    assert "FLO004 The sender tells urgent letters Labels <come> Ann Example 2026-02-10" in excused
    assert "there is no git history here" in shown(section(page, "What cannot be proved"))
    assert "2 hypotheses were supported or refuted. From 5 on" in shown(page)


def test_trust_names_the_tool_in_use_and_which_tool_judged_what(project: Path):
    path = project / "stages/4-experiments/HYP-20260109-length/verdict.json"
    verdict = json.loads(path.read_text(encoding="utf-8"))
    tool = {"version": "2.0.7", "commit": "c" * 40, "digest": "v1:" + "d" * 64}
    path.write_text(written(verdict | {"format": 2, "tool": tool}), encoding="utf-8")
    said = shown(section(built(project)["trust.md"], "The tool that judges"))
    ours = tool_in_use()
    assert f"Version {ours.version}, digest {ours.digest[:15]} is in use here" in said
    assert f"2.0.7 {'c' * 12} v1:{'d' * 12} Long letters are urgent" in said
    assert "1.0.0 or before not known not known" in said


def test_trust_says_which_test_set_is_sealed_and_what_it_shares(project: Path):
    said = shown(built(project)["trust.md"])
    assert "On show: the pipeline predicts its rows" in said
    path = project / "team/testsets/TS-2026-01.yml"
    digest = re.search(r"digest: (\S+)", path.read_text("utf-8"))
    assert digest
    with path.open("a", encoding="utf-8") as file:
        file.write("sealed: true\ncopies: drop\nshares: [TS-2025-07]\n")
    known = {"source": "file", "examples": 1300, "smallest": 300, "positives": 300, "unit": None}
    known |= {"digest": digest[1].strip("'\""), "labels": "v1:1", "sketch": []}
    known |= {"copies": {"what": "drop", "within": 2, "across": 3, "near": 5}}
    (project / "data").mkdir(exist_ok=True)
    (project / "data/heldout.json").write_text(json.dumps(known), encoding="utf-8")
    said = shown(built(project)["trust.md"])
    assert "Sealed: no stage of the pipeline reads it; lab judge alone opens it" in said
    assert "It has rows of TS-2025-07, so they share one budget of slots." in said
    assert "2 among the held-out rows, and 3 training rows" in said
    assert "they were taken out. 5 held-out rows are nearly the same" in said
    none = {"what": "drop", "within": 0, "across": 0, "near": 0}
    text = json.dumps(known | {"copies": none})
    (project / "data/heldout.json").write_text(text, encoding="utf-8")
    assert "No row was found twice." in shown(built(project)["trust.md"])


def test_a_test_set_of_numbers_has_no_smallest_class(project: Path):
    path = project / "team/testsets/TS-2026-01.yml"
    text = path.read_text(encoding="utf-8")
    assert "in the smallest class" in shown(built(project)["cards.md"])
    plain = re.sub(r"positives: .*\n", "", text).replace("task: binary", "task: regression")
    path.write_text(re.sub(r"smallest: .*", "smallest: 1300", plain), encoding="utf-8")
    for name in ("cards.md", "trust.md"):
        assert "1,300 held-out examples" in shown(built(project)[name])
        assert "smallest class" not in shown(built(project)[name])
    path.write_text(re.sub(r"smallest: .*", "smallest: 90", plain), encoding="utf-8")
    assert "1,300 held-out examples, 90 units" in shown(built(project)["trust.md"])


def test_a_slot_says_what_became_of_its_hypothesis(project: Path):
    spent = section(built(project)["trust.md"], "Test sets and what they have spent")
    assert "The sender tells urgent letters not judged yet" in shown(spent)
    path = project / "stages/4-experiments/HYP-20260127-sender/index.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("outcome: null", "outcome: abandoned"), encoding="utf-8")
    spent = section(built(project)["trust.md"], "Test sets and what they have spent")
    assert "The sender tells urgent letters abandoned" in shown(spent)


def test_too_few_cards_hide_the_charts_of_the_flow(project: Path):
    page = built(project)["flow.md"]
    assert "<svg" in page  # five are done
    shutil.rmtree(project / "stages/4-experiments/TASK-20260113-inbox")
    page = built(project)["flow.md"]
    assert "<svg" not in page
    assert "4 cards are done. From 5 on" in shown(page)


# ------------------------------------------------------------------ every page


def test_every_link_of_ours_leads_to_a_page(project: Path):
    pages = built(project)
    there = {name.removesuffix(".md") + ".html" for name in pages if name.endswith(".md")}
    there |= {name.replace("README.html", "index.html") for name in there} | {
        "learnings.xml",
        "decisions.xml",
    }
    links = 0
    for name, page in pages.items():
        for target in re.findall(r'href="([^"#]+)', page if name.endswith(".md") else ""):
            links += 1
            assert _joined(name, target) in there, (name, target)
    assert links > 80


def _joined(page: str, target: str) -> str:
    from posixpath import dirname, join, normpath

    return normpath(join(dirname(page), target))


def test_every_chart_has_a_name_and_its_numbers_beside_it(project: Path):
    pages = {name: page for name, page in built(project).items() if not name.endswith(".svg")}
    for name, page in pages.items():
        for svg in re.findall(r"<svg.*?</svg>", page):
            root = ElementTree.fromstring(svg)
            assert root.attrib["role"] == "img", name
            assert root.attrib["aria-label"], name
            assert not re.search(r"(href|src|style|url|on\w+)\s*[=(]", svg), name
        for figure in re.findall(r'<div class="lab-figure">.*', page):
            assert "<table" in figure, name


def test_the_same_records_give_the_same_bytes_on_any_day_but_for_ages(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    first = built(project)
    assert built(project) == first
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert built(project) == first
    monkeypatch.setenv("LAB_NOW", "2026-02-07T12:00:00Z")
    later = built(project)
    assert shown(first[LENGTH]).endswith("As of 2026-02-06 .")
    undated = [
        {name: page.replace("2026-02-07", "2026-02-06") for name, page in pages.items()}
        for pages in (first, later)
    ]
    differing = {name for name in first if undated[0][name] != undated[1][name]}
    open_ = {CAPITALS, SENDER} | {name for name in first if re.search("stamp|screen|sequel", name)}
    assert differing <= open_ | {
        "team/people/eve.md",  # something waits for them
        "team/people/pia.md",
        "index.md",
        "board.md",
        "flow.md",
        "iterations.md",
        "hypotheses.md",
    }


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "](javascript:x) {#a}", "שלום \\u202e"]
)
def test_a_hostile_title_changes_nothing_but_itself(project: Path, title: str):
    plain = built(project)
    change(project, LENGTH, ("title: Long letters are urgent", f'title: "{title}"'))
    hostile = built(project)
    assert set(hostile) == set(plain)
    for name, page in hostile.items():
        html = markdown(page, extensions=["tables", "admonition", "attr_list", "md_in_html"])
        assert not re.search(r"<script|(href|src)=.?javascript|<[^>]* id=.?a.?[ >]", html)
        assert "\u202e" not in page
        assert page.count("<a ") == plain[name].count("<a "), name


def test_a_record_that_cannot_be_read_is_named(project: Path):
    change(project, LENGTH, ("size: S", "size: huge"))
    with pytest.raises(LabError, match=r"HYP-20260109-length/index\.md:\d+: "):
        built(project)


def test_the_glossary_is_in_order(project: Path):
    words = re.findall(r"<dt id=\"[^\"]+\">(.*?)</dt>", built(project)["glossary.md"])
    assert words == sorted(words, key=str.lower)
    assert len(words) > 30


def test_a_project_without_stage_six_has_all_its_pages(project: Path):
    shutil.rmtree(project / "stages/6-deployment")
    assert {"index.md", "cards.md"} <= set(built(project))


def test_a_ballot_is_told_in_votes_and_not_drawn(project: Path):
    path = project / LENGTH.replace("index.md", "verdict.json")
    content = _plain(read(path.read_text("utf-8")))
    content["results"][0] |= {
        "criterion": "panel(team) >= 3 of 5", "metric": "panel", "method": "ballot", "n": 5,
        "estimate": 2.0, "lower": 2.0, "upper": 2.0, "threshold": 3.0,
    }  # fmt: skip
    path.write_text(written(content), encoding="utf-8")
    result = section(built(project)[LENGTH], "Result")
    assert "panel(team) >= 3 of 5 missed 2 of 5 said yes" in shown(result)
    assert result.count("<svg") == 1


def with_split_test(project: Path) -> str:
    """A rollout at 10 % of the users, and a table of a fortnight; the path of its page."""
    (path,) = (
        path.relative_to(project).as_posix() for path in project.glob("stages/6-*/ROLL-*/*.md")
    )
    climbed = '{at: "2026-01-27T10:00:00Z", by: ann, did: widened, step: 1, why: as agreed}'
    claim = '{claim: "letters_read_late <= control", expects: -0.1}'
    test = f"test: {{table: data/split.csv, claims: [{claim}]}}\nladder: [{climbed}]\nmonitors:\n"
    change(project, path, ("monitors:\n", test))
    rows = [
        f"2026-01-{day},{arm},letters_read_late,100,{late}"
        for day in range(10, 24)
        for arm, late in (("control", 20 + day % 3), ("treatment", 5 + day % 2))
    ]
    (project / "data").mkdir(exist_ok=True)
    text = "\n".join(["day,arm,kpi,n,sum", *rows, ""])
    (project / "data/split.csv").write_text(text, encoding="utf-8")
    return path


def test_what_users_meet_is_on_one_page(project: Path):
    assert "With 0 % of the users." in shown(built(project)["live.md"])
    path = with_split_test(project)
    pages = built(project)
    for page in (pages["live.md"], pages[path]):
        assert "letters_read_late <= control ● supported" in shown(page)
        assert "of 2,800 units until 2026-01-23: a difference of -0.156, between" in shown(page)
        assert page.count("<svg") == 2
    assert "With 10 % of the users since 2026-01-27" in shown(pages["live.md"])
    (project / "data/split.csv").unlink()
    assert "split.csv is missing" in shown(built(project)["live.md"])
