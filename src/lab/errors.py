"""The one exception for what a person can fix."""


class LabError(Exception):
    """What is wrong, where, and how to fix it; printed as it is, without a traceback.

    `code` is the exit code: 1 does not hold, 3 could not verify.
    """

    code = 1
