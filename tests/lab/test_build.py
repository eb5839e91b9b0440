"""Building the site: which pages there are, and what is said when one cannot be made."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from rendering import Answers

from lab.errors import LabError
from lab.programs import Ended
from lab.project import Project
from lab.site.build import build_site, write_pages

OVERVIEW = {
    *("index.md", "board.md", "hypotheses.md", "iterations.md", "learnings.md", "learnings.xml"),
    *("decisions.xml", "assets/logo.svg"),
    *("results.md", "lift.md", "live.md", "flow.md", "trust.md", "exploration.md", "cards.md"),
    *("start.md", "glossary.md", "assets/lab.css", "assets/lab.js"),
}
EXPECTED = OVERVIEW | {
    "stages/1-requirements/README.md",
    "stages/1-requirements/REQ-20260701-sort-mail/index.md",
    "team/README.md",
    "team/people/ann.md",
    "team/people/bo.md",
}
RECORD = "stages/1-requirements/REQ-20260701-sort-mail"


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The builder itself stays out of the way; what it was called with is kept."""
    called: list[tuple[str, ...]] = []

    def run(self: Project, *command: str, heard: object = None) -> Ended:
        called.append(command)
        return Ended(0, ())

    monkeypatch.setattr(Project, "run", run)
    return called


def written(root: Path) -> dict[str, bytes]:
    """Every page, by its path below build/pages."""
    pages = root / "build/pages"
    return {
        path.relative_to(pages).as_posix(): path.read_bytes()
        for path in pages.rglob("*")
        if path.is_file()
    }


def refused(root: Path) -> str:
    with pytest.raises(LabError) as error:
        build_site(Project(root))
    return str(error.value)


# ------------------------------------------------------------------ the pages


def test_exactly_the_expected_pages_are_written(root: Path, builder: list[tuple[str, ...]]):
    assert build_site(Project(root)) == root / "build/site/index.html"
    assert set(written(root)) == EXPECTED
    assert builder == [(sys.executable, "-m", "mkdocs", "build", "--strict", "--clean")]


def test_a_picture_travels_with_its_record_and_nothing_else_does(
    root: Path, builder: list[tuple[str, ...]], tmp_path: Path
):
    (root / RECORD / "letters.png").write_bytes(b"\x89PNG")
    (root / RECORD / ".hidden").write_text("secret")
    (root / RECORD / "settings.yml").write_text("a: 1\n")
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    (root / "team/link.txt").symlink_to(outside)
    build_site(Project(root))
    assert set(written(root)) == EXPECTED | {f"{RECORD}/letters.png"}
    assert written(root)[f"{RECORD}/letters.png"] == b"\x89PNG"


def test_each_page_holds_what_it_is_made_of(root: Path, builder: list[tuple[str, ...]]):
    build_site(Project(root))
    pages = {name: content.decode() for name, content in written(root).items()}
    assert "# Mail &#38; more\n\n" in pages["index.md"]
    assert "Sorts &#60;b&#62;mail&#60;/b&#62;&#46;" in pages["index.md"]
    assert "<td>0.812</td>" in pages["index.md"]
    assert "<td>perfect</td><td>4.75</td>" in pages["lift.md"]
    assert pages["results.md"].count("<svg ") == 1
    assert "2 points from <code>evaluation/plots/recall.csv</code>" in pages["results.md"]
    stage = pages["stages/1-requirements/README.md"]
    assert 'href="REQ-20260701-sort-mail/index.html">Sort the mail</a>' in stage
    record = pages[f"{RECORD}/index.md"]
    assert "## Why\n\nNobody reads them." in record
    assert record.index("## Why") < record.index("## Log") < record.index("## Asked")
    assert 'id="log-20260703T090000Z-ann"' in record
    assert '<span class="lab-chip">accepted</span>' in record
    assert "Who we are." in pages["team/README.md"]
    assert "Ann Example" in pages["team/README.md"]
    assert ".lab-chart" in pages["assets/lab.css"]


def test_a_stage_lists_its_own_records_alone(root: Path, builder: list[tuple[str, ...]]):
    (root / "stages/5-reports").mkdir()
    (root / "stages/5-reports/README.md").write_text("# Reports\n")
    build_site(Project(root))
    page = written(root)["stages/5-reports/README.md"].decode()
    assert "## Records\n\n<p>None yet.</p>" in page


def test_only_what_changed_is_written_again(root: Path, builder: list[tuple[str, ...]]):
    assert set(write_pages(root)) == EXPECTED
    assert write_pages(root) == []
    path = root / RECORD / "index.md"
    path.write_text(path.read_text().replace("Nobody reads them.", "Everybody does."))
    assert write_pages(root) == [f"{RECORD}/index.md"]
    (root / RECORD / "letters.png").write_bytes(b"\x89PNG")
    assert write_pages(root) == [f"{RECORD}/letters.png"]
    (root / RECORD / "letters.png").unlink()
    assert write_pages(root) == [f"{RECORD}/letters.png"]
    assert set(written(root)) == EXPECTED


def test_numbers_that_nobody_vouches_for_are_marked(root: Path, builder: list[tuple[str, ...]]):
    def marked() -> set[str]:
        write_pages(root)
        return {name for name, page in written(root).items() if b"Out of date." in page}

    vouch(root)
    assert marked() == set()
    path = root / "evaluation/metrics.json"
    path.write_text(path.read_text().replace("0.8125", "0.9999"))
    assert marked() == {"index.md", "results.md", "cards.md"}
    vouch(root)
    path = root / "evaluation/plots/recall.csv"
    path.write_text(path.read_text().replace("0.5", "0.6"))
    assert marked() == {"results.md"}
    (root / "dvc.lock").unlink()
    assert marked() == {"index.md", "results.md", "cards.md", "lift.md"}


def vouch(root: Path) -> None:
    """Let dvc.lock name what lies there, the plots as one folder, as DVC does."""
    md5 = {
        name: hashlib.md5((root / f"evaluation/{name}").read_bytes()).hexdigest()
        for name in ("metrics.json", "lift.json", "plots/recall.csv")
    }
    listed = json.dumps([{"md5": md5.pop("plots/recall.csv"), "relpath": "recall.csv"}])
    md5["plots"] = f"{hashlib.md5(listed.encode()).hexdigest()}.dir"
    outs = [{"path": f"evaluation/{name}", "md5": digest} for name, digest in md5.items()]
    (root / "dvc.lock").write_text(json.dumps({"stages": {"evaluate": {"outs": outs}}}))


def test_templates_are_left_out_even_inside_a_folder_of_that_name(
    root: Path, builder: list[tuple[str, ...]], tmp_path: Path
):
    inside = shutil.copytree(root, tmp_path / "templates/project")
    (inside / "team/templates").mkdir()
    (inside / "team/templates/retro.md").write_text("# Retro\n")
    build_site(Project(inside))
    assert set(written(inside)) == EXPECTED


def test_what_was_deleted_disappears(root: Path, builder: list[tuple[str, ...]]):
    build_site(Project(root))
    (root / "build/pages/left-over.md").write_text("# Old\n")
    shutil.rmtree(root / RECORD)
    build_site(Project(root))
    assert set(written(root)) == {name for name in EXPECTED if not name.startswith(RECORD)}
    assert b"<p>None yet.</p>" in written(root)["stages/1-requirements/README.md"]


def test_two_builds_are_equal_byte_for_byte(root: Path, builder: list[tuple[str, ...]]):
    build_site(Project(root))
    first = written(root)
    shutil.rmtree(root / "build")
    build_site(Project(root))
    assert written(root) == first


def test_dummy_data_is_marked(root: Path, builder: list[tuple[str, ...]]):
    build_site(Project(root))
    assert not any(b"Dummy data" in page for page in written(root).values())
    path = root / "evaluation/metrics.json"
    path.write_text(path.read_text().replace('"sample"', '"dummy"'))
    build_site(Project(root))
    marked = {name for name, page in written(root).items() if b"Dummy data" in page}
    assert marked == {"index.md", "results.md", "cards.md"}


# ------------------------------------------------------------------ what is missing or faulty


@pytest.mark.parametrize("name", ["metrics", "lift"])
def test_missing_numbers_say_to_run_the_pipeline(root: Path, name: str):
    path = root / f"evaluation/{name}.json"
    path.unlink()
    assert refused(root) == f"{path} is not there yet: run `uv run dvc repro` first."


@pytest.mark.parametrize("content", ["", "{", "nothing", b"\xff"])
def test_numbers_that_are_no_json_are_named(root: Path, content: str | bytes):
    path = root / "evaluation/metrics.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert refused(root).startswith(f"{path} is not JSON (")
    assert refused(root).endswith("run `uv run dvc repro --force`.")


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("metrics", "source", None),
        ("metrics", "examples", "many"),
        ("metrics", "candidate", [0.5]),
        ("metrics", "candidate", {"recall": None}),
        ("metrics", "candidate", {"confusion": [[1, 2], [3, 4]]}),
        ("metrics", "status_quo", {"recall": "0.5"}),
        ("lift", "unit", None),
        ("lift", "perfect", "4.75"),
        ("lift", "risk", None),
    ],
)
def test_numbers_that_cannot_be_shown_are_named(root: Path, name: str, key: str, value: object):
    path = root / f"evaluation/{name}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    said = refused(root)
    assert said.startswith(f"{path} gives {value!r} for {key!r}, which the site cannot show")
    assert said.endswith("run `uv run dvc repro`.")


@pytest.mark.parametrize("content", ["[]", "null", "3", "{}"])
def test_numbers_of_another_shape_are_named(root: Path, content: str):
    (root / "evaluation/lift.json").write_text(content)
    assert "lift.json gives None for 'unit', which the site cannot show" in refused(root)


@pytest.mark.parametrize("content", ["", "- a\n", "theme: {name: mkdocs}\n"])
def test_a_site_without_a_name_is_refused(root: Path, content: str):
    (root / "mkdocs.yml").write_text(content)
    assert refused(root).startswith(f"{root / 'mkdocs.yml'} has no site_name")


def test_a_site_needs_no_description(root: Path, builder: list[tuple[str, ...]]):
    (root / "mkdocs.yml").write_text("site_name: Mail\n")
    build_site(Project(root))
    assert b'# Mail\n\n<p class="lab-state">' in written(root)["index.md"]


def test_a_faulty_record_is_named_and_the_last_pages_stay(
    root: Path, builder: list[tuple[str, ...]]
):
    build_site(Project(root))
    before = written(root)
    path = root / RECORD / "index.md"
    path.write_text("---\nid: a\nid: b\n---\n")
    said = refused(root)
    assert said.startswith("The site cannot show these records:\n")
    assert f"{RECORD}/index.md:3: " in said
    assert said.endswith("`lab check` says more.")
    assert written(root) == before


def test_a_plot_that_cannot_be_drawn_is_named(root: Path):
    (root / "evaluation/plots/recall.csv").write_text("recall,class\nhigh,letter\n")
    said = refused(root)
    assert said.startswith("The plot 'Share of each class' of dvc.yaml cannot be drawn")
    assert "evaluation/plots/recall.csv has 'high' where a number has to be" in said


def test_only_the_faults_of_the_builder_are_shown(root: Path, monkeypatch: pytest.MonkeyPatch):
    lines = ("INFO    -  a", "WARNING -  b", "DEBUG   -  c", "ERROR   -  d", "Error: e", "Aborted")
    monkeypatch.setattr(Project, "run", lambda *_: Ended(1, lines))
    assert refused(root) == (
        "The site does not build:\n    WARNING -  b\n    ERROR   -  d\n    Error: e\n"
        "Fix the pages that it names."
    )


def test_a_builder_that_fails_without_a_word_on_a_page_shows_its_last_lines(
    root: Path, monkeypatch: pytest.MonkeyPatch
):
    ended = Ended(1, tuple(f"line {number}" for number in range(30)))
    monkeypatch.setattr(Project, "run", lambda *_: ended)
    assert refused(root) == (
        "The site does not build:\n"
        + "\n".join(f"    line {number}" for number in range(5, 30))
        + "\nFix the pages that it names."
    )


# ------------------------------------------------------------------ with the builder itself


def test_the_site_is_built_and_a_broken_link_names_its_page(root: Path):
    (root / RECORD / "letters.png").write_bytes(b"\x89PNG")
    with (root / RECORD / "index.md").open("a", encoding="utf-8") as story:
        story.write("\n![Letters](letters.png)\n")
    index = build_site(Project(root))
    home = index.read_text(encoding="utf-8")
    assert "<title>Mail &amp; more</title>" in home
    assert '<p class="lab-lead">Sorts &#60;b&#62;mail&#60;/b&#62;&#46;</p>' in home
    record = (root / "build/site" / RECORD / "index.html").read_text(encoding="utf-8")
    assert 'src="letters.png"' in record
    assert (root / "build/site" / RECORD / "letters.png").read_bytes() == b"\x89PNG"
    (root / "team/README.md").write_text("# Team\n\n[Gone](gone.md)\n")
    said = refused(root)
    assert said.startswith("The site does not build:\n    WARNING")
    assert "'team/README.md'" in said
    assert "'gone.md'" in said
    assert "INFO" not in said
    assert said.endswith("Fix the pages that it names.")


def test_a_rendered_project_builds_with_the_settings_that_it_ships(
    render: Callable[[Answers], Path], root: Path, tmp_path: Path
):
    """All but the pipeline is real: its numbers come from the small project."""
    project = shutil.copytree(render({}), tmp_path / "rendered")
    shutil.copytree(root / "evaluation", project / "evaluation", dirs_exist_ok=True)
    shutil.copy(root / "dvc.yaml", project)
    index = build_site(Project(project))
    records = sorted(path.parent.name for path in project.glob("stages/*/*-*-*/index.md"))
    assert len(records) >= 4
    for name in records:
        (page,) = (project / "build/site/stages").rglob(f"{name}/index.html")
        assert f"<code>{name}</code>" in unescape(page.read_text(encoding="utf-8"))
    assert "0.812" in index.read_text(encoding="utf-8")
    assert not list((project / "build/site").rglob("templates"))


def test_tags_that_only_the_builder_understands_do_not_matter(
    root: Path, builder: list[tuple[str, ...]]
):
    with (root / "mkdocs.yml").open("a") as settings:
        settings.write("markdown_extensions:\n  - emoji: {index: !!python/name:material.index }\n")
    build_site(Project(root))
    assert "# Mail &#38; more" in written(root)["index.md"].decode()
