"""What the tables of the challenges room keep about people: who decided what, in office."""

from __future__ import annotations

from tomoni.core.personal_register import Data

_WHY = "仕事の変え方を、理由とともに決めて残すため"
_KEPT = "消さない（職務としての決定の記録）"

MODELS = {
    "challenges.Review": Data(_WHY, _KEPT, none="task_id procedure_id subject section state"),
    "challenges.Answer": Data(_WHY, _KEPT, none="question decision reason decider"),
    "challenges.Challenge": Data(
        _WHY, _KEPT, none="key title kind stage task_id procedure_id hypothesis app_code kit_code"
    ),
    "challenges.Measure": Data(_WHY, _KEPT, none="figure"),
    "challenges.Use": Data(_WHY, _KEPT, none="kind what"),
    "challenges.UseReport": Data("生み出した時間の使い道を確かめるため（課の合計だけ）", _KEPT),
    "challenges.Round": Data(_WHY, _KEPT, none="decision reason learned figures guideline"),
    "challenges.Ending": Data(
        _WHY, _KEPT, none="decider notice audience decision_note method result check_reason"
    ),
    "challenges.Happening": Data(_WHY, _KEPT, none="kind", personal="data"),
}
