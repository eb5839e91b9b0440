"""The page of the questions that `copier copy` asks."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

SOURCE = "<!-- Written by docs/generate from copier.yml: change it there. -->"


def questions_page(settings: Mapping[str, Any]) -> str:
    """Every question in the order in which it is asked: its default, choices and refusals."""
    asked = dict(_asked(settings))
    overview = [
        f"| [`{name}`](#{name}) | {_kind(question)} | {_default(question, asked)} |"
        for name, question in asked.items()
    ]
    sections = [line for name, question in asked.items() for line in _section(name, question)]
    return "\n".join(
        [
            SOURCE,
            "",
            "# Questions",
            "",
            f"`copier copy` asks {len(asked)} questions. Each has a default, so `--defaults` asks "
            "none of them. Answer some on the command line and take the rest as it is:",
            "",
            "```console",
            "uvx copier copy --defaults --vcs-ref=HEAD --data task=regression "
            "--data handle=bea . ../my-project",
            "```",
            "",
            "The answers are kept in `.copier-answers.yml` of the project. A misspelt name after "
            "`--data` is ignored by Copier without a word, so look at that file afterwards.",
            "",
            "| question | kind | default |",
            "|---|---|---|",
            *overview,
            "",
            *sections,
        ]
    )


def _asked(settings: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The questions that a person sees, by name."""
    for name, question in settings.items():
        hidden = name.startswith("_") or question.get("when") is False
        if not hidden and question.get("ask") is not False:
            yield name, question


def _kind(question: Mapping[str, Any]) -> str:
    if "choices" in question:
        return "choice"
    return {"bool": "yes or no", "int": "whole number", "str": "text"}[question["type"]]


def _default(question: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """A default in words: a computed one names the answers that it is made from."""
    default = question["default"]
    if isinstance(default, bool):
        return "yes" if default else "no"
    if "{" in str(default):
        sources = [f"[`{name}`](#{name})" for name in asked if re.search(rf"\b{name}\b", default)]
        return f"made from {' and '.join(sources)}"
    return str(default)


def _section(name: str, question: Mapping[str, Any]) -> list[str]:
    lines = [f"## {name}", "", question["help"].strip(), ""]
    if "choices" in question:
        labels = [str(label).partition(": ") for label in question["choices"]]
        lines += [*(f"- **{choice}**: {meaning}" for choice, _, meaning in labels), ""]
    refusals = _refusals(question.get("validator", ""))
    if refusals:
        lines += ["Refused, with these words:", "", *(f"- {refusal}" for refusal in refusals), ""]
    return lines


def _refusals(validator: str) -> list[str]:
    """What a validator says; an answer that it repeats is set in italics."""
    said = [part.strip() for part in re.split(r"\{%.*?%\}", validator)]
    return [re.sub(r"\{\{\s*(\w+).*?\}\}", _in_italics, part) for part in said if part]


def _in_italics(found: re.Match[str]) -> str:
    return f"*{found[1].replace('_', ' ')}*"
