"""The arguments of the verbs that speak on the forge."""

from .verb import Verbs, add_verb


def forge(verbs: Verbs) -> None:
    """`lab forge`: the comment, the issues, updates, CODEOWNERS and labels."""
    group = verbs.add_parser(
        "forge",
        help="speak on GitHub or GitLab, from a CI job",
        description="What CI says where the team reviews and plans. The job's own variables say "
        "where that is; GITHUB_TOKEN or GITLAB_TOKEN opens it. Outside of CI the text is printed.",
        epilog="example: lab forge comment",
        allow_abbrev=False,
    )
    actions: Verbs = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    add_verb(
        actions,
        "comment",
        "commands.forging:comment",
        "say on a pull request what it does",
        "Keep one comment on the pull request or merge request: what it does to each metric "
        "against the default branch, guardrails, verdicts, locks taken, time boxes, and what to "
        "look at. Without a token that may write, the text goes to the job's summary.",
        "lab forge comment",
    )
    add_verb(
        actions,
        "remind",
        "commands.forging:remind",
        "keep an issue about what is due",
        "Open, update or close one issue for the product owner: time boxes, reviews and reports "
        "that are due.",
        "lab forge remind",
    )
    add_verb(
        actions,
        "update",
        "commands.forging:update",
        "offer a new version of the template",
        "Try an update on a copy, and say what it would bring: in a pull request, if nothing has "
        "to be settled and TEMPLATE_TOKEN may push and open one; else in one issue.",
        "lab forge update",
    )
    add_verb(
        actions,
        "codeowners",
        "commands.forging:codeowners",
        "write who is asked for which review",
        "Write the lines of CODEOWNERS between its two marks, from the roles in team/people.yml. "
        "What stands around them is yours.",
        "lab forge codeowners",
    )
    add_verb(
        actions,
        "labels",
        "commands.forging:labels",
        "make the labels that forms and reminders use",
        "Make the labels that are missing; those that are there stay as they are.",
        "lab forge labels",
    )
