"""The one exception for mistakes that a person can fix."""


class ProjectError(Exception):
    """Bad input, told in one sentence: what is wrong, where, and how to fix it."""
