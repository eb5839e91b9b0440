"""The arguments of the verbs that build the site."""

from .verb import Verbs, add_verb


def site(verbs: Verbs) -> None:
    """`lab site`: to build, and to serve."""
    group = verbs.add_parser(
        "site",
        help="build the site that people read",
        description="The site that people read, made from the records and the results.",
        epilog="example: lab site build",
    )
    actions: Verbs = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    add_verb(
        actions,
        "build",
        "commands.site:build",
        "write the pages and build them, strictly",
        "Write every page to build/pages and build the site in build/site. "
        "A broken link is an error.",
        "lab site build",
    )
    verb = add_verb(
        actions,
        "serve",
        "commands.site:serve",
        "show the site while you write",
        "Serve the site on this machine, and build what changed whenever a record, a table or a "
        "setting does; the browser reloads by itself. Only `site build` has a complete search.",
        "lab site serve",
    )
    verb.add_argument(
        "--address", metavar="HOST:PORT", default="127.0.0.1:8000", help="default: %(default)s"
    )
