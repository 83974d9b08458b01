"""Writes of the room: rules and runs. Who may manage the app may write its rules."""
