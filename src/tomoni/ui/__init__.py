"""UI: the design system and shells (見た目)."""
