"""How-to pages, done word for word by somebody who has nothing else."""

from pathlib import Path

from following import adjust, blocks_under, follow, headings
from project.using import InUse, commit

from .churn import write_churn

OWN, CHANGE, LIGHT = "use-your-own-data", "change-the-model", "work-in-the-light-track"


def test_own_data_from_the_page_to_a_verdict(working: InUse, tmp_path: Path):
    write_churn(tmp_path / "churn.csv")
    for heading in headings(OWN)[:4]:
        blocks = [block for block in blocks_under(OWN, heading) if block.language != "text"]
        follow(working, blocks, tmp_path)
        assert heading[0].isdigit()
    (card,) = working.root.glob("stages/4-experiments/HYP-*")
    verdict = working.json(f"{card.relative_to(working.root)}/verdict.json")
    assert verdict["verdict"] in ("supported", "refuted")  # of both, something is learned
    assert verdict["mode"] == "confirmatory", verdict["reasons"]
    commit(working, "Judge")
    working.ok("uv", "run", "lab", "check")

    break_rows(working.root / "data/raw/churn.csv")
    printed = working.run("uv", "run", "lab", "data", "split").output
    for line in shown(OWN, "3. Decide what only you can decide"):
        assert line in printed


def test_the_page_on_the_light_track_types_the_same_as_the_one_on_own_data():
    (light,) = blocks_under(LIGHT, "From a file to a locked hypothesis")
    own = "".join(block.text for block in blocks_under(OWN, "4. Lock the first hypothesis"))
    used, _, rest = light.text.partition("--yes\n")
    assert used == "uv run lab data use ~/churn.csv --target churned "
    assert own.startswith(rest)


def test_the_model_is_changed_by_the_page(working: InUse):
    again = blocks_under(CHANGE, None)
    for heading in headings(CHANGE):
        blocks = [block for block in blocks_under(CHANGE, heading) if block.language != "text"]
        follow(working, blocks)
        if blocks:
            follow(working, again)
    commit(working, "Changed")
    assert "holds" in working.ok("uv", "run", "lab", "check")
    working.ok("uv", "run", "nox")

    adjust(working, {"train": {"scoring": "rocauc", "search": {"linear": {"c": [1.0]}}}})
    printed = working.run("uv", "run", "dvc", "repro").output
    for line in shown(CHANGE, "Other settings"):
        assert line in printed


def shown(page: str, heading: str) -> list[str]:
    """The lines of the message that a section shows."""
    (text,) = [block.text for block in blocks_under(page, heading) if block.language == "text"]
    return text.splitlines()


def break_rows(path: Path) -> None:
    """Make the mistakes that the page shows: twelve negative months, and an unknown plan."""
    names, *rows = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    months, plan = names.index("months"), names.index("plan")
    wrong = {3: "-4", 9: "-1", 40: "-7"} | dict.fromkeys(range(50, 59), "-2")
    for row, value in wrong.items():
        rows[row - 1][months] = value
    rows[7][plan] = "gold"
    path.chmod(0o644)
    path.write_text("".join(",".join(line) + "\n" for line in [names, *rows]), "utf-8")
