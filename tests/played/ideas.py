"""The hypotheses of four iterations: what is believed, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Idea:
    """A hypothesis, and what becomes of it.

    `missed` and `alarms` make the model that is tried worse; None is never tried. `end` is how
    far the card comes: to do, test, judged, update, update review, done, not shipped, abandoned.
    """

    slug: str
    title: str
    start: str
    end: str
    missed: int | None = 0
    alarms: int = 0
    criteria: Sequence[str] = ("recall > 0.85",)
    guardrails: Sequence[str] = ("precision >= status_quo - 0.02",)
    owner: str = "ann"
    change: str = "feature"
    size: str = "M"
    timebox: int = 5
    days: int = 3
    prior: str = "0.6"
    follows: str = ""
    extra: Sequence[str] = ()
    learned: str = "The size of the nuclei carries most of it."


FIRST = (
    Idea("all-measurements", "All thirty measurements find more tumours than the radius alone",
         "07-13 09:00", "done", change="algorithm", days=4, extra=("champion",),
         learned="A linear model over all thirty measurements is enough to beat the rule."),
    Idea("radius-alone", "The radius alone is as good as all thirty", "07-14 09:00", "done",
         missed=34, owner="bob", prior="0.3",
         learned="One measurement misses every third tumour, however the threshold is set."),
    Idea("texture-matters", "Texture separates the doubtful biopsies", "07-16 09:00", "done",
         missed=12, owner="bob", learned="The test set is too small to tell; 400 more would do."),
    Idea("counted-nuclei", "Nuclei counted by hand add what the scanner misses", "07-17 10:00",
         "abandoned", missed=None, learned="Nobody has an hour for each biopsy."),
)  # fmt: skip
SECOND = (
    Idea("five-enough", "Five measurements are enough for the screen", "08-10 09:00", "done",
         owner="bob", change="explain", prior="0.7",
         criteria=("recall > 0.85", "precision > 0.85"),
         learned="Doctors trust five numbers that they know more than thirty."),
    Idea("boosted-trees", "Boosted trees beat the linear model", "08-11 09:00", "done", missed=26,
         change="algorithm", prior="0.8", size="L", timebox=8, days=6,
         learned="With 276 examples there is nothing for trees to find."),
    Idea("doctors-agree", "Doctors agree with the order of the queue", "08-12 09:00",
         "not shipped", owner="cem", change="explain", criteria=("panel(team) >= 3 of 5",),
         learned="They agree, and want to see why before they use it."),
    Idea("second-threshold", "A second threshold for large nuclei saves urgent reads",
         "08-17 09:00", "done", alarms=3, extra=("seen",), prior="0.5",
         learned="It looked good after we had looked; we ask again with new biopsies."),
    Idea("fresh-labels", "Labels of the second reading change the picture", "08-19 09:00", "done",
         missed=14, owner="cem", change="data", prior="0.4",
         learned="Three changed labels move nothing that we could measure."),
)  # fmt: skip
THIRD = (
    Idea("calibrated-scores", "Scores can be read as probabilities", "09-14 09:00", "done",
         criteria=("log_loss < 0.30", "recall > 0.80"), change="setup", prior="0.7",
         learned="After scaling, a score of 0.7 means seven of ten."),
    Idea("small-nuclei", "It works for small nuclei, too", "09-15 09:00", "done", missed=9,
         criteria=("recall[mean_radius < 14] > 0.50",), owner="bob", prior="0.5",
         learned="In the group that matters most there are only fourteen tumours."),
    Idea("other-scanner", "The second scanner measures the same", "09-16 09:00", "done",
         missed=40, owner="cem", change="data", prior="0.9",
         learned="It does not: its radius is 4 % larger, and nobody had written it down."),
    Idea("night-shift", "Biopsies of the night shift are no different", "09-21 09:00", "done",
         criteria=("roc_auc > 0.90",), prior="0.8", extra=("early",),
         learned="Who prepares the slide does not matter."),
)  # fmt: skip
FOURTH = (
    Idea("corrected-radius", "Corrected for its scanner, the radius is the radius", "11-09 09:00",
         "update", days=2, prior="0.8", change="data"),
    Idea("two-scanners", "One model for both scanners loses nothing", "11-10 09:00",
         "update review", owner="bob", days=2, extra=("extended",), change="algorithm"),
    Idea("scanner-feature", "Telling the model which scanner it was is worse", "11-11 09:00",
         "judged", missed=30, owner="cem", days=3, prior="0.2"),
    Idea("fewer-reads", "A higher bar saves a third of the urgent reads", "11-12 09:00", "judged",
         missed=11, owner="bob", days=2, follows="second-threshold"),
    Idea("older-biopsies", "Biopsies of before 2020 help", "11-10 10:00", "test", missed=None,
         timebox=3, extra=("asks",), change="data"),
    Idea("slide-edges", "The edges of the slide can be left out", "11-16 09:00", "test",
         missed=None, owner="bob", extra=("blocked",)),
    Idea("pathologists-vote", "Pathologists prefer the new order", "11-17 11:00", "test",
         missed=None, owner="cem", change="explain", criteria=("panel(team) >= 4 of 6",),
         extra=("ballots",)),
    Idea("pictures", "Pictures see what measurements do not", "11-18 09:00", "to do",
         missed=None, size="L", timebox=10, change="setup", extra=("waits",)),
    Idea("patient-age", "The patient's age tells something", "11-18 10:00", "to do",
         missed=None, owner="bob", extra=("unprioritised",)),
)  # fmt: skip
