"""Ids: made from titles, checked, and found by any part of them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import LabError
from lab.records.ids import LONGEST_SLUG, faults_of, find_id, new_id
from lab.records.kinds import KINDS

NOW = datetime(2026, 7, 14, 23, 59, tzinfo=UTC)
TITLES = {
    "A fine-tuned DistilBERT finds cases": "fine-tuned-distilbert-finds-cases",
    "Größere Fälle für José": "groere-falle-fur-jose",
    "The and of": "the-and-of",
    "../../etc/passwd": "etc-passwd",
    "C:\\con\n\tnul": "c-con-nul",
    "x" * 99: "x" * 48,
    "word " * 30: "-".join(["word"] * 9),
    "  50 % of ALL!  ": "50-all",
}


@pytest.mark.parametrize(("title", "slug"), TITLES.items())
def test_an_id_is_made_of_the_words_of_a_title(title: str, slug: str):
    assert new_id("HYP", title, NOW) == f"HYP-20260714-{slug}"


@given(title=st.text(), kind=st.sampled_from([*KINDS]))
def test_any_title_gives_a_good_id_or_asks_for_a_name(title: str, kind: str):
    try:
        made = new_id(kind, title, NOW)
    except LabError as error:
        said = str(error)
        made = f"{kind}-20260714-a"
    else:
        said = "--slug"
    assert "--slug" in said
    assert faults_of(made) is None


@pytest.mark.parametrize("title", ["", "!?", "日本", " \n"])
def test_a_title_without_a_letter_needs_a_name(title: str):
    with pytest.raises(LabError, match="give a short name with --slug"):
        new_id("HYP", title, NOW)


FAULTY = {
    "HYP-20260714": "it is not KIND-YYYYMMDD-slug",
    "hyp-20260714-a": "it is not KIND-YYYYMMDD-slug",
    "HYP-20260714-A": "it is not KIND-YYYYMMDD-slug",
    "HYP-20260714-a--b": "it is not KIND-YYYYMMDD-slug",
    "HYP-20260714-a-": "it is not KIND-YYYYMMDD-slug",
    "HYP-20260714-a\n": "it is not KIND-YYYYMMDD-slug",
    "HYP-20260714-a/../b": "it is not KIND-YYYYMMDD-slug",
    "../HYP-20260714-a": "it is not KIND-YYYYMMDD-slug",
    "HYP-2026714-a": "it is not KIND-YYYYMMDD-slug",
    "HYPO-20260714-a": "HYPO is no kind of record (REQ, NEED",
    "HYP-20261314-a": "20261314 is no day",
    "HYP-20260230-a": "20260230 is no day",
    f"HYP-20260714-{'a' * 49}": f"its slug has 49 characters, and {LONGEST_SLUG} is the most",
}


@pytest.mark.parametrize(("text", "said"), FAULTY.items())
def test_what_is_no_id_is_explained(text: str, said: str):
    assert (faults_of(text) or "").startswith(said)


KNOWN = ["HYP-20260714-distilbert", "HYP-20260715-distilbert-again", "TASK-20260714-api"]


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("HYP-20260714-distilbert", KNOWN[0]),
        ("again", KNOWN[1]),
        ("task", KNOWN[2]),
        ("API", KNOWN[2]),
        ("0715", KNOWN[1]),
    ],
)
def test_a_part_finds_its_record(part: str, found: str):
    assert find_id(part, reversed(KNOWN)) == found


NOT_ONE = {
    "distil": '"distil" stands for 2 records: write more of the id.\n    HYP-20260714-distilbert\n',
    "": '"" stands for 3 records',
    "disttilbert": "Did you mean HYP-20260714-distilbert",
    "../../etc": 'No record has "../../etc" in its id.',
    "zzz": 'No record has "zzz" in its id. `lab list` shows all.',
}


@pytest.mark.parametrize(("part", "said"), NOT_ONE.items())
def test_a_part_of_none_or_of_many_is_refused(part: str, said: str):
    with pytest.raises(LabError) as refused:
        find_id(part, KNOWN)
    assert said in str(refused.value)


def test_a_long_list_is_cut():
    with pytest.raises(LabError, match=r"stands for 99 records[^$]*and 89 more$"):
        find_id("a", [f"HYP-20260714-a{number}" for number in range(99)])
