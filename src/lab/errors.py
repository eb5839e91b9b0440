"""The one exception for what a person can mend."""


class LabError(Exception):
    """What is wrong, where, and how to mend it; printed as it is, without a traceback."""
