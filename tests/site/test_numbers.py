"""Every number on a page is one that the records or the tables hold."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from browsing.visits import none
from played.world import World

NUMBER = re.compile(r"(?<![\w.,:-])[-\N{MINUS SIGN}]?\d+\.\d+(?![\w.])(?:\s?%)?")
LITERAL = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?")
# Beside what people and the pipeline wrote, what `lab` keeps of the bootstrap of the candidate.
COMMON = ("evaluation/*.json", "params.yaml", "team/**/*.yml", "build/candidate.json")


class Shown(HTMLParser):
    """The text of a page's article, without the numbers of an axis."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.depth = 0
        self.on_axis = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag == "article"
        self.on_axis = ("class", "tick") in attrs
        self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "article"
        self.on_axis = False
        self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if self.depth and not self.on_axis:
            self.parts.append(data)


def text_of(path: Path) -> str:
    """What somebody reads on a page."""
    return " ".join("".join(Shown(path.read_text("utf-8")).parts).split())


def held(files: Iterable[Path]) -> list[float]:
    """Every number that stands in some files."""
    return [float(one) for path in files for one in LITERAL.findall(path.read_text("utf-8"))]


def differences(world: World) -> list[float]:
    """What each policy, the candidate and the launch add to the status quo, or take away."""
    found = []
    for path in world.root.glob("stages/*/LIFT-*/index.md"):
        front = read_front(path)
        if estimate := front["estimate"]:
            found += [-value for value in estimate["risk"].values()]
            if front.get("realised"):
                found.append(front["realised"]["value"] - estimate["status_quo"]["value"])
    lift, candidate = (
        json.loads((world.root / name).read_text("utf-8"))
        for name in ("evaluation/lift.json", "build/candidate.json")
    )
    values = (lift["perfect"], lift["random"], candidate["worth"]["value"])
    return found + [value - lift["status_quo"] for value in values]


def read_front(path: Path) -> dict[str, Any]:
    """The front matter of a record."""
    return yaml.safe_load(path.read_text("utf-8").split("\n---\n")[0])


def untraced(text: str, known: list[float]) -> list[str]:
    """The numbers of a text that are no rounding of a known one.

    In per cent, a number may also stand for what a known share leaves: 99.5 % for 0.005.
    """
    missing = []
    for shown in NUMBER.findall(text):
        number = shown.rstrip(" %\N{NO-BREAK SPACE}").replace("\N{MINUS SIGN}", "-")
        places = len(number.partition(".")[2])
        values = known
        if shown.endswith("%"):
            values = [value for one in known for value in (one, 100 * one, 100 * (1 - one))]
        if all(f"{value:.{places}f}" != number for value in values):
            missing.append(shown)
    return missing


def verdicts(world: World) -> list[Path]:
    return sorted(world.root.glob("stages/4-experiments/*/verdict.json"))


def built(world: World, folder: Path) -> Path:
    return world.root / "build/site" / folder.relative_to(world.root) / "index.html"


def test_a_page_of_a_hypothesis_shows_what_its_verdict_holds(world: World):
    assert len(verdicts(world)) > 12
    missing = []
    for path in verdicts(world):
        text = text_of(built(world, path.parent))
        for result in json.loads(path.read_text("utf-8"))["results"]:
            for name in ("estimate", "lower", "upper"):
                value = result[name]
                wanted = [f"{Decimal(f'{value:.{digits}e}'):f}" for digits in (2, 3, 4, 5)]
                if result["metric"] == "panel" or value == 0:  # heads are counted
                    wanted = [f"{value:.0f}"]
                if not any(shown in text for shown in wanted):
                    missing.append(f"{path.parent.name}: {result['criterion']} {name}")
            if str(result["n"]) not in text:
                missing.append(f"{path.parent.name}: n = {result['n']}")
    none("\n".join(missing))


@pytest.mark.parametrize("kind", ["HYP", "LIFT", "SPK", "EDA", "TASK", "REQ", "NEED", "INC"])
def test_a_page_of_a_record_holds_no_other_numbers(world: World, kind: str):
    common = [path for pattern in COMMON for path in world.root.glob(pattern)]
    invented = []
    for folder in world.root.glob(f"stages/*/{kind}-*"):
        own = [path for path in folder.rglob("*") if path.is_file()]
        found = untraced(text_of(built(world, folder)), held([*own, *common]) + differences(world))
        invented += [f"{folder.name}: {number}" for number in found]
    none("\n".join(invented))


@pytest.mark.parametrize("page", ["index", "lift", "hypotheses", "iterations", "results"])
def test_a_page_that_sums_up_holds_no_other_numbers(world: World, page: str):
    sources = [path for pattern in COMMON for path in world.root.glob(pattern)]
    sources += world.root.glob("stages/*/*-*-*/*.*")
    if page == "results":
        sources += world.root.glob("evaluation/plots/*.csv")
    text = text_of(world.root / f"build/site/{page}.html")
    assert NUMBER.search(text)
    none("\n".join(untraced(text, held(sources) + differences(world))))


def test_an_invented_number_would_be_found():
    assert untraced("0.867 of them, 99.5 %, 0.13", [0.8666, 0.005, -1]) == ["0.13"]


def test_the_worth_of_the_candidate_is_that_of_its_decisions(world: World):
    """The mean by other means; the interval is about that of a normal distribution."""
    examples, said = (
        pl.read_parquet(world.root / f"evaluation/{name}.parquet")
        for name in ("examples", "predictions")
    )
    value = yaml.safe_load((world.root / "params.yaml").read_text("utf-8"))["lift"]["value"]
    names = {1: "malignant", 0: "benign"}
    decided = said.filter(model="candidate").join(examples.select("id", "y"), on="id")
    decided = decided.with_columns(
        worth=pl.struct("y", "label").map_elements(
            lambda one: float(value[names[one["y"]]][names[one["label"]]]),
            return_dtype=pl.Float64,
        )
    )
    each = decided.group_by("id").agg(pl.col("worth").mean())["worth"]
    mean, error = each.mean(), each.std() / len(each) ** 0.5  # type: ignore[operator]
    text = text_of(world.root / "build/site/lift.html")
    shown = re.search(r"candidate ([-\d.]+) \(([-\d.]+) to ([-\d.]+)\)", text)
    assert shown, "the page does not give the candidate with its interval"
    assert shown[1] == f"{mean:#.3g}"
    assert float(shown[2]) == pytest.approx(mean - 1.96 * error, abs=0.25 * error + 0.3)
    assert float(shown[3]) == pytest.approx(mean + 1.96 * error, abs=0.25 * error + 0.3)
