"""Configuration: settings from the environment, URLs, server entry points."""
