"""The kintone-compatible REST API: kintone's calls, values and errors over the facade of records."""
