"""Tags of talk."""
