"""One small check for each code, family by family."""

from . import criteria, evidence, flow, locks, records, reports, site, team

__all__ = ["criteria", "evidence", "flow", "locks", "records", "reports", "site", "team"]
