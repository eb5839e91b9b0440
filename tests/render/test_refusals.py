"""An answer that would give a broken project is refused, in a sentence that helps."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendering import QUESTIONS, completed, copy

CONTROL_CHARACTERS = ["\0", "\a", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\udc80"]
REFUSED: list[tuple[str, Any, str]] = [
    ("project_name", "", "Type at least one visible character"),
    ("project_name", " \t ", "Type at least one visible character"),
    ("project_name", "x" * 101, "below 101 characters"),
    ("project_name", "two\nlines", "Keep it on one line"),
    *(("project_name", f"a{sign}", "Keep it on one line") for sign in CONTROL_CHARACTERS),
    ("description", "", "Write one sentence on what the project is for"),
    ("description", " \n ", "Write one sentence on what the project is for"),
    ("description", "a\r\nb", "Type it again without the control character"),
    *(
        ("description", f"a{sign}", "Type it again without the control character")
        for sign in CONTROL_CHARACTERS
    ),
    ("person_name", "", "Type the name as it should appear"),
    ("person_name", "\u3000", "Type the name as it should appear"),
    ("person_name", "Ann\nExample", "Keep it on one line"),
    *(("person_name", f"a{sign}", "Keep it on one line") for sign in CONTROL_CHARACTERS),
    *(
        ("handle", handle, "Use letters, digits, dashes, dots and underscores")
        for handle in ["", " ", "@ann", "ann b", "-ann", "ann-", "a..b", "é", "a\n", "a/b", "a:b"]
    ),
    ("handle", "a" * 40, "below 40 characters"),
    *(
        ("package_name", name, "Use lower-case letters, digits and single underscores")
        for name in [
            *("", " ", "1model", "_model", "model_", "my__model", "my-model", "my model"),
            *("Model", "modèle", "model\n", "model.py", "../model", "{{ 7*7 }}"),
        ]
    ),
    ("package_name", "a" * 41, "below 41 characters"),
    *(
        ("package_name", name, "is a word of the Python language")
        for name in ["import", "class", "async", "match", "case", "type"]
    ),
    *(
        ("package_name", name, "of Python's standard library")
        for name in ["random", "test", "types", "tomllib", "imp", "distutils", "annotationlib"]
    ),
    *(
        ("package_name", name, "which the project itself uses")
        for name in ["numpy", "sklearn", "scikit_learn", "lab", "agile_ml_lab", "tests", "noxfile"]
    ),
    *(
        ("package_name", name, "Windows has no folder named")
        for name in ["aux", "con", "nul", "prn", "com1", "lpt9"]
    ),
    ("task", "clustering", r"'clustering' is not in \['binary', 'multiclass', 'regression'\]"),
    ("task", "", "is not in"),
    ("licence", "mit", r"'mit' is not in \['Proprietary', 'MIT'"),
]


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    REFUSED,
    ids=[f"{question}-{str(answer)[:20]!a}" for question, answer, _ in REFUSED],
)
def test_a_bad_answer_is_refused_and_nothing_is_made(
    question: str, answer: str, sentence: str, questions: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=sentence) as refused:
        copy(questions, tmp_path / "project", {question: answer})
    assert f"'{question}'" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("group", QUESTIONS["reserved_names"]["default"])
def test_a_refused_package_name_comes_with_an_example_that_is_accepted(
    group: str, questions: Path
) -> None:
    name = QUESTIONS["reserved_names"]["default"][group][0]
    with pytest.raises(ValueError, match=rf"for example: {name}_model\)"):
        completed(questions, {"package_name": name})
    assert completed(questions, {"package_name": f"{name}_model"})


@pytest.mark.parametrize(
    ("project_name", "package_name"),
    [
        ("Churn", "churn"),
        ("Churn, part 2!", "churn_part_2"),
        ("  Churn  ", "churn"),
        ("2026 churn", "churn"),
        ("_churn_", "churn"),
        ("École", "cole"),
        ("Random", "random_model"),
        ("Import", "import_model"),
        ("Type", "type_model"),
        ("NumPy", "numpy_model"),
        ("scikit-learn", "scikit_learn_model"),
        ("Agile ML lab", "agile_ml_lab_model"),
        ("Lab", "lab_model"),
        ("AUX", "aux_model"),
        ("Прогноз оттока", "my_ml_project"),
        ("流失预测", "my_ml_project"),
        ("🚀", "my_ml_project"),
        ("2026", "my_ml_project"),
        ("\"'{{}}", "my_ml_project"),
        ("a" * 100, "a" * 40),
        ("a" * 39 + " b", "a" * 39),
        ("a" * 38 + " b", "a" * 38 + "_b"),
    ],
)
def test_every_project_name_gives_a_package_name(
    project_name: str, package_name: str, questions: Path
) -> None:
    assert completed(questions, {"project_name": project_name})["package_name"] == package_name


LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], max_codepoint=0x24F)


@settings(max_examples=50)
@given(
    project_name=st.text(LETTERS | st.sampled_from("ab1 _-"), min_size=1, max_size=60).filter(
        str.strip
    )
)
def test_no_project_name_gives_a_package_name_that_is_refused(
    questions: Path, project_name: str
) -> None:
    # Copier validates a default, too.
    assert completed(questions, {"project_name": project_name})["package_name"]
