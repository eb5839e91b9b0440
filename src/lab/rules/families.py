"""One small check for each code, family by family."""

from . import (
    cri_criteria as criteria,
)
from . import (
    evd_evidence as evidence,
)
from . import (
    flo_flow as flow,
)
from . import (
    lck_locks as locks,
)
from . import (
    rec_records as records,
)
from . import (
    rep_reports as reports,
)
from . import (
    sit_site as site,
)
from . import (
    tea_team as team,
)

__all__ = ["criteria", "evidence", "flow", "locks", "records", "reports", "site", "team"]
