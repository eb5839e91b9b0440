"""CODEOWNERS from the team file: who is asked for a review of what."""

from collections.abc import Sequence
from datetime import datetime

from ..errors import LabError
from ..records.people import NOBODY, Person

PATH = "CODEOWNERS"
BEGIN, END = "# people: begin", "# people: end"
REQUESTERS = ("sponsor", "product owner")
MODELLERS = ("data scientist", "machine-learning engineer")
# Operations are everybody's work, so whoever makes models looks at them, too.
OPERATORS = ("platform engineer", "machine-learning engineer", "data scientist")
PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("/stages/1-requirements/", REQUESTERS),
    ("/stages/5-reports/", REQUESTERS),
    ("/stages/6-deployment/", (*REQUESTERS, *OPERATORS)),
    ("/src/", MODELLERS),
    ("/schema.yaml", ("data engineer", *MODELLERS)),
    ("/api/", ("software engineer", "machine-learning engineer")),
    ("/dvc.yaml", ("data engineer", *OPERATORS)),
    ("/noxfile.py", OPERATORS),
    ("/.github/", OPERATORS),
    ("/.gitlab-ci.yml", OPERATORS),
)


def owners(people: Sequence[Person], at: datetime) -> list[str]:
    """The lines for a team; the last one that matches a path decides on both forges.

    Everybody is asked for what no role is about, or what nobody has the role for.
    """
    everybody = _named([person for person in people if person.holds(at)])
    lines = [f"* {everybody}"]
    for path, roles in PLACES:
        reviewers = _named([person for person in people if set(roles) & {*person.roles_at(at)}])
        if reviewers and reviewers != everybody:
            lines.append(f"{path} {reviewers}")
    return lines


def renewed(text: str, people: Sequence[Person], at: datetime) -> str:
    """The text of CODEOWNERS with today's team between its two marks, and all else as it was.

    Raises:
        LabError: the marks are not there, or nobody is on the team.
    """
    if not people:
        raise LabError(NOBODY)
    lines = text.split("\n")
    if not has_marks(text):
        raise LabError(
            f"{PATH} does not say where the team stands: put the lines `{BEGIN}` and `{END}` "
            "into it, each once, above your own lines."
        )
    before, after = lines[: lines.index(BEGIN) + 1], lines[lines.index(END) :]
    return "\n".join([*before, *owners(people, at), *after])


def has_marks(text: str) -> bool:
    """Does a text of CODEOWNERS say where the team stands?"""
    lines = text.split("\n")
    return lines.count(BEGIN) == lines.count(END) == 1 and lines.index(BEGIN) < lines.index(END)


def _named(people: Sequence[Person]) -> str:
    return " ".join(f"@{person.handle}" for person in people)
