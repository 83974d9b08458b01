"""What the tables of talk keep about people."""

from __future__ import annotations

from tomoni.core.personal_register import Data

MODELS = {
    "record_talk.Comment": Data(
        "記録について職員どうしで相談するため",
        "記録を消し去るまで",
        personal="text author_id users",
        none="departments",
    ),
    "record_talk.Preference": Data("通知の受け取り方を覚えるため", "職員を消すまで"),
    "record_talk.DigestLine": Data(
        "1日1回のメールにまとめるため", "メールを送るまで（1日）", none="text url"
    ),
    "record_talk.Reminded": Data("同じ催促を2度送らないため", "90日", none="key"),
}
