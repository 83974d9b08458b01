"""What the tables of keeping hold about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "record_keeping.Keeping": Data(
        "アプリを次の担当者へ引き継ぎ、個人情報ファイル簿をつくるため", "アプリと同じ", none="note register"
    ),
    "record_keeping.Hold": Data(
        "争いなどのある記録を、まちがって廃棄しないため",
        "アプリと同じ",
        personal="reason by_id released_by_id",
    ),
    "record_keeping.Disposal": Data(
        "記録を廃棄したことを証明するため",
        "アプリと同じ",
        none="app_name state records left kept basis reason answer digests",
        personal="proposed_by_id decided_by_id",
    ),
}
