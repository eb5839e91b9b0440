"""What would collide if the template came into a repository with code in it, and the ways out.

Nothing that is there would be overwritten. But two packages of one name hide each other, a module
of theirs in the place of one of the template's is imported by code that expects the other, and
what a .gitignore keeps out of git is missing in every clone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

# What the pipeline and uv write, and every clone needs.
COMMITTED = ("data/heldout.json", "dvc.lock", "evaluation/metrics.json", "uv.lock")
OWN_FOLDERS = ("api", "lab", "stages", "team")


@dataclass(frozen=True)
class Collision:
    """Something of theirs that the template's files cannot stand beside as it is."""

    path: str
    why: str
    way_out: str


def collisions(
    theirs: Collection[str],
    template: Collection[str],
    package: str,
    ignored: Mapping[str, Sequence[str]],
) -> list[Collision]:
    """Everything that collides, by its path.

    Args:
        theirs: the files of the repository.
        template: the files that the template would bring.
        package: the name of its package.
        ignored: by the line of a .gitignore: which of `template` and COMMITTED it keeps out.
    """
    found = [
        *_packages(theirs, package),
        *_modules(theirs, template, package),
        *_tests(theirs, template),
        *_folders(theirs, template),
        *_letters(theirs, template),
        *_ignored(ignored),
    ]
    return sorted(found, key=lambda collision: collision.path)


def _packages(theirs: Collection[str], package: str) -> Iterator[Collision]:
    if any(path.startswith(f"{package}/") and path.endswith(".py") for path in theirs):
        yield Collision(
            f"{package}/",
            f"it and the template's src/{package}/ would be two packages of one name",
            f"take another name for the template's: --data package_name={package}_model; or move "
            f"yours first: git mv {package} src/{package}",
        )
    if f"{package}.py" in theirs:
        yield Collision(
            f"{package}.py",
            f"the module hides the package src/{package}/",
            f"take another name: --data package_name={package}_model",
        )


def _modules(
    theirs: Collection[str], template: Collection[str], package: str
) -> Iterator[Collision]:
    for path in sorted({*theirs} & {*template}):
        name = PurePosixPath(path).name
        if path.startswith(f"src/{package}/") and name.endswith(".py") and name != "__init__.py":
            other = path.replace(name, f"own_{name}")
            yield Collision(
                path,
                "yours would stay, and modules of the template import what theirs has",
                f"rename yours: git mv {path} {other}; or take another name for the template's "
                f"package: --data package_name={package}_model",
            )


def _tests(theirs: Collection[str], template: Collection[str]) -> Iterator[Collision]:
    brought = {PurePosixPath(path).name: path for path in template if path.startswith("tests/")}
    for path in theirs:
        name = PurePosixPath(path).name
        if not path.startswith("tests/") or not name.endswith(".py") or name not in brought:
            continue
        folder = path.removesuffix(name)
        other = (
            f"{folder}{name.replace('test_', 'test_own_') if 'test_' in name else f'own_{name}'}"
        )
        if path == brought[name]:
            why = "yours would stay, and the template's own would be left out"
        elif f"{folder}__init__.py" not in theirs:
            why = f"pytest takes it and {brought[name]} for one module"
        else:
            continue
        yield Collision(path, why, f"rename yours: git mv {path} {other}")


def _folders(theirs: Collection[str], template: Collection[str]) -> Iterator[Collision]:
    tops = {path.partition("/")[0] for path in theirs if "/" in path}
    for folder in OWN_FOLDERS:
        if folder in tops and any(path.startswith(f"{folder}/") for path in template):
            way_out = f"rename yours: git mv {folder} own_{folder}"
            if folder == "api":
                way_out += "; or leave the template's out: --data api=false"
            yield Collision(f"{folder}/", "the template has a folder of that name", way_out)
    for path in theirs:
        if any(brought.startswith(f"{path}/") for brought in template):
            yield Collision(
                path, "it is a file where the template has a folder", f"rename it: git mv {path} …"
            )


def _letters(theirs: Collection[str], template: Collection[str]) -> Iterator[Collision]:
    known = {path.casefold(): path for path in template}
    for path in theirs:
        other = known.get(path.casefold(), path)
        if other != path:
            yield Collision(
                path,
                f"on Windows and macOS it is the same file as {other}",
                f"rename it: git mv {path} {other}",
            )


def _ignored(ignored: Mapping[str, Sequence[str]]) -> Iterator[Collision]:
    for line, paths in ignored.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield Collision(
            line,
            f"it keeps {paths[0]}{more} out of git, and every clone needs that",
            "take the line out, or narrow it to what is large or secret; DVC keeps data",
        )
