"""All rules, family by family: importing a family registers its rules."""

from . import (  # noqa: F401
    cri_criteria,
    evd_evidence,
    flo_flow,
    flo_limits,
    lck_locks,
    rec_people,
    rec_records,
    rep_meetings,
    rep_reports,
    rep_rollouts,
    rep_stages,
    sit_site,
    tea_team,
)
from .registry import RULES, Rule


def all_rules() -> dict[str, Rule]:
    """Every rule by its code, in order."""
    return dict(sorted(RULES.items()))
