"""Who bends the judge is seen: by the pin, the lock, the wheel, the installed files, the history.

Each test first sees the honest project hold, in a real repository.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from proving import VERDICT, Proof

from lab.proof import judgement, provenance
from lab.proof.pins import address_of, same_address
from lab.proof.tool import FOLDER, Installed, Tool, digest_of_files, files_in

TEMPLATE = "https://forge.example/process/template.git"
FORK = "https://forge.example/eve/template.git"
FIRST, SECOND = "a" * 40, "b" * 40
WHEEL = "lab/agile_ml_lab-{}-py3-none-any.whl"
DIGEST = digest_of_files(files_in(FOLDER))
WAYS = ("git", "vendored", "index")


def wheel_of(**more: str) -> bytes:
    """A wheel of the tool as it runs here, with further or other files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in {**files_in(FOLDER), **more}.items():
            archive.writestr(zipfile.ZipInfo(f"lab/{path}"), text)
    return content.getvalue()


HONEST = wheel_of()
BENT = wheel_of(**{"evidence/judge.py": "# everything is supported\n"})


class Project:
    """A project that names its tool in one of the three ways, and an environment that holds it."""

    def __init__(self, proof: Proof, way: str, patch: pytest.MonkeyPatch) -> None:
        self.proof, self.way = proof, way
        self.installed = Installed(way, "2.0.0")
        patch.setattr(provenance, "read_installed", lambda: self.installed)
        patch.setattr(judgement, "tool_in_use", lambda: self.tool)
        self.name("2.0.0", FIRST)
        proof.commit("Set up")

    @property
    def tool(self) -> Tool:
        """What the tool in use says of itself."""
        return Tool(self.installed.version, self.installed.commit, DIGEST)

    def name(self, version: str, commit: str, wheel: bytes = HONEST) -> None:
        """Write what an update to a version writes, and install it."""
        self.answer(TEMPLATE, f"v{version}")
        if self.way == "git":
            self.pin(f"agile-ml-lab @ git+{TEMPLATE}@{commit}")
            self.lock(version, f'git = "{TEMPLATE}?rev={commit}#{commit}"')
            self.installed = Installed("git", version, commit, TEMPLATE)
        elif self.way == "index":
            self.pin(f"agile-ml-lab=={version}")
            wheels = f'wheels = [{{ url = "x.whl", hash = "sha256:{commit}" }}]\n'
            self.lock(version, 'registry = "https://index.example/simple"', wheels)
            self.installed = Installed("index", version)
        else:
            self.pin(f"agile-ml-lab=={version}", f'{{ path = "{WHEEL.format(version)}" }}')
            self.vendor(version, wheel)
            self.installed = Installed("wheel", version, address="file:///x.whl")

    def answer(self, address: str, version: str) -> None:
        text = f'_commit: "{version}"\n_src_path: "{address}"\ntool: "{self.way}"\n'
        self.proof.write(".copier-answers.yml", text)

    def pin(self, requirement: str, source: str = "") -> None:
        text = f'[dependency-groups]\ndev = ["dvc~=3.67", "{requirement}"]\n'
        text += f"[tool.uv.sources]\nagile-ml-lab = {source}\n" if source else ""
        self.proof.write("pyproject.toml", text)

    def lock(self, version: str, source: str, files: str = "") -> None:
        self.proof.write(
            "uv.lock",
            'version = 1\n\n[[package]]\nname = "my-model"\ndependencies = [\n    '
            '{ name = "agile-ml-lab" },\n]\n\n[[package]]\nname = "agile-ml-lab"\n'
            f'version = "{version}"\nsource = {{ {source} }}\n{files}\n'
            '[package.metadata]\nrequires-dist = []\n\n[[package]]\nname = "numpy"\n',
        )

    def vendor(self, version: str, wheel: bytes, digest: str = "") -> None:
        path = self.proof.root / WHEEL.format(version)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(wheel)
        digest = digest or hashlib.sha256(wheel).hexdigest()
        wheels = f'wheels = [{{ filename = "{path.name}", hash = "sha256:{digest}" }}]\n'
        self.lock(version, f'path = "{WHEEL.format(version)}"', wheels)

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.proof.root / path).read_text("utf-8")
        assert old in text
        self.proof.write(path, text.replace(old, new))

    def found(self) -> list[tuple[str, str, str]]:
        return self.proof.audit("--no-replay")

    def red(self, code: str, path: str, message: str) -> None:
        """The audit finds this, and nothing of another kind."""
        found = self.found()
        assert {finding[0] for finding in found} == {code}, found
        assert any(finding[1] == path and message in finding[2] for finding in found), found

    def branch(self) -> None:
        self.proof.git("switch", "--quiet", "--create", "work")


@pytest.fixture(params=WAYS)
def project(request: pytest.FixtureRequest, proof: Proof, monkeypatch) -> Project:
    made = Project(proof, request.param, monkeypatch)
    assert made.found() == []
    return made


@pytest.fixture
def pinned(proof: Proof, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(proof, "git", monkeypatch)
    assert made.found() == []
    return made


@pytest.fixture
def vendored(proof: Proof, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(proof, "vendored", monkeypatch)
    assert made.found() == []
    return made


@pytest.fixture
def indexed(proof: Proof, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(proof, "index", monkeypatch)
    assert made.found() == []
    return made


def test_a_verdict_and_then_an_update_each_in_a_change_of_its_own(project: Project):
    project.proof.locked().tested().judged()
    assert project.proof.verdict()["tool"] == {
        "version": "2.0.0",
        "commit": FIRST if project.way == "git" else None,
        "digest": DIGEST,
    }
    project.proof.green()
    project.branch()
    project.name("2.1.0", SECOND)
    project.proof.commit("Update")
    project.proof.green()
    project.proof.git("switch", "--quiet", "main")
    project.proof.git("merge", "--quiet", "--no-ff", "--message", "Update", "work")
    project.proof.green()  # the verdict names the tool of its own commit


def test_the_change_that_judges_also_changes_the_tool(project: Project):
    project.proof.locked().tested()
    project.branch()
    project.name("2.1.0", SECOND)
    project.proof.commit("Update")
    project.proof.judged()
    said = "the verdict and another tool come in one change on this branch"
    project.red("AUD009", VERDICT, said)
    assert ("AUD009", VERDICT, said) in project.proof.check()
    project.proof.git("switch", "--quiet", "main")
    project.proof.git("merge", "--quiet", "--no-ff", "--message", "Both", "work")
    where = project.proof.git("rev-parse", "HEAD")[:10]
    project.red("AUD009", VERDICT, f"come in one change in {where}")  # and stays so
    assert "AUD009" not in {finding[0] for finding in project.proof.check()}


def test_a_verdict_by_another_tool_than_its_commit_names(project: Project):
    proof = project.proof.locked().tested().judged()
    bent = {"version": "2.0.0", "commit": SECOND, "digest": "v1:" + "0" * 64}
    if project.way == "index":  # of which nobody knows the digest
        bent |= {"version": "2.0.1", "commit": None}
    proof.reseal(tool=bent)
    project.red("AUD009", VERDICT, f"it was computed by agile-ml-lab {bent['version']}")
    where = proof.commit("Judge again")[:10]
    project.red("AUD009", VERDICT, where)


def test_verdicts_of_the_first_format_stay_what_they_are(pinned: Project):
    """The first release kept the tool in each project, and its verdicts name none."""
    proof = pinned.proof
    proof.write(".copier-answers.yml", f'_commit: "v1.0.0"\n_src_path: "{TEMPLATE}"\n')
    pinned.pin("agile-ml-lab", "{ workspace = true }")
    pinned.lock("1.0.0", 'editable = "lab"')
    proof.commit("As the first release had it")
    proof.locked().tested().lab("judge", "linear")
    proof.as_first_release_wrote_it()
    proof.write(".copier-answers.yml", f'_commit: "v1.0.1"\n_src_path: "{TEMPLATE}"\n')
    proof.commit("Judge, and update: nobody forbade it")
    pinned.name("2.0.0", FIRST)
    proof.commit("Update")
    proof.green()


def test_a_verdict_that_hides_its_tool_in_the_first_format(pinned: Project):
    proof = pinned.proof.locked().tested().judged()
    proof.as_first_release_wrote_it()
    proof.git("commit", "--quiet", "--all", "--amend", "--message", "Judge")
    pinned.red("AUD009", VERDICT, "it names no tool, and the project did in")


EVERY_WAY: dict[str, tuple[Callable[[Project], None], str, str]] = {
    "no pin": (
        lambda p: p.change("pyproject.toml", "agile-ml-lab", "other"),
        "pyproject.toml",
        "it names agile-ml-lab nowhere",
    ),
    "no pyproject": (
        lambda p: (p.proof.root / "pyproject.toml").unlink(),
        "pyproject.toml",
        "it names agile-ml-lab nowhere",
    ),
    "two pins": (
        lambda p: p.change("pyproject.toml", '"dvc~=3.67"', '"agile_ml.lab>=1"'),
        "pyproject.toml",
        "it names agile-ml-lab 2 times",
    ),
    "a folder": (
        lambda p: p.pin("agile-ml-lab", '{ path = "tool", editable = true }'),
        "pyproject.toml",
        "it does not pin",
    ),
    "a fork": (
        lambda p: p.pin("agile-ml-lab", f'{{ git = "{FORK}" }}'),
        "pyproject.toml",
        "it does not pin",
    ),
    "no lock of it": (
        lambda p: p.change("uv.lock", 'name = "agile-ml-lab"\nversion', 'name = "other"\nversion'),
        "uv.lock",
        "it does not hold exactly one agile-ml-lab",
    ),
    "a lock of something else": (
        lambda p: p.lock("2.0.0", 'editable = "tool"'),
        "uv.lock",
        "it holds agile-ml-lab 2.0.0 from editable tool, and that is not the pin",
    ),
    "no answers": (
        lambda p: (p.proof.root / ".copier-answers.yml").unlink(),
        ".copier-answers.yml",
        "it was deleted in the work tree",
    ),
    "empty answers": (
        lambda p: p.proof.write(".copier-answers.yml", "{}\n"),
        ".copier-answers.yml",
        "it does not say which version of which template",
    ),
    "no way": (
        lambda p: p.change(".copier-answers.yml", "tool: ", "fool: "),
        ".copier-answers.yml",
        "it does not say which way the project gets its tool",
    ),
    "another template": (
        lambda p: p.answer(FORK, "v2.0.0"),
        ".copier-answers.yml",
        f"the template was {TEMPLATE}, and is {FORK} in the work tree",
    ),
}


@pytest.mark.parametrize("name", EVERY_WAY)
def test_what_is_bent_in_a_file_is_red(name: str, pinned: Project):
    bend, path, message = EVERY_WAY[name]
    bend(pinned)
    assert any(
        finding[:2] == ("AUD008", path) and message in finding[2] for finding in pinned.found()
    )
    assert any(
        finding[:2] == ("AUD008", path) and message in finding[2]
        for finding in pinned.proof.check()
    )
    pinned.proof.git("checkout", "--quiet", "--", ".")
    pinned.proof.green()


@pytest.mark.parametrize(
    ("address", "commit", "message"),
    [
        (FORK, FIRST, f"it takes agile-ml-lab from {FORK}, and the template is {TEMPLATE}"),
        (TEMPLATE, SECOND, "the pinned tool became another one in the work tree"),
        (TEMPLATE, "main", "it does not pin agile-ml-lab to a commit"),
    ],
)
def test_a_pin_to_something_else(pinned: Project, address: str, commit: str, message: str):
    pinned.pin(f"agile-ml-lab @ git+{address}@{commit}")
    pinned.lock("2.0.0", f'git = "{address}?rev={commit}#{commit}"')
    pinned.installed = replace(pinned.installed, commit=commit, address=address)
    found = pinned.found()
    assert any(
        finding[:2] == ("AUD008", "pyproject.toml") and message in finding[2] for finding in found
    )


def test_a_version_without_a_tag_names_its_commit(pinned: Project):
    pinned.answer(TEMPLATE, f"v2.0.0-3-g{FIRST[:8]}")
    assert pinned.found() == []
    pinned.answer(TEMPLATE, f"v2.0.0-3-g{SECOND[:8]}")
    said = f"it pins agile-ml-lab to {FIRST[:10]}, and the template's version is v2.0.0-3-g"
    pinned.red("AUD008", "pyproject.toml", said)


def test_the_template_that_moved_is_red_until_it_was_merged(pinned: Project):
    pinned.branch()
    moved = "https://forge.example/new/template.git"
    pinned.change(".copier-answers.yml", TEMPLATE, moved)
    pinned.change("pyproject.toml", TEMPLATE, moved)
    pinned.change("uv.lock", TEMPLATE, moved)
    pinned.proof.commit("The template moved")
    pinned.red("AUD008", ".copier-answers.yml", f"and is {moved} on this branch")
    pinned.proof.git("switch", "--quiet", "main")
    pinned.proof.git("merge", "--quiet", "--no-ff", "--message", "Moved", "work")
    assert pinned.found() == []
    (remark,) = json.loads(pinned.proof.said[-1].out)["findings"]
    assert (remark["code"], remark["level"]) == ("AUD008", "warning")


def test_another_wheel_for_the_same_version(vendored: Project):
    vendored.vendor("2.0.0", BENT)
    where = vendored.proof.commit("Nothing to see")[:10]
    found = vendored.found()
    said = f"the pinned tool became another one in {where}, and the template's version stayed"
    assert any(finding[:2] == ("AUD008", "uv.lock") and said in finding[2] for finding in found), (
        found
    )


def test_an_update_that_is_committed_before_the_set_up_that_completes_it(vendored: Project):
    vendored.name("2.1.0", SECOND)
    vendored.pin(f"agile-ml-lab @ git+{TEMPLATE}@{SECOND}")
    vendored.proof.commit("Update")
    vendored.red("AUD008", "pyproject.toml", "it does not pin agile-ml-lab to a wheel in lab/")
    vendored.name("2.1.0", SECOND)
    vendored.proof.commit("Set up")
    assert vendored.found() == []
    vendored.name("2.1.0", SECOND, BENT)
    vendored.proof.commit("Nothing to see")
    assert any("became another one" in finding[2] for finding in vendored.found())


@pytest.mark.parametrize(
    ("wheel", "message"),
    [
        (BENT, "is not the file whose digest stands in uv.lock"),
        (wheel_of(**{"__pycache__/cli.cpython-311.pyc": ""}), "is no source of the tool"),
        (b"", "it is no wheel that can be read"),
    ],
    ids=["bent", "compiled", "empty"],  # pytest hands the name of a test to each program
)
def test_a_wheel_that_was_swapped(vendored: Project, wheel: bytes, message: str):
    (vendored.proof.root / WHEEL.format("2.0.0")).write_bytes(wheel)
    vendored.red("AUD008", ".", message)


def test_a_wheel_of_a_later_version_that_holds_other_files_than_are_in_use(vendored: Project):
    vendored.name("2.1.0", SECOND, BENT)
    vendored.red("AUD008", ".", "and not what lab/agile_ml_lab-2.1.0-py3-none-any.whl holds")


def test_a_wheel_beside_the_pinned_one(vendored: Project):
    vendored.pin("agile-ml-lab==2.0.0", '{ path = "lab/mine.whl" }')
    vendored.red("AUD008", "pyproject.toml", "it does not pin agile-ml-lab to a wheel in lab/")


@pytest.mark.parametrize("locked", [True, False])
def test_another_version_in_the_index(indexed: Project, locked: bool):
    indexed.name("2.0.1", SECOND)
    indexed.answer(TEMPLATE, "v2.0.0")
    if not locked:
        (indexed.proof.root / "uv.lock").unlink()
    indexed.red("AUD008", "uv.lock", "the pinned tool became another one in the work tree")


def test_a_pin_and_a_lock_that_differ(indexed: Project):
    indexed.pin("agile-ml-lab==2.0.1")
    indexed.red("AUD008", "uv.lock", "it holds agile-ml-lab 2.0.0 from registry https://index")


def test_an_index_of_the_companys_own(indexed: Project):
    indexed.pin("agile-ml-lab==2.0.0", '{ index = "company" }')
    assert indexed.found() == []


def test_another_file_of_the_same_version_in_the_index(indexed: Project):
    indexed.name("2.0.0", SECOND)
    indexed.red("AUD008", "uv.lock", "the pinned tool became another one in the work tree")


@pytest.mark.parametrize(
    ("installed", "message"),
    [
        (
            Installed("folder", "2.0.0", address="file:///home/eve/tool"),
            "the tool in use is the folder file:///home/eve/tool, and no installed version of it",
        ),
        (
            Installed("git", "2.0.0", SECOND, FORK),
            f"the tool in use is commit {SECOND[:10]} of {FORK}, and the pin is commit",
        ),
        (Installed("index", "2.0.0"), "the tool in use is version 2.0.0 from a package index, and"),
        (
            Installed("git", "2.0.0", FIRST, TEMPLATE, ("evidence/judge.py", "cli.py")),
            "files of the installed tool were changed: evidence/judge.py, cli.py",
        ),
    ],
)
def test_another_tool_in_use(pinned: Project, installed: Installed, message: str):
    pinned.installed = installed
    pinned.red("AUD008", ".", message)
    remedy = json.loads(pinned.proof.said[-1].out)["findings"][0]["remedy"]
    assert "uv sync --reinstall-package agile-ml-lab" in remedy
    assert pinned.proof.check() == []  # what is installed here is no fault of the change


def test_a_version_of_an_index_that_is_not_the_pinned_one(indexed: Project):
    indexed.installed = Installed("index", "1.9.0")
    indexed.red("AUD008", ".", "the pin is version 2.0.0 of a package index")


def test_a_folder_that_was_not_made_from_the_template_says_so(proof: Proof):
    proof.green()
    assert "And here, which tool should judge: there is no .copier-answers.yml" in proof.lab(
        "audit"
    )
    proof.write(".copier-answers.yml", "{}\n")
    proof.commit("Adopt")
    (proof.root / ".copier-answers.yml").unlink()
    proof.commit("And away with it")
    assert [finding[:2] for finding in proof.audit()] == [("AUD008", ".copier-answers.yml")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gh:process/template", "https://github.com/process/template.git"),
        ("gl:process/template.git", "https://gitlab.com/process/template"),
        ("git@forge.example:process/template.git", "ssh://git@forge.example/process/template"),
        ("git+https://me:secret@Forge.example/a/b.git", "https://forge.example/a/b"),
        ("https://forge.example/a%20b/", "https://forge.example/a b"),
    ],
)
def test_one_repository_has_many_addresses(one: str, other: str):
    assert same_address(one, other)
    assert not same_address(one, f"{other}-fork")
    assert "://" in address_of(one)


def test_a_folder_of_this_machine_is_an_address_too(tmp_path: Path):
    assert same_address(str(tmp_path), tmp_path.as_uri())
    assert not same_address(str(tmp_path), str(tmp_path.parent))
