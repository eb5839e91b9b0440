"""Questions to whoever sits at the terminal."""

from collections.abc import Callable

from ..errors import LabError
from ..records.store import Store
from ..terminal import clean

Check = Callable[[str], str | None]


def ask(words: str, check: Check | None = None) -> str | None:
    """An answer of one line, or None if there is none; a wrong one is asked for again.

    Args:
        words: the question.
        check: what is wrong with an answer, or None if nothing is.
    """
    while answer := clean(input(words)).strip():
        problem = check(answer) if check else None
        if problem is None:
            return answer
        print(f"  {problem}")
    return None


def ask_several(words: str, further: str, check: Check | None = None) -> list[str]:
    """Answers until an empty one."""
    answers = []
    while answer := ask(further if answers else words, check):
        answers.append(answer)
    return answers


def one_of(choices: tuple[str, ...]) -> Check:
    """A check: the answer is one of these words."""
    return lambda answer: None if answer in choices else f"It is one of {', '.join(choices)}."


def told_by(convert: Callable[[str], object]) -> Check:
    """A check: a conversion says what is wrong by raising."""
    from argparse import ArgumentTypeError

    def check(answer: str) -> str | None:
        try:
            convert(answer)
        except (LabError, ArgumentTypeError) as error:
            return f"{error}".removesuffix(".") + "."
        return None

    return check


def must_be_decidable(text: str, store: Store) -> None:
    """Refuse a criterion that can never decide anything.

    Raises:
        LabError: it is one.
    """
    from ..evidence.criteria import CriterionError, parse_criterion, problem_with

    try:
        problem = problem_with(parse_criterion(text), store.task)
    except CriterionError as error:
        raise LabError(f"{error.problem} {error.remedy}") from None
    if problem:
        raise LabError(f"{problem[0]}. {problem[1]}")
