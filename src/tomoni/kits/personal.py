"""What the tables of kits keep about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "kits.Installation": Data(
        "キットから作ったアプリをたどるため", "消さない", none="kit version app_code task_id slots once"
    ),
    "kits.UploadedKit": Data("受け取ったキットを使うため", "消さない（一覧からは外せる）", none="code version text sha256"),
}  # fmt: skip
