"""What the room of the kintone-compatible API keeps: cursors, for minutes."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "kintone.Cursor": Data(
        "多くの記録を、途中で変わらない順に少しずつ渡すため",
        "読み終わるまで、または最後に使ってから10分",
        none="key app_code fields numbers",
    ),
}
