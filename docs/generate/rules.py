"""The page of the rules of `lab check`, and of what the history proves."""

from collections.abc import Mapping

from lab.proof.audit import REMEDIES, TITLES
from lab.rules.registry import Rule

FAMILIES = {
    "REC": "what a record is",
    "FLO": "how cards and documents move",
    "CRI": "criteria that can be decided",
    "LCK": "goalposts that do not move",
    "EVD": "outcomes that rest on evidence",
    "REP": "stages that follow from one another, and reports that end in a decision",
    "TEA": "who works here, by which numbers, with which exceptions",
    "SIT": "what people see on the site",
}


def rules_page(rules: Mapping[str, Rule]) -> str:
    """Every rule of `lab check`: its title, its reason, its remedy and its level."""
    lines = [
        "<!-- Written by docs/generate from the rules in src/lab/rules: change it there. -->",
        "",
        "# Rules",
        "",
        f"`lab check` asks {len(rules)} rules. `lab check --explain FLO004` prints one. "
        "`team/policy.yml` can take a rule more or "
        "less seriously (`levels`), and a [waiver](../how-to/agree-on-an-exception.md) excuses one "
        "record for a while.",
        "",
        "| family | what it is about |",
        "|---|---|",
        *(f"| [{family}](#{family.lower()}) | {about} |" for family, about in FAMILIES.items()),
        "| [AUD](#aud) | what the history proves |",
        "",
    ]
    for family, about in FAMILIES.items():
        lines += [f"## {family}", "", f"{about[0].upper()}{about[1:]}.", ""]
        for rule in rules.values():
            if rule.family == family:
                lines += _rule_section(rule)
    lines += [
        "## AUD",
        "",
        "What git's first-parent history proves. `lab audit` asks all of it; `lab check` asks, of "
        "the change at hand, whether it locks and judges at once (AUD002), and whether it changes "
        "the tool without the template's version, or together with a verdict (AUD008, AUD009).",
        "",
    ]
    for code, title in TITLES.items():
        lines += [f"### {code}", "", f"**{title}**", "", f"- Remedy: {REMEDIES[code]}", ""]
    return "\n".join(lines)


def _rule_section(rule: Rule) -> list[str]:
    asked = ", ".join(f"`{kind}`" for kind in rule.kinds) if rule.kinds else "the whole project"
    remedy = rule.remedy.replace("{id}", "ID")
    return [
        f"### {rule.code}",
        "",
        f"**{rule.title}** {' '.join(rule.reason.split())}",
        "",
        f"- Remedy: {remedy}",
        f"- Asked of: {asked}. Level: {rule.levels}.",
        "",
    ]
