"""The arguments of what is run once: a fresh copy is set up, and a shell learns the verbs."""

from .verb import Verbs, add_verb


def setup(verbs: Verbs) -> None:
    """`lab setup`, which takes no arguments."""
    add_verb(
        verbs,
        "setup",
        "commands.setup:setup",
        "turn a fresh copy into a working repository",
        "Make the git repository and the environment, run the pipeline and the checks, "
        "build the site, install the hooks, make the first commit. It can be run again safely.",
        "uv run lab setup",
    )


def completion(verbs: Verbs) -> None:
    """`lab completion`: for which shell."""
    verb = add_verb(
        verbs,
        "completion",
        "commands.completion:completion",
        "print a completion script for a shell",
        "Print a script that completes verbs, options and the ids of records.",
        'eval "$(lab completion bash)"',
    )
    verb.add_argument("shell", choices=("bash", "zsh", "fish", "tcsh", "powershell"))
