"""What the table of personal views keeps about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "record_views.SavedView": Data(
        "自分の一覧を次も開くため",
        "本人が消すまで、または職員を消すまで",
        none="page",
        personal="name address",
    ),
}
