"""What the tables of automation keep about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "automation.Rule": Data(
        "決まったことを自動で行うため",
        "アプリと同じ（消した決まりを含む）",
        none="app_code name trigger when from_states to_states fields timing",
        personal="actions otherwise",  # a fixed address of a mail
    ),
    "automation.Run": Data(
        "何をしたか、なぜしなかったかを確かめるため",
        "400日（確かめていない失敗は残る）",
        none="app_code outcome reason",
        personal="payload",
    ),
}
