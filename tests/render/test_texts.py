"""Any text that is not refused comes back, to the letter, from every file that stores it."""

import html
import re
import string
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rendering import CHOICES, QUESTIONS, Answers, copy

from . import faults
from .reading import files, parsed, texts

ON_ONE_LINE = {
    "double quotes": 'the "best" model',
    "single quotes": "Ann's 'best' model",
    "triple quotes": '"""a\'\'\' b"""',
    "backslashes": "C:\\new\\table \\",
    "an escape": "\\u0041 \\x41 \\n",
    "emoji": "🚀 👩‍🔬 ❤️",
    "astral characters": "\U0001d49c\U0001d4c3\U0001d4c3 \U00010348",
    "right-to-left": "مرحبا בעולם",
    "marks of direction": "a\u200fb\u202ec\u202cd",
    "combining marks": "Zoe\u0308 A\u030angstro\u0308m",
    "a no-break space": "a\u00a0b",
    "Jinja's variable": "{{ 7*7 }}",
    "Jinja's statement": "{% raw %}{% endif %}",
    "Jinja's comment": "{# gone #}",
    "Jinja's raw end": "{% endraw %}{{ project_name }}",
    "a comment": "# a comment",
    "a comment later": "a # b",
    "a mapping": "a: b",
    "a list": "- a",
    "a flow mapping": "{a: b}",
    "a flow list": "[a, b]",
    "an anchor": "&a *b !!str c",
    "a directive": "%YAML 1.1",
    "a fence": "---",
    "a block scalar": "|",
    "spaces around": "  a  ",
    "a word for false": "no",
    "a word for nothing": "null",
    "a tilde": "~",
    "a decimal": "1.10",
    "an octal number": "012",
    "a number with an exponent": "1e5",
    "a time": "12:30",
    "a date": "2026-11-05",
    "a script": "<script>alert('a') & b</script>",
    "an entity": "&amp; &#34;",
    "a shell's variable": "${HOME} $(id) `id`",
    "Markdown": "**a** [b](c) | d",
    "the place for the team": "# --- team: begin ---",
}
ON_SEVERAL_LINES = {
    "lines": "one\ntwo\n\nthree",
    "lines around": "\n\n one \n\n",
    "a tab": "one\ttwo",
    "front matter": "---\na: b\n---\n",
    "a list in lines": "- a\n- b\n  - c",
    "very long": "long " * 2_000,
    "very long without a space": "x" * 5_000,
}
HANDLES = ["no", "true", "null", "123", "1e5", "0x1F", "0o7", "012", "1.10", "A-b_c.D", "e" * 39]


def where_it_is_stored(project: Path) -> dict[str, Any]:
    """The answers in free text, as they are read from each place."""
    said = parsed(project)
    author, person = said["CITATION.cff"]["authors"][0], said["team/people.yml"]["people"][0]
    records = [said[path] for path in said if re.match(r"stages/.*/index\.md$", path)]
    return {
        "name in .copier-answers.yml": said[".copier-answers.yml"]["project_name"],
        "name in CITATION.cff": said["CITATION.cff"]["title"],
        "name in devcontainer.json": said[".devcontainer/devcontainer.json"]["name"],
        "name in mkdocs.yml": said["mkdocs.yml"]["site_name"],
        "description in .copier-answers.yml": said[".copier-answers.yml"]["description"],
        "description in CITATION.cff": said["CITATION.cff"]["abstract"],
        "description in mkdocs.yml": said["mkdocs.yml"]["site_description"],
        "description in pyproject.toml": said["pyproject.toml"]["project"]["description"],
        "person in .copier-answers.yml": said[".copier-answers.yml"]["person_name"],
        "person in CITATION.cff": author["name"],
        "person in people.yml": person["name"],
        "handle in .copier-answers.yml": said[".copier-answers.yml"]["handle"],
        "handle in CITATION.cff": author["alias"],
        "handle in people.yml": person["handle"],
        "owners of records": {record["owner"] for record in records},
        "history of records": {step["by"] for record in records for step in record["history"]},
    }


def what_is_stored(answers: Answers) -> dict[str, Any]:
    """What `where_it_is_stored` should find."""
    name, description = answers["project_name"], answers["description"]
    person, handle = answers["person_name"], answers["handle"]
    on_one_line = " ".join(description.split())
    return {
        "name in .copier-answers.yml": name,
        "name in CITATION.cff": name,
        "name in devcontainer.json": name,
        "name in mkdocs.yml": _escaped(name),
        "description in .copier-answers.yml": description,
        "description in CITATION.cff": description,
        "description in mkdocs.yml": _escaped(on_one_line),
        "description in pyproject.toml": on_one_line,
        "person in .copier-answers.yml": person,
        "person in CITATION.cff": person,
        "person in people.yml": person,
        "handle in .copier-answers.yml": handle,
        "handle in CITATION.cff": handle,
        "handle in people.yml": handle,
        "owners of records": {handle},
        "history of records": {handle},
    }


def _escaped(text: str) -> str:
    """As the theme needs it, which puts the text into HTML as it is."""
    return html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def assert_texts_come_back(project: Path, answers: Answers) -> None:
    assert where_it_is_stored(project) == what_is_stored(answers)
    written = texts(project)
    assert written["README.md"].startswith(f"# {answers['project_name']}\n")
    assert f"\n{answers['description']}\n" in written["README.md"]
    assert answers["person_name"] in written["LICENSE"]
    assert f"* @{answers['handle']}\n" in written["CODEOWNERS"]


PLAIN: dict[str, str] = {
    name: QUESTIONS[name]["default"]
    for name in ("project_name", "description", "person_name", "handle")
}


@pytest.mark.parametrize("text", ON_ONE_LINE.values(), ids=ON_ONE_LINE)
def test_a_text_on_one_line_comes_back(text: str, unversioned: Path, tmp_path: Path) -> None:
    answers = PLAIN | {"project_name": text, "description": text, "person_name": text}
    assert_texts_come_back(copy(unversioned, tmp_path / "project", answers), answers)


@pytest.mark.parametrize("text", ON_SEVERAL_LINES.values(), ids=ON_SEVERAL_LINES)
def test_a_text_on_several_lines_comes_back(text: str, unversioned: Path, tmp_path: Path) -> None:
    answers = PLAIN | {"description": text}
    assert_texts_come_back(copy(unversioned, tmp_path / "project", answers), answers)


@pytest.mark.parametrize("handle", HANDLES)
def test_a_handle_stays_a_text(handle: str, unversioned: Path, tmp_path: Path) -> None:
    answers = PLAIN | {"handle": handle}
    assert_texts_come_back(copy(unversioned, tmp_path / "project", answers), answers)


def test_the_comparison_sees_a_text_that_was_changed(render: Callable[[Answers], Path]) -> None:
    with pytest.raises(AssertionError):
        assert_texts_come_back(render(PLAIN), PLAIN | {"person_name": "Ann  Example"})


def _names_of_packages() -> st.SearchStrategy[str]:
    reserved = {name for names in QUESTIONS["reserved_names"]["default"].values() for name in names}
    return st.from_regex(r"[a-z][a-z0-9]*(_[a-z0-9]+){0,3}", fullmatch=True).filter(
        lambda name: len(name) <= 40 and name not in reserved
    )


def _handles() -> st.SearchStrategy[str]:
    ends = string.ascii_letters + string.digits
    return st.builds(
        "{}{}{}".format,
        st.sampled_from(ends),
        st.text(ends + "-_", max_size=37),
        st.sampled_from(ends),
    )


def _free_text(*also: str, longest: int = 100) -> st.SearchStrategy[str]:
    allowed = st.characters(
        exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"
    )
    pieces = st.sampled_from([*ON_ONE_LINE.values(), *also]) | st.text(allowed, max_size=10)
    return (
        st.lists(pieces, min_size=1, max_size=6)
        .map(lambda parts: "".join(parts)[:longest])
        .filter(str.strip)
    )


ANY_ANSWERS = st.fixed_dictionaries(
    {
        "project_name": _free_text(),
        "package_name": _names_of_packages(),
        "description": _free_text("\n", "\t", "\n\n", longest=1_000),
        "person_name": _free_text(),
        "handle": _handles(),
    }
    | {name: st.sampled_from(choices) for name, choices in CHOICES.items()}
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(answers=ANY_ANSWERS)
def test_any_answers_come_back(template: Path, answers: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = copy(template, Path(folder) / "project", answers)
        assert_texts_come_back(project, answers)
        recorded = parsed(project)[".copier-answers.yml"]
        assert answers.items() <= recorded.items()
        assert list(faults.in_paths(files(project))) == []
