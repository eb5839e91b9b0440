"""Where a project gets this tool from: the line that names it, its wheel, and the lock.

The answer `tool` says which of three ways it is. For `git` and `index` pyproject.toml says all, and
Copier writes that. For `vendored`, a wheel has to lie in the project, which Copier cannot make: it
is built here, and then pyproject.toml and the answers name it, as Copier renders them from then on.
"""

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .. import git
from ..errors import LabError
from ..programs import Ended
from ..project import Project
from ..proof.pins import LOCK, PYPROJECT, git_address
from ..proof.tool import NAME, digest_of_files, files_in, tool_in_use
from ..records.answers import ANSWERS, Origin, read_origin
from .work_tree import contents, put_back

FOLDER = "lab"
PACKAGE = "src/lab"  # in the template's repository
WHEELS = "agile_ml_lab-*.whl"
REQUIREMENT = re.compile(rf'"{NAME}\b[^"]*"')
PATH = re.compile(rf"^{NAME} = \{{ path = .*\}}\n", re.MULTILINE)
SOURCES, AFTER = "[tool.uv.sources]\n", "[tool.ruff]\n"
TEAM = "# --- team: begin ---\n# --- team: end ---\n"


@dataclass(frozen=True)
class Wheel:
    """The tool as one file.

    Attributes:
        name: what its file is called; the version is in it.
        content: the bytes of the file, the same wherever it is built.
    """

    name: str
    content: bytes

    @property
    def version(self) -> str:
        """The tool's version."""
        return self.name.split("-")[1]


def is_provided(project: Project) -> bool:
    """Does all that the project's answers say of the tool lie in the project?

    Raises:
        LabError: the answers file is broken.
    """
    if not (project.root / ANSWERS).is_file():
        return True  # nothing says which template it would come from
    answers = read_origin(project.root).answers
    if answers.get("tool") != "vendored":
        return True
    return bool(answers.get("tool_wheel")) and any((project.root / FOLDER).glob(WHEELS))


def provide(project: Project) -> str:
    """Write the tool's wheel, the lines that name it, and the lock, as the answers say.

    `lab setup` calls it where `is_provided` says no, and every update once Copier is through, in
    its copy of the project: a wheel has to be there before anybody types `uv run`. It may be
    called again; what it writes depends on nothing but the answers and the template.

    Args:
        project: its answers file says where the template is, at which version, and which way the
            tool takes.

    Returns:
        What was done, in a line.

    Raises:
        LabError: the template cannot be reached, has no such commit, or does not build, or the
            project cannot be locked. Then every file is as it was.
    """
    root = project.root
    origin = read_origin(root)
    vendored = origin.answers.get("tool") == "vendored"
    wheel = build_wheel(project, origin) if vendored else None
    old = [path.relative_to(root).as_posix() for path in (root / FOLDER).glob(WHEELS)]
    before = contents(root, [*old, PYPROJECT, ANSWERS, LOCK])
    try:
        for path in old:
            (root / path).unlink()
        if wheel:
            (root / FOLDER).mkdir(exist_ok=True)
            (root / FOLDER / wheel.name).write_bytes(wheel.content)
            _edit(root / PYPROJECT, lambda text: naming(text, wheel))
        _edit(root / ANSWERS, lambda text: _answering(text, wheel))
        if LOCK in before:
            lock(project)
    except BaseException:
        if wheel:
            (root / FOLDER / wheel.name).unlink(missing_ok=True)
        put_back(root, before)
        raise
    return f"{FOLDER}/{wheel.name} holds it" if wheel else f"{NAME} is locked"


def lock(project: Project) -> None:
    """Bring uv.lock up to what pyproject.toml names, and to the wheel that lies there.

    Raises:
        LabError: uv says why not.
    """
    ended = _run(project, "uv", "lock", "--upgrade-package", NAME)
    if ended.code:
        raise LabError(
            f"The tool cannot be locked:\n{ended.tail()}\n"
            "Where a machine has no way to it, the wheel can lie in the project: run "
            "`lab update --data tool=vendored` on one that can reach the template."
        )


def build_wheel(project: Project, origin: Origin) -> Wheel:
    """The tool of the template's version that made a project.

    Where that version is no commit of the template's folder, because something in it had not been
    committed, the wheel is built from the folder as it is now.

    Raises:
        LabError: the template cannot be reached, has no such version, or does not build.
    """
    if shutil.which("uv") is None:
        raise LabError("uv is not on the path, and it builds the tool: `python -m pip install uv`.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        clone, out = Path(name, "template"), Path(name, "wheel")
        folder = Path(origin.source)
        if not _check_out(project, origin, clone):
            if not (folder / PYPROJECT).is_file():
                raise LabError(
                    f"{origin.source} has no version {origin.version}: its history was rewritten, "
                    f"or that commit was never pushed. Push it, or put a version that is there "
                    f"into {ANSWERS}, as _commit."
                )
            clone = folder
        # Into an empty folder: uv writes a .gitignore beside a wheel, which would hide it.
        built = _run(project, "uv", "build", "--quiet", "--wheel", f"--out-dir={out}", str(clone))
        wheels = list(out.glob(WHEELS))
        if built.code or len(wheels) != 1:
            raise LabError(
                f"The tool of {origin.version} cannot be built from {origin.source}:\n"
                f"{built.tail()}\nCheck the network: uv takes uv_build from the package index."
            )
        return Wheel(wheels[0].name, wheels[0].read_bytes())


def is_another_tool(project: Project, origin: Origin) -> bool:
    """Does the tool in use hold other files than the template's version has in its repository?

    A version of before the tool had a place there says nothing, and neither does a folder's that
    is no commit.

    Raises:
        LabError: the template cannot be reached.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        clone = Path(name, "template")
        if not _check_out(project, origin, clone) or not (clone / PACKAGE).is_dir():
            return False
        return digest_of_files(files_in(clone / PACKAGE)) != tool_in_use().digest


def _check_out(project: Project, origin: Origin, folder: Path) -> bool:
    """Clone the template at a version; is there such a version?"""
    address = git_address(origin.source)
    options = ("--quiet", "--no-checkout", "--filter=blob:none")
    try:
        git.run(project.root, "clone", *options, "--", address, str(folder))
    except git.GitError as error:
        if Path(origin.source).is_dir():
            return False
        raise LabError(
            f"{origin.source} cannot be read, and the tool comes from it: {error} "
            "See that git gets there without asking for a password."
        ) from None
    if commit := git.commit_id(folder, origin.version):
        git.run(folder, "checkout", "--quiet", "--detach", commit)
    return commit is not None


def naming(pyproject: str, wheel: Wheel) -> str:
    """A pyproject.toml that takes the tool from a wheel in the project, as Copier renders it.

    Raises:
        LabError: it names no tool.
    """
    text, found = REQUIREMENT.subn(f'"{NAME}=={wheel.version}"', pyproject, count=1)
    if not found:
        raise LabError(f'{PYPROJECT} does not name "{NAME}" in its group tool: put it there.')
    line = f'{NAME} = {{ path = "{FOLDER}/{wheel.name}" }}\n'
    if PATH.search(text):
        return PATH.sub(line, text, count=1)
    if SOURCES in text:
        return text.replace(SOURCES, SOURCES + line, 1)
    return text.replace(AFTER, f"{SOURCES}{line}{TEAM}\n{AFTER}", 1)


def _answering(answers: str, wheel: Wheel | None) -> str:
    line = f"tool_wheel: {'true' if wheel else 'false'}"
    return re.sub(r"^tool_wheel: .*$", line, answers, flags=re.MULTILINE)


def _edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_bytes(change(path.read_bytes().decode()).encode())


def _run(project: Project, *command: str) -> Ended:
    """Run a program that asks nobody anything, a password least of all."""
    return project.run_apart(*command, environment=git.neutral_environment())
