"""The model API of a project that was set up: the champion behind the routes, and what is not."""

import json
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from api.serving import Running, serving
from api.test_service import examine, is_a_problem
from rendering import Answers

from .test_life import CARDS, experiment, lab, tick
from .using import PACKAGE, InUse, commit

pytestmark = pytest.mark.xdist_group("service")

SERVICE = "my-ml-project-api"


@pytest.fixture(scope="module")
def promoted(projects: Callable[[str], InUse], tmp_path_factory: pytest.TempPathFactory) -> InUse:
    """A project with a champion. Do not change it: copy it."""
    project = projects("binary").copy(tmp_path_factory.mktemp("promoted") / "project")
    card, _ = CARDS["binary"]
    lab(project, "start", card)
    commit(project, "Start")
    experiment(project, "binary")
    lab(project, "judge", card)
    commit(project, "Judge")
    tick(project, card)
    lab(project, "review", card, "--approve")
    lab(project, "promote", card)
    project.repro()
    commit(project, "Promote")
    return project


@pytest.fixture
def mine(promoted: InUse, place: Path) -> InUse:
    """A project with a champion, free to be changed."""
    return promoted.copy(place)


def started(project: InUse, logs: Path, *arguments: str, **environment: str):
    """The service of a project, for a `with`."""
    command = [str(project.root / ".venv/bin" / SERVICE), *arguments]
    return serving(command, project.root, project.environment() | environment, logs)


@pytest.fixture(scope="module")
def champion(promoted: InUse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with started(promoted, tmp_path_factory.mktemp("logs")) as running:
        yield running


def held_out(project: InUse) -> tuple[list[dict[str, Any]], list[str], list[float]]:
    """The held-out rows as a caller sends them, and what was predicted when they were judged."""
    rows = project.table("data/heldout/rows")
    predicted = project.table(f"evaluation/openings/{CARDS['binary'][0]}/predictions").filter(
        (pl.col("model") == "candidate") & (pl.col("seed") == 1)
    )
    predicted = rows.select("id").join(predicted, on="id", maintain_order="left")
    columns = list(project.yaml("schema.yaml")["columns"])
    labels = ["malignant" if label == 1 else "benign" for label in predicted["label"]]
    return rows.select(columns).to_dicts(), labels, predicted["score"].to_list()


def test_held_out_rows_get_the_pipelines_predictions(promoted: InUse, champion: Running):
    rows, labels, scores = held_out(promoted)
    batch = champion.post("/v1/predict/batch", {"rows": rows}).json()
    assert [one["prediction"] for one in batch["predictions"]] == labels
    assert [one["score"] for one in batch["predictions"]] == pytest.approx(scores, abs=1e-8)
    assert batch["stub"] is False
    for row, label, score in list(zip(rows, labels, scores, strict=True))[:40]:
        single = champion.post("/v1/predict", row).json()
        assert (single["prediction"], single["score"]) == (label, pytest.approx(score, abs=1e-8))


def test_the_champion_is_compiled_and_needs_no_scikit_learn(promoted: InUse, tmp_path: Path):
    """In an environment that has nothing of the project but the interface and NumPy."""
    python = tmp_path / "venv/bin/python"
    promoted.ok("uv", "venv", "--quiet", "--python", promoted.python(), str(tmp_path / "venv"))
    install = ("uv", "pip", "install", "--quiet", "--python", str(python))
    promoted.ok(*install, f"{promoted.root}/api[compiled]")
    listed = promoted.ok("uv", "pip", "list", "--python", str(python), "--format=json")
    for library in ("scikit-learn", "scipy", "polars", "skops"):
        assert f'"{library}"' not in listed
    rows, labels, scores = held_out(promoted)
    command = [str(tmp_path / "venv/bin" / SERVICE)]
    with serving(command, promoted.root, promoted.environment(), tmp_path / "logs") as running:
        assert "compiled" in running.err.read_text()
        assert running.http.get("/v1/model").json()["compiled"] is True
        batch = running.post("/v1/predict/batch", {"rows": rows}).json()
    assert [one["prediction"] for one in batch["predictions"]] == labels
    assert [one["score"] for one in batch["predictions"]] == pytest.approx(scores, abs=1e-9)


def _other_bytes(project: InUse) -> None:
    path = project.root / "models/champion/compiled-seed-1.npz"
    path.write_bytes(path.read_bytes() + b" ")


def _of_another_seed(project: InUse) -> None:
    folder = project.root / "models/champion"
    shutil.copy(folder / "compiled-seed-2.npz", folder / "compiled-seed-1.npz")
    told = project.json("models/champion/champion.json")
    told["compiled"]["compiled-seed-1.npz"] = told["compiled"]["compiled-seed-2.npz"]
    (folder / "champion.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_other_bytes, "it is not what was promoted."),
        (_of_another_seed, "it was made from another model."),
    ],
)
def test_a_compiled_form_that_cannot_be_trusted_gives_way_to_the_model(
    mine: InUse, tmp_path: Path, spoil: Callable[[InUse], None], said: str
):
    rows, labels, _ = held_out(mine)
    spoil(mine)
    with started(mine, tmp_path / "logs") as running:
        expected = f"compiled-seed-1.npz is not used, and seed-1 answers itself: {said}"
        assert expected in running.err.read_text()
        assert running.http.get("/v1/model").json()["compiled"] is False
        batch = running.post("/v1/predict/batch", {"rows": rows}).json()
    assert [one["prediction"] for one in batch["predictions"]] == labels


COMPILED = """
import sys
from pathlib import Path
import polars as pl
from my_ml_project.config import load_params
from my_ml_project.model import save
from my_ml_project.schema import load_schema
from my_ml_project.training import train
from my_ml_project_api.trained import compile_all

params = load_params()
schema = load_schema(params.task)
rows = pl.read_parquet("data/train.parquet")
for name in ("linear", "boosted_trees"):
    scoring = "r2" if params.task == "regression" else "neg_log_loss"
    changed = {"model": name, "scoring": scoring, "threshold": None, "search": {}}
    setup = params.model_copy(update={"train": params.train.model_copy(update=changed)})
    model, _ = train(rows, setup, schema, seed=1)
    folder = Path(sys.argv[1]) / name
    save(model, folder / "seed-1")
    print(name, *compile_all(Path.cwd(), str(folder)))
"""


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_what_a_project_begins_with_is_compiled_or_says_why_not(
    projects: Callable[[str], InUse], task: str, tmp_path: Path
):
    said = projects(task).ok(".venv/bin/python", "-c", COMPILED, str(tmp_path)).splitlines()
    linear, trees = said[-2:]
    assert re.fullmatch(
        r"linear compiled-seed-1.npz: the same labels, .* on 1\d,\d{3} rows.", linear
    )
    assert "the same labels" in trees or "a full batch would take longer" in trees


def test_it_says_which_model_answers_and_why(promoted: InUse, champion: Running):
    told = champion.http.get("/v1/model").json()
    card, _ = CARDS["binary"]
    verdict = promoted.json(f"stages/4-experiments/{card}/verdict.json")
    assert told["version"].startswith(f"{card}/seed-1@")
    assert champion.post("/v1/predict", held_out(promoted)[0][0]).json()["model"] == told["version"]
    assert told["stub"] is False
    assert told["commit"] == verdict["commit"]
    assert told["verdict"]["seal"] == verdict["seal"]
    assert told["verdict"]["verdict"] == "supported"
    lock = promoted.yaml("dvc.lock")["stages"]["data"]["outs"]
    assert told["data"] == next(out["md5"] for out in lock if out["path"] == "data/train.parquet")
    expected = [
        {
            **{key: one[key] for key in ("criterion", "metric", "slice", "reference", "status")},
            **{key: one[key] for key in ("estimate", "lower", "upper")},
            "examples": one["n"],
        }
        for one in verdict["results"]
    ]
    assert told["metrics"] == expected


def test_schemathesis_finds_nothing_in_the_trained_service(champion: Running, tmp_path: Path):
    examine(champion.url, tmp_path)


def test_many_callers_at_once_get_the_pipelines_predictions(promoted: InUse, champion: Running):
    rows, labels, _ = held_out(promoted)
    with ThreadPoolExecutor(12) as people:
        answers = list(people.map(lambda row: champion.post("/v1/predict", row).json(), rows))
    assert [answer["prediction"] for answer in answers] == labels


def test_a_model_that_is_swapped_while_serving_changes_nothing_until_a_restart(
    mine: InUse, tmp_path: Path
):
    rows, labels, _ = held_out(mine)
    with started(mine, tmp_path / "logs") as running:
        before = running.http.get("/v1/model").json()
        folder = mine.root / "models/champion"
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / "seed-1").write_bytes(b"another")
        batch = running.post("/v1/predict/batch", {"rows": rows}).json()
        assert [one["prediction"] for one in batch["predictions"]] == labels
        assert running.http.get("/v1/model").json() == before
    with started(mine, tmp_path / "again") as running:
        is_a_problem(running.post("/v1/predict", rows[0]), 503)


def test_a_model_may_be_a_folder(mine: InUse, tmp_path: Path):
    rows, labels, _ = held_out(mine)
    folder = mine.root / "models/champion"
    (folder / "seed-1").rename(folder / "file")
    (folder / "seed-1").mkdir()
    (folder / "file").rename(folder / "seed-1/file")
    mine.change("models/champion/champion.json", '"seed-1":', '"seed-1/file":')
    mine.change(f"src/{PACKAGE}/serving.py", "load_model(file,", 'load_model(file / "file",')
    with started(mine, tmp_path / "logs") as running:
        batch = running.post("/v1/predict/batch", {"rows": rows}).json()
        assert [one["prediction"] for one in batch["predictions"]] == labels
        assert running.http.get("/v1/model").json()["version"].split("@")[0].endswith("/seed-1")


def _missing(project: InUse) -> None:
    shutil.rmtree(project.root / "models/champion")


def _corrupt(project: InUse) -> None:
    path = project.root / "models/champion/seed-1"
    (project.root / "models/champion/champion.json").unlink()
    path.write_bytes(path.read_bytes()[:1000])


def _replaced(project: InUse) -> None:
    folder = project.root / "models/champion"
    shutil.copy(folder / "seed-2", folder / "seed-1")


def _untrusted(project: InUse) -> None:
    (project.root / "models/champion/champion.json").unlink()
    project.ok(
        *(".venv/bin/python", "-c"),
        "import polars as pl; from skops import io; from sklearn.preprocessing import "
        "FunctionTransformer; io.dump(FunctionTransformer(func=pl.read_csv), "
        "'models/champion/seed-1')",
    )


def _other_schema(project: InUse) -> None:
    project.change(
        "schema.yaml",
        "mean_area: {type: float, min: 0, max: 6000",
        "mean_area: {type: float, min: 0, max: 60",
    )


def _no_provenance(project: InUse) -> None:
    path = project.root / "models/champion/champion.json"
    path.write_text(path.read_text().replace('"verdict"', '"verdikt"'))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_missing, "There is no model in "),
        (_corrupt, "seed-1 is not a model that skops wrote"),
        (_replaced, "seed-1 is not what was promoted"),
        (_untrusted, "holds types that are not trusted"),
        (_other_schema, "The API's contract was made from another schema.yaml"),
        (_no_provenance, "champion.json is not what `lab promote` writes"),
    ],
)
def test_a_model_that_cannot_be_trusted_is_never_served(
    mine: InUse, tmp_path: Path, spoil: Callable[[InUse], None], said: str
):
    rows, _, _ = held_out(mine)
    spoil(mine)
    with started(mine, tmp_path / "logs") as running:
        assert said in running.err.read_text()
        assert "Traceback" not in running.err.read_text()
        for response in (
            running.http.get("/ready"),
            running.http.get("/v1/model"),
            running.post("/v1/predict", rows[0]),
            running.post("/v1/predict/batch", {"rows": rows[:2]}),
        ):
            assert said in is_a_problem(response, 503)["detail"]
        assert running.http.get("/health").status_code == 200


def test_a_model_of_other_columns_is_never_served(mine: InUse, tmp_path: Path):
    rows, _, _ = held_out(mine)
    lines = [line for line in mine.text("schema.yaml").splitlines() if "  mean_area:" not in line]
    (mine.root / "schema.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert mine.run(f".venv/bin/{SERVICE}", "contract").code == 0  # nobody calls yet
    with started(mine, tmp_path / "logs") as running:
        assert "was trained on other columns than schema.yaml names" in running.err.read_text()
        del rows[0]["mean_area"]
        is_a_problem(running.post("/v1/predict", rows[0]), 503)


def test_another_seed_can_be_served_and_an_unknown_one_is_told(mine: InUse, tmp_path: Path):
    with started(mine, tmp_path / "two", MODEL_API_SEED="2") as running:
        assert "/seed-2@" in running.http.get("/v1/model").json()["version"]
    with started(mine, tmp_path / "nine", MODEL_API_SEED="9") as running:
        assert "has no model of seed 9; it has [1, 2, 3]" in running.err.read_text()


def test_a_candidate_can_be_served_and_has_no_verdict(mine: InUse, tmp_path: Path):
    with started(mine, tmp_path, MODEL_API_MODEL="models/candidate") as running:
        told = running.http.get("/v1/model").json()
        assert told["version"].startswith("candidate/seed-1@")
        assert told["verdict"] is None


def test_the_prediction_log_is_what_lab_monitor_reads(mine: InUse, tmp_path: Path):
    rows, _, _ = held_out(mine)
    log = tmp_path / "predictions.jsonl"
    with started(mine, tmp_path / "logs", MODEL_API_PREDICTION_LOG=str(log)) as running:
        running.post("/v1/predict/batch", {"rows": rows})
        shifted = [row | {"mean_area": row["mean_area"] * 0.5} for row in rows]
        running.post("/v1/predict/batch", {"rows": shifted})
    told = mine.run(".venv/bin/lab", "monitor", str(log))
    assert told.code == 1, told.output
    assert "mean_area" in told.output


def test_a_champion_that_was_just_promoted_is_in_git_by_its_dvc_file(promoted: InUse):
    tracked = promoted.ok("git", "ls-files", "models").splitlines()
    assert "models/champion.dvc" in tracked
    assert not [path for path in tracked if path.startswith("models/champion/")]


# ---------------------------------------------------------------------------
# For those who have only the interface.
# ---------------------------------------------------------------------------


def test_the_interface_installs_alone_and_without_any_ml_library(
    projects: Callable[[str], InUse], tmp_path: Path
):
    project = projects("regression")
    python = tmp_path / "venv/bin/python"
    project.ok("uv", "venv", "--quiet", "--python", project.python(), str(tmp_path / "venv"))
    shutil.copytree(project.root / "api", tmp_path / "api")
    alone = InUse(tmp_path)
    alone.ok("uv", "pip", "install", "--quiet", "--python", str(python), "./api")
    listed = alone.ok("uv", "pip", "list", "--python", str(python), "--format=json")
    installed = {one["name"]: one["version"] for one in json.loads(listed[listed.index("[") :])}
    assert installed[SERVICE] == "1.0.0"
    for library in ("numpy", "pandas", "polars", "scikit-learn", "scipy", "skops", "dvc"):
        assert library not in installed
    (readme,) = re.findall(r"```python\n(.*?)```", project.text("api/README.md"), re.DOTALL)
    command = [str(tmp_path / "venv/bin" / SERVICE), "--stub"]
    with serving(command, tmp_path, alone.environment(), tmp_path / "logs") as running:
        (tmp_path / "example.py").write_text(readme.replace("http://127.0.0.1:8000", running.url))
        prediction, stub = alone.ok(str(python), "example.py").split()
    assert 0 <= float(prediction) <= 400
    assert stub == "True"


def test_without_the_api_nothing_of_it_is_there(render: Callable[[Answers], Path]):
    root = render({"api": False})
    paths = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    assert not [path for path in paths if path.startswith("api") or "serving" in path]
    for path in paths:
        # One noxfile for all: its session `contract` does nothing where there is no interface.
        if not path.startswith("lab/") and path != "noxfile.py":
            text = (root / path).read_text(encoding="utf-8")
            found = re.findall(r"\bapi/|-api\b|_api\b|fastapi|openapi|model API", text)
            assert not found, f"{path}: {found}"


def test_a_change_that_breaks_a_caller_is_stopped_at_the_commit(working: InUse):
    working.change(
        *("api/contract.yaml", "callers: []"),
        'callers: [{name: website, contact: "@bob", sends: all, reads: [prediction]}]',
    )
    working.change(
        "schema.yaml",
        "mean_area: {type: float, min: 0, max: 6000",
        "mean_area: {type: float, min: 0, max: 60",
    )
    stale = working.run("git", "commit", "--all", "-m", "Ours")
    assert "models.py is not what schema.yaml" in stale.output
    working.run("uv", "run", SERVICE, "contract")
    stopped = working.run("git", "commit", "--all", "-m", "Ours")
    assert stopped.code == 1
    assert "maximum of mean_area was 6000.0 and is 60.0" in stopped.output
    assert "Breaks website (ask @bob)." in stopped.output
    checked = working.run("uv", "run", "nox", "-s", "contract")
    assert checked.code == 1
    assert "Breaks website (ask @bob)." in checked.output
    working.change("api/contract.yaml", "version: 1.0.0", "version: 2.0.0")
    working.ok("uv", "run", SERVICE, "contract")
    working.ok("git", "commit", "--all", "-m", "Ours")
    assert "/v2/predict" in working.json("api/openapi.json")["paths"]


# ---------------------------------------------------------------------------
# The container file, step by step, without a container.
# ---------------------------------------------------------------------------


def test_the_steps_of_the_container_file_make_a_service(promoted: InUse, tmp_path: Path):
    """Its COPY, RUN, CMD and HEALTHCHECK, in a folder that stands in for /app."""
    stages = stages_of(promoted.text("api/Dockerfile"))
    assert list(stages) == ["build", "base", "stub", "trained"]
    app = tmp_path / "app"
    ignored = re.findall(r"^!/(.*)$", promoted.text("api/Dockerfile.dockerignore"), re.MULTILINE)
    for kind, words in stages["build"] + stages["trained"]:
        if kind == "COPY" and not words.startswith("--from"):
            *sources, target = words.split()
            for source in sources:
                assert any(source == one or source.startswith(f"{one}/") for one in ignored)
                place = app / target
                place = place / Path(source).name if target.endswith("/") else place
                place.parent.mkdir(parents=True, exist_ok=True)
                found = promoted.root / source
                copy = shutil.copytree if found.is_dir() else shutil.copy
                copy(found, place)
        if kind == "RUN" and words.startswith("uv sync"):
            InUse(app).ok(*words.split(), "--python", promoted.python(), UV_LINK_MODE="copy")
            for folder in ("src", "api/src"):
                shutil.rmtree(app / folder)  # nothing may depend on them: not editable
    listed = InUse(app).ok("uv", "pip", "list", "--quiet", "--python", ".venv/bin/python")
    assert "pytest" not in listed
    assert "dvc" not in listed
    (command,) = [json.loads(words) for kind, words in stages["trained"] if kind == "CMD"]
    (health,) = [words for kind, words in stages["base"] if kind == "HEALTHCHECK"]
    check = json.loads(health.partition("CMD ")[2])
    run = [str(app / ".venv/bin" / command[0]), *command[1:]]
    with serving(run, app, InUse(app).environment(), tmp_path / "logs") as running:
        assert running.http.get("/v1/model").json()["verdict"]["verdict"] == "supported"
        asked = [part.replace(":8000", f":{running.port}") for part in check]
        InUse(app).ok(".venv/bin/python", *asked[1:])
    assert InUse(app).run(".venv/bin/python", *asked[1:]).code != 0  # it is gone
    for stage in ("stub", "trained"):
        kinds = [kind for kind, _ in stages[stage]]
        assert kinds.index("USER") < kinds.index("CMD")
    assert json.loads(next(w for k, w in stages["stub"] if k == "CMD")) == [SERVICE, "--stub"]


def stages_of(text: str) -> dict[str, list[tuple[str, str]]]:
    """The instructions of each stage of a container file."""
    stages: dict[str, list[tuple[str, str]]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        kind, _, words = line.strip().partition(" ")
        if kind == "FROM":
            stages[words.rpartition(" AS ")[2]] = []
        elif kind and not kind.startswith("#"):
            list(stages.values())[-1].append((kind, " ".join(words.split())))
    return stages


# ---------------------------------------------------------------------------
# The package set.
# ---------------------------------------------------------------------------


def test_the_tests_of_this_repository_use_the_versions_that_projects_get(
    render: Callable[[Answers], Path],
):
    project = tomllib.loads((render({}) / "api/pyproject.toml").read_text(encoding="utf-8"))
    ours = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    for wanted in project["project"]["dependencies"]:
        name = re.split(r"[~<>=;]", wanted)[0]
        if name not in ("pydantic",):
            assert wanted in ours["dependency-groups"]["dev"]
