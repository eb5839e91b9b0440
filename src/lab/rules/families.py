"""All rules, family by family."""

from . import (
    cri_criteria,
    evd_evidence,
    flo_flow,
    lck_locks,
    rec_records,
    rep_reports,
    sit_site,
    tea_team,
)
from .registry import RULES, Rule

FAMILIES = (
    cri_criteria,
    evd_evidence,
    flo_flow,
    lck_locks,
    rec_records,
    rep_reports,
    sit_site,
    tea_team,
)


def all_rules() -> dict[str, Rule]:
    """Every rule by its code, in order."""
    return dict(sorted(RULES.items()))
