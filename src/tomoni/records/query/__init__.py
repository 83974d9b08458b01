"""The one way to read records: query language + reader's rights → SQL → plain data."""
