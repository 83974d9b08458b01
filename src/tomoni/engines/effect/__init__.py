"""Effect: what changed, in figures a colleague can recompute by hand (効果). Pure: no Django, no clock."""

from tomoni.engines.effect.chart import BandChart, BandRow, band_chart
from tomoni.engines.effect.dwell import Span, StateDwell, dwell_by_state, elapsed_days
from tomoni.engines.effect.guideline import Condition, Guideline, Judged, judge
from tomoni.engines.effect.hiding import MIN_STAFF, hidden_groups
from tomoni.engines.effect.pings import MAX_PAUSE, Event, Presence, Step, advance
from tomoni.engines.effect.saving import Saving, StepMinutes, minutes_per_case, saving
from tomoni.engines.effect.stats import MIN_CASES, Summary, median_interval, quartiles, summarise

__all__ = [
    "MAX_PAUSE",
    "MIN_CASES",
    "MIN_STAFF",
    "BandChart",
    "BandRow",
    "Condition",
    "Event",
    "Guideline",
    "Judged",
    "Presence",
    "Saving",
    "Span",
    "StateDwell",
    "Step",
    "StepMinutes",
    "Summary",
    "advance",
    "band_chart",
    "dwell_by_state",
    "elapsed_days",
    "hidden_groups",
    "judge",
    "median_interval",
    "minutes_per_case",
    "quartiles",
    "saving",
    "summarise",
]
