"""Version 1.0 of the method: what it fixes beside its parameter file. Frozen; a change is a new version.

The published parameter file is pinned by its hash and holds no thresholds of confidence, no constants
of breadth and no quantiles, so they stand here (methodology 2.4, 2.6, 2.7 and 2.8).
"""

from vetting.risk.rules import ConfidenceRow, Rules
from vetting.risk.scales import Confidence

RULES = Rules(
    confidence=(
        ConfidenceRow(
            level=Confidence.HIGH, refuted_below=0.15, forums="R", undisputed=True, origins=3, strongest=0.72
        ),
        ConfidenceRow(
            level=Confidence.MODERATE, refuted_below=0.30, forums="RPU", undisputed=False, origins=2, strongest=0.58
        ),
        ConfidenceRow(level=Confidence.LOW, refuted_below=0.60, forums="", undisputed=False, origins=1, strongest=0.0),
    ),
    lowest_confidence=Confidence.VERY_LOW,
    decisive_share=0.80,
    half_signatories=25,
    half_countries=10,
    interval=(0.05, 0.95),
    surely_above=0.95,
    likely_band=0.20,
    most_reasons=4,
    what_if_grade="B2",
)
