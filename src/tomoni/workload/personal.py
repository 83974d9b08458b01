"""What the tables of the workload room keep about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

_SURVEY = "課と業務ごとの時間を見るため"
_UNTIL_UNDONE = "取込を取り消すまで"

MODELS = {
    "workload.Intake": Data(
        "調査票を確かめてから取り込み、出所をたどるため",
        "消さない（取り消したことも残す）",
        none="title file_name sha256 mapping job_id",
        personal="preview",  # remarks of a row may name somebody
    ),
    "workload.SurveyRow": Data(
        _SURVEY,
        _UNTIL_UNDONE,
        none="division section section_key team large middle small step kind task_id task_name used months doer method"
        " routine basis system input_medium output_medium deadline confidence",
        personal="remarks",
    ),
    "workload.PaidHours": Data(_SURVEY, _UNTIL_UNDONE, none="division section doer source"),
    "workload.Measurement": Data(
        "取組で測った作業時間を、調査の時間とくらべるため", "消さない", none="task_id app source by_step"
    ),
    "workload.CandidateChoice": Data(
        "見直しの順を決めた理由を残すため", "決めた順を戻すまで", none="task_id step choice reason"
    ),
}
