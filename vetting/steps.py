"""What may be said of one stage of a proceeding where the method has one code for several (methodology 5.4)."""

from __future__ import annotations

from collections.abc import Mapping

from allegations.codes import Stage

STEP_WORDING: Mapping[str, str] = {
    Stage.SUSPECT: "has been named a suspect; presumed innocent",
    Stage.PROVISIONAL_MEASURE: "a provisional measure was ordered; presumed innocent",
    Stage.CHARGED: "has been charged; presumed innocent",
    Stage.WARRANT: "a court has issued an arrest warrant; presumed innocent",
    Stage.NAMED_BY_INQUIRY: "a mandated inquiry named the person on reasonable grounds; presumed innocent",
    Stage.ON_TRIAL: "is on trial; presumed innocent",
}
"""The stages of K3 and K4, each in its own words."""
