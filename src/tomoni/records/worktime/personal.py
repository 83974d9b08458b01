"""What the tables of working time keep: sums of everybody, and pseudonyms only as long as they are needed."""

from __future__ import annotations

from tomoni.core.personal_register import Data

_COUNT = "3人に満たない数字を出さないよう、人数だけを数えるため"
_MONTHS = "3か月。そのあとは人数だけを残す"

MODELS = {
    "worktime.MonthKey": Data(_COUNT, "3か月（消すと、その月の符号はだれのものか分からなくなる）", none="month key"),
    "worktime.Presence": Data("開いている画面の時間を続けて測るため", "1日", none="state", personal="pseudonym last_at"),
    "worktime.Worked": Data("作業時間を、全員の合計で測るため", "アプリと同じ", none="state"),
    "worktime.Hand": Data(_COUNT, _MONTHS, none="state", personal="pseudonym"),
    "worktime.Tap": Data(
        "画面の外の作業時間を足し、押した人が取り消せるようにするため", _MONTHS, none="state kind nonce",
        personal="pseudonym",
    ),
    "worktime.StaffCount": Data(_COUNT, "アプリと同じ", none="state month"),
}  # fmt: skip
