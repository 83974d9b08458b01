"""Sample files of an invented town, written by `tools/make_sample_survey.py` and handed out on the upload page."""

from __future__ import annotations

from pathlib import Path

SAMPLES = {
    "survey_clean.xlsx": "sheet",
    "survey_dirty.csv": "csv",
    "survey_dirty.xlsx": "sheet",
    "survey_template.xlsx": "sheet",
    "paid_hours.csv": "csv",
    "paid_template.csv": "csv",
}


def sample_path(name: str) -> Path:
    """The path of a sample file by its name. Raises KeyError for any other name."""
    if name not in SAMPLES:
        raise KeyError(name)
    return Path(__file__).resolve().parent / name
