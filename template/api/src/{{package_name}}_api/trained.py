"""What answers: a stub, a trained model, or nothing yet, with the reason.

The stub answers from the contract alone: the same row always gets the same answer. Nothing is
learned. A digest of the row decides, so that a caller sees every class and any score, and a test
that was written against the stub stays green.

The trained model is found, checked and tried out before it may answer.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zipfile import BadZipFile, ZipFile, is_zipfile

from pydantic import ValidationError

from . import COMMAND, PACKAGE
from .contract import ContractError, read_contract
from .messages import STUB, Expected, Judged, ModelInfo, Row
from .models import (
    CONTRACT,
    EXAMPLE,
    LABELS,
    POSITIVE,
    TARGET_RANGE,
    TASK,
    VERSION,
    Features,
    Prediction,
)
from .settings import Settings

if TYPE_CHECKING:
    from .compiled import Compiled

PROVENANCE = "champion.json"
MEGABYTE = 2**20
LARGEST = 1024 * MEGABYTE  # of a model's file; its digest is taken before anything is read
LARGEST_PROVENANCE = MEGABYTE
LISTED = 4 * MEGABYTE  # bytes of an archive's list of contents
END, END_64 = b"PK\5\6", b"PK\6\7"  # of an archive, and of one with more than 4 GB


class Predictor(Protocol):
    """Something that answers."""

    info: ModelInfo
    slow: bool  # is it worth a thread, so that other requests are served meanwhile?

    def predict(self, rows: Sequence[Row]) -> list[Prediction]:
        """One prediction for each row, in their order. The rows fit the contract."""
        ...


@dataclass(frozen=True)
class Unready:
    """No model can answer; `reason` says why and how to fix it."""

    reason: str


class Stub:
    """Plausible answers before there is a model."""

    info = ModelInfo(version=STUB, stub=True, contract=VERSION, task=TASK)
    slow = False

    def predict(self, rows: Sequence[Row]) -> list[Prediction]:
        """One prediction for each row, made from a digest of it."""
        return [Prediction.model_validate(made_up(_share(row))) for row in rows]


def _share(row: Row) -> float:
    """A number from 0 up to 1 that only the row's values decide, in the contract's order."""
    digest = hashlib.sha256(repr(list(row.values())).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def made_up(share: float) -> dict[str, Any]:
    """A prediction for a share from 0 up to 1: a class by its place, a number by its range."""
    if TASK == "regression":
        low, high = TARGET_RANGE
        return {"prediction": low + share * (high - low)}
    if TASK == "multiclass":
        return {"prediction": LABELS[int(share * len(LABELS))]}
    negative = next(label for label in LABELS if label != POSITIVE)
    return {"prediction": POSITIVE if share >= 0.5 else negative, "score": share}


# ---------------------------------------------------------------------------
# The trained model.
# ---------------------------------------------------------------------------


class Trained:
    """A model of this project that fits the contract.

    `predict` of the project's `serving.py` does the work: preprocessing and model are those of
    the training.
    """

    slow = True

    def __init__(self, served: Any, info: ModelInfo, note: str = "") -> None:
        self.served, self.info, self.note = served, info, note

    def predict(self, rows: Sequence[Row]) -> list[Prediction]:
        """One prediction for each row, in their order."""
        return [Prediction.model_validate(one) for one in self.served.predict(rows)]


def load(root: Path, settings: Settings) -> "Trained | Compiled | Unready":
    """The model that the settings name, or why it may not answer."""
    folder = root / settings.model
    try:
        _same_contract(root)
        file = _file(folder, settings.seed)
        _see_that_fits(file)
        digests = _digests(folder, file)
        provenance = _provenance(folder, file, digests)
        info = _info(file, digests, provenance)
        trained: Trained | Compiled | str = _compiled(file, digests, provenance, info)
        if isinstance(trained, str):
            trained = Trained(_serving().load(root, file), info, note=trained)
        _tried(trained)
    except _RefusalError as refusal:
        return Unready(str(refusal))
    except Exception as error:  # whatever the project's own code raises, nothing may be served
        return Unready(f"The model cannot be served: {error}")
    return trained


def _compiled(
    file: Path, digests: Mapping[str, str], provenance: Mapping[str, Any], info: ModelInfo
) -> "Compiled | str":
    """The compiled form of a model, or why the model itself answers; empty if that is as usual."""
    path = compiled_path(file)
    if not path.is_file():
        return ""
    why = f"{path.name} is not used, and {file.name} answers itself: "
    _see_that_fits(path)
    if provenance.get("compiled", {}).get(path.name) != _digest(path):
        return f"{why}it is not what was promoted."
    try:
        from .compiled import Compiled, Plan

        plan = Plan.of(path.read_bytes())
        if plan.source != digests:
            return f"{why}it was made from another model."
        if {*plan.numbers, *plan.categories} != {*EXAMPLE}:
            return f"{why}it knows other columns than schema.yaml names."
        return Compiled(plan, info.model_copy(update={"compiled": True}))
    except ModuleNotFoundError as missing:
        return f"{why}{missing.name} is not installed."
    except Exception as error:  # a broken file is no reason not to answer
        return f"{why}it cannot be read ({error})."


def compile_all(root: Path, folder: str) -> Iterator[str]:
    """Compile each model of a folder; say what became of it.

    Raises:
        ContractError: the contract was made from another schema.
    """
    from .compiled import CannotCompileError, compiled

    for file in _models(root / folder).values():
        path = compiled_path(file)
        path.unlink(missing_ok=True)
        try:
            _same_contract(root)
            _see_that_fits(file)
            plan = compiled(_serving().load(root, file), root, _digests(file.parent, file))
            path.write_bytes(plan.to_bytes())
            yield f"{path.name}: the same labels, and scores, on {plan.compared:,} rows."
        except CannotCompileError as error:
            yield f"{file.name} answers as it was trained, not compiled: {error}."
        except Exception as error:  # whatever the project's own code raises
            yield f"{file.name} answers as it was trained, not compiled: {error}"


def compiled_path(file: Path) -> Path:
    """Where the compiled form of a model lies."""
    return file.with_name(f"compiled-{file.name.partition('.')[0]}.npz")


class _RefusalError(Exception):
    """A reason not to serve."""


def _same_contract(root: Path) -> None:
    """The contract in this package is the one that the project's schema gives."""
    try:
        found = read_contract(root)
    except ContractError as error:
        raise _RefusalError(str(error)) from None
    if found.digest != CONTRACT:
        raise _RefusalError(
            "The API's contract was made from another schema.yaml than the one here: "
            f"run `uv run {COMMAND} contract`."
        )


def _serving() -> Any:
    """The project's own code for serving, which this package does without."""
    name = f"{PACKAGE.removesuffix('_api')}.serving"
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        raise _RefusalError(
            f"{missing.name} is not installed here, so no model can be loaded: run the service in "
            "the project's own environment, or serve the stub with --stub."
        ) from None


def _file(folder: Path, seed: int) -> Path:
    """The model of a seed, or of the lowest one: a file or a folder."""
    found = _models(folder)
    if not found:
        raise _RefusalError(
            f"There is no model in {folder}: promote one with `uv run lab promote`, get it with "
            f"`uv run dvc pull {folder.name}`, or serve the stub with --stub."
        )
    if seed and seed not in found:
        raise _RefusalError(f"{folder} has no model of seed {seed}; it has {sorted(found)}.")
    return found[seed or min(found)]


def _models(folder: Path) -> dict[int, Path]:
    """The models of a folder by their seeds."""
    names = {path: path.name.partition(".")[0] for path in folder.glob("seed-*")}
    seeds = {path: name.removeprefix("seed-") for path, name in names.items()}
    return {int(number): path for path, number in sorted(seeds.items()) if number.isdigit()}


def _see_that_fits(model: Path) -> None:
    """Refuse what would take more time or memory to read than a model does."""
    for path in (model, *model.rglob("*")):
        if path.is_dir():
            continue
        if not path.is_file():
            raise _RefusalError(f"{path} is not a file: put the model there.")
        size = path.stat().st_size
        if size > LARGEST:
            raise _RefusalError(f"{path} is larger than {LARGEST // MEGABYTE} MB: it is no model.")
        if _is_bomb(path, size):
            raise _RefusalError(f"{path} would be very much larger unpacked: it is no model.")


def _is_bomb(path: Path, size: int) -> bool:
    """Does an archive say that it is large inside? zipfile reads no more than it says."""
    if not is_zipfile(path):
        return False
    with path.open("rb") as file:
        file.seek(max(0, size - 2**16 - 22))
        tail = file.read()
    end = len(tail) - 22 if tail[-22:].startswith(END) else tail.rfind(END)
    listed = int.from_bytes(tail[end + 12 : end + 16], "little")
    if listed > LISTED or tail[max(0, end - 20) : end].startswith(END_64):
        return True
    try:
        with ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except BadZipFile:
        return False  # whoever loads it says so
    return unpacked > 64 * MEGABYTE + 20 * size


def _provenance(folder: Path, file: Path, digests: dict[str, str]) -> dict[str, Any]:
    """What `lab promote` wrote beside the model; nothing for a model that was never judged."""
    path = folder / PROVENANCE
    if not path.is_file():
        return {}
    if path.stat().st_size > LARGEST_PROVENANCE:
        raise _RefusalError(f"{path} is not what `lab promote` writes: promote it again.")
    fix = f"promote it again, or get it with `uv run dvc checkout {folder.name}`."
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        promised = {
            name: digest
            for name, digest in content["files"].items()
            if name.partition("/")[0] == file.name
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _RefusalError(f"{path} does not say what {file.name} has to be: {fix}") from None
    if promised != digests:
        raise _RefusalError(f"{file} is not what was promoted: {fix}")
    return content


def _digests(folder: Path, model: Path) -> dict[str, str]:
    """The SHA-256 of each file of a model, by its path in the folder."""
    files = sorted(path for path in (model, *model.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): _digest(path) for path in files}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _info(file: Path, digests: dict[str, str], provenance: dict[str, Any]) -> ModelInfo:
    name = provenance.get("hypothesis", file.parent.name)
    whole = hashlib.sha256("".join(digests.values()).encode()).hexdigest()
    digest = digests.get(file.name, whole)
    known: dict[str, Any] = {
        "version": f"{name}/{file.stem}@{digest[:12]}",
        "stub": False,
        "contract": VERSION,
        "task": TASK,
    }
    if not provenance:
        return ModelInfo(**known)
    try:
        verdict = provenance["verdict"]
        return ModelInfo(
            **known,
            commit=provenance["commit"],
            data=provenance["data"],
            verdict=Judged(
                hypothesis=name,
                **{key: verdict[key] for key in Judged.model_fields if key != "hypothesis"},
            ),
            metrics=[Expected(**one) for one in provenance["metrics"]],
        )
    except (KeyError, TypeError, ValidationError):
        raise _RefusalError(
            f"{file.parent / PROVENANCE} is not what `lab promote` writes: promote it again."
        ) from None


def _tried(trained: "Trained | Compiled") -> None:
    """The model answers the contract's own example, within the contract."""
    row = Features.model_validate(EXAMPLE).model_dump(by_alias=True)
    try:
        (answer,) = trained.predict([row])
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(map(str, wrong["loc"]))
        raise _RefusalError(
            f"The model's answer to the contract's example breaks the contract: {place}: "
            f"{wrong['msg']}. It was trained on another schema.yaml: train it again."
        ) from None
    if answer != trained.predict([row])[0]:
        raise _RefusalError("The model answers the same row differently each time: fix serving.py.")
