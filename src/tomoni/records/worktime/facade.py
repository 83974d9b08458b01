"""What other rooms may ask of working time."""

from __future__ import annotations

from tomoni.records.worktime.queries import Effect, Period, StateMinutes, effect, effects, final_states, spans

__all__ = ["Effect", "Period", "StateMinutes", "effect", "effects", "final_states", "spans"]
