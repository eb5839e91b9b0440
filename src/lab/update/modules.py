"""The Python of a package: who imports whom, what is defined, and fields added to a class."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..errors import LabError

Sources = Mapping[str, str]
"""The text of each file by its path, with slashes, relative to the project."""


def parsed(path: str, text: str) -> ast.Module:
    """The tree of a file.

    Raises:
        LabError: it is no Python.
    """
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise LabError(f"{path} is not readable as Python ({error}): fix it first.") from None


def names_in(tree: ast.Module) -> set[str]:
    """What a module defines or imports at its top."""
    found: set[str] = set()
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {alias.asname or alias.name for alias in names}
    return found


def imports_in(path: str, text: str) -> set[str]:
    """The modules that a file imports, by their whole names; those in `src/` have no `src.`."""
    here = module_of(path).split(".")
    parent = here if path.endswith("__init__.py") else here[:-1]
    found: set[str] = set()
    for node in ast.walk(parsed(path, text)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=module, names=names, level=level):
                base = parent[: len(parent) - level + 1] if level else []
                name = ".".join([*base, *([module] if module else [])])
                found |= {name, *(f"{name}.{alias.name}" for alias in names)}
    return found


def module_of(path: str) -> str:
    """The whole name of the module that a file is."""
    name = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
    return name.replace("/", ".")


def uncalled(sources: Sources, package: str, called: Iterable[str]) -> list[str]:
    """The files of a package that nothing leads to, and the tests of those alone.

    Args:
        sources: every Python file of the project.
        package: the package in `src/`.
        called: modules that something outside of Python calls.

    Returns:
        Their paths, sorted. `tests/test_name.py` is the test of the module `name`; whatever else
        imports a module keeps it.
    """
    inside = {module_of(path): path for path in sources if path.startswith(f"src/{package}/")}
    imports = {path: imports_in(path, text) for path, text in sources.items()}
    outside = [path for path in sources if path not in inside.values()]
    tests: dict[str, set[str]] = {}
    for name in inside:
        tests.setdefault(f"tests/test_{name.rpartition('.')[2]}.py", set()).add(name)
    kept = _reached({package, *called}, inside, imports)
    while True:
        roots = [path for path in outside if path not in tests or tests[path] & kept]
        wanted = set(called).union({package}, *(imports[path] for path in roots))
        now = _reached(wanted, inside, imports)
        if now == kept:
            break
        kept = now
    left = {path for name, path in inside.items() if name not in kept}
    own = {path for path, names in tests.items() if path in sources and not names & kept}
    folders = {path.removesuffix("/__init__.py") for path in left if path.endswith("__init__.py")}
    whole = {folder for folder in folders if _inside(folder, inside.values()) <= left}
    single = {path for path in left if not any(path.startswith(f"{name}/") for name in whole)}
    return sorted({*whole, *single, *own})


def _inside(folder: str, paths: Iterable[str]) -> set[str]:
    return {path for path in paths if path.startswith(f"{folder}/")}


def _reached(
    wanted: set[str], inside: Mapping[str, str], imports: Mapping[str, set[str]]
) -> set[str]:
    """The modules that some lead to, with the packages that they are in."""
    found: set[str] = set()
    ahead = [name for name in wanted if name in inside]
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        found.add(name)
        parts = name.split(".")
        around = [".".join(parts[:depth]) for depth in range(1, len(parts))]
        ahead += [other for other in (*around, *imports[inside[name]]) if other in inside]
    return found


def modules_named(texts: Iterable[str], package: str) -> Iterator[str]:
    """The modules of a package that commands or paths name."""
    for text in texts:
        yield from re.findall(rf"\b{package}(?:\.\w+)+", text.replace("/", ".").removesuffix(".py"))


def with_fields(path: str, text: str, class_: str, fields: Sequence[str]) -> str | None:
    """A module in which a class has further fields, after those that it has.

    Args:
        path: for messages.
        text: the module.
        class_: the name of the class.
        fields: lines like `folds: int = 5`; a name that is there already is left as it is.

    Returns:
        The text, or None where there is no such class with fields.
    """
    for node in parsed(path, text).body:
        if not isinstance(node, ast.ClassDef) or node.name != class_:
            continue
        there = [entry for entry in node.body if isinstance(entry, ast.AnnAssign)]
        if not there:
            return None
        names = {ast.unparse(entry.target) for entry in there}
        new = [field for field in fields if field.partition(":")[0] not in names]
        lines = text.splitlines(keepends=True)
        end, indent = there[-1].end_lineno or 0, " " * there[-1].col_offset
        return "".join([*lines[:end], *(f"{indent}{field}\n" for field in new), *lines[end:]])
    return None
