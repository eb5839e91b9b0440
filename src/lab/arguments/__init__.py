"""The verbs, their arguments and their help texts: one file for each group, as in `commands`."""

import argparse

from . import checking, documents, doing, forging, judging, new, reading, setup, site, updating
from .verb import Verb, Version

ORDER = (
    setup.setup,
    new.new,
    reading.list_records,
    reading.show,
    reading.show_board,
    reading.status,
    doing.prioritise,
    doing.start,
    doing.log,
    doing.block,
    doing.unblock,
    doing.amend,
    judging.vote,
    judging.judge,
    doing.move,
    doing.review,
    doing.close,
    judging.promote,
    documents.report,
    documents.decide,
    judging.try_criteria,
    judging.testset,
    documents.lift,
    documents.monitor,
    checking.check_project,
    checking.audit,
    checking.reproduce,
    site.site,
    forging.forge,
    updating.drift,
    updating.preflight,
    updating.update,
    setup.completion,
)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line; `run` of what it gives is `module:function`."""
    parser = argparse.ArgumentParser(
        prog="lab",
        description="The process tool of this project: it keeps the records of what we believe, "
        "try and learn, and checks that they hold.",
        epilog="Each verb says more: lab start --help",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True, parser_class=Verb)
    for add in ORDER:
        add(verbs)
    return parser
